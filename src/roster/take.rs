//! Rows into people.

use std::collections::{BTreeMap, HashMap};

use super::field::{Aliases, address_of, aliases_of, home_of, strategy_of, wave_of};
use super::{Column, Columns, ImportError, Reject, Table, shown};
use crate::plan::{Address, Domain, Listed, Mailbox};

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
    if !columns.contains(&Column::Address) {
        return Err(ImportError::NoAddressColumn);
    }
    let mut people = People { rejects: table.rejects.clone(), ..People::default() };
    let mut lines: HashMap<Address, u64> = HashMap::with_capacity(table.rows.len());
    let mut not_mail: BTreeMap<String, usize> = BTreeMap::new();
    for (line, row) in &table.rows {
        let taken =
            person(row, columns, domain).and_then(|person| match lines.get(&person.0.address) {
                Some(before) => {
                    Err(format!("{} stands on line {before} already", person.0.address))
                }
                None => Ok(person),
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

fn person(row: &[String], columns: &Columns, domain: &Domain) -> Result<(Listed, Aliases), String> {
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
    let (address, name_before) = address_of(cell(Column::Address).unwrap_or_default(), domain)?;
    let display_name = match name_in(Column::DisplayName, "display name")? {
        Some(name) => Some(name),
        None => name(&name_before, "display name")?,
    };
    let joined = cells(Column::Aliases).collect::<Vec<_>>().join(" ");
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
        address,
    };
    Ok((listed, aliases))
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
