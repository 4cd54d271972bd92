//! A file into rows, rows into people.

use super::{Columns, Encoding};
use crate::plan::{Domain, Mailbox};

/// A file as rows of cells, before anyone said what a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The header cells; empty where the file has none.
    pub header: Vec<String>,
    /// Each row with the line on which it starts, from 1.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Rows that could not even be split into cells.
    pub rejects: Vec<Reject>,
    /// As it was read.
    pub encoding: Encoding,
    /// Cell separator.
    pub separator: char,
    /// What the columns seem to be, for the user to confirm or change.
    pub columns: Columns,
}

/// A row that became nobody, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line on which the row starts, from 1.
    pub line: u64,
    /// The row, escaped, cut to 200 characters.
    pub text: String,
    /// Why, a sentence part: "“ann” has no @".
    pub reason: String,
}

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// Taken.
    pub mailboxes: Vec<Mailbox>,
    /// Not taken, by line.
    pub rejects: Vec<Reject>,
}

/// Why a file is no list of people at all. A sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ImportError {
    #[error("The file is empty. Choose a list with one person a line.")]
    Empty,
    #[error("This is not a text file: {why}. Save the list as CSV and choose that.")]
    NotText { why: String },
    #[error(
        "No column holds addresses. Name the column that does, or save the list with a header line such as “address,display_name”."
    )]
    NoAddressColumn,
}

/// Reads the bytes of a file (or a paste) into rows: encoding and separator
/// found out, `#TYPE` line skipped, header told from data.
///
/// # Errors
/// When there is nothing in it, or it is no text.
pub fn read_table(bytes: &[u8]) -> Result<Table, ImportError> {
    let _ = bytes;
    unimplemented!()
}

/// Makes people of the rows by the confirmed columns. An address outside
/// `domain`, twice, or malformed is a reject with its reason.
///
/// # Errors
/// When no column holds addresses.
pub fn take_people(
    table: &Table,
    columns: &Columns,
    domain: &Domain,
) -> Result<People, ImportError> {
    let _ = (table, columns, domain);
    unimplemented!()
}
