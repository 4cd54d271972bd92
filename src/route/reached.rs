//! A moment to come, from what there is now: what was seen stays as it was
//! seen until an action of the plan changes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::deed::every;
use super::moment::roles;
use super::order::begun;
use super::{Deed, Fact, Moment, Phase, Seen, deeds, phases, ticked};
use crate::plan::{Address, Home, Plan, WaveNumber};

/// What a moment of the plan rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// Whether it is behind: a later moment is reached already.
    pub over: bool,
    /// What the checks saw, and no action up to then changes.
    pub seen: Vec<Fact>,
    /// What was ticked off and not seen, and no action up to then changes.
    pub told: Vec<Fact>,
    /// The plan's word.
    pub assumed: Vec<Fact>,
}

/// The last moment that is reached: everything up to it is done, by the checks or
/// by what was ticked off.
pub fn reached_so_far(plan: &Plan, seen: &Seen) -> Phase {
    let begun = begun(plan, seen);
    let is_done = |phase: &Phase| match phase {
        Phase::Before => true,
        Phase::After(deed) => begun.contains(deed),
    };
    phases(plan).into_iter().take_while(is_done).last().unwrap_or(Phase::Before)
}

/// What a moment rests on, fact by fact.
pub fn ground(plan: &Plan, phase: Phase, seen: &Seen) -> Ground {
    let over = phase < reached_so_far(plan, seen);
    let new = to_be_done(plan, phase, seen);
    let stands = |fact: &Fact| {
        let changed = new.iter().any(|deed| changes(*deed, *fact));
        seen.has(*fact) && !changed && (!over || fact.is_of_the_server())
    };
    let facts = Fact::of_plan(plan, seen);
    let by_tick = ticked(plan, seen);
    let is_told = |fact: &Fact| {
        let by_tick = by_tick.iter().any(|(_, of)| of == fact);
        by_tick && !over && !new.iter().any(|deed| changes(*deed, *fact))
    };
    let (seen, rest): (Vec<Fact>, Vec<Fact>) = facts.partition(stands);
    let (told, assumed) = rest.into_iter().partition(is_told);
    Ground { over, seen, told, assumed }
}

impl Moment {
    /// Once `phase` is reached from what there is now: whatever is not done yet
    /// of what comes before it is done by then, and all else is as it was seen.
    /// A moment that is behind was as the plan has it.
    pub fn reached(plan: &Plan, phase: Phase, seen: &Seen) -> Self {
        let planned = |done: &BTreeSet<Deed>| Self {
            roles: roles(plan, seen),
            ..Self::done(plan, done).with_server(seen)
        };
        if phase < reached_so_far(plan, seen) {
            return planned(&up_to(plan, phase));
        }
        let new = to_be_done(plan, phase, seen);
        let done: BTreeSet<Deed> = begun(plan, seen).union(&new).copied().collect();
        let (then, mut moment) = (planned(&done), Self::now(plan, seen));
        let any = |wanted: &[Deed]| wanted.iter().any(|deed| new.contains(deed));
        if any(&[Deed::SdrOn, Deed::SdrOff]) {
            moment.sdr = then.sdr;
        }
        moment.host_aliases |= then.host_aliases;
        moment.external_mx |= then.external_mx;
        if any(&[Deed::Alias, Deed::SubdomainRemoved]) {
            moment.alias = then.alias;
        }
        if any(&[Deed::SubdomainMx, Deed::SubdomainRemoved]) {
            moment.subdomain_mx = then.subdomain_mx;
        }
        if any(&[Deed::PrimaryMx]) {
            moment.primary_mx = then.primary_mx;
        }
        if any(&[Deed::FirstContacts]) {
            moment.forwards = then.forwards;
            moment.without_contact = Arc::default();
        }
        let made: BTreeSet<WaveNumber> = then.made.difference(&moment.made).copied().collect();
        moment.host_mailboxes = moment.host_mailboxes.map(|there| with(plan, there, &made));
        moment.lists_made |= then.lists_made;
        moment.unaliased.extend(then.unaliased);
        moment.made.extend(made);
        moment.imported.extend(then.imported);
        moment.contacts_removed |= then.contacts_removed;
        moment.released |= then.released;
        moment.domain_at_host |= then.domain_at_host;
        moment
    }
}

/// The host's own list once the mailboxes of these waves are made.
fn with(
    plan: &Plan,
    there: Arc<BTreeSet<Address>>,
    made: &BTreeSet<WaveNumber>,
) -> Arc<BTreeSet<Address>> {
    if made.is_empty() {
        return there;
    }
    let mut all = Arc::unwrap_or_clone(there);
    let new = plan.roster.iter().filter(|who| {
        who.home == Home::External && who.wave.is_some_and(|wave| made.contains(&wave))
    });
    all.extend(new.map(|who| who.address.clone()));
    Arc::new(all)
}

/// Every action up to a moment.
fn up_to(plan: &Plan, phase: Phase) -> BTreeSet<Deed> {
    match phase {
        Phase::Before => BTreeSet::new(),
        Phase::After(last) => every(plan).into_iter().filter(|deed| *deed <= last).collect(),
    }
}

/// What of it is left.
fn to_be_done(plan: &Plan, phase: Phase, seen: &Seen) -> BTreeSet<Deed> {
    let begun = begun(plan, seen);
    let planned: BTreeSet<Deed> = deeds(plan).into_iter().collect();
    up_to(plan, phase)
        .into_iter()
        .filter(|deed| planned.contains(deed) && !begun.contains(deed))
        .collect()
}

/// Whether an action changes a fact.
fn changes(deed: Deed, fact: Fact) -> bool {
    match deed {
        Deed::SdrOn | Deed::SdrOff => fact == Fact::SplitRouting,
        Deed::Alias => fact == Fact::Alias,
        Deed::SubdomainMx => fact == Fact::SubdomainMx,
        Deed::ExternalMx => fact == Fact::ExternalMx,
        Deed::SubdomainRemoved => matches!(fact, Fact::Alias | Fact::SubdomainMx),
        Deed::PrimaryMx => fact == Fact::PrimaryMx,
        Deed::MailboxesMade(_) => fact == Fact::HostMailboxes,
        Deed::DomainReleased => fact == Fact::Authority,
        // None of these was seen, but some may be ticked off.
        Deed::FirstContacts | Deed::Contacts(_) | Deed::ContactsRemoved => fact == Fact::Forwards,
        Deed::HostAliases | Deed::AliasesDeleted(_) | Deed::ListsMade => fact == Fact::Settings,
        Deed::Moved(_) => false,
    }
}
