//! What the end of a batch says about how to go on.

use std::time::Duration;

use super::Schedule;
use crate::check::asking::turn::{Batch, Brought, Change, End, Stop};
use crate::finding::Word;

/// How often one address may be the one at which the server breaks off.
const BREAKS: u8 = 3;

/// Rests without an answer, the longest a minute, after which a limit is the
/// end.
const LIMITED: usize = 12;

impl Schedule {
    /// The limits that an answer tells.
    pub(super) fn learn_limits(&mut self, brought: &Brought) {
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
    }

    /// What the end of the batch says about how to go on.
    pub(super) fn ended(
        &mut self,
        batch: &Batch,
        brought: &Brought,
        fresh: usize,
        now: Duration,
    ) -> Option<Change> {
        let heard = brought.words.iter().any(Option::is_some);
        let first = batch.people.first().copied().filter(|_| !heard);
        if brought.limited && !matches!(brought.end, End::Sender { .. }) {
            self.slow_down(fresh, now);
            return None;
        }
        let mut change = None;
        (self.in_vain, self.limited) = match fresh {
            0 => (self.in_vain + 1, self.limited),
            _ => (0, 0),
        };
        match brought.end {
            End::Well => {
                // An envelope that is full is no trouble; one that takes nobody is.
                if fresh > 0 {
                    self.tempo.went_well();
                } else if brought.too_much_after.is_some() {
                    // A limit that holds for everybody ends the run all the same.
                    let in_vain = self.in_vain;
                    change = self.blame(first);
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
                change = self.blame(first);
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
        let most = if self.has_answers() { self.pace.in_vain } else { 2 };
        if self.in_vain >= most && self.stop.is_none() {
            self.stop = Some(Stop::InVain);
        }
        let answers = brought.words.iter().flatten().count() + brought.last.len();
        if answers > 0 {
            self.slow = brought.slow;
        }
        self.tempo.took(answers, brought.slow, now);
        change
    }

    /// It allows only so many in a time: less at once, and waiting until it is
    /// in vain as well.
    fn slow_down(&mut self, fresh: usize, now: Duration) {
        self.limited = if fresh > 0 { 0 } else { self.limited + 1 };
        if self.limited >= LIMITED {
            self.stop = Some(Stop::Limited);
        }
        if fresh > 0 {
            self.tempo.went_well();
        }
        self.tempo.halve();
        self.pause(now);
    }

    /// It may be this one, the first of those without an answer, whoever asks:
    /// after some times it is asked about no more.
    fn blame(&mut self, first: Option<usize>) -> Option<Change> {
        let person = first?;
        let times = self.breaks.entry(person).or_default();
        *times += 1;
        if *times < BREAKS || !self.has_answers() {
            return None;
        }
        self.waiting.retain(|other| *other != person);
        self.in_vain = 0;
        Some(Change::Unaskable { person, first: self.tell_of(person) })
    }

    fn pause(&mut self, now: Duration) {
        // Before the first answer nobody is kept waiting for a server that may
        // not be there at all.
        if self.has_answers() {
            self.tempo.pause(now);
        }
    }
}
