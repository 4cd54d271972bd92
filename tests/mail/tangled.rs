//! Lists in more than one circle: what is named has to end all of them.

use sdr_wizard::plan::{Group, GroupKind, Home, Mailbox, Plan, Side};
use sdr_wizard::route::{
    Cause, Deed, Expander, Forward, Origin, Outcome, Phase, Rule, Switch, System, World, audit,
    follow, picture, trace_dot, trace_text, ways_out, world_after,
};

use crate::{address, domain, routing};

/// ann and bob live at the host, dora and sven outside; split domain routing
/// is on.
fn tangled(lists: &[(&str, Side, &[&str])]) -> (Plan, World) {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    plan.situation.primary_mx = Side::External;
    for name in ["ann", "bob", "dora", "sven"] {
        let home = if ["ann", "bob"].contains(&name) { Home::Host } else { Home::External };
        plan.roster.add(Mailbox { home, ..Mailbox::new(address(name)) }).unwrap();
    }
    for (name, at, members) in lists {
        let member = |name: &&str| match name.strip_suffix("@rackspace") {
            Some(local) => routing(local),
            None => address(name),
        };
        let (address, members) = (address(name), members.iter().map(member).collect());
        plan.groups.push(Group { address, at: *at, kind: GroupKind::List, members });
    }
    let world = world_after(&plan, Phase::After(Deed::FirstContacts));
    (plan, world)
}

/// By hand, apart from the model's own switches.
fn take_out(world: &mut World, switches: &[Switch]) {
    for switch in switches {
        let Switch::RemoveMember { at, list, member } = switch else { panic!("{switch:?}") };
        let lists = match at {
            System::Host => &mut world.host.lists,
            _ => &mut world.external.lists,
        };
        let members = lists.get_mut(list).unwrap();
        let before = members.len();
        members.retain(|other| other != member);
        assert!(members.len() < before, "{switch:?}");
    }
}

fn mailboxes(world: &World, origin: Origin, to: &str) -> Vec<String> {
    let count = follow(world, origin, &address(to)).count;
    count.copies.into_iter().map(|one| one.mailbox.to_string()).collect()
}

#[test]
fn two_members_that_cost_nobody_the_message_are_named_beside_the_switch_that_does() {
    let (plan, world) = tangled(&[
        ("team", Side::External, &["ann", "dora", "hlist@rackspace", "team@rackspace"]),
        ("hlist", Side::Host, &["bob", "team", "sven"]),
    ]);
    let trace = follow(&world, Origin::External, &address("team"));
    assert!(matches!(trace.outcome, Outcome::Loop { within: None, .. }), "{:?}", trace.outcome);
    let ways = ways_out(&world, &trace);
    let first = &ways[0];
    assert_eq!((first.lost, first.switches.len()), (0, 2), "{ways:?}");
    assert!(first.cost.contains("Whoever gets it now still does"), "{ways:?}");
    assert!(ways.iter().any(|way| way.switches == [Switch::SdrOff] && way.lost > 0), "{ways:?}");
    let mut then = world.clone();
    take_out(&mut then, &first.switches);
    for origin in Origin::ALL {
        let trace = follow(&then, origin, &address("team"));
        assert!(matches!(trace.outcome, Outcome::Delivered { .. }), "{:?}", trace.outcome);
        assert_eq!(mailboxes(&then, origin, "team"), mailboxes(&world, origin, "team"));
        assert_eq!(trace.count.copies_in_all(), 4);
    }

    // The group names such a set, which ends the loops of both lists.
    let found = audit(&plan, &world);
    let group = found.groups.iter().find(|group| group.cause == Cause::ListLoop).unwrap();
    assert_eq!((group.lists, group.routes), (2, 6), "{}", group.summary);
    let own = "ake team@rackspace.example.com out of team@example.com on the external server";
    assert!(group.action.contains(own) && group.action.contains("It needs all of them."));
    let named: Vec<Switch> = first
        .switches
        .iter()
        .cloned()
        .chain([Switch::RemoveMember {
            at: System::External,
            list: address("team"),
            member: routing("hlist"),
        }])
        .filter(|switch| group.action.contains(&switch.label()[1..]))
        .collect();
    assert_eq!(named.len(), 2, "{}", group.action);
    let mut then = world.clone();
    take_out(&mut then, &named);
    assert!(audit(&plan, &then).groups.iter().all(|group| group.cause != Cause::ListLoop));
}

#[test]
fn a_list_that_goes_round_by_each_of_its_members_needs_as_many() {
    let names = ["h1", "h2", "h3", "h4", "h5"];
    let routed = names.map(|name| format!("{name}@rackspace"));
    let big: Vec<&str> = routed.iter().map(String::as_str).collect();
    let mut lists: Vec<(&str, Side, &[&str])> = vec![("big", Side::External, &big)];
    lists.extend(names.map(|name| (name, Side::Host, &["bob", "big"][..])));
    let (plan, world) = tangled(&lists);
    let found = audit(&plan, &world);
    let group = found.groups.iter().find(|group| group.cause == Cause::ListLoop).unwrap();
    let named = names.map(|name| Switch::RemoveMember {
        at: System::Host,
        list: address(name),
        member: address("big"),
    });
    let named = named.into_iter().filter(|one| group.action.contains(&one.label()[1..]));
    let others = names.map(|name| Switch::RemoveMember {
        at: System::External,
        list: address("big"),
        member: routing(name),
    });
    let others = others.into_iter().filter(|one| group.action.contains(&one.label()[1..]));
    let all: Vec<Switch> = named.chain(others).collect();
    assert_eq!(all.len(), 5, "{}", group.action);
    let mut then = world.clone();
    take_out(&mut then, &all);
    assert!(audit(&plan, &then).groups.iter().all(|group| group.cause != Cause::ListLoop));
}

/// At Rackspace a mailbox and a list may not share a user name (`facts` 2).
#[test]
fn no_mailbox_is_offered_where_a_list_or_alias_has_the_name() {
    for kind in [GroupKind::List, GroupKind::Alias] {
        for expander in [Expander::Unknown, Expander::Postfix] {
            let (mut plan, _) = tangled(&[]);
            let members = vec![address("hself"), address("ann")];
            plan.groups.push(Group { address: address("hself"), at: Side::Host, kind, members });
            let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
            world.host.expander = expander;
            for origin in Origin::ALL {
                let trace = follow(&world, origin, &address("hself"));
                assert!(matches!(trace.outcome, Outcome::Loop { .. }), "{:?}", trace.outcome);
                let ways = ways_out(&world, &trace);
                let own = Switch::RemoveMember {
                    at: System::Host,
                    list: address("hself"),
                    member: address("hself"),
                };
                assert_eq!((&ways[0].switches, ways[0].lost), (&vec![own], 0), "{ways:?}");
                let made = |way: &&Switch| matches!(way, Switch::CreateMailbox { .. });
                let made = ways.iter().flat_map(|way| &way.switches).find(made);
                assert_eq!(made, None, "{ways:?}");
            }
            let found = audit(&plan, &world);
            let wanted = match expander {
                Expander::Unknown => Cause::HoldsItself,
                _ => Cause::ListLoop,
            };
            let causes: Vec<Cause> = found.groups.iter().map(|group| group.cause).collect();
            assert_eq!(causes, [wanted], "{kind:?} {expander:?}");
            let action = &found.groups[0].action;
            let out = "Take hself@example.com out of hself@example.com on the host.";
            assert!(action.starts_with(out), "{action}");
        }
    }
}

/// Each system goes round in its own way, and no other one's is told.
#[test]
fn what_is_told_of_a_circle_is_that_of_the_system_that_has_it() {
    use sdr_wizard::plan::ExternalSystem as Kind;
    for (kind, named) in [
        (Kind::ExchangeServer, "Exchange"),
        (Kind::Cpanel, "Exim"),
        (Kind::Postfix, "Postfix"),
        (Kind::Kerio, "can't be told"),
    ] {
        let (mut plan, _) = tangled(&[
            ("n1", Side::External, &["n2"]),
            ("n2", Side::External, &["n1", "dora"]),
            ("only", Side::External, &["only"]),
        ]);
        plan.external.system = kind;
        let world = world_after(&plan, Phase::After(Deed::FirstContacts));
        let found = audit(&plan, &world);
        let group = found.groups.iter().find(|group| group.cause == Cause::HoldsItself).unwrap();
        for other in ["Exchange", "Exim", "Postfix", "can't be told"] {
            assert_eq!(group.meaning.contains(other), other == named, "{kind:?} {}", group.meaning);
        }
        let n1 = follow(&world, Origin::Internet, &address("n1"));
        let got = n1.count.copies.iter().any(|one| one.mailbox == address("dora"));
        assert_eq!(got, matches!(kind, Kind::ExchangeServer | Kind::Cpanel), "{kind:?} {n1:?}");
        let returned = !n1.count.returns.is_empty();
        assert_eq!(returned, matches!(kind, Kind::Cpanel | Kind::Postfix), "{kind:?} {n1:?}");
        let passed_over = n1.hops.iter().any(|hop| hop.rule == Rule::PassedOver);
        assert_eq!(passed_over, kind == Kind::ExchangeServer, "{n1:?}");
    }
}

/// Whoever gets a copy is in the graph, the picture and the words: of a loop
/// beside its path, and where a forward keeps one.
#[test]
fn graph_picture_and_words_have_everybody_who_gets_a_copy() {
    let (_, mut world) = tangled(&[
        ("team", Side::External, &["ann", "dora", "hlist@rackspace", "team@rackspace"]),
        ("hlist", Side::Host, &["bob", "team", "sven"]),
    ]);
    for origin in Origin::ALL {
        let trace = follow(&world, origin, &address("hlist"));
        let (dot, words) = (trace_dot(&trace), trace_text(&trace).join("\n"));
        for copies in &trace.count.copies {
            let stop = format!("{}\\n{}\"", copies.at.label(), copies.mailbox);
            assert!(dot.contains(&stop), "{stop} in {dot}");
            assert!(dot.contains(&format!("mailbox, {} copies", copies.copies)), "{dot}");
            assert!(words.contains(&format!("has the mailbox {}.", copies.mailbox)), "{words}");
        }
        // Both circles are red, and nothing hangs in the air.
        assert!(dot.matches("color=red").count() >= 2, "{dot}");
        let edges = dot.lines().filter(|line| line.contains(" -> "));
        let led: Vec<&str> = edges.filter_map(|line| line.split([' ', ';']).nth(4)).collect();
        let stop = |line: &&str| line.starts_with("  hop") && !line.contains(" -> ");
        let stops = dot.lines().filter(stop).filter_map(|line| line.split_whitespace().next());
        for stop in stops.skip(1) {
            assert!(led.contains(&stop), "{stop} in {dot}");
        }
        let boxes: Vec<String> =
            picture(&trace).nodes.iter().filter_map(|node| node.copies_text()).collect();
        let boxes = boxes.join("\n");
        for name in ["ann (", "bob (", "dora (", "sven ("] {
            assert!(boxes.contains(name), "{boxes}");
        }
    }
    world.external.mailboxes.insert(address("ann"));
    let both = Forward { to: routing("ann"), keep_copy: true };
    world.external.forwards.insert(address("ann"), both);
    let dot = trace_dot(&follow(&world, Origin::Internet, &address("ann")));
    assert!(dot.contains("[label=\"a copy stays\", shape=oval]"), "{dot}");
    assert_eq!(dot.matches("shape=oval").count(), 2, "{dot}");
}
