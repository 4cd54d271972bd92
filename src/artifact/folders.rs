//! What the folders of an export are for, and with which of its files one
//! begins.

use super::bundle::Artifact;
use super::neutral_csv;

/// Where one begins, whatever the servers are.
const PAPERS: [&str; 2] = ["README.txt", "run-book.html"];

/// A file's place below the folder of its export: `exchange/apply.ps1` for
/// `wave-1/exchange/apply.ps1`.
pub fn place_of(artifact: &Artifact) -> &str {
    artifact.path.split_once('/').map_or(&*artifact.path, |(_, place)| place)
}

/// The places of the files with which one begins, in that order: what to read,
/// then what to run first, or the list where nothing is run.
pub fn first_places(artifacts: &[Artifact]) -> Vec<String> {
    let starts = |place: &&str| match place.split_once('/') {
        Some(("exchange", name)) => name == "preflight.ps1",
        Some((_, name)) => name == "HOW-TO.txt",
        None => false,
    };
    let places = || artifacts.iter().map(place_of);
    let list = || places().find(|place| *place == neutral_csv::LIST);
    let papers = PAPERS.into_iter().filter(|paper| places().any(|place| place == *paper));
    papers.chain(places().find(starts).or_else(list)).map(str::to_owned).collect()
}

/// What the files of a folder are for: a sentence. `folder` is the first part
/// of their places, empty for those beside the folders.
pub fn purpose_of_folder(folder: &str) -> &'static str {
    match folder {
        "" => "What the files are for, the run-book, and the list of all files for programs.",
        "dns" => {
            "The MX records of the routing subdomain in many forms: take the one for your DNS host."
        }
        "dns-external" => {
            "The record that leads to your own server, in many forms: take the one for your DNS host."
        }
        "dns-cutover" => {
            "Not now: it moves the mail of the whole domain, at the end of the migration."
        }
        "host" => "What the host is asked for, and what its control panel wants.",
        "network" => "The request for port 25, for whoever runs the firewall.",
        "exchange" => "The list and the scripts for Exchange: preflight.ps1 first, it only reads.",
        "forwards" => "The forwards as a plain list, for any other program and for reading.",
        "people" => "A note to the people who move.",
        "evidence" => "What was asked and answered, with time and conversation: for a ticket.",
        _ => "The forwards for your server: HOW-TO.txt first.",
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::artifact::export;
    use crate::finding::Evidence;
    use crate::plan::{Domain, ExternalSystem, Handed, Home, HostName, Mailbox, Plan};

    #[test]
    fn one_begins_with_something_to_read_and_something_to_run() {
        for system in ExternalSystem::ALL {
            let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
            plan.external.system = system;
            plan.external.host_name = Some(HostName::parse("mail.example.com").unwrap());
            let ann = "ann@example.com".parse().unwrap();
            plan.roster.put(Mailbox { home: Home::Host, ..Mailbox::new(ann) });
            let now = Timestamp::UNIX_EPOCH;
            let (files, _) = export(&plan, &Evidence::default(), &Handed::default(), None, now);
            let first = first_places(&files);
            assert_eq!(first[..2], ["README.txt", "run-book.html"], "{system:?}");
            assert_eq!(first.len(), 3, "{system:?}: {first:?}");
            let (folder, name) = first[2].split_once('/').unwrap();
            let said = purpose_of_folder(folder);
            assert!(said.contains(name) || name == "forwards.csv", "{system:?}: {said}");
        }
    }
}
