//! What the answers that count do to those who are asked about: told, asked
//! again, put off.

use std::time::Duration;

use super::Schedule;
use crate::check::asking::turn::{Batch, Brought, Change};
use crate::finding::Word;

/// How often a deferred address is asked again in one run.
const PUT_OFF: u8 = 2;

impl Schedule {
    /// Takes the first `sure` answers; the others are asked for again, and who
    /// was not answered first, so that whoever makes the server break off
    /// stands alone. Where a no does not count yet, who was refused waits on
    /// the shelf, and who was accepted vouches for the next ones. How many
    /// answers there were.
    pub(super) fn take(
        &mut self,
        batch: &Batch,
        brought: &Brought,
        sure: usize,
        counts: bool,
        now: Duration,
        changes: &mut Vec<Change>,
    ) -> usize {
        let mut fresh = 0;
        let mut left = Vec::new();
        for (row, &person) in batch.people.iter().enumerate() {
            let at = batch.first.len() + row;
            let Some(word) = brought.words.get(at).copied().flatten() else {
                left.push(person);
                continue;
            };
            if at >= sure {
                self.waiting.push_back(person);
                continue;
            }
            fresh += 1;
            match word {
                Word::Known => self.vouchers.accepted(person),
                Word::Deferred => self.put_off(person, now),
                Word::Refused if !counts => {
                    self.shelf.push(person);
                    continue;
                }
                _ => {}
            }
            let (differs, word) = self.again.heard(person, word);
            let first = self.tell_of(person);
            changes.push(Change::Heard { person, word, at, first, differs });
        }
        left.into_iter().rev().for_each(|person| self.waiting.push_front(person));
        self.answered += fresh;
        self.since_check += fresh;
        changes.extend(self.again.vouches(self.doubts > 0).then_some(Change::Vouched));
        fresh
    }

    /// Whether nothing was told of this person before, in this run.
    pub(super) fn tell_of(&mut self, person: usize) -> bool {
        self.told.get_mut(person).is_some_and(|told| !std::mem::replace(told, true))
    }

    /// A deferred address is asked again later, as long as there are others to
    /// ask meanwhile.
    fn put_off(&mut self, person: usize, now: Duration) {
        let times = self.put_off.entry(person).or_default();
        *times += 1;
        if *times <= PUT_OFF {
            self.deferred.push_back((now + self.pace.deferred, person));
        }
    }
}
