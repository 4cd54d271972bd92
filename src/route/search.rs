//! The shortest safe order: every safe order is tried, as far as there are not
//! too many.
//!
//! What matters of the actions behind one is which they are, and when each is
//! seen everywhere. So for each set of actions only those orders are kept that
//! no other order of the same actions beats in all of that.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{Progress, Refusal, Start, timeline};
use super::watch::Watch;
use super::{Deed, deeds};
use crate::plan::Plan;

/// The shortest safe order of all actions of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortest {
    /// The actions, and when each may start.
    pub starts: Vec<Start>,
    /// Whether every safe order was tried. `false`: the plan has so many that
    /// this is a safe one which begins with what takes longest.
    pub of_all: bool,
}

/// Sets of actions that are looked at; beyond that, not every order is tried.
const SETS: usize = 2_000;

/// The safe order that is over first by the windows that are known; of equals
/// the one that waits for the checks least often, then the one that begins
/// with what takes longest.
///
/// # Errors
/// The action that no order makes safe, with what it would do.
pub fn shortest_order(plan: &Plan) -> Result<Shortest, Refusal> {
    let mut watch = Watch::new(plan);
    let all = deeds(plan);
    let searched = search(&mut watch, &all);
    let (order, of_all) = match searched {
        Some(order) => (order, true),
        // Too many, or none is safe: then this tells which action it is.
        None => (one_by_one(&mut watch, all)?, false),
    };
    Ok(Shortest { starts: timeline(&mut watch, &order), of_all })
}

fn search(watch: &mut Watch<'_>, all: &[Deed]) -> Option<Vec<Deed>> {
    let mut level = BTreeMap::from([(BTreeSet::new(), vec![Progress::default()])]);
    let mut sets = 0;
    for _ in all {
        let mut next: BTreeMap<BTreeSet<Deed>, Vec<Progress>> = BTreeMap::new();
        for (done, ways) in &level {
            // The recommended order first, so that it stays among equals.
            for &deed in all.iter().filter(|deed| !done.contains(*deed)) {
                if watch.refuse(done, deed).is_err() {
                    continue;
                }
                for way in ways {
                    let mut longer = way.clone();
                    longer.begin(watch, deed);
                    let kept = next.entry(longer.done.clone()).or_default();
                    if !kept.iter().any(|other| other.is_as_good_as(&longer)) {
                        kept.retain(|other| !longer.is_as_good_as(other));
                        kept.push(longer);
                    }
                }
            }
        }
        sets += next.len();
        if next.is_empty() || sets > SETS {
            return None;
        }
        level = next;
    }
    let ways = level.into_values().flatten();
    let place = |deed: &Deed| all.iter().position(|other| other == deed);
    let recommended = |way: &Progress| way.order().iter().map(place).collect::<Vec<_>>();
    ways.min_by_key(|way| (way.over, way.waits, way.delay, recommended(way))).map(|way| way.order())
}

/// One safe action after the other, what takes longest first, so that its time
/// runs meanwhile.
fn one_by_one(watch: &mut Watch<'_>, mut left: Vec<Deed>) -> Result<Vec<Deed>, Refusal> {
    let (mut order, mut done) = (Vec::new(), BTreeSet::new());
    while !left.is_empty() {
        let mut first_refusal = None;
        let mut ready: Vec<Deed> = Vec::new();
        for &deed in &left {
            match watch.refuse(&done, deed) {
                Ok(()) => ready.push(deed),
                Err(refusal) => drop(first_refusal.get_or_insert(refusal)),
            }
        }
        let sooner = |deed: &Deed| matches!(deed, Deed::SubdomainMx | Deed::ExternalMx);
        let longest = ready.iter().copied().enumerate();
        let Some((_, deed)) = longest.min_by_key(|(at, deed)| (!sooner(deed), *at)) else {
            return first_refusal.map_or(Ok(order), Err);
        };
        left.retain(|other| *other != deed);
        done.insert(deed);
        order.push(deed);
    }
    Ok(order)
}
