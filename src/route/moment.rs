//! The world at one moment: as planned, or as it is now.

use std::collections::{BTreeMap, BTreeSet};

use super::{AcceptedDomain, ExternalSide, Forward, HostSide, MxOwner, Phase, World};
use crate::plan::{Address, Authority, Mailbox, Plan, Strategy, Task, WaveNumber};

/// What was seen of the world; `None`: not seen, so the plan's word counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Whether split domain routing passes mail on.
    pub sdr: Option<bool>,
    /// Whether the host has the routing subdomain as domain alias.
    pub alias: Option<bool>,
    /// Who the routing subdomain's MX records name; `Some(None)`: it has none.
    pub subdomain_mx: Option<Option<MxOwner>>,
    /// Who the primary domain's MX records name.
    pub primary_mx: Option<MxOwner>,
    /// Every mailbox at the host.
    pub host_mailboxes: Option<BTreeSet<Address>>,
    /// What the external server does with unknown addresses.
    pub external_authority: Option<Authority>,
    /// Whether the external server has a forward for everybody at the host.
    pub forwards_loaded: Option<bool>,
}

/// The world as the plan has it once `phase` is reached, if all goes as planned.
pub fn world_after(plan: &Plan, phase: Phase) -> World {
    let up = phase != Phase::TakenDown;
    let reached = match phase {
        Phase::WaveMoved(wave) => Some(wave),
        Phase::PrimaryMxChanged | Phase::TakenDown => plan.wave_numbers().last().copied(),
        _ => None,
    };
    let planned_mx = if phase >= Phase::PrimaryMxChanged {
        MxOwner::Host
    } else {
        plan.situation.primary_mx.into()
    };
    let moment = Moment {
        sdr: up && phase >= Phase::SdrOn,
        alias: up && phase >= Phase::AliasThere,
        subdomain_mx: (up && phase >= Phase::SubdomainMx).then_some(MxOwner::Host),
        primary_mx: planned_mx,
        reached,
        forwards: up && phase >= Phase::ForwardsLoaded,
        taken_down: !up,
        authority: plan.external.authority,
        host_mailboxes: None,
        domain_at_host: false,
    };
    moment.world(plan)
}

/// The world now: what was seen, and for the rest what the plan says to be
/// done. Nobody has moved but those whose home is the host.
pub fn world_now(plan: &Plan, seen: &Seen) -> World {
    let done = |task| plan.done.contains(&task);
    let taken_down = done(Task::TakeDown);
    let published = (done(Task::PublishSubdomainMx) && !taken_down).then_some(MxOwner::Host);
    let primary_mx =
        if done(Task::ChangePrimaryMx) { MxOwner::Host } else { plan.situation.primary_mx.into() };
    let moment = Moment {
        sdr: seen.sdr.unwrap_or(done(Task::EnableSdr) && !done(Task::DisableSdr)),
        alias: seen.alias.unwrap_or(done(Task::RequestDomainAlias) && !taken_down),
        subdomain_mx: seen.subdomain_mx.unwrap_or(published),
        primary_mx: seen.primary_mx.unwrap_or(primary_mx),
        reached: None,
        forwards: seen.forwards_loaded.unwrap_or(done(Task::LoadForwards) && !taken_down),
        taken_down,
        authority: seen.external_authority.unwrap_or(plan.external.authority),
        host_mailboxes: seen.host_mailboxes.as_ref(),
        domain_at_host: seen.sdr.is_some() || seen.host_mailboxes.is_some(),
    };
    moment.world(plan)
}

/// What is set at one moment.
struct Moment<'a> {
    sdr: bool,
    alias: bool,
    subdomain_mx: Option<MxOwner>,
    primary_mx: MxOwner,
    reached: Option<WaveNumber>,
    forwards: bool,
    taken_down: bool,
    authority: Authority,
    /// In place of the plan's.
    host_mailboxes: Option<&'a BTreeSet<Address>>,
    /// Whether the host was seen to have the domain.
    domain_at_host: bool,
}

impl Moment<'_> {
    fn world(&self, plan: &Plan) -> World {
        let mut mx = BTreeMap::from([(plan.domain().clone(), self.primary_mx)]);
        if let Some(owner) = self.subdomain_mx {
            mx.insert(plan.routing_subdomain().as_domain().clone(), owner);
        }
        World {
            domain: plan.domain().clone(),
            mx,
            host: self.host(plan),
            external: self.external(plan),
        }
    }

    /// People with an address in the primary domain; others are no business
    /// of either system here.
    fn people<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = (&'p Mailbox, bool)> {
        plan.roster
            .iter()
            .filter(|person| person.address.domain() == plan.domain())
            .map(|person| (person, person.at_host_after(self.reached)))
    }

    fn host(&self, plan: &Plan) -> HostSide {
        let mut host = HostSide { sdr: self.sdr, ..HostSide::default() };
        for (person, at_host) in self.people(plan) {
            if at_host {
                host.mailboxes.insert(person.address.clone());
                for alias in aliases(plan, person) {
                    let members = host.aliases.entry(alias.clone());
                    members.or_insert_with(|| vec![person.address.clone()]);
                }
            }
        }
        host.has_domain = self.domain_at_host
            || self.sdr
            || self.alias
            || self.primary_mx == MxOwner::Host
            || !host.mailboxes.is_empty();
        if self.alias {
            host.alias_domains.insert(plan.routing_subdomain().as_domain().clone());
        }
        if let Some(seen) = self.host_mailboxes {
            host.mailboxes.clone_from(seen);
        }
        host
    }

    fn external(&self, plan: &Plan) -> ExternalSide {
        let mut external = ExternalSide {
            authority: self.authority,
            contacts_own_targets: true,
            ..ExternalSide::default()
        };
        for (person, at_host) in self.people(plan) {
            let addresses = std::iter::once(&person.address).chain(aliases(plan, person));
            if !at_host || (person.strategy == Strategy::Forward && !self.taken_down) {
                external.mailboxes.extend(addresses.clone().cloned());
            }
            if at_host && self.forwards {
                let to = plan.routing_address(&person.address);
                for address in addresses {
                    let forward = Forward { to: to.clone(), keep_copy: false };
                    external.forwards.entry(address.clone()).or_insert(forward);
                }
            }
        }
        if !(self.taken_down && external.mailboxes.is_empty()) {
            let domain = plan.domain().clone();
            external.accepted_domains.push(AcceptedDomain { domain, with_subdomains: false });
        }
        external
    }
}

/// A person's other addresses in the primary domain, without those that are
/// somebody's primary address: that person comes first.
fn aliases<'p>(plan: &'p Plan, person: &'p Mailbox) -> impl Iterator<Item = &'p Address> + Clone {
    person
        .aliases
        .iter()
        .filter(|alias| alias.domain() == plan.domain() && plan.roster.get(alias).is_none())
}
