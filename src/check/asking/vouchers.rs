//! Who stands for an address that exists: the one that the plan names, and
//! people who were accepted. A server that refuses one of them says nothing
//! about anybody.

use std::collections::VecDeque;

use super::turn::Control;

/// People who are kept for it: enough that a server which knows only a few of
/// them by now is found out.
const KEPT: usize = 32;

/// Those who stand for it, in turn.
#[derive(Debug, Default)]
pub(super) struct Vouchers {
    named: bool,
    /// Whether the plan's own address was ever accepted.
    proved: bool,
    people: VecDeque<usize>,
}

impl Vouchers {
    /// With the plan's own address, or without one.
    pub(super) fn new(named: bool) -> Self {
        Self { named, ..Self::default() }
    }

    /// Whether anybody is known to exist.
    pub(super) fn is_empty(&self) -> bool {
        !self.named && self.people.is_empty()
    }

    /// Who is asked about in front and at the end: the plan's own address, as
    /// long as it has not turned out not to exist.
    pub(super) fn first(&self) -> Option<Control> {
        let person = || self.people.front().map(|person| Control::Person(*person));
        self.named.then_some(Control::Known).or_else(person)
    }

    /// The next one. Somebody accepted before comes before the plan's own
    /// address, about which the server was asked most often.
    pub(super) fn next(&mut self) -> Option<Control> {
        let Some(person) = self.people.pop_front() else { return self.first() };
        self.people.push_back(person);
        Some(Control::Person(person))
    }

    /// This person was accepted where others are refused.
    pub(super) fn accepted(&mut self, person: usize) {
        if self.people.len() < KEPT && !self.people.contains(&person) {
            self.people.push_back(person);
        }
    }

    /// The plan's own address was accepted.
    pub(super) fn proved(&mut self) {
        self.proved = true;
    }

    /// Whether this one was ever accepted.
    pub(super) fn has_proved(&self, control: Control) -> bool {
        control != Control::Known || self.proved
    }

    /// It does not stand for that any more.
    pub(super) fn drop(&mut self, control: Control) {
        match control {
            Control::Known => self.named = false,
            Control::Person(person) => self.people.retain(|other| *other != person),
            Control::Random => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_were_accepted_take_turns() {
        let mut vouchers = Vouchers::new(true);
        assert_eq!(vouchers.next(), Some(Control::Known));
        vouchers.accepted(3);
        vouchers.accepted(5);
        vouchers.accepted(3);
        let turns: Vec<_> = (0..3).filter_map(|_| vouchers.next()).collect();
        assert_eq!(turns, [Control::Person(3), Control::Person(5), Control::Person(3)]);
        vouchers.drop(Control::Person(3));
        assert_eq!(vouchers.next(), Some(Control::Person(5)));
        assert_eq!(vouchers.first(), Some(Control::Known));
    }
}
