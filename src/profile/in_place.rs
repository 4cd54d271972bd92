//! Changes to a TOML document that leave its remarks and line ends alone.

use toml_edit::{Item, Key, RawString, Table, TableLike, Value};

/// Puts a value at a key, with the decoration that the old one had.
pub(super) fn put(table: &mut dyn TableLike, key: &str, value: impl Into<Value>) {
    let mut value = value.into();
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        Some(other) => *other = Item::Value(value),
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// Puts a section at a key; the remarks above and beside a plain value that
/// stood there stay with it.
pub(super) fn put_section(document: &mut Table, key: &str, mut section: Table) {
    let text =
        |raw: Option<&RawString>| raw.and_then(RawString::as_str).unwrap_or_default().to_owned();
    let beside = match document.get(key) {
        Some(Item::Value(old)) => text(old.decor().suffix()),
        _ => {
            document.remove(key);
            document.insert(key, Item::Table(section));
            return;
        }
    };
    if let Some(mut key) = document.key_mut(key) {
        let decor = key.leaf_decor_mut();
        let above = text(decor.prefix());
        decor.set_prefix(format!("\n{}", above.trim_start_matches('\n')));
        decor.set_suffix("");
    }
    section.decor_mut().set_prefix("");
    section.decor_mut().set_suffix(beside);
    if let Some(item) = document.get_mut(key) {
        *item = Item::Table(section);
    }
}

/// The comment that belongs to a key: what stands above it without a blank
/// line between.
pub(super) fn comment_of(key: &Key) -> String {
    let above = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
    above.rsplit_once("\n\n").map_or(above, |(_, comment)| comment).to_owned()
}

/// The line ends of the file that was there: `toml_edit` writes plain ones.
pub(super) fn with_newlines_of(base: &str, text: String) -> String {
    if base.contains("\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
}
