//! Contacts for the bulk import of Exchange Online's admin centre.

use super::Altered;
use super::escape::{cut, table};
use super::exchange_contacts::{Contacts, Row};
use super::exchange_spelling::SHORT;

/// Below the export's folder.
pub(super) const BULK: &str = "exchange/bulk-import.for-exchange-online.csv";

/// The bulk import of the Exchange Online admin centre, its header to the
/// letter. First and last name are required there; what stands for one that
/// is not known is told.
pub(super) fn bulk_import(contacts: &Contacts<'_>) -> (Vec<u8>, Vec<Altered>) {
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
    let mut altered = Vec::new();
    let rows = contacts.rows().map(|row| {
        let mut cells: [String; 22] = Default::default();
        let (first, last) = first_and_last(&row);
        for (what, known, to) in
            [("first name", &row.first_name, &first), ("last name", &row.last_name, &last)]
        {
            if let (true, Ok(address)) = (known != to, row.primary.parse()) {
                let (what, from, to) = (what.to_owned(), known.to_string(), to.clone());
                altered.push(Altered { address, file: BULK, what, from, to });
            }
        }
        let front = [row.external, row.name, first, last];
        for (cell, value) in cells.iter_mut().zip(front) {
            *cell = value;
        }
        cells
    });
    (table(header, rows, csv::QuoteStyle::Necessary), altered)
}

/// Both are required, so one that is not known is a part of the display name:
/// its last word for the family name, what stands before it for the given
/// one. Of a single word nothing more can be known, and it stands in both.
fn first_and_last(row: &Row<'_>) -> (String, String) {
    let (front, end) = match row.display_name.rsplit_once(' ') {
        Some((front, end)) => (front.trim_end(), end),
        None => (&*row.display_name, &*row.display_name),
    };
    let or = |name: &str, part: &str| {
        let name = if name.is_empty() { part } else { name };
        cut(name, SHORT).to_owned()
    };
    (or(&row.first_name, front), or(&row.last_name, end))
}

#[cfg(test)]
mod tests {
    use super::super::exchange_contacts::contacts;
    use super::super::forwards::Whom;
    use super::*;
    use crate::plan::{Domain, Handed, Home, Mailbox, Plan};

    #[test]
    fn a_bulk_import_has_two_names_where_only_the_display_name_is_known() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for (address, name) in [("a@example.com", "Ann van Lee"), ("c@example.com", "Cher")] {
            let mut person = Mailbox::new(address.parse().unwrap());
            person.display_name = name.into();
            person.home = Home::Host;
            plan.roster.add(person).unwrap();
        }
        let handed = Handed::default();
        let contacts = contacts(&plan, &[], &handed, Whom::Ever, true);
        let (_, altered) = bulk_import(&contacts);
        let told: Vec<String> = { altered.iter() }
            .map(|altered| format!("{} {}: {:?}", altered.address, altered.what, altered.to))
            .collect();
        let of =
            |whose: &str, what: &str, name: &str| format!("{whose}@example.com {what}: {name:?}");
        assert_eq!(
            told,
            [
                of("a", "first name", "Ann van"),
                of("a", "last name", "Lee"),
                of("c", "first name", "Cher"),
                of("c", "last name", "Cher")
            ]
        );
        let names: Vec<_> = contacts.rows().map(|row| first_and_last(&row)).collect();
        let expected = [("Ann van", "Lee"), ("Cher", "Cher")];
        assert_eq!(names, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
