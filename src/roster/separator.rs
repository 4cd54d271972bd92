//! At what the rows of a text are split, and which of them say nothing about
//! people.

use std::borrow::Cow;

use super::cells::{Row, rows};
use super::columns::{SAMPLE, is_address};
use super::field::bare_address;
use super::headers::known_headers;
use super::read::ROW_BYTES;

/// The separator by what Excel was told, by the headers that it makes appear,
/// or by the columns being the same all the way down.
pub(super) fn separator_of(text: &str) -> char {
    const CANDIDATES: [char; 4] = [',', ';', '\t', '|'];
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if let Some(told) =
        sep_line(first.trim_end_matches(['\r', '\n'])).and_then(|rest| rest.chars().next())
        && CANDIDATES.contains(&told)
    {
        return told;
    }
    let sample = |separator: char| {
        let mut rows: Vec<Row<'_>> = rows(text, separator)
            .take_while(|row| row.span.end <= 16 * ROW_BYTES)
            .filter(|row| !is_blank(&row.cells) && !is_preface(&row.cells, separator))
            .take(SAMPLE)
            .collect();
        rows.retain(|row| row.span.len() <= ROW_BYTES);
        rows
    };
    let score = |separator: char| {
        let rows = sample(separator);
        let first = rows.first().map(|row| row.cells.as_slice()).unwrap_or_default();
        let headers = if is_header(first) && first.len() > 1 { known_headers(first) } else { 0 };
        let alike = rows.iter().filter(|row| row.cells.len() == first.len()).count();
        let steady = first.len() > 1 && alike * 2 > rows.len();
        (headers, if steady { alike * first.len().min(64) } else { 0 })
    };
    let scores = CANDIDATES.map(|separator| (score(separator), separator));
    // The first of equals: a comma before a pipe.
    let best = scores.into_iter().rev().max_by_key(|(score, _)| *score);
    match best {
        Some(((headers, _), separator)) if headers > 0 => separator,
        _ if is_mostly(&sample('\n'), is_named_address) => '\n',
        Some((score, separator)) if score > (0, 0) => separator,
        _ => '\n',
    }
}

/// Headers that we know, and no address.
pub(super) fn is_header(cells: &[Cow<'_, str>]) -> bool {
    known_headers(cells) > 0 && !cells.iter().any(|cell| is_address(cell))
}

fn is_mostly(lines: &[Row<'_>], holds: impl Fn(&str) -> bool) -> bool {
    let count = lines.iter().filter(|row| row.cells.iter().any(|cell| holds(cell))).count();
    count > 0 && count * 2 >= lines.len()
}

/// `Lee, Ann <ann@example.com>`: one cell, whatever stands in the name.
fn is_named_address(line: &str) -> bool {
    let line = bare_address(line);
    let once = |c: char| line.matches(c).count() == 1;
    once('<') && once('@') && line.ends_with('>') && is_address(line)
}

/// Nothing but white space, and separators where they split nothing.
pub(super) fn is_blank<S: AsRef<str>>(cells: &[S]) -> bool {
    let empty = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '\u{feff}');
    cells.iter().all(|cell| cell.as_ref().chars().all(empty))
}

/// Lines before the header that say nothing about people: PowerShell's
/// `#TYPE ...` and Excel's `sep=;`.
pub(super) fn is_preface(cells: &[Cow<'_, str>], separator: char) -> bool {
    let first = cells.first().map(|cell| cell.trim()).unwrap_or_default();
    first.starts_with("#TYPE ")
        || (cells.len() <= 2
            && sep_line(first).is_some_and(|s| s.is_empty() || s.starts_with(separator)))
}

fn sep_line(line: &str) -> Option<&str> {
    let (start, rest) = line.split_once('=')?;
    start.eq_ignore_ascii_case("sep").then_some(rest)
}
