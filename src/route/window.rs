//! How long after an action some servers still go by the state before it.

use serde::{Serialize, Serializer};

use super::ticked::said;
use super::{Deed, Seen};
use crate::plan::Task;

/// How long it takes until an action is seen everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// At most so many minutes.
    AtMost(u32, Basis),
    /// Nobody can tell beforehand: until the checks see it.
    UntilSeen,
}

/// What a fact rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// The checks saw it.
    Seen,
    /// The administrator ticked it off; no check saw it.
    Told,
    /// Nobody said so, but this is ticked off, which comes after it.
    Implied(Task),
    /// Nobody saw it or said so.
    Assumed,
}

impl Basis {
    /// In a list: "seen by the checks".
    pub fn label(self) -> String {
        let words = match self {
            Self::Seen => "seen by the checks",
            Self::Told => "ticked off, not seen by the checks",
            Self::Implied(task) => {
                return format!("implied, because {} is ticked off", said(task));
            }
            Self::Assumed => "assumed",
        };
        words.to_owned()
    }

    /// As in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Told => "told",
            Self::Implied(_) => "implied",
            Self::Assumed => "assumed",
        }
    }
}

impl Serialize for Basis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Two days in minutes, the upper end of the host's own "24 to 48 hours".
const DNS: u32 = 48 * 60;
/// The host's own word for a new mailbox, in minutes.
pub(super) const MAILBOX: u32 = 15;

impl Deed {
    /// How long it takes to be seen everywhere. DNS 24-48 hours and mailboxes
    /// 15 minutes are the host's own words (`facts` 2); a TTL that was seen
    /// replaces the former. For its panel and its Support no time is known.
    pub fn window(self, seen: &Seen) -> Window {
        match self {
            Self::PrimaryMx => match seen.primary_ttl {
                Some(seconds) => Window::AtMost(seconds.div_ceil(60), Basis::Seen),
                None => Window::AtMost(DNS, Basis::Assumed),
            },
            Self::SubdomainMx | Self::ExternalMx => Window::AtMost(DNS, Basis::Assumed),
            Self::MailboxesMade(_) => Window::AtMost(MAILBOX, Basis::Assumed),
            Self::FirstContacts
            | Self::AliasesDeleted(_)
            | Self::Contacts(_)
            | Self::Moved(_)
            | Self::DomainReleased
            | Self::ContactsRemoved => Window::AtMost(0, Basis::Assumed),
            Self::SdrOn
            | Self::SdrOff
            | Self::HostAliases
            | Self::ListsMade
            | Self::Alias
            | Self::SubdomainRemoved => Window::UntilSeen,
        }
    }
}

/// How many minutes longer at most some senders go by the primary MX records of
/// before, where the change is done; 0: none.
pub fn primary_runs_on(seen: &Seen) -> u32 {
    let whole = Deed::PrimaryMx.window(seen).minutes().unwrap_or_default();
    whole.saturating_sub(seen.primary_changed_for.unwrap_or_default())
}

impl Window {
    /// Its length where it is known, in minutes.
    pub fn minutes(self) -> Option<u32> {
        match self {
            Self::AtMost(minutes, _) => Some(minutes),
            Self::UntilSeen => None,
        }
    }

    /// "up to 48 h, assumed".
    pub fn text(self) -> String {
        match self {
            Self::AtMost(0, _) => "at once".to_owned(),
            Self::AtMost(minutes, Basis::Seen) => {
                format!("up to {}, by the TTL seen", span(minutes))
            }
            Self::AtMost(minutes, _) => format!("up to {}, assumed", span(minutes)),
            Self::UntilSeen => "until the checks see it".to_owned(),
        }
    }
}

/// A length of time in minutes, as all places say it: "48 h 15 min".
pub fn span(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ttl_that_was_seen_replaces_what_is_assumed() {
        let seen = Seen { primary_ttl: Some(301), ..Seen::default() };
        let window = Deed::PrimaryMx.window(&seen);
        assert_eq!(window, Window::AtMost(6, Basis::Seen));
        assert_eq!(window.text(), "up to 6 min, by the TTL seen");
        let assumed = Deed::PrimaryMx.window(&Seen::default());
        assert_eq!(assumed.text(), "up to 48 h, assumed");
        assert_eq!(Deed::SdrOn.window(&seen).text(), "until the checks see it");
    }

    #[test]
    fn hours_and_minutes_stand_apart() {
        let told: Vec<String> = [0, 15, 60, 2880, 2895].into_iter().map(span).collect();
        assert_eq!(told, ["0 min", "15 min", "1 h", "48 h", "48 h 15 min"]);
    }
}
