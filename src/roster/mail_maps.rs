//! Maps of mail servers: Postfix tables (`postmap(1)`, `virtual(5)`,
//! `virtual_mailbox_maps`, `relay_recipient_maps`), cPanel's
//! `/etc/valiases/DOMAIN` and the `passwd` files of its mailboxes.
//!
//! What stands on the left is an address. Where it goes to one other address
//! of its domain it is an alias of that person, and its line is told to that
//! person's; where it goes to several addresses it is a list. The right may
//! name a user of the machine instead (`ray@example.com  ray`): then whoever
//! shares `ray@example.com`'s user is an alias of it.

use std::collections::{HashMap, HashSet};

use super::field::home_of;
use super::read::{Records, reject_of};
use super::{Column, Format};
use crate::plan::{Address, Domain};

const COLUMNS: [(&str, Column); 3] =
    [("address", Column::Address), ("aliases", Column::Aliases), ("type", Column::Kind)];
/// Lines looked at to tell a map from a table.
const LOOKED_AT: usize = 200;
/// Aliases of aliases are followed so far.
const STEPS: usize = 16;

/// One line of a map, with those that continue it.
struct Entry<'a> {
    line: u64,
    text: &'a str,
    /// Address and target, or why it is nobody.
    said: Result<(Address, Target), String>,
}

/// What a map says of an address.
enum Target {
    /// A mailbox, `OK`, or an address elsewhere.
    Itself,
    /// Another address in the same domain.
    AliasOf(Address),
    /// A user of the machine, who has this address if it is in the map too.
    User(Address),
    /// Several addresses.
    List,
}

/// Whether each of the first lines is one of a map, and of which.
pub(super) fn looks_like(text: &str) -> Option<Format> {
    let lines = || logical(text).take(LOOKED_AT).map(|(_, line)| line);
    let all = |holds: &dyn Fn(&str) -> bool| lines().next().is_some() && lines().all(holds);
    let known = |line: &str| colon(line).is_some_and(|(key, _)| key == "*" || key.contains('@'));
    let mostly_known = || lines().filter(|line| known(line)).count() * 2 >= lines().count();
    if all(&|line| passwd(line).is_some()) || (all(&|line| colon(line).is_some()) && mostly_known())
    {
        return Some(Format::CPanel);
    }
    // Two addresses on one pasted line are two people sooner than a map.
    let sure = |line: &str| blank(line).is_some_and(|(_, to)| !to.contains('@'));
    // `example.com anything` stands in a map beside the addresses of the domain.
    let users = are_users(text);
    let user = |line: &str| users && to_user(line).is_some();
    let of_map = |line: &str| blank(line).is_some() || whole_domain(line) || user(line);
    let addressed =
        |line: &&str| line.split([' ', '\t']).next().is_some_and(|key| key.contains('@'));
    let is_map = all(&of_map)
        && lines().any(|line| blank(line).is_some() || user(line))
        && lines().filter(|line| addressed(line) || whole_domain(line)).count() * 2
            >= lines().count()
        && (lines().nth(1).is_some() || all(&|line| sure(line) || user(line)));
    is_map.then_some(Format::PostfixMap)
}

/// Whether names behind addresses are users of a machine, and not the names of
/// people or words of a table's column: no tab stands between them, something
/// that only a map has stands beside them, or a user is called as his address
/// is.
fn are_users(text: &str) -> bool {
    let lines = || logical(text).take(LOOKED_AT).map(|(_, line)| line);
    let homes = |line: &str| to_user(line).is_none_or(|(_, to)| home_of(to).is_ok());
    if lines().all(homes) {
        return false;
    }
    let comment = |line: &str| line.starts_with('#') && !line.starts_with("#TYPE ");
    let sure = |line: &str| {
        let of_user = to_user(line).is_some_and(|(key, to)| {
            !line.contains('\t')
                || key.starts_with('@')
                || targets(to).len() > 1
                || key.split_once('@').is_some_and(|(local, _)| local == to)
        });
        of_user || whole_domain(line) || blank(line).is_some()
    };
    text.lines().take(LOOKED_AT).any(comment) || lines().any(sure)
}

/// `ray@example.com  ray, s@example.net`: each target is an address or a user
/// of the machine, in the letters that such names have.
fn to_user(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([' ', '\t'])?;
    let value = value.trim();
    let apart = !value.contains(char::is_whitespace) || value.contains(',');
    let fits = |to: &str| is_user(to) || Address::parse(to).is_ok();
    let is_key = !key.contains([',', ';', '<', '"', ':', '|']);
    // `root  ray`: a user may be forwarded too.
    (is_key && (key.contains('@') || is_user(key)) && apart && targets(value).into_iter().all(fits))
        .then_some((key, value))
}

fn is_user(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-+".contains(c);
    name != "ok" && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain)
}

/// A Postfix table into rows.
pub(super) fn read_postfix(text: &str) -> Records {
    merged(logical(text).map(|(line, text)| {
        let said = match text.trim().split_once(char::is_whitespace) {
            Some((key, value)) => entry(key, value),
            None => entry(text.trim(), "OK"),
        };
        Entry { line, text, said }
    }))
}

/// cPanel's aliases, or the `passwd` of a domain's mailboxes, into rows.
pub(super) fn read_cpanel(text: &str) -> Records {
    merged(logical(text).map(|(line, text)| {
        let said = match (passwd(text), colon(text)) {
            (Some(address), _) => entry(&address, "OK"),
            (None, Some((key, value))) => entry(key, value),
            (None, None) => Err("it is neither “address: target” nor a line of passwd".to_owned()),
        };
        Entry { line, text, said }
    }))
}

/// Lines of a map: comments and empty lines left out, joined where the next
/// starts with white space (`postmap(1)`).
fn logical(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let mut lines = (1u64..).zip(text.split_inclusive('\n')).peekable();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let (number, line) = lines.next()?;
            let start = at;
            at += line.len();
            let bare = line.trim_start_matches('\u{feff}');
            if bare.trim().is_empty() || bare.trim_start().starts_with('#') {
                continue;
            }
            let mut end = at;
            while let Some((_, next)) = lines.peek() {
                let more = next.starts_with([' ', '\t']) && !next.trim().is_empty();
                if !more || next.trim_start().starts_with('#') {
                    break;
                }
                at += next.len();
                end = at;
                lines.next();
            }
            let whole = text.get(start..end).unwrap_or_default();
            return Some((number, whole.trim_start_matches('\u{feff}').trim_end()));
        }
    })
}

/// `ann@example.com   target` where the target is none of a table's cells.
fn blank(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([' ', '\t'])?;
    let value = value.trim();
    let place = value.ends_with('/') || value.starts_with('/');
    let verdict = matches!(value, "OK" | "ok" | "1") || value.starts_with("REJECT");
    let addresses = targets(value).iter().all(|to| Address::parse(to).is_ok());
    let is_key = key.contains('@') && !key.contains([',', ';', '<', '"']);
    (is_key && !value.contains('<') && (place || verdict || addresses)).then_some((key, value))
}

/// A domain and one more word.
fn whole_domain(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let domain = words.next().is_some_and(is_domain);
    domain && words.next().is_some() && words.next().is_none()
}

fn is_domain(text: &str) -> bool {
    !text.contains(['@', ',', ';', ':', '"']) && Domain::parse(text).is_ok()
}

/// `ann@example.com: target` and `*: :fail: No Such User Here`. Exim reads a
/// key in quotes, and one with spaces before its colon, as that key.
fn colon(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let key = key.trim_end();
    let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
    let is_key = !key.is_empty() && !key.contains([' ', '\t', ',', ';', '<', '"', ':']);
    is_key.then_some((key, value.trim()))
}

/// The mailbox of `ann:x:1001:1002::/home/user/mail/example.com/ann:/bin/false`.
/// Whatever stands in place of the password is not looked at.
fn passwd(line: &str) -> Option<String> {
    let fields: Vec<&str> = line.trim().split(':').collect();
    let [name, _, _, _, _, home, _] = fields.as_slice() else { return None };
    let (_, below) = home.split_once("/mail/")?;
    let (domain, folder) = below.trim_end_matches('/').split_once('/')?;
    (folder == *name && !name.contains('@')).then(|| format!("{name}@{domain}"))
}

fn targets(value: &str) -> Vec<&str> {
    let ends = |c: char| c == ',' || c.is_whitespace();
    value.split(ends).filter(|to| !to.is_empty()).collect()
}

fn entry(key: &str, value: &str) -> Result<(Address, Target), String> {
    if key == "*" || key.starts_with('@') || is_domain(key) {
        return Err("it stands for a whole domain, not for a person".to_owned());
    }
    let address = Address::parse(key).map_err(|error| {
        let sentence = error.to_string();
        sentence.strip_suffix('.').unwrap_or(&sentence).to_owned()
    })?;
    let value = value.trim();
    let refused = [":fail:", ":blackhole:", "REJECT", "reject"];
    if refused.iter().any(|word| value.starts_with(word)) {
        return Err("mail to it is refused or thrown away there".to_owned());
    }
    let to = targets(value);
    let said = to.iter().all(|to| is_user(to) || Address::parse(to).is_ok());
    let target = if said { target_of(&address, &to) } else { Target::Itself };
    Ok((address, target))
}

/// Where addresses and users of the machine, and nothing else, are named.
fn target_of(address: &Address, to: &[&str]) -> Target {
    // A user is at the address's own domain, as far as the map can tell.
    let at_home = |to: &str| match to.contains('@') {
        true => Address::parse(to).ok(),
        false => Address::parse(&format!("{to}@{}", address.domain())).ok(),
    };
    let own = |to: &&str| at_home(to).as_ref() == Some(address);
    match to {
        // Who keeps the mail and sends a copy elsewhere has a mailbox.
        many if many.iter().any(own) => Target::Itself,
        [to] => match at_home(to).filter(|to| to.domain() == address.domain()) {
            Some(person) if to.contains('@') => Target::AliasOf(person),
            Some(person) => Target::User(person),
            None => Target::Itself,
        },
        [_, _, ..] => Target::List,
        [] => Target::Itself,
    }
}

/// Persons with their aliases: each entry is a row, a reject, or told to the
/// row of another one.
fn merged<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Records {
    let mut records = Records::with(COLUMNS);
    let mut rows: Vec<(u64, Address, Vec<String>, bool)> = Vec::new();
    let mut row_of: HashMap<Address, usize> = HashMap::new();
    let mut aliases: Vec<(u64, Address, Address)> = Vec::new();
    let entries: Vec<Entry<'_>> = entries.collect();
    let own = entries.iter().filter_map(|entry| match &entry.said {
        Ok((address, Target::Itself)) => Some(address.clone()),
        _ => None,
    });
    let with_mailbox: HashSet<Address> = own.collect();
    for Entry { line, text, said } in entries {
        match said {
            Ok((address, Target::AliasOf(to))) => aliases.push((line, address, to)),
            Ok((address, Target::User(to))) if with_mailbox.contains(&to) => {
                aliases.push((line, address, to));
            }
            Ok((address, target)) => {
                row_of.entry(address.clone()).or_insert(rows.len());
                rows.push((line, address, Vec::new(), matches!(target, Target::List)));
            }
            Err(reason) => records.rejects.push(reject_of(line, text, reason)),
        }
    }
    let next: HashMap<Address, Address> =
        aliases.iter().map(|(_, from, to)| (from.clone(), to.clone())).collect();
    for (line, from, to) in aliases {
        let mut end = &to;
        for _ in 0..STEPS {
            match next.get(end) {
                Some(further) if !row_of.contains_key(end) => end = further,
                _ => break,
            }
        }
        match row_of.get(end).and_then(|at| rows.get_mut(*at)) {
            Some((_, own, known, _)) => {
                if from != *own {
                    known.push(from.to_string());
                }
                records.merged += 1;
            }
            // Nobody else tells of the person behind the alias.
            None => {
                let known = if from == *end { Vec::new() } else { vec![from.to_string()] };
                row_of.insert(end.clone(), rows.len());
                rows.push((line, end.clone(), known, false));
            }
        }
    }
    rows.sort_by_key(|(line, ..)| *line);
    records.rows = { rows.into_iter() }
        .map(|(line, address, known, list)| {
            let kind = if list { "list" } else { "" };
            (line, vec![address.to_string(), known.join(" "), kind.to_owned()])
        })
        .collect();
    records
}
