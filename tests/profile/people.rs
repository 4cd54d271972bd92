//! `roster.csv` between this program, Excel and people.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use sdr_wizard::plan::{
    Address, Domain, Home, Kind, Mailbox, Particulars, Plan, Strategy as Way, WaveNumber,
};
use sdr_wizard::profile::{self, Profile};
use sdr_wizard::roster::{read_table, take_people};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn plan() -> Plan {
    Plan::new(Domain::parse("example.com").unwrap()).unwrap()
}

/// A profile whose `roster.csv` holds these bytes.
fn with_people(home: &Path, bytes: impl AsRef<[u8]>) -> Profile {
    drop(profile::create(home, plan()).unwrap());
    fs::write(home.join("roster.csv"), bytes).unwrap();
    profile::open(home).unwrap()
}

fn saved(home: &Path) -> String {
    fs::read_to_string(home.join("roster.csv")).unwrap()
}

#[test]
fn people_typed_by_hand_are_read_and_the_file_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let text = "address\nann@example.com\nbob@elsewhere.example\n";
    let mut open = with_people(home.path(), text);
    assert_eq!(open.remarks, [""; 0]);
    assert_eq!(open.plan.roster.len(), 2, "another domain is the guide's business");
    profile::save(&mut open).unwrap();
    assert_eq!(saved(home.path()), text);
}

#[test]
fn the_users_own_columns_survive() {
    let home = tempfile::tempdir().unwrap();
    let mut open = with_people(
        home.path(),
        "phone,address,home,=note,name\r\n+44 1,ann@example.com,host,=1+1,A\r\n,bob@example.com,,,\r\n7,carol@example.com,,\"a,b\",C\r\n",
    );
    open.plan.roster.edit(&address("bob@example.com"), |bob| bob.wave = WaveNumber::new(2));
    open.plan.roster.remove(|mailbox| mailbox.address.local() == "carol");
    open.plan.roster.add(Mailbox::new(address("dan@example.com"))).unwrap();
    profile::save(&mut open).unwrap();
    assert_eq!(
        saved(home.path()),
        "\u{feff}phone,address,home,=note,name,display_name,first_name,last_name,wave,aliases,strategy\r\n\
         +44 1,ann@example.com,host,=1+1,A,,,,,,contact\r\n\
         ,bob@example.com,external,,,,,,2,,contact\r\n\
         ,dan@example.com,external,,,,,,,,contact\r\n"
    );
    assert_eq!(open.remarks, [""; 0]);
}

#[test]
fn a_file_saved_by_excel_in_another_country_is_read() {
    let home = tempfile::tempdir().unwrap();
    let text = "address;display_name;wave\r\nann@example.com;Müller, Ann;1\r\n";
    let ansi: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let mut open = with_people(home.path(), ansi);
    let ann = open.plan.roster.get(&address("ann@example.com")).unwrap();
    assert_eq!((&*ann.display_name, ann.wave), ("Müller, Ann", WaveNumber::new(1)));
    open.plan.roster.edit(&address("ann@example.com"), |ann| ann.home = Home::Host);
    profile::save(&mut open).unwrap();
    assert!(saved(home.path()).starts_with("\u{feff}address;display_name;wave;"));
    assert!(saved(home.path()).contains("\r\nann@example.com;Müller, Ann;1;;;host;;contact\r\n"));
}

#[test]
fn an_export_dropped_in_its_place_is_read() {
    let home = tempfile::tempdir().unwrap();
    let open = with_people(home.path(), "Display name;User principal name\nAnn;ann@example.com\n");
    assert_eq!(&*open.plan.roster.at(0).unwrap().display_name, "Ann");
    assert_eq!(open.remarks, [""; 0]);
}

#[test]
fn rows_that_can_not_be_read_are_named_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let text = "address,home\r\nann@example.com,host\r\nbob,host\r\ncarol@example.com,moon\r\nann@example.com,\r\n";
    let mut open = with_people(home.path(), text);
    assert_eq!(open.plan.roster.len(), 1);
    for (remark, part) in open.remarks.iter().zip([
        "roster.csv, line 3 (“bob,host”): “bob” has no @",
        "roster.csv, line 4 (“carol@example.com,moon”): “moon” is no home; write host",
        "roster.csv, line 5 (“ann@example.com,”): ann@example.com is in the list already",
        "stays as it is until the people are changed",
    ]) {
        assert!(remark.contains(part), "{remark}");
    }
    profile::save(&mut open).unwrap();
    assert_eq!(saved(home.path()), text, "nothing was changed, so nothing is written");
    open.plan.roster.add(Mailbox::new(address("dan@example.com"))).unwrap();
    profile::save(&mut open).unwrap();
    assert_eq!(fs::read_to_string(home.path().join("roster.csv.before-1")).unwrap(), text);
    assert!(open.remarks.last().unwrap().contains("roster.csv.before-1"));
    open.plan.roster.add(Mailbox::new(address("eve@example.com"))).unwrap();
    profile::save(&mut open).unwrap();
    assert!(!home.path().join("roster.csv.before-2").exists(), "one copy is enough");
}

#[test]
fn a_roster_that_is_none_is_kept_aside() {
    for bytes in [&b"PK\x03\x04\0\0"[..], b"address\nann@example.com\n\0", b"name,phone\nAnn,1\n"] {
        let home = tempfile::tempdir().unwrap();
        let mut open = with_people(home.path(), bytes);
        assert!(open.remarks[0].starts_with("roster.csv: "), "{:?}", open.remarks);
        assert!(open.plan.roster.is_empty());
        open.plan.roster.add(Mailbox::new(address("dan@example.com"))).unwrap();
        profile::save(&mut open).unwrap();
        assert_eq!(fs::read(home.path().join("roster.csv.before-1")).unwrap(), bytes);
    }
}

#[test]
fn a_thousand_bad_rows_are_twenty_one_remarks() {
    let home = tempfile::tempdir().unwrap();
    let open = with_people(home.path(), format!("address,x\n{}", "nobody,1\n".repeat(1000)));
    assert_eq!(open.remarks.len(), 22);
    assert!(open.remarks[20].contains("980 more rows"));
}

#[test]
fn no_cell_is_a_formula() {
    let home = tempfile::tempdir().unwrap();
    let mut open = profile::create(home.path(), plan()).unwrap();
    for (n, name) in ["=1+1", "+44", "-x", "@sum", "\ttab", "\rcr", "'=1", "''", "'t Hooft", "'"]
        .iter()
        .enumerate()
    {
        let mut person = Mailbox::new(address(&format!("+p{n}@example.com")));
        person.display_name = (*name).into();
        open.plan.roster.add(person).unwrap();
    }
    let plan = open.plan.clone();
    profile::save(&mut open).unwrap();
    for row in
        csv::Reader::from_reader(saved(home.path()).trim_start_matches('\u{feff}').as_bytes())
            .records()
    {
        for cell in &row.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }
    drop(open);
    assert_eq!(profile::open(home.path()).unwrap().plan, plan);
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z ]{0,12}",
        "['=+@,;|\t\r\n\"-]{0,6}",
        any::<String>().prop_map(|text| text.replace(['\0', '\u{feff}'], "")),
    ]
}

fn person() -> impl Strategy<Value = Mailbox> {
    let local = prop_oneof![
        "[a-z]{1,8}",
        "[=+'/-][a-z{}|]{0,5}",
        "[äöü李]{1,3}",
        Just("\"two; words, here\"".to_owned()),
        Just("\"x+smtp:y\"".to_owned()),
    ];
    let alias = prop_oneof![
        "[{a-z+}]{1,9}",
        Just("\"a b,c\"".to_owned()),
        Just("\"q\\\\\\\"s\"".to_owned())
    ];
    let aliases =
        prop::collection::btree_set(alias.prop_map(|local| format!("{local}@alias.example")), 0..4);
    let former = "/o=[a-z]{1,5}( [a-z]{1,4})?/cn=[a-z+()]{1,5}".prop_map(Into::into);
    let particulars = (
        prop::option::of(prop::sample::select(vec![Kind::Shared, Kind::User, Kind::List])),
        name(),
        "(/o=[A-Z]{1,4} [a-z]{1,4}/cn=[a-z]{1,4})?",
        prop::collection::vec(former, 0..3),
        prop::collection::vec("[A-Za-z=,/]{1,9}( [a-z@.]{1,5})?".prop_map(Into::into), 0..3),
    );
    let particulars = particulars.prop_map(|(kind, department, legacy_dn, x500, delegates)| {
        let (department, legacy_dn) = (department.into(), legacy_dn.into());
        let (x500, delegates) = (x500.into(), delegates.into());
        Particulars { kind, department, legacy_dn, x500, delegates }.boxed()
    });
    let who = (local, name(), name(), name(), any::<bool>(), any::<u16>(), aliases, any::<bool>());
    (who, particulars).prop_map(
        |((local, display, first, last, host, wave, aliases, forward), particulars)| Mailbox {
            particulars,
            display_name: display.into(),
            first_name: first.into(),
            last_name: last.into(),
            home: if host { Home::Host } else { Home::External },
            wave: WaveNumber::new(wave),
            aliases: aliases.iter().map(|alias| address(alias)).collect(),
            strategy: if forward { Way::Forward } else { Way::Contact },
            ..Mailbox::new(address(&format!("{local}@example.com")))
        },
    )
}

fn on_one_line(text: &str) -> Box<str> {
    let text: String = text.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However often: what saving puts in front of a cell is taken off again.
    #[test]
    fn the_programs_own_list_changes_nobody_when_it_is_imported(
        people in prop::collection::vec(person(), 0..12),
    ) {
        let home = tempfile::tempdir().unwrap();
        let mut open = profile::create(home.path(), plan()).unwrap();
        for mut who in people {
            // A list has names on one line, and no group is somebody's mailbox.
            for name in [&mut who.display_name, &mut who.first_name, &mut who.last_name] {
                *name = on_one_line(name);
            }
            who.aliases = who.aliases.iter().map(|alias| alias.at(open.plan.domain())).collect();
            who.aliases.retain(|alias| *alias != who.address);
            if let Some(known) = &mut who.particulars {
                known.kind = known.kind.filter(|kind| *kind != Kind::List);
                known.department = on_one_line(&known.department);
            }
            who.particulars = who.particulars.and_then(|known| known.boxed());
            open.plan.roster.put(who);
        }
        let before = open.plan.roster.clone();
        for _ in 0..2 {
            profile::save(&mut open).unwrap();
            let table = read_table(&fs::read(home.path().join("roster.csv")).unwrap());
            let Ok(table) = table else { continue };
            let taken = take_people(&table, &table.columns, open.plan.domain()).unwrap();
            prop_assert_eq!(&taken.rejects, &[]);
            for listed in taken.listed {
                open.plan.roster.merge(listed);
            }
            prop_assert_eq!(&open.plan.roster, &before);
        }
    }

    #[test]
    fn everybody_comes_back_as_saved(people in prop::collection::vec(person(), 0..12)) {
        let home = tempfile::tempdir().unwrap();
        let mut plan = plan();
        for person in people {
            plan.roster.put(person);
        }
        let mut made = profile::create(home.path(), plan.clone()).unwrap();
        profile::save(&mut made).unwrap();
        drop(made);
        let mut back = profile::open(home.path()).unwrap();
        prop_assert_eq!(&back.remarks, &Vec::<String>::new());
        prop_assert_eq!(&back.plan, &plan);
        let bytes = saved(home.path());
        profile::save(&mut back).unwrap();
        prop_assert_eq!(saved(home.path()), bytes);
    }

    #[test]
    fn a_roster_of_any_bytes_opens(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let home = tempfile::tempdir().unwrap();
        let mut open = with_people(home.path(), &bytes);
        open.plan.roster.put(Mailbox::new(address("dan@example.com")));
        profile::save(&mut open).unwrap();
        let plan = open.plan.clone();
        drop(open);
        prop_assert_eq!(profile::open(home.path()).unwrap().plan, plan);
    }
}
