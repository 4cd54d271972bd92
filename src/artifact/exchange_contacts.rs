//! The lists from which Exchange gets its contacts and forwards.
//!
//! Meant for programs (`Import-Csv`), so that values stand in them as they
//! are; the list for spreadsheets is another (`neutral_csv`).

use super::escape::{cut, table, tidy};
use super::exchange_names::{LONG, SHORT, full_name, names};
use super::forwards::Moved;
use super::{Altered, Refusal};
use crate::plan::{Address, Mailbox, Strategy};

/// Below the export's folder.
pub(super) const CONTACTS: &str = "exchange/contacts.for-exchange.csv";
/// Below the export's folder.
pub(super) const BULK: &str = "exchange/bulk-import.for-exchange-online.csv";

/// The rows, and what could not be written as it was.
pub(super) struct Contacts {
    rows: Vec<Row>,
    pub(super) refused: Vec<Refusal>,
    pub(super) altered: Vec<Altered>,
}

/// One person, every value as Exchange takes it.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) display_name: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) primary: String,
    pub(super) external: String,
    /// Separated by spaces.
    pub(super) others: String,
    pub(super) strategy: Strategy,
}

/// Rows for `wanted`. Names are chosen among `everyone`, so that a person has
/// the same one in whichever wave or order the lists are written. `online`: for
/// Exchange Online.
pub(super) fn contacts(everyone: &[Moved<'_>], wanted: &[Moved<'_>], online: bool) -> Contacts {
    let mut names = names(everyone);
    let mut contacts = Contacts { rows: Vec::new(), refused: Vec::new(), altered: Vec::new() };
    for moved in wanted {
        let person = moved.person;
        if let Some(reason) = fault(&person.address) {
            contacts.refuse(&person.address, reason.to_owned());
            continue;
        }
        if person.strategy == Strategy::Retire && online {
            contacts.refuse(
                &person.address,
                "Exchange Online retires a mailbox by its licence; take that away, then choose the \
                 strategy contact"
                    .to_owned(),
            );
            continue;
        }
        let Some((name, alias)) = names.remove(&person.address) else { continue };
        let mut others = Vec::new();
        // With the others the mailbox, or the mail user in its place, goes on
        // owning them.
        if person.strategy == Strategy::Contact {
            for other in &moved.others {
                match fault(other) {
                    Some(reason) => contacts
                        .refuse(other, format!("as an alias of {}: {reason}", person.address)),
                    None => others.push(other.to_string()),
                }
            }
        }
        let row = Row {
            name,
            alias,
            display_name: contacts.display_name(person),
            first_name: contacts.fitted(person, "first name", &person.first_name, SHORT),
            last_name: contacts.fitted(person, "last name", &person.last_name, SHORT),
            primary: person.address.to_string(),
            external: moved.target.to_string(),
            others: others.join(" "),
            strategy: person.strategy,
        };
        contacts.rows.push(row);
    }
    contacts
}

impl Contacts {
    /// What the scripts read.
    pub(super) fn for_scripts(&self) -> Vec<u8> {
        let header = [
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
        let rows = self.rows.iter().map(|row| {
            [
                row.name.clone(),
                row.alias.clone(),
                row.display_name.clone(),
                row.first_name.clone(),
                row.last_name.clone(),
                row.primary.clone(),
                row.external.clone(),
                row.others.clone(),
                row.strategy.as_str().to_owned(),
            ]
        });
        table(header, rows, csv::QuoteStyle::Always)
    }

    /// The bulk import of the Exchange Online admin centre, its header to the
    /// letter. First and last name are required there.
    pub(super) fn for_bulk_import(&self) -> Vec<u8> {
        let header = [
            "ExternalEmailAddress",
            "Name",
            "FirstName",
            "LastName",
            "StreetAddress",
            "City",
            "StateorProvince",
            "PostalCode",
            "Phone",
            "MobilePhone",
            "Pager",
            "HomePhone",
            "Company",
            "Title",
            "OtherTelephone",
            "Department",
            "CountryOrRegion",
            "Fax",
            "Initials",
            "Notes",
            "Office",
            "Manager",
        ];
        let rows = self.rows.iter().map(|row| {
            let mut cells: [String; 22] = Default::default();
            let or_display = |name: &str| {
                if name.is_empty() {
                    cut(&row.display_name, SHORT).to_owned()
                } else {
                    name.to_owned()
                }
            };
            let front = [
                row.external.clone(),
                row.name.clone(),
                or_display(&row.first_name),
                or_display(&row.last_name),
            ];
            for (cell, value) in cells.iter_mut().zip(front) {
                *cell = value;
            }
            cells
        });
        table(header, rows, csv::QuoteStyle::Necessary)
    }

    /// Those who become contacts and nothing else.
    pub(super) fn contacts(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.strategy == Strategy::Contact)
    }

    /// How many people are in the list.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    fn refuse(&mut self, address: &Address, reason: String) {
        self.refused.push(Refusal { address: address.clone(), file: CONTACTS.to_owned(), reason });
    }

    /// The display name, or what stands for it; a change of either is written down.
    fn display_name(&mut self, person: &Mailbox) -> String {
        let full = full_name(person);
        if person.display_name.is_empty() || *person.display_name == *full {
            return self.fitted(person, "display name", &full, LONG);
        }
        // Nothing but hidden characters: something else has to stand for it.
        let stand_in = tidy(&full, LONG).into_owned();
        self.altered.push(Altered {
            address: person.address.clone(),
            file: CONTACTS,
            what: "display name".to_owned(),
            from: person.display_name.to_string(),
            to: stand_in.clone(),
        });
        stand_in
    }

    /// A name as Exchange takes it; a change is written down.
    fn fitted(&mut self, person: &Mailbox, what: &str, text: &str, most: usize) -> String {
        let fitted = tidy(text, most);
        if fitted != text {
            self.altered.push(Altered {
                address: person.address.clone(),
                file: CONTACTS,
                what: what.to_owned(),
                from: text.to_owned(),
                to: fitted.clone().into_owned(),
            });
        }
        fitted.into_owned()
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

    use super::super::forwards::{Whom, moved};
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

    fn rows(plan: &Plan) -> (Vec<(String, String)>, Contacts) {
        let (everyone, _) = moved(plan, Whom::Ever, "list");
        let contacts = contacts(&everyone, &everyone, false);
        (contacts.rows.iter().map(|row| (row.name.clone(), row.alias.clone())).collect(), contacts)
    }

    #[test]
    fn names_and_aliases_stay_unique_when_they_are_cut() {
        let local = |n: usize| format!("{}{n}@example.com", "a".repeat(62));
        let long = "N".repeat(300);
        let people: Vec<(String, String)> = (10..40).map(|n| (local(n), long.clone())).collect();
        let people: Vec<(&str, &str)> = people.iter().map(|(a, n)| (&**a, &**n)).collect();
        let (names, contacts) = rows(&plan(&people));
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
        let (names, contacts) = rows(&plan(&[
            ("jörg@example.com", "Jörg"),
            ("\"two words\"@example.com", "Two"),
            ("ok@example.com", "Jörg"),
        ]));
        assert_eq!(names.len(), 1);
        let said: Vec<String> = contacts.refused.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 2);
        assert!(
            said[0].starts_with("jörg@example.com can't be written to exchange/contacts"),
            "{said:?}"
        );
    }
}
