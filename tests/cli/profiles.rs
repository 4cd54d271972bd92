//! A profile from nothing, people into it, files out of it.

use std::path::{Path, PathBuf};

use super::{Folder, PEOPLE, err, expect, json, out, refused, sdrctl_at};

#[test]
fn a_profile_takes_people_and_hands_out_their_files() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    let output = expect(0, folder.path(), &["import", "p", "people.csv"]);
    assert!(out(&output).contains("3 taken"), "{}", out(&output));
    let said = err(&output);
    assert_eq!(said.lines().count(), 5, "its format, and a line for each column: {said}");
    assert!(said.contains("people.csv: display_name: display name\n"), "{said}");

    // Again: the same people, none twice.
    let output = expect(0, folder.path(), &["import", "p", "people.csv", "--json"]);
    let told = &json(&output)[0];
    assert_eq!((&told["taken"], &told["unchanged"]), (&3.into(), &3.into()));
    let roster = std::fs::read_to_string(folder.path().join("p/roster.csv")).unwrap();
    assert_eq!(roster.matches("@example.com").count(), 3, "{roster}");

    let output = expect(0, folder.path(), &["export", "p"]);
    let files = folder.path().join("p/exports");
    let text: String = walk(&files)
        .iter()
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
        .collect();
    assert!(text.contains("cat@rackspace.example.com"), "{}", out(&output));
    assert!(!text.contains("ann@rackspace.example.com"), "Ann stays where she is");

    let output = expect(0, folder.path(), &["export", "p", "--wave", "1", "--out", "w", "--json"]);
    for file in json(&output) {
        let path = folder.path().join(file["path"].as_str().unwrap());
        assert_eq!(std::fs::metadata(path).unwrap().len(), file["bytes"].as_u64().unwrap());
    }
    let text: String = walk(&folder.path().join("w"))
        .iter()
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
        .collect();
    assert!(text.contains("bob@rackspace.example.com"));
    refused(folder.path(), &["export", "p", "--wave", "7"], "--wave");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn rejects_are_told_with_file_line_and_reason_and_the_rest_is_taken() {
    let folder = Folder::with_profile();
    folder.write(
        "people.csv",
        "address,display_name\nann@example.com,Ann\nbob,Bob\n\ncat@other.org,Cat\nann@example.com,Again\n",
    );
    let output = expect(4, folder.path(), &["import", "p", "people.csv"]);
    let said = err(&output);
    let lines: Vec<_> = said.lines().filter(|line| !line.starts_with("people.csv: ")).collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with("people.csv:3: ") && lines[0].contains('@'), "{said}");
    assert!(lines[1].starts_with("people.csv:5: ") && lines[1].contains("other.org"), "{said}");
    assert!(lines[2].starts_with("people.csv:6: "), "{said}");
    assert!(out(&output).contains("1 taken"), "{}", out(&output));
}

#[test]
fn a_list_of_names_leaves_homes_waves_and_addresses_as_they_were() {
    let folder = Folder::with_profile();
    let full = "address,display_name,first_name,home,wave,aliases,strategy\n\
        ann@example.com,Ann,Ann,host,2,a.lee@example.com,forward\n\
        bob@example.com,Bob,Bob,external,1,,contact\n";
    folder.write("full.csv", full);
    expect(0, folder.path(), &["import", "p", "full.csv"]);
    folder.write("names.csv", "Email,Name\nann@example.com,Ann Lee\nbob@example.com,\n");
    let output = expect(0, folder.path(), &["import", "p", "names.csv"]);
    assert!(out(&output).contains("0 new, 1 brought up to date, 1 unchanged"), "{}", out(&output));
    let roster = std::fs::read_to_string(folder.path().join("p/roster.csv")).unwrap();
    for row in [
        "ann@example.com,Ann Lee,Ann,,host,2,a.lee@example.com,forward",
        "bob@example.com,Bob,Bob,,external,1,,contact",
    ] {
        assert!(roster.contains(row), "{row}: {roster}");
    }
    // Where the list has waves, an empty one takes the person out of theirs.
    folder.write("waves.csv", "Email,Migration wave\nann@example.com,3.0\nbob@example.com,\n");
    expect(0, folder.path(), &["import", "p", "waves.csv"]);
    let roster = std::fs::read_to_string(folder.path().join("p/roster.csv")).unwrap();
    assert!(roster.contains(",host,3,") && roster.contains(",external,,,"), "{roster}");
}

#[test]
fn how_each_column_was_read_is_told() {
    let folder = Folder::with_profile();
    folder.write("a.csv", "Email,Status,Other addresses\nann@example.com,Synced,ann@example.net\n");
    let output = expect(0, folder.path(), &["import", "p", "a.csv"]);
    let said = err(&output);
    for line in [
        "a.csv: Email: address",
        "a.csv: Status: not used",
        "a.csv: No column says where the mailbox is: new people are taken as on the external server.",
        "a.csv: Line 2: ann@example.com is taken without ann@example.net: not in example.com.",
    ] {
        assert!(said.lines().any(|told| told == line), "{line}: {said}");
    }
    folder.write("b.csv", "cat@example.com,Cat Fox,host,x1\n");
    let output = expect(0, folder.path(), &["import", "p", "b.csv", "--json"]);
    let said = err(&output);
    assert!(said.contains("b.csv: Column 3: home\n") && !said.contains("No column"), "{said}");
    assert_eq!(json(&output)[0]["columns"][3]["meaning"], "not used");
    let roster = std::fs::read_to_string(folder.path().join("p/roster.csv")).unwrap();
    assert!(roster.contains("cat@example.com,Cat Fox,,,host,"), "{roster}");
}

#[test]
fn a_row_that_can_not_be_read_never_passes() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    expect(0, folder.path(), &["check", "p", "--step", "people"]);
    let path = folder.path().join("p/roster.csv");
    let roster = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{roster}dan@example.com,Dan,,,mars,,,\r\n")).unwrap();
    for args in [&["check", "p", "--step", "people"][..], &["export", "p", "--out", "x"]] {
        for _ in 0..2 {
            let output = expect(4, folder.path(), args);
            assert!(err(&output).contains("“mars” is no home"), "{}", err(&output));
        }
    }
}

#[test]
fn whoever_could_not_be_read_is_not_taken_for_somebody_who_has_left() {
    let folder = Folder::with_profile();
    let here = folder.path();
    folder.write("people.csv", PEOPLE);
    expect(0, here, &["import", "p", "people.csv"]);
    expect(0, here, &["export", "p"]);
    let good = std::fs::read_to_string(here.join("p/roster.csv")).unwrap();
    let map = here.join("p/exports/all/forwards/forwards.csv");
    let handed_out = std::fs::read(&map).unwrap();
    let lost = |told: &str| {
        let waves = expect(4, here, &["waves", "p"]);
        assert!(out(&waves).contains("can't be told"), "{}", out(&waves));
        assert!(!out(&waves).contains("take the forwards of these off"), "{}", out(&waves));
        let export = expect(2, here, &["export", "p"]);
        assert!(err(&export).contains("taken for somebody who has left"), "{}", err(&export));
        assert!(err(&export).contains(told), "{}", err(&export));
        assert_eq!(std::fs::read(&map).unwrap(), handed_out, "the last good list stays");
    };
    // A typing error, a file that is no text, and none at all.
    let list = here.join("p/roster.csv");
    std::fs::write(&list, good.replace(",host,", ",hosst,")).unwrap();
    lost("hosst");
    std::fs::write(&list, [0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]).unwrap();
    lost("roster.csv");
    std::fs::remove_file(&list).unwrap();
    lost("holds no roster.csv");
    let _ = sdrctl_at(here, &["check", "p", "--step", "people"]);
    assert!(!list.exists(), "a check writes no empty list");
    lost("holds no roster.csv");
    std::fs::write(&list, good).unwrap();
    let waves = expect(0, here, &["waves", "p"]);
    assert!(!out(&waves).contains("can't be told"), "{}", out(&waves));
    expect(0, here, &["export", "p"]);
}

#[test]
fn a_value_that_does_not_parse_is_told_until_it_is_corrected() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    let path = folder.path().join("p/profile.toml");
    let good = std::fs::read_to_string(&path).unwrap();
    let bad = good.replace("\"mail.example.com\"", "\"10.0.0.5\"");
    assert_ne!(good, bad);
    std::fs::write(&path, bad).unwrap();
    // Saved: what can't be used moves into the drafts.
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    assert!(std::fs::read_to_string(&path).unwrap().contains("[draft]"));
    for _ in 0..2 {
        let output = expect(4, folder.path(), &["export", "p", "--out", "x"]);
        let said = err(&output);
        assert!(
            said.contains("[external] host_name: “10.0.0.5” is as typed, and is not used"),
            "{said}"
        );
    }
    std::fs::write(&path, good).unwrap();
    expect(0, folder.path(), &["export", "p", "--out", "x"]);
}

#[test]
fn every_option_of_new_ends_up_in_the_profile() {
    let folder = Folder::new();
    expect(
        0,
        folder.path(),
        &[
            "new",
            "deep/er",
            "--domain",
            "https://www.Example.com/",
            "--subdomain",
            "mail.example.com",
            "--external-host",
            "MX.Example.net.",
            "--verification-address",
            "Ann@Example.com",
            "--situation",
            "permanent",
            "--mx",
            "host",
            "--system",
            "postfix",
        ],
    );
    let plan = sdr_wizard::profile::open(&folder.path().join("deep/er")).unwrap().plan;
    assert_eq!(plan.domain().as_str(), "example.com");
    assert_eq!(plan.routing_subdomain().as_str(), "mail.example.com");
    assert_eq!(plan.external.host_name.as_ref().unwrap().as_str(), "mx.example.net");
    assert_eq!(plan.external.verification_address.as_ref().unwrap().to_string(), "ann@example.com");
    assert_eq!(plan.external.system, sdr_wizard::plan::ExternalSystem::Postfix);
    assert_eq!(plan.situation.purpose, sdr_wizard::plan::Purpose::Permanent);
    assert_eq!(plan.situation.primary_mx, sdr_wizard::plan::Side::Host);
    refused(
        folder.path(),
        &["new", "deep/er", "--domain", "example.org"],
        "holds a profile already",
    );
}

#[test]
fn an_export_that_leaves_an_alias_out_names_it_and_exits_with_4() {
    let folder = Folder::with_profile();
    folder.write(
        "p/roster.csv",
        "address,aliases,home\nann@example.com,ann.private@gmail.com,host\nbob@example.com,,external\n",
    );
    let output = expect(4, folder.path(), &["export", "p"]);
    assert!(err(&output).contains("ann.private@gmail.com"), "{}", err(&output));
    assert!(err(&output).contains("it is not in example.com"), "{}", err(&output));
}

#[test]
fn new_takes_a_label_and_the_answers_and_refuses_a_sure_loop() {
    let folder = Folder::new();
    let here = folder.path();
    let new = ["new", "p", "--domain", "example.com", "--subdomain", "mailhost"];
    let answers = ["--panel", "not-offered", "--authority", "internal-relay"];
    expect(0, here, &[&new[..], &answers].concat());
    let text = std::fs::read_to_string(here.join("p/profile.toml")).unwrap();
    let plan = sdr_wizard::profile::open(&here.join("p")).unwrap().plan;
    assert_eq!(plan.routing_subdomain().as_str(), "mailhost.example.com");
    assert_eq!(plan.situation.panel, sdr_wizard::plan::PanelOffer::NotOffered, "{text}");
    assert_eq!(plan.external.authority, sdr_wizard::plan::Authority::InternalRelay, "{text}");
    for name in ["mx1.emailsrvr.com", "rackspace.example.com"] {
        let args = ["new", "q", "--domain", "example.com", "--external-host", name];
        refused(here, &args, "loop");
    }
    assert!(!here.join("q").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_system_said_is_told_once() {
    let folder = Folder::with_profile();
    let here = folder.path();
    for args in [
        &["export", "p", "--out", "/proc"][..],
        &["new", "/proc/foo", "--domain", "example.com"],
        &["practice", "--out", "/etc/passwd"],
        &["check", "nosuch"],
    ] {
        let said = err(&expect(2, here, args));
        assert!(said.matches("os error").count() <= 1, "{args:?}: {said}");
        assert!(said.matches("not a folder").count() <= 1, "{args:?}: {said}");
        assert!(!said.contains("kept in memory"), "{args:?}: {said}");
    }
}

#[test]
fn an_export_without_the_values_of_the_panel_says_so_and_exits_with_4() {
    let folder = Folder::new();
    expect(0, folder.path(), &["new", "p", "--domain", "example.com"]);
    let output = expect(4, folder.path(), &["export", "p"]);
    let readme = std::fs::read_to_string(folder.path().join("p/exports/all/README.txt")).unwrap();
    for part in ["the host name of the external mail server", "the verification address"] {
        assert!(err(&output).contains(&format!("not chosen yet: {part}")), "{}", err(&output));
        let (top, _) = readme.split_once("Nothing here changes").unwrap();
        assert!(top.contains(part), "{readme}");
    }
}

#[test]
fn a_column_is_named_by_a_header_that_nobody_else_knows() {
    let folder = Folder::with_profile();
    folder.write("own.csv", "Kennung;Was;Abt\nann@example.com;Ann;S\nbob@example.com;Bob;T\n");
    let named =
        &["import", "p", "own.csv", "--column", "Kennung=address", "--column", "Was=display name"];
    let preview: Vec<&str> = named.iter().copied().chain(["--preview"]).collect();
    let said = err(&expect(0, folder.path(), &preview));
    assert!(
        said.contains("own.csv: Kennung: address, as in “ann@example.com”, “bob@example.com”\n"),
        "{said}"
    );
    let output = expect(0, folder.path(), named);
    assert!(
        out(&output).contains("2 taken (2 new, 0 brought up to date, 0 unchanged), 0 rejected")
    );
    // Remembered: the next list with that header needs no more words.
    let output = expect(0, folder.path(), &["import", "p", "own.csv"]);
    assert!(
        out(&output).contains("2 taken (0 new, 0 brought up to date, 2 unchanged), 0 rejected")
    );
    folder.write("odd.txt", "some words\nand more\n");
    let said = err(&expect(2, folder.path(), &["import", "p", "odd.txt"]));
    assert!(said.contains("say so with --format"), "{said}");
}
