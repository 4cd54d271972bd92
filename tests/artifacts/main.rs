//! What is handed out, judged by what it says and by the programs that read it.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod active_directory;
#[cfg(unix)]
mod cpanel;
mod dns;
mod dns_named;
#[cfg(unix)]
mod dns_scripts;
mod hostile;
mod judges;
mod left_out;
mod powershell;
mod sample;
mod scripts;
#[cfg(unix)]
mod server_maps;
#[cfg(unix)]
mod servers;
#[cfg(unix)]
mod way_back;
mod way_without_sdr;

use sdr_wizard::artifact::export;
use sdr_wizard::plan::{ExternalSystem, Handed, WaveNumber};

use sample::{all_systems, evidence, files, now, plan, rows, text};

/// What has a number is a step; what takes back, or is used instead, has none.
#[test]
fn the_readme_numbers_the_steps_in_the_order_in_which_they_are_done() {
    for (system, files) in all_systems() {
        let readme = text(&files["README.txt"]);
        let numbered: Vec<&str> = readme
            .lines()
            .filter_map(|line| line.trim_start().split_once(". "))
            .filter(|(number, _)| number.parse::<u8>().is_ok())
            .map(|(_, path)| path)
            .collect();
        let at = |front: &str| numbered.iter().position(|path| path.starts_with(front));
        let order = ["network/firewall", "host/panel", "host/alias-ticket", "Folder dns:"].map(at);
        assert!(order.is_sorted() && order[0] == Some(0), "{system:?} {numbered:?}");
        let own = at("exchange/preflight.ps1").or_else(|| {
            numbered
                .iter()
                .position(|path| path.ends_with("/HOW-TO.txt") || path.starts_with("forwards/"))
        });
        assert!(own > order[3], "{system:?} {numbered:?}");
        for path in &numbered {
            let is_other = ["undo", "shared-address-space", "active-directory", "run-book"];
            assert!(!is_other.iter().any(|word| path.contains(word)), "{system:?} {path}");
        }
        for path in files.keys().filter(|path| !["README.txt", "manifest.json"].contains(&&***path))
        {
            assert!(readme.contains(&format!(" {path}\n")), "{system:?}: {path} is not told");
        }
    }
}

#[test]
fn golden_files() {
    let (exchange, _) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    insta::assert_snapshot!("readme", text(&exchange["README.txt"]));
    insta::assert_snapshot!("contacts", text(&exchange["exchange/contacts.for-exchange.csv"]));
    insta::assert_snapshot!("run_book", text(&exchange["run-book.md"]));
    insta::assert_snapshot!("windows_dns", text(&exchange["dns/windows-dns.ps1"]));
    let (postfix, _) = files(&plan(ExternalSystem::Postfix), None);
    insta::assert_snapshot!("postfix_map", text(&postfix["postfix/sdr-forwards"]));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    for system in ExternalSystem::ALL {
        assert_eq!(files(&plan(system), None), files(&plan(system), None));
    }
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    use sha2::Digest;
    for (_, files) in all_systems() {
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        let listed = manifest["files"].as_array().unwrap();
        assert_eq!(listed.len(), files.len() - 1, "all but itself");
        for (at, file) in listed.iter().enumerate() {
            let bytes = &files[file["path"].as_str().unwrap()];
            let hash: String =
                sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["sha256"], hash.as_str());
            assert_eq!(file["order"], at + 1);
        }
        assert_eq!(manifest["wave"], 1);
        assert_eq!(manifest["people"], 2);
    }
}

#[test]
fn manifest_and_readme_come_first_and_stay_in_the_waves_own_folder() {
    for (wave, folder) in [(None, "all/"), (WaveNumber::new(2), "wave-2/")] {
        let (artifacts, _) =
            export(&plan(ExternalSystem::Other), &evidence(), &Handed::default(), wave, now());
        assert!(artifacts[0].path.ends_with("manifest.json"));
        assert!(artifacts[1].path.ends_with("README.txt"));
        for artifact in artifacts {
            assert!(artifact.path.starts_with(folder), "{}", artifact.path);
            assert!(
                artifact.path.split('/').all(|part| !part.is_empty()
                    && part != ".."
                    && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))),
                "{}",
                artifact.path
            );
            assert!(artifact.purpose.ends_with('.'), "{}", artifact.purpose);
        }
    }
}

#[test]
fn the_bulk_import_of_exchange_online_has_its_header_to_the_letter() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeOnline), None);
    let list = text(&files["exchange/bulk-import.for-exchange-online.csv"]);
    assert_eq!(
        list.lines().next(),
        Some(
            "ExternalEmailAddress,Name,FirstName,LastName,StreetAddress,City,StateorProvince,\
             PostalCode,Phone,MobilePhone,Pager,HomePhone,Company,Title,OtherTelephone,Department,\
             CountryOrRegion,Fax,Initials,Notes,Office,Manager"
        )
    );
    for row in &rows(&files["exchange/bulk-import.for-exchange-online.csv"])[1..] {
        assert!(row[..4].iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

#[test]
fn a_wave_with_nobody_in_it_has_no_lists_and_says_so() {
    let (files, refused) = files(&plan(ExternalSystem::ExchangeServer), Some(9));
    assert!(refused.is_empty());
    assert!(!files.keys().any(|path| path.ends_with(".csv") || path.starts_with("exchange/")));
    assert!(text(&files["README.txt"]).contains("Nobody is in it yet"));
}

#[test]
fn the_run_book_names_what_failed_and_the_way_back() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeServer), None);
    let (paper, page) = (text(&files["run-book.md"]), text(&files["run-book.html"]));
    assert!(paper.contains("| Failed | the verification address was refused |"), "{paper}");
    assert!(page.contains("<td class=\"bad\">Failed</td>"));
    assert!(page.contains("550 5.1.1 &lt;postmaster@example.com&gt;: User unknown"));
    for heading in
        ["Purpose and situation", "People", "Records", "The way back", "Appendix: evidence"]
    {
        assert!(paper.contains(&format!("## {heading}\n")), "{heading}");
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    assert!(page.contains("@media print"));
    // The people come back before what brings them their mail is taken away.
    let back = paper.split("## The way back\n").nth(1).unwrap();
    let row = |part: &str| back.find(part).unwrap_or_else(|| panic!("{part}: {back}"));
    assert!(row("| Let the people of the wave work at") < row("| Run the scripts in"));
    assert!(
        row("| When all the rest is done, change the MX") < row("| Let the people of the wave")
    );
    assert!(
        back.contains("Do this before any other change of steps 4 to 6 is taken back"),
        "{back}"
    );
    assert!(back.contains("By the list of people these are at the host: wave 2 (1 person)."));
}

#[test]
fn the_evidence_is_whole_and_shows_no_hidden_character() {
    use sdr_wizard::finding::{Finding, State};
    let mut seen = evidence();
    seen.record(
        Finding::new("server.banner", State::Failed, "an odd banner", now())
            .compared("220", "220 \u{202e}evil\u{0}")
            .with_evidence(["S: 220 \u{1b}[2Jx\r\nS: forged".into()]),
    );
    let (artifacts, _) =
        export(&plan(ExternalSystem::Other), &seen, &Handed::default(), None, now());
    let find = |end: &str| &artifacts.iter().find(|a| a.path.ends_with(end)).unwrap().bytes;
    let told = text(find("evidence/evidence.txt"));
    assert!(told.contains("server.rcpt: "), "{told}");
    assert!(told.contains("S: 550 5.1.1") && told.contains("Asked:    exch.example.com:25"));
    assert!(told.chars().all(|c| c == '\n' || !c.is_control()) && !told.contains('\u{202e}'));
    assert!(!told.contains("\nS: forged"), "one line of an answer stays one line");
    let read: sdr_wizard::finding::Evidence =
        serde_json::from_slice(find("evidence/evidence.json")).unwrap();
    assert_eq!(read.iter().count(), 3);
}
