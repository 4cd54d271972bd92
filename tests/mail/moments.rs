//! The world at each moment of a plan, and as it was seen.

use sdr_wizard::plan::{Home, Purpose, Side, Strategy, Task, WaveNumber};
use sdr_wizard::route::{
    MxOwner, Origin, Phase, RcptAnswer, Rule, Seen, System, follow, phases, world_after, world_now,
};

use crate::{address, delivered, domain, ends, plan, routing, world};

#[test]
fn a_host_without_the_domain_relays_for_its_users_and_denies_the_rest() {
    let mut plan = plan();
    plan.roster.remove(|person| person.home == Home::Host);
    let world = world_after(&plan, Phase::Before);
    assert!(!world.host.has_domain);
    assert_eq!(world.rcpt(System::Host, &address("bob")), RcptAnswer::RelayDenied);
    let trace = follow(&world, Origin::Host, &address("bob"));
    assert_eq!(trace.outcome, delivered(System::External, "bob"));
    assert_eq!(trace.hops[0].rule, Rule::Mx { to: System::External });
}

#[test]
fn what_was_seen_replaces_what_is_said_to_be_done() {
    let mut plan = plan();
    let nothing = world_now(&plan, &Seen::default());
    assert!(!nothing.host.sdr && nothing.external.forwards.is_empty());
    assert_eq!(nothing.host.mailboxes.len(), 1);
    plan.done.insert(Task::EnableSdr);
    assert!(world_now(&plan, &Seen::default()).host.sdr);
    let seen = Seen {
        sdr: Some(false),
        subdomain_mx: Some(Some(MxOwner::Third)),
        primary_mx: Some(MxOwner::Host),
        host_mailboxes: Some([address("cy")].into()),
        forwards_loaded: Some(true),
        ..Seen::default()
    };
    let world = world_now(&plan, &seen);
    assert!(!world.host.sdr);
    assert_eq!(world.mx_of(&domain("rackspace.example.com")), System::Third);
    assert_eq!(world.mx_of(&domain("example.com")), System::Host);
    assert!(world.host.mailboxes.contains(&address("cy")));
    assert!(!world.host.mailboxes.contains(&address("ann")));
    assert_eq!(world.external.forwards[&address("ann")].to, routing("ann"));
}

#[test]
fn a_kept_mailbox_forwards_and_an_alias_of_somebody_else_is_left_alone() {
    let mut plan = plan();
    plan.roster.edit(&address("ann"), |ann| {
        ann.strategy = Strategy::Forward;
        ann.aliases = vec![address("bob"), address("ann.alias")];
    });
    let world = world_after(&plan, Phase::ForwardsLoaded);
    assert!(world.external.mailboxes.contains(&address("ann")));
    for outcome in ends(&world, "ann") {
        assert_eq!(outcome, delivered(System::Host, "ann"));
    }
    for outcome in ends(&world, "bob") {
        assert_eq!(outcome, delivered(System::External, "bob"));
    }
}

#[test]
fn the_order_of_a_permanent_split_ends_with_its_last_wave() {
    let mut plan = plan();
    let wave = |number| Phase::WaveMoved(WaveNumber::new(number).unwrap());
    let common = [
        Phase::Before,
        Phase::SdrOn,
        Phase::AliasThere,
        Phase::SubdomainMx,
        Phase::ForwardsLoaded,
        wave(1),
        wave(2),
    ];
    assert_eq!(phases(&plan)[..7], common);
    assert_eq!(phases(&plan)[7..], [Phase::PrimaryMxChanged, Phase::TakenDown]);
    plan.situation.purpose = Purpose::Permanent;
    plan.situation.primary_mx = Side::Host;
    assert_eq!(phases(&plan), common);
    assert!(phases(&plan).is_sorted());
}

#[test]
fn phases_and_traces_are_readable_as_json() {
    let phase = serde_json::to_value(Phase::WaveMoved(WaveNumber::FIRST)).unwrap();
    assert_eq!(phase, serde_json::json!({ "phase": "wave-moved", "wave": 1 }));
    let mut world = world();
    world.host.mailboxes.remove(&address("ann"));
    let trace = serde_json::to_value(follow(&world, Origin::Internet, &address("ann"))).unwrap();
    assert_eq!(trace["outcome"]["outcome"], "loop");
    assert_eq!(trace["hops"][0]["rule"], serde_json::json!({ "rule": "mx", "to": "external" }));
}
