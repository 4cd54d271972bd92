//! What the user said of a column once counts for the next list with it.

use std::collections::BTreeMap;

use super::columns::{columns_of, is_address};
use super::{Column, Columns, Format, Table};

/// Longer headers, and more of them, are not kept in a profile.
const MOST_LETTERS: usize = 100;
const MOST_HEADERS: usize = 200;

/// The columns of a table, those that the user once corrected as they are
/// remembered: header to meaning, in the words of [`Column::words`].
pub fn remembered(table: &Table, known: &BTreeMap<String, String>) -> Columns {
    let mut columns = table.columns.clone();
    for (at, header) in table.header.iter().enumerate().take(columns.len()) {
        let told = known.get(header.trim()).and_then(|words| Column::from_words(words));
        if let Some(meaning) = told {
            set_column(&mut columns, at, meaning);
        }
    }
    columns
}

/// Takes the first row for the header, where the table has none, if a cell of
/// it is a name that somebody gave of a column and none of it is an address.
pub fn with_header(table: &mut Table, is_name: impl Fn(&str) -> bool) {
    let Some((_, first)) = table.rows.first().filter(|_| table.header.is_empty()) else { return };
    let named = first.iter().any(|cell| is_name(cell.trim()));
    if !named || first.iter().any(|cell| is_address(cell)) {
        return;
    }
    let (_, first) = table.rows.remove(0);
    table.header = first.iter().map(|cell| cell.trim().to_owned()).collect();
    table.columns = columns_of(&table.header, &table.rows, table.header.len());
    if table.format == Format::Table {
        table.format = Format::of_headers("", &table.header);
    }
}

/// Says what one column means; the column that meant it before means nothing
/// then. Several may hold other addresses.
pub fn set_column(columns: &mut Columns, at: usize, meaning: Column) {
    if !matches!(meaning, Column::Ignored | Column::Aliases) {
        for other in columns.iter_mut().filter(|other| **other == meaning) {
            *other = Column::Ignored;
        }
    }
    if let Some(column) = columns.get_mut(at) {
        *column = meaning;
    }
}

/// Keeps in `known` where `columns` differ from what the table was taken for.
pub fn remember(table: &Table, columns: &Columns, known: &mut BTreeMap<String, String>) {
    for ((header, guessed), said) in table.header.iter().zip(&table.columns).zip(columns) {
        let header = header.trim();
        let usable = !header.is_empty()
            && header.chars().count() <= MOST_LETTERS
            && !header.chars().any(char::is_control);
        if !usable {
            continue;
        }
        if said == guessed {
            known.remove(header);
        } else if known.len() < MOST_HEADERS || known.contains_key(header) {
            known.insert(header.to_owned(), said.words().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::read_table;

    #[test]
    fn what_was_corrected_once_counts_for_the_next_list() {
        let first =
            read_table(b"Mail,Kennung,Team\na@example.com,ann@example.com,Sales\n").unwrap();
        assert_eq!(first.columns, [Column::Address, Column::Ignored, Column::Ignored]);
        let mut columns = first.columns.clone();
        set_column(&mut columns, 1, Column::Address);
        set_column(&mut columns, 2, Column::Department);
        assert_eq!(columns, [Column::Ignored, Column::Address, Column::Department]);
        let mut known = BTreeMap::new();
        remember(&first, &columns, &mut known);
        assert_eq!(known.get("Team").map(String::as_str), Some("department"));
        let next = read_table(b"Team,Mail,Kennung\nStock,b@example.com,bob@example.com\n").unwrap();
        assert_eq!(
            remembered(&next, &known),
            [Column::Department, Column::Ignored, Column::Address]
        );
        remember(&first, &first.columns.clone(), &mut known);
        assert!(known.is_empty(), "back to what it was taken for: {known:?}");
    }
}
