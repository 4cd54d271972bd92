//! The article's set-ups, each mistake in them, and what the model makes of it.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use sdr_wizard::plan::{
    Address, Authority, Domain, Home, Mailbox, Plan, Purpose, Side, Strategy, WaveNumber,
};
use sdr_wizard::route::{
    AcceptedDomain, Forward, MxOwner, Origin, Outcome, Phase, RcptAnswer, Rule, Seen, System,
    Trace, World, follow, phases, world_after, world_now,
};

fn address(local: &str) -> Address {
    Address::parse(&format!("{local}@example.com")).unwrap()
}

fn routing(local: &str) -> Address {
    Address::parse(&format!("{local}@rackspace.example.com")).unwrap()
}

fn domain(name: &str) -> Domain {
    Domain::parse(name).unwrap()
}

/// ann lives at the host, bob stays outside, cy moves in wave 1, dee in wave 2.
fn plan() -> Plan {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    let person = |name: &str, home, wave| {
        let mut person = Mailbox::new(address(name));
        person.home = home;
        person.wave = WaveNumber::new(wave);
        person.aliases = vec![address(&format!("{name}.alias"))];
        person
    };
    for (name, home, wave) in [
        ("ann", Home::Host, 0),
        ("bob", Home::External, 0),
        ("cy", Home::External, 1),
        ("dee", Home::External, 2),
    ] {
        plan.roster.add(person(name, home, wave)).unwrap();
    }
    plan
}

/// The plan above with everything done and wave 1 at the host.
fn world() -> World {
    world_after(&plan(), Phase::WaveMoved(WaveNumber::FIRST))
}

fn delivered(system: System, local: &str) -> Outcome {
    Outcome::Delivered { copies: vec![(system, address(local))] }
}

fn bounced(by: System, code: &str) -> Outcome {
    Outcome::Bounced { by, code: code.to_owned() }
}

fn ends(world: &World, local: &str) -> [Outcome; 3] {
    Origin::ALL.map(|origin| follow(world, origin, &address(local)).outcome)
}

fn path(trace: &Trace) -> Vec<(System, String)> {
    trace.hops.iter().map(|hop| (hop.at, hop.recipient.to_string())).collect()
}

#[test]
fn with_everything_in_place_each_origin_reaches_everybody() {
    for mx in [MxOwner::External, MxOwner::Host] {
        let mut world = world();
        world.mx.insert(domain("example.com"), mx);
        for (name, system) in [
            ("ann", System::Host),
            ("bob", System::External),
            ("cy", System::Host),
            ("dee", System::External),
        ] {
            let alias = format!("{name}.alias");
            for outcome in ends(&world, name) {
                assert_eq!(outcome, delivered(system, name), "{name}, MX {mx:?}");
            }
            let by_alias = if system == System::Host { name } else { &alias };
            for outcome in ends(&world, &alias) {
                assert_eq!(outcome, delivered(system, by_alias), "{alias}, MX {mx:?}");
            }
        }
        for outcome in ends(&world, "nobody") {
            assert!(matches!(outcome, Outcome::Bounced { .. }), "MX {mx:?}: {outcome:?}");
        }
    }
}

#[test]
fn a_moved_person_is_reached_by_contact_subdomain_and_alias_domain() {
    let trace = follow(&world(), Origin::Internet, &address("ann"));
    let stops = [
        (System::Third, "ann@example.com"),
        (System::External, "ann@example.com"),
        (System::External, "ann@rackspace.example.com"),
        (System::Host, "ann@rackspace.example.com"),
        (System::Host, "ann@example.com"),
    ];
    assert_eq!(path(&trace), stops.map(|(system, to)| (system, to.to_owned())));
    assert_eq!(trace.hops[2].rule, Rule::Mx { to: System::Host });
    assert_eq!(trace.hops[4].rule, Rule::Mailbox);
}

#[test]
fn a_contact_without_a_mailbox_loops_from_everywhere() {
    let mut world = world();
    world.host.mailboxes.remove(&address("ann"));
    for origin in Origin::ALL {
        let trace = follow(&world, origin, &address("ann"));
        let Outcome::Loop { cycle_start, breaks } = &trace.outcome else {
            panic!("{origin:?}: {:?}", trace.outcome)
        };
        assert!(breaks.contains("ann@example.com"), "{breaks}");
        assert!(breaks.contains("mailbox"), "{breaks}");
        let cycle: Vec<&Rule> = trace.hops[*cycle_start..].iter().map(|hop| &hop.rule).collect();
        assert_eq!(cycle.len(), 4, "{origin:?}: {cycle:?}");
        assert!(cycle.contains(&&Rule::Sdr), "{cycle:?}");
    }
}

#[test]
fn both_sides_passing_on_loop_every_unknown_address_and_nobody_else() {
    let mut world = world();
    world.external.authority = Authority::InternalRelay;
    for outcome in ends(&world, "nobody") {
        let Outcome::Loop { breaks, .. } = outcome else { panic!("{outcome:?}") };
        assert!(breaks.contains("authoritative"), "{breaks}");
    }
    for (name, system) in [("ann", System::Host), ("bob", System::External)] {
        for outcome in ends(&world, name) {
            assert_eq!(outcome, delivered(system, name));
        }
    }
}

#[test]
fn a_wildcard_accepted_domain_keeps_the_routing_subdomain_and_loops() {
    let mut world = world();
    let domain = domain("example.com");
    world.external.accepted_domains = vec![AcceptedDomain { domain, with_subdomains: true }];
    for origin in [Origin::Internet, Origin::External] {
        let outcome = follow(&world, origin, &address("ann")).outcome;
        let Outcome::Loop { breaks, .. } = outcome else { panic!("{outcome:?}") };
        assert!(breaks.contains("*.example.com"), "{breaks}");
    }
    let at_home = follow(&world, Origin::Host, &address("ann")).outcome;
    assert_eq!(at_home, delivered(System::Host, "ann"));
}

#[test]
fn two_homes_split_mail_by_where_it_is_written() {
    let mut world = world();
    world.host.mailboxes.insert(address("bob"));
    let [internet, host, external] = ends(&world, "bob");
    assert_eq!(internet, delivered(System::External, "bob"));
    assert_eq!(host, delivered(System::Host, "bob"));
    assert_eq!(external, delivered(System::External, "bob"));
}

#[test]
fn without_the_domain_alias_the_host_denies_and_the_external_server_returns() {
    let mut world = world();
    world.host.alias_domains.clear();
    let [internet, host, external] = ends(&world, "ann");
    assert_eq!(internet, Outcome::Backscatter { by: System::External });
    assert_eq!(host, delivered(System::Host, "ann"));
    assert_eq!(external, bounced(System::Host, "554 5.7.1"));
    assert_eq!(world.rcpt(System::Host, &routing("ann")), RcptAnswer::RelayDenied);
}

#[test]
fn without_subdomain_mx_the_forward_leads_nowhere() {
    let mut world = world();
    world.mx.remove(&domain("rackspace.example.com"));
    let [internet, host, external] = ends(&world, "ann");
    assert_eq!(internet, Outcome::Backscatter { by: System::External });
    assert_eq!(host, delivered(System::Host, "ann"));
    assert_eq!(external, bounced(System::Nobody, "550 5.4.4"));
}

#[test]
fn with_split_domain_routing_off_host_users_do_not_reach_the_other_side() {
    let mut world = world();
    world.host.sdr = false;
    let [internet, host, external] = ends(&world, "bob");
    assert_eq!(internet, delivered(System::External, "bob"));
    assert_eq!(host, bounced(System::Host, "550 5.1.1"));
    assert_eq!(external, delivered(System::External, "bob"));
    assert_eq!(world.rcpt(System::Host, &address("bob")), RcptAnswer::Unknown);
}

#[test]
fn the_host_asks_the_external_server_before_it_says_yes() {
    let mut world = world();
    world.mx.insert(domain("example.com"), MxOwner::Host);
    assert_eq!(world.rcpt(System::Host, &address("bob")), RcptAnswer::Accepted);
    assert_eq!(world.rcpt(System::Host, &routing("bob")), RcptAnswer::Accepted);
    assert_eq!(world.rcpt(System::Host, &address("nobody")), RcptAnswer::Unknown);
    let refused = follow(&world, Origin::Internet, &address("nobody"));
    assert_eq!(refused.outcome, bounced(System::External, "550 5.1.1"));
    for authority in [Authority::InternalRelay, Authority::AcceptsAnything] {
        world.external.authority = authority;
        assert_eq!(world.rcpt(System::Host, &address("nobody")), RcptAnswer::Accepted);
    }
}

#[test]
fn a_server_that_accepts_anything_returns_it_to_the_wrong_people() {
    let mut world = world();
    world.external.authority = Authority::AcceptsAnything;
    for outcome in ends(&world, "nobody") {
        assert_eq!(outcome, Outcome::Backscatter { by: System::External });
    }
}

#[test]
fn a_catch_all_at_the_host_swallows_what_should_pass() {
    let mut world = world();
    world.host.catch_all = Some(address("ann"));
    let [internet, host, _] = ends(&world, "bob");
    assert_eq!(internet, delivered(System::External, "bob"));
    assert_eq!(host, delivered(System::Host, "ann"));
}

#[test]
fn a_mailbox_without_a_contact_bounces_outside_of_the_host() {
    let mut world = world();
    world.external.forwards.remove(&address("ann"));
    let [internet, host, external] = ends(&world, "ann");
    assert_eq!(internet, bounced(System::External, "550 5.1.1"));
    assert_eq!(host, delivered(System::Host, "ann"));
    assert_eq!(external, bounced(System::External, "550 5.1.1"));
}

#[test]
fn a_forward_that_keeps_a_copy_delivers_twice_and_hides_no_loss() {
    let mut world = world();
    world.external.mailboxes.insert(address("ann"));
    let both = Forward { to: routing("ann"), keep_copy: true };
    world.external.forwards.insert(address("ann"), both);
    let twice = Outcome::Delivered {
        copies: vec![(System::External, address("ann")), (System::Host, address("ann"))],
    };
    assert_eq!(follow(&world, Origin::Internet, &address("ann")).outcome, twice);
    world.host.alias_domains.clear();
    let lost = follow(&world, Origin::Internet, &address("ann")).outcome;
    assert_eq!(lost, Outcome::Backscatter { by: System::External });
}

#[test]
fn the_worst_end_of_an_alias_with_several_members_is_told() {
    let mut world = world();
    let alias = |world: &mut World, members: &[&str]| {
        let members = members.iter().map(|name| address(name)).collect();
        world.host.aliases.insert(address("team"), members);
        follow(world, Origin::Host, &address("team"))
    };
    let fine = alias(&mut world, &["ann", "cy", "bob", "ann"]);
    let copies = [(System::Host, "ann"), (System::Host, "cy"), (System::External, "bob")];
    let copies = copies.map(|(system, name)| (system, address(name))).to_vec();
    assert_eq!(fine.outcome, Outcome::Delivered { copies });

    let one_unknown = alias(&mut world, &["ann", "nobody"]);
    assert_eq!(one_unknown.outcome, bounced(System::External, "550 5.1.1"));

    world.host.mailboxes.remove(&address("cy"));
    let one_loops = alias(&mut world, &["ann", "nobody", "cy"]);
    assert!(matches!(one_loops.outcome, Outcome::Loop { .. }), "{:?}", one_loops.outcome);

    let itself = alias(&mut world, &["ann", "team"]);
    let Outcome::Loop { breaks, .. } = itself.outcome else { panic!("{itself:?}") };
    assert!(breaks.contains("team@example.com"), "{breaks}");
}

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
    plan.done.insert(sdr_wizard::plan::Task::EnableSdr);
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
fn aliases_that_fan_out_and_meet_again_are_followed_once() {
    let mut world = world();
    for level in 0..40 {
        let next = [format!("x{}", level + 1), format!("y{}", level + 1)];
        for name in [format!("x{level}"), format!("y{level}")] {
            let members = next.iter().map(|name| address(name)).collect();
            world.host.aliases.insert(address(&name), members);
        }
    }
    world.host.mailboxes.extend([address("x40"), address("y40")]);
    let trace = follow(&world, Origin::Host, &address("x0"));
    let copies = vec![(System::Host, address("x40")), (System::Host, address("y40"))];
    assert_eq!(trace.outcome, Outcome::Delivered { copies });
    assert_eq!(trace.hops.len(), 81);
}

#[test]
fn a_chain_longer_than_any_hop_limit_ends_in_one() {
    let mut world = world();
    for link in 0..1_000 {
        let next = address(&format!("link{}", link + 1));
        world.host.aliases.insert(address(&format!("link{link}")), vec![next]);
    }
    world.host.mailboxes.insert(address("link1000"));
    let [internet, host, external] = ends(&world, "link0");
    assert_eq!(internet, bounced(System::External, "550 5.1.1"));
    assert_eq!(host, bounced(System::Host, "554 5.4.6"));
    assert_eq!(external, bounced(System::External, "550 5.1.1"));
}

#[test]
fn a_domain_without_mx_records_gets_nothing_from_outside() {
    let mut world = world();
    world.mx.remove(&domain("example.com"));
    let [internet, host, external] = ends(&world, "bob");
    assert_eq!(internet, bounced(System::Nobody, "550 5.4.4"));
    assert_eq!(host, delivered(System::External, "bob"));
    assert_eq!(external, delivered(System::External, "bob"));
}

#[test]
fn the_host_pays_for_an_alias_whose_member_is_refused_later() {
    let mut world = world();
    world.mx.insert(domain("example.com"), MxOwner::Host);
    world.host.aliases.insert(address("sales"), vec![address("nobody")]);
    let [internet, host, external] = ends(&world, "sales");
    assert_eq!(internet, Outcome::Backscatter { by: System::Host });
    assert_eq!(host, bounced(System::External, "550 5.1.1"));
    assert_eq!(external, bounced(System::External, "550 5.1.1"));
    assert_eq!(world.rcpt(System::Host, &address("sales")), RcptAnswer::Accepted);
}

#[test]
fn without_split_routing_aliases_at_the_host_lead_out_by_a_second_subdomain() {
    let mut world = world();
    world.host.sdr = false;
    let outside = domain("exchange.example.com");
    world.mx.insert(outside.clone(), MxOwner::External);
    let accepted = AcceptedDomain { domain: outside.clone(), with_subdomains: false };
    world.external.accepted_domains.push(accepted);
    let bob = address("bob").at(&outside);
    world.external.mailboxes.insert(bob.clone());
    world.host.aliases.insert(address("bob"), vec![bob.clone()]);
    let there = Outcome::Delivered { copies: vec![(System::External, bob)] };
    assert_eq!(follow(&world, Origin::Host, &address("bob")).outcome, there);
    for mx in [MxOwner::Host, MxOwner::External] {
        world.mx.insert(domain("example.com"), mx);
        let unknown = follow(&world, Origin::Internet, &address("nobody")).outcome;
        assert!(matches!(unknown, Outcome::Bounced { .. }), "{unknown:?}");
    }
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
