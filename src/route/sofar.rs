//! What of a plan is done already: seen by the checks, or ticked off.

use std::collections::BTreeSet;

use super::{Basis, Deed, MxOwner, Seen, deeds};
use crate::plan::{Home, Plan, Task, WaveNumber};

/// The actions of a plan that are done, and what that rests on, in the
/// recommended order. What the checks saw counts more than what was ticked off.
pub fn done_already(plan: &Plan, seen: &Seen) -> Vec<(Deed, Basis)> {
    let done = deeds(plan).into_iter().filter_map(|deed| Some((deed, basis(plan, seen, deed)?)));
    done.collect()
}

/// The actions that are left, in the recommended order.
pub fn left(plan: &Plan, seen: &Seen) -> Vec<Deed> {
    let done: BTreeSet<Deed> = done_already(plan, seen).into_iter().map(|(deed, _)| deed).collect();
    deeds(plan).into_iter().filter(|deed| !done.contains(deed)).collect()
}

/// Whether the checks saw that a task is done; `None`: they saw nothing of it.
pub fn shows(seen: &Seen, task: Task) -> Option<bool> {
    match task {
        Task::EnableSdr => seen.sdr,
        Task::DisableSdr => seen.sdr.map(|on| !on),
        Task::RequestDomainAlias => seen.alias,
        Task::PublishSubdomainMx => seen.subdomain_mx.map(|owner| owner == Some(MxOwner::Host)),
        Task::PublishExternalMx => seen.external_mx,
        Task::ChangePrimaryMx => seen.primary_mx.map(|owner| owner == MxOwner::Host),
        _ => None,
    }
}

/// `None`: not done.
fn basis(plan: &Plan, seen: &Seen, deed: Deed) -> Option<Basis> {
    let ticked = match deed {
        Deed::FirstContacts => plan.is_loaded(),
        deed => deed.task().is_some_and(|task| plan.done.contains(&task)),
    };
    // What comes after it is ticked off, so it was done.
    let implied_by = match deed {
        Deed::AliasesDeleted(wave) | Deed::MailboxesMade(wave) => Some(Task::LoadForwards(wave)),
        _ => None,
    };
    let implied_by = implied_by.filter(|task| plan.done.contains(task));
    // What came after it has taken it back, so it was there.
    let undone_by = match deed {
        Deed::SdrOn => Some(Task::DisableSdr),
        Deed::Alias | Deed::SubdomainMx | Deed::FirstContacts => Some(Task::TakeDown),
        _ => None,
    };
    let undone_by = undone_by.filter(|task| plan.done.contains(task));
    let found = match deed {
        Deed::SdrOff if !ticked => None,
        // What the server accepts may be a mailbox that was left there.
        Deed::FirstContacts => (!seen.without_contact.is_empty()).then_some(false),
        Deed::AliasesDeleted(wave) | Deed::MailboxesMade(wave) => all_made(plan, seen, wave),
        deed => deed.task().and_then(|task| shows(seen, task)),
    };
    match found {
        Some(true) => Some(Basis::Seen),
        Some(false) if undone_by.is_none() => None,
        _ if ticked => Some(Basis::Told),
        _ => undone_by.or(implied_by).map(Basis::Implied),
    }
}

/// Whether the host's own list has everybody of a wave; `None`: not seen.
fn all_made(plan: &Plan, seen: &Seen, wave: WaveNumber) -> Option<bool> {
    let waits = |person: &&crate::plan::Mailbox| {
        person.wave == Some(wave)
            && person.home == Home::External
            && person.address.domain() == plan.domain()
    };
    let there = seen.host_mailboxes.as_ref()?;
    Some(plan.roster.iter().filter(waits).all(|person| there.contains(&person.address)))
}
