//! The other addresses of a person: proxy addresses as Exchange, Active
//! Directory and Microsoft 365 write them.

use std::collections::HashSet;

use super::field::{one_line, part_of};
use super::shown;
use crate::plan::Address;

/// Exchange's mark of the primary address, with its capitals.
pub(super) const PRIMARY: &str = "SMTP:";

/// The other addresses that a cell holds.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    /// Mail addresses, each once and without the person's own.
    pub(crate) addresses: Vec<Address>,
    /// The one that stands behind `SMTP:` in capitals, as written: Exchange's
    /// mark for the primary address.
    pub(crate) primary: Option<String>,
    /// What stands behind `X500:`.
    pub(crate) x500: Vec<Box<str>>,
    /// How many addresses there are, of every kind.
    count: usize,
    /// What kind each of the others is, by its own word: `SIP`, `X400`, ...
    pub(crate) not_mail: Vec<String>,
}

impl Aliases {
    /// Whether a primary address was marked, in a cell as [`other_addresses`]
    /// reads it, and it is not the only thing there.
    pub(super) fn is_list(&self) -> bool {
        self.primary.is_some() && self.count > 1
    }
}

/// The other addresses of a person. Separated by spaces, commas, semicolons,
/// or `+` before the next `smtp:`; what is no mail address by its own word
/// (`X500:`, `sip:`, ...) is told apart.
pub(crate) fn aliases_of(cell: &str, own: &Address) -> Result<Aliases, String> {
    let mut aliases = Aliases::default();
    if cell.is_empty() {
        return Ok(aliases);
    }
    let mut seen = HashSet::new();
    for alias in other_addresses_into(cell, &mut aliases) {
        let alias = Address::parse_near(alias, Some(own.domain())).map_err(|error| {
            format!("the alias “{}” can't be read: {}", shown(alias, 40), part_of(&error))
        })?;
        if alias != *own && seen.insert(alias.clone()) {
            aliases.addresses.push(alias);
        }
    }
    Ok(aliases)
}

/// What a cell holds beside mail addresses, whoever it belongs to.
pub(super) fn other_addresses(cell: &str) -> Aliases {
    let mut aliases = Aliases::default();
    if cell.is_empty() {
        return aliases;
    }
    other_addresses_into(cell, &mut aliases);
    aliases
}

/// Sorts the tokens; returns those that should be mail addresses.
fn other_addresses_into<'a>(cell: &'a str, aliases: &mut Aliases) -> Vec<&'a str> {
    let mut mail = Vec::new();
    // Where an X500 address starts, which may hold spaces, and where it ends.
    let mut x500: Option<(usize, usize)> = None;
    let mut foreign = false;
    let close = |x500: &mut Option<(usize, usize)>, aliases: &mut Aliases| {
        let Some((start, end)) = x500.take() else { return };
        let text = cell.get(start..end).unwrap_or_default();
        let text = one_line(text);
        if !text.is_empty() {
            aliases.x500.push(text.into());
        }
    };
    for (at, token) in tokens(cell) {
        let end = at + token.len();
        match token.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => {
                close(&mut x500, aliases);
                foreign = false;
                if scheme == "SMTP" && aliases.primary.is_none() {
                    aliases.primary = Some(rest.to_owned());
                }
                mail.push(rest);
            }
            Some((scheme, _)) if is_scheme(scheme) => {
                close(&mut x500, aliases);
                foreign = true;
                if scheme.eq_ignore_ascii_case("x500") {
                    x500 = Some((at + scheme.len() + 1, end));
                } else {
                    aliases.not_mail.push(scheme.to_ascii_uppercase());
                }
            }
            // The rest of an X500 address, which may hold spaces.
            _ if foreign && !token.contains('@') => {
                x500 = x500.map(|(start, _)| (start, end));
            }
            _ if is_unwritten_list(token) => {
                aliases.not_mail.push("lists that were not written out".to_owned());
            }
            _ => {
                close(&mut x500, aliases);
                foreign = false;
                mail.push(token);
            }
        }
    }
    close(&mut x500, aliases);
    aliases.count = mail.len() + aliases.x500.len() + aliases.not_mail.len();
    mail
}

/// What PowerShell writes where it did not expand a list: the name of its type.
pub(super) fn is_unwritten_list(token: &str) -> bool {
    let of_type = ["System.", "Microsoft.Exchange.", "Microsoft.ActiveDirectory."];
    of_type.iter().any(|start| token.starts_with(start)) && !token.contains('@')
}

/// Splits at spaces, commas and semicolons outside of quotes, and at a `+`
/// that a scheme follows; each with its place. Braces are PowerShell's, around
/// a list.
fn tokens(cell: &str) -> Vec<(usize, &str)> {
    let bare = cell.trim();
    let inner = bare.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    // Places count in the whole cell.
    let from = inner.map_or(0, |_| cell.len() - cell.trim_start().len() + 1);
    let cell = inner.and_then(|inner| cell.get(..from + inner.len())).unwrap_or(cell);
    let mut tokens = Vec::new();
    let (mut start, mut in_quotes, mut escaped) = (from, false, false);
    for (at, c) in cell.char_indices().skip_while(|(at, _)| *at < from) {
        let ends = !in_quotes && (c.is_whitespace() || matches!(c, ',' | ';'));
        let joins = c == '+' && !in_quotes && scheme_follows(cell, at + 1);
        if ends || joins {
            tokens.push((start, cell.get(start..at).unwrap_or_default()));
            start = at + c.len_utf8();
        } else if c == '"' && !escaped {
            in_quotes = !in_quotes;
        }
        escaped = in_quotes && c == '\\' && !escaped;
    }
    tokens.push((start, cell.get(start..).unwrap_or_default()));
    tokens.retain(|(_, token)| !token.is_empty());
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
