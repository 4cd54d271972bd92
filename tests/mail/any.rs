//! Any two systems at all, set up in any way: the model ends, and agrees with
//! a plain simulation that moves every copy one hop at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use sdr_wizard::plan::{Address, Authority, Domain, Home, Mailbox, Plan, WaveNumber};
use sdr_wizard::route::{
    AcceptedDomain, ExternalSide, Forward, Hop, HostSide, Message, MxOwner, Origin, Outcome,
    RcptAnswer, Rule, System, World, audit, carry, follow, follow_alone, phases, trace_dot,
    trace_text, world_after,
};

/// Read once: a plan brings its host's preset.
static EMPTY: LazyLock<Plan> =
    LazyLock::new(|| Plan::new(Domain::parse("example.com").unwrap()).unwrap());

const DOMAINS: [&str; 4] =
    ["example.com", "rackspace.example.com", "exchange.example.com", "elsewhere.test"];

fn any_address() -> impl Strategy<Value = Address> {
    (select(&["a", "b", "c", "d"][..]), select(&DOMAINS[..]))
        .prop_map(|(local, domain)| Address::parse(&format!("{local}@{domain}")).unwrap())
}

fn primary_address() -> impl Strategy<Value = Address> {
    select(&["a", "b", "c", "d"][..])
        .prop_map(|local| Address::parse(&format!("{local}@example.com")).unwrap())
}

fn any_domain() -> impl Strategy<Value = Domain> {
    select(&DOMAINS[..]).prop_map(|name| Domain::parse(name).unwrap())
}

fn any_host() -> impl Strategy<Value = HostSide> {
    (
        btree_set(primary_address(), 0..3),
        btree_map(primary_address(), vec(any_address(), 0..3), 0..3),
        btree_set(select(&DOMAINS[1..3]).prop_map(|name| Domain::parse(name).unwrap()), 0..2),
        any::<bool>(),
        of(any_address()),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(mailboxes, aliases, alias_domains, sdr, catch_all, has_domain)| HostSide {
            mailboxes,
            aliases,
            alias_domains,
            sdr,
            catch_all: catch_all.filter(|address| address.local() == "d"),
            has_domain,
            ..HostSide::default()
        })
}

fn any_external() -> impl Strategy<Value = ExternalSide> {
    let forward =
        (any_address(), any::<bool>()).prop_map(|(to, keep_copy)| Forward { to, keep_copy });
    let accepted = (any_domain(), any::<bool>())
        .prop_map(|(domain, with_subdomains)| AcceptedDomain { domain, with_subdomains });
    let authority = select(vec![
        Authority::Authoritative,
        Authority::InternalRelay,
        Authority::AcceptsAnything,
    ]);
    (
        authority,
        vec(accepted, 0..3),
        btree_set(any_address(), 0..3),
        btree_map(any_address(), forward, 0..5),
        of(any_address()),
    )
        .prop_map(|(authority, accepted_domains, mailboxes, forwards, catch_all)| {
            ExternalSide {
                authority,
                accepted_domains,
                mailboxes,
                forwards,
                catch_all: catch_all.filter(|address| address.local() == "d"),
                contacts_own_targets: true,
                ..ExternalSide::default()
            }
        })
}

fn any_world() -> impl Strategy<Value = World> {
    let owner = select(vec![MxOwner::Host, MxOwner::External, MxOwner::Third]);
    (btree_map(any_domain(), owner, 0..4), any_host(), any_external()).prop_map(
        |(mx, host, external)| World {
            domain: Domain::parse("example.com").unwrap(),
            mx,
            host,
            external,
        },
    )
}

/// A copy on its way: where, to whom, and whether that system answers for it.
type Copy = (System, Address, bool);

enum Step {
    On(Vec<Copy>),
    Delivered(Address),
    Lost,
    /// Refused by a system whose own names lead round.
    Round,
}

/// The host's map of names; nothing: the name stays as it is.
fn looked_up(world: &World, to: &Address) -> Vec<Address> {
    let host = &world.host;
    if !host.has_domain {
        return Vec::new();
    }
    if host.alias_domains.contains(to.domain()) {
        return vec![to.at(&world.domain)];
    }
    if to.domain() != &world.domain {
        return Vec::new();
    }
    match (host.aliases.get(to), &host.catch_all) {
        (Some(members), _) if !members.is_empty() => members.clone(),
        (_, Some(catch_all)) if catch_all != to && !host.mailboxes.contains(to) => {
            vec![catch_all.clone()]
        }
        _ => Vec::new(),
    }
}

/// Postfix `cleanup_map1n.c`, line for line: the first of several takes the
/// name's place, the others come behind; one that leads to itself is looked up
/// once. `None`: it goes round.
fn expanded(world: &World, to: &Address) -> Option<Vec<Address>> {
    let (mut list, mut been_here, mut at) = (vec![to.clone()], BTreeSet::new(), 0);
    while at < list.len() {
        if list.len() > 1_000 {
            return None;
        }
        for count in 0.. {
            let name = list[at].clone();
            if been_here.contains(&name) {
                break;
            }
            if count >= 1_000 {
                return None;
            }
            let found = looked_up(world, &name);
            let Some((first, others)) = found.split_first() else { break };
            if found.contains(&name) {
                been_here.insert(name);
            }
            list[at] = first.clone();
            list.extend_from_slice(others);
        }
        at += 1;
    }
    Some(list)
}

/// The rules once more, in the plainest words, to hold the model against.
fn step(world: &World, (system, to, taken): &Copy) -> Vec<Step> {
    let primary = to.domain() == &world.domain;
    let by_mx = |to: &Address| match world.mx.get(to.domain()) {
        Some(MxOwner::Host) => Step::On(vec![(System::Host, to.clone(), false)]),
        Some(MxOwner::External) => Step::On(vec![(System::External, to.clone(), false)]),
        Some(MxOwner::Third) => Step::Delivered(to.clone()),
        None if to.domain().as_str() == "elsewhere.test" => Step::Delivered(to.clone()),
        None => Step::Lost,
    };
    let foreign = |to: &Address| if *taken { by_mx(to) } else { Step::Lost };
    let here = |to: &Address| (*system, to.clone(), true);
    let host = &world.host;
    match system {
        System::Host if !host.has_domain => vec![foreign(to)],
        System::Host if !primary && !host.alias_domains.contains(to.domain()) => vec![foreign(to)],
        System::Host => {
            let Some(all) = expanded(world, to) else { return vec![Step::Round] };
            let ends = all.into_iter().map(|end| {
                if end.domain() != &world.domain {
                    by_mx(&end)
                } else if host.mailboxes.contains(&end) {
                    Step::Delivered(end)
                } else if host.sdr {
                    Step::On(vec![(System::External, end, false)])
                } else {
                    Step::Lost
                }
            });
            ends.collect()
        }
        System::External => {
            let external = &world.external;
            let accepted = external.accepted_domains.iter().any(|accepted| {
                &accepted.domain == to.domain()
                    || accepted.with_subdomains
                        && to.domain().as_str().ends_with(&format!(".{}", accepted.domain))
            });
            let catch_all = external.catch_all.as_ref().filter(|catch_all| *catch_all != to);
            vec![if !accepted {
                foreign(to)
            } else if let Some(forward) = external.forwards.get(to) {
                Step::On(vec![here(&forward.to)])
            } else if external.mailboxes.contains(to) {
                Step::Delivered(to.clone())
            } else if !primary && external.forwards.values().any(|forward| &forward.to == to) {
                Step::On(vec![here(to)])
            } else if let Some(catch_all) = catch_all {
                Step::On(vec![here(catch_all)])
            } else if external.authority == Authority::InternalRelay {
                Step::On(vec![(System::Host, to.clone(), false)])
            } else {
                Step::Lost
            }]
        }
        System::Third | System::Nobody => vec![by_mx(to)],
    }
}
/// Moves every copy hop by hop until none is left or hops run out.
fn simulate(world: &World, origin: Origin, to: &Address) -> (bool, bool, BTreeSet<Address>) {
    let mut now = BTreeSet::from([(origin.system(), to.clone(), true)]);
    let (mut round, mut lost, mut mailboxes) = (false, false, BTreeSet::new());
    for _ in 0..200 {
        let mut next = BTreeSet::new();
        for copy in &now {
            for step in step(world, copy) {
                match step {
                    Step::On(copies) => next.extend(copies),
                    Step::Delivered(mailbox) => drop(mailboxes.insert(mailbox)),
                    Step::Lost => lost = true,
                    Step::Round => round = true,
                }
            }
            let keeps = world.external.forwards.get(&copy.1).is_some_and(|f| f.keep_copy);
            let local = world.external.accepts(copy.1.domain());
            if copy.0 == System::External && keeps && local {
                mailboxes.extend(world.external.mailboxes.get(&copy.1).cloned());
            }
        }
        now = next;
    }
    (round || !now.is_empty(), lost, mailboxes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_model_agrees_with_copies_moved_one_hop_at_a_time(world in any_world(), to in any_address()) {
        for origin in Origin::ALL {
            let trace = follow(&world, origin, &to);
            let (loops, lost, mailboxes) = simulate(&world, origin, &to);
            prop_assert_eq!(matches!(trace.outcome, Outcome::Loop { .. }), loops, "{:?}", trace);
            if !loops {
                let delivered = match &trace.outcome {
                    Outcome::Delivered { copies } => Some(copies),
                    _ => None,
                };
                prop_assert_eq!(delivered.is_none(), lost, "{:?}", trace);
                if let Some(copies) = delivered {
                    let found: BTreeSet<Address> =
                        copies.iter().map(|(_, mailbox)| mailbox.clone()).collect();
                    prop_assert_eq!(found, mailboxes, "{:?}", trace);
                }
            }
        }
    }

    #[test]
    fn every_path_ends_and_hangs_together(world in any_world(), to in any_address()) {
        for origin in Origin::ALL {
            let trace = follow(&world, origin, &to);
            prop_assert!((1..=2 * 3 * 16).contains(&trace.hops.len()));
            prop_assert_eq!(trace.hops[0].at, origin.system());
            for (at, hop) in trace.hops.iter().enumerate().skip(1) {
                let comes = trace.hops[..at]
                    .iter()
                    .any(|before| before.next().contains(&(hop.at, &hop.recipient)));
                prop_assert!(comes, "hop {} of {:?}", at, trace);
            }
            if let Outcome::Loop { cycle_start, .. } = &trace.outcome {
                let start = &trace.hops[*cycle_start];
                let last = trace.hops.last().unwrap();
                prop_assert!(last.next().contains(&(start.at, &start.recipient)), "{:?}", trace);
            }
            // Twelve stops beside a loop, then a line that counts the rest.
            let beside = trace.beside.len().min(13);
            prop_assert_eq!(trace_text(&trace).len(), trace.hops.len() + beside + 1);
            let dot = trace_dot(&trace);
            prop_assert_eq!(dot.matches('{').count(), 1);
        }
    }

    /// What is told of a message is what servers make of it: the walk that
    /// explains it and the count never contradict each other.
    #[test]
    fn the_count_fits_the_outcome(world in any_world(), to in any_address()) {
        for origin in Origin::ALL {
            let trace = follow(&world, origin, &to);
            let message = Message { origin, sender: None, to: to.clone(), size: 0 };
            let carried = carry(&world, &message);
            let counted = trace.count.copies.iter();
            let counted = counted.map(|one| ((one.at, one.mailbox.clone()), one.copies));
            prop_assert_eq!(counted.collect::<BTreeMap<_, _>>(), carried.copies, "{:?}", trace);
            let back: u32 = trace.count.returns.iter().map(|one| one.messages).sum();
            prop_assert_eq!(back as usize, carried.returns.len(), "{:?}", trace);
            let lost = back > 0 || carried.refused.is_some();
            match &trace.outcome {
                Outcome::Delivered { copies } => {
                    let told: BTreeSet<_> = copies.iter().cloned().collect();
                    let found = trace.count.copies.iter();
                    let found = found.map(|one| (one.at, one.mailbox.clone())).collect();
                    prop_assert_eq!(told, found, "{:?}", trace);
                    prop_assert!(!lost && carried.too_many_hops == 0, "{:?}", trace);
                }
                Outcome::Bounced { .. } | Outcome::Backscatter { .. } => {
                    prop_assert!(lost, "{:?}", trace);
                }
                Outcome::Loop { within: None, .. } => {
                    prop_assert!(trace.count.too_many_hops > 0 || trace.count.avalanche, "{:?}", trace);
                }
                Outcome::Loop { within: Some(_), .. } => {
                    prop_assert!(lost && trace.count.endless, "{:?}", trace);
                }
            }
        }
    }

    /// Each way out that is offered ends the loop, none is smaller, and there
    /// is one.
    #[test]
    fn every_way_out_leads_out(world in any_world(), to in any_address()) {
        let trace = follow_alone(&world, Origin::Internet, &to);
        let looping = matches!(trace.outcome, Outcome::Loop { .. });
        let itself = |hop: &Hop| match &hop.rule {
            Rule::Alias { to: members } => members.contains(&hop.recipient),
            _ => false,
        };
        let offered = !trace.ways_out.is_empty();
        let may_be = looping || trace.hops.iter().any(itself);
        prop_assert!(offered || !looping, "{:?} in {:?}", trace, world);
        prop_assert!(may_be || !offered, "{:?} in {:?}", trace, world);
        let sizes: BTreeSet<usize> = trace.ways_out.iter().map(|way| way.switches.len()).collect();
        prop_assert!(sizes.len() <= 1, "{:?}", trace.ways_out);
        prop_assert!(trace.ways_out.is_sorted_by_key(|way| way.lost), "{:?}", trace.ways_out);
    }

    /// What the first server says to RCPT is what becomes of the message:
    /// refused there is bounced, and what it has taken is never bounced.
    #[test]
    fn the_first_servers_answer_fits_the_outcome(world in any_world(), to in any_address()) {
        let trace = follow(&world, Origin::Internet, &to);
        let first = world.mx_of(to.domain());
        let bounced = matches!(trace.outcome, Outcome::Bounced { .. });
        if let Outcome::Loop { .. } = trace.outcome {
            prop_assert_eq!(world.rcpt(first, &to), RcptAnswer::Accepted, "{:?}", trace);
        } else {
            prop_assert_eq!(world.rcpt(first, &to) != RcptAnswer::Accepted, bounced, "{:?}", trace);
        }
    }

    #[test]
    fn any_world_can_be_audited(world in any_world(), homes in vec((0..3_u16, any::<bool>()), 4)) {
        let mut plan = EMPTY.clone();
        for (local, (wave, host)) in ["a", "b", "c", "e"].into_iter().zip(homes) {
            let mut person = Mailbox::new(Address::parse(&format!("{local}@example.com")).unwrap());
            person.wave = WaveNumber::new(wave);
            person.home = if host { Home::Host } else { Home::External };
            plan.roster.add(person).unwrap();
        }
        let audit = audit(&plan, &world);
        let mut lines: BTreeMap<Address, usize> = BTreeMap::new();
        for line in audit.lines() {
            *lines.entry(line.address.clone()).or_default() += 1;
        }
        prop_assert!(lines.len() >= 5);
        prop_assert!(lines.values().all(|&lines| lines == 3), "{:?}", lines);
        for group in &audit.groups {
            prop_assert!(!group.meaning.is_empty() && !group.action.is_empty());
        }
        for phase in phases(&plan) {
            let world = world_after(&plan, phase);
            prop_assert_eq!(&world.domain, plan.domain());
        }
    }
}
