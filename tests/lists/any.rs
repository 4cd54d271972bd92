//! Any bytes at all: nothing panics, and every entry is accounted for.

use proptest::prelude::*;
use sdr_wizard::roster::{Column, Format, guess, read_as, read_table, take_people};

use super::domain;

fn every_format() -> impl Strategy<Value = Format> {
    prop::sample::select(Format::BY_NAME.map(|(_, format)| format).to_vec())
}

/// Lines of maps, in which every way to be wrong occurs.
fn map_line() -> impl Strategy<Value = String> {
    let address = "[a-d]@example\\.com";
    prop_oneof![
        3 => (address, address).prop_map(|(key, to)| format!("{key} {to}")),
        1 => (address, address, address).prop_map(|(key, one, two)| format!("{key} {one}, {two}")),
        1 => address.prop_map(|key| format!("{key} example.com/x/")),
        1 => Just("@example.com x@example.com".to_owned()),
        2 => (address, "[a-f]").prop_map(|(key, user)| format!("{key}\t{user}")),
        1 => (address, "[a-f]", address).prop_map(|(key, user, to)| format!("{key} {user}, {to}")),
        1 => "[!-9;-~]{1,8} [!-~]{1,8}",
    ]
}

/// Entries of LDIF, good and bad.
fn ldif_entry() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[a-e]".prop_map(|name| format!("dn: cn={name}\nmail: {name}@exam\n ple.com")),
        1 => Just("dn: cn=x\nchangetype: delete".to_owned()),
        1 => "[a-e]".prop_map(|name| format!("dn: cn=x\nchangetype: add\nmail: {name}@example.com")),
        1 => Just("search: 2\nresult: 0 Success".to_owned()),
        1 => Just("dn: cn=x\nmail:: !!!".to_owned()),
        1 => Just("dn: ou=x".to_owned()),
        1 => "dn: [ -~]{0,20}\n[a-z]{1,5}:[:<]? [ -~]{0,20}",
        1 => "[a-z]{1,9}",
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(
        format in every_format(),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        for table in [read_table(&bytes), read_as(&bytes, format)].into_iter().flatten() {
            let _ = guess(&table);
            let _ = take_people(&table, &Column::ALL.to_vec(), &domain());
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic_and_nobody_is_lost_on_the_way(
        format in every_format(),
        text in "(?s)(# name |dn: |mail:: |version: 1\n)?[ -~\\n\t\u{e4}\u{202e}:@<{}#+=/]{0,300}",
    ) {
        let Ok(table) = read_as(text.as_bytes(), format) else { return Ok(()) };
        let people = take_people(&table, &vec![Column::Address, Column::Aliases], &domain()).unwrap();
        let (rows, rejects) = (table.rows.len(), table.rejects.len());
        prop_assert_eq!(people.listed.len() + people.rejects.len(), rows + rejects);
        for reject in &people.rejects {
            prop_assert!(!reject.reason.is_empty() && !reject.text.contains(char::is_control));
        }
    }

    /// Counted without our own reader: one entry a line.
    #[test]
    fn every_line_of_a_map_is_a_person_a_reject_or_told_to_one(
        lines in prop::collection::vec(map_line(), 1..30),
    ) {
        let text = lines.join("\n");
        let filled = lines.iter().filter(|line| !line.starts_with('#')).count();
        let table = match read_as(text.as_bytes(), Format::PostfixMap) {
            Ok(table) => table,
            Err(_) => { prop_assert_eq!(filled, 0); return Ok(()) }
        };
        let people = take_people(&table, &table.columns, &domain()).unwrap();
        let accounted = (people.listed.len() + people.rejects.len()) as u64 + table.merged;
        prop_assert_eq!(accounted, filled as u64);
    }

    /// Entries stand between empty lines.
    #[test]
    fn every_ldif_entry_is_a_person_or_a_reject(
        entries in prop::collection::vec(ldif_entry(), 1..20),
    ) {
        let text = format!("version: 1\n\n{}\n", entries.join("\n\n"));
        // What ldapsearch writes below the entries is nobody.
        let silent = entries.iter().filter(|entry| entry.starts_with("search: ")).count();
        let Ok(table) = read_as(text.as_bytes(), Format::Ldif) else {
            prop_assert_eq!(silent, entries.len());
            return Ok(());
        };
        let people = take_people(&table, &table.columns, &domain()).unwrap();
        prop_assert_eq!(people.listed.len() + people.rejects.len() + silent, entries.len());
    }
}
