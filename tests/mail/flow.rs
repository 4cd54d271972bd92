//! The article's set-ups, each mistake in them, and where messages end.

use sdr_wizard::plan::Authority;
use sdr_wizard::route::{
    AcceptedDomain, MxOwner, Origin, Outcome, RcptAnswer, Rule, System, follow, follow_alone,
    outcome_text, ways_out_text,
};

use crate::{address, bounced, delivered, domain, ends, path, routing, world};

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
            for outcome in ends(&world, &alias) {
                assert_eq!(outcome, delivered(system, name), "{alias}, MX {mx:?}");
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
        let trace = follow_alone(&world, origin, &address("ann"));
        let Outcome::Loop { cycle_start, within: None } = &trace.outcome else {
            panic!("{origin:?}: {:?}", trace.outcome)
        };
        let words = ways_out_text(&trace);
        let first =
            "Way out: create the mailbox ann@example.com at the host. One mailbox at the host.";
        assert_eq!(words[0], first);
        let cycle: Vec<&Rule> = trace.hops[*cycle_start..].iter().map(|hop| &hop.rule).collect();
        assert_eq!(cycle.len(), 4, "{origin:?}: {cycle:?}");
        assert!(cycle.contains(&&Rule::Sdr), "{cycle:?}");
    }
}

#[test]
fn both_sides_passing_on_loop_every_unknown_address_and_nobody_else() {
    let mut world = world();
    world.external.authority = Authority::InternalRelay;
    for origin in Origin::ALL {
        let trace = follow_alone(&world, origin, &address("nobody"));
        // No mailbox for one of them: every unknown address goes round.
        let ways: Vec<&str> = trace.ways_out.iter().map(|way| way.label.as_str()).collect();
        let ends = ["make the external server authoritative", "switch split domain routing off"];
        assert_eq!(ways, ends);
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
        let trace = follow_alone(&world, origin, &address("ann"));
        let within = matches!(trace.outcome, Outcome::Loop { within: Some(System::External), .. });
        assert!(within, "{trace:?}");
        let words = ways_out_text(&trace).concat();
        assert!(words.contains("replace the accepted domain *.example.com by"), "{words}");
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
    // Rackspace says that in its own words; of another host nobody knows them.
    assert_eq!(refused.outcome, bounced(System::Host, "5.7.1 G7"));
    let direct = follow(&world, Origin::Host, &address("nobody"));
    assert_eq!(outcome_text(&direct), "Bounced by the host (5.7.1 G7). The sender is told.");
    world.host.says_of_refused = None;
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
fn a_domain_without_mx_records_gets_nothing_from_outside() {
    let mut world = world();
    world.mx.remove(&domain("example.com"));
    let [internet, host, external] = ends(&world, "bob");
    assert_eq!(internet, bounced(System::Nobody, "550 5.4.4"));
    assert_eq!(host, delivered(System::External, "bob"));
    assert_eq!(external, delivered(System::External, "bob"));
}
