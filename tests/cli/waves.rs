//! Lists taken twice, waves filled and handed out, both sides compared.

use super::{Folder, expect, json, out};

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
}
