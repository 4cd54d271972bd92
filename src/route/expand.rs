//! One recipient rewritten by one system, stop by stop, to all its ends. The
//! walk that explains a message and the count of its copies both go by this,
//! so that they can't disagree on what a system does.
//!
//! As Postfix does it (`cleanup_map1n.c`; held against it by `tests/truth`):
//! an alias or list that holds itself straight is expanded once, and after
//! that the server looks for a mailbox of its name; a circle through such a
//! one ends there; any other circle makes it refuse the whole message.

use std::collections::BTreeSet;

use super::decide::Duty;
use super::{Hop, Rule, System, World};
use crate::plan::Address;

/// How deep names of one system may lead on; Postfix
/// `virtual_alias_recursion_limit`.
const NESTED: usize = 1_000;

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

/// Why a recipient has no ends.
#[derive(Debug)]
pub(super) enum Stuck {
    /// The stops lead back to the one at `start`.
    Round { stops: Vec<Hop>, start: usize },
    /// Deeper than a server follows.
    TooDeep,
}

/// One recipient of a message at one system: each name is rewritten once.
pub(super) struct Expansion<'w> {
    world: &'w World,
    system: System,
    done: BTreeSet<Address>,
    /// Those that were expanded and hold themselves.
    selves: BTreeSet<Address>,
}

impl<'w> Expansion<'w> {
    pub(super) fn new(world: &'w World, system: System) -> Self {
        Self { world, system, done: BTreeSet::new(), selves: BTreeSet::new() }
    }

    /// Every stop of `recipient`, each followed by those it leads to.
    pub(super) fn expand(mut self, recipient: &Address, duty: Duty) -> Result<Vec<Stop>, Stuck> {
        let mut stops: Vec<Stop> = Vec::with_capacity(2);
        // Indices into `stops` of those that lead to the one at hand.
        let mut open: Vec<usize> = Vec::new();
        let mut ahead = vec![(recipient.clone(), 0, duty)];
        while let Some((recipient, depth, duty)) = ahead.pop() {
            open.truncate(depth);
            let expanded = self.selves.contains(&recipient);
            let is_here = |at: &usize| stops.get(*at).is_some_and(|one| one.recipient == recipient);
            if !expanded && let Some(start) = open.iter().position(is_here) {
                let circle = open.iter().filter_map(|at| stops.get(*at));
                if circle.clone().skip(start).any(|one| self.selves.contains(&one.recipient)) {
                    continue;
                }
                let stops = circle.map(|stop| stop.hop(self.system)).collect();
                return Err(Stuck::Round { stops, start });
            }
            if depth >= NESTED {
                return Err(Stuck::TooDeep);
            }
            if !self.done.insert(recipient.clone()) && !expanded {
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
                    if to.contains(&recipient) {
                        self.selves.insert(recipient.clone());
                    }
                    (to.as_slice(), Duty::Taken)
                }
                _ => (&[][..], duty),
            };
            let behind = to.iter().rev().map(|to| (to.clone(), depth + 1, duty_behind));
            ahead.extend(behind);
            open.push(stops.len());
            stops.push(Stop { recipient, rule, depth, duty });
        }
        Ok(stops)
    }
}

impl Stop {
    pub(super) fn hop(&self, at: System) -> Hop {
        Hop { at, recipient: self.recipient.clone(), rule: self.rule.clone() }
    }
}
