//! Whom the audit follows: everybody of the plan, its lists, whoever else a
//! system knows, and an address that nobody has.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use super::{Outcome, System, World};
use crate::plan::{Address, Home, Mailbox, Plan, Side};

/// An address to follow, and what should become of the message.
pub(super) struct Subject<'a> {
    pub(super) address: Cow<'a, Address>,
    pub(super) planned: System,
    /// The person's primary address: the mailbox that has to get it. `None`:
    /// any mailbox will do.
    pub(super) mailbox: Option<&'a Address>,
    pub(super) who: Who,
    /// Both a mailbox or a person and a list or alias of the plan.
    pub(super) twice: bool,
}

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A person's, by the roster or by what a system holds.
    Person,
    /// A list's, or that of an alias with members.
    Group,
    /// A person's with an extension behind the name.
    Extended,
    /// One that every domain must have, and nobody of the plan has.
    Duty,
    /// Nobody's.
    Nobody,
}

impl Subject<'_> {
    /// Whose mailbox it should be.
    pub(super) fn whose(&self) -> &Address {
        self.mailbox.unwrap_or(&self.address)
    }

    pub(super) fn is_met(&self, outcome: &Outcome) -> bool {
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

/// Everybody and everything, but for the people `beside`, who are in the world
/// for the sake of others.
pub(super) fn subjects<'a>(
    plan: &'a Plan,
    world: &'a World,
    beside: &'a [Mailbox],
) -> Vec<Subject<'a>> {
    let mut known: HashSet<&Address> = HashSet::with_capacity(plan.roster.len() * 2);
    let mut subjects = people(plan, world, &mut known);
    subjects.extend(groups(plan, world));
    subjects.extend(extended(plan, world));
    known.extend(plan.groups.iter().map(|group| &group.address));
    for person in beside {
        known.extend(std::iter::once(&person.address).chain(&person.aliases));
    }
    let duties = duties(plan);
    let others: BTreeSet<&Address> = both_systems(world)
        .filter(|address| address.domain() == plan.domain() && !known.contains(address))
        .filter(|address| !duties.contains(address))
        .collect();
    subjects.extend(others.into_iter().map(|address| outsider(address, world)));
    subjects.push(Subject {
        address: Cow::Owned(nobody_has(plan, world)),
        planned: System::Nobody,
        mailbox: None,
        who: Who::Nobody,
        twice: false,
    });
    subjects
}

/// Everybody of the roster under each of their addresses; lists are none.
pub(super) fn people<'a>(
    plan: &'a Plan,
    world: &World,
    known: &mut HashSet<&'a Address>,
) -> Vec<Subject<'a>> {
    let mut subjects = Vec::with_capacity(plan.roster.len() * 2);
    let domain = plan.domain();
    known.extend(plan.roster.iter().map(|person| &person.address));
    let own = |person: &&Mailbox| person.address.domain() == domain;
    for person in plan.roster.iter().filter(own) {
        let planned = planned_for(person, world);
        let aliases =
            person.aliases.iter().filter(|alias| alias.domain() == domain && known.insert(alias));
        for address in std::iter::once(&person.address).chain(aliases) {
            let twice = plan.is_group(address);
            let (address, mailbox) = (Cow::Borrowed(address), Some(&person.address));
            subjects.push(Subject { address, planned, mailbox, who: Who::Person, twice });
        }
    }
    known.extend(plan.groups.iter().map(|group| &group.address));
    subjects
}

/// The lists of both systems, each address once: any mailbox will do.
fn groups<'a>(plan: &'a Plan, world: &World) -> impl Iterator<Item = Subject<'a>> {
    let mut seen = HashSet::new();
    // One that a person has too is followed as theirs.
    let own = plan.groups.iter().filter(|group| {
        group.address.domain() == plan.domain() && plan.roster.get(&group.address).is_none()
    });
    own.filter(move |group| seen.insert(&group.address)).map(|group| Subject {
        address: Cow::Borrowed(&group.address),
        planned: group.at.into(),
        mailbox: None,
        who: Who::Group,
        // What the host's own list has is a mailbox; of the other server it is
        // known only that it takes the address.
        twice: group.at == Side::Host && world.host.mailboxes.contains(&group.address),
    })
}

/// Where a system separates extensions: of each side and wave one person, with
/// one.
fn extended<'a>(plan: &'a Plan, world: &World) -> Vec<Subject<'a>> {
    let with = plan.extended().into_iter().filter_map(|one| Some((one.person, one.address()?)));
    with.map(|(person, address)| Subject {
        address: Cow::Owned(address),
        planned: planned_for(person, world),
        mailbox: Some(&person.address),
        who: Who::Extended,
        twice: false,
    })
    .collect()
}

/// An address as that of a person with an extension; `None`: it is nobody's.
pub(super) fn extended_as<'a>(
    plan: &'a Plan,
    world: &World,
    address: &'a Address,
) -> Option<Subject<'a>> {
    let limits = [&world.external.limits, &world.host.limits];
    let mut bases = limits.into_iter().filter_map(|limits| Some(limits.split(address)?.0));
    let own = |base: &Address| {
        let has =
            |who: &&Mailbox| who.address == *base || who.aliases.iter().any(|alias| alias == base);
        plan.roster.get(base).or_else(|| plan.roster.iter().find(has))
    };
    let person = bases.find_map(|base| own(&base))?;
    Some(Subject {
        address: Cow::Borrowed(address),
        planned: planned_for(person, world),
        mailbox: Some(&person.address),
        who: Who::Extended,
        twice: false,
    })
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
    let (host, external) = (&world.host, &world.external);
    let at_host = host.mailboxes.iter().chain(host.aliases.keys()).chain(host.lists.keys());
    let outside = external.mailboxes.iter().chain(external.forwards.keys());
    at_host.chain(outside).chain(external.aliases.keys()).chain(external.lists.keys())
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
    let group = host.lists.contains_key(address) || external.lists.contains_key(address);
    let (planned, mailbox) = match (at_host, at_external) {
        (true, true) if forward.is_none() && world.mx_of(&world.domain) != System::Host => {
            (System::External, Some(address))
        }
        (true, _) => (System::Host, Some(address)),
        (false, true) if forward.is_none() => (System::External, Some(address)),
        _ if host.aliases.contains_key(address) || host.lists.contains_key(address) => {
            (System::Host, None)
        }
        _ if to_host => (System::Nobody, None),
        _ => (System::External, None),
    };
    let who = if group && mailbox.is_none() { Who::Group } else { Who::Person };
    Subject { address: Cow::Borrowed(address), planned, mailbox, who, twice: false }
}

/// Postmaster (RFC 5321 4.5.1) and abuse (RFC 2142), as far as neither a person
/// nor a list of the plan has them.
pub(super) fn duties(plan: &Plan) -> Vec<Address> {
    let role = |name: &str| Address::parse(&format!("{name}@{}", plan.domain())).ok();
    let owned = |address: &Address| {
        plan.is_group(address)
            || plan.roster.get(address).is_some()
            || plan.roster.iter().any(|person| person.aliases.contains(address))
    };
    let roles = ["postmaster", "abuse"].into_iter().filter_map(role);
    roles.filter(|address| !owned(address)).collect()
}

/// An address of the domain that neither the plan nor either system has;
/// always the same one for the same plan and world.
pub(super) fn nobody_has(plan: &Plan, world: &World) -> Address {
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
