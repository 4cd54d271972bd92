//! How much a server is asked to put up with: commands on their way, and
//! refusals in one conversation.

/// How many commands may be on their way: never more than errors are left, so
/// that even if all are refused the server's patience is not used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    left: usize,
    flying: usize,
    pipelining: bool,
}

impl Window {
    /// A window for this many errors; one command at a time without pipelining.
    pub fn new(errors: usize, pipelining: bool) -> Self {
        Self { left: errors, flying: 0, pipelining }
    }

    /// How many commands may be said now, if `kept` errors are kept back.
    pub fn room(&self, kept: usize) -> usize {
        let most = self.left.saturating_sub(kept);
        let most = if self.pipelining { most } else { most.min(1) };
        most.saturating_sub(self.flying)
    }

    /// Whether more than one command may be on its way.
    pub fn pipelining(&self) -> bool {
        self.pipelining
    }

    /// Commands that wait for their replies.
    pub fn flying(&self) -> usize {
        self.flying
    }

    /// Errors that are left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// That many were said.
    pub fn said(&mut self, commands: usize) {
        self.flying += commands;
    }

    /// A reply came. 4xx counts as an error too: servers count it.
    pub fn heard(&mut self, code: u16) {
        self.flying = self.flying.saturating_sub(1);
        if code >= 400 {
            self.left = self.left.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_answered_no_more_than_the_budget_is_ever_refused(
            budget in 1usize..20,
            pipelining: bool,
            refused in prop::collection::vec(any::<bool>(), 0..200),
        ) {
            let mut window = Window::new(budget, pipelining);
            let (mut said, mut errors) = (0, 0);
            let mut flying: std::collections::VecDeque<bool> = std::collections::VecDeque::new();
            loop {
                let room = window.room(0).min(refused.len() - said);
                window.said(room);
                flying.extend(refused[said..said + room].iter().copied());
                said += room;
                prop_assert!(pipelining || flying.len() <= 1);
                prop_assert!(errors + flying.len() <= budget);
                let Some(refused) = flying.pop_front() else { break };
                errors += usize::from(refused);
                window.heard(if refused { 550 } else { 250 });
            }
            prop_assert!(errors <= budget);
            // Nobody is left out while errors are left.
            prop_assert!(said == refused.len() || window.left() == 0);
        }
    }
}
