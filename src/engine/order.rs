//! The order of the actions, judged for the window.

use super::Event;
use crate::plan::Plan;
use crate::route::{Deed, Refusal, Shortest, Start, check_order, deeds, shortest_order};

/// An order of actions, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedOrder {
    /// The actions, first one first.
    pub order: Vec<Deed>,
    /// When each may start, or the first that must not come where it stands.
    pub verdict: Result<Vec<Start>, Refusal>,
    /// The shortest safe order, or the action that no order makes safe.
    pub shortest: Result<Shortest, Refusal>,
}

/// Judges an order; of a plan whose actions are others by now, the recommended
/// one. Blocks.
pub(super) fn judge(plan: &Plan, order: Vec<Deed>) -> Event {
    let all = deeds(plan);
    let mut same = order.clone();
    same.sort();
    let mut sorted = all.clone();
    sorted.sort();
    let order = if same == sorted { order } else { all };
    Event::OrderJudged(Box::new(JudgedOrder {
        verdict: check_order(plan, &order),
        shortest: shortest_order(plan),
        order,
    }))
}
