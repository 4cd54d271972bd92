//! What a column means.

use super::Table;
use super::accounts::is_status;
use super::field::{bare_address, home_of, kind_of, plain, wave_of};
use super::headers::{address_rank, header_name, named, outdone};
use super::proxy_addresses::PRIMARY;
use super::shown;
use crate::plan::Address;

/// The meanings that a column can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Column {
    Address,
    DisplayName,
    FirstName,
    LastName,
    Home,
    Wave,
    Aliases,
    Strategy,
    /// The part before the `@`, where a list has no whole address.
    UserName,
    /// What the mailbox is for: a user, a room, a list.
    Kind,
    Department,
    LegacyDn,
    /// `X500:` addresses alone; lists have them among the other addresses.
    X500,
    Delegates,
    /// Whether the account is closed or suspended there.
    Status,
    Ignored,
}

impl Column {
    /// Every meaning, in the order in which they are offered.
    pub const ALL: [Self; 16] = [
        Self::Address,
        Self::UserName,
        Self::DisplayName,
        Self::FirstName,
        Self::LastName,
        Self::Home,
        Self::Wave,
        Self::Aliases,
        Self::Strategy,
        Self::Kind,
        Self::Department,
        Self::LegacyDn,
        Self::X500,
        Self::Delegates,
        Self::Status,
        Self::Ignored,
    ];

    /// By [`Self::words`].
    pub fn from_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.words() == words)
    }

    /// In a sentence: "display name", "not used".
    pub fn words(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::DisplayName => "display name",
            Self::FirstName => "first name",
            Self::LastName => "last name",
            Self::Home => "home",
            Self::Wave => "wave",
            Self::Aliases => "other addresses",
            Self::Strategy => "strategy",
            Self::UserName => "user name",
            Self::Kind => "mailbox type",
            Self::Department => "department",
            Self::LegacyDn => "legacyExchangeDN",
            Self::X500 => "X500 addresses",
            Self::Delegates => "delegates",
            Self::Status => "account status",
            Self::Ignored => "not used",
        }
    }
}

/// What is taken of new people when no column says where the mailbox is, a
/// sentence; `None` when one does.
pub fn without_home(columns: &Columns) -> Option<&'static str> {
    let told = columns.contains(&Column::Home);
    (!told).then_some(
        "No column says where the mailbox is: new people are taken as on the external server.",
    )
}

/// What each column of a table means, in order.
pub type Columns = Vec<Column>;

/// Why a column was taken for what it is, to show beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnGuess {
    /// As the header has it, or "Column 2"; safe to show, cut to 40 characters.
    pub name: String,
    /// The meaning.
    pub column: Column,
    /// Up to three cells.
    pub samples: Vec<String>,
}

/// A table's columns with samples: the first cells that are not empty, safe
/// to show, cut to 60 characters.
pub fn guess(table: &Table) -> Vec<ColumnGuess> {
    let sample = |at: usize| {
        let cells = table.rows.iter().take(SAMPLE).filter_map(move |(_, row)| row.get(at));
        cells.filter(|cell| !cell.trim().is_empty()).take(3).map(|cell| shown(cell.trim(), 60))
    };
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(at, column)| ColumnGuess {
            name: match table.header.get(at).map(|name| name.trim()) {
                Some(name) if !name.is_empty() => shown(name, 40),
                _ => format!("Column {}", at + 1),
            },
            column: *column,
            samples: sample(at).collect(),
        })
        .collect()
}

/// Rows that are looked at to judge a column.
pub(super) const SAMPLE: usize = 200;

/// What the columns seem to mean, by header and by content.
pub(super) fn columns_of(header: &[String], rows: &[(u64, Vec<String>)], width: usize) -> Columns {
    if width == 1 && header.is_empty() {
        // A list of one thing can only be of addresses.
        return vec![Column::Address];
    }
    let rows = rows.get(..rows.len().min(SAMPLE)).unwrap_or(rows);
    let mut columns = vec![Column::Ignored; width];
    let mut addresses: Option<(usize, (bool, u8, usize))> = None;
    let most = (0..width).map(|at| share(rows, at, is_address)).max().unwrap_or(0);
    let has_home = header.iter().any(|cell| header_name(cell) == "home");
    for (at, column) in columns.iter_mut().enumerate() {
        let name = header.get(at).map(|cell| header_name(cell)).unwrap_or_default();
        if let Some(meaning) = named(&name) {
            *column = meaning;
        }
        if outdone(&name, header) {
            *column = Column::Ignored;
            continue;
        }
        if *column == Column::Kind {
            let kinds = fits(rows, at, |cell| kind_of(cell).is_ok());
            *column = if kinds { Column::Kind } else { Column::Home };
        }
        if name == "alias" && !fits(rows, at, looks_like_aliases) {
            *column = Column::Ignored;
        }
        if *column == Column::Home && !is_home(&name, rows, at, has_home) {
            let status = name == "status" && all(rows, at, is_status);
            *column = if status { Column::Status } else { Column::Ignored };
        }
        if *column == Column::Wave
            && name != "wave"
            && !fits(rows, at, |cell| wave_of(cell).is_ok())
        {
            *column = Column::Ignored;
        }
        // Named and filled before named, named before merely filled.
        let filled = share(rows, at, is_address);
        let rank = address_rank(&name).filter(|_| named(&name).is_none());
        let bid = match rank {
            Some(rank) => (filled * 2 < most, rank, 0),
            None if *column == Column::Ignored && filled > 0 && filled * 2 >= most => {
                (false, 9, at)
            }
            None => continue,
        };
        if addresses.is_none_or(|(_, best)| bid < best) {
            addresses = Some((at, bid));
        }
    }
    if let Some((at, (_, rank, _))) = addresses
        && let Some(column) = columns.get_mut(at)
    {
        let bare = rank == 3 && share(rows, at, |cell| cell.contains('@')) == 0;
        *column = if bare { Column::UserName } else { Column::Address };
    }
    if addresses.is_none() {
        lone_addresses(&mut columns, rows);
    }
    if let Some((address, _)) = addresses.filter(|_| header.is_empty()) {
        by_cells(&mut columns, rows, address);
    }
    once_each(&mut columns);
    columns
}

/// Where nothing else tells the address, a column called “Email addresses” does
/// that holds one in each row.
fn lone_addresses(columns: &mut Columns, rows: &[(u64, Vec<String>)]) {
    let lone = |cell: &str| is_address(cell) && !cell.contains(PRIMARY);
    let at = columns
        .iter()
        .enumerate()
        .position(|(at, column)| *column == Column::Aliases && all(rows, at, lone));
    if let Some(column) = at.and_then(|at| columns.get_mut(at)) {
        *column = Column::Address;
    }
}

/// Whether a column whose header may name the home holds homes. A column
/// `home` always does, and no other beside it.
fn is_home(name: &str, rows: &[(u64, Vec<String>)], at: usize, has_home: bool) -> bool {
    match name {
        "home" => true,
        _ if has_home => false,
        "location" | "system" | "server" | "side" => fits(rows, at, |cell| home_of(cell).is_ok()),
        _ => all(rows, at, |cell| home_of(cell).is_ok()),
    }
}

/// In a table without headers: a home where every cell is a word for one, a
/// display name beside the address where every cell is words.
fn by_cells(columns: &mut Columns, rows: &[(u64, Vec<String>)], address: usize) {
    for (at, column) in columns.iter_mut().enumerate() {
        if *column == Column::Ignored && all(rows, at, |cell| home_of(cell).is_ok()) {
            *column = Column::Home;
        }
    }
    let beside = [Some(address + 1), address.checked_sub(1)];
    for at in beside.into_iter().flatten() {
        let free = columns.get(at) == Some(&Column::Ignored);
        if free && all(rows, at, is_name) {
            if let Some(column) = columns.get_mut(at) {
                *column = Column::DisplayName;
            }
            return;
        }
    }
}

/// Words without digits or addresses, no yes or no, and no word for a home.
fn is_name(cell: &str) -> bool {
    home_of(cell).is_err()
        && cell.chars().any(char::is_alphabetic)
        && !cell.contains(|c: char| c.is_numeric() || matches!(c, '@' | '/' | '\\' | '=' | ':'))
        && !matches!(&*plain(cell), "true" | "false" | "yes" | "no")
}

/// A meaning that two columns claim goes to the first, aliases aside.
fn once_each(columns: &mut Columns) {
    let mut seen = Vec::new();
    for column in columns {
        if matches!(column, Column::Ignored | Column::Aliases) {
            continue;
        }
        if seen.contains(column) {
            *column = Column::Ignored;
        } else {
            seen.push(*column);
        }
    }
}

pub(super) fn is_address(cell: &str) -> bool {
    Address::parse(bare_address(cell)).is_ok()
}

/// Exchange's own `Alias` is a bare user name: nothing to take from it.
fn looks_like_aliases(cell: &str) -> bool {
    cell.contains('@')
}

fn share(rows: &[(u64, Vec<String>)], at: usize, holds: impl Fn(&str) -> bool) -> usize {
    rows.iter().filter_map(|(_, row)| row.get(at)).filter(|cell| holds(cell)).count()
}

/// Whether there are cells that are not empty, and each of them holds it.
fn all(rows: &[(u64, Vec<String>)], at: usize, holds: impl Fn(&str) -> bool) -> bool {
    let filled = share(rows, at, |cell| !cell.trim().is_empty());
    filled > 0 && share(rows, at, |cell| !cell.trim().is_empty() && holds(cell)) == filled
}

/// Whether at least half of the cells that are not empty hold it.
fn fits(rows: &[(u64, Vec<String>)], at: usize, holds: impl Fn(&str) -> bool) -> bool {
    let filled = share(rows, at, |cell| !cell.trim().is_empty());
    share(rows, at, |cell| !cell.trim().is_empty() && holds(cell)) * 2 >= filled
}
