//! A table of very many people: cut into parts, which are read side by side
//! and dropped one by one, so that a million rows need not stand beside a
//! million people.
//!
//! A part ends behind a line break. That may stand in a quoted cell: the row
//! that is cut there is read again, together with the next part.

use std::borrow::Cow;
use std::ops::Range;

use super::cells::{Row, rows};
use super::columns::SAMPLE;
use super::encoding::decode_owned;
use super::read::{ImportError, Reject, Table, person_row, table_of, told_rows};
use super::separator::separator_of;
use crate::abreast::abreast;

/// Rows that are enough to know what the others are.
const HEAD: usize = 2 * SAMPLE;

/// A part has so many bytes, or more of a file that would have more parts
/// than [`MOST_PARTS`].
const PART_BYTES: usize = 512 << 10;
const MOST_PARTS: usize = 256;

/// Reads the bytes of a table of cells, whatever else it looks like: its first
/// rows, and what is below them.
///
/// # Errors
/// As [`read_table`](super::read_table).
pub(crate) fn read_csv(bytes: Vec<u8>) -> Result<(Table, Rest), ImportError> {
    let (text, encoding) = decode_owned(bytes).map_err(|why| ImportError::NotText { why })?;
    let separator = separator_of(&text);
    let mut first = rows(&text, separator);
    let head = table_of(told_rows(&text, &mut first).take(HEAD), separator, encoding)?;
    let (at, line) = first.place();
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    let size = PART_BYTES.max(text.len() / MOST_PARTS);
    Ok((head, Rest { lines, parts: parts(text, at, size), line, separator }))
}

/// The cells of one row.
pub(crate) fn cells_of_row(text: &str, separator: char) -> Vec<Cow<'_, str>> {
    rows(text, separator).next().map(|row| row.cells).unwrap_or_default()
}

/// The rows below the first ones.
pub(crate) struct Rest {
    /// How many lines the whole file has: rows, and breaks within cells.
    pub(crate) lines: usize,
    parts: Vec<String>,
    /// On which the first part starts, from 1.
    line: u64,
    separator: char,
}

/// A part that was read.
struct Part<R> {
    text: String,
    /// Each with its line, from 1 in this part, and its place in the text.
    rows: Vec<(u64, Range<usize>, Result<R, Reject>)>,
    /// Where a row begins that goes on in the next part; else the end.
    cut: usize,
    /// Line breaks before that place.
    lines: u64,
}

impl Rest {
    /// Reads every row, with a reader for each part; `take` gets what `read`
    /// made of each, in their order, with its line and its text.
    pub(crate) fn read<W, R: Send>(
        self,
        reader: impl Fn() -> W + Sync,
        read: impl Fn(&mut W, &Row<'_>) -> R + Sync,
        mut take: impl FnMut(u64, &str, Result<R, Reject>),
    ) {
        let part_of = |text: String, goes_on: bool| {
            let mut reader = reader();
            let mut all = rows(&text, self.separator);
            all.goes_on = goes_on;
            let read_row = |(row, too_long): (Row<'_>, Option<&str>)| {
                let (line, span) = (row.line, row.span.clone());
                (line, span, person_row(row, too_long).map(|row| read(&mut reader, &row)))
            };
            let rows = told_rows(&text, &mut all).map(read_row).collect();
            let (cut, line) = all.place();
            Part { rows, cut, lines: line - 1, text }
        };
        let most = self.parts.len();
        let parts = (1..).zip(self.parts).collect();
        let mut above = self.line - 1;
        let (mut cut, mut endless) = (String::new(), false);
        abreast(
            parts,
            |(number, text): (usize, String)| (number < most, part_of(text, number < most)),
            |(goes_on, mut part)| {
                if !cut.is_empty() {
                    cut.push_str(&part.text);
                    if endless && goes_on {
                        return;
                    }
                    part = part_of(std::mem::take(&mut cut), goes_on);
                    // One cell over a whole part is nobody's; what is left
                    // is read at one stroke then, never again and again.
                    endless = part.cut == 0;
                }
                for (line, span, row) in part.rows {
                    let text = part.text.get(span).unwrap_or_default();
                    let line = above + line;
                    take(line, text, row.map_err(|reject| Reject { line, ..reject }));
                }
                above += part.lines;
                cut.push_str(part.text.get(part.cut..).unwrap_or_default());
            },
        );
    }
}

/// The text from `from` on, cut behind line breaks into parts of about so many
/// bytes; from its end, because a text gives room back only there.
fn parts(mut text: String, from: usize, size: usize) -> Vec<String> {
    let mut parts = Vec::new();
    while text.len() > from + size {
        let front = text.as_bytes().get(from..text.len() - size).unwrap_or_default();
        let Some(feed) = front.iter().rposition(|byte| *byte == b'\n') else { break };
        parts.push(text.split_off(from + feed + 1));
        text.shrink_to_fit();
    }
    parts.push(text.split_off(from));
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rows = Vec<(u64, Vec<String>)>;

    fn owned(row: &Row<'_>) -> Vec<String> {
        row.cells.iter().map(|cell| cell.to_string()).collect()
    }

    /// As they stand in one text, and in parts of so many bytes.
    fn both(text: &str, size: usize) -> (Rows, Rows) {
        let whole = told_rows(text, rows(text, ','));
        let whole = whole.map(|(row, _)| (row.line, owned(&row))).collect();
        let rest =
            Rest { lines: 0, parts: parts(text.to_owned(), 0, size), line: 1, separator: ',' };
        let mut parted = Vec::new();
        rest.read(
            || (),
            |(), row| owned(row),
            |line, text, cells| {
                let cells = cells.unwrap();
                assert_eq!(cells_of_row(text, ','), cells);
                parted.push((line, cells));
            },
        );
        (whole, parted)
    }

    #[test]
    fn parts_hold_the_rows_of_the_whole_wherever_they_are_cut() {
        let texts = [
            "a,b\nc,d\r\n\r\ne,\"f\ng\",h\n\n\ni\n".to_owned(),
            "\"a\n\n\n\n\nb\",\"\"\"\n\"\"c\"\nd,\"e\nf,g\n\"h\ni\n".to_owned(),
            "x\ry,\"z\r\n\r\"\n,\n\"unclosed\n1\n2\n3".to_owned(),
            format!("\"stray\n{}\"end\nx,\"y\nz\"\n", "bob,ä\n".repeat(250)),
            format!("a,\"{}\"\nb\n", "long\n".repeat(190)),
        ];
        for text in texts {
            for size in [1, 2, 3, 5, 8, 13, 100, 1000] {
                let (whole, parted) = both(&text, size);
                assert_eq!(parted, whole, "{size} of {text:?}");
            }
        }
    }
}
