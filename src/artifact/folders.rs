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
