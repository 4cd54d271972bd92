//! Lists taken twice, waves filled and handed out, both sides compared.

use super::{Folder, err, expect, json, out};

const PEOPLE: &str = "address,display_name,home,wave,department,delegates\n\
    ann@example.com,Ann Lee,external,1,Sales,bob@example.com\n\
    bob@example.com,Bob Ray,external,,Sales,\n\
    cat@example.com,Cat Fox,host,,Stock,\n\
    dan@example.com,Dan Poe,external,,Stock,\n";

#[test]
fn a_second_list_is_shown_before_it_is_taken() {
    let folder = Folder::with_profile();
    folder.write("first.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "first.csv"]);
    let before = std::fs::read(folder.path().join("p/roster.csv")).unwrap();
    folder.write(
        "second.csv",
        "address,display_name\nann@example.com,Ann Li\nbob@example.com,Bob Ray\neve@example.com,Eve\n",
    );
    let output = expect(0, folder.path(), &["import", "p", "second.csv", "--preview"]);
    let said = out(&output);
    for line in [
        "new      eve@example.com\n",
        "changed  ann@example.com\n           display name: “Ann Lee” becomes “Ann Li”\n",
        "missing  dan@example.com, stays as it is\n",
        "1 new, 1 changed, 1 unchanged, 2 not on the list. Nothing was taken.\n",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(std::fs::read(folder.path().join("p/roster.csv")).unwrap(), before);
    let told =
        &json(&expect(0, folder.path(), &["import", "p", "second.csv", "--preview", "--json"]))[0];
    assert_eq!(told["changed"][0]["fields"][0]["to"], "Ann Li");
}

#[test]
fn what_a_column_means_is_told_once_and_remembered() {
    let folder = Folder::with_profile();
    folder.write("one.csv", "Mail,Kennung,Team\na@example.com,ann@example.com,Sales\n");
    let said = ["--column", "Kennung=address", "--column", "Team=department"];
    expect(0, folder.path(), &[&["import", "p", "one.csv"][..], &said].concat());
    folder.write("two.csv", "Team,Kennung,Mail\nStock,bob@example.com,b@example.com\n");
    expect(0, folder.path(), &["import", "p", "two.csv"]);
    let roster = std::fs::read_to_string(folder.path().join("p/roster.csv")).unwrap();
    assert!(roster.contains("ann@example.com,") && roster.contains(",Sales"), "{roster}");
    assert!(roster.contains("bob@example.com,") && roster.contains(",Stock"), "{roster}");
    let text = std::fs::read_to_string(folder.path().join("p/profile.toml")).unwrap();
    assert!(text.contains("[columns]\nKennung = \"address\""), "{text}");
    super::refused(
        folder.path(),
        &["import", "p", "two.csv", "--column", "X=address"],
        "no column",
    );
    super::refused(folder.path(), &["import", "p", "two.csv", "--column", "Team=x"], "no meaning");
}

#[test]
fn a_wave_hands_out_what_no_wave_before_it_did() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let said = out(&expect(0, folder.path(), &["waves", "p"]));
    assert!(
        said.contains("Wave 1: 1 person. Addresses: 1 new, 0 changed, 0 handed out already."),
        "{said}"
    );
    expect(0, folder.path(), &["export", "p", "--wave", "1"]);
    let said = out(&expect(0, folder.path(), &["waves", "p", "--verbose"]));
    assert!(said.contains("Wave 1: 1 person. All 1 addresses were handed out."), "{said}");
    assert!(said.contains("  ann@example.com handed out"), "{said}");

    folder.write("list.csv", "ann@example.com\nbob@example.com\n");
    let args = ["waves", "p", "--wave", "2", "--name", "Second", "--date", "2027-01-31"];
    expect(0, folder.path(), &[&args[..], &["--list", "list.csv"]].concat());
    let said =
        out(&expect(0, folder.path(), &["waves", "p", "--wave", "3", "--department", "stock"]));
    // Ann's forward stands already: wave 2 brings Bob's alone.
    assert!(
        said.contains("Wave 2, Second, 2027-01-31: 2 people. Addresses: 1 new, 0 changed, 1 handed out already."),
        "{said}"
    );
    assert!(said.contains("Wave 3: 1 person. Addresses: 1 new"), "Cat is at the host: {said}");
    let text = std::fs::read_to_string(folder.path().join("p/profile.toml")).unwrap();
    assert!(text.contains("2027-01-31") && text.contains("Second"), "{text}");

    // Ann moves in no wave any more: what was handed out is to be taken back.
    folder.write("out.csv", "address,wave\nann@example.com,\n");
    expect(0, folder.path(), &["import", "p", "out.csv"]);
    let told = json(&expect(0, folder.path(), &["waves", "p", "--json"]));
    assert_eq!(told.last().unwrap()["remove"][0], "ann@example.com");
    // A list that was changed by hand is told, one that is gone too.
    let list = folder.path().join("p/exports/wave-1/forwards/forwards.csv");
    std::fs::write(&list, "address,target\n").unwrap();
    let output = expect(0, folder.path(), &["waves", "p"]);
    assert!(super::err(&output).contains("was changed after it was handed out"));
    std::fs::remove_file(&list).unwrap();
    let output = expect(0, folder.path(), &["waves", "p"]);
    assert!(super::err(&output).contains("its forwards.csv is missing"));
}

#[test]
fn a_map_holds_who_moved_before_by_day_and_not_by_number() {
    let folder = Folder::new();
    let new = ["new", "p", "--domain", "example.com", "--system", "postfix"];
    let more = ["--external-host", "mail.example.com", "--verification-address", "a@example.com"];
    expect(0, folder.path(), &[&new[..], &more].concat());
    folder.write(
        "people.csv",
        "address,home,wave\njohn@example.com,external,1\nann@example.com,external,2\n\
         sue@example.com,external,3\n",
    );
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    for (wave, day) in [("2", "2097-03-01"), ("3", "2097-02-01")] {
        expect(0, folder.path(), &["waves", "p", "--wave", wave, "--date", day]);
    }
    let export = |wave: &str| -> Vec<String> {
        expect(0, folder.path(), &["export", "p", "--wave", wave]);
        let map = format!("p/exports/wave-{wave}/postfix/sdr-forwards");
        let map = std::fs::read_to_string(folder.path().join(map)).unwrap();
        let lines = map.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split('@').next().unwrap().to_owned()).collect()
    };
    let cutover = |wave: &str| folder.path().join(format!("p/exports/wave-{wave}/dns-cutover"));
    assert_eq!(export("1"), ["john"]);
    assert_eq!(export("3"), ["john", "sue"], "Ann moves a month later");
    assert_eq!(export("2"), ["john", "ann", "sue"]);
    assert_eq!(export("3"), ["john", "sue"], "though Ann was handed out since");
    assert_eq!(export("1"), ["john"], "nobody who was only prepared ahead");
    assert!(cutover("2").exists() && !cutover("3").exists() && !cutover("1").exists());
}

#[test]
fn a_map_made_again_holds_nobody_who_was_only_prepared_ahead() {
    let folder = Folder::with_profile();
    let text = std::fs::read_to_string(folder.path().join("p/profile.toml")).unwrap();
    folder.write("p/profile.toml", text.replace("exchange-server", "postfix"));
    let people =
        "address,wave\na1@example.com,1\na2@example.com,1\nb1@example.com,2\nc1@example.com,3\n";
    folder.write("people.csv", people);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let export = |wave: &str| expect(0, folder.path(), &["export", "p", "--wave", wave]);
    let held = |place: &str| {
        let map = std::fs::read_to_string(folder.path().join(place)).unwrap();
        let lines = map.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split_once('@').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    let map = |wave: &str| held(&format!("p/exports/wave-{wave}/postfix/sdr-forwards"));
    for wave in ["1", "2", "3"] {
        export(wave);
    }
    let said = super::err(&export("1"));
    assert_eq!(map("1"), ["a1", "a2"]);
    assert!(said.contains("1 person of wave 3, which was handed out ahead"), "{said}");
    // On the external server already, so leaving it out would take it away.
    expect(0, folder.path(), &["done", "p", "load-forwards-3"]);
    export("1");
    assert_eq!(map("1"), ["a1", "a2", "c1"]);
    expect(0, folder.path(), &["done", "p", "load-forwards-3", "--undo"]);

    // Put off once wave 1 is loaded.
    expect(0, folder.path(), &["done", "p", "load-forwards-1"]);
    folder.write("later.csv", "address,wave\na2@example.com,4\n");
    expect(0, folder.path(), &["import", "p", "later.csv"]);
    export("2");
    assert_eq!(map("2"), ["a1", "b1"]);
    let readme =
        std::fs::read_to_string(folder.path().join("p/exports/wave-2/README.txt")).unwrap();
    assert!(readme.contains("TO REMOVE FOR NOW"), "{readme}");
    assert!(readme.contains("  - a2@example.com, moves with wave 4\r\n"), "{readme}");
    let waves = || out(&expect(0, folder.path(), &["waves", "p", "-v"]));
    assert!(waves().contains("off the external server (1).\n  a2@example.com"), "{}", waves());
    std::fs::remove_file(folder.path().join("p/exports/wave-2/forwards/to-remove.csv")).unwrap();
    assert!(!waves().contains("off the external server"), "{}", waves());
    // On the day it is there again.
    export("4");
    assert_eq!(map("4"), ["a1", "a2", "b1", "c1"]);
    assert!(waves().contains("Wave 4: 1 person. All 1 addresses were handed out."), "{}", waves());
}

#[test]
fn whoever_has_a_mailbox_in_exchange_is_named_before_the_contact_is_refused() {
    let folder = Folder::with_profile();
    let people = "PrimarySmtpAddress,DisplayName,RecipientTypeDetails\n\
        ann@example.com,Ann,UserMailbox\nbob@example.com,Bob,SharedMailbox\n\
        cat@example.com,Cat,MailContact\ndan@example.com,Dan,UserMailbox\n";
    folder.write("people.csv", people);
    super::sdrctl_at(folder.path(), &["import", "p", "people.csv"]);
    folder.write("wave.csv", "ann@example.com\nbob@example.com\n");
    expect(0, folder.path(), &["waves", "p", "--wave", "1", "--list", "wave.csv"]);
    let export = |code| expect(code, folder.path(), &["export", "p", "--wave", "1"]);
    let said = super::err(&export(4));
    assert!(
        said.contains("Exchange has a mailbox of ann@example.com, bob@example.com, and the strategy is contact"),
        "{said}"
    );
    let read = |name: &str| {
        std::fs::read_to_string(folder.path().join("p/exports/wave-1").join(name)).unwrap()
    };
    let readme = read("README.txt");
    assert!(readme.contains("\r\nIN THE WAY."), "{readme}");
    assert!(readme.contains("  - bob@example.com\r\n") && !readme.contains("  - dan@"), "{readme}");
    assert!(read("run-book.md").contains("2 who move have an Exchange mailbox"));

    // As it is chosen, nobody is in the way any more.
    folder.write("ways.csv", "address,strategy\nann@example.com,forward\nbob@example.com,retire\n");
    expect(0, folder.path(), &["import", "p", "ways.csv"]);
    export(0);
    assert!(!read("README.txt").contains("IN THE WAY"));
    assert!(read("exchange/contacts.for-exchange.csv").contains("\"forward\""));
}

#[test]
fn an_export_to_another_folder_is_known_to_the_next() {
    let folder = Folder::with_profile();
    let text = std::fs::read_to_string(folder.path().join("p/profile.toml")).unwrap();
    folder.write("p/profile.toml", text.replace("exchange-server", "postfix"));
    folder.write("people.csv", "address,wave\na1@example.com,1\nb1@example.com,2\n");
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let export = |code, wave: &str, place: &str| {
        expect(code, folder.path(), &["export", "p", "--wave", wave, "--out", place])
    };
    export(0, "1", "one");
    std::fs::remove_dir_all(folder.path().join("one")).unwrap();
    export(0, "2", "two");
    let map = || std::fs::read_to_string(folder.path().join("two/wave-2/postfix/sdr-forwards"));
    assert!(map().unwrap().contains("\na1@example.com a1@"), "{}", map().unwrap());
    let said = out(&expect(0, folder.path(), &["waves", "p"]));
    assert!(said.contains("Wave 1: 1 person. All 1 addresses were handed out."), "{said}");

    // Forgotten by hand: nobody finds it missing without being told.
    std::fs::remove_dir_all(folder.path().join("p/exports/wave-1-elsewhere")).unwrap();
    let said = super::err(&export(4, "2", "two"));
    assert!(!map().unwrap().contains("\na1@example.com"), "{}", map().unwrap());
    assert!(said.contains("1 person of wave 1, which comes before"), "{said}");
    let how_to = std::fs::read_to_string(folder.path().join("two/wave-2/postfix/HOW-TO.txt"));
    assert!(how_to.unwrap().contains("Not in this map: 1 person of wave 1"));
}

#[test]
fn an_alias_that_is_somebodys_address_takes_nobodys_forward_away() {
    let folder = Folder::with_profile();
    folder.write(
        "people.csv",
        "address,home,wave,aliases\njohn@example.com,external,1,\n\
         sue@example.com,external,3,john@example.com\n",
    );
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    expect(0, folder.path(), &["export", "p", "--wave", "1"]);
    let said = out(&expect(0, folder.path(), &["waves", "p"]));
    assert!(!said.contains("no longer wanted"), "{said}");
    assert!(said.contains("Wave 1: 1 person. All 1 addresses were handed out."), "{said}");
    assert!(said.contains("Wave 3: 1 person. Addresses: 1 new"), "{said}");
}

#[test]
fn what_is_to_be_taken_off_is_handed_out_until_it_was() {
    let folder = Folder::with_profile();
    let at = |second: u8, args: &[&str]| at_second(folder.path(), &second.to_string(), args);
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    assert_eq!(at(1, &["export", "p", "--wave", "1"]).status.code(), Some(0));
    folder.write("out.csv", "address,wave\nann@example.com,\n");
    expect(0, folder.path(), &["import", "p", "out.csv"]);
    // Nobody is left in the wave, and its forwards stand.
    assert_eq!(at(2, &["export", "p", "--wave", "1"]).status.code(), Some(0));
    let exports = folder.path().join("p/exports");
    let list = exports.join("wave-1/forwards/to-remove.csv");
    let row = "ann@example.com,ann@rackspace.example.com";
    assert_eq!(std::fs::read_to_string(&list).unwrap(), format!("address,target\r\n{row}\r\n"));
    let readme = std::fs::read_to_string(exports.join("wave-1/README.txt")).unwrap();
    let said = "  - ann@example.com, which leads to ann@rackspace.example.com";
    assert!(readme.contains("TO REMOVE.") && readme.contains(said), "{readme}");
    let removed = || {
        let told = json(&expect(0, folder.path(), &["waves", "p", "--json"]));
        told.iter().find_map(|line| line.get("remove").cloned())
    };
    assert_eq!(removed().unwrap()[0], "ann@example.com", "the wave's new list forgets nothing");
    assert_eq!(at(3, &["export", "p"]).status.code(), Some(0));
    assert!(exports.join("all/forwards/to-remove.csv").exists());
    // It was done.
    std::fs::remove_file(exports.join("all/forwards/to-remove.csv")).unwrap();
    assert_eq!(removed(), None);
    // Moved after all, it is new again.
    folder.write("in.csv", "address,wave\nann@example.com,1\n");
    expect(0, folder.path(), &["import", "p", "in.csv"]);
    let said = out(&expect(0, folder.path(), &["waves", "p"]));
    assert!(said.contains("Wave 1: 1 person. Addresses: 1 new, 0 changed"), "{said}");
}

#[test]
fn who_was_handed_out_keeps_the_name_of_the_contact() {
    let folder = Folder::with_profile();
    let first_column = |wave: &str, file: &str| -> Vec<String> {
        expect(0, folder.path(), &["export", "p", "--wave", wave]);
        let path = format!("p/exports/wave-{wave}/exchange/active-directory/{file}");
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
        text.lines().filter(|line| line.starts_with("dn: CN=")).map(str::to_owned).collect()
    };
    folder.write("one.csv", "address,display_name,home,wave\namp&x@example.com,Amp,external,1\n");
    expect(0, folder.path(), &["import", "p", "one.csv"]);
    let first = first_column("1", "contacts.ldf");
    assert!(first.len() == 1 && first[0].starts_with("dn: CN=amp_x-sdr,OU="), "{first:?}");
    folder.write("two.csv", "address,display_name,home,wave\namp_x@example.com,X,external,2\n");
    expect(0, folder.path(), &["import", "p", "two.csv"]);
    let undone = first_column("2", "contacts-undo.ldf");
    assert!(undone.len() == 1 && undone[0] != first[0], "{undone:?}");
    assert_eq!(first_column("1", "contacts.ldf"), first);
}

#[test]
fn the_same_plan_gives_the_same_bytes_at_a_said_time() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let export = |out: &str, second: &str| {
        at_second(folder.path(), second, &["export", "p", "--wave", "1", "--out", out])
    };
    for out in ["one", "two"] {
        assert_ne!(export(out, "1735689600").status.code(), Some(2));
    }
    let read = |out: &str, name: &str| {
        std::fs::read_to_string(folder.path().join(out).join("wave-1").join(name)).unwrap()
    };
    for name in ["README.txt", "manifest.json", "run-book.md", "run-book.html"] {
        assert_eq!(read("one", name), read("two", name), "{name}");
    }
    assert!(read("one", "README.txt").contains("Made at 2025-01-01 00:00:00"));
    let refused = export("three", "yesterday");
    assert_eq!(refused.status.code(), Some(2));
    assert!(super::err(&refused).contains("SOURCE_DATE_EPOCH"));
    assert!(!folder.path().join("three").exists());
}

/// At this second since 1970, as the program is told.
fn at_second(folder: &std::path::Path, second: &str, args: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_sdrctl"))
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", second)
        .args(args)
        .output()
        .unwrap()
}

#[test]
fn both_sides_are_compared_with_what_was_seen() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let output = expect(4, folder.path(), &["compare", "p"]);
    let said = out(&output);
    assert!(said.contains("The host's own list was not read"), "{said}");
    assert!(said.contains("Delegates who move at another time (1)"), "{said}");
    assert!(
        said.contains("  ann@example.com is in wave 1; the delegate bob@example.com is in no wave"),
        "{said}"
    );
    let told = json(&expect(4, folder.path(), &["compare", "p", "--json"]));
    assert_eq!(told[0]["other"], "bob@example.com");
    let sum = told.last().unwrap();
    assert_eq!((&sum["disagree"], &sum["host_list_read"]), (&1.into(), &false.into()), "{sum}");
}

#[test]
fn whoever_leaves_another_wave_is_counted() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    expect(0, folder.path(), &["waves", "p", "--wave", "1", "--name", "Sales & more"]);
    let waves = json(&expect(0, folder.path(), &["waves", "p", "--json"]));
    assert_eq!(waves[0]["name"], "Sales & more");
    let told = expect(0, folder.path(), &["waves", "p", "--wave", "2", "--list", "people.csv"]);
    assert!(err(&told).contains("1 of them were in wave 1 before"), "{}", err(&told));
    super::refused(folder.path(), &["contacts", "p", "--json"], "--json");
}
