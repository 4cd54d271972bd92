//! The world at each moment of a plan, and as it was seen.

use sdr_wizard::plan::{Home, Plan, Purpose, Side, Strategy, Task, WaveNumber};
use sdr_wizard::route::{
    Deed, MxOwner, Origin, Phase, RcptAnswer, Rule, Seen, System, deeds, follow, phases,
    world_after, world_now,
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
        accepted: std::sync::Arc::new([address("ann")].into()),
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
    let world = world_after(&plan, Phase::After(Deed::FirstContacts));
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
    let names = |plan: &Plan| -> Vec<String> {
        assert!(phases(plan).is_sorted());
        assert_eq!(phases(plan)[0], Phase::Before);
        deeds(plan).iter().map(ToString::to_string).collect()
    };
    let set_up = ["sdr-on", "alias", "subdomain-mx", "first-contacts"];
    let waves = ["mailboxes-1", "contacts-1", "moved-1", "mailboxes-2", "contacts-2", "moved-2"];
    let end = ["primary-mx", "sdr-off", "domain-released", "contacts-removed", "subdomain-removed"];
    let common = [&set_up[..], &waves].concat();
    // bob stays outside, so the split stays too.
    assert_eq!(names(&plan), [&common[..], &end[..1]].concat());
    plan.situation.purpose = Purpose::Permanent;
    plan.situation.primary_mx = Side::Host;
    assert_eq!(names(&plan), common);
    plan.situation.purpose = Purpose::Migration;
    plan.situation.primary_mx = Side::External;
    plan.roster.edit(&address("bob"), |bob| bob.wave = WaveNumber::new(2));
    assert_eq!(names(&plan), [&common[..], &end].concat());
}

#[test]
fn phases_and_traces_are_readable_as_json() {
    let phase = serde_json::to_value(Phase::After(Deed::Moved(WaveNumber::FIRST))).unwrap();
    assert_eq!(phase, "moved-1");
    let mut world = world();
    world.host.mailboxes.remove(&address("ann"));
    let trace = serde_json::to_value(follow(&world, Origin::Internet, &address("ann"))).unwrap();
    assert_eq!(trace["outcome"]["outcome"], "loop");
    assert_eq!(trace["hops"][0]["rule"], serde_json::json!({ "rule": "mx", "to": "external" }));
}
