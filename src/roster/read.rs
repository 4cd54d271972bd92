//! A file into rows.

use std::borrow::Cow;

use super::cells::{Row, rows};
use super::columns::{SAMPLE, columns_of, is_address};
use super::encoding::mixture;
use super::separator::{is_blank, is_header, is_preface, separator_of};
use super::{Column, Columns, Encoding, Format, decode, ldif, mail_maps, shown, workbook, zimbra};

/// A file as rows of cells, before anyone said what a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The header cells; empty where the file has none.
    pub header: Vec<String>,
    /// Each row with the line on which it starts, from 1. Rows of nothing but
    /// empty cells are left out.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Rows that could not even be split into cells.
    pub rejects: Vec<Reject>,
    /// As it was read.
    pub encoding: Encoding,
    /// Cell separator; a line break where each line is one cell.
    pub separator: char,
    /// What the columns seem to be, for the user to confirm or change.
    pub columns: Columns,
    /// Which program seems to have written it.
    pub format: Format,
    /// Lines that told more of a person who has a row already: aliases in a
    /// map. Lines in = rows + rejects + these.
    pub merged: u64,
    /// What else is to be known of how it was read, a sentence.
    pub note: Option<String>,
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

/// Why a file is no list of people at all. A sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ImportError {
    #[error("The file is empty. Choose a list with one person a line.")]
    Empty,
    #[error("This is not a text file: {why}. Save the list as CSV and choose that.")]
    NotText { why: String },
    #[error(
        "This looks like an Excel workbook, but it can't be read: {why}. Save the list as CSV and choose that."
    )]
    Workbook { why: String },
    #[error(
        "No column holds addresses. Name the column that does, or save the list with a header line such as “address,display_name”."
    )]
    NoAddressColumn,
}

/// A longer row is no person.
pub(super) const ROW_BYTES: usize = 256 << 10;

/// Entries of a file that is no table, as rows of one.
pub(super) struct Records {
    header: Vec<String>,
    columns: Columns,
    pub(super) rows: Vec<(u64, Vec<String>)>,
    pub(super) rejects: Vec<Reject>,
    pub(super) merged: u64,
    /// What else is to be known, a sentence.
    pub(super) note: Option<String>,
}

impl Records {
    /// None yet, with these columns.
    pub(super) fn with<const N: usize>(columns: [(&str, Column); N]) -> Self {
        Self {
            header: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            columns: columns.iter().map(|(_, column)| *column).collect(),
            rows: Vec::new(),
            rejects: Vec::new(),
            merged: 0,
            note: None,
        }
    }
}

/// An entry that became nobody.
pub(super) fn reject_of(line: u64, text: &str, reason: String) -> Reject {
    Reject { line, text: shown(text, 200), reason }
}

/// Reads the bytes of a file (or a paste) into rows: format, encoding and
/// separator found out, `#TYPE` and `sep=` lines skipped, header told from
/// data.
///
/// # Errors
/// When there is nothing in it, or it is neither text nor a workbook.
pub fn read_table(bytes: &[u8]) -> Result<Table, ImportError> {
    if workbook::looks_like(bytes) {
        return read_as(bytes, Format::Workbook);
    }
    let (text, encoding) = text_of(bytes)?;
    let table = match Format::of_text(&text) {
        Some(format) => records_of(&text, encoding, format),
        None => cells_of(&text, encoding),
    };
    table.map(|table| noted(table, bytes))
}

/// Reads the bytes as what the user says that they are. Every format whose
/// rows are lines of cells is read as any other of them.
///
/// # Errors
/// As [`read_table`].
pub fn read_as(bytes: &[u8], format: Format) -> Result<Table, ImportError> {
    if format == Format::Workbook {
        let sheet = workbook::read(bytes).map_err(|why| ImportError::Workbook { why })?;
        let rows = sheet.rows.into_iter();
        let cells = |cells: Vec<String>| cells.into_iter().map(Cow::Owned).collect();
        let rows = rows.map(|(line, row)| (Row { line, span: 0..0, cells: cells(row) }, None));
        let mut table = table_of(rows, '\n', Encoding::Utf8)?;
        table.format = Format::Workbook;
        table.note = sheet.note;
        return Ok(table);
    }
    let (text, encoding) = text_of(bytes)?;
    let table = match format.has_separator() {
        true => cells_of(&text, encoding),
        false => records_of(&text, encoding, format),
    };
    table.map(|table| noted(table, bytes))
}

/// With what is to be told of its encoding.
fn noted(mut table: Table, bytes: &[u8]) -> Table {
    if table.encoding == Encoding::Mixed {
        let note = mixture(bytes);
        table.note = Some(match table.note {
            Some(had) => format!("{had} {note}"),
            None => note,
        });
    }
    table
}

fn text_of(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), ImportError> {
    decode(bytes).map_err(|why| ImportError::NotText { why })
}

fn records_of(text: &str, encoding: Encoding, format: Format) -> Result<Table, ImportError> {
    let records = match format {
        Format::Ldif => ldif::read(text),
        Format::Zimbra => zimbra::read(text),
        Format::CPanel => mail_maps::read_cpanel(text),
        _ => mail_maps::read_postfix(text),
    };
    if records.rows.is_empty() && records.rejects.is_empty() {
        return Err(ImportError::Empty);
    }
    let Records { header, columns, rows, rejects, merged, note } = records;
    Ok(Table { header, rows, rejects, encoding, separator: ' ', columns, format, merged, note })
}

fn cells_of(text: &str, encoding: Encoding) -> Result<Table, ImportError> {
    let separator = separator_of(text);
    table_of(told_rows(text, rows(text, separator)), separator, encoding)
}

/// A row, and its whole text where it is too long to be a person's.
pub(super) type Told<'a> = (Row<'a>, Option<&'a str>);

/// Of the rows of a text those that hold anything.
pub(super) fn told_rows<'a>(
    text: &'a str,
    rows: impl Iterator<Item = Row<'a>>,
) -> impl Iterator<Item = Told<'a>> {
    rows.filter(|row| !is_blank(&row.cells)).map(|row| {
        let whole = text.get(row.span.clone()).unwrap_or_default();
        let long = row.span.len() > ROW_BYTES;
        (row, long.then_some(whole))
    })
}

pub(super) fn person_row<'a>(row: Row<'a>, too_long: Option<&str>) -> Result<Row<'a>, Reject> {
    match too_long {
        None => Ok(row),
        Some(whole) => {
            let reason = format!("it is longer than {} KB", ROW_BYTES >> 10);
            Err(reject_of(row.line, whole, reason))
        }
    }
}

pub(super) fn table_of<'a>(
    rows: impl Iterator<Item = Told<'a>>,
    separator: char,
    encoding: Encoding,
) -> Result<Table, ImportError> {
    let mut read = Table {
        header: Vec::new(),
        rows: Vec::new(),
        rejects: Vec::new(),
        encoding,
        separator,
        columns: Vec::new(),
        format: Format::Table,
        merged: 0,
        note: None,
    };
    let (mut seen_any, mut type_line) = (false, String::new());
    for (row, too_long) in rows {
        if is_blank(&row.cells) || (!seen_any && is_preface(&row.cells, separator)) {
            if let Some(first) = row.cells.first().filter(|cell| cell.starts_with("#TYPE ")) {
                type_line = first.chars().take(200).collect();
            }
            continue;
        }
        let owned = |cells: Vec<Cow<'_, str>>| cells.into_iter().map(Cow::into_owned).collect();
        if !seen_any && is_header(&row.cells) {
            read.header = row.cells.iter().map(|cell| cell.trim().to_owned()).collect();
        } else {
            match person_row(row, too_long) {
                Ok(row) => read.rows.push((row.line, owned(row.cells))),
                Err(reject) => read.rejects.push(reject),
            }
        }
        seen_any = true;
    }
    if !seen_any {
        return Err(ImportError::Empty);
    }
    one_line_of_addresses(&mut read);
    let width = if read.header.is_empty() { usual_width(&read.rows) } else { read.header.len() };
    read.columns = columns_of(&read.header, &read.rows, width);
    read.format = Format::of_headers(&type_line, &read.header);
    Ok(read)
}

/// `ann@example.com; bob@example.com` pasted from a mail: a person a cell.
fn one_line_of_addresses(table: &mut Table) {
    let [(line, cells)] = table.rows.as_slice() else { return };
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.trim().is_empty()).collect();
    let is_list = filled.len() > 1 && filled.iter().all(|cell| is_address(cell));
    if table.header.is_empty() && is_list {
        let people = filled.into_iter().map(|cell| (*line, vec![cell.clone()])).collect();
        table.rows = people;
    }
}

fn usual_width(rows: &[(u64, Vec<String>)]) -> usize {
    let widths: Vec<usize> = rows.iter().take(SAMPLE).map(|(_, row)| row.len()).collect();
    let count = |width: &usize| widths.iter().filter(|other| *other == width).count();
    widths.iter().copied().max_by_key(|width| (count(width), *width)).unwrap_or(1)
}
