//! The time zone in which times are shown.

use jiff::tz::{TimeZone, db};

/// Names offered where one is not known.
const OFFERED: usize = 3;

/// A time zone of the IANA database, or this machine's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Zone {
    /// The one that this machine is set to, also when that changes.
    #[default]
    System,
    /// This one, whatever the machine is set to.
    Named(TimeZone),
}

/// A name that the database does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{}” is no time zone. {}", crate::shown::shown(.name, 60), .advice)]
pub struct NoSuchZone {
    name: String,
    advice: String,
}

impl Zone {
    /// What a file or a person wrote: a name such as `Europe/Berlin` or `UTC`,
    /// in capitals or not; nothing, or `system`: this machine's.
    ///
    /// # Errors
    /// When the database has no such name; names that look like it are offered.
    pub fn parse(text: &str) -> Result<Self, NoSuchZone> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("system") {
            return Ok(Self::System);
        }
        let found = TimeZone::get(text).map(Self::Named);
        found.map_err(|_| NoSuchZone { name: text.to_owned(), advice: advice(text) })
    }

    /// Its name in the database; empty for this machine's.
    pub fn name(&self) -> &str {
        match self {
            Self::System => "",
            Self::Named(zone) => zone.iana_name().unwrap_or_default(),
        }
    }

    /// To show a time in.
    pub fn time_zone(&self) -> TimeZone {
        match self {
            Self::System => TimeZone::system(),
            Self::Named(zone) => zone.clone(),
        }
    }
}

/// What to write instead.
fn advice(text: &str) -> String {
    let wanted = text.replace(' ', "_").to_lowercase();
    let names = db().available().map(|name| name.as_str().to_owned());
    let mut like: Vec<String> =
        names.filter(|name| name.to_lowercase().contains(&wanted)).take(64).collect();
    like.sort_by_key(|name| (name.len(), name.clone()));
    like.truncate(OFFERED);
    match like.split_last() {
        None => "Write a name such as Europe/Berlin, or UTC.".to_owned(),
        Some((one, [])) => format!("Did you mean {one}?"),
        Some((last, others)) => format!("Did you mean {} or {last}?", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_people_write_them() {
        for (text, name) in [
            ("", ""),
            ("System", ""),
            (" utc ", "UTC"),
            ("europe/berlin", "Europe/Berlin"),
            ("Asia/Kathmandu", "Asia/Kathmandu"),
        ] {
            assert_eq!(Zone::parse(text).unwrap().name(), name, "{text}");
        }
    }

    #[test]
    fn a_name_that_is_none_brings_those_that_look_like_it() {
        let said = |text: &str| Zone::parse(text).unwrap_err().to_string();
        assert_eq!(said("Berlin"), "“Berlin” is no time zone. Did you mean Europe/Berlin?");
        assert!(said("new york").contains("America/New_York"), "{}", said("new york"));
        let none = said("Nowhere\u{202e}");
        assert!(none.ends_with("Write a name such as Europe/Berlin, or UTC."), "{none}");
        assert!(!none.contains('\u{202e}'), "{none}");
    }
}
