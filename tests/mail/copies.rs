//! Several copies, long chains, and who answers for them.

use sdr_wizard::plan::{Group, GroupKind, Mailbox, Plan, Side, Strategy, WaveNumber};
use sdr_wizard::route::{
    AcceptedDomain, Deed, Expander, Forward, Message, MxOwner, Origin, Outcome, Phase, RcptAnswer,
    Rule, System, World, carry, follow, follow_message, hop_text, outcome_text, ways_out,
    world_after,
};

use crate::{address, bounced, delivered, domain, ends, routing, world};

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

/// An alias of a person who forwards is a name of the one mailbox: no copy
/// stays anywhere else.
#[test]
fn the_copy_that_stays_is_in_the_mailbox_that_there_is() {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    plan.situation.primary_mx = Side::External;
    plan.external.forwards_keep_copy = true;
    let mut ann = Mailbox::new(address("ann"));
    ann.aliases.push(address("annie"));
    (ann.wave, ann.strategy) = (WaveNumber::new(1), Strategy::Forward);
    plan.roster.add(ann).unwrap();
    let mut dora = Mailbox::new(address("dora"));
    dora.aliases.push(address("dd"));
    plan.roster.add(dora).unwrap();
    let list = |name: &str, members: &[&str]| Group {
        address: address(name),
        at: Side::External,
        kind: GroupKind::List,
        members: members.iter().map(|name| address(name)).collect(),
    };
    plan.groups.push(list("both", &["ann", "annie"]));
    plan.groups.push(list("twice", &["dora", "dd"]));
    let after = Phase::After(Deed::Contacts(WaveNumber::new(1).unwrap()));
    let world = world_after(&plan, after);
    let counted = |to: &str| {
        let count = follow(&world, Origin::Internet, &address(to)).count;
        count.copies.into_iter().map(|one| (one.at, one.mailbox, one.copies)).collect::<Vec<_>>()
    };
    let twice = vec![(System::Host, address("ann"), 1), (System::External, address("ann"), 1)];
    for to in ["ann", "annie", "both"] {
        assert_eq!(counted(to), twice, "{to}");
    }
    for to in ["dd", "twice"] {
        assert_eq!(counted(to), [(System::External, address("dora"), 1)], "{to}");
    }
    let other = follow(&world, Origin::Internet, &address("dd"));
    let words = "The external server has dd@example.com as another address of the mailbox dora@example.com.";
    assert_eq!(hop_text(&other, 1), words);
    assert_eq!(outcome_text(&other), "Delivered to dora@example.com at the external server.");
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

    let round = alias(&mut world, &["ann", "crew"]);
    assert_eq!(round.outcome, bounced(System::External, "550 5.1.1"), "{round:?}");
    world.host.aliases.insert(address("crew"), vec![address("team")]);
    let round = follow(&world, Origin::Host, &address("team"));
    let within = Some(System::Host);
    assert_eq!(round.outcome, Outcome::Loop { cycle_start: 0, within }, "{round:?}");
    let ways = ways_out(&world, &round);
    let labels: Vec<&str> = ways.iter().map(|way| way.label.as_str()).collect();
    let out = "take team@example.com out of crew@example.com on the host";
    assert_eq!(labels, [out, "take crew@example.com out of team@example.com on the host"]);
}

/// As real Postfix does it (`an alias at the host that holds itself` in
/// `tests/truth/named.rs`): expanded once, then a name like any other, which
/// split domain routing passes on.
#[test]
fn an_alias_that_holds_itself_is_looked_for_at_the_other_system() {
    let mut world = world();
    world.host.expander = Expander::Postfix;
    world.host.aliases.insert(address("team"), vec![address("ann"), address("team")]);
    let trace = follow(&world, Origin::Host, &address("team"));
    assert_eq!(trace.outcome, bounced(System::External, "550 5.1.1"), "{trace:?}");
    assert_eq!(trace.count.copies_in_all(), 1);
    assert!(hop_text(&trace, 2).contains("expands team@example.com once"), "{trace:?}");
    assert_eq!(trace.hops[2].rule, Rule::Sdr);
    let ways = ways_out(&world, &trace);
    assert_eq!(ways[0].label, "take team@example.com out of team@example.com on the host");
    assert_eq!(ways.len(), 1, "{ways:?}");

    world.external.mailboxes.insert(address("team"));
    let both = follow(&world, Origin::Host, &address("team")).outcome;
    let copies = vec![(System::Host, address("ann")), (System::External, address("team"))];
    assert_eq!(both, Outcome::Delivered { copies });
}

/// What the external server has taken from the host it returns by its own way
/// to the writer: by the contact.
#[test]
fn a_return_that_is_lost_is_not_told_to_the_sender() {
    let mut world = world();
    world.external.lists.insert(address("team"), vec![address("bob"), address("nobody")]);
    let told = |world: &World, origin| outcome_text(&follow(world, origin, &address("team")));
    let arrives = "Bounced by the external server (550 5.1.1). The sender is told. One copy arrives: bob@example.com at the external server.";
    assert_eq!(told(&world, Origin::Host), arrives);
    world.host.alias_domains.clear();
    let lost = "Bounced by the external server (550 5.1.1). The sender is not told: the return to ann@example.com is lost on its way. One copy arrives: bob@example.com at the external server.";
    assert_eq!(told(&world, Origin::Host), lost);
    // Its own users it reaches.
    assert_eq!(told(&world, Origin::External), arrives);

    // Somebody whose own mail goes round hears of nothing either.
    let mut round = crate::world();
    round.external.lists.insert(address("team"), vec![address("nobody")]);
    let to = routing("eve");
    round.external.forwards.insert(address("eve"), Forward { to, keep_copy: false });
    let message = |sender: &str| Message {
        origin: Origin::External,
        sender: Some(address(sender)),
        to: address("team"),
        size: 0,
    };
    let eve = follow_message(&round, &message("eve"));
    assert!(outcome_text(&eve).contains("not told: the return to eve@example.com is lost"));
    assert_eq!((eve.count.returns_in_all(), eve.count.too_many_hops), ((1, 1), 0));
    let bob = follow_message(&round, &message("bob"));
    assert_eq!(bob.count.returns_in_all(), (1, 0));
    let gone = carry(&round, &message("eve"));
    assert!(gone.returns[0].lands.is_empty(), "{gone:?}");
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
fn a_chain_longer_than_a_server_follows_is_refused() {
    let mut world = world();
    for link in 0..1_000 {
        let next = address(&format!("link{}", link + 1));
        world.host.aliases.insert(address(&format!("link{link}")), vec![next]);
    }
    world.host.mailboxes.insert(address("link1000"));
    assert_eq!(ends(&world, "link1")[1], delivered(System::Host, "link1000"));
    let [internet, host, external] = ends(&world, "link0");
    assert_eq!(internet, bounced(System::External, "550 5.1.1"));
    // A thousand names within one system; no hop limit comes into it.
    assert_eq!(host, bounced(System::Host, "451 4.6.0"));
    assert_eq!(external, bounced(System::External, "550 5.1.1"));
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
