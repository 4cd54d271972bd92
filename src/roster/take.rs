//! Rows into people.

use std::collections::HashMap;

use super::accounts::nobodys;
use super::columns::SAMPLE;
use super::field::{
    address_of, delegates_of, home_of, kind_of, strategy_of, user_name_of, wave_of, x500_of,
};
use super::headers::is_sign_in;
use super::proxy_addresses::{PRIMARY, aliases_of, other_addresses};
use super::remarks::{Aside, Remarks};
use super::{Column, Columns, Format, ImportError, Reject, Table, restored, shown};
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

/// Whether these columns tell addresses: one of them does, or the other
/// addresses hold those that Exchange marks as primary (`SMTP:`).
pub fn tell_addresses(table: &Table, columns: &Columns) -> bool {
    let marked = |row: &[String]| {
        let mut cells = columns.iter().zip(row);
        cells.any(|(column, cell)| *column == Column::Aliases && cell.contains(PRIMARY))
    };
    columns.iter().any(|column| matches!(column, Column::Address | Column::UserName))
        || table.rows.iter().take(SAMPLE).any(|(_, row)| marked(row))
}

/// Makes people of the rows by the confirmed columns. An address outside
/// `domain`, twice, or malformed is a reject with its reason, and so is an
/// account that is nobody's. Every row of the table is one person or one
/// reject.
///
/// # Errors
/// When no column holds addresses.
pub fn take_people(
    table: &Table,
    columns: &Columns,
    domain: &Domain,
) -> Result<People, ImportError> {
    if !tell_addresses(table, columns) {
        return Err(ImportError::NoAddressColumn);
    }
    let mut people = People { rejects: table.rejects.clone(), ..People::default() };
    let mut lines: HashMap<Address, u64> = HashMap::with_capacity(table.rows.len());
    let mut remarks = Remarks::default();
    let address = columns.iter().position(|column| *column == Column::Address);
    let header = address.and_then(|at| table.header.get(at));
    let reading = Reading {
        columns,
        domain,
        by_sign_in: header.is_some_and(|it| is_sign_in(it)),
        defused: Format::of_headers("", &table.header) == Format::Neutral,
    };
    for (line, row) in &table.rows {
        let mut aside = Aside::default();
        let taken =
            reading.person(row, &mut aside).and_then(|listed| match lines.get(&listed.address) {
                Some(before) => Err(format!("{} stands on line {before} already", listed.address)),
                None => Ok(listed),
            });
        match taken {
            Ok(listed) => {
                remarks.add(*line, &listed.address, aside);
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
    people.remarks = remarks.sentences();
    Ok(people)
}

/// How the rows of a table are read.
struct Reading<'a> {
    columns: &'a Columns,
    domain: &'a Domain,
    /// The column of the address holds names to sign in with, which may or
    /// may not be addresses.
    by_sign_in: bool,
    /// The list is laid out like `roster.csv`, where a cell that a spreadsheet
    /// would run stands behind an apostrophe.
    defused: bool,
}

impl Reading<'_> {
    fn person<'r>(&self, row: &'r [String], aside: &mut Aside) -> Result<Listed, String> {
        let Self { columns, domain, .. } = *self;
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
            let text = |cell: &'r String| if self.defused { restored(cell) } else { cell };
            cells.map(move |(_, cell)| text(cell)).filter(|cell| !cell.trim().is_empty())
        };
        let cell = |meaning: Column| cells(meaning).next();
        let mut others = cells(Column::Aliases).collect::<Vec<_>>().join(" ");
        // Where the address is looked for among proxy addresses, the rest of
        // them are other addresses.
        let told = match cell(Column::Address) {
            Some(list) if list.contains(PRIMARY) && other_addresses(list).is_list() => {
                others = format!("{list} {others}");
                None
            }
            told => told,
        };
        let (address, before) = self.address(told, cell(Column::UserName), &others, aside)?;
        if let Some(reason) = nobodys(&address, cell(Column::Kind), cell(Column::Status)) {
            return Err(reason);
        }
        let mut name_in = |cell: Option<&str>, what: &str| match cell {
            Some(cell) => name(cell, what, &mut aside.respaced),
            None => Ok(None),
        };
        let display_name = match name_in(cell(Column::DisplayName), "display name")? {
            Some(name) => Some(name),
            None => name_in(Some(&before), "display name")?,
        };
        let first_name = name_in(cell(Column::FirstName), "first name")?;
        let last_name = name_in(cell(Column::LastName), "last name")?;
        let mut aliases = aliases_of(&others, &address)?;
        let (own, elsewhere): (Vec<Address>, _) =
            aliases.addresses.into_iter().partition(|alias| alias.domain() == domain);
        aside.elsewhere = elsewhere;
        aside.not_mail = std::mem::take(&mut aliases.not_mail);
        let wave = match columns.contains(&Column::Wave) {
            true => Some(wave_of(cell(Column::Wave).unwrap_or_default())?),
            false => None,
        };
        Ok(Listed {
            display_name,
            first_name,
            last_name,
            home: cell(Column::Home).map(home_of).transpose()?,
            wave,
            aliases: (!own.is_empty()).then_some(own),
            strategy: cell(Column::Strategy).map(strategy_of).transpose()?,
            particulars: particulars(&cell, aliases.x500, aside)?.boxed(),
            address,
        })
    }

    /// The address, with the name before it. Where the cell has another than
    /// the one that Exchange marks as primary, the latter counts if only it is
    /// in the domain, or if the cell is a name to sign in with.
    fn address(
        &self,
        told: Option<&str>,
        user_name: Option<&str>,
        others: &str,
        aside: &mut Aside,
    ) -> Result<(Address, String), String> {
        let marked = || match others.contains(PRIMARY) {
            true => other_addresses(others).primary,
            false => None,
        };
        let own = match (told, user_name) {
            (Some(cell), _) => address_of(cell, self.domain),
            (None, Some(cell)) => user_name_of(cell, self.domain),
            (None, None) => return address_of(&marked().unwrap_or_default(), self.domain),
        };
        if own.is_ok() && !self.by_sign_in {
            return own;
        }
        match marked().and_then(|primary| address_of(&primary, self.domain).ok()) {
            Some(primary) if own.as_ref().map(|own| &own.0) != Ok(&primary.0) => {
                aside.instead_of = told.or(user_name).map(|cell| shown(cell.trim(), 80));
                Ok(primary)
            }
            _ => own,
        }
    }
}

/// What only some lists tell.
fn particulars<'a>(
    cell: &impl Fn(Column) -> Option<&'a str>,
    mut x500: Vec<Box<str>>,
    aside: &mut Aside,
) -> Result<Particulars, String> {
    let mut line = |column: Column, what: &str| {
        let cell = cell(column).unwrap_or_default();
        Ok::<_, String>(name(cell, what, &mut aside.respaced)?.unwrap_or_default())
    };
    let department = line(Column::Department, "department")?;
    let legacy_dn = line(Column::LegacyDn, "legacyExchangeDN")?;
    let kind = cell(Column::Kind).and_then(|cell| {
        let kind = kind_of(cell).ok();
        aside.other_kind = kind.is_none().then(|| shown(cell.trim(), 40));
        kind
    });
    x500.extend(x500_of(cell(Column::X500).unwrap_or_default()));
    Ok(Particulars {
        kind,
        department,
        legacy_dn,
        x500: x500.into(),
        delegates: delegates_of(cell(Column::Delegates).unwrap_or_default()),
    })
}

/// A name on one line, if there is one. Line breaks and tabs count as spaces,
/// and several as one; `respaced` says whether that changed it.
fn name(cell: &str, what: &str, respaced: &mut bool) -> Result<Option<Box<str>>, String> {
    if cell.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(format!("the {what} holds a control character: “{}”", shown(cell, 40)));
    }
    let words: Vec<&str> = cell.split_whitespace().collect();
    let name = words.join(" ");
    *respaced |= name != cell.trim();
    Ok((!name.is_empty()).then(|| name.into()))
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
