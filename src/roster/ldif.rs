//! LDIF (RFC 2849): entries of an LDAP directory as text. `ldifde`,
//! `ldapsearch` and every directory write it.
//!
//! Only entries that say what is are read, and those that are to be added:
//! `ldifde -f` writes `changetype: add` into every entry that it exports. Any
//! other change record says what shall become of an entry, which is another
//! thing; an attribute behind a URL (`:<`) would have to be fetched, which is
//! not done.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Column;
use super::field::bare_address;
use super::read::{Records, reject_of};
use super::shown;

/// An entry that is longer is no person's, photograph included.
const MOST_BYTES: usize = 4 << 20;
/// A value that is longer is not looked at: photographs, certificates.
const MOST_VALUE: usize = 64 << 10;

/// The columns that entries become, with the attributes that tell them, the
/// best first (RFC 4519, RFC 4524, and Active Directory's schema).
const ATTRIBUTES: [(&str, Column, &[&str]); 9] = [
    ("mail", Column::Address, &["mail"]),
    ("displayName", Column::DisplayName, &["displayname", "cn"]),
    ("givenName", Column::FirstName, &["givenname"]),
    ("sn", Column::LastName, &["sn"]),
    ("proxyAddresses", Column::Aliases, &["proxyaddresses", "mailalternateaddress"]),
    ("department", Column::Department, &["department", "ou"]),
    ("type", Column::Kind, &["msexchrecipienttypedetails"]),
    ("legacyExchangeDN", Column::LegacyDn, &["legacyexchangedn"]),
    ("publicDelegates", Column::Delegates, &["publicdelegates"]),
];

/// Whether a text starts as LDIF does: `version: 1` or `dn:` in its first
/// line that is no comment.
pub(super) fn looks_like(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.trim_start_matches('\u{feff}'));
    let first = lines.find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let lower = line.get(..line.len().min(16)).unwrap_or_default().to_ascii_lowercase();
        lower.starts_with("version: 1") || lower.starts_with("dn:")
    })
}

/// Entries into rows: each entry is one row or one reject.
pub(super) fn read(text: &str) -> Records {
    let mut records = Records::with(ATTRIBUTES.map(|(name, column, _)| (name, column)));
    for (line, entry) in entries(text) {
        if let Some(result) = footer(entry) {
            records.note = incomplete(result).or(records.note);
            continue;
        }
        match row_of(entry) {
            Ok(Some(row)) => records.rows.push((line, row)),
            Ok(None) => {}
            Err(reason) => records.rejects.push(reject_of(line, entry, reason)),
        }
    }
    records
}

/// Blocks between empty lines, each with the line on which it starts.
fn entries(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut found: Vec<(u64, usize, usize)> = Vec::new();
    let (mut at, mut open) = (0, None);
    for (number, line) in (1u64..).zip(text.split_inclusive('\n')) {
        let blank = line.trim_matches(['\r', '\n', '\u{feff}']).is_empty();
        match (&mut open, blank) {
            (None, false) => open = Some((number, at, at + line.len())),
            (Some((_, _, end)), false) => *end = at + line.len(),
            (Some(block), true) => {
                found.push(*block);
                open = None;
            }
            (None, true) => {}
        }
        at += line.len();
    }
    found.extend(open);
    found.into_iter().map(|(line, start, end)| (line, text.get(start..end).unwrap_or_default()))
}

/// The result in the block that `ldapsearch` writes below the entries, which
/// is nobody: `search: 2`, `result: 0 Success`.
fn footer(entry: &str) -> Option<&str> {
    let mut lines = entry.lines().filter(|line| !line.starts_with('#'));
    let search = lines.next()?.strip_prefix("search: ")?;
    let number = search.trim().bytes().all(|byte| byte.is_ascii_digit());
    lines.next()?.strip_prefix("result: ").filter(|_| number).map(str::trim)
}

/// A search that did not end well may not have found everybody.
fn incomplete(result: &str) -> Option<String> {
    let code = result.split_whitespace().next().unwrap_or_default();
    (code != "0").then(|| {
        format!(
            "The search that wrote this list ended with “{}”: people may be missing in it.",
            shown(result, 60)
        )
    })
}

/// The cells of an entry; `None` where it is a comment or the version alone.
fn row_of(entry: &str) -> Result<Option<Vec<String>>, String> {
    if entry.len() > MOST_BYTES {
        return Err(format!("it is longer than {} MB", MOST_BYTES >> 20));
    }
    let mut row: Vec<Vec<String>> = vec![Vec::new(); ATTRIBUTES.len()];
    // How good the source of what stands in a cell is; less is better.
    let mut rank = vec![usize::MAX; ATTRIBUTES.len()];
    let (mut dn, mut lists, mut any) = (false, None, false);
    for line in unfolded(entry) {
        if line.starts_with('#') {
            continue;
        }
        let Some((name, rest)) = line.split_once(':') else {
            return Err("it holds a line without a colon, which no attribute is".to_owned());
        };
        // `cn;lang-de` is the attribute `cn` with an option.
        let name = name.split(';').next().unwrap_or_default().trim_start_matches('\u{feff}');
        let name = name.to_ascii_lowercase();
        any |= name != "version";
        match name.as_str() {
            "dn" => dn = true,
            "changetype" if rest.trim().eq_ignore_ascii_case("add") => continue,
            "changetype" => {
                let change: String = rest.trim().chars().take(20).collect();
                return Err(format!(
                    "it is a change (“changetype: {change}”), not an entry; export the entries themselves, with ldifde -f or ldapsearch"
                ));
            }
            "objectclass" => {
                lists = lists.or(kind_of_class(rest.trim()));
                continue;
            }
            _ => {}
        }
        let place = ATTRIBUTES.iter().enumerate().find_map(|(at, (_, _, names))| {
            Some((at, names.iter().position(|known| *known == name)?))
        });
        let Some((at, better)) = place else { continue };
        let (Some(cell), Some(had)) = (row.get_mut(at), rank.get_mut(at)) else { continue };
        if better > *had {
            continue;
        }
        let value = value_of(&name, rest)?;
        if better < *had {
            cell.clear();
            *had = better;
        }
        cell.push(value);
    }
    if !any {
        return Ok(None);
    }
    if !dn {
        return Err("it has no dn, so it is no entry of a directory".to_owned());
    }
    let mut cells: Vec<String> = Vec::with_capacity(ATTRIBUTES.len());
    let mut more = Vec::new();
    for ((_, column, _), values) in ATTRIBUTES.iter().zip(row) {
        cells.push(match column {
            Column::Address => {
                let mut values = values.into_iter();
                let first = values.next().unwrap_or_default();
                more.extend(values);
                bare_address(&first).to_owned()
            }
            Column::Aliases => {
                let mut all = std::mem::take(&mut more);
                all.extend(values);
                all.join(" ")
            }
            Column::Delegates => values.join("; "),
            Column::Kind if values.is_empty() => lists.unwrap_or_default().to_owned(),
            _ => values.into_iter().next().unwrap_or_default(),
        });
    }
    let has_mail = |at: usize| cells.get(at).is_some_and(|cell| !cell.trim().is_empty());
    if !has_mail(0) && !has_mail(4) {
        return Err("it has no mail address".to_owned());
    }
    Ok(Some(cells))
}

/// Active Directory's classes of what is no user (MS-ADSC).
fn kind_of_class(class: &str) -> Option<&'static str> {
    ["group", "contact"].into_iter().find(|known| class.eq_ignore_ascii_case(known))
}

/// Lines joined where the next one starts with a space (RFC 2849, note 2).
fn unfolded(entry: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in entry.lines() {
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// What stands behind the first colon: a text, `: ` base64, or `< ` a URL.
fn value_of(name: &str, rest: &str) -> Result<String, String> {
    if rest.len() > MOST_VALUE {
        return Err(format!("its {name} is longer than {} KB", MOST_VALUE >> 10));
    }
    if rest.starts_with('<') {
        return Err(format!("its {name} stands in another place (“:<”), which is not fetched"));
    }
    let Some(coded) = rest.strip_prefix(':') else { return Ok(rest.trim_start().to_owned()) };
    let bytes = STANDARD
        .decode(coded.trim())
        .map_err(|_| format!("its {name} is no base64, as the two colons say"))?;
    String::from_utf8(bytes).map_err(|_| format!("its {name} is not UTF-8"))
}
