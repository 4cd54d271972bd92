//! What the known address and the random one make of the answers about
//! everybody else.

use std::time::Duration;

use super::{Phase, Schedule};
use crate::check::asking::turn::{Brought, Change, Control, Stop};
use crate::finding::{Proof, Word};

impl Schedule {
    /// What the controls say. Whether the one that matters was answered.
    pub(super) fn judge(
        &mut self,
        controls: &[Control],
        brought: &Brought,
        now: Duration,
        changes: &mut Vec<Change>,
    ) -> bool {
        let word = |wanted: Control| {
            let at = controls.iter().position(|control| *control == wanted)?;
            brought.words.get(at).copied().flatten()
        };
        let (known, random) = (word(Control::Known), word(Control::Random));
        let heard = known.is_some() || (random.is_some() && !self.has_known);
        if heard {
            self.since_check = 0;
            self.phase = match self.phase {
                Phase::Before | Phase::Between => Phase::Between,
                Phase::After | Phase::Over => Phase::Over,
            };
        }
        match random {
            Some(Word::Known | Word::Closed) => {
                self.proof = Proof::AcceptsAnything;
                self.stop = Some(Stop::AcceptsAnything);
                changes.push(Change::Proved(self.proof));
                return true;
            }
            Some(Word::Refused) if self.proof == Proof::None => {
                self.proof = Proof::RefusesUnknown;
                changes.push(Change::Proved(self.proof));
            }
            Some(Word::Unjudged) if !matches!(known, Some(Word::Known | Word::Closed)) => {
                self.stop = Some(Stop::RefusesUs);
            }
            _ => {}
        }
        match known {
            Some(Word::Known | Word::Closed) => self.accepted(changes),
            Some(Word::Refused | Word::Unjudged) if self.trust.was_given() => {
                self.void(changes);
                if self.trust.lost() {
                    self.stop = Some(Stop::Turned);
                }
                self.phase = Phase::Before;
                self.tempo.distrust(now);
            }
            // It does not exist after all: somebody who is accepted takes its place.
            Some(Word::Refused | Word::Unjudged) => self.has_known = false,
            Some(Word::Deferred) | None => {}
        }
        heard
    }

    /// Refusals that nothing vouches for at the end do not count; where nobody
    /// was ever accepted, a few hundred of them are the end.
    pub(super) fn settle(&mut self, changes: &mut Vec<Change>) {
        let open = self.trust.unvouched();
        let nobody = open > 0 && !self.trust.was_given();
        if nobody && (self.phase == Phase::Over || open >= self.pace.between_checks) {
            self.stop.get_or_insert(Stop::RefusesAll);
        }
        if self.stop.is_some() || self.phase == Phase::Over {
            self.void(changes);
        }
    }

    fn void(&mut self, changes: &mut Vec<Change>) {
        for person in self.trust.void() {
            changes.push(Change::Void(person));
            self.waiting.push_back(person);
        }
    }

    /// An address that is known to exist was accepted.
    pub(super) fn accepted(&mut self, changes: &mut Vec<Change>) {
        for person in self.trust.accepted() {
            changes.push(Change::Void(person));
            self.waiting.push_back(person);
        }
        changes.push(Change::Checked { open: self.trust.unvouched() });
    }
}
