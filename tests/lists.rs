//! Lists as the programs of the field write them: who is read from each, who
//! is not, and why. The samples keep to the headers that the vendors document.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

#[path = "lists/any.rs"]
mod any;
#[path = "lists/workbooks.rs"]
mod workbooks;

use std::fs;
use std::path::Path;

use sdr_wizard::plan::{Domain, Mailbox};
use sdr_wizard::roster::{Table, guess, read_table, take_people};

fn domain() -> Domain {
    Domain::parse("example.com").unwrap()
}

/// One line of what is known of a person, empty things left out.
fn line_of(who: &Mailbox) -> String {
    let mut parts = vec![who.address.to_string()];
    let aliases: Vec<String> = who.aliases.iter().map(ToString::to_string).collect();
    for (name, value) in [
        ("name", who.display_name.to_string()),
        ("first", who.first_name.to_string()),
        ("last", who.last_name.to_string()),
        ("home", who.home.as_str().replace("external", "")),
        ("wave", who.wave.map(|wave| wave.to_string()).unwrap_or_default()),
        ("aliases", aliases.join(" ")),
        ("type", who.kind().as_str().replace("user", "")),
        ("department", who.department().to_owned()),
        ("legacy", who.legacy_dn().to_owned()),
        ("x500", who.x500().join(" | ")),
        ("delegates", who.delegates().join(" | ")),
    ] {
        if !value.is_empty() {
            parts.push(format!("{name} {value}"));
        }
    }
    parts.join("; ")
}

fn report(table: &Table) -> String {
    let mut text = format!("{} ({:?})\n", table.format.label(), table.encoding);
    for column in guess(table) {
        let used = column.column.words();
        if used != "not used" {
            text.push_str(&format!("  column {}: {used}\n", column.name));
        }
    }
    text.extend(table.note.iter().map(|note| format!("  note {note}\n")));
    let people = take_people(table, &table.columns, &domain()).unwrap();
    let (taken, rejected) = (people.listed.len(), people.rejects.len());
    assert_eq!(taken + rejected, table.rows.len() + table.rejects.len());
    text.push_str(&format!("{taken} taken, {rejected} not, {} told to others\n", table.merged));
    text.extend(people.mailboxes().iter().map(|who| format!("+ {}\n", line_of(who))));
    let rejects = people.rejects.iter();
    text.extend(rejects.map(|reject| format!("- line {}: {}\n", reject.line, reject.reason)));
    text.extend(people.remarks.iter().map(|remark| format!("! {remark}\n")));
    text
}

#[test]
fn every_sample_is_read_as_its_program_meant_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lists/samples");
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    let mut whole = String::new();
    for path in names {
        let table = read_table(&fs::read(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        whole.push_str(&format!("== {name}: {}\n", report(&table)));
    }
    insta::with_settings!({ snapshot_path => "lists", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("samples", whole);
    });
}
