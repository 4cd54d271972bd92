//! What an audit says beside its causes: addresses that every domain must
//! have, whoever is left out, and what was taken without a look.

use super::audit::Judged;
use super::subject::{Who, duties};
use super::{AuditGroup, AuditLine, Cause, Origin, Rule, System, Unfit, World, follow};
use crate::plan::{GroupKind, Plan, Side};
use crate::route::tally::Tally;

/// Members that an alias at the host may have (Rackspace; `facts` 1.2).
const ALIAS_MEMBERS: usize = 4;

/// The ways to postmaster and abuse where nobody of the plan has them: they
/// must end somewhere (RFC 5321 4.5.1, RFC 2142). Nothing where they do.
pub(super) fn unowned(
    plan: &Plan,
    world: &World,
    wanted: impl Fn(Origin) -> bool,
) -> Option<AuditGroup> {
    let mut tally = Tally::default();
    for judged in duty_ways(plan, world) {
        tally.take(judged);
    }
    let mut group = tally.into_audit(plan, world, usize::MAX).groups.into_iter().next()?;
    group.lines.retain(|line| wanted(line.origin));
    group.routes = group.lines.len();
    (group.routes > 0).then_some(group)
}

/// The ways to each of them.
pub(super) fn duty_ways(plan: &Plan, world: &World) -> Vec<Judged> {
    let ways = duties(plan).into_iter().map(|address| {
        let planned: System = match world.mx_of(plan.domain()) {
            System::Host => System::Host,
            _ => System::External,
        };
        let lines = Origin::ALL.map(|origin| {
            let trace = follow(world, origin, &address);
            // Who is not let in is told of everybody.
            let own = Rule::Unfit { why: Unfit::OwnSender };
            let lost = !trace.outcome.arrives() && trace.hops.iter().all(|hop| hop.rule != own);
            let cause = lost.then_some(Cause::DutyAddress);
            AuditLine { address: address.clone(), origin, planned, trace, cause }
        });
        Judged { who: Who::Duty, whose: address, lines }
    });
    ways.collect()
}

/// Whoever the audit leaves out, and what the model takes though the system
/// might not: a sentence or two for each.
pub fn remarks(plan: &Plan) -> Vec<String> {
    let elsewhere = |address: &crate::plan::Address| address.domain() != plan.domain();
    let people: Vec<String> = plan
        .roster
        .iter()
        .filter(|person| elsewhere(&person.address))
        .map(|person| person.address.to_string())
        .collect();
    let lists: Vec<String> = plan
        .groups
        .iter()
        .filter(|group| elsewhere(&group.address))
        .map(|group| group.address.to_string())
        .collect();
    let mut remarks = Vec::new();
    for (who, one, many) in [(people, "person is", "people are"), (lists, "list is", "lists are")] {
        if let Some(first) = who.first() {
            let counted = if who.len() == 1 { one } else { many };
            let such = if who.len() == 1 { first.clone() } else { format!("such as {first}") };
            remarks.push(format!(
                "{} {counted} left out ({such}): the split concerns addresses at {} alone.",
                who.len(),
                plan.domain()
            ));
        }
    }
    let long = |group: &&crate::plan::Group| {
        // Of other hosts no such limit is known.
        plan.host.id == "rackspace"
            && group.at == Side::Host
            && group.kind == GroupKind::Alias
            && group.members.len() > ALIAS_MEMBERS
    };
    remarks.extend(plan.groups.iter().filter(long).map(|group| {
        format!(
            "The alias {} at {} has {} members, and Rackspace takes up to {ALIAS_MEMBERS}. It is followed as it stands here; make it a group list there.",
            group.address,
            plan.host.name,
            group.members.len()
        )
    }));
    remarks
}
