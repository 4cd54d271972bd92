//! What the addresses that are known to exist, and the one that nobody has,
//! make of the answers about everybody else in the same conversation.

use std::time::Duration;

use super::{Phase, Schedule};
use crate::check::asking::turn::{Batch, Brought, Change, Control, Stop, last_of};
use crate::finding::{Proof, Word};

/// Conversations, one after the other, in which somebody known is refused,
/// that end a run.
const DOUBTS: usize = 4;

/// How far the answers of one envelope go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Each of them counts.
    Counts,
    /// Refusals do not: nobody is known to exist yet.
    Unheard,
    /// The last question was not answered: the first ones do, behind which
    /// the opposite was still said.
    Cut {
        /// How many, controls in front among them.
        sure: usize,
    },
    /// None does: this one, who exists, was refused as well.
    Doubt(Control),
}

impl Schedule {
    /// What an envelope without people says: whether it says anything.
    pub(super) fn judge_controls(
        &mut self,
        batch: &Batch,
        brought: &Brought,
        changes: &mut Vec<Change>,
    ) -> bool {
        let words = || batch.first.iter().copied().zip(brought.words.iter().copied());
        let random = words().find(|(control, _)| *control == Control::Random);
        let known = words().find(|(control, _)| *control != Control::Random);
        let random = random.and_then(|(_, word)| word);
        let word = known.and_then(|(_, word)| word);
        let heard = word.is_some() || (random.is_some() && batch.first.len() == 1);
        if !heard && random.is_none() {
            return false;
        }
        if self.judge_random(random, changes) {
            return true;
        }
        let exists = matches!(word, Some(Word::Known | Word::Closed));
        if random == Some(Word::Unjudged) && !exists {
            self.stop = Some(Stop::RefusesUs);
        }
        if let (Phase::Before, Some((control, _))) = (self.phase, known) {
            match word {
                Some(Word::Known | Word::Closed) => self.vouchers.proved(),
                // It does not exist after all: somebody who is accepted takes its place.
                Some(Word::Deferred) | None => {}
                Some(_) => self.vouchers.drop(control),
            }
        }
        if heard {
            self.since_check = 0;
            self.phase = match self.phase {
                Phase::Before | Phase::Between => Phase::Between,
                Phase::After | Phase::Over => Phase::Over,
            };
        }
        heard
    }

    /// How far the answers of an envelope about people go.
    pub(super) fn weigh(
        &mut self,
        batch: &Batch,
        brought: &Brought,
        changes: &mut Vec<Change>,
    ) -> Weight {
        let random = brought.last.iter().find(|(control, _)| *control == Control::Random);
        let random = random.and_then(|(_, word)| *word);
        if self.judge_random(random, changes) {
            return Weight::Cut { sure: 0 };
        }
        let before = batch.first.iter().copied().zip(brought.words.first().copied()).next();
        let after = brought.last.iter().copied().find(|(control, _)| *control != Control::Random);
        for (voucher, word) in [before, after].into_iter().flatten() {
            match word {
                Some(Word::Refused | Word::Unjudged) => return Weight::Doubt(voucher),
                Some(Word::Known | Word::Closed) if voucher == Control::Known => {
                    self.vouchers.proved();
                }
                _ => {}
            }
        }
        let vouched = after.or(before).and_then(|(_, word)| word);
        let vouched = matches!(vouched, Some(Word::Known | Word::Closed));
        let cut = Weight::Cut { sure: sure_of(batch.first.len(), &brought.words) };
        match last_of(batch.first.len(), &brought.words) {
            None => Weight::Counts,
            Some(Word::Refused) if vouched => Weight::Counts,
            Some(Word::Refused) if batch.voucher.is_none() => Weight::Unheard,
            Some(Word::Refused) => cut,
            // Where no such answer was ever to be had, a yes proves nothing anyway.
            Some(_) if random == Some(Word::Refused) || self.proof == Proof::None => Weight::Counts,
            Some(_) => cut,
        }
    }

    /// What is said of the address that nobody has. Whether that is the end.
    fn judge_random(&mut self, random: Option<Word>, changes: &mut Vec<Change>) -> bool {
        match random {
            Some(Word::Known | Word::Closed) => {
                self.proof = Proof::AcceptsAnything;
                self.stop = Some(Stop::AcceptsAnything);
                changes.push(Change::Proved(self.proof));
            }
            Some(Word::Refused) if self.proof == Proof::None => {
                self.proof = Proof::RefusesUnknown;
                changes.push(Change::Proved(self.proof));
            }
            _ => {}
        }
        self.proof == Proof::AcceptsAnything
    }

    /// Somebody known was refused: one connection from now on, shorter
    /// conversations, and the end where that does not help.
    pub(super) fn doubt(
        &mut self,
        batch: &Batch,
        brought: &Brought,
        voucher: Control,
        now: Duration,
    ) {
        if !self.vouchers.has_proved(voucher) {
            self.vouchers.drop(voucher);
            return;
        }
        // Another server behind the same name: that one is asked no more.
        if brought.elsewhere {
            (self.has_others, self.differs, self.age) = (false, true, self.age + 1);
            return;
        }
        // What was begun before the last doubt is the same trouble.
        if batch.age < self.age {
            return;
        }
        self.age += 1;
        self.doubts += 1;
        self.in_doubt += 1;
        if matches!(voucher, Control::Person(_)) {
            self.vouchers.drop(voucher);
        }
        if self.in_doubt >= DOUBTS || self.doubts > 4 * DOUBTS + self.well / 2 {
            self.stop = Some(Stop::Turned);
        }
        if self.in_doubt > 1 {
            self.shorten(brought);
        }
        self.tempo.distrust(self.in_doubt > 1, now);
    }

    /// Half as many in a conversation as this one answered.
    fn shorten(&mut self, brought: &Brought) {
        self.envelopes = 1;
        let answers = brought.words.iter().flatten().count();
        self.per_envelope = self.per_envelope.min((answers / 2).max(1));
    }

    /// The last question was not answered.
    pub(super) fn was_cut(&mut self, brought: &Brought, sure: usize) {
        let answered = brought.words.iter().any(Option::is_some);
        self.cut += usize::from(answered && sure == 0);
        let at_once = brought.limited && answered && sure == 0;
        if self.cut > 1 || at_once {
            self.shorten(brought);
        }
    }

    /// Where nobody is known to exist, refusals wait for somebody who is
    /// accepted; a few hundred of them without anybody are the end.
    pub(super) fn settle(&mut self) {
        if self.shelf.is_empty() {
            return;
        }
        if !self.vouchers.is_empty() {
            self.waiting.extend(self.shelf.drain(..));
            return;
        }
        let nobody_left = self.waiting.is_empty() && self.out == 0;
        if nobody_left || self.shelf.len() >= self.pace.between_checks {
            self.stop.get_or_insert(Stop::RefusesAll);
        }
    }
}

/// How many of the first answers have the opposite behind them.
fn sure_of(first: usize, words: &[Option<Word>]) -> usize {
    let is = |at: &Word, refused: bool| match at {
        Word::Refused => refused,
        Word::Known | Word::Closed => !refused,
        _ => false,
    };
    let Some(last) = last_of(first, words) else { return 0 };
    let opposite = last != Word::Refused;
    let place = words.iter().rposition(|word| word.is_some_and(|word| is(&word, opposite)));
    place.filter(|place| *place >= first).map_or(0, |place| place + 1)
}
