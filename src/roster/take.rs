//! Rows into people.

use std::collections::{BTreeMap, HashMap};

use super::field::{
    address_of, delegates_of, home_of, kind_of, strategy_of, user_name_of, wave_of, x500_of,
};
use super::proxy_addresses::{Aliases, aliases_of, other_addresses};
use super::{Column, Columns, ImportError, Reject, Table, shown};
use crate::plan::{Address, Domain, Listed, Mailbox, Particulars};

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Taken, for [`Roster::merge`](crate::plan::Roster::merge).
    pub listed: Vec<Listed>,
    /// Not taken, by line.
    pub rejects: Vec<Reject>,
    /// What of the people taken was left out, with its line; sentences.
    pub remarks: Vec<String>,
}

impl People {
    /// Everybody taken, as they are where nothing else is known of them.
    pub fn mailboxes(&self) -> Vec<Mailbox> {
        self.listed.iter().cloned().map(Listed::mailbox).collect()
    }
}

/// Makes people of the rows by the confirmed columns. An address outside
/// `domain`, twice, or malformed is a reject with its reason. Every row of
/// the table is one person or one reject.
///
/// # Errors
/// When no column holds addresses.
pub fn take_people(
    table: &Table,
    columns: &Columns,
    domain: &Domain,
) -> Result<People, ImportError> {
    if !columns.iter().any(|column| matches!(column, Column::Address | Column::UserName)) {
        return Err(ImportError::NoAddressColumn);
    }
    let mut people = People { rejects: table.rejects.clone(), ..People::default() };
    let mut lines: HashMap<Address, u64> = HashMap::with_capacity(table.rows.len());
    let mut not_mail: BTreeMap<String, usize> = BTreeMap::new();
    let mut other_kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (line, row) in &table.rows {
        let taken = person(row, columns, domain, &mut other_kinds).and_then(|person| {
            match lines.get(&person.0.address) {
                Some(before) => {
                    Err(format!("{} stands on line {before} already", person.0.address))
                }
                None => Ok(person),
            }
        });
        match taken {
            Ok((listed, aliases)) => {
                if !aliases.elsewhere.is_empty() {
                    people.remarks.push(elsewhere(*line, &listed.address, &aliases.elsewhere));
                }
                for scheme in aliases.not_mail {
                    *not_mail.entry(scheme).or_default() += 1;
                }
                lines.insert(listed.address.clone(), *line);
                people.listed.push(listed);
            }
            Err(reason) => people.rejects.push(Reject {
                line: *line,
                text: text_of(row, table.separator),
                reason,
            }),
        }
    }
    people.rejects.sort_by_key(|reject| reject.line);
    if !not_mail.is_empty() {
        let counts: Vec<String> =
            not_mail.iter().map(|(scheme, count)| format!("{count} of {scheme}")).collect();
        people.remarks.push(format!(
            "Among the other addresses, what is no mail address is not used: {}.",
            counts.join(", ")
        ));
    }
    if !other_kinds.is_empty() {
        let counts: Vec<String> =
            other_kinds.iter().map(|(kind, count)| format!("{count} of {kind}")).collect();
        people.remarks.push(format!(
            "Mailbox types that are neither user, shared, room, equipment, list nor contact are taken as users: {}.",
            counts.join(", ")
        ));
    }
    Ok(people)
}

fn elsewhere(line: u64, own: &Address, aliases: &[Address]) -> String {
    let named: Vec<String> =
        aliases.iter().take(5).map(|alias| shown(&alias.to_string(), 80)).collect();
    let more = match aliases.len().saturating_sub(named.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "Line {line}: {own} is taken without {}{more}: not in {}.",
        named.join(", "),
        own.domain()
    )
}

fn person(
    row: &[String],
    columns: &Columns,
    domain: &Domain,
    other_kinds: &mut BTreeMap<String, usize>,
) -> Result<(Listed, Aliases), String> {
    let surplus = row.get(columns.len()..).unwrap_or_default();
    if surplus.iter().any(|cell| !cell.trim().is_empty()) {
        return Err(format!(
            "it has {} cells where {} belong; put a cell that holds a separator in quotes",
            row.len(),
            columns.len()
        ));
    }
    let cells = |meaning: Column| {
        let cells = columns.iter().zip(row).filter(move |(column, _)| **column == meaning);
        cells.map(|(_, cell)| cell.as_str()).filter(|cell| !cell.trim().is_empty())
    };
    let cell = |meaning: Column| cells(meaning).next();
    let name_in = |meaning: Column, what: &str| match cell(meaning) {
        Some(cell) => name(cell, what),
        None => Ok(None),
    };
    let joined = cells(Column::Aliases).collect::<Vec<_>>().join(" ");
    let (address, name_before) = match (cell(Column::Address), cell(Column::UserName)) {
        (Some(cell), _) => address_of(cell, domain)?,
        (None, Some(cell)) => user_name_of(cell, domain)?,
        // An object of the directory whose only address is its SMTP: one.
        (None, None) => {
            let primary = other_addresses(&joined).primary;
            address_of(primary.as_deref().unwrap_or_default(), domain)?
        }
    };
    let display_name = match name_in(Column::DisplayName, "display name")? {
        Some(name) => Some(name),
        None => name(&name_before, "display name")?,
    };
    let mut aliases = aliases_of(&joined, &address)?;
    (aliases.addresses, aliases.elsewhere) =
        aliases.addresses.into_iter().partition(|alias| alias.domain() == domain);
    let own: Vec<Address> = std::mem::take(&mut aliases.addresses);
    let wave = match columns.contains(&Column::Wave) {
        true => Some(wave_of(cell(Column::Wave).unwrap_or_default())?),
        false => None,
    };
    let listed = Listed {
        display_name,
        first_name: name_in(Column::FirstName, "first name")?,
        last_name: name_in(Column::LastName, "last name")?,
        home: cell(Column::Home).map(home_of).transpose()?,
        wave,
        aliases: (!own.is_empty()).then_some(own),
        strategy: cell(Column::Strategy).map(strategy_of).transpose()?,
        particulars: particulars(&cell, &mut aliases, other_kinds)?.boxed(),
        address,
    };
    Ok((listed, aliases))
}

/// What only some lists tell.
fn particulars<'a>(
    cell: &impl Fn(Column) -> Option<&'a str>,
    aliases: &mut Aliases,
    other_kinds: &mut BTreeMap<String, usize>,
) -> Result<Particulars, String> {
    let line = |column: Column, what: &str| {
        Ok::<_, String>(name(cell(column).unwrap_or_default(), what)?.unwrap_or_default())
    };
    let kind = cell(Column::Kind).and_then(|cell| {
        let kind = kind_of(cell).ok();
        if kind.is_none() {
            *other_kinds.entry(shown(cell.trim(), 40)).or_default() += 1;
        }
        kind
    });
    let mut x500 = std::mem::take(&mut aliases.x500);
    x500.extend(x500_of(cell(Column::X500).unwrap_or_default()));
    Ok(Particulars {
        kind,
        department: line(Column::Department, "department")?,
        legacy_dn: line(Column::LegacyDn, "legacyExchangeDN")?,
        x500: x500.into(),
        delegates: delegates_of(cell(Column::Delegates).unwrap_or_default()),
    })
}

/// A name on one line, if there is one. Line breaks and tabs count as spaces.
fn name(cell: &str, what: &str) -> Result<Option<Box<str>>, String> {
    if cell.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(format!("the {what} holds a control character: “{}”", shown(cell, 40)));
    }
    let words: Vec<&str> = cell.split_whitespace().collect();
    Ok((!words.is_empty()).then(|| words.join(" ").into()))
}

fn text_of(row: &[String], separator: char) -> String {
    let mut text = String::new();
    for cell in row {
        if !text.is_empty() {
            text.push(separator);
        }
        text.push_str(cell);
        if text.len() > 2000 {
            break;
        }
    }
    shown(&text, 200)
}
