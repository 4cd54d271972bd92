//! What the mail servers said of each person, one short answer for each
//! address: a hundred thousand of them stay small in memory.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::State;
use crate::plan::{Address, Plan, Side};

/// How long a run that was broken off may be gone on with, in hours.
const GOES_ON_HOURS: i64 = 7 * 24;
/// How long a confirmed address is not asked again, in hours.
const FRESH_HOURS: i64 = 24;

/// What the server of one side said of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// When.
    pub at: Timestamp,
    /// Whose server was asked.
    pub side: Side,
    /// What it means.
    pub word: Word,
    /// The reply, code first, on one line, as it is shown. Empty for what is known.
    pub said: Box<str>,
}

/// The meaning of one answer, by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word {
    /// 250: the server takes mail for it.
    Known,
    /// A final no to this address, repeated in another conversation.
    Refused,
    /// A final no that was heard once: it may have come of the moment.
    RefusedOnce,
    /// The same, heard again in another conversation, of a server whose
    /// refusals do not count yet.
    RefusedTwice,
    /// A final no that was heard once and stands by others of the same run,
    /// evenly spread, each of which was repeated.
    RefusedBySample,
    /// It exists, but its mailbox is full or disabled and takes nothing.
    Closed,
    /// 4xx: to be asked again.
    Deferred,
    /// An answer that is not about the address.
    Unjudged,
}

/// What the answer about an address that nobody has makes of a server's yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proof {
    /// Not asked yet, or put off.
    #[default]
    None,
    /// It refuses that one, so its yes counts.
    RefusesUnknown,
    /// It accepts that one too, so its yes says nothing.
    AcceptsAnything,
}

/// One piece of news about the people: a line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A new run began; what an earlier one was told counts no more, unless it
    /// is younger than a day and confirmed.
    Begun(Timestamp),
    /// This server is asked for a side (name and port); answers of another one
    /// are forgotten.
    Asks(Side, String),
    /// What the address that nobody has showed.
    Proved(Side, Proof),
    /// An answer.
    Heard(Address, Answer),
    /// Refusals of this side count, those heard once too: all that were asked
    /// about again were repeated.
    Vouched(Side),
    /// The run has come to its end.
    Finished(Timestamp),
}

/// The answers about everybody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    of: HashMap<Address, Answer>,
    asked: [Option<String>; 2],
    proof: [Proof; 2],
    unfinished: Option<Timestamp>,
}

impl Answers {
    /// Takes a piece of news in.
    pub fn hear(&mut self, entry: Entry) {
        match entry {
            Entry::Begun(at) => {
                let fresh = |answer: &Answer| Self::is_fresh(answer, at);
                let proof = self.proof;
                self.of.retain(|_, answer| {
                    proof[place(answer.side)] == Proof::RefusesUnknown && fresh(answer)
                });
                self.unfinished = Some(at);
            }
            Entry::Asks(side, server) => {
                let before = self.asked[place(side)].replace(server);
                if before.is_some() && before != self.asked[place(side)] {
                    self.of.retain(|_, answer| answer.side != side);
                    self.proof[place(side)] = Proof::None;
                }
            }
            Entry::Proved(side, proof) => self.proof[place(side)] = proof,
            Entry::Heard(address, answer) => {
                self.of.insert(address, answer);
            }
            Entry::Vouched(side) => {
                let of_side = self.of.values_mut().filter(|answer| answer.side == side);
                of_side.for_each(|answer| answer.word = answer.word.vouched());
            }
            Entry::Finished(_) => self.unfinished = None,
        }
    }

    /// The answer about a person whose mailbox is on this side.
    pub fn of(&self, address: &Address, home: Side) -> Option<&Answer> {
        self.of.get(address).filter(|answer| answer.side == home)
    }

    /// How it stands with a person whose mailbox is on this side; `None` where
    /// nobody was asked.
    pub fn state(&self, address: &Address, home: Side) -> Option<State> {
        self.of(address, home).map(|answer| answer.state(self.proof(home)))
    }

    /// Whether the server is known to know this person.
    pub fn is_confirmed(&self, address: &Address, home: Side) -> bool {
        self.proof(home) == Proof::RefusesUnknown
            && self.of(address, home).is_some_and(|answer| answer.word == Word::Known)
    }

    /// Whether a confirmed answer is too young to be asked for again.
    pub fn is_confirmed_lately(&self, address: &Address, home: Side, now: Timestamp) -> bool {
        self.is_confirmed(address, home)
            && self.of(address, home).is_some_and(|answer| Self::is_fresh(answer, now))
    }

    /// What a yes of this side's server is worth.
    pub fn proof(&self, side: Side) -> Proof {
        self.proof[place(side)]
    }

    /// The server that was asked for this side: name and port.
    pub fn server(&self, side: Side) -> Option<&str> {
        self.asked[place(side)].as_deref()
    }

    /// Whether the servers that were asked are those of the plan.
    pub fn are_about(&self, plan: &Plan) -> bool {
        [Side::External, Side::Host].iter().all(|side| self.is_about(*side, plan))
    }

    /// The answers of the plan's own servers.
    pub fn about(&self, plan: &Plan) -> Self {
        let mut own = self.clone();
        for side in [Side::External, Side::Host] {
            if !self.is_about(side, plan) {
                own.of.retain(|_, answer| answer.side != side);
                own.asked[place(side)] = None;
                own.proof[place(side)] = Proof::None;
            }
        }
        own
    }

    /// Whether the server that was asked for this side is the plan's.
    pub fn is_about(&self, side: Side, plan: &Plan) -> bool {
        let Some(asked) = self.server(side) else { return true };
        let name = asked.rsplit_once(':').map_or(asked, |(name, _port)| name);
        match side {
            Side::External => {
                plan.external.host_name.as_ref().is_some_and(|own| own.as_str() == name)
            }
            Side::Host => plan.host.owns_exchange(name),
        }
    }

    /// When the run began that was broken off, if it may be gone on with:
    /// within a week.
    pub fn goes_on_from(&self, now: Timestamp) -> Option<Timestamp> {
        let week = SignedDuration::from_hours(GOES_ON_HOURS);
        self.unfinished.filter(|begun| now.duration_since(*begun) < week)
    }

    /// When the run began that is not finished, however long ago.
    pub fn begun(&self) -> Option<Timestamp> {
        self.unfinished
    }

    /// Forgets whom `stays` does not want. Whether there were any.
    pub fn keep(&mut self, stays: impl Fn(&Address) -> bool) -> bool {
        let before = self.of.len();
        self.of.retain(|address, _| stays(address));
        before != self.of.len()
    }

    /// Everybody with an answer, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &Answer)> {
        self.of.iter()
    }

    /// How many answers there are.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether nobody was asked.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    fn is_fresh(answer: &Answer, now: Timestamp) -> bool {
        answer.word == Word::Known
            && now.duration_since(answer.at) < SignedDuration::from_hours(FRESH_HOURS)
    }
}

impl Word {
    /// On what a no that counts rests, to follow "was refused"; `None` of
    /// everything else.
    pub fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Refused => Some("twice"),
            Self::RefusedBySample => {
                Some("once; others of the same run were asked again, and refused again")
            }
            _ => None,
        }
    }

    /// Whether it is a no that does not count yet.
    pub fn is_open_refusal(self) -> bool {
        matches!(self, Self::RefusedOnce | Self::RefusedTwice)
    }

    /// What it is once refusals count.
    fn vouched(self) -> Self {
        match self {
            Self::RefusedOnce => Self::RefusedBySample,
            Self::RefusedTwice => Self::Refused,
            other => other,
        }
    }
}

impl Answer {
    /// How it stands with the person, given what a yes of this server is worth.
    pub fn state(&self, proof: Proof) -> State {
        match (self.word, proof) {
            (Word::Known, Proof::RefusesUnknown) => State::Passed,
            (Word::Known, Proof::AcceptsAnything) => {
                State::Unknown { why: "the server accepts any address".to_owned() }
            }
            (Word::Known, Proof::None) => State::Unknown {
                why: "it is not known whether the server would accept any address".to_owned(),
            },
            (Word::Refused | Word::RefusedBySample, _) => State::Failed,
            (Word::RefusedOnce, _) => {
                State::Unknown { why: "a refusal counts once it is repeated".to_owned() }
            }
            (Word::RefusedTwice, _) => State::Unknown {
                why: "it is not known yet whether this server's refusals are steady".to_owned(),
            },
            (Word::Closed, _) => State::Warning,
            (Word::Deferred, _) => State::Waiting {
                again_at: self
                    .at
                    .checked_add(SignedDuration::from_mins(5))
                    .unwrap_or(Timestamp::MAX),
            },
            (Word::Unjudged, _) => {
                State::Unknown { why: "the answer is not about the address".to_owned() }
            }
        }
    }
}

fn place(side: Side) -> usize {
    match side {
        Side::External => 0,
        Side::Host => 1,
    }
}

#[cfg(test)]
mod tests;
