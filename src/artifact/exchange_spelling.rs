//! How a name and an alias of Exchange are spelled.

use std::borrow::Cow;

use super::escape::{cut, tidy};
use crate::plan::{Address, Mailbox, Strategy};

/// The limit of Name, Alias, FirstName and LastName, in UTF-16 units.
pub(super) const SHORT: usize = 64;
/// The limit of DisplayName.
pub(super) const LONG: usize = 256;
/// Stands in every Name, because the person's account in Active Directory may
/// have the plain name already, in the same container.
const MARKED: &str = " (SDR)";
/// So much of the part before the `@` stands in a Name at most.
const SHOWN: usize = 30;
/// Stands at the end of every Alias, for the same reason.
pub(super) const END: &str = "-sdr";

/// The plain name in lower case, without the mark that all of them have.
pub(super) fn lower_front(person: &Mailbox, lower: &mut String) {
    lower.clear();
    let full = full_name(person);
    let front = tidy(&full, LONG);
    let front = cut(&front, SHORT - MARKED.len());
    match front.is_ascii() {
        true => {
            lower.push_str(front);
            lower.make_ascii_lowercase();
        }
        false => lower.push_str(&front.to_lowercase()),
    }
}

/// Whether a name with this before the `@` in it is like no other: it stands
/// there whole, and nothing in it looks like the mark around it.
pub(super) fn tells_apart(local: &str) -> bool {
    local.len() < SHOWN && local.bytes().all(is_of_nickname)
}

/// The plain name, or the `n`th with the address in it.
pub(super) fn name(person: &Mailbox, n: u32) -> String {
    let mut name = String::new();
    push_name(&mut name, person, n);
    name
}

/// The same into a text that is empty.
pub(super) fn push_name(to: &mut String, person: &Mailbox, n: u32) {
    let local = || cut(person.address.local(), SHOWN);
    match n {
        0 => to.push_str(MARKED),
        1 => to.extend([" (", local(), ", SDR)"]),
        n => to.extend([" (", local(), " ", &n.to_string(), ", SDR)"]),
    }
    let units = if to.is_ascii() { to.len() } else { to.encode_utf16().count() };
    let full = full_name(person);
    let front = tidy(&full, LONG);
    to.insert_str(0, cut(&front, SHORT - units));
}

/// The `n`th alias, from 1.
pub(super) fn alias(local: &str, n: u32) -> String {
    let mut alias = String::new();
    push_alias(&mut alias, local, n);
    alias
}

/// The same into a text that is empty.
pub(super) fn push_alias(to: &mut String, local: &str, n: u32) {
    if n == 1 && fits(local) {
        to.extend([local, END]);
        return;
    }
    let end = if n == 1 { END.to_owned() } else { format!("{END}{n}") };
    to.extend([cut(&nickname(local), SHORT - end.len()).trim_end_matches('.'), &end]);
}

/// Whether an alias can hold the part before the `@` as it is.
pub(super) fn fits(local: &str) -> bool {
    local.len() + END.len() <= SHORT && local.bytes().all(is_of_nickname)
}

fn is_of_nickname(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#%*+-/=?^_~.".contains(&byte)
}

/// The part before the `@` with the characters that an Exchange alias may
/// have and no shell reads as more than a character; others become `_`.
fn nickname(local: &str) -> String {
    local
        .chars()
        .map(|c| match c {
            c if u8::try_from(c).is_ok_and(is_of_nickname) => c,
            '\u{a1}'..='\u{ff}' => c,
            _ => '_',
        })
        .collect()
}

/// The display name, or what there is of a name.
pub(super) fn full_name(person: &Mailbox) -> Cow<'_, str> {
    // Nearly all names begin with a letter, which is enough to know.
    let begins = person.display_name.starts_with(|c: char| c.is_ascii_graphic());
    if begins || !tidy(&person.display_name, LONG).is_empty() {
        return Cow::Borrowed(&person.display_name);
    }
    let parts = [&*person.first_name, &*person.last_name];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !tidy(part, LONG).is_empty()).collect();
    match parts.is_empty() {
        false => parts.join(" ").into(),
        true => Cow::Borrowed(person.address.local()),
    }
}

/// What a contact owns besides, in the place of the mailbox that Exchange had:
/// its legacyExchangeDN, and what it had of the kind itself. A mailbox that
/// stays, or the mail user in its place, keeps them by itself.
pub(super) fn former_addresses(person: &Mailbox) -> Vec<String> {
    if person.strategy != Strategy::Contact || person.particulars.is_none() {
        return Vec::new();
    }
    let mut former: Vec<String> = Vec::new();
    for path in std::iter::once(person.legacy_dn()).chain(person.x500().iter().map(|path| &**path))
    {
        let path = path.trim();
        let said = format!("X500:{path}");
        let is_new = !former.iter().any(|known| known.eq_ignore_ascii_case(&said));
        if path.starts_with('/') && !path.contains(char::is_control) && is_new {
            former.push(said);
        }
    }
    former
}

/// Why Exchange can't have an address.
pub(super) fn fault(address: &Address) -> Option<&'static str> {
    if address.local().starts_with('"') {
        Some("the part before the @ is in quotes; create this forward by hand")
    } else if address.needs_smtputf8() {
        Some("it has letters outside of ASCII, which Exchange gives to nobody's address")
    } else {
        None
    }
}
