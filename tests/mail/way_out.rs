//! How a loop can be ended, and what that costs.

use sdr_wizard::plan::Authority;
use sdr_wizard::route::{
    AcceptedDomain, Origin, Outcome, Switch, System, WayOut, World, follow, ways_out,
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
