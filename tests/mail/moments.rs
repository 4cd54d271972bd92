//! The world at each moment of a plan, and as it was seen.

use sdr_wizard::plan::{Home, Plan, Purpose, Side, Strategy, Task, WaveNumber};
use sdr_wizard::route::{
    Deed, Fact, Moment, MxOwner, Origin, Phase, RcptAnswer, Rule, Seen, System, deeds, follow,
    ground, phases, reached_so_far, world_after, world_now,
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

#[test]
fn what_was_seen_holds_at_every_moment_until_an_action_changes_it() {
    let mut plan = plan();
    plan.situation.primary_mx = Side::External;
    let at = |plan: &Plan, seen: &Seen, deed| {
        Moment::reached(plan, Phase::After(deed), seen).world(plan)
    };
    // Alias and records are there already, split domain routing is not.
    let seen = Seen {
        sdr: Some(false),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Third)),
        primary_mx: Some(MxOwner::Third),
        ..Seen::default()
    };
    let subdomain = plan.routing_subdomain().as_domain().clone();
    let on = at(&plan, &seen, Deed::SdrOn);
    assert!(on.host.sdr, "the action is done by then");
    assert!(on.host.alias_domains.contains(&subdomain), "seen, though it comes later");
    assert_eq!(on.mx_of(&subdomain), System::Third, "seen, though the plan wants none yet");
    assert_eq!(on.mx_of(plan.domain()), System::Third);
    let told = ground(&plan, Phase::After(Deed::SdrOn), &seen);
    assert!(!told.over);
    assert_eq!(told.seen, [Fact::PrimaryMx, Fact::SubdomainMx, Fact::Alias]);
    assert!(told.assumed.contains(&Fact::SplitRouting), "{told:?}");
    let published = at(&plan, &seen, Deed::SubdomainMx);
    assert_eq!(published.mx_of(&subdomain), System::Host, "put right by the action");
    assert_eq!(published.mx_of(plan.domain()), System::Third, "nothing has changed it yet");
    let moved = at(&plan, &seen, Deed::PrimaryMx);
    assert_eq!(moved.mx_of(plan.domain()), System::Host);

    // Once everything up to a moment is seen, what comes before it is behind.
    let seen = Seen {
        sdr: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        refused: std::sync::Arc::new([address("ann")].into()),
        ..seen
    };
    assert_eq!(reached_so_far(&plan, &seen), Phase::After(Deed::SubdomainMx));
    assert!(ground(&plan, Phase::After(Deed::Alias), &seen).over);
    let loaded = at(&plan, &seen, Deed::FirstContacts);
    assert!(!loaded.host.mailboxes.contains(&address("ann")), "refused by her own server");
}
