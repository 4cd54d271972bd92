//! What a directory knows of a person beyond address and name.

use serde::{Deserialize, Serialize};

/// What only some lists tell. One box for all of it, so that a million people
/// without cost nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    /// What the mailbox is for, where a list says so.
    pub kind: Option<Kind>,
    /// As the directory has it; may be empty.
    pub department: Box<str>,
    /// Exchange's `legacyExchangeDN`, to which old messages are answered; may
    /// be empty.
    pub legacy_dn: Box<str>,
    /// Former `X500:` addresses, without the prefix.
    pub x500: Box<[Box<str>]>,
    /// Who may send for this person: addresses, directory paths, names.
    pub delegates: Box<[Box<str>]>,
}

impl Particulars {
    /// `None` where nothing is in it.
    pub fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }

    /// Puts what is said here into `other`; the rest stays as it is.
    pub fn tell(self, other: &mut Self) {
        other.kind = self.kind.or(other.kind);
        for (said, field) in
            [(self.department, &mut other.department), (self.legacy_dn, &mut other.legacy_dn)]
        {
            if !said.is_empty() {
                *field = said;
            }
        }
        for (said, field) in [(self.x500, &mut other.x500), (self.delegates, &mut other.delegates)]
        {
            if !said.is_empty() {
                *field = said;
            }
        }
    }
}

/// What an address stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A person's own mailbox.
    #[default]
    User,
    /// A mailbox that several people read.
    Shared,
    /// A room that is booked.
    Room,
    /// A car, a projector.
    Equipment,
    /// A distribution list or group: mail to it goes to its members.
    List,
    /// A contact or mail user: the mailbox is on another system.
    Contact,
}

impl Kind {
    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Shared => "shared",
            Self::Room => "room",
            Self::Equipment => "equipment",
            Self::List => "list",
            Self::Contact => "contact",
        }
    }
}
