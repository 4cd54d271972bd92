//! One cell into one field of a person. Each reason is a sentence part.

use std::collections::HashSet;

use super::shown;
use crate::plan::{Address, Domain, Home, Strategy, WaveNumber};

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

/// Where a mailbox is; empty: on the external server.
pub(crate) fn home_of(cell: &str) -> Result<Home, String> {
    match plain(cell).as_str() {
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
    match plain(cell).as_str() {
        "" => Ok(Strategy::default()),
        "contact" | "mailcontact" => Ok(Strategy::Contact),
        "forward" | "forwarding" | "keepandforward" => Ok(Strategy::Forward),
        _ => Err(format!("“{}” is no strategy; write contact or forward", shown(cell.trim(), 40))),
    }
}

/// The other addresses that a cell holds.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    /// Mail addresses, each once and without the person's own.
    pub(crate) addresses: Vec<Address>,
    /// Mail addresses outside the domain, where somebody sorted them out.
    pub(crate) elsewhere: Vec<Address>,
    /// What kind each of the others is, by its own word: `X500`, `SIP`, ...
    pub(crate) not_mail: Vec<String>,
}

/// The other addresses of a person. Separated by spaces, commas, semicolons,
/// or `+` before the next `smtp:`; what is no mail address by its own word
/// (`X500:`, `sip:`, ...) is told apart.
pub(crate) fn aliases_of(cell: &str, own: &Address) -> Result<Aliases, String> {
    let mut aliases = Aliases::default();
    let mut seen = HashSet::new();
    let mut foreign = false;
    for token in tokens(cell) {
        let text = match token.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => {
                foreign = false;
                rest
            }
            Some((scheme, _)) if is_scheme(scheme) => {
                foreign = true;
                aliases.not_mail.push(scheme.to_ascii_uppercase());
                continue;
            }
            // The rest of an X500 address, which may hold spaces.
            _ if foreign && !token.contains('@') => continue,
            // What PowerShell writes where it did not expand a list.
            _ if token == "System.String[]" || is_dotnet_type(token) => {
                aliases.not_mail.push("lists that were not written out".to_owned());
                continue;
            }
            _ => token,
        };
        let alias = Address::parse(text).map_err(|error| {
            format!("the alias “{}” can't be read: {}", shown(text, 40), part_of(&error))
        })?;
        if alias != *own && seen.insert(alias.clone()) {
            aliases.addresses.push(alias);
        }
    }
    Ok(aliases)
}

fn is_dotnet_type(token: &str) -> bool {
    token.starts_with("Microsoft.Exchange.") && !token.contains('@')
}

/// Splits at spaces, commas and semicolons outside of quotes, and at a `+`
/// that a scheme follows. Braces are PowerShell's, around a list.
fn tokens(cell: &str) -> Vec<&str> {
    let cell = cell.trim();
    let cell = cell.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(cell);
    let mut tokens = Vec::new();
    let (mut start, mut in_quotes, mut escaped) = (0, false, false);
    for (at, c) in cell.char_indices() {
        let ends = !in_quotes && (c.is_whitespace() || matches!(c, ',' | ';'));
        let joins = c == '+' && !in_quotes && scheme_follows(cell, at + 1);
        if ends || joins {
            tokens.push(cell.get(start..at).unwrap_or_default());
            start = at + c.len_utf8();
        } else if c == '"' && !escaped {
            in_quotes = !in_quotes;
        }
        escaped = in_quotes && c == '\\' && !escaped;
    }
    tokens.push(cell.get(start..).unwrap_or_default());
    tokens.retain(|token| !token.is_empty());
    tokens
}

fn scheme_follows(cell: &str, at: usize) -> bool {
    let behind = cell.as_bytes().get(at..).unwrap_or_default();
    let colon = behind.iter().take(13).position(|byte| *byte == b':');
    colon.is_some_and(|colon| cell.get(at..at + colon).is_some_and(is_scheme))
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
pub(super) fn plain(text: &str) -> String {
    let dropped = |c: &char| !(c.is_whitespace() || matches!(c, '_' | '-' | '.' | '\u{feff}'));
    text.chars().filter(dropped).take(60).flat_map(char::to_lowercase).collect()
}

/// A sentence as part of another one.
fn part_of(error: &dyn std::fmt::Display) -> String {
    let sentence = error.to_string();
    sentence.strip_suffix('.').unwrap_or(&sentence).to_owned()
}
