//! What the headers of a table say of its columns.

use super::Column;
use super::field::plain;

/// How surely a header names the address; the lower, the surer. `None`: it
/// doesn't.
pub(super) fn address_rank(name: &str) -> Option<u8> {
    match name {
        "address" | "primarysmtpaddress" => Some(0),
        "email"
        | "mail"
        | "emailaddress"
        | "mailaddress"
        | "smtpaddress"
        | "smtp"
        | "primaryemail"
        | "primaryemailaddress"
        | "primaryaddress"
        | "windowsemailaddress"
        | "emailaddress1" => Some(1),
        "userprincipalname" | "upn" => Some(2),
        "user" | "username" | "mailbox" | "login" | "account" => Some(3),
        _ if name.contains("mail") || name.contains("adress") => Some(4),
        _ => None,
    }
}

/// What a header cell names, the address aside.
pub(super) fn named(name: &str) -> Option<Column> {
    match name {
        "displayname" | "name" | "fullname" | "cn" | "anzeigename" => Some(Column::DisplayName),
        "firstname" | "givenname" | "first" | "vorname" => Some(Column::FirstName),
        "lastname" | "surname" | "sn" | "familyname" | "last" | "nachname" => {
            Some(Column::LastName)
        }
        "home" | "location" | "system" | "server" | "side" => Some(Column::Home),
        // By their cells only: most of these columns are about something else.
        "status" | "migrationstatus" => Some(Column::Home),
        "mailboxtype"
        | "recipienttype"
        | "recipienttypedetails"
        | "type"
        | "msexchrecipienttypedetails" => Some(Column::Kind),
        "department" | "dept" | "abteilung" => Some(Column::Department),
        "legacyexchangedn" => Some(Column::LegacyDn),
        "x500" => Some(Column::X500),
        "delegates" | "grantsendonbehalfto" | "publicdelegates" => Some(Column::Delegates),
        "wave" | "wavenumber" | "migrationwave" | "batch" | "batchnumber" | "migrationbatch" => {
            Some(Column::Wave)
        }
        "aliases" | "alias" | "proxyaddresses" | "zimbramailalias" | "emailaddresses"
        | "otheraddresses" | "smtpaddresses" => Some(Column::Aliases),
        "strategy" => Some(Column::Strategy),
        "accountstatus" | "zimbraaccountstatus" => Some(Column::Status),
        _ => None,
    }
}

/// How many cells of a row are headers that we know.
pub(super) fn known_headers<S: AsRef<str>>(row: &[S]) -> usize {
    let known = |cell: &&str| {
        let name = header_name(cell);
        !cell.contains('@') && (named(&name).is_some() || address_rank(&name).is_some())
    };
    row.iter().map(AsRef::as_ref).filter(known).count()
}

/// Whether a header names what people sign in with.
pub(super) fn is_sign_in(header: &str) -> bool {
    matches!(&*header_name(header), "userprincipalname" | "upn")
}

/// A header without what Google puts behind it: `Email Address [Required]`.
pub(super) fn header_name(cell: &str) -> String {
    plain(cell.split('[').next().unwrap_or_default()).into_owned()
}

/// Whether another column says the same better: `DisplayName` beside `Name`,
/// `RecipientTypeDetails` beside `RecipientType`.
pub(super) fn outdone(name: &str, header: &[String]) -> bool {
    let better = match name {
        "name" | "cn" => "displayname",
        "recipienttype" => "recipienttypedetails",
        _ => return false,
    };
    header.iter().any(|cell| header_name(cell) == better)
}
