//! The world in which the people of a plan are at a moment.

use std::collections::BTreeMap;

use super::limits::POSTFIX_HOPS;
use super::{
    AcceptedDomain, Expander, ExternalSide, Forward, HostSide, Limits, Moment, MxOwner, World,
};
use crate::plan::{Address, ExternalSystem, Group, GroupKind, Mailbox, Plan, Side, Strategy};

/// After how many servers it ends a message, and the setting that says so.
fn hop_limit(system: ExternalSystem) -> (u16, Option<&'static str>) {
    match system {
        ExternalSystem::Postfix | ExternalSystem::PostfixRelay => (50, Some(POSTFIX_HOPS)),
        ExternalSystem::Cpanel => (30, Some("Exim: received_headers_max")),
        ExternalSystem::Sendmail => (25, Some("Sendmail: MaxHopCount")),
        _ => (Limits::default().hops, None),
    }
}

/// Rackspace, where the external server refused a recipient about whom it asked
/// (`facts` 1.3).
const RACKSPACE_ASKED: &str = "5.7.1 G7";

impl Moment {
    /// The world in which these people are.
    pub fn world(&self, plan: &Plan) -> World {
        let mut mx = BTreeMap::from([(plan.domain().clone(), self.primary_mx)]);
        if let Some(owner) = self.subdomain_mx {
            mx.insert(plan.routing_subdomain().as_domain().clone(), owner);
        }
        if let Some(second) = plan.way_without_sdr().filter(|_| self.external_mx) {
            mx.insert(second.as_domain().clone(), MxOwner::External);
        }
        World {
            domain: plan.domain().clone(),
            mx,
            host: self.host(plan),
            external: self.external(plan),
        }
    }

    fn host(&self, plan: &Plan) -> HostSide {
        let has_domain = self.domain_at_host;
        // Of no host is it documented.
        let expander = Expander::Unknown;
        let mut host = HostSide { sdr: self.sdr, has_domain, expander, ..HostSide::default() };
        host.catch_all.clone_from(&plan.host_settings.catch_all);
        host.forced_mx = plan.host_settings.forced_mx;
        host.says_of_refused = (plan.host.id == "rackspace").then_some(RACKSPACE_ASKED);
        host.limits.plus = plan.host_settings.extension;
        host.limits.size = plan.host.largest_message;
        host.limits.hops_by = None;
        host.defers_loops = plan.host.id == "rackspace";
        let way_out = plan.way_without_sdr().filter(|_| self.host_aliases);
        for (person, standing) in self.people(plan) {
            if standing.at_host {
                host.mailboxes.insert(person.address.clone());
                for alias in aliases(plan, person) {
                    let members = host.aliases.entry(alias.clone());
                    members.or_insert_with(|| vec![person.address.clone()]);
                }
            } else if let Some(second) = way_out.as_ref().filter(|_| standing.alias) {
                for address in std::iter::once(&person.address).chain(aliases(plan, person)) {
                    let members = host.aliases.entry(address.clone());
                    members.or_insert_with(|| vec![address.at(second.as_domain())]);
                }
            }
        }
        if self.alias {
            host.alias_domains.insert(plan.routing_subdomain().as_domain().clone());
        }
        if let Some(seen) = &self.host_mailboxes {
            // Whom the server outside refuses may have one here.
            let at_home =
                |who: &Address| plan.roster.get(who).is_none_or(|who| who.home == Side::Host);
            let gone = |who: &&Address| self.refused.contains(*who) && at_home(who);
            host.mailboxes = seen.iter().filter(|who| !gone(who)).cloned().collect();
        }
        for group in plan.lists_outside().filter(|_| !self.lists_made) {
            let Some(second) = &way_out else { break };
            let there = vec![group.address.at(second.as_domain())];
            host.aliases.entry(group.address.clone()).or_insert(there);
        }
        let made_here = |group: &&Group| {
            group.at == Side::Host || self.lists_made && group.address.domain() == plan.domain()
        };
        for group in plan.groups.iter().filter(made_here) {
            // A mailbox of that name stays: which of them wins is the server's affair.
            host.aliases.remove(&group.address);
            match group.kind {
                GroupKind::List => host.lists.insert(group.address.clone(), group.members.clone()),
                GroupKind::Alias => {
                    host.aliases.insert(group.address.clone(), group.members.clone())
                }
            };
        }
        host
    }

    fn external(&self, plan: &Plan) -> ExternalSide {
        let mut external = ExternalSide {
            authority: self.authority,
            contacts_own_targets: plan.external.system.is_exchange(),
            expander: expander(plan.external.system),
            rewrites_any_domain: plan.external.system == ExternalSystem::Postfix,
            ..ExternalSide::default()
        };
        external.catch_all.clone_from(&plan.external.catch_all);
        external.limits.plus = plan.external.extension;
        external.limits.size = self.external_size;
        external.limits.smtputf8 = self.external_smtputf8;
        external.keeps_utf8_back =
            !matches!(plan.external.system, ExternalSystem::Postfix | ExternalSystem::PostfixRelay);
        external.refuses_own_senders.clone_from(&self.refuses_own_senders);
        let (hops, hops_by) = hop_limit(plan.external.system);
        external.limits.hops_by = hops_by;
        external.limits.hops = hops;
        for (person, standing) in self.people(plan) {
            let addresses = std::iter::once(&person.address).chain(aliases(plan, person));
            if standing.external {
                external.mailboxes.extend(addresses.clone().cloned());
                for alias in addresses.clone().skip(1) {
                    let whose = external.proxies.entry(alias.clone());
                    whose.or_insert_with(|| person.address.clone());
                }
            }
            if standing.forward {
                let to = plan.routing_address(&person.address);
                let keep_copy = plan.external.forwards_keep_copy
                    && person.strategy == Strategy::Forward
                    && standing.external;
                for address in addresses {
                    let forward = Forward { to: to.clone(), keep_copy };
                    external.forwards.entry(address.clone()).or_insert(forward);
                }
            }
        }
        // A contact for each list at the host, loaded with those in no wave.
        let lists_loaded = self.forwards.contains(&None) && !self.contacts_removed;
        for list in plan.lists_at_host().into_iter().filter(|_| lists_loaded) {
            let to = plan.routing_address(&list.address);
            let forward = Forward { to, keep_copy: false };
            external.forwards.entry(list.address).or_insert(forward);
        }
        let free = |role: &&Address| !external.forwards.contains_key(*role);
        let roles: Vec<Address> = self.roles.iter().filter(free).cloned().collect();
        external.mailboxes.extend(roles);
        for group in plan.groups.iter().filter(|group| group.at == Side::External) {
            external.forwards.remove(&group.address);
            let (address, members) = (group.address.clone(), group.members.clone());
            match group.kind {
                GroupKind::List => external.lists.insert(address, members),
                GroupKind::Alias => external.aliases.insert(address, members),
            };
        }
        if !self.released {
            let domain = plan.domain().clone();
            let with_subdomains = plan.external.accepts_subdomains;
            external.accepted_domains.push(AcceptedDomain { domain, with_subdomains });
            if let Some(second) = plan.way_without_sdr().filter(|_| self.external_mx) {
                external.alias_domains.insert(second.as_domain().clone());
            }
        }
        external
    }
}

fn expander(system: ExternalSystem) -> Expander {
    match system {
        ExternalSystem::Postfix | ExternalSystem::PostfixRelay => Expander::Postfix,
        ExternalSystem::Cpanel => Expander::Exim,
        system if system.is_exchange() => Expander::Exchange,
        _ => Expander::Unknown,
    }
}

/// A person's other addresses in the primary domain, without those that are
/// somebody's primary address: that person comes first.
pub(super) fn aliases<'p>(
    plan: &'p Plan,
    person: &'p Mailbox,
) -> impl Iterator<Item = &'p Address> + Clone {
    person
        .aliases
        .iter()
        .filter(|alias| alias.domain() == plan.domain() && plan.roster.get(alias).is_none())
}
