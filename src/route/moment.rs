//! The world at one moment: as planned, or as it is now.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{MxOwner, Phase, World};
use crate::plan::{Address, Authority, Mailbox, Plan, Side, Strategy, Task, WaveNumber};

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
    Moment::after(plan, phase).world(plan)
}

/// The world now: what was seen, and for the rest what the plan says to be
/// done. Nobody has moved but those whose home is the host.
pub fn world_now(plan: &Plan, seen: &Seen) -> World {
    Moment::now(plan, seen).world(plan)
}

/// What is set at one moment of a plan, without the people: with any of them
/// it makes the world in which they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    pub(super) sdr: bool,
    /// Whether the host has an alias for everybody outside, in a plan without
    /// split domain routing.
    pub(super) host_aliases: bool,
    /// Whether the second routing subdomain leads to the external server.
    pub(super) external_mx: bool,
    pub(super) alias: bool,
    pub(super) subdomain_mx: Option<MxOwner>,
    pub(super) primary_mx: MxOwner,
    pub(super) reached: Option<WaveNumber>,
    /// Waves whose mailboxes are made at the host, beside those reached.
    pub(super) made: BTreeSet<WaveNumber>,
    /// Waves whose contacts are imported, beside those reached.
    pub(super) imported: BTreeSet<WaveNumber>,
    pub(super) forwards: bool,
    pub(super) taken_down: bool,
    pub(super) authority: Authority,
    /// In place of the plan's.
    pub(super) host_mailboxes: Option<Arc<BTreeSet<Address>>>,
    /// Whether the host has the domain, whoever lives there.
    pub(super) domain_at_host: bool,
    /// Whether anybody of the plan has a mailbox on the external server.
    pub(super) anybody_external: bool,
}

impl Moment {
    /// Once `phase` is reached, if all goes as planned.
    pub fn after(plan: &Plan, phase: Phase) -> Self {
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
        let on = up && phase >= Phase::SdrOn;
        let by_aliases = plan.external_subdomain().is_some();
        Self {
            sdr: on && !by_aliases,
            host_aliases: on && by_aliases,
            external_mx: on && by_aliases,
            alias: up && phase >= Phase::AliasThere,
            subdomain_mx: (up && phase >= Phase::SubdomainMx).then_some(MxOwner::Host),
            primary_mx: planned_mx,
            reached,
            made: BTreeSet::new(),
            imported: BTreeSet::new(),
            forwards: up && phase >= Phase::ForwardsLoaded,
            taken_down: !up,
            authority: plan.external.authority,
            host_mailboxes: None,
            domain_at_host: false,
            anybody_external: false,
        }
        .among(plan)
    }

    /// Now: what was seen, and for the rest what the plan says to be done.
    pub fn now(plan: &Plan, seen: &Seen) -> Self {
        let done = |task| plan.done.contains(&task);
        let taken_down = done(Task::TakeDown);
        let published = (done(Task::PublishSubdomainMx) && !taken_down).then_some(MxOwner::Host);
        let primary_mx = if done(Task::ChangePrimaryMx) {
            MxOwner::Host
        } else {
            plan.situation.primary_mx.into()
        };
        let by_aliases = plan.external_subdomain().is_some();
        // Without split domain routing, the same task stands for the aliases.
        let on = done(Task::EnableSdr) && !done(Task::DisableSdr);
        Self {
            sdr: seen.sdr.unwrap_or(on && !by_aliases),
            host_aliases: on && by_aliases,
            external_mx: done(Task::PublishSubdomainMx) && !taken_down && by_aliases,
            alias: seen.alias.unwrap_or(done(Task::RequestDomainAlias) && !taken_down),
            subdomain_mx: seen.subdomain_mx.unwrap_or(published),
            primary_mx: seen.primary_mx.unwrap_or(primary_mx),
            reached: None,
            made: BTreeSet::new(),
            imported: BTreeSet::new(),
            forwards: seen.forwards_loaded.unwrap_or(done(Task::LoadForwards) && !taken_down),
            taken_down,
            authority: seen.external_authority.unwrap_or(plan.external.authority),
            host_mailboxes: seen.host_mailboxes.clone().map(Arc::new),
            domain_at_host: seen.sdr.is_some() || seen.host_mailboxes.is_some(),
            anybody_external: false,
        }
        .among(plan)
    }

    /// Takes in what depends on whether anybody at all is on a side.
    pub(super) fn among(mut self, plan: &Plan) -> Self {
        let (mut host, mut external) = (false, false);
        for (_, standing) in self.people(plan) {
            host |= standing.at_host;
            external |= standing.external;
            if host && external {
                break;
            }
        }
        self.domain_at_host |= self.host_aliases;
        self.domain_at_host |= plan.groups.iter().any(|group| group.at == Side::Host);
        self.domain_at_host |= self.sdr || self.alias || self.primary_mx == MxOwner::Host || host;
        self.anybody_external = external;
        self
    }

    /// What this person has on either side.
    pub(super) fn standing(&self, person: &Mailbox) -> Standing {
        let reached = person.at_host_after(self.reached);
        let of =
            |waves: &BTreeSet<WaveNumber>| person.wave.is_some_and(|wave| waves.contains(&wave));
        let imported = of(&self.imported);
        let made = of(&self.made);
        // The contact takes the mailbox's place.
        let released = reached || imported || self.taken_down && made;
        Standing {
            at_host: reached || made,
            external: !released || (person.strategy == Strategy::Forward && !self.taken_down),
            forward: imported || reached && self.forwards,
        }
    }

    /// People with an address in the primary domain; others are no business
    /// of either system here.
    pub(super) fn people<'p>(
        &self,
        plan: &'p Plan,
    ) -> impl Iterator<Item = (&'p Mailbox, Standing)> {
        plan.roster
            .iter()
            .filter(|person| person.address.domain() == plan.domain())
            .map(|person| (person, self.standing(person)))
    }
}

/// What one person has on either side at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// A mailbox at the host.
    pub(super) at_host: bool,
    /// A mailbox on the external server.
    pub(super) external: bool,
    /// A forward or contact there.
    pub(super) forward: bool,
}
