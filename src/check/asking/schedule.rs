//! Who is asked about when: controls before, between and after, shrinking
//! limits where a server has limits, rest where it asks for rest, and a second
//! question to whom it refused. No network in here.

mod again;
mod ending;
mod taking;
mod weighing;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use super::pace::{Pace, Tempo};
use super::turn::{Batch, Brought, Change, Control, Stop, Turn};
use super::vouchers::Vouchers;
use crate::finding::Proof;

use again::Again;
use weighing::Weight;

/// Envelopes, all of them well, after which a server is taken for steady.
const STEADY: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The controls come first.
    Before,
    Between,
    /// And last.
    After,
    Over,
}

/// The run about one server.
#[derive(Debug)]
pub(super) struct Schedule {
    pace: Pace,
    waiting: VecDeque<usize>,
    deferred: VecDeque<(Duration, usize)>,
    put_off: HashMap<usize, u8>,
    breaks: HashMap<usize, u8>,
    /// Refused while nobody was known to exist.
    shelf: Vec<usize>,
    again: Again,
    /// Who has an answer, of this run or as refused once before it.
    told: Vec<bool>,
    /// Connections with a conversation.
    open: BTreeSet<usize>,
    out: usize,
    controls_out: bool,
    phase: Phase,
    vouchers: Vouchers,
    since_check: usize,
    proof: Proof,
    tempo: Tempo,
    /// How long an answer took lately.
    slow: Duration,
    errors: usize,
    per_envelope: usize,
    /// Envelopes of one conversation.
    envelopes: usize,
    pipelining: bool,
    /// Conversations begun before this are not gone on with.
    age: usize,
    /// Conversations in which somebody known was refused, and how many of them
    /// one after the other.
    doubts: usize,
    in_doubt: usize,
    /// Envelopes whose answers count.
    well: usize,
    in_vain: usize,
    /// Rests, one after the other, that brought no answer.
    limited: usize,
    /// Whether the server has another address, and whether that one was seen
    /// to answer differently.
    has_others: bool,
    differs: bool,
    /// Envelopes, one after the other, that were cut before their last question.
    cut: usize,
    answered: usize,
    stop: Option<Stop>,
}

impl Schedule {
    /// A run about `people` addresses, with or without one that is known to
    /// exist. Those in `refused` were refused once before this run.
    pub(super) fn new(people: usize, has_known: bool, refused: Vec<usize>, pace: Pace) -> Self {
        let mut told = vec![false; people];
        refused.iter().for_each(|&person| told[person] = true);
        Self {
            waiting: (0..people).filter(|&person| !told[person]).collect(),
            deferred: VecDeque::new(),
            put_off: HashMap::new(),
            breaks: HashMap::new(),
            shelf: Vec::new(),
            again: Again::new(refused),
            told,
            open: BTreeSet::new(),
            out: 0,
            controls_out: false,
            phase: Phase::Before,
            vouchers: Vouchers::new(has_known),
            since_check: 0,
            proof: Proof::None,
            tempo: Tempo::new(&pace),
            slow: Duration::ZERO,
            errors: pace.errors,
            per_envelope: pace.per_envelope,
            envelopes: pace.envelopes,
            pipelining: true,
            age: 0,
            doubts: 0,
            in_doubt: 0,
            well: 0,
            in_vain: 0,
            limited: 0,
            has_others: false,
            differs: false,
            cut: 0,
            answered: 0,
            stop: None,
            pace,
        }
    }

    /// The server has another address, where second questions are asked.
    pub(super) fn with_others(mut self, has_others: bool) -> Self {
        self.has_others = has_others;
        self
    }

    /// What connection number `line`, from 0, is to do at `now`.
    pub(super) fn next(&mut self, line: usize, now: Duration) -> Turn {
        if self.stop.is_some() || self.phase == Phase::Over {
            return Turn::Leave;
        }
        if let Some(until) = self.tempo.paused(now) {
            return Turn::Wait(until);
        }
        let later = Turn::Wait(now + Duration::from_secs(1));
        if line >= self.tempo.lines() {
            return Turn::HangUp(now + Duration::from_secs(1));
        }
        let alone = self.tempo.lines() == 1;
        let others = self.open.iter().any(|other| *other != line);
        if (alone && others) || (self.phase != Phase::Between && self.controls_out) {
            return later;
        }
        while self.deferred.front().is_some_and(|(due, _)| *due <= now) {
            self.waiting.extend(self.deferred.pop_front().map(|(_, person)| person));
        }
        if self.phase == Phase::Between && self.waiting.is_empty() {
            if self.out > 0 {
                return later;
            }
            self.begin_again();
            if self.waiting.is_empty() {
                self.phase = if self.since_check > 0 { Phase::After } else { Phase::Over };
            }
        }
        if self.phase != Phase::Over {
            self.open.insert(line);
        }
        match self.phase {
            Phase::Over => Turn::Leave,
            Phase::Before | Phase::After => {
                self.controls_out = true;
                // The one that should be refused first: it takes no place in the
                // envelope. Unless one refusal is all that there may be.
                let known = self.vouchers.first();
                let mut first: Vec<Control> = [Control::Random].into_iter().chain(known).collect();
                if self.errors == 1 {
                    first.reverse();
                }
                let (people, age) = (Vec::new(), self.age);
                let (voucher, both, elsewhere) = (None, false, false);
                Turn::Ask(Batch { first, people, voucher, both, elsewhere, age })
            }
            Phase::Between => {
                let both = self.since_check >= self.pace.between_checks;
                // Where one refusal is all that there may be, nothing can be
                // asked behind it.
                let alone = self.errors == 1;
                let voucher = if both { self.vouchers.first() } else { self.vouchers.next() };
                let first: Vec<Control> = voucher.filter(|_| alone).into_iter().collect();
                let controls = if both { 2 } else { 1 };
                let people = self.some(first.len() + controls);
                self.out += people.len();
                if both {
                    self.since_check = 0;
                }
                let elsewhere = self.has_others && self.again.has_begun();
                Turn::Ask(Batch { first, people, voucher, both, elsewhere, age: self.age })
            }
        }
    }

    /// Takes a batch back with what it brought; what was not answered, and what
    /// does not count, is asked again.
    pub(super) fn back(&mut self, batch: Batch, brought: Brought, now: Duration) -> Vec<Change> {
        let mut changes = Vec::new();
        self.out -= batch.people.len();
        self.learn_limits(&brought);
        let fresh = if batch.people.is_empty() {
            self.controls_out = false;
            usize::from(self.judge_controls(&batch, &brought, &mut changes))
        } else {
            match self.weigh(&batch, &brought, &mut changes) {
                Weight::Counts => {
                    (self.in_doubt, self.cut, self.well) = (0, 0, self.well + 1);
                    self.take(&batch, &brought, brought.words.len(), true, now, &mut changes)
                }
                Weight::Unheard => {
                    self.take(&batch, &brought, brought.words.len(), false, now, &mut changes)
                }
                Weight::Cut { sure } => {
                    self.was_cut(&brought, sure);
                    self.take(&batch, &brought, sure, true, now, &mut changes)
                }
                Weight::Doubt(voucher) => {
                    self.doubt(&batch, &brought, voucher, now);
                    self.take(&batch, &brought, 0, true, now, &mut changes);
                    1
                }
            }
        };
        changes.extend(self.ended(&batch, &brought, fresh, now));
        self.settle();
        changes
    }

    /// Connection number `line` has no conversation any more, or none came
    /// about.
    pub(super) fn hung_up(&mut self, line: usize) {
        self.open.remove(&line);
    }

    /// Why it ended before its end.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stop
    }

    /// Refusals that the next conversation may bring.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Errors that people may not use up: the last question may be refused too.
    pub(super) fn kept(&self, both: bool) -> usize {
        let last = if both { 2 } else { 1 };
        (last - self.risked(both)).min(self.errors.saturating_sub(1))
    }

    /// Errors beyond all others that the last question may bring: one with a
    /// server that was steady so far, where it is about somebody known.
    pub(super) fn risked(&self, both: bool) -> usize {
        usize::from(!both && self.is_steady())
    }

    fn is_steady(&self) -> bool {
        self.errors == self.pace.errors
            && self.pipelining
            && self.doubts == 0
            && self.well >= STEADY
    }

    /// Recipients of one envelope, the last question's among them.
    pub(super) fn per_envelope(&self) -> usize {
        self.per_envelope
    }

    /// Whether commands may be said before their answers came.
    pub(super) fn pipelining(&self) -> bool {
        self.pipelining
    }

    /// Until when nothing is asked, if that is later than `now`.
    pub(super) fn paused(&self, now: Duration) -> Option<Duration> {
        self.tempo.paused(now)
    }

    /// Whether anything was ever answered.
    pub(super) fn has_answers(&self) -> bool {
        self.answered > 0 || self.proof != Proof::None
    }

    /// Envelopes of one conversation.
    pub(super) fn envelopes(&self) -> usize {
        self.envelopes
    }

    /// People who were refused at first and accepted when asked again.
    pub(super) fn contradicted(&self) -> usize {
        self.again.contradicted()
    }

    /// Whether another address of the server refuses whom this one accepts.
    pub(super) fn differs(&self) -> bool {
        self.differs
    }

    /// The next people: an even share of a short rest, so that no connection
    /// has all of it, and no more than are answered within some seconds: what a
    /// crash takes is asked again.
    fn some(&mut self, controls: usize) -> Vec<usize> {
        let share = self.waiting.len().div_ceil(self.tempo.lines()).max(2 * self.errors);
        let most = self.per_envelope.min(self.tempo.in_time(self.slow));
        let most = most.saturating_sub(controls).max(1);
        self.waiting.drain(..share.min(most).min(self.waiting.len())).collect()
    }
}

#[cfg(test)]
mod tests;
