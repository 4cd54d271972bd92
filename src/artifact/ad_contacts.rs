//! Contacts for Active Directory itself: LDIF for `ldifde` and a table for
//! `csvde`, for Exchange 2003 and for whoever may not run Exchange's cmdlets.
//!
//! Names of entries are made of the alias, so that they are ASCII; where they
//! lie is said with `-c` when they are loaded.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Altered;
use super::escape::{crlf, unicode_table};
use super::exchange_contacts::{Contacts, Row};

/// Below the export's folder.
pub(super) const FOLDER: &str = "exchange/active-directory";
/// Below the export's folder.
pub(super) const LDIF: &str = "exchange/active-directory/contacts.ldf";
/// Below the export's folder.
pub(super) const UNDO: &str = "exchange/active-directory/contacts-undo.ldf";
/// Below the export's folder.
pub(super) const CSVDE: &str = "exchange/active-directory/contacts.for-csvde.csv";
/// Below the export's folder.
pub(super) const HOW_TO: &str = "exchange/active-directory/HOW-TO.txt";

const OU: &str = "OU=Split domain contacts,DC=X";

/// The contacts as LDIF (RFC 2849) with `changetype: add`.
pub(super) fn ldif(contacts: &Contacts<'_>) -> Vec<u8> {
    let mut text = format!(
        "dn: {OU}\nchangetype: add\nobjectClass: organizationalUnit\n\
         description: Contacts that lead to the mailboxes at the host\n"
    );
    for row in contacts.contacts() {
        text.push('\n');
        line(&mut text, "dn", &dn(&row));
        text.push_str("changetype: add\nobjectClass: contact\n");
        for (attribute, value) in attributes(&row) {
            line(&mut text, attribute, &value);
        }
        for address in addresses(&row) {
            line(&mut text, "proxyAddresses", &address);
        }
    }
    crlf(&text).into_bytes()
}

/// Deletes the same contacts. The organisational unit stays.
pub(super) fn undo(contacts: &Contacts<'_>) -> Vec<u8> {
    let mut text = String::new();
    for row in contacts.contacts() {
        line(&mut text, "dn", &dn(&row));
        text.push_str("changetype: delete\n\n");
    }
    crlf(&text).into_bytes()
}

/// The same for `csvde`, which creates and nothing else. It parts values at
/// `;`, so a name gets a comma in its place and an X500 address with one is
/// left out; both are written down.
pub(super) fn csvde(contacts: &Contacts<'_>) -> (Vec<u8>, Vec<Altered>) {
    let header = [
        "DN",
        "objectClass",
        "displayName",
        "givenName",
        "sn",
        "mail",
        "mailNickname",
        "targetAddress",
        "proxyAddresses",
    ];
    let mut altered = Vec::new();
    let mut name = |row: &Row<'_>, what: &str, from: &str| {
        let to = from.replace(';', ",");
        if let (true, Ok(address)) = (to != from, row.primary.parse()) {
            let (from, to) = (from.to_owned(), to.clone());
            altered.push(Altered { address, file: CSVDE, what: what.to_owned(), from, to });
        }
        to
    };
    let mut left_out = Vec::new();
    let rows: Vec<[String; 9]> = contacts
        .contacts()
        .map(|row| {
            [
                dn(&row),
                "contact".to_owned(),
                name(&row, "display name", &row.display_name),
                name(&row, "first name", &row.first_name),
                name(&row, "last name", &row.last_name),
                row.primary.clone(),
                row.alias.clone(),
                format!("SMTP:{}", row.external),
                {
                    let (whole, parted): (Vec<_>, Vec<_>) =
                        addresses(&row).into_iter().partition(|one| !one.contains(';'));
                    left_out.extend(parted.into_iter().map(|one| (row.primary.clone(), one)));
                    whole.join(";")
                },
            ]
        })
        .collect();
    altered.extend(left_out.into_iter().filter_map(|(primary, from)| {
        let (address, what) = (primary.parse().ok()?, "X500 address".to_owned());
        Some(Altered { address, file: CSVDE, what, from, to: String::new() })
    }));
    (unicode_table(header, rows), altered)
}

pub(super) fn how_to() -> Vec<u8> {
    crlf(
        "Contacts for Active Directory, for Exchange 2003 and where no cmdlets may be run\n\
         \n\
         Use this folder or the scripts beside it, not both. The contacts go into the organisational\n\
         unit Split domain contacts. DC=X stands for your domain; -c says which it is.\n\
         \n\
         Loading, on a domain controller\n\
         \n\
         1. ldifde -i -k -f contacts.ldf -c \"DC=X\" \"DC=example,DC=com\" -j .\n\
         \u{20}  -k goes on where an entry is there already; -j writes ldif.log here.\n\
         \u{20}  Or, which only creates: csvde -i -k -u -f contacts.for-csvde.csv -c \"DC=X\" \"DC=example,DC=com\"\n\
         \u{20}  after the organisational unit was made by hand. The file is Unicode, which -u says.\n\
         2. Verify:\n\
         \u{20}  ldifde -f seen.ldf -d \"OU=Split domain contacts,DC=example,DC=com\" -l proxyAddresses,targetAddress\n\
         \n\
         On Exchange 2003 the Recipient Update Service completes the contacts within minutes. An\n\
         address that another object has already is not refused by Active Directory: look for\n\
         collisions first.\n\
         \n\
         Undo\n\
         \n\
         \u{20}  ldifde -i -k -f contacts-undo.ldf -c \"DC=X\" \"DC=example,DC=com\"\n\
         \n\
         The organisational unit stays: other waves may have contacts in it. Once it is empty:\n\
         \u{20}  dsrm \"OU=Split domain contacts,DC=example,DC=com\"\n",
    )
    .into_bytes()
}

fn dn(row: &Row<'_>) -> String {
    format!("CN={},{OU}", escaped(&row.alias))
}

/// A value inside of a distinguished name (RFC 4514 2.4).
fn escaped(value: &str) -> String {
    let mut out = String::new();
    for (at, c) in value.char_indices() {
        let special = matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=');
        if special || (at == 0 && matches!(c, '#' | ' ')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn attributes(row: &Row<'_>) -> Vec<(&'static str, String)> {
    let all = [
        ("displayName", row.display_name.to_string()),
        ("givenName", row.first_name.to_string()),
        ("sn", row.last_name.to_string()),
        ("mail", row.primary.clone()),
        ("mailNickname", row.alias.clone()),
        ("targetAddress", format!("SMTP:{}", row.external)),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// `SMTP:` is the primary address, `smtp:` the others, `X500:` former ones.
fn addresses(row: &Row<'_>) -> Vec<String> {
    let others = row.others.split(' ').filter(|other| !other.is_empty());
    std::iter::once(format!("SMTP:{}", row.primary))
        .chain(std::iter::once(format!("smtp:{}", row.external)))
        .chain(others.map(|other| format!("smtp:{other}")))
        .chain(row.x500.iter().cloned())
        .collect()
}

/// One attribute, in base64 where a plain line can't hold it (RFC 2849: a safe
/// string is ASCII, begins with no space, colon or `<`, and ends with no space).
fn line(text: &mut String, attribute: &str, value: &str) {
    let safe = value.bytes().all(|b| (b' '..0x7f).contains(&b))
        && !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ');
    if safe {
        text.push_str(&format!("{attribute}: {value}\n"));
    } else {
        text.push_str(&format!("{attribute}:: {}\n", BASE64_STANDARD.encode(value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_mean_something_to_ldif_are_encoded() {
        let written = |value: &str| {
            let mut text = String::new();
            line(&mut text, "sn", value);
            text
        };
        assert_eq!(written("Lee"), "sn: Lee\n");
        assert_eq!(written("a<b"), "sn: a<b\n");
        for (value, encoded) in [
            ("<file:///etc/passwd", "PGZpbGU6Ly8vZXRjL3Bhc3N3ZA=="),
            (":x", "Ong="),
            (" x", "IHg="),
            ("Zoë", "Wm/Dqw=="),
        ] {
            assert_eq!(written(value), format!("sn:: {encoded}\n"));
        }
    }

    #[test]
    fn a_name_of_an_entry_is_escaped() {
        assert_eq!(escaped("#a+b=c,d-sdr"), "\\#a\\+b\\=c\\,d-sdr");
    }
}
