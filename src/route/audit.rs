//! Every address from every origin: what the plan wants against what happens.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::Serialize;

use super::beside::unowned;
use super::cause::{Cause, cause};
use super::mend::way_out_is_missing;
use super::subject::{Subject, Who, extended_as, people, subjects};
use super::tally::Tally;
use super::{Crowd, Origin, Outcome, System, Trace, World, follow};
use crate::plan::{Address, Mailbox, Plan};

/// One address from one origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// The address.
    pub address: Address,
    /// Where the message is written.
    pub origin: Origin,
    /// The system on which the plan wants it to end; `Nobody` for a bounce.
    pub planned: System,
    /// What happens instead or indeed.
    pub trace: Trace,
    /// Why it is not as planned; `None` when it is.
    pub cause: Option<Cause>,
}

/// Lines with the same cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditGroup {
    /// The cause they share.
    pub cause: Cause,
    /// How many people, not lines; 0 where only lists, or addresses that
    /// nobody has, are concerned.
    pub people: usize,
    /// How many lists.
    pub lists: usize,
    /// One sentence: "3 people: contact without a mailbox at the host".
    pub summary: String,
    /// What it means, in sentences.
    pub meaning: String,
    /// The remedy, in sentences.
    pub action: String,
    /// Whether addresses that nobody has are concerned.
    pub strangers: bool,
    /// How many addresses.
    pub addresses: usize,
    /// How many ways: an address from an origin.
    pub routes: usize,
    /// The ways; of a large audit the first ones only.
    pub lines: Vec<AuditLine>,
}

/// The whole audit of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Audit {
    /// What is not as planned, worst cause first.
    pub groups: Vec<AuditGroup>,
    /// How many ways are as planned.
    pub fine_routes: usize,
    /// Ways that are as planned; of a large audit the first ones only.
    pub fine: Vec<AuditLine>,
    /// All of them at once, counted.
    pub crowd: Crowd,
    /// Postmaster and abuse, where nobody of the plan has them and their mail
    /// reaches nobody: not among the ways above, because a server may know
    /// them by itself.
    pub unowned: Option<AuditGroup>,
}

/// Follows every person of the plan's roster under each of their addresses,
/// its lists, an address that nobody has, and everyone else that either system
/// knows, from all three origins. Addresses outside the primary domain are left out.
///
/// Where a message should end is taken from the plan and from the moment that
/// `world` shows: at the host for those whose home it is, and for those with a
/// wave from when their mailbox is there; on the external server for everybody
/// else; refused for the address that nobody has. So the same call serves
/// [`world_after`](super::world_after) and [`world_now`](super::world_now).
pub fn audit(plan: &Plan, world: &World) -> Audit {
    audit_beside(plan, world, &[])
}

/// The same in a world in which there are more people than in `plan`.
pub(super) fn audit_beside(plan: &Plan, world: &World, beside: &[Mailbox]) -> Audit {
    let mut tally = Tally::default();
    for subject in subjects(plan, world, beside) {
        tally.take(judge(plan, world, &subject));
    }
    Audit { unowned: unowned(plan, world, |_| true), ..tally.into_audit(plan, world, usize::MAX) }
}

/// The ways to one person of `plan` alone, under each of their addresses.
pub(super) fn audit_person(plan: &Plan, world: &World, person: &Address) -> Vec<Judged> {
    let mut known = HashSet::new();
    let all = people(plan, world, &mut known);
    let own = all.iter().filter(|subject| subject.whose() == person);
    own.map(|subject| judge(plan, world, subject)).collect()
}

/// The ways to a person of `plan` by an address with an extension behind the
/// name, whatever it is; none where no system separates it there.
pub(super) fn audit_extended(plan: &Plan, world: &World, address: &Address) -> Vec<AuditLine> {
    let subject = extended_as(plan, world, address);
    subject.map_or_else(Vec::new, |subject| judge(plan, world, &subject).lines.into())
}

/// One address from all origins.
pub(super) struct Judged {
    /// What the address is, and whose mailbox it should be.
    pub(super) who: Who,
    pub(super) whose: Address,
    pub(super) lines: [AuditLine; 3],
}

fn judge(plan: &Plan, world: &World, subject: &Subject<'_>) -> Judged {
    let why = |trace: &Trace| match cause(world, trace, subject) {
        Some(Cause::NoSubdomainMx) if way_out_is_missing(plan, &trace.hops) => {
            Some(Cause::NoExternalMx)
        }
        Some(Cause::SdrOff) if plan.way_without_sdr().is_some() => Some(Cause::NoHostAlias),
        cause => cause,
    };
    let mut lines = Origin::ALL.map(|origin| {
        let trace = follow(world, origin, &subject.address);
        let cause = why(&trace);
        let address = subject.address.clone().into_owned();
        AuditLine { address, origin, planned: subject.planned, trace, cause }
    });
    if subject.who == Who::Group && has_two_lists(world, &subject.address) {
        split(&mut lines);
    }
    let nobodys = subject.planned == System::Nobody && subject.who == Who::Nobody;
    let who = if nobodys { Who::Nobody } else { subject.who };
    Judged { who, whose: subject.whose().clone(), lines }
}

/// Whether each system has a list or alias of this address, and not the same
/// members on it, at whichever of the plan's domains they are written.
fn has_two_lists(world: &World, address: &Address) -> bool {
    let own = |to: &Address| *to.domain() == world.domain || to.domain().is_below(&world.domain);
    let members = |names: [&BTreeMap<Address, Vec<Address>>; 2]| {
        let members = names.into_iter().find_map(|names| names.get(address))?;
        let at_home = |to: &Address| if own(to) { to.at(&world.domain) } else { to.clone() };
        Some(members.iter().map(at_home).collect::<BTreeSet<_>>())
    };
    let (host, external) = (&world.host, &world.external);
    let here = members([&host.aliases, &host.lists]);
    let there = members([&external.aliases, &external.lists]);
    here.is_some() && there.is_some() && here != there
}

/// Where the ways of one list arrive in different mailboxes, none of them is as
/// it should be.
fn split(lines: &mut [AuditLine; 3]) {
    let reached = |line: &AuditLine| match &line.trace.outcome {
        Outcome::Delivered { copies } => Some(copies.iter().cloned().collect::<BTreeSet<_>>()),
        _ => None,
    };
    let found: BTreeSet<_> = lines.iter().filter_map(reached).collect();
    if found.len() > 1 {
        for line in lines.iter_mut().filter(|line| line.trace.outcome.arrives()) {
            line.cause.get_or_insert(Cause::TwoLists);
        }
    }
}

/// A way to an address that the audit does not name. In the primary domain
/// nobody has it, and it fares like the one of that kind that the audit
/// follows; at the routing subdomain all that counts is that it ends.
pub(super) fn stranger(
    audit: &Audit,
    world: &World,
    origin: Origin,
    address: &Address,
) -> AuditLine {
    let trace = follow(world, origin, address);
    let nobody = System::Nobody;
    let (planned, cause) = match (&trace.outcome, *address.domain() == world.domain) {
        (_, true) => {
            let alike = audit.lines().find(|line| line.planned == nobody && line.origin == origin);
            let loops = matches!(trace.outcome, Outcome::Loop { .. });
            (nobody, alike.and_then(|line| line.cause).or(loops.then_some(Cause::Other)))
        }
        (Outcome::Delivered { copies }, false) => {
            (copies.first().map_or(nobody, |(system, _)| *system), None)
        }
        (Outcome::Bounced { .. }, false) => (nobody, None),
        (_, false) => (nobody, Some(Cause::Other)),
    };
    AuditLine { address: address.clone(), origin, planned, trace, cause }
}

impl Audit {
    /// Whether every message does what the plan wants.
    pub fn is_clean(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many ways in all.
    pub fn routes(&self) -> usize {
        self.groups.iter().map(|group| group.routes).sum::<usize>() + self.fine_routes
    }

    /// How many ways go as planned, and which are not among those.
    pub fn fine_text(&self) -> String {
        let all = self.routes();
        let fine = match (self.is_clean(), self.unowned.is_some()) {
            (true, false) => format!("All {all} ways end where the plan wants them."),
            (true, true) => format!("All other {all} ways end where the plan wants them."),
            (false, _) => {
                format!("{} of {all} ways end where the plan wants them.", self.fine_routes)
            }
        };
        match (&self.unowned, self.is_clean()) {
            (Some(_), false) => format!("{fine} Those to postmaster and abuse are told apart."),
            _ => fine,
        }
    }

    /// Leaves the ways from these origins alone.
    pub(super) fn keep(&mut self, wanted: impl Fn(Origin) -> bool) {
        self.fine.retain(|line| wanted(line.origin));
        self.fine_routes = self.fine.len();
        for group in &mut self.groups {
            group.lines.retain(|line| wanted(line.origin));
            group.routes = group.lines.len();
        }
        self.groups.retain(|group| group.routes > 0);
    }

    /// Every line, those that are not as planned first.
    pub fn lines(&self) -> impl Iterator<Item = &AuditLine> {
        self.groups.iter().flat_map(|group| &group.lines).chain(&self.fine)
    }
}
