//! Whether a refusal counts: only between two times at which an address that
//! is known to exist was accepted. A server that refuses everybody says
//! nothing about anybody.

/// What became of the address that is known to exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Standing {
    /// Never accepted yet.
    #[default]
    Untried,
    /// Accepted when it was last asked about.
    Accepted,
    /// Refused after it had been accepted.
    Lost,
}

/// The refusals of a run, until they count.
#[derive(Debug, Default)]
pub(super) struct Trust {
    standing: Standing,
    /// Places in the list, oldest first.
    unvouched: Vec<usize>,
    /// How many of them there were when the known address was last asked about.
    before_question: usize,
}

impl Trust {
    /// Refusals that may not count after all.
    pub(super) fn unvouched(&self) -> usize {
        self.unvouched.len()
    }

    /// Somebody was refused.
    pub(super) fn refused(&mut self, person: usize) {
        self.unvouched.push(person);
    }

    /// The known address is asked about now. What comes back on another
    /// connection meanwhile is not covered by the answer.
    pub(super) fn asked(&mut self) {
        self.before_question = self.unvouched.len();
    }

    /// It was accepted. The refusals before the question count, if it had been
    /// accepted before them; otherwise those that are void.
    pub(super) fn accepted(&mut self) -> Vec<usize> {
        if std::mem::replace(&mut self.standing, Standing::Accepted) != Standing::Accepted {
            return self.void();
        }
        let before = std::mem::take(&mut self.before_question);
        self.unvouched.drain(..before.min(self.unvouched.len()));
        Vec::new()
    }

    /// It was refused, although it had been accepted: whether that is so for
    /// the second time.
    pub(super) fn lost(&mut self) -> bool {
        std::mem::replace(&mut self.standing, Standing::Lost) == Standing::Lost
    }

    /// Whether it was accepted at any time.
    pub(super) fn was_given(&self) -> bool {
        self.standing != Standing::Untried
    }

    /// The refusals that do not count, taken out.
    pub(super) fn void(&mut self) -> Vec<usize> {
        self.before_question = 0;
        std::mem::take(&mut self.unvouched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_counts_between_two_acceptances_of_the_known_address() {
        let mut trust = Trust::default();
        assert!(trust.accepted().is_empty());
        trust.refused(1);
        trust.asked();
        // On another connection, while the question is on its way.
        trust.refused(2);
        assert!(trust.accepted().is_empty());
        assert_eq!(trust.void(), [2], "1 counts, 2 does not yet");
    }

    #[test]
    fn refusals_from_before_the_first_acceptance_are_void() {
        let mut trust = Trust::default();
        trust.refused(1);
        trust.asked();
        assert_eq!(trust.accepted(), [1]);
        trust.refused(2);
        assert!(!trust.lost());
        trust.refused(3);
        trust.asked();
        assert_eq!(trust.accepted(), [2, 3], "nothing counts that was said in doubt");
    }
}
