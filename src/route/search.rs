//! The shortest safe order: every safe order is tried, as far as there are not
//! too many.
//!
//! What matters of the actions behind one is which they are, and when each is
//! seen everywhere. So for each set of actions only those orders are kept that
//! no other order of the same actions beats in all of that. Waves move one
//! after the other, each in one go: mailboxes, contacts, people. One wave's
//! actions never hold up another's, so no other order of them is over sooner.
//! The end comes last and in its order, as the exit list of step 8 has it.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{Progress, Refusal, SafeOrder, begun, safe};
use super::sofar::left;
use super::watch::Watch;
use super::{Deed, Seen};
use crate::plan::Plan;

/// The shortest safe order of what is left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortest {
    /// The actions, and when each may start.
    pub order: SafeOrder,
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
pub fn shortest_order(plan: &Plan, seen: &Seen) -> Result<Shortest, Refusal> {
    let mut watch = Watch::new(plan, seen);
    let begun = begun(plan, seen);
    let units = by_day(plan, units(left(plan, seen)));
    let (order, of_all) = match search(&mut watch, &begun, &units) {
        Some(order) => (order, true),
        // Too many, or none is safe: then this tells which action it is.
        None => (one_by_one(&mut watch, &begun, units)?, false),
    };
    Ok(Shortest { order: safe(&mut watch, begun, &order), of_all })
}

/// What is done in one go, in the recommended order: a wave moves as a whole.
fn units(left: Vec<Deed>) -> Vec<Vec<Deed>> {
    let mut units: Vec<Vec<Deed>> = Vec::new();
    for deed in left {
        match units.last_mut() {
            Some(unit)
                if deed.wave().is_some()
                    && unit.last().is_some_and(|last| last.wave() == deed.wave()) =>
            {
                unit.push(deed);
            }
            _ => units.push(vec![deed]),
        }
    }
    units
}

/// Waves in the order of their days, where each has one; by number otherwise.
fn by_day(plan: &Plan, mut units: Vec<Vec<Deed>>) -> Vec<Vec<Deed>> {
    let wave = |unit: &Vec<Deed>| unit.first().and_then(|first| first.wave());
    let waves = units.iter().filter_map(wave);
    let days: Option<Vec<_>> =
        waves.map(|number| Some((plan.wave(number).date?, number))).collect();
    let Some(mut days) = days else { return units };
    days.sort();
    // They stand side by side.
    let Some(first) = units.iter().position(|unit| wave(unit).is_some()) else { return units };
    let place = |unit: &Vec<Deed>| days.iter().position(|(_, number)| wave(unit) == Some(*number));
    if let Some(part) = units.get_mut(first..first + days.len()) {
        part.sort_by_key(place);
    }
    units
}

/// What may come next: each single action, and of the waves the first.
fn ready<'u>(units: &'u [Vec<Deed>], done: &BTreeSet<Deed>) -> Vec<&'u [Deed]> {
    let is_open = |unit: &&Vec<Deed>| unit.first().is_some_and(|first| !done.contains(first));
    let mut wave = None;
    let next = units.iter().flatten().find(|deed| !done.contains(deed)).copied();
    let open = units.iter().filter(is_open);
    open.filter(|unit| match unit.first() {
        Some(first) if first.ends() => next == Some(*first),
        Some(first) => first.wave().is_none_or(|number| *wave.get_or_insert(number) == number),
        None => false,
    })
    .map(Vec::as_slice)
    .collect()
}

/// Refuses a unit where one of its actions is not safe.
fn refuse(watch: &mut Watch<'_>, done: &BTreeSet<Deed>, unit: &[Deed]) -> Result<(), Refusal> {
    let mut done = done.clone();
    for (at, &deed) in unit.iter().enumerate() {
        watch.refuse(&done, deed, unit.get(at + 1..).unwrap_or_default())?;
        done.insert(deed);
    }
    Ok(())
}

fn search(watch: &mut Watch<'_>, begun: &BTreeSet<Deed>, units: &[Vec<Deed>]) -> Option<Vec<Deed>> {
    let first = Progress::after(begun.clone(), watch.seen);
    let mut level = BTreeMap::from([(begun.clone(), vec![first])]);
    let mut sets = 0;
    for _ in units {
        let mut next: BTreeMap<BTreeSet<Deed>, Vec<Progress>> = BTreeMap::new();
        for (done, ways) in &level {
            // The recommended order first, so that it stays among equals.
            for unit in ready(units, done) {
                if refuse(watch, done, unit).is_err() {
                    continue;
                }
                for way in ways {
                    let mut longer = way.clone();
                    for &deed in unit {
                        longer.begin(watch, deed);
                    }
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
    let place = |deed: &Deed| units.iter().flatten().position(|other| other == deed);
    let recommended = |way: &Progress| way.order().iter().map(place).collect::<Vec<_>>();
    ways.min_by_key(|way| (way.over, way.waits, way.delay, recommended(way))).map(|way| way.order())
}

/// One safe unit after the other, what takes longest first, so that its time
/// runs meanwhile.
fn one_by_one(
    watch: &mut Watch<'_>,
    begun: &BTreeSet<Deed>,
    mut left: Vec<Vec<Deed>>,
) -> Result<Vec<Deed>, Refusal> {
    let (mut order, mut done) = (Vec::new(), begun.clone());
    while !left.is_empty() {
        let mut first_refusal = None;
        let mut safe: Vec<Vec<Deed>> = Vec::new();
        for unit in ready(&left, &done) {
            match refuse(watch, &done, unit) {
                Ok(()) => safe.push(unit.to_vec()),
                Err(refusal) => drop(first_refusal.get_or_insert(refusal)),
            }
        }
        let sooner =
            |unit: &Vec<Deed>| matches!(unit.first(), Some(Deed::SubdomainMx | Deed::ExternalMx));
        let longest = safe.into_iter().enumerate();
        let Some((_, unit)) = longest.min_by_key(|(at, unit)| (!sooner(unit), *at)) else {
            return first_refusal.map_or(Ok(order), Err);
        };
        left.retain(|other| *other != unit);
        done.extend(unit.iter().copied());
        order.extend(unit);
    }
    Ok(order)
}
