//! The order of the actions, judged for the window.

use super::Event;
use crate::check;
use crate::finding::Evidence;
use crate::plan::Plan;
use crate::route::{
    Basis, Deed, Refusal, SafeOrder, Shortest, check_order, done_already, left, shortest_order,
};

/// An order of what is left to do, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedOrder {
    /// What is done already, and what that rests on.
    pub done: Vec<(Deed, Basis)>,
    /// The actions, first one first.
    pub order: Vec<Deed>,
    /// When each may start, or the first that must not come where it stands.
    pub verdict: Result<SafeOrder, Refusal>,
    /// The shortest safe order, or the action that no order makes safe.
    pub shortest: Result<Shortest, Refusal>,
}

/// Judges an order; of a plan whose actions are others by now, the recommended
/// one. Blocks.
pub(super) fn judge(plan: &Plan, evidence: &Evidence, order: Vec<Deed>) -> Event {
    let seen = check::seen(plan, evidence);
    let all = left(plan, &seen);
    let mut same = order.clone();
    same.sort();
    let order = if same == all { order } else { all };
    Event::OrderJudged(Box::new(JudgedOrder {
        done: done_already(plan, &seen),
        verdict: check_order(plan, &seen, &order),
        shortest: shortest_order(plan, &seen),
        order,
    }))
}
