//! The world at one moment: as planned, or as it is now.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::deed::every;
use super::subject::duties;
use super::{Deed, MxOwner, OwnSenders, Phase, Seen, World, done_already};
use crate::plan::{Address, Authority, Home, Mailbox, Plan, Side, Strategy, Task, WaveNumber};

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
    /// Whether the host has the lists of the external server too.
    pub(super) lists_made: bool,
    /// Waves whose aliases at the host are deleted again.
    pub(super) unaliased: BTreeSet<WaveNumber>,
    /// Whether the second routing subdomain leads to the external server.
    pub(super) external_mx: bool,
    pub(super) alias: bool,
    pub(super) subdomain_mx: Option<MxOwner>,
    pub(super) primary_mx: MxOwner,
    /// Waves whose mailboxes are made at the host.
    pub(super) made: BTreeSet<WaveNumber>,
    /// Waves whose contacts were imported, be they removed again or not.
    pub(super) imported: BTreeSet<WaveNumber>,
    /// Whose contacts are there by the plan, of those at the host: by the wave
    /// in which they moved, `None` for those in no wave.
    pub(super) forwards: BTreeSet<Option<WaveNumber>>,
    /// At the host, and accepted by the external server: their contact is
    /// there, as far as can be seen.
    pub(super) accepted: Arc<BTreeSet<Address>>,
    /// At the host, and refused by the external server.
    pub(super) without_contact: Arc<BTreeSet<Address>>,
    /// Whether contacts, and mailboxes kept as forwards, are removed again.
    pub(super) contacts_removed: bool,
    /// Whether the external server has given up the domain.
    pub(super) released: bool,
    pub(super) authority: Authority,
    /// In place of the plan's.
    pub(super) host_mailboxes: Option<Arc<BTreeSet<Address>>>,
    /// The largest message that the external server takes, octets.
    pub(super) external_size: Option<u64>,
    /// Whether the external server offers SMTPUTF8.
    pub(super) external_smtputf8: bool,
    /// What it says to outside mail from its own domain; `None`: it takes it.
    pub(super) refuses_own_senders: Option<Arc<str>>,
    /// Addresses that the external server has by itself.
    pub(super) roles: Arc<BTreeSet<Address>>,
    /// Whose own server refused them: their mailbox is not there.
    pub(super) refused: Arc<BTreeSet<Address>>,
    /// Whether the host has the domain, whoever lives there.
    pub(super) domain_at_host: bool,
}

impl Moment {
    /// Once `phase` is reached, if all goes as planned.
    pub fn after(plan: &Plan, phase: Phase) -> Self {
        let done = match phase {
            Phase::Before => BTreeSet::new(),
            Phase::After(last) => every(plan).into_iter().filter(|deed| *deed <= last).collect(),
        };
        Self::done(plan, &done)
    }

    /// When exactly these actions are done and seen everywhere.
    pub fn done(plan: &Plan, done: &BTreeSet<Deed>) -> Self {
        let has = |deed| done.contains(&deed);
        let waves = |of: fn(WaveNumber) -> Deed| -> BTreeSet<WaveNumber> {
            let waves = done.iter().filter_map(|deed| deed.wave());
            waves.filter(|wave| done.contains(&of(*wave))).collect()
        };
        let removed = has(Deed::SubdomainRemoved);
        let primary_mx = match has(Deed::PrimaryMx) {
            true => MxOwner::Host,
            false => plan.situation.primary_mx.into(),
        };
        Self {
            sdr: has(Deed::SdrOn) && !has(Deed::SdrOff),
            host_aliases: has(Deed::HostAliases),
            lists_made: has(Deed::ListsMade),
            unaliased: waves(Deed::AliasesDeleted),
            external_mx: has(Deed::ExternalMx),
            alias: has(Deed::Alias) && !removed,
            subdomain_mx: (has(Deed::SubdomainMx) && !removed).then_some(MxOwner::Host),
            primary_mx,
            made: waves(Deed::MailboxesMade),
            imported: waves(Deed::Contacts),
            forwards: if has(Deed::FirstContacts) { everyone(plan) } else { BTreeSet::new() },
            accepted: Arc::default(),
            without_contact: Arc::default(),
            contacts_removed: has(Deed::ContactsRemoved),
            released: has(Deed::DomainReleased),
            authority: plan.external.authority,
            host_mailboxes: None,
            external_size: None,
            external_smtputf8: true,
            refuses_own_senders: None,
            roles: Arc::default(),
            refused: Arc::default(),
            domain_at_host: false,
        }
        .among(plan)
    }

    /// Now: what was seen, and for the rest what the plan says to be done. Of those
    /// whose home is the external server, a wave is on its way once its contacts
    /// are ticked off as loaded.
    pub fn now(plan: &Plan, seen: &Seen) -> Self {
        let done = |task| plan.done.contains(&task);
        let taken_down = done(Task::TakeDown);
        let published = (done(Task::PublishSubdomainMx) && !taken_down).then_some(MxOwner::Host);
        let primary_mx = if done(Task::ChangePrimaryMx) {
            MxOwner::Host
        } else {
            plan.situation.primary_mx.into()
        };
        let by_aliases = plan.way_without_sdr().is_some();
        let begun = done_already(plan, seen);
        let waves = |of: fn(WaveNumber) -> Deed| -> BTreeSet<WaveNumber> {
            let waves = begun.iter().filter_map(|(deed, _)| deed.wave());
            waves.filter(|wave| begun.iter().any(|(deed, _)| *deed == of(*wave))).collect()
        };
        Self {
            sdr: seen
                .sdr
                .unwrap_or(done(Task::EnableSdr) && !done(Task::DisableSdr) && !by_aliases),
            host_aliases: done(Task::MakeHostAliases) && by_aliases,
            lists_made: done(Task::MakeHostLists),
            unaliased: waves(Deed::AliasesDeleted),
            external_mx: by_aliases && seen.external_mx.unwrap_or(done(Task::PublishExternalMx)),
            alias: seen.alias.unwrap_or(done(Task::RequestDomainAlias) && !taken_down),
            subdomain_mx: seen.subdomain_mx.unwrap_or(published),
            primary_mx: seen.primary_mx.unwrap_or(primary_mx),
            made: waves(Deed::MailboxesMade),
            imported: waves(Deed::Contacts),
            forwards: plan.done.iter().filter_map(|task| loaded(*task)).collect(),
            accepted: Arc::clone(&seen.accepted),
            without_contact: Arc::clone(&seen.without_contact),
            contacts_removed: taken_down && seen.accepted.is_empty(),
            released: done(Task::ReleaseDomain),
            authority: seen.external_authority.unwrap_or(plan.external.authority),
            host_mailboxes: seen.host_mailboxes.clone().map(Arc::new),
            external_size: seen.external_size,
            external_smtputf8: seen.external_smtputf8.unwrap_or(true),
            refuses_own_senders: seen.own_senders.as_ref().and_then(OwnSenders::refusal),
            roles: roles(plan, seen),
            refused: Arc::clone(&seen.refused),
            domain_at_host: seen.sdr.is_some() || seen.host_mailboxes.is_some(),
        }
        .among(plan)
    }

    /// With what was seen of the external server, which no action of the plan
    /// changes.
    pub(super) fn with_server(mut self, seen: &Seen) -> Self {
        self.authority = seen.external_authority.unwrap_or(self.authority);
        self.external_size = seen.external_size;
        self.external_smtputf8 = seen.external_smtputf8.unwrap_or(true);
        self.refuses_own_senders = seen.own_senders.as_ref().and_then(OwnSenders::refusal);
        self
    }

    /// Takes in what depends on whether anybody at all is at the host.
    fn among(mut self, plan: &Plan) -> Self {
        self.domain_at_host |= self.host_aliases
            || self.sdr
            || self.alias
            || self.primary_mx == MxOwner::Host
            || plan.groups.iter().any(|group| group.at == Side::Host)
            || self.people(plan).any(|(_, standing)| standing.at_host);
        self
    }

    /// What this person has on either side.
    pub(super) fn standing(&self, person: &Mailbox) -> Standing {
        let of =
            |waves: &BTreeSet<WaveNumber>| person.wave.is_some_and(|wave| waves.contains(&wave));
        let at_home = person.home == Home::Host;
        // The contact takes the mailbox's place.
        let released = at_home || of(&self.imported);
        let kept = person.strategy == Strategy::Forward && !self.contacts_removed;
        let there = !self.refused.contains(&person.address);
        let taken = !self.without_contact.contains(&person.address);
        let contact = taken
            && (self.forwards.contains(&person.wave) || self.accepted.contains(&person.address));
        let at_host = (at_home && there) || of(&self.made);
        Standing {
            at_host,
            alias: !at_host && !of(&self.unaliased),
            external: if released { kept && taken } else { there },
            forward: !self.contacts_removed && if at_home { contact } else { of(&self.imported) },
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

/// The wave of a loading, `None` for those in no wave.
fn loaded(task: Task) -> Option<Option<WaveNumber>> {
    match task {
        Task::LoadFirstForwards => Some(None),
        Task::LoadForwards(wave) => Some(Some(wave)),
        _ => None,
    }
}

/// Every wave, and none.
fn everyone(plan: &Plan) -> BTreeSet<Option<WaveNumber>> {
    plan.wave_numbers().into_iter().map(Some).chain([None]).collect()
}

/// Postmaster and abuse as the external server has them by itself. Where they
/// are somebody's of the plan, it takes them for that person's contact or list.
pub(super) fn roles(plan: &Plan, seen: &Seen) -> Arc<BTreeSet<Address>> {
    let unowned = duties(plan);
    let taken = seen.roles.iter().flat_map(|roles| roles.iter());
    Arc::new(taken.filter(|role| unowned.contains(role)).cloned().collect())
}

/// What one person has on either side at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// A mailbox at the host.
    pub(super) at_host: bool,
    /// An alias at the host, where the plan has one for everybody outside.
    pub(super) alias: bool,
    /// A mailbox on the external server.
    pub(super) external: bool,
    /// A forward or contact there.
    pub(super) forward: bool,
}
