//! The ways out of a loop, or of a list that holds itself: the smallest sets of
//! switches that end it, and what each of them costs.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Whether there may be more: not all ways were counted.
    pub more: bool,
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
    ways_out_among(world, trace, &BTreeMap::new(), false)
}

/// The same in a world in which some stand for others: how many addresses each
/// of those in `many` is, where it is not one. `more`: others are left out.
pub(super) fn ways_out_among(
    world: &World,
    trace: &Trace,
    many: &BTreeMap<Address, usize>,
    more: bool,
) -> Vec<WayOut> {
    let Some(cycle) = breaks::circle(trace) else { return Vec::new() };
    // One copy of the world, in which switches are turned and turned back.
    let mut tried = world.clone();
    let found = smallest(world, &mut tried, &trace.address, &cycle);
    let arriving = arriving(world, many, more);
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
    Origin::ALL.into_iter().find_map(|origin| breaks::circle(&way(world, origin, address)))
}

fn arrives(world: &World, origin: Origin, to: &Address) -> bool {
    matches!(way(world, origin, to).outcome, Outcome::Delivered { .. })
}

/// The ways that arrive now, and how many each of them is.
struct Arriving<'w> {
    ways: Vec<(Origin, &'w Address, usize)>,
    more: bool,
}

fn arriving<'w>(world: &'w World, many: &BTreeMap<Address, usize>, more: bool) -> Arriving<'w> {
    let (host, external) = (&world.host, &world.external);
    let known = host.mailboxes.iter().chain(host.aliases.keys()).chain(host.lists.keys());
    let known = known.chain(&external.mailboxes).chain(external.forwards.keys());
    let known = known.chain(external.aliases.keys()).chain(external.lists.keys());
    let mut known: BTreeSet<&Address> = known.collect();
    let stand: BTreeSet<&Address> = known.extract_if(.., |to| many.contains_key(*to)).collect();
    let more = more || known.len() > COUNTED;
    let ways = stand.into_iter().chain(known.into_iter().take(COUNTED)).flat_map(|to| {
        let each = many.get(to).copied().unwrap_or(1);
        Origin::ALL.map(|origin| (origin, to, each))
    });
    Arriving { ways: ways.filter(|(origin, to, _)| arrives(world, *origin, to)).collect(), more }
}

fn priced(
    world: &World,
    tried: &mut World,
    arriving: &Arriving<'_>,
    switches: Vec<Switch>,
) -> WayOut {
    switches.iter().for_each(|switch| switch.turn(tried));
    let lost = arriving.ways.iter().filter(|(origin, to, _)| !arrives(tried, *origin, to));
    let lost = lost.map(|(.., each)| each).sum();
    switches.iter().for_each(|switch| switch.turn_back(world, tried));
    let label: Vec<String> = switches.iter().map(Switch::label).collect();
    let words: Vec<String> = switches.iter().map(|switch| switch.cost(world)).collect();
    let mut cost = words.join(" ");
    let least = if arriving.more { "At least " } else { "" };
    match lost {
        0 => {}
        1 => cost.push_str(&format!(" {least}1 way that arrives now would not any more.")),
        many => cost.push_str(&format!(" {least}{many} ways that arrive now would not any more.")),
    }
    WayOut { switches, label: label.join(", and "), cost, lost, more: arriving.more }
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
    switches.extend(cycle.iter().filter_map(|hop| separated_at_the_host(world, hop)));
    switches.sort();
    switches.dedup();
    switches
}

fn switches_at(world: &World, hop: &Hop, next: &Address, is_meant: bool) -> Vec<Switch> {
    let (at, address, external) = (hop.at, hop.recipient.clone(), &world.external);
    let taken = || Switch::NotAccepted { domain: address.domain().clone() };
    let exact = |address: &Address| external.forwards.contains_key(address);
    match &hop.rule {
        Rule::Sdr if is_meant => {
            let extended = external.limits.split(&address);
            let extended = extended
                .filter(|(base, _)| external.forwards.contains_key(base) && !exact(&address));
            let (Some((base, _)), Some(sign)) = (extended, external.limits.plus) else {
                return vec![Switch::CreateMailbox { address }, Switch::SdrOff];
            };
            let separates = world.host.limits.plus == Some(sign);
            let mut switches = vec![Switch::SdrOff];
            if !world.host.has(&base) {
                switches.push(Switch::CreateMailbox { address: base });
            }
            if !separates {
                switches.push(Switch::Extensions { at: System::Host, sign });
            }
            switches
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
                // Of a user whose name stands before an extension, it is not
                // the contact that leads round where the mailbox is there.
                let base = external.limits.split(&address).map(|(base, _)| base);
                match base.filter(|_| !exact(&address)) {
                    Some(base) if world.host.has(&base.at(&world.domain)) => {
                        switches.push(Switch::NoExtensions { at });
                    }
                    Some(base) => {
                        switches.push(Switch::NoExtensions { at });
                        switches.push(Switch::RemoveForward { address: base });
                    }
                    None => switches.push(Switch::RemoveForward { address }),
                }
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

/// Where the external server passes on a name with an extension that only the
/// host separates, though it has the name before it.
fn separated_at_the_host(world: &World, hop: &Hop) -> Option<Switch> {
    let sign = world.host.limits.plus.filter(|sign| world.external.limits.plus != Some(*sign))?;
    let (base, _) = world.host.limits.split(&hop.recipient)?;
    let passed_on = hop.rule == Rule::InternalRelay && world.external.mailboxes.contains(&base);
    passed_on.then_some(Switch::Extensions { at: System::External, sign })
}
