//! The lists from which Exchange gets its contacts and forwards.
//!
//! Meant for programs (`Import-Csv`), so that values stand in them as they
//! are; the list for spreadsheets is another (`neutral_csv`).

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use super::by_address::{AT_ONCE, by_address, fetch};
use super::escape::{rows_to, table_to, tidy};
use super::exchange_names::Names;
use super::exchange_spelling::{LONG, SHORT, fault, former_addresses, full_name};
use super::forwards::{Whom, forwarded};
use super::{Altered, Refusal};
use crate::abreast::{abreast, try_abreast};
use crate::plan::{Address, Handed, Mailbox, Owners, Plan, Strategy};

/// Below the export's folder.
pub(super) const CONTACTS: &str = "exchange/contacts.for-exchange.csv";

/// Rows that are made and written at one stroke.
const PART_ROWS: usize = 4096;

/// For which room is made beforehand: more than most rows have.
const ROW_BYTES: usize = 256;

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
#[derive(Default)]
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
    /// `X500:` addresses of the mailbox that was, so that replies to old mail
    /// arrive (`facts` 1.3).
    pub(super) x500: Vec<String>,
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
/// written. `lists`: those at the host. `online`: for Exchange Online.
pub(super) fn contacts<'a>(
    plan: &'a Plan,
    lists: &'a [Mailbox],
    handed: &'a Handed,
    whom: Whom<'_>,
    online: bool,
) -> Contacts<'a> {
    // Whoever is outside of the domain gets no forward of any kind.
    let own = |who: &&Mailbox| Whom::Ever.holds(who) && who.address.domain() == plan.domain();
    let names = Names::of(plan, handed, plan.roster.iter().chain(lists).filter(own).collect());
    let owners = Owners::of(plan);
    let (places, refused, altered) = (Vec::new(), Vec::new(), Vec::new());
    let mut contacts = Contacts { plan, owners, names, places, refused, altered };
    let mut all = Looked::default();
    let everyone = 0..u32::try_from(contacts.names.people().len()).unwrap_or(u32::MAX);
    let parts = everyone.clone().step_by(PART_ROWS);
    let part =
        |from: u32| contacts.look(from..everyone.end.min(from + PART_ROWS as u32), whom, online);
    abreast(parts.collect(), part, |mut part| {
        all.places.append(&mut part.places);
        all.refused.append(&mut part.refused);
        all.altered.append(&mut part.altered);
    });
    contacts.places = by_address(contacts.names.people(), all.places.into_iter());
    (contacts.refused, contacts.altered) = (all.refused, all.altered);
    contacts
}

/// What came of a look at some people.
#[derive(Default)]
struct Looked {
    /// Of those in the list.
    places: Vec<u32>,
    refused: Vec<Refusal>,
    altered: Vec<Altered>,
}

impl<'a> Contacts<'a> {
    /// What the scripts read.
    pub(super) fn for_scripts(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A Vec takes every write.
        let _ = self.write_for_scripts(&mut bytes);
        bytes
    }

    /// The same, part by part.
    pub(super) fn write_for_scripts(&self, mut to: impl io::Write) -> io::Result<()> {
        table_to(&mut to, &COLUMNS, csv::QuoteStyle::Always)?.flush()?;
        let parts = self.places.chunks(PART_ROWS).collect();
        try_abreast(parts, |places| self.part(places), |part| to.write_all(&part?))?;
        to.flush()
    }

    fn part(&self, places: &[u32]) -> io::Result<Vec<u8>> {
        let bytes = Vec::with_capacity(places.len() * ROW_BYTES);
        let mut writer = rows_to(bytes, csv::QuoteStyle::Always);
        let mut row = Row::default();
        for places in places.chunks(AT_ONCE) {
            fetch(places.iter().filter_map(|place| self.person(*place)));
            for place in places {
                self.tell(*place, &mut row);
                // Behind the others, because they may hold spaces.
                for former in &row.x500 {
                    if !row.others.is_empty() {
                        row.others.push(' ');
                    }
                    row.others.push_str(former);
                }
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
        }
        writer.into_inner().map_err(|error| error.into_error())
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
        self.places.iter().map(|place| {
            let mut row = Row::default();
            self.tell(*place, &mut row);
            row
        })
    }

    fn person(&self, place: u32) -> Option<&'a Mailbox> {
        self.names.people().get(place as usize).copied()
    }

    /// Writes down what the list says of the person in this place.
    fn tell(&self, place: u32, row: &mut Row<'a>) {
        let Some(person) = self.person(place) else { return };
        self.names.tell(place as usize, &mut row.name, &mut row.alias);
        row.display_name = match full_name(person) {
            Cow::Borrowed(full) => tidy(full, LONG),
            Cow::Owned(full) => tidy(&full, LONG).into_owned().into(),
        };
        row.first_name = tidy(&person.first_name, SHORT);
        row.last_name = tidy(&person.last_name, SHORT);
        let local = person.address.local();
        row.primary.clear();
        row.primary.extend([local, "@", self.plan.domain().as_str()]);
        row.external.clear();
        row.external.extend([local, "@", self.plan.routing_subdomain().as_str()]);
        row.others.clear();
        self.push_others(&mut row.others, person);
        row.x500 = former_addresses(person);
        row.strategy = person.strategy;
    }

    /// With the others the mailbox, or the mail user in its place, goes on
    /// owning them.
    fn push_others(&self, to: &mut String, person: &'a Mailbox) {
        if person.strategy != Strategy::Contact || person.aliases.is_empty() {
            return;
        }
        let others = forwarded(&self.owners, self.plan, person, |_, _| {}).into_iter();
        for other in others.filter(|other| fault(other).is_none()) {
            if !to.is_empty() {
                to.push(' ');
            }
            to.extend([other.local(), "@", other.domain().as_str()]);
        }
    }

    /// Which of the people in these places are in the list; what can't be, or
    /// only otherwise than in the plan, is written down.
    fn look(&self, places: Range<u32>, whom: Whom<'_>, online: bool) -> Looked {
        let mut looked = Looked::default();
        for place in places {
            let Some(person) = self.names.people().get(place as usize) else { break };
            if looked.takes(person, whom, online, (&self.owners, self.plan)) {
                looked.places.push(place);
            }
        }
        looked
    }
}

impl Looked {
    fn takes(
        &mut self,
        person: &Mailbox,
        whom: Whom<'_>,
        online: bool,
        (owners, plan): (&Owners<'_>, &Plan),
    ) -> bool {
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
        let faulty = person.aliases.iter().any(|alias| fault(alias).is_some());
        if person.strategy == Strategy::Contact && faulty {
            for other in forwarded(owners, plan, person, |_, _| {}) {
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
        let contacts = contacts(plan, &[], Box::leak(Box::default()), Whom::Ever, false);
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
