//! How bad an end of a message is for whoever it is meant for, in words.

use serde::Serialize;

use super::{Outcome, System, World};
use crate::counted::{self, counted};
use crate::plan::Mailbox;

/// How bad it is, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    Fine,
    /// Mail to nobody is taken: by a catch-all, or to be returned later.
    Taken,
    /// In the person's own new mailbox, while the old one gets the rest.
    Early,
    /// In a mailbox in which the person does not look.
    Astray,
    Lost,
    Loop,
}

/// Whom it is meant for.
pub(super) enum Whom {
    /// A person.
    Person(Box<Mailbox>),
    /// The same person, written to with an extension behind the name.
    Extended(Box<Mailbox>),
    /// The members of a list.
    List,
    /// Nobody: it has to be refused.
    Nobody,
}

/// What goes wrong at one moment of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Harm {
    /// One sentence: "Mail for 3 people does not arrive from everywhere."
    pub sentence: String,
    /// How many people are concerned.
    pub people: usize,
    /// The first way of this kind, in words.
    pub example: String,
}

impl Fate {
    /// What this end is. `reads`: the system in which the person looks.
    pub(super) fn of(world: &World, whom: &Whom, reads: System, outcome: &Outcome) -> Self {
        let copies = match (outcome, whom) {
            (Outcome::Loop { .. }, _) => return Self::Loop,
            (Outcome::Bounced { .. }, Whom::Nobody) => return Self::Fine,
            (_, Whom::Nobody) => return Self::Taken,
            (Outcome::Bounced { .. } | Outcome::Backscatter { .. }, _) => return Self::Lost,
            (Outcome::Delivered { copies }, _) => copies,
        };
        let (Whom::Person(person) | Whom::Extended(person)) = whom else { return Self::Fine };
        let own = |system: System| {
            let is_there = match system {
                System::Host => world.host.mailboxes.contains(&person.address),
                System::External => world.external.mailboxes.contains(&person.address),
                System::Third | System::Nobody => false,
            };
            is_there && copies.iter().any(|(at, _)| *at == system)
        };
        match reads {
            _ if own(reads) => Self::Fine,
            System::External if own(System::Host) => Self::Early,
            _ => Self::Astray,
        }
    }

    /// To follow "mail for 3 people would".
    pub(super) fn would(self) -> &'static str {
        match self {
            Self::Loop => "go round in a loop",
            Self::Lost | Self::Fine => "not arrive",
            Self::Astray => "arrive where they do not look",
            Self::Early => "split between their old and their new mailbox",
            Self::Taken => "be taken, not refused",
        }
    }

    /// To follow "Mail for 3 people".
    pub(super) fn does(self) -> &'static str {
        match self {
            Self::Loop => "goes round in a loop",
            Self::Lost | Self::Fine => "does not arrive from everywhere",
            Self::Astray => "arrives where they do not look",
            Self::Early => "splits between their old and their new mailbox",
            Self::Taken => "is taken: by a catch-all, or to be returned later",
        }
    }
}

/// "3 people", "1 list", "addresses that nobody has". `extended`: the people only
/// where an extension stands behind their name.
pub(super) fn who(people: usize, lists: usize, extended: bool) -> String {
    let people = match (people, lists) {
        (0, 0) => return "addresses that nobody has".to_owned(),
        (0, lists) => return counted(lists, "list", "lists"),
        (people, _) => counted::people(people),
    };
    match extended {
        true => format!("{people}, written to with an extension,"),
        false => people,
    }
}

/// A sentence to follow a colon.
pub(super) fn plain(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
