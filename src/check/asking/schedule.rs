//! What to ask next on which connection, and what an answer changes. No I/O
//! and no clock: times are since the start of the run.

mod controls;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::pace::{Pace, Tempo};
use super::trust::Trust;
use super::turn::{Batch, Brought, Change, Control, End, Stop, Turn};
use crate::finding::{Proof, Word};

/// How often one address may be the one at which the server breaks off.
const BREAKS: u8 = 3;
/// How often a deferred address is asked again in one run.
const AGAIN: u8 = 2;

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
    again: HashMap<usize, u8>,
    breaks: HashMap<usize, u8>,
    out: usize,
    controls_out: bool,
    phase: Phase,
    has_known: bool,
    trust: Trust,
    since_check: usize,
    proof: Proof,
    tempo: Tempo,
    errors: usize,
    per_envelope: usize,
    /// Envelopes of one conversation.
    envelopes: usize,
    pipelining: bool,
    in_vain: usize,
    answered: usize,
    stop: Option<Stop>,
}

impl Schedule {
    /// A run about `people` addresses, with or without one that is known to
    /// exist.
    pub(super) fn new(people: usize, has_known: bool, pace: Pace) -> Self {
        Self {
            waiting: (0..people).collect(),
            deferred: VecDeque::new(),
            again: HashMap::new(),
            breaks: HashMap::new(),
            out: 0,
            controls_out: false,
            phase: Phase::Before,
            has_known,
            trust: Trust::default(),
            since_check: 0,
            proof: Proof::None,
            tempo: Tempo::new(&pace),
            errors: pace.errors,
            per_envelope: pace.per_envelope,
            envelopes: pace.envelopes,
            pipelining: true,
            in_vain: 0,
            answered: 0,
            stop: None,
            pace,
        }
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
        if line >= self.tempo.lines() || (self.phase != Phase::Between && self.controls_out) {
            return later;
        }
        while self.deferred.front().is_some_and(|(due, _)| *due <= now) {
            self.waiting.extend(self.deferred.pop_front().map(|(_, person)| person));
        }
        if self.phase == Phase::Between && self.waiting.is_empty() {
            if self.out > 0 || self.controls_out {
                return later;
            }
            let open = self.since_check > 0 || self.trust.unvouched() > 0;
            self.phase = if open { Phase::After } else { Phase::Over };
            if self.phase == Phase::Over {
                return Turn::Leave;
            }
        }
        let check = !self.controls_out
            && (self.phase != Phase::Between || self.since_check >= self.pace.between_checks);
        let controls = match (check, self.has_known) {
            (false, _) => Vec::new(),
            // The one that should be refused first: it takes no place in the
            // envelope. Unless one refusal is all that there may be.
            (true, true) if self.errors > 1 => vec![Control::Random, Control::Known],
            (true, true) => vec![Control::Known, Control::Random],
            (true, false) => vec![Control::Random],
        };
        let people =
            if self.phase == Phase::Between { self.some(controls.len()) } else { Vec::new() };
        self.out += people.len();
        self.controls_out |= check;
        if check {
            self.trust.asked();
        }
        Turn::Ask(Batch { controls, people })
    }

    /// Takes a batch back with what it brought; what was not answered is asked
    /// again.
    pub(super) fn back(&mut self, batch: Batch, brought: Brought, now: Duration) -> Vec<Change> {
        let Batch { controls, people } = batch;
        let mut changes = Vec::new();
        self.out -= people.len();
        if let Some(most) = brought.full_after {
            self.per_envelope = self.per_envelope.min(most.max(1));
        }
        // From now on less than that in a conversation of one envelope.
        if let Some(most @ 1..) = brought.too_much_after {
            let refused = |word: &&Option<Word>| **word == Some(Word::Refused);
            let refusals = brought.words.iter().take(most).filter(refused).count();
            (self.envelopes, self.per_envelope) = (1, self.per_envelope.min(most));
            self.errors = self.errors.min(refusals.max(1));
        }
        let mut fresh = 0;
        let mut left = Vec::new();
        let mut vouches = false;
        for (row, person) in people.into_iter().enumerate() {
            let at = controls.len() + row;
            match brought.words.get(at).copied().flatten() {
                Some(Word::Deferred) if self.put_off(person, now) => fresh += 1,
                Some(word) => {
                    fresh += 1;
                    if word == Word::Refused {
                        self.trust.refused(person);
                    }
                    changes.push(Change::Heard { person, word, at });
                    if word == Word::Known && !self.has_known {
                        self.has_known = true;
                        vouches = true;
                        changes.push(Change::Vouches(person));
                    }
                }
                None => left.push(person),
            }
        }
        self.answered += fresh;
        self.since_check += fresh;
        if vouches {
            self.accepted(&mut changes);
        }
        if !controls.is_empty() {
            self.controls_out = false;
            fresh += usize::from(self.judge(&controls, &brought, now, &mut changes));
        }
        changes.extend(self.ended(&brought, fresh, &mut left, now));
        left.into_iter().rev().for_each(|person| self.waiting.push_front(person));
        self.settle(&mut changes);
        changes
    }

    /// Why it ended before its end.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stop
    }

    /// Refusals that the next conversation may bring.
    pub(super) fn errors(&self) -> usize {
        self.errors
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

    /// The next people: an even share of a short rest, so that no connection
    /// has all of it.
    fn some(&mut self, controls: usize) -> Vec<usize> {
        let share = self.waiting.len().div_ceil(self.tempo.lines()).max(2 * self.errors);
        let most = self.per_envelope.saturating_sub(controls).max(1);
        self.waiting.drain(..share.min(most).min(self.waiting.len())).collect()
    }

    /// Whether a deferred address is asked again later in this run; it is
    /// told as deferred once it is not.
    fn put_off(&mut self, person: usize, now: Duration) -> bool {
        // While nobody else is left there is nothing to wait beside.
        if self.waiting.len() < self.pace.between_checks {
            return false;
        }
        let times = self.again.entry(person).or_default();
        *times += 1;
        if *times > AGAIN {
            return false;
        }
        self.deferred.push_back((now + self.pace.deferred, person));
        true
    }

    /// What the end of the batch says about how to go on.
    fn ended(
        &mut self,
        brought: &Brought,
        fresh: usize,
        left: &mut Vec<usize>,
        now: Duration,
    ) -> Option<Change> {
        let mut change = None;
        self.in_vain = if fresh > 0 { 0 } else { self.in_vain + 1 };
        match brought.end {
            End::Well => {
                // An envelope that is full is no trouble; one that takes nobody is.
                if fresh > 0 {
                    self.tempo.went_well();
                } else if brought.too_much_after.is_some() {
                    // A limit that holds for everybody ends the run all the same.
                    let in_vain = self.in_vain;
                    change = self.blame(left);
                    self.in_vain = in_vain;
                    self.tempo.halve();
                    self.pause(now);
                }
            }
            End::Closing { refusals } if refusals > 0 && self.errors > 1 => {
                self.errors = refusals.saturating_sub(1).clamp(1, self.errors - 1);
                self.in_vain = 0;
            }
            End::Closing { .. } | End::NotReached => {
                self.tempo.halve();
                self.pause(now);
            }
            // It can happen once to each connection; the next ones do without.
            End::Broke { in_flight: true, .. } => {
                self.pipelining = false;
                self.in_vain = 0;
            }
            End::Broke { in_flight: false, refusals } => {
                // It may be one that closes after some refusals without a word.
                if refusals > 0 {
                    self.errors = refusals.min(self.errors);
                }
                if fresh == 0 {
                    change = self.blame(left);
                }
                self.pause(now);
            }
            End::Sender { for_good: true } => self.stop = Some(Stop::Sender(true)),
            End::Sender { for_good: false } => {
                self.pause(now);
                if self.in_vain >= 2 {
                    self.stop = Some(Stop::Sender(false));
                }
            }
        }
        // Where nothing was ever heard, two tries tell as much as twenty.
        let most = if self.answered == 0 { 2 } else { self.pace.in_vain };
        if self.in_vain >= most && self.stop.is_none() {
            self.stop = Some(Stop::InVain);
        }
        self.tempo.took(brought.slow, now);
        change
    }

    /// It may be the first of those without an answer, whoever asks: after
    /// some times it is asked about no more.
    fn blame(&mut self, left: &mut Vec<usize>) -> Option<Change> {
        let first = *left.first()?;
        let times = self.breaks.entry(first).or_default();
        *times += 1;
        if *times < BREAKS || self.answered == 0 {
            return None;
        }
        left.remove(0);
        self.in_vain = 0;
        Some(Change::Unaskable(first))
    }

    fn pause(&mut self, now: Duration) {
        // Before the first answer nobody is kept waiting for a server that may
        // not be there at all.
        if self.has_answers() {
            self.tempo.pause(now);
        }
    }
}

#[cfg(test)]
mod tests;
