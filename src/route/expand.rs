//! One recipient rewritten by one system, stop by stop, to all its ends. The
//! walk that explains a message and the count of its copies both go by this,
//! so that they can't disagree on what a system does.
//!
//! Servers differ in what they make of names that lead back to themselves
//! ([`Expander`]). Postfix (`cleanup_map1n.c`; held against it by
//! `tests/truth`): an alias or list that holds itself straight is expanded
//! once, and after that the server looks for a mailbox of its name; a circle
//! through such a one ends there; any other circle makes it refuse the whole
//! message.

use std::collections::BTreeSet;

use super::decide::Duty;
use super::{Expander, Hop, Rule, System, World};
use crate::plan::Address;

/// How deep names of one system may lead on; Postfix
/// `virtual_alias_recursion_limit`.
const NESTED: usize = 1_000;

/// Stops of a recipient up to which a name is looked at once more on each way.
const LOOKED_AT: usize = 200;

/// The reply to a message whose recipient can't be rewritten to the end.
pub(super) const NO_END: &str = "451 4.6.0";

/// One stop of a recipient within a system.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) recipient: Address,
    pub(super) rule: Rule,
    /// How many stops lead here; those of a branch follow each other.
    pub(super) depth: usize,
    /// Whether the system has taken the message by then.
    pub(super) duty: Duty,
}

/// What a recipient is rewritten to.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    /// Every stop, each followed by those it leads to.
    pub(super) stops: Vec<Stop>,
    /// The first way that leads back, where the server makes something of it.
    pub(super) round: Option<Round>,
    /// Those for which it returns the message because of that.
    pub(super) returned: Vec<Address>,
}

/// The stops of a way that lead back to the one at `start`.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) hops: Vec<Hop>,
    pub(super) start: usize,
}

/// Deeper than a server follows.
#[derive(Debug)]
pub(super) struct TooDeep;

/// One recipient of a message at one system: each name is rewritten once.
pub(super) struct Expansion<'w> {
    world: &'w World,
    system: System,
    done: BTreeSet<Address>,
    /// Those that were expanded and hold themselves.
    selves: BTreeSet<Address>,
    expanded: Expanded,
}

/// What to do with a name that stands on its own way.
enum Again {
    /// It is a name like any other now.
    Unexpanded,
    /// It leads nowhere.
    Skipped,
    /// That is the end of it all.
    Stuck,
}

impl<'w> Expansion<'w> {
    pub(super) fn new(world: &'w World, system: System) -> Self {
        let (done, selves) = (BTreeSet::new(), BTreeSet::new());
        Self { world, system, done, selves, expanded: Expanded::default() }
    }

    /// Rewrites `recipient` to its ends.
    pub(super) fn expand(mut self, recipient: &Address, duty: Duty) -> Result<Expanded, TooDeep> {
        // Indices of the stops that lead to the one at hand.
        let mut open: Vec<usize> = Vec::new();
        let mut ahead = vec![(recipient.clone(), 0, duty)];
        while let Some((recipient, depth, duty)) = ahead.pop() {
            open.truncate(depth);
            let mut expanded = self.selves.contains(&recipient);
            let stops = &self.expanded.stops;
            let is_here = |at: &usize| stops.get(*at).is_some_and(|one| one.recipient == recipient);
            if !expanded && let Some(start) = open.iter().position(is_here) {
                match self.again(&recipient, &open, start, duty) {
                    Again::Unexpanded => expanded = true,
                    Again::Skipped => continue,
                    Again::Stuck => break,
                }
            }
            if depth >= NESTED {
                return Err(TooDeep);
            }
            if !self.done.insert(recipient.clone()) && !expanded && !self.looks_again() {
                continue;
            }
            let rule = match expanded {
                true => self.world.rule_unexpanded(self.system, &recipient),
                false => self.world.rule(self.system, &recipient, duty),
            };
            let (to, duty_behind) = match &rule {
                // Not taken yet: it looks further while the sender waits.
                Rule::AliasDomain { to } => (std::slice::from_ref(to), duty),
                Rule::CatchAll { to } | Rule::Forward { to, .. } => {
                    (std::slice::from_ref(to), Duty::Taken)
                }
                Rule::Alias { to } | Rule::List { to } => {
                    let straight = to.contains(&recipient);
                    if straight && self.world.expander(self.system) == Expander::Postfix {
                        self.selves.insert(recipient.clone());
                    }
                    (to.as_slice(), Duty::Taken)
                }
                _ => (&[][..], duty),
            };
            let behind = to.iter().rev().map(|to| (to.clone(), depth + 1, duty_behind));
            ahead.extend(behind);
            open.push(self.expanded.stops.len());
            self.expanded.stops.push(Stop { recipient, rule, depth, duty });
        }
        Ok(self.expanded)
    }

    /// Meets a name on its own way, whose stops are `open`.
    fn again(&mut self, recipient: &Address, open: &[usize], start: usize, duty: Duty) -> Again {
        let stops: Vec<&Stop> = open.iter().filter_map(|at| self.expanded.stops.get(*at)).collect();
        let circle = stops.get(start..).unwrap_or_default();
        let is_list = |one: &&Stop| matches!(one.rule, Rule::List { .. } | Rule::Alias { .. });
        let hops = || stops.iter().map(|stop| stop.hop(self.system)).collect();
        let expander = self.world.expander(self.system);
        match expander {
            Expander::Exim => Again::Unexpanded,
            Expander::Postfix if circle.iter().any(|one| self.selves.contains(&one.recipient)) => {
                Again::Skipped
            }
            Expander::Exchange if circle.iter().any(is_list) => {
                let (recipient, depth) = (recipient.clone(), open.len());
                let stop = Stop { recipient, rule: Rule::PassedOver, depth, duty };
                self.expanded.stops.push(stop);
                Again::Skipped
            }
            Expander::Exchange | Expander::Postfix | Expander::Unknown => {
                let round = Round { hops: hops(), start };
                self.expanded.round.get_or_insert(round);
                if expander != Expander::Exchange {
                    return Again::Stuck;
                }
                self.expanded.returned.push(recipient.clone());
                Again::Skipped
            }
        }
    }

    /// Exim goes down each way by itself, and may come back to a name on one
    /// that ends well on another.
    fn looks_again(&self) -> bool {
        self.world.expander(self.system) == Expander::Exim && self.expanded.stops.len() < LOOKED_AT
    }
}

impl Stop {
    pub(super) fn hop(&self, at: System) -> Hop {
        Hop { at, recipient: self.recipient.clone(), rule: self.rule.clone() }
    }
}
