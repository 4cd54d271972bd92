//! What is in force by the administrator's word alone: exactly what was ticked
//! off and no check saw, and what follows from a tick for something later.

use super::sofar::{done_already, shows};
use super::{Basis, Fact, Seen};
use crate::plan::{Address, Home, Mailbox, Plan, Task};

/// The ticks that count now: no check saw anything of them, and no later one
/// takes them back. Each with the fact that it decides.
pub fn ticked(plan: &Plan, seen: &Seen) -> Vec<(Task, Fact)> {
    let done = |task| plan.done.contains(&task);
    let down = done(Task::TakeDown);
    let by_aliases = plan.way_without_sdr().is_some();
    let counts = |task: Task| match task {
        Task::EnableSdr => !by_aliases && !done(Task::DisableSdr),
        Task::DisableSdr => !by_aliases,
        Task::PublishExternalMx | Task::MakeHostAliases => by_aliases,
        Task::PublishSubdomainMx | Task::RequestDomainAlias => !down,
        Task::LoadFirstForwards | Task::LoadForwards(_) => !down,
        _ => true,
    };
    let all =
        plan.done.iter().copied().filter(|task| counts(*task) && shows(seen, *task).is_none());
    all.flat_map(|task| decides(task).iter().map(move |fact| (task, *fact)))
        .filter(|(_, fact)| !seen.has(*fact))
        .collect()
}

/// What a tick decides.
fn decides(task: Task) -> &'static [Fact] {
    match task {
        Task::EnableSdr | Task::DisableSdr => &[Fact::SplitRouting],
        Task::PublishSubdomainMx => &[Fact::SubdomainMx],
        Task::RequestDomainAlias => &[Fact::Alias],
        Task::TakeDown => &[Fact::SubdomainMx, Fact::Alias, Fact::Forwards],
        Task::LoadFirstForwards | Task::LoadForwards(_) => &[Fact::Forwards],
        Task::ChangePrimaryMx => &[Fact::PrimaryMx],
        Task::PublishExternalMx => &[Fact::ExternalMx],
        Task::MakeHostAliases | Task::MakeHostLists => &[Fact::Settings],
        Task::ReleaseDomain => &[Fact::Authority],
        Task::OpenPort25 => &[],
    }
}

/// Whether this tick decides what becomes of mail for `address`: the forwards of
/// a wave are those of its people alone.
pub fn concerns(plan: &Plan, task: Task, address: &Address) -> bool {
    match (task.is_loading(), owner(plan, address)) {
        (false, _) => true,
        (true, Some(person)) => Task::loads(person.wave) == task,
        (true, None) => task == Task::LoadFirstForwards,
    }
}

/// Whoever's mailbox is made by the plan's word because their forward is ticked
/// off as loaded: the tick that says so.
pub fn implies_mailbox(plan: &Plan, seen: &Seen, address: &Address) -> Option<Task> {
    let person = owner(plan, address).filter(|person| person.home == Home::External)?;
    let task = Task::loads(Some(person.wave?));
    let counts = seen.host_mailboxes.is_none() && plan.done.contains(&task);
    counts.then_some(task)
}

fn owner<'p>(plan: &'p Plan, address: &Address) -> Option<&'p Mailbox> {
    let local = address.at(plan.domain());
    let has = |who: &&Mailbox| who.aliases.contains(&local);
    plan.roster.get(&local).or_else(|| plan.roster.iter().find(has))
}

/// What was ticked off and what follows from it, in a sentence each; empty
/// where no tick counts.
pub fn ticked_text(plan: &Plan, seen: &Seen) -> String {
    let mut tasks: Vec<Task> = ticked(plan, seen).into_iter().map(|(task, _)| task).collect();
    tasks.dedup();
    let mut words = String::new();
    if !tasks.is_empty() {
        let said: Vec<String> = tasks.into_iter().map(said).collect();
        words = format!("Ticked off, not seen: {}.", said.join("; "));
    }
    for (deed, basis) in done_already(plan, seen) {
        if let Basis::Implied(task) = basis {
            words.push_str(&format!(
                " Implied, because {} is ticked off: {}.",
                said(task),
                deed.label()
            ));
        }
    }
    words.trim_start().to_owned()
}

/// What is ticked off, as a noun.
pub(super) fn said(task: Task) -> String {
    let words = match task {
        Task::EnableSdr => "switching split domain routing on",
        Task::DisableSdr => "switching split domain routing off",
        Task::PublishExternalMx => {
            "the MX records of the subdomain that leads to the external server"
        }
        Task::MakeHostAliases => "the aliases at the host for everybody outside",
        Task::PublishSubdomainMx => "the routing subdomain's MX records",
        Task::RequestDomainAlias => "the domain alias",
        Task::OpenPort25 => "opening port 25",
        Task::LoadFirstForwards => "loading the forwards of those at the host",
        Task::LoadForwards(wave) => return format!("loading the forwards of wave {wave}"),
        Task::MakeHostLists => "the lists at the host",
        Task::ChangePrimaryMx => "the change of the primary MX records",
        Task::ReleaseDomain => "giving up the domain on the external server",
        Task::TakeDown => "taking the split down",
    };
    words.to_owned()
}
