//! `[columns]` of `profile.toml`: what a header of a list means, where the
//! user once said otherwise than the program.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item, Table};

use super::in_place::{put, put_section};

const NAME: &str = "columns";

/// Header and meaning of each entry; what is no text says nothing.
pub(super) fn read(document: &DocumentMut) -> BTreeMap<String, String> {
    let table = document.get(NAME).and_then(Item::as_table_like);
    let entries = table.into_iter().flat_map(|table| table.iter());
    entries
        .filter_map(|(header, meaning)| Some((header.to_owned(), meaning.as_str()?.to_owned())))
        .collect()
}

/// Makes the table hold `now`. Says whether anything was changed.
pub(super) fn edit(document: &mut DocumentMut, now: &BTreeMap<String, String>) -> bool {
    if read(document) == *now {
        return false;
    }
    if document.get(NAME).and_then(Item::as_table_like).is_none() {
        let mut table = Table::new();
        table.decor_mut().set_prefix(
            "\n# What a column of your lists means, by its header, where you corrected it.\n",
        );
        put_section(document.as_table_mut(), NAME, table);
    }
    let Some(table) = document.get_mut(NAME).and_then(Item::as_table_like_mut) else {
        return false;
    };
    let gone: Vec<String> = { table.iter() }
        .filter(|(header, meaning)| meaning.is_str() && !now.contains_key(*header))
        .map(|(header, _)| header.to_owned())
        .collect();
    for header in &gone {
        table.remove(header);
    }
    for (header, meaning) in now {
        if table.get(header).and_then(Item::as_str) != Some(meaning) {
            put(table, header, meaning);
        }
    }
    true
}
