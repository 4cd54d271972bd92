//! The ways out of a loop: the smallest sets of switches that end it, and
//! what each of them costs.

use serde::Serialize;

use super::{Hop, Origin, Outcome, Rule, System, Trace, World, follow};
use crate::plan::{Address, Authority, Domain};

/// Something that an administrator can change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "switch", rename_all = "kebab-case")]
pub enum Switch {
    /// Create this mailbox at the host.
    CreateMailbox {
        /// The address.
        address: Address,
    },
    /// Let the external server refuse unknown addresses.
    Authoritative,
    /// Remove this contact or forward on the external server.
    RemoveForward {
        /// Its address.
        address: Address,
    },
    /// Take a member out of an alias or list.
    RemoveMember {
        /// Where the list is.
        at: System,
        /// Its address.
        list: Address,
        /// The member.
        member: Address,
    },
    /// Remove the accepted domain with its subdomains, keep the domain itself.
    NoWildcard {
        /// The domain.
        domain: Domain,
    },
    /// Remove the catch-all.
    NoCatchAll {
        /// Of which system.
        at: System,
    },
    /// Switch split domain routing off.
    SdrOff,
}

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

/// The smallest sets of switches that end the loop of `trace` for every
/// origin, cheapest first; empty where it is no loop.
pub fn ways_out(world: &World, trace: &Trace) -> Vec<WayOut> {
    let Outcome::Loop { cycle_start, .. } = trace.outcome else { return Vec::new() };
    let cycle = trace.hops.get(cycle_start..).unwrap_or_default();
    let mut switches: Vec<Switch> = cycle.iter().flat_map(|hop| switches_of(world, hop)).collect();
    switches.sort();
    switches.dedup();
    let single = switches.iter().map(|switch| vec![switch.clone()]);
    let mut found: Vec<Vec<Switch>> = single.filter(|set| ends(world, trace, set)).collect();
    if found.is_empty() {
        // Two loops through the same address need two.
        for (at, one) in switches.iter().enumerate() {
            let pairs = switches.iter().skip(at + 1).map(|two| vec![one.clone(), two.clone()]);
            found.extend(pairs.filter(|set| ends(world, trace, set)));
        }
    }
    let mut out: Vec<WayOut> = found.into_iter().map(|set| priced(world, set)).collect();
    out.sort_by_key(|way| way.lost);
    out
}

fn ends(world: &World, trace: &Trace, set: &[Switch]) -> bool {
    let changed = changed(world, set);
    Origin::ALL.into_iter().all(|origin| {
        !matches!(follow(&changed, origin, &trace.address).outcome, Outcome::Loop { .. })
    })
}

fn changed(world: &World, set: &[Switch]) -> World {
    let mut changed = world.clone();
    for switch in set {
        switch.turn(&mut changed);
    }
    changed
}

fn priced(world: &World, switches: Vec<Switch>) -> WayOut {
    let changed = changed(world, &switches);
    let (host, external) = (&world.host, &world.external);
    let known = host.mailboxes.iter().chain(host.aliases.keys()).chain(host.lists.keys());
    let known = known.chain(&external.mailboxes).chain(external.forwards.keys());
    let known = known.chain(external.lists.keys()).take(COUNTED);
    let arrives = |world: &World, origin, to: &Address| {
        matches!(follow(world, origin, to).outcome, Outcome::Delivered { .. })
    };
    let ways = known.flat_map(|to| Origin::ALL.map(|origin| (origin, to)));
    let lost = ways
        .filter(|(origin, to)| arrives(world, *origin, to) && !arrives(&changed, *origin, to))
        .count();
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

fn switches_of(world: &World, hop: &Hop) -> Vec<Switch> {
    let (at, address) = (hop.at, hop.recipient.clone());
    match &hop.rule {
        Rule::Sdr => vec![Switch::CreateMailbox { address }, Switch::SdrOff],
        Rule::InternalRelay => vec![Switch::Authoritative],
        Rule::Forward { .. } => {
            let domains = world.external.accepted_domains.iter();
            let wild = domains.filter(|accepted| {
                accepted.with_subdomains && address.domain().is_below(&accepted.domain)
            });
            let domain =
                wild.map(|accepted| Switch::NoWildcard { domain: accepted.domain.clone() });
            domain.chain([Switch::RemoveForward { address: address.clone() }]).collect()
        }
        Rule::Alias { to } | Rule::List { to } => {
            let list = address;
            let members = to.iter().cloned();
            members.map(|member| Switch::RemoveMember { at, list: list.clone(), member }).collect()
        }
        Rule::CatchAll { .. } => vec![Switch::NoCatchAll { at }],
        _ => Vec::new(),
    }
}

impl Switch {
    fn turn(&self, world: &mut World) {
        let (host, external) = (&mut world.host, &mut world.external);
        match self {
            Self::CreateMailbox { address } => drop(host.mailboxes.insert(address.clone())),
            Self::Authoritative => external.authority = Authority::Authoritative,
            Self::RemoveForward { address } => drop(external.forwards.remove(address)),
            Self::RemoveMember { at, list, member } => {
                let names = match at {
                    System::Host => [&mut host.aliases, &mut host.lists],
                    _ => [&mut external.aliases, &mut external.lists],
                };
                for members in names.into_iter().filter_map(|names| names.get_mut(list)) {
                    members.retain(|other| other != member);
                }
            }
            Self::NoWildcard { domain } => {
                for accepted in &mut external.accepted_domains {
                    accepted.with_subdomains &= accepted.domain != *domain;
                }
            }
            Self::NoCatchAll { at: System::Host } => host.catch_all = None,
            Self::NoCatchAll { .. } => external.catch_all = None,
            Self::SdrOff => host.sdr = false,
        }
    }

    /// As a thing to do.
    pub fn label(&self) -> String {
        match self {
            Self::CreateMailbox { address } => format!("create the mailbox {address} at the host"),
            Self::Authoritative => "make the external server authoritative".to_owned(),
            Self::RemoveForward { address } => {
                format!("remove the contact or forward for {address} on the external server")
            }
            Self::RemoveMember { at, list, member } => {
                format!("take {member} out of {list} on {}", at.label())
            }
            Self::NoWildcard { domain } => {
                format!("replace the accepted domain *.{domain} by {domain} alone")
            }
            Self::NoCatchAll { at } => format!("remove the catch-all on {}", at.label()),
            Self::SdrOff => "switch split domain routing off".to_owned(),
        }
    }

    fn cost(&self) -> &'static str {
        match self {
            Self::CreateMailbox { .. } => "One mailbox at the host.",
            Self::Authoritative => "Unknown addresses are refused instead of passed on.",
            Self::RemoveForward { .. } => "Mail for this address is refused until it has a home.",
            Self::RemoveMember { .. } => "The list no longer reaches this member.",
            Self::NoWildcard { .. } => {
                "Names below the domain that the server really has need entries of their own."
            }
            Self::NoCatchAll { .. } => "Mistyped addresses are refused instead of collected.",
            Self::SdrOff => "The host's users no longer reach people outside.",
        }
    }
}
