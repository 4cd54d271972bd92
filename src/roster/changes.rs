//! What taking a list would change, before anybody is taken.

use std::collections::HashSet;

use crate::plan::{Address, Listed, Mailbox, Roster};

/// A list beside the people who are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// People whom only the list has.
    pub new: Vec<Address>,
    /// People whom it says something else of.
    pub changed: Vec<Changed>,
    /// How many are as the list has them.
    pub unchanged: usize,
    /// People who are not on the list. They stay as they are.
    pub missing: Vec<Address>,
}

/// One person whom a list changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Who.
    pub address: Address,
    /// Each field that differs.
    pub fields: Vec<FieldChange>,
}

/// One field, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// As columns are called: "display name".
    pub what: &'static str,
    /// As it is; may be empty.
    pub from: String,
    /// As the list has it; may be empty.
    pub to: String,
}

/// How many people a list told of, by what it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Tally {
    pub added: usize,
    pub updated: usize,
    pub unchanged: usize,
}

/// Takes everybody of a list into a roster.
pub fn take_into(roster: &mut Roster, listed: Vec<Listed>) -> Tally {
    let mut taken = Tally::default();
    for said in listed {
        let before = roster.get(&said.address).cloned();
        let address = before.as_ref().map(|before| before.address.clone());
        roster.merge(said);
        match address.and_then(|address| roster.get(&address)) {
            None => taken.added += 1,
            after if after == before.as_ref() => taken.unchanged += 1,
            Some(_) => taken.updated += 1,
        }
    }
    taken
}

/// What `listed` would change of `roster`; changes nothing.
pub fn changes(roster: &Roster, listed: &[Listed]) -> Changes {
    let mut changes = Changes::default();
    for said in listed {
        let Some(before) = roster.get(&said.address) else {
            changes.new.push(said.address.clone());
            continue;
        };
        let mut after = before.clone();
        said.clone().tell(&mut after);
        let fields = differences(before, &after);
        match fields.is_empty() {
            true => changes.unchanged += 1,
            false => changes.changed.push(Changed { address: said.address.clone(), fields }),
        }
    }
    let on_it: HashSet<&Address> = listed.iter().map(|said| &said.address).collect();
    let gone = roster.iter().map(|who| &who.address).filter(|who| !on_it.contains(who));
    changes.missing = gone.cloned().collect();
    changes
}

/// The fields in which one person differs.
pub fn differences(before: &Mailbox, after: &Mailbox) -> Vec<FieldChange> {
    let (before, after) = (fields(before), fields(after));
    before
        .into_iter()
        .zip(after)
        .filter(|((_, from), (_, to))| from != to)
        .map(|((what, from), (_, to))| FieldChange { what, from, to })
        .collect()
}

/// Every field of a person in words.
fn fields(who: &Mailbox) -> [(&'static str, String); 12] {
    let aliases: Vec<String> = who.aliases.iter().map(ToString::to_string).collect();
    [
        ("display name", who.display_name.to_string()),
        ("first name", who.first_name.to_string()),
        ("last name", who.last_name.to_string()),
        ("home", who.home.as_str().to_owned()),
        ("wave", who.wave.map_or_else(String::new, |wave| wave.to_string())),
        ("other addresses", aliases.join(" ")),
        ("strategy", who.strategy.as_str().to_owned()),
        ("mailbox type", who.kind().as_str().to_owned()),
        ("department", who.department().to_owned()),
        ("legacyExchangeDN", who.legacy_dn().to_owned()),
        ("X500 addresses", who.x500().join(" ")),
        ("delegates", who.delegates().join("; ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Domain;
    use crate::roster::{read_table, take_people};

    #[test]
    fn a_second_list_is_told_field_by_field_and_changes_nobody() {
        let domain = Domain::parse("example.com").unwrap();
        let people = |text: &str| {
            let table = read_table(text.as_bytes()).unwrap();
            take_people(&table, &table.columns, &domain).unwrap()
        };
        let first = people(
            "address,name,wave,department\nann@example.com,Ann,1,Sales\nbob@example.com,Bob,,\ncid@example.com,Cid,2,\n",
        );
        let mut roster = Roster::default();
        first.listed.into_iter().for_each(|listed| {
            roster.merge(listed);
        });
        let before = roster.clone();
        let second = people(
            "address,name,wave,department\nann@example.com,Ann Lee,1,\nbob@example.com,,,\ndan@example.com,Dan,,\n",
        );
        let said = changes(&roster, &second.listed);
        let names =
            |list: &[Address]| list.iter().map(|who| who.local().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            (names(&said.new), said.unchanged, names(&said.missing)),
            (vec!["dan".into()], 1, vec!["cid".into()])
        );
        let field = FieldChange { what: "display name", from: "Ann".into(), to: "Ann Lee".into() };
        assert_eq!(said.changed.len(), 1);
        assert_eq!(said.changed[0].fields, [field]);
        assert_eq!(roster, before);
        second.listed.iter().cloned().for_each(|listed| {
            roster.merge(listed);
        });
        let again = changes(&roster, &second.listed);
        assert_eq!((again.new.len(), again.changed.len(), again.unchanged), (0, 0, 3));
    }
}
