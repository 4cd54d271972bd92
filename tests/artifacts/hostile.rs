//! People whose names broke other programs.

use std::collections::{BTreeMap, BTreeSet};

use sdr_wizard::artifact::Refusal;
use sdr_wizard::plan::{Address, ExternalSystem, Mailbox, Wave, WaveNumber};

use crate::sample::{files, person, plan, rows, text};

/// Names that broke other programs, and local parts that addresses may have.
pub(crate) fn hostile_people() -> Vec<Mailbox> {
    let names = [
        "\"",
        "\"\"",
        "'",
        "''",
        "`",
        "``",
        "\u{2018}x\u{2019}",
        "\u{201a}x\u{201b}",
        "\u{201c}x\u{201d}",
        "\u{201e}x\u{201f}",
        "\u{ab}x\u{bb}",
        "$(Remove-Mailbox *)",
        "${env:PATH}",
        "`$(1)",
        "'; Remove-Mailbox * #",
        "\"; exit; \"",
        "a;b",
        "a,b",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "a\rb",
        "\n",
        "a\0b",
        "=cmd|'/c calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\u{ff1d}1",
        "%USERPROFILE%",
        "{0}",
        "%s%n",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "</pre></table>",
        "a|b|c",
        "[x](javascript:alert(1))",
        "# Heading",
        "- item",
        "1. item",
        "```",
        "\u{202e}gnp.exe",
        "\u{2066}x\u{2069}",
        "\u{200b}",
        "\u{feff}bom",
        "\u{e0041}tag",
        "\u{1f600}\u{1f600}",
        "e\u{301}",
        "\u{fb01}",
        "İstanbul",
        "ß",
        "渡辺",
        "שלום",
        "\\",
        "\\\"",
        "C:\\x",
        "../../etc/passwd",
        "NUL",
        "CON",
        " lead",
        "trail ",
        "   ",
        "#TYPE System.Object",
    ];
    let locals = [
        "o'brien",
        "a`b",
        "$a",
        "a$(b)",
        "{x}",
        "a|b",
        "|cmd",
        "=cmd|x",
        "+plus",
        "-hyphen",
        "#hash",
        "a#b",
        "a%b",
        "a!b",
        "a&b",
        "a/b",
        "/file",
        "*",
        "a*",
        "?",
        "~",
        "^",
        "_",
        "a.b.c",
        "\"two words\"",
        "\"a,b\"",
        "jörg",
        "渡辺",
        "\"=1+1\"",
    ];
    let mut people = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut hostile = person(&format!("n{at}@example.com"), name, 3);
        (hostile.first_name, hostile.last_name) = ((*name).into(), (*name).into());
        people.push(hostile);
    }
    for local in locals {
        // What is no address can't be in a plan; the parser has its own tests.
        if let Ok(address) = format!("{local}@example.com").parse::<Address>() {
            let mut hostile = person("x@example.com", local, 3);
            hostile.address = address;
            people.push(hostile);
        }
    }
    // Every special character of an address, alone and between others.
    for c in "!#$%&'*+-/=?^_`{|}~".chars() {
        for local in [
            format!("{c}"),
            format!("{c}x"),
            format!("x{c}"),
            format!("x{c}y"),
            format!("{c}{c}z"),
            format!("x.{c}{c}.y"),
            format!("=x{c}"),
        ] {
            let address = format!("{local}@example.com");
            if people.iter().all(|known| known.address.to_string() != address) {
                people.push(person(&address, &format!("{c}{local}"), 3));
            }
        }
    }
    // Every name beside another, inside of quotes, and too long.
    for (at, name) in names.iter().enumerate() {
        let next = names[(at + 1) % names.len()];
        for (kind, name) in [
            ("pair", format!("{name}{next}")),
            ("double", format!("\"{name}\"")),
            ("single", format!("'{name}'")),
            ("spaced", format!(" {name} {next} {name}")),
            ("long", name.repeat(300)),
        ] {
            people.push(person(&format!("{kind}{at}@example.com"), &name, 3));
        }
    }
    people.push(person(&format!("{}@example.com", "l".repeat(64)), &"N".repeat(500), 3));
    people.push(person(&format!("{}x@example.com", "l".repeat(63)), &"\u{1f600}".repeat(500), 3));
    people
}

#[test]
pub(crate) fn hostile_people_break_no_format_and_nothing_is_altered_in_silence() {
    let people = hostile_people();
    assert!(people.len() >= 500, "{}", people.len());
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        plan.waves.push(Wave {
            number: WaveNumber::new(3).unwrap(),
            name: "<b>\"evil\"\u{202e}\r\n</b>".into(),
            date: None,
        });
        for person in &people {
            plan.roster.put(person.clone());
        }
        let (files, refused) = files(&plan, Some(3));
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        assert_eq!(manifest["left_out"].as_array().unwrap().len(), refused.len());

        let list = rows(&files["forwards/forwards.csv"]);
        assert_eq!(list.len(), 1 + people.len());
        for (row, person) in list[1..].iter().zip(&people) {
            assert_eq!(row[0], person.address.to_string(), "programs get values as they are");
        }
        let sheet = rows(&files["forwards/forwards.for-spreadsheet.csv"]);
        assert_eq!(sheet.len(), 1 + people.len());
        for cell in sheet.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        let altered: BTreeSet<[&str; 3]> = manifest["altered"]
            .as_array()
            .unwrap()
            .iter()
            .map(|altered| ["file", "what", "address"].map(|key| altered[key].as_str().unwrap()))
            .collect();
        let changed =
            |file: &str, what: &str, address: &str| altered.contains(&[file, what, address]);
        for (row, person) in sheet[1..].iter().zip(&people) {
            let file = "forwards/forwards.for-spreadsheet.csv";
            let address = person.address.to_string();
            for (cell, was, what) in
                [(&row[0], &*address, "address"), (&row[2], &*person.display_name, "display name")]
            {
                assert_eq!(cell != was, changed(file, what, &address), "{was:?} {cell:?}");
            }
        }
        if let Some(contacts) = files.get("exchange/contacts.for-exchange.csv") {
            judge_contacts(&rows(contacts), &people, &refused, changed);
        }
        judge_papers(&files);
    }
}

fn judge_contacts(
    rows: &[Vec<String>],
    people: &[Mailbox],
    refused: &[Refusal],
    changed: impl Fn(&str, &str, &str) -> bool,
) {
    let file = "exchange/contacts.for-exchange.csv";
    let refused: BTreeSet<&Address> = refused.iter().map(|refusal| &refusal.address).collect();
    let mut left: Vec<&Mailbox> =
        people.iter().filter(|person| !refused.contains(&person.address)).collect();
    // The list is in the order of addresses.
    left.sort_by_key(|person| &person.address);
    assert_eq!(rows.len(), 1 + left.len());
    let mut names = BTreeSet::new();
    let mut aliases = BTreeSet::new();
    for (row, person) in rows[1..].iter().zip(left) {
        let address = person.address.to_string();
        assert_eq!(row[5], address);
        assert_eq!(row[6], format!("{}@rackspace.example.com", person.address.local()));
        assert!(row[5].is_ascii() && !row[5].starts_with('"'));
        assert!(names.insert(row[0].to_lowercase()), "{row:?}");
        assert!(aliases.insert(row[1].to_lowercase()), "{row:?}");
        assert!(row[0].encode_utf16().count() <= 64 && row[1].encode_utf16().count() <= 64);
        assert!(row.iter().flat_map(|cell| cell.chars()).all(|c| !c.is_control()), "{row:?}");
        for (cell, was, what) in
            [(&row[3], &person.first_name, "first name"), (&row[4], &person.last_name, "last name")]
        {
            assert_eq!(**cell != **was, changed(file, what, &address), "{was:?} {cell:?}");
        }
        if *row[2] != *person.display_name {
            let stood_in = person.display_name.is_empty();
            assert!(stood_in || changed(file, "display name", &address), "{row:?}");
        }
    }
}

fn judge_papers(files: &BTreeMap<String, Vec<u8>>) {
    let page = text(&files["run-book.html"]);
    for tag in ["<script", "<img", "<b>", "javascript:\"", "http-equiv=\"refresh\""] {
        assert!(!page.contains(tag), "{tag}");
    }
    for path in ["README.txt", "people/note-to-the-wave.txt", "run-book.md", "run-book.html"] {
        let text = text(&files[path]);
        let hidden = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
        });
        assert_eq!(hidden, None, "{path}");
    }
    for path in ["README.txt", "host/alias-ticket.txt", "network/firewall-request.txt"] {
        let bytes = &files[path];
        assert!(bytes.starts_with(b"\xef\xbb\xbf"), "{path}");
        let count = |wanted: &[u8]| bytes.windows(wanted.len()).filter(|w| *w == wanted).count();
        assert_eq!(count(b"\n"), count(b"\r\n"), "{path}");
    }
}
