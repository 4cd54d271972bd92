//! One value of `profile.toml`: what stands there, and the sentence when it
//! can't be read.

use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use toml_edit::{Item, TableLike, Value};

use crate::plan::WaveNumber;

/// What stands at a key where a text belongs.
pub(super) enum Typed {
    /// Nothing, or an empty text.
    Nothing,
    /// A text.
    Text(String),
    /// Something else, as it is written.
    Other(String),
}

/// Looks at a key.
pub(super) fn typed(item: Option<&Item>) -> Typed {
    match item {
        None | Some(Item::None) => Typed::Nothing,
        Some(Item::Value(Value::String(text))) if text.value().trim().is_empty() => Typed::Nothing,
        Some(Item::Value(Value::String(text))) => Typed::Text(text.value().clone()),
        Some(other) => Typed::Other(other.to_string().trim().to_owned()),
    }
}

/// The word of a plain enum as files have it.
pub(super) fn word_of<T: serde::Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Reads a plain enum by its word; another word leaves `value` as it is and is
/// a remark.
pub(super) fn word<T: DeserializeOwned + serde::Serialize + Copy>(
    remarks: &mut Vec<String>,
    key: &str,
    item: Option<&Item>,
    value: &mut T,
    accepted: &[&str],
) {
    let Some(item) = item else { return };
    match item.as_str().and_then(parse_word) {
        Some(read) => *value = read,
        None => {
            let so = format!("“{}” is taken", word_of(*value));
            remarks.push(remark(
                key,
                &item.to_string(),
                &so,
                &format!("Write one of: {}.", accepted.join(", ")),
            ));
        }
    }
}

/// The enum that a word names; capitals, spaces and underscores are forgiven.
pub(super) fn parse_word<T: DeserializeOwned>(text: &str) -> Option<T> {
    let plain = text.trim().to_lowercase().replace(['_', ' '], "-");
    let words: StrDeserializer<'_, WordError> = plain.as_str().into_deserializer();
    T::deserialize(words).ok()
}

/// A sentence about a value that is passed over.
pub(super) fn remark(key: &str, found: &str, so: &str, write: &str) -> String {
    let found = clean(found.trim().trim_matches('"'));
    format!("profile.toml, {key}: “{found}” can't be read, so {so}. {write}")
}

/// A wave's number in its table, where it has a readable one.
pub(super) fn wave_number(table: &dyn TableLike) -> Option<WaveNumber> {
    let number = table.get("number")?.as_integer()?;
    u16::try_from(number).ok().and_then(WaveNumber::new)
}

/// The tables under `wave`, however they are written.
pub(super) fn wave_tables(item: Option<&Item>) -> Vec<&dyn TableLike> {
    match item {
        Some(Item::ArrayOfTables(tables)) => {
            tables.iter().map(|table| table as &dyn TableLike).collect()
        }
        Some(Item::Value(Value::Array(array))) => array
            .iter()
            .filter_map(|value| value.as_inline_table())
            .map(|table| table as &dyn TableLike)
            .collect(),
        _ => Vec::new(),
    }
}

/// An item, safe to show.
pub(super) fn shown(item: &Item) -> String {
    clean(item.to_string().trim())
}

/// An error's sentence without its full stop, to stand within another one.
pub(super) fn bare(error: &dyn std::fmt::Display) -> String {
    let sentence = error.to_string();
    sentence.strip_suffix('.').unwrap_or(&sentence).to_owned()
}

/// One line of at most 80 characters, nothing hidden in it.
pub(super) fn clean(text: &str) -> String {
    crate::shown::shown(text, 80)
}
