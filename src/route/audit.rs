//! Every address from every origin: what the plan wants against what happens.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::cause::{Cause, cause};
use super::tally::Tally;
use super::{Origin, Outcome, System, Trace, World, follow};
use crate::plan::{Address, Home, Mailbox, Plan};

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
    /// How many people, not lines; 0 where only addresses that nobody has are
    /// concerned.
    pub people: usize,
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
}

/// Follows every person of the plan's roster under each of their addresses,
/// an address that nobody has, and everyone else that either system knows,
/// from all three origins. Addresses outside the primary domain are left out.
///
/// Where a message should end is taken from the plan and from the moment that
/// `world` shows: at the host for those whose home it is, and for those with a
/// wave from when their mailbox is there; on the external server for everybody
/// else; refused for the address that nobody has. So the same call serves
/// [`world_after`](super::world_after) and [`world_now`](super::world_now).
pub fn audit(plan: &Plan, world: &World) -> Audit {
    let mut tally = Tally::default();
    for subject in subjects(plan, world) {
        tally.take(judge(world, &subject));
    }
    tally.into_audit(plan, usize::MAX)
}

/// The ways to the people of `plan` alone, without those of strangers.
pub(super) fn audit_people(plan: &Plan, world: &World) -> Vec<Judged> {
    let mut known = HashSet::new();
    people(plan, world, &mut known).iter().map(|subject| judge(world, subject)).collect()
}

/// One address from all origins.
pub(super) struct Judged {
    /// Whose mailbox it should be; `None`: nobody's.
    pub(super) whose: Option<Address>,
    pub(super) lines: [AuditLine; 3],
}

fn judge(world: &World, subject: &Subject<'_>) -> Judged {
    let lines = Origin::ALL.map(|origin| {
        let trace = follow(world, origin, &subject.address);
        let cause = (!subject.is_met(&trace.outcome)).then(|| cause(world, &trace, subject));
        let address = subject.address.clone().into_owned();
        AuditLine { address, origin, planned: subject.planned, trace, cause }
    });
    let nobody = subject.planned == System::Nobody && !subject.known;
    Judged { whose: (!nobody).then(|| subject.whose().clone()), lines }
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

/// An address to follow, and what should become of the message.
pub(super) struct Subject<'a> {
    pub(super) address: Cow<'a, Address>,
    pub(super) planned: System,
    /// The person's primary address: the mailbox that has to get it. `None`:
    /// any mailbox will do.
    pub(super) mailbox: Option<&'a Address>,
    /// Whether the roster or either system has the address.
    known: bool,
}

impl Subject<'_> {
    /// Whose mailbox it should be.
    pub(super) fn whose(&self) -> &Address {
        self.mailbox.unwrap_or(&self.address)
    }

    fn is_met(&self, outcome: &Outcome) -> bool {
        match (outcome, self.planned, self.mailbox) {
            (Outcome::Bounced { .. }, System::Nobody, _) => true,
            (Outcome::Delivered { .. }, System::Nobody, _) => false,
            (Outcome::Delivered { .. }, _, None) => true,
            (Outcome::Delivered { copies }, planned, Some(primary)) => {
                copies.iter().any(|(system, mailbox)| {
                    *system == planned && (mailbox == primary || *mailbox == *self.address)
                })
            }
            _ => false,
        }
    }
}

fn subjects<'a>(plan: &'a Plan, world: &'a World) -> Vec<Subject<'a>> {
    let mut known: HashSet<&Address> = HashSet::with_capacity(plan.roster.len() * 2);
    let mut subjects = people(plan, world, &mut known);
    let others: BTreeSet<&Address> = both_systems(world)
        .filter(|address| address.domain() == plan.domain() && !known.contains(address))
        .collect();
    subjects.extend(others.into_iter().map(|address| outsider(address, world)));
    subjects.push(Subject {
        address: Cow::Owned(nobody_has(plan, world)),
        planned: System::Nobody,
        mailbox: None,
        known: false,
    });
    subjects
}

/// Everybody of the roster under each of their addresses.
fn people<'a>(plan: &'a Plan, world: &World, known: &mut HashSet<&'a Address>) -> Vec<Subject<'a>> {
    let mut subjects = Vec::with_capacity(plan.roster.len() * 2);
    let domain = plan.domain();
    known.extend(plan.roster.iter().map(|person| &person.address));
    for person in plan.roster.iter().filter(|person| person.address.domain() == domain) {
        let planned = planned_for(person, world);
        let aliases =
            person.aliases.iter().filter(|alias| alias.domain() == domain && known.insert(alias));
        for address in std::iter::once(&person.address).chain(aliases) {
            let (address, mailbox) = (Cow::Borrowed(address), Some(&person.address));
            subjects.push(Subject { address, planned, mailbox, known: true });
        }
    }
    subjects
}

fn planned_for(person: &Mailbox, world: &World) -> System {
    let address = &person.address;
    let moved = person.wave.is_some()
        && world.host.mailboxes.contains(address)
        && (world.external.forwards.contains_key(address)
            || !world.external.mailboxes.contains(address));
    if person.home == Home::Host || moved { System::Host } else { System::External }
}

fn both_systems(world: &World) -> impl Iterator<Item = &Address> {
    let host = world.host.mailboxes.iter().chain(world.host.aliases.keys());
    host.chain(&world.external.mailboxes).chain(world.external.forwards.keys())
}

/// An address that a system has and the roster has not: it should reach the
/// mailbox it has, or what its alias or forward names.
fn outsider<'a>(address: &'a Address, world: &'a World) -> Subject<'a> {
    let (host, external) = (&world.host, &world.external);
    let forward = external.forwards.get(address).map(|forward| forward.to.domain());
    let to_host = forward.is_some_and(|domain| {
        world.mx_of(domain) == System::Host || domain.is_below(&world.domain)
    });
    let at_host = host.mailboxes.contains(address);
    let at_external = external.mailboxes.contains(address);
    let (planned, mailbox) = match (at_host, at_external) {
        (true, true) if forward.is_none() && world.mx_of(&world.domain) != System::Host => {
            (System::External, Some(address))
        }
        (true, _) => (System::Host, Some(address)),
        (false, true) if forward.is_none() => (System::External, Some(address)),
        _ if host.aliases.contains_key(address) => (System::Host, None),
        _ if to_host => (System::Nobody, None),
        _ => (System::External, None),
    };
    Subject { address: Cow::Borrowed(address), planned, mailbox, known: true }
}

/// An address of the domain that neither the plan nor either system has;
/// always the same one for the same plan and world.
fn nobody_has(plan: &Plan, world: &World) -> Address {
    let taken: HashSet<&str> = plan
        .roster
        .iter()
        .flat_map(|person| std::iter::once(&person.address).chain(&person.aliases))
        .chain(both_systems(world))
        .filter(|address| address.local().starts_with("no-such-person-"))
        .map(Address::local)
        .collect();
    let free = (0..=taken.len())
        .map(|number| format!("no-such-person-{number}"))
        .find(|local| !taken.contains(local.as_str()));
    let text = format!("{}@{}", free.unwrap_or_default(), plan.domain());
    Address::parse(&text).expect("a plain local part at a domain is an address")
}
