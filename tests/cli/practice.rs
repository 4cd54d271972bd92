//! The walk through the practice world, and its faults.

use std::path::Path;

use serde_json::Value;

use super::{Folder, code, err, expect, json, out, sdrctl};

#[test]
fn practice_walks_all_eight_steps_and_everything_passes() {
    let folder = Folder::new();
    let output = expect(0, folder.path(), &["practice", "--out", "out"]);
    let text = out(&output);
    let heads = [
        "1. Situation",
        "2. People",
        "3. External server",
        "4. Split Domain Routing",
        "5. Routing subdomain",
        "6. Forwards",
        "7. Mail flow",
        "8. Cutover",
    ];
    let mut from = 0;
    for (at, head) in heads.iter().enumerate() {
        let here = text[from..].find(&format!("\n{head}\n"));
        from += here.unwrap_or_else(|| panic!("no {head} in its place:\n{text}"));
        let end = heads.get(at + 1).and_then(|next| text.find(&format!("\n{next}\n")));
        let findings = &text[from..end.unwrap_or(text.len())];
        assert!(findings.contains("\nPassed      "), "{head}: {findings}");
    }
    for word in ["Failed", "Warning", "Can't tell", "Waiting"] {
        assert!(!text.lines().any(|line| line.starts_with(word)), "{word}:\n{text}");
    }
    assert_eq!(err(&output), "", "progress goes to a terminal only");
    // What it names is there.
    let named: Vec<_> = text
        .lines()
        .skip_while(|line| !line.contains("files written to out"))
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(named.len() > 3, "{text}");
    for file in named {
        assert!(folder.path().join("out").join(file).is_file(), "{file}");
    }
}

#[test]
fn practice_without_a_folder_names_the_one_that_it_made() {
    let output = expect(0, Path::new("."), &["practice"]);
    let text = out(&output);
    let line = text.lines().find(|line| line.contains("files written to")).unwrap();
    let made = line.split(" to ").nth(1).unwrap().trim_end_matches(':');
    assert!(made.contains("sdr-practice-"), "{line}");
    assert!(std::fs::read_dir(made).unwrap().next().is_some());
    std::fs::remove_dir_all(made).unwrap();
}

/// What a walk with this fault must end with, and what the first finding that
/// did not pass must speak of: all of these words.
fn fault(name: &str, wanted: i32, words: &[&str]) {
    let output = sdrctl(&["practice", "--json", "--fault", name]);
    let findings = json(&output);
    let bad: Vec<_> = findings
        .iter()
        .filter(|finding| !matches!(finding["state"].as_str().unwrap(), "passed" | "skipped"))
        .collect();
    let told = bad.iter().map(|finding| finding.to_string()).collect::<Vec<_>>().join("\n");
    assert_eq!(code(&output), wanted, "{name}: {}\n{told}", err(&output));
    let first = bad.first().unwrap_or_else(|| panic!("{name}: everything passed"));
    let part = |field: &str| first[field].as_str().unwrap_or_default().to_lowercase();
    let said = ["summary", "found", "why", "meaning", "action"].map(part).join(" ");
    for word in words {
        assert!(said.contains(word), "{name}: no “{word}” in the first of\n{told}");
    }
    assert!(!part("action").is_empty(), "{name}: no remedy in {first}");
}

#[test]
fn routing_that_is_off_is_named_first() {
    fault("sdr-off", 1, &["split domain"]);
}

#[test]
fn a_missing_domain_alias_is_named_first() {
    fault("no-alias", 1, &["alias", "support"]);
}

#[test]
fn missing_subdomain_records_are_named_first() {
    fault("no-subdomain-mx", 1, &["mx", "rackspace.example.com"]);
}

#[test]
fn a_changed_primary_mx_is_named_first() {
    fault("primary-mx-changed", 1, &["mx", "example.com"]);
}

#[test]
fn a_server_that_takes_anything_is_named_first() {
    fault("accepts-anything", 3, &["accept"]);
}

#[test]
fn greylisting_is_waited_for() {
    fault("greylist", 3, &["greylist"]);
}

#[test]
fn a_tarpit_is_a_warning() {
    fault("tarpit", 4, &["slow"]);
}

#[test]
fn a_blocked_port_25_can_not_be_told_from_here() {
    fault("port-blocked", 3, &["port 25"]);
}

#[test]
fn a_server_that_refuses_its_own_domain_from_outside_is_named_first() {
    fault("own-domain-refused", 1, &["own domain"]);
}

#[test]
fn a_bad_certificate_is_a_warning() {
    fault("bad-certificate", 4, &["certificate"]);
}

#[test]
fn a_contact_without_a_mailbox_is_named_first() {
    fault("contact-without-mailbox", 1, &["mailbox"]);
}

#[test]
fn two_sides_that_pass_on_to_each_other_are_named_first() {
    fault("both-non-authoritative", 1, &["authoritative"]);
}

#[test]
fn every_fault_that_the_program_knows_is_tested_here() {
    let help = out(&sdrctl(&["practice", "--help"]));
    let text = include_str!("practice.rs");
    for name in sdr_wizard::practice::Fault::ALL {
        assert!(help.contains(name.as_str()), "{help}");
        assert!(text.contains(&format!("fault(\"{}\"", name.as_str())), "{}", name.as_str());
    }
}

#[test]
fn findings_as_json_have_what_a_script_needs() {
    let output = expect(0, Path::new("."), &["practice", "--json"]);
    let findings = json(&output);
    assert!(findings.len() >= 8);
    for finding in &findings {
        for field in
            ["id", "state", "summary", "expected", "found", "asked", "at", "meaning", "action"]
        {
            assert!(finding[field].is_string(), "{field} of {finding}");
        }
        finding["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    }
    for step in sdr_wizard::guide::Step::ALL {
        let prefix = format!("{}.", step.slug());
        let of_step = |finding: &Value| finding["id"].as_str().unwrap().starts_with(&prefix);
        assert!(findings.iter().any(of_step), "{prefix}");
    }
}
