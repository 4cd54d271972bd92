//! The ways out of a loop, or of a list that holds itself: the smallest sets of
//! switches that end it, and what each of them costs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::breaks;
use super::follow::way;
use super::untangle::Tangle;
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
/// The smallest sets of switches that end the loop of `trace` for every
/// origin, cheapest first; where each of them costs somebody the message, also
/// those that cost nobody any. Empty where nothing leads back.
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
    if breaks::circle(trace).is_none() {
        return Vec::new();
    }
    let mut tangle = Tangle::new(world, switches_of);
    let copies = trace.count.copies.iter();
    tangle.add(trace.origin, &trace.address, copies.map(|one| (one.at, one.mailbox.clone())));
    let arriving = arriving(world, many, more);
    let found = tangle.ways_out();
    tangle.look_beside(trace.origin, &found);
    let priced = found.into_iter().map(|set| {
        let unreached = tangle.unreached(&set).len();
        (unreached, priced(world, &mut tangle, &arriving, set))
    });
    let mut out: Vec<(usize, WayOut)> = priced.collect();
    out.sort_by_key(|(unreached, way)| (way.lost, *unreached));
    out.into_iter().map(|(_, way)| way).collect()
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
    tangle: &mut Tangle<'_>,
    arriving: &Arriving<'_>,
    switches: Vec<Switch>,
) -> WayOut {
    let ways = arriving.ways.iter();
    let lost = tangle.with(&switches, |tried| {
        let lost = ways.filter(|(origin, to, _)| !arrives(tried, *origin, to));
        lost.map(|(.., each)| each).sum()
    });
    let label: Vec<String> = switches.iter().map(Switch::label).collect();
    let mut words: Vec<String> = switches.iter().filter_map(|switch| switch.cost(world)).collect();
    if switches.iter().any(Switch::takes_a_member_out) {
        words.push(tangle.unreached_text(&switches));
    }
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
pub(super) fn switches_of(world: &World, cycle: &[Hop]) -> Vec<Switch> {
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
                let mut switches = vec![Switch::SdrOff];
                if !world.host.has(&address) {
                    switches.push(Switch::CreateMailbox { address });
                }
                return switches;
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
