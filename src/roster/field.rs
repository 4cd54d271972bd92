//! One cell into one field of a person. Each reason is a sentence part.

use std::borrow::Cow;

use super::proxy_addresses::{is_unwritten_list, other_addresses};
use super::shown;
use crate::plan::{Address, Domain, Home, Kind, Strategy, WaveNumber};

/// An address, with the name that stands before it in `Ann <ann@example.com>`.
pub(super) fn address_of(cell: &str, domain: &Domain) -> Result<(Address, String), String> {
    let bare = bare_address(cell);
    let address = Address::parse(bare).map_err(|error| match error {
        crate::plan::AddressError::Empty => "it has no address".to_owned(),
        crate::plan::AddressError::NoAt(text) => format!("“{text}” has no @"),
        other => part_of(&other),
    })?;
    if address.domain() != domain {
        return Err(format!("{} is not in {domain}", shown(&address.to_string(), 80)));
    }
    let name = match bare.rsplit_once('<') {
        Some((name, rest)) if rest.ends_with('>') => {
            name.trim().trim_matches('"').trim().to_owned()
        }
        _ => String::new(),
    };
    // One domain for everybody, not one copy each.
    Ok((address.at(domain), name))
}

/// The address of a user name: `ann` is `ann@example.com`; a whole address is
/// taken as it stands.
pub(super) fn user_name_of(cell: &str, domain: &Domain) -> Result<(Address, String), String> {
    let name = cell.trim();
    if name.contains('@') || name.is_empty() {
        return address_of(cell, domain);
    }
    let address = Address::parse(&format!("{name}@{domain}")).map_err(|error| part_of(&error))?;
    Ok((address.at(domain), String::new()))
}

/// Where a mailbox is; empty: on the external server.
pub(crate) fn home_of(cell: &str) -> Result<Home, String> {
    match &*plain(cell) {
        "" => Ok(Home::default()),
        "host" | "hosted" | "rackspace" | "rackspaceemail" | "moved" | "migrated" => Ok(Home::Host),
        "external" | "exchange" | "exchangeserver" | "exchangeonline" | "onpremises" | "onprem"
        | "office365" | "microsoft365" | "local" | "stays" | "stay" => Ok(Home::External),
        _ => Err(format!(
            "“{}” is no home; write host (or rackspace, moved) or external (or exchange, on-premises, stays)",
            shown(cell.trim(), 40)
        )),
    }
}

/// The wave in which a mailbox moves: `2`, `Wave 2`, `batch #2`, `w2`, and
/// `2.0`, as spreadsheets write numbers; empty or `-`: in none.
pub(crate) fn wave_of(cell: &str) -> Result<Option<WaveNumber>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let text = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_lowercase();
    if matches!(text.as_str(), "" | "-" | "none") {
        return Ok(None);
    }
    match wave_number(&text).and_then(WaveNumber::new) {
        Some(wave) => Ok(Some(wave)),
        None => {
            Err(format!("“{}” is no wave; write a number from 1 to 65535", shown(cell.trim(), 40)))
        }
    }
}

/// Nothing but one number, and the word for it: a sign or a fraction makes it
/// another number, never a digit more.
fn wave_number(text: &str) -> Option<u16> {
    let number = match ["wave", "batch", "w"].into_iter().find_map(|word| text.strip_prefix(word)) {
        // Joined to the word a hyphen is no sign.
        Some(rest) => rest.strip_prefix(['-', '_']).unwrap_or(rest).trim_start(),
        None => text,
    };
    let number = number.strip_prefix('#').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = digits(whole) && digits(fraction) && fraction.bytes().all(|byte| byte == b'0');
    if is_whole { whole.parse().ok() } else { None }
}

/// What becomes of the person on the external server; empty: a contact.
pub(crate) fn strategy_of(cell: &str) -> Result<Strategy, String> {
    match &*plain(cell) {
        "" => Ok(Strategy::default()),
        "contact" | "mailcontact" => Ok(Strategy::Contact),
        "forward" | "forwarding" | "keepandforward" => Ok(Strategy::Forward),
        "retire" | "mailuser" | "retiremailbox" => Ok(Strategy::Retire),
        _ => Err(format!(
            "“{}” is no strategy; write contact, forward or retire",
            shown(cell.trim(), 40)
        )),
    }
}

/// What a mailbox is for, by Exchange's `RecipientTypeDetails` (its words,
/// or the numbers of `msExchRecipientTypeDetails`), or by our own words.
pub(crate) fn kind_of(cell: &str) -> Result<Kind, String> {
    match &*plain(cell) {
        "user" | "usermailbox" | "linkedmailbox" | "legacymailbox" | "remoteusermailbox"
        | "mailbox" | "1" | "2" | "8" | "2147483648" => Ok(Kind::User),
        "shared" | "sharedmailbox" | "remotesharedmailbox" | "4" | "34359738368" => {
            Ok(Kind::Shared)
        }
        "room" | "roommailbox" | "remoteroommailbox" | "16" | "8589934592" | "location" => {
            Ok(Kind::Room)
        }
        "equipment" | "equipmentmailbox" | "remoteequipmentmailbox" | "32" | "17179869184" => {
            Ok(Kind::Equipment)
        }
        "list"
        | "grouplist"
        | "distributionlist"
        | "distributiongroup"
        | "group"
        | "groupmailbox"
        | "mailuniversaldistributiongroup"
        | "mailuniversalsecuritygroup"
        | "mailnonuniversalgroup"
        | "dynamicdistributiongroup"
        | "256"
        | "512"
        | "1024"
        | "2048" => Ok(Kind::List),
        "contact" | "mailcontact" | "mailforestcontact" | "mailuser" | "guestmailuser" | "64"
        | "128" | "32768" => Ok(Kind::Contact),
        _ => Err(format!(
            "“{}” is no mailbox type; write user, shared, room, equipment, list or contact",
            shown(cell.trim(), 40)
        )),
    }
}

/// Who may send for somebody: parts between semicolons or line breaks.
/// PowerShell's braces around a list, and what it writes in place of one, are
/// left out.
pub(crate) fn delegates_of(cell: &str) -> Box<[Box<str>]> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Box::default();
    }
    let inner = cell.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    // Within braces PowerShell puts commas; a name may hold one elsewhere.
    let cell = inner.map_or_else(|| cell.to_owned(), |inner| inner.replace(", ", ";"));
    cell.split([';', '\n', '\r'])
        .map(|part| one_line(part.trim_matches(['{', '}'])))
        .filter(|part| !part.is_empty() && !is_unwritten_list(part))
        .map(Into::into)
        .collect()
}

/// Words with one space between them, and no control character in them.
pub(super) fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().any(char::is_control) {
        text.replace(char::is_control, "\u{fffd}")
    } else {
        text
    }
}

/// The `X500:` addresses of a cell.
pub(crate) fn x500_of(cell: &str) -> Box<[Box<str>]> {
    other_addresses(cell).x500.into()
}

/// A cell without what is written around an address: `SMTP:` before it, the
/// comma or semicolon of a pasted list behind it.
pub(super) fn bare_address(cell: &str) -> &str {
    let cell = cell.trim().trim_end_matches([',', ';']).trim_end();
    match cell.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => rest.trim_start(),
        _ => cell,
    }
}

/// Lower case letters, digits and what else matters; no spaces, underscores,
/// hyphens.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.len() <= 60 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let dropped = |c: &char| !(c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\u{feff}'));
    text.chars().filter(dropped).take(60).flat_map(char::to_lowercase).collect()
}

/// A sentence as part of another one.
pub(super) fn part_of(error: &dyn std::fmt::Display) -> String {
    let sentence = error.to_string();
    sentence.strip_suffix('.').unwrap_or(&sentence).to_owned()
}
