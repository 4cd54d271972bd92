//! Rows into people.

use std::collections::HashMap;

use super::field::{address_of, aliases_of, home_of, strategy_of, wave_of};
use super::{Column, Columns, ImportError, Reject, Table, shown};
use crate::plan::{Address, Domain, Mailbox};

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Taken.
    pub mailboxes: Vec<Mailbox>,
    /// Not taken, by line.
    pub rejects: Vec<Reject>,
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
    let mut people = People { mailboxes: Vec::new(), rejects: table.rejects.clone() };
    let mut lines: HashMap<Address, u64> = HashMap::with_capacity(table.rows.len());
    for (line, row) in &table.rows {
        let taken =
            person(row, columns, domain).and_then(|mailbox| match lines.get(&mailbox.address) {
                Some(before) => Err(format!("{} stands on line {before} already", mailbox.address)),
                None => Ok(mailbox),
            });
        match taken {
            Ok(mailbox) => {
                lines.insert(mailbox.address.clone(), *line);
                people.mailboxes.push(mailbox);
            }
            Err(reason) => people.rejects.push(Reject {
                line: *line,
                text: text_of(row, table.separator),
                reason,
            }),
        }
    }
    people.rejects.sort_by_key(|reject| reject.line);
    Ok(people)
}

fn person(row: &[String], columns: &Columns, domain: &Domain) -> Result<Mailbox, String> {
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
        cells.map(|(_, cell)| cell.as_str())
    };
    let cell =
        |meaning: Column| cells(meaning).find(|cell| !cell.trim().is_empty()).unwrap_or_default();
    let (address, name_before) = address_of(cell(Column::Address), domain)?;
    let mut display_name = name(cell(Column::DisplayName), "display name")?;
    if display_name.is_empty() {
        display_name = name(&name_before, "display name")?;
    }
    let aliases: Vec<&str> = cells(Column::Aliases).collect();
    Ok(Mailbox {
        display_name,
        first_name: name(cell(Column::FirstName), "first name")?,
        last_name: name(cell(Column::LastName), "last name")?,
        home: home_of(cell(Column::Home))?,
        wave: wave_of(cell(Column::Wave))?,
        aliases: aliases_of(&aliases.join(" "), &address)?,
        strategy: strategy_of(cell(Column::Strategy))?,
        address,
    })
}

/// A name on one line. Line breaks and tabs count as spaces.
fn name(cell: &str, what: &str) -> Result<Box<str>, String> {
    if cell.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(format!("the {what} holds a control character: “{}”", shown(cell, 40)));
    }
    let words: Vec<&str> = cell.split_whitespace().collect();
    Ok(words.join(" ").into())
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
