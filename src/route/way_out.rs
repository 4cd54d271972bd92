//! The ways out of a loop, or of a list that holds itself: the smallest sets of
//! switches that end it, and what each of them costs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::breaks;
use super::follow::way;
use super::{Hop, Origin, Outcome, Rule, Switch, System, Trace, World};
use crate::plan::Address;

/// A smallest set of switches that ends a loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WayOut {
    /// What to change, all of it.
    pub switches: Vec<Switch>,
    /// In words.
    pub label: String,
    /// What it costs, in words.
    pub cost: String,
    /// How many ways (address and origin) that arrive now would not any more.
    pub lost: usize,
}

/// Addresses over which a cost is counted.
const COUNTED: usize = 300;
/// Switches in a set, at most: more is a mess to be cleared up by hand.
const AT_ONCE: usize = 3;
/// Sets looked at of each size.
const LOOKED_AT: usize = 60;

/// The smallest sets of switches that end the loop of `trace` for every
/// origin, cheapest first; empty where nothing leads back.
pub fn ways_out(world: &World, trace: &Trace) -> Vec<WayOut> {
    let Some(cycle) = breaks::circle(trace) else { return Vec::new() };
    // One copy of the world, in which switches are turned and turned back.
    let mut tried = world.clone();
    let found = smallest(world, &mut tried, &trace.address, cycle);
    let arriving = arriving(world);
    let priced = found.into_iter().map(|set| priced(world, &mut tried, &arriving, set));
    let mut out: Vec<WayOut> = priced.collect();
    out.sort_by_key(|way| way.lost);
    out
}

/// Every set that ends the loop has a switch in each circle: so each set that
/// does not is made longer by those of the circle that it leaves.
fn smallest(
    world: &World,
    tried: &mut World,
    address: &Address,
    cycle: &[Hop],
) -> Vec<Vec<Switch>> {
    let mut open = vec![(Vec::new(), switches_of(world, cycle))];
    let mut known: BTreeSet<Vec<Switch>> = BTreeSet::new();
    for _ in 0..AT_ONCE {
        let (mut found, mut longer) = (Vec::new(), Vec::new());
        for (set, switches) in open {
            for switch in switches {
                let mut set: Vec<Switch> = set.iter().cloned().chain([switch]).collect();
                set.sort();
                set.dedup();
                if !known.insert(set.clone()) {
                    continue;
                }
                set.iter().for_each(|switch| switch.turn(tried));
                match circle(tried, address) {
                    None => found.push(set.clone()),
                    Some(cycle) => longer.push((set.clone(), switches_of(tried, &cycle))),
                }
                set.iter().for_each(|switch| switch.turn_back(world, tried));
            }
        }
        if !found.is_empty() {
            found.sort();
            return found;
        }
        longer.truncate(LOOKED_AT);
        open = longer;
    }
    Vec::new()
}

/// The circle in which a message to `address` goes, from wherever.
fn circle(world: &World, address: &Address) -> Option<Vec<Hop>> {
    Origin::ALL
        .into_iter()
        .find_map(|origin| breaks::circle(&way(world, origin, address)).map(<[Hop]>::to_vec))
}

fn arrives(world: &World, origin: Origin, to: &Address) -> bool {
    matches!(way(world, origin, to).outcome, Outcome::Delivered { .. })
}

/// The ways that arrive now.
fn arriving(world: &World) -> Vec<(Origin, &Address)> {
    let (host, external) = (&world.host, &world.external);
    let known = host.mailboxes.iter().chain(host.aliases.keys()).chain(host.lists.keys());
    let known = known.chain(&external.mailboxes).chain(external.forwards.keys());
    let known = known.chain(external.aliases.keys()).chain(external.lists.keys());
    let known: BTreeSet<&Address> = known.take(COUNTED).collect();
    let ways = known.into_iter().flat_map(|to| Origin::ALL.map(|origin| (origin, to)));
    ways.filter(|(origin, to)| arrives(world, *origin, to)).collect()
}

fn priced(
    world: &World,
    tried: &mut World,
    arriving: &[(Origin, &Address)],
    switches: Vec<Switch>,
) -> WayOut {
    switches.iter().for_each(|switch| switch.turn(tried));
    let lost = arriving.iter().filter(|(origin, to)| !arrives(tried, *origin, to)).count();
    switches.iter().for_each(|switch| switch.turn_back(world, tried));
    let label: Vec<String> = switches.iter().map(Switch::label).collect();
    let words: Vec<&str> = switches.iter().map(Switch::cost).collect();
    let mut cost = words.join(" ");
    match lost {
        0 => {}
        1 => cost.push_str(" 1 way that arrives now would not any more."),
        many => cost.push_str(&format!(" {many} ways that arrive now would not any more.")),
    }
    WayOut { switches, label: label.join(", and "), cost, lost }
}

/// What can be changed at the stops of a circle.
fn switches_of(world: &World, cycle: &[Hop]) -> Vec<Switch> {
    // A mailbox is missing where a forward leads to it. For a list, or for one
    // of the unknown addresses that all go round, it would be a dead one.
    let meant = |to: &Address| {
        let forward = |hop: &&Hop| matches!(hop.rule, Rule::Forward { .. });
        cycle.iter().filter(forward).any(|hop| hop.recipient == *to)
    };
    let next = cycle.iter().skip(1).chain(cycle.first());
    let stops = cycle.iter().zip(next);
    let stops = stops.map(|(hop, next)| {
        let is_meant = hop.rule == Rule::Sdr && meant(&hop.recipient);
        switches_at(world, hop, &next.recipient, is_meant)
    });
    let mut switches: Vec<Switch> = stops.flatten().collect();
    switches.sort();
    switches.dedup();
    switches
}

fn switches_at(world: &World, hop: &Hop, next: &Address, is_meant: bool) -> Vec<Switch> {
    let (at, address, external) = (hop.at, hop.recipient.clone(), &world.external);
    let taken = || Switch::NotAccepted { domain: address.domain().clone() };
    match &hop.rule {
        Rule::Sdr if is_meant => {
            let extended = external.limits.split(&address).filter(|(base, _)| {
                world.host.limits.plus.is_none() && world.host.mailboxes.contains(base)
            });
            match extended.and(external.limits.plus) {
                Some(sign) => vec![Switch::Extensions { sign }, Switch::SdrOff],
                None => vec![Switch::CreateMailbox { address }, Switch::SdrOff],
            }
        }
        Rule::Sdr => vec![Switch::SdrOff],
        Rule::InternalRelay => vec![Switch::Authoritative],
        Rule::AliasDomain { .. } if at == System::External => vec![taken()],
        Rule::Forward { to, .. } => {
            let mut switches: Vec<Switch> = Vec::new();
            if *address.domain() != world.domain {
                let domains = external.accepted_domains.iter();
                switches.extend(domains.filter_map(|accepted| match &accepted.domain {
                    domain if accepted.with_subdomains && address.domain().is_below(domain) => {
                        Some(Switch::NoWildcard { domain: domain.clone() })
                    }
                    domain => (domain == address.domain()).then(taken),
                }));
            }
            if *to == address {
                // The contact that leads here, which is local by mistake.
                let leads = external.forwards.iter().filter(|(_, forward)| forward.to == address);
                switches
                    .extend(leads.map(|(name, _)| Switch::RemoveForward { address: name.clone() }));
            } else {
                // One of a user whose name stands before an extension.
                let base = external.limits.split(&address).map(|(base, _)| base);
                let known = external.forwards.contains_key(&address);
                let address = base.filter(|_| !known).unwrap_or(address);
                switches.push(Switch::RemoveForward { address });
            }
            switches
        }
        Rule::Alias { .. } | Rule::List { .. } => {
            vec![Switch::RemoveMember { at, list: address, member: next.clone() }]
        }
        Rule::CatchAll { .. } => vec![Switch::NoCatchAll { at }],
        _ => Vec::new(),
    }
}
