//! The second question: a refusal that came of the moment is not repeated in
//! another conversation.

use std::collections::HashSet;

use super::Schedule;
use crate::finding::Word;

/// Up to so many refused people are each asked about again.
const EACH: usize = 500;
/// Of more so many, evenly spread; all of them once one of these is accepted.
const SOME: usize = 100;
/// Up to so many are asked about again on one connection.
const ALONE: usize = 100;
/// Rounds in which somebody is accepted after all: a server without any
/// steadiness is given up after them.
const ROUNDS: usize = 3;

/// Who was refused. Refusals count once a whole round of second questions has
/// repeated each of them.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// Not asked about again yet, oldest first.
    once: Vec<usize>,
    /// To be asked about again in this round.
    asked: HashSet<usize>,
    /// Refused again in this round.
    repeated: Vec<usize>,
    /// Those for whom the ones of this round stand.
    spared: Vec<usize>,
    contradicted: usize,
    in_round: usize,
    /// Rounds without a contradiction, one after the other.
    clean: usize,
    rounds: usize,
    begun: bool,
}

impl Again {
    /// Whose first refusal was in an earlier run.
    pub(super) fn new(refused: Vec<usize>) -> Self {
        Self { once: refused, ..Self::default() }
    }

    /// Refused at first and accepted when asked again.
    pub(super) fn contradicted(&self) -> usize {
        self.contradicted
    }

    /// Whether second questions are asked.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Takes an answer that counts. Whether it is a yes after a no, and what is
    /// told: of a no, how often it was heard.
    pub(super) fn heard(&mut self, person: usize, word: Word) -> (bool, Word) {
        match (self.asked.remove(&person), word) {
            (true, Word::Refused) => {
                self.repeated.push(person);
                (false, Word::RefusedTwice)
            }
            (false, Word::Refused) => {
                self.once.push(person);
                (false, Word::RefusedOnce)
            }
            (true, Word::Known | Word::Closed) => {
                self.contradicted += 1;
                self.in_round += 1;
                (true, word)
            }
            _ => (false, word),
        }
    }

    /// Whether a round has repeated each refusal, to its end: true once. Of a
    /// server that was seen to be `unsteady` it takes two such rounds.
    pub(super) fn vouches(&mut self, unsteady: bool) -> bool {
        let ended = !self.repeated.is_empty() && self.asked.is_empty();
        if !ended || !self.once.is_empty() || self.in_round > 0 {
            return false;
        }
        self.clean += 1;
        if self.clean == 1 && (unsteady || self.contradicted > 0) {
            self.once.append(&mut self.repeated);
            return false;
        }
        self.repeated.clear();
        self.spared.clear();
        true
    }

    /// Whom to ask about in the next round, the last ones first: in another
    /// order than before.
    fn next(&mut self) -> Vec<usize> {
        if self.in_round > 0 {
            (self.rounds, self.clean) = (self.rounds + 1, 0);
        }
        if self.rounds == ROUNDS {
            return Vec::new();
        }
        let unsteady = std::mem::take(&mut self.in_round) > 0;
        let mut next = std::mem::take(&mut self.spared);
        let is_first = next.is_empty() && self.repeated.is_empty() && !unsteady;
        next.append(&mut self.repeated);
        next.append(&mut self.once);
        if is_first && next.len() > EACH {
            let step = next.len() / SOME;
            let (some, others): (Vec<_>, Vec<_>) =
                next.into_iter().enumerate().partition(|(at, _)| at % step == 0);
            next = some.into_iter().map(|(_, person)| person).collect();
            self.spared = others.into_iter().map(|(_, person)| person).collect();
        }
        next.reverse();
        self.begun |= !next.is_empty();
        self.asked = next.iter().copied().collect();
        next
    }
}

impl Schedule {
    /// Once nobody else is left: those who were refused, in conversations of
    /// their own.
    pub(super) fn begin_again(&mut self) {
        let next = self.again.next();
        if !next.is_empty() {
            self.age += 1;
            // What several conversations at once did to a server is not done
            // again; with very many it would have shown.
            if next.len() <= ALONE {
                self.tempo.alone();
            }
            self.waiting.extend(next);
        }
    }
}
