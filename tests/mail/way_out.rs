//! How a loop can be ended, and what that costs.

use std::sync::Arc;

use sdr_wizard::plan::{Authority, Home, Mailbox};
use sdr_wizard::route::{
    AcceptedDomain, Moment, MxOwner, Origin, Outcome, Seen, Survey, Switch, System, WayOut, World,
    follow, ways_out,
};

use crate::{address, domain, routing, world};

fn out_of(world: &World, local: &str) -> Vec<WayOut> {
    let trace = follow(world, Origin::Internet, &address(local));
    assert!(matches!(trace.outcome, Outcome::Loop { .. }), "{:?}", trace.outcome);
    ways_out(world, &trace)
}

#[test]
fn a_contact_without_a_mailbox_has_three_ways_out_and_their_prices() {
    let mut world = world();
    world.host.mailboxes.remove(&address("ann"));
    let ways = out_of(&world, "ann");
    let switches: Vec<&Switch> = ways.iter().flat_map(|way| &way.switches).collect();
    assert_eq!(
        switches,
        [
            &Switch::CreateMailbox { address: address("ann") },
            &Switch::RemoveForward { address: address("ann") },
            &Switch::SdrOff,
        ]
    );
    // Host users reach nobody outside without it: bob and dee, with their aliases.
    assert_eq!(ways.iter().map(|way| way.lost).collect::<Vec<_>>(), [0, 0, 4]);
    assert!(
        ways[2].cost.ends_with("4 ways that arrive now would not any more."),
        "{}",
        ways[2].cost
    );
}

/// With the MX records at the host, split domain routing is what brings those
/// outside all their mail.
#[test]
fn the_price_is_another_one_where_the_mx_names_the_host() {
    let mut world = world();
    world.mx.insert(domain("example.com"), MxOwner::Host);
    world.host.mailboxes.remove(&address("ann"));
    let ways = out_of(&world, "ann");
    assert_eq!(ways.iter().map(|way| way.lost).collect::<Vec<_>>(), [0, 0, 8], "{ways:?}");
    assert_eq!(ways[2].switches, [Switch::SdrOff]);
    assert!(ways[2].cost.starts_with("Neither the host's users nor the Internet"), "{ways:?}");
    assert_eq!(ways[1].cost, "Mail for this address is refused until it has a home.");
    for way in &ways {
        assert_eq!(lost_by(&world, way), way.lost, "{way:?}");
    }
    // An extension goes round though the mailbox is there.
    world.host.mailboxes.insert(address("ann"));
    world.external.limits.plus = Some('+');
    let trace = follow(&world, Origin::External, &address("ann+lists"));
    let ways = ways_out(&world, &trace);
    let switches: Vec<_> = ways.iter().flat_map(|way| way.switches.clone()).collect();
    let (at, sign) = (System::Host, '+');
    let neither = Switch::NoExtensions { at: System::External };
    assert_eq!(switches, [Switch::Extensions { at, sign }, neither, Switch::SdrOff]);
    assert_eq!(ways.iter().map(|way| way.lost).collect::<Vec<_>>(), [0, 0, 8], "{ways:?}");
}

/// Counted once more, by hand: the ways of everybody that arrive now and not
/// any more once split domain routing is off or the contact is gone.
fn lost_by(world: &World, way: &WayOut) -> usize {
    let mut then = world.clone();
    for switch in &way.switches {
        match switch {
            Switch::CreateMailbox { address } => drop(then.host.mailboxes.insert(address.clone())),
            Switch::RemoveForward { address } => drop(then.external.forwards.remove(address)),
            Switch::SdrOff => then.host.sdr = false,
            other => panic!("{other:?}"),
        }
    }
    let names = ["ann", "bob", "cy", "dee"].map(|name| [name.to_owned(), format!("{name}.alias")]);
    let ways = names.iter().flatten().flat_map(|name| Origin::ALL.map(|origin| (origin, name)));
    let arrives = |world: &World, origin, name: &str| {
        matches!(follow(world, origin, &address(name)).outcome, Outcome::Delivered { .. })
    };
    ways.filter(|(origin, name)| arrives(world, *origin, name) && !arrives(&then, *origin, name))
        .count()
}

#[test]
fn nobody_is_told_to_remove_a_contact_that_is_not_there() {
    let mut world = world();
    world.external.limits.plus = Some('+');
    let ways = out_of(&world, "ann+lists");
    assert!(ways.iter().all(|way| !way.label.contains("contact")), "{ways:?}");
    // Without her mailbox the contact itself leads round, under its own name.
    world.host.mailboxes.remove(&address("ann"));
    let ways = out_of(&world, "ann+lists");
    assert!(ways.iter().all(|way| !way.label.contains("ann+lists")), "{ways:?}");
    let contact = Switch::RemoveForward { address: address("ann") };
    assert!(ways.iter().any(|way| way.switches == [contact.clone()]), "{ways:?}");

    // The host alone separates, and each passes on what it does not know.
    let mut other = crate::world();
    other.host.limits.plus = Some('+');
    other.external.authority = Authority::InternalRelay;
    let ways = out_of(&other, "bob+lists");
    let (at, sign) = (System::External, '+');
    assert!(ways.iter().any(|way| way.switches == [Switch::Extensions { at, sign }]), "{ways:?}");
}

/// Of a company the price is everybody's, though one of each kind is followed.
#[test]
fn the_price_counts_everybody() {
    let mut plan = crate::plan();
    plan.roster = Default::default();
    for number in 0..600 {
        let mut person = Mailbox::new(address(&format!("p{number}")));
        person.home = if number < 300 { Home::Host } else { Home::External };
        if number % 2 == 0 {
            person.aliases = vec![address(&format!("also{number}"))];
        }
        plan.roster.add(person).unwrap();
    }
    let seen = |primary_mx| Seen {
        sdr: Some(true),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        primary_mx: Some(primary_mx),
        accepted: Arc::new((0..300).map(|number| address(&format!("p{number}"))).collect()),
        refused: Arc::new([address("p0")].into()),
        ..Seen::default()
    };
    for (primary_mx, origins) in [(MxOwner::External, 1), (MxOwner::Host, 2)] {
        let survey = Survey::new(&plan, Moment::now(&plan, &seen(primary_mx)));
        for to in ["p0", "also0"] {
            let line = &survey.ways_to(&address(to))[0];
            let ways = survey.ways_out(line);
            let off = ways.iter().find(|way| way.switches == [Switch::SdrOff]).unwrap();
            assert_eq!(off.lost, 450 * origins, "{off:?}");
            let least = format!("{} ways that arrive now would not any more.", 450 * origins);
            assert!(off.cost.ends_with(&least) && !off.more, "{off:?}");
            assert!(ways.iter().filter(|way| way.lost == 0).count() >= 2, "{ways:?}");
        }
    }
}

#[test]
fn every_kind_of_loop_names_its_switch() {
    let mut relay = world();
    relay.external.authority = Authority::InternalRelay;
    let ways = out_of(&relay, "nobody");
    assert!(ways.iter().any(|way| way.switches == [Switch::Authoritative]), "{ways:?}");

    let mut wild = world();
    wild.external.accepted_domains =
        vec![AcceptedDomain { domain: domain("example.com"), with_subdomains: true }];
    let ways = out_of(&wild, "ann");
    let switch = Switch::NoWildcard { domain: domain("example.com") };
    assert!(ways.iter().any(|way| way.switches == [switch.clone()]), "{ways:?}");

    let mut list = world();
    list.external.lists.insert(address("team"), vec![address("bob"), routing("team")]);
    let ways = out_of(&list, "team");
    let member = Switch::RemoveMember {
        at: System::External,
        list: address("team"),
        member: routing("team"),
    };
    assert!(ways.iter().any(|way| way.switches == [member.clone()]), "{ways:?}");
}

#[test]
fn where_one_switch_is_not_enough_two_are_named() {
    let mut world = world();
    // By the contact and by the list it goes round; the host's mailbox is missing.
    world.external.lists.insert(address("team"), vec![routing("team"), routing("crew")]);
    world.external.lists.insert(address("crew"), vec![routing("crew"), routing("team")]);
    world.host.sdr = false;
    world.external.authority = Authority::InternalRelay;
    world.host.lists.insert(address("team"), vec![address("crew")]);
    world.host.lists.insert(address("crew"), vec![address("team")]);
    let trace = follow(&world, Origin::External, &address("team"));
    let ways = ways_out(&world, &trace);
    assert!(ways.iter().all(|way| way.switches.len() <= 2), "{ways:?}");
    for way in &ways {
        assert!(!way.label.is_empty() && !way.cost.is_empty());
    }
}

#[test]
fn what_is_no_loop_needs_no_way_out() {
    let trace = follow(&world(), Origin::Internet, &address("ann"));
    assert!(ways_out(&world(), &trace).is_empty());
}
