//! The host in `profile.toml`: the name of a preset, or a whole table where
//! it was customised.

use toml_edit::{Array, Item, Table, TableLike, Value};

use super::in_place::{put, put_section};
use super::plan_file::preset;
use crate::plan::HostPreset;

/// Puts the host into the document. A table that is there stays one, with its
/// comments and unknown keys.
pub(super) fn set_host(document: &mut Table, host: &HostPreset) {
    let is_table = document.get("host").is_some_and(Item::is_table_like);
    if !is_table && preset(&host.id).as_ref() == Some(host) {
        put(document, "host", &host.id);
        return;
    }
    let Ok(fields) = toml_edit::ser::to_document(host) else { return };
    let fields = fields.as_table();
    if !is_table {
        put_section(document, "host", fields.clone());
        return;
    }
    let Some(table) = document.get_mut("host").and_then(Item::as_table_like_mut) else { return };
    merge(table, fields);
    if host.api.is_none() {
        table.remove("api");
    }
}

fn merge(table: &mut dyn TableLike, fields: &Table) {
    for (key, item) in fields {
        let Some(value) = plain(item) else { continue };
        if !table.get(key).and_then(plain).is_some_and(|there| same(&there, &value)) {
            put(table, key, value);
        }
    }
}

/// An item as a value: lists of sections become plain lists.
fn plain(item: &Item) -> Option<Value> {
    item.clone().into_value().ok()
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.value() == other.value(),
        (Value::Integer(one), Value::Integer(other)) => one.value() == other.value(),
        (Value::Boolean(one), Value::Boolean(other)) => one.value() == other.value(),
        (Value::Array(one), Value::Array(other)) => same_list(one, other),
        (Value::InlineTable(one), Value::InlineTable(other)) => {
            other.iter().all(|(key, value)| one.get(key).is_some_and(|there| same(there, value)))
        }
        _ => false,
    }
}

fn same_list(one: &Array, other: &Array) -> bool {
    one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| same(one, other))
}
