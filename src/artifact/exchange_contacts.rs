//! The lists from which Exchange gets its contacts and forwards.
//!
//! Meant for programs (`Import-Csv`), so that values stand in them as they
//! are; the list for spreadsheets is another (`neutral_csv`).

use std::borrow::Cow;
use std::io;

use super::escape::{table_to, tidy};
use super::exchange_names::{LONG, Names, SHORT, full_name};
use super::forwards::{Owners, Whom};
use super::{Altered, Refusal};
use crate::plan::{Address, Mailbox, Plan, Strategy};

/// Below the export's folder.
pub(super) const CONTACTS: &str = "exchange/contacts.for-exchange.csv";

/// Who is in the lists, and what could not be written as it was. Rows are
/// made when they are written: a million need not stand side by side.
pub(super) struct Contacts<'a> {
    plan: &'a Plan,
    owners: Owners<'a>,
    names: Names<'a>,
    /// Places among the names, by address: two lists of the same people
    /// differ only where the people do.
    places: Vec<u32>,
    pub(super) refused: Vec<Refusal>,
    pub(super) altered: Vec<Altered>,
}

/// One person, every value as Exchange takes it.
pub(super) struct Row<'a> {
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) display_name: Cow<'a, str>,
    pub(super) first_name: Cow<'a, str>,
    pub(super) last_name: Cow<'a, str>,
    pub(super) primary: String,
    pub(super) external: String,
    /// Separated by spaces.
    pub(super) others: String,
    pub(super) strategy: Strategy,
}

/// The header of what the scripts read.
const COLUMNS: [&str; 9] = [
    "Name",
    "Alias",
    "DisplayName",
    "FirstName",
    "LastName",
    "PrimarySmtpAddress",
    "ExternalEmailAddress",
    "OtherAddresses",
    "Strategy",
];

/// Rows for these people. Names are chosen among everyone who will ever move,
/// so that a person has the same one in whichever wave or order the lists are
/// written. `online`: for Exchange Online.
pub(super) fn contacts(plan: &Plan, whom: Whom, online: bool) -> Contacts<'_> {
    // Whoever is outside of the domain gets no forward of any kind.
    let own = |who: &&Mailbox| Whom::Ever.holds(who) && who.address.domain() == plan.domain();
    let names = Names::of(plan, plan.roster.iter().filter(own).collect());
    let owners = Owners::of(plan);
    let (places, refused, altered) = (Vec::new(), Vec::new(), Vec::new());
    let mut contacts = Contacts { plan, owners, names, places, refused, altered };
    // One look at each in the order in which they lie in memory.
    let mut places: Vec<u32> = (0..).take(contacts.names.people().len()).collect();
    places.retain(|place| contacts.takes(*place, whom, online));
    contacts.places = by_address(contacts.names.people(), places);
    contacts
}

/// The places of people in the order of their addresses.
fn by_address(people: &[&Mailbox], places: Vec<u32>) -> Vec<u32> {
    // Most are told apart by the front of the address, without a look at it.
    let front = |person: &Mailbox| {
        let mut octets = [0; 12];
        octets.iter_mut().zip(person.address.local().bytes()).for_each(|(to, from)| *to = from);
        octets
    };
    let address = |place: u32| people.get(place as usize).map(|person| &person.address);
    let key = |place: u32| Some((front(people.get(place as usize)?), place));
    let mut keys: Vec<([u8; 12], u32)> = places.into_iter().filter_map(key).collect();
    keys.sort_unstable_by(|(a, one), (b, two)| {
        a.cmp(b).then_with(|| address(*one).cmp(&address(*two)))
    });
    keys.into_iter().map(|(_, place)| place).collect()
}

impl<'a> Contacts<'a> {
    /// What the scripts read.
    pub(super) fn for_scripts(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A Vec takes every write.
        let _ = self.write_for_scripts(&mut bytes);
        bytes
    }

    /// The same, row by row.
    pub(super) fn write_for_scripts(&self, to: impl io::Write) -> io::Result<()> {
        let mut writer = table_to(to, &COLUMNS, csv::QuoteStyle::Always)?;
        for row in self.rows() {
            writer.write_record([
                &*row.name,
                &*row.alias,
                &*row.display_name,
                &*row.first_name,
                &*row.last_name,
                &*row.primary,
                &*row.external,
                &*row.others,
                row.strategy.as_str(),
            ])?;
        }
        writer.flush()
    }

    /// Those who become contacts and nothing else.
    pub(super) fn contacts(&self) -> impl Iterator<Item = Row<'a>> {
        self.rows().filter(|row| row.strategy == Strategy::Contact)
    }

    /// How many people are in the list.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Each person, by address.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.places.iter().filter_map(|place| self.row(*place))
    }

    fn row(&self, place: u32) -> Option<Row<'a>> {
        let place = place as usize;
        let person: &'a Mailbox = self.names.people().get(place)?;
        let (name, alias) = self.names.at(place);
        let display_name = match full_name(person) {
            Cow::Borrowed(full) => tidy(full, LONG),
            Cow::Owned(full) => tidy(&full, LONG).into_owned().into(),
        };
        Some(Row {
            name,
            alias,
            display_name,
            first_name: tidy(&person.first_name, SHORT),
            last_name: tidy(&person.last_name, SHORT),
            primary: [person.address.local(), "@", self.plan.domain().as_str()].concat(),
            external: [person.address.local(), "@", self.plan.routing_subdomain().as_str()]
                .concat(),
            others: self.others(person),
            strategy: person.strategy,
        })
    }

    /// With the others the mailbox, or the mail user in its place, goes on
    /// owning them.
    fn others(&self, person: &'a Mailbox) -> String {
        if person.strategy != Strategy::Contact || person.aliases.is_empty() {
            return String::new();
        }
        let others = self.owners.others(person, |_, _| {}).into_iter();
        let mut text = String::new();
        for other in others.filter(|other| fault(other).is_none()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.extend([other.local(), "@", other.domain().as_str()]);
        }
        text
    }

    /// Whether a person is in the list; what can't be, or only otherwise than
    /// in the plan, is written down.
    fn takes(&mut self, place: u32, whom: Whom, online: bool) -> bool {
        let Some(person) = self.names.people().get(place as usize).copied() else { return false };
        if !whom.holds(person) {
            return false;
        }
        if let Some(reason) = fault(&person.address) {
            self.refuse(&person.address, reason.to_owned());
            return false;
        }
        if person.strategy == Strategy::Retire && online {
            self.refuse(
                &person.address,
                "Exchange Online retires a mailbox by its licence; take that away, then choose the \
                 strategy contact"
                    .to_owned(),
            );
            return false;
        }
        if person.strategy == Strategy::Contact && !person.aliases.is_empty() {
            for other in self.owners.others(person, |_, _| {}) {
                if let Some(reason) = fault(other) {
                    self.refuse(other, format!("as an alias of {}: {reason}", person.address));
                }
            }
        }
        // Of what stands for a display name that is not there, a cut is told;
        // nothing but hidden characters is a change itself.
        let full = full_name(person);
        let was = if person.display_name.is_empty() { &*full } else { &*person.display_name };
        self.compare(person, "display name", was, &tidy(&full, LONG));
        for (what, name) in [("first name", &person.first_name), ("last name", &person.last_name)] {
            self.compare(person, what, name, &tidy(name, SHORT));
        }
        true
    }

    fn refuse(&mut self, address: &Address, reason: String) {
        self.refused.push(Refusal { address: address.clone(), file: CONTACTS.to_owned(), reason });
    }

    /// Writes down a change.
    fn compare(&mut self, person: &Mailbox, what: &str, from: &str, to: &str) {
        if from != to {
            self.altered.push(Altered {
                address: person.address.clone(),
                file: CONTACTS,
                what: what.to_owned(),
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
    }
}

/// Why Exchange can't have an address.
fn fault(address: &Address) -> Option<&'static str> {
    if address.local().starts_with('"') {
        Some("the part before the @ is in quotes; create this forward by hand")
    } else if address.needs_smtputf8() {
        Some("it has letters outside of ASCII, which Exchange gives to nobody's address")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::plan::{Domain, Plan};

    fn plan(people: &[(&str, &str)]) -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for (address, name) in people {
            let mut person = Mailbox::new(address.parse().unwrap());
            person.display_name = (*name).into();
            person.home = crate::plan::Home::Host;
            plan.roster.add(person).unwrap();
        }
        plan
    }

    fn rows(plan: &Plan) -> (Vec<(String, String)>, Contacts<'_>) {
        let contacts = contacts(plan, Whom::Ever, false);
        (contacts.rows().map(|row| (row.name, row.alias)).collect(), contacts)
    }

    #[test]
    fn names_and_aliases_stay_unique_when_they_are_cut() {
        let local = |n: usize| format!("{}{n}@example.com", "a".repeat(62));
        let long = "N".repeat(300);
        let people: Vec<(String, String)> = (10..40).map(|n| (local(n), long.clone())).collect();
        let people: Vec<(&str, &str)> = people.iter().map(|(a, n)| (&**a, &**n)).collect();
        let plan = plan(&people);
        let (names, contacts) = rows(&plan);
        assert_eq!(names.len(), 30);
        for (name, alias) in &names {
            assert!(name.len() <= 64 && alias.len() <= 64, "{name} {alias}");
        }
        assert_eq!(names.iter().map(|n| &n.0).collect::<BTreeSet<_>>().len(), 30);
        assert_eq!(names.iter().map(|n| &n.1).collect::<BTreeSet<_>>().len(), 30);
        assert_eq!(contacts.altered.len(), 30, "every cut display name is written down");
    }

    #[test]
    fn what_exchange_can_not_address_is_refused_with_its_reason() {
        let plan = plan(&[
            ("jörg@example.com", "Jörg"),
            ("\"two words\"@example.com", "Two"),
            ("ok@example.com", "Jörg"),
        ]);
        let (names, contacts) = rows(&plan);
        assert_eq!(names.len(), 1);
        let said: Vec<String> = contacts.refused.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2);
        assert!(
            said[0].starts_with("jörg@example.com can't be written to exchange/contacts"),
            "{said:?}"
        );
    }
}
