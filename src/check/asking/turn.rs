//! What a connection is given to do, and what it brings back: the language
//! between the schedule and the connections.

use std::time::Duration;

use crate::finding::{Proof, Word};

/// One envelope's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// Asked in front of the people.
    pub(super) first: Vec<Control>,
    /// Whom it is about: places in the list.
    pub(super) people: Vec<usize>,
    /// Who is asked about after a refusal: somebody who exists. `None` where
    /// nobody is known to.
    pub(super) voucher: Option<Control>,
    /// Whether its end asks about both, whatever was answered.
    pub(super) both: bool,
    /// Asked at another address of the server, where it has one.
    pub(super) elsewhere: bool,
    /// The conversation must not be older than this one.
    pub(super) age: usize,
}

/// An address that tells how far the server's word goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// The one that the plan says exists.
    Known,
    /// Somebody who was accepted before.
    Person(usize),
    /// One that nobody has.
    Random,
}

impl Batch {
    /// Whom to ask about at its end, given what was said so far: the opposite
    /// of the last answer must still be had in the same conversation.
    pub(super) fn last(&self, words: &[Option<Word>]) -> Vec<Control> {
        let said = match last_of(self.first.len(), words) {
            None => return Vec::new(),
            Some(said) => said,
        };
        let random = (self.both || said != Word::Refused).then_some(Control::Random);
        let known = self.voucher.filter(|_| self.both || said == Word::Refused);
        random.into_iter().chain(known).collect()
    }
}

/// The last answer about a person that says whether it exists.
pub(super) fn last_of(first: usize, words: &[Option<Word>]) -> Option<Word> {
    let judged = |word: &&Word| matches!(word, Word::Known | Word::Closed | Word::Refused);
    words.iter().skip(first).flatten().rfind(judged).copied()
}

/// What a connection is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// Ask about these.
    Ask(Batch),
    /// Look again at this time, or when something came back.
    Wait(Duration),
    /// This connection is not wanted now; look again at this time.
    HangUp(Duration),
    /// Nothing is left to do.
    Leave,
}

/// What came of a batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Brought {
    /// The answers to the first of the batch, controls before people; `None`
    /// in place of an answer that is none.
    pub(super) words: Vec<Option<Word>>,
    /// What was asked at its end, with the answer.
    pub(super) last: Vec<(Control, Option<Word>)>,
    /// How the conversation goes on.
    pub(super) end: End,
    /// How long an answer took, on average.
    pub(super) slow: Duration,
    /// After how many recipients the server took no more in one envelope.
    pub(super) full_after: Option<usize>,
    /// After how many answers it had enough of this conversation.
    pub(super) too_much_after: Option<usize>,
    /// Whether it had enough for a while.
    pub(super) limited: bool,
    /// Whether another address of the server was asked than before.
    pub(super) elsewhere: bool,
}

/// How a conversation stands after a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum End {
    /// Open, or ended by us.
    #[default]
    Well,
    /// 421, after that many refusals in it.
    Closing { refusals: usize },
    /// It did not come about, or not to an envelope.
    NotReached,
    /// Closed, silent or garbled, after that many refusals; with commands in
    /// flight that were lost.
    Broke { in_flight: bool, refusals: usize },
    /// The empty sender was put off (4xx) or refused (5xx).
    Sender { for_good: bool },
}

/// What an answer changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The answer at this place of the batch is about this person: the first
    /// one of this run that is, or a later one. One that `differs` is a yes
    /// after a no.
    Heard { person: usize, word: Word, at: usize, first: bool, differs: bool },
    /// The server broke off each time this person was asked about.
    Unaskable { person: usize, first: bool },
    /// What the random address shows.
    Proved(Proof),
    /// Refusals heard once count: each that was asked about again was repeated.
    Vouched,
}

/// Why a run ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The random address is accepted.
    AcceptsAnything,
    /// It began to refuse whom it had accepted.
    Turned,
    /// It never accepted anybody, an address that must exist among them.
    RefusesAll,
    /// Both control addresses were refused for who we are.
    RefusesUs,
    /// The empty sender is refused (`true`) or put off.
    Sender(bool),
    /// It allows so few questions that waiting came to nothing.
    Limited,
    /// Nothing came any more.
    InVain,
}
