//! The audit: whatever goes wrong is told under its own cause, with its remedy.

use sdr_wizard::plan::{
    Address, Authority, Group, GroupKind, Home, Mailbox, Plan, Purpose, Side, Strategy, WaveNumber,
};
use sdr_wizard::route::{
    AcceptedDomain, Audit, Cause, Deed, Forward, Moment, MxOwner, Origin, Outcome, Phase, Seen,
    Survey, System, World, audit, phases, remarks, trace_dot, trace_text, world_after, world_now,
};

use crate::{address, domain};

fn person(name: &str, home: Home, wave: u16) -> Mailbox {
    let mut person = Mailbox::new(address(name));
    person.home = home;
    person.wave = WaveNumber::new(wave);
    person.aliases = vec![address(&format!("{name}.alias"))];
    person
}

/// Everybody moves, in two waves; one keeps the old mailbox as a forward.
fn migration() -> Plan {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    for (name, wave) in [("ann", 1), ("bob", 1), ("cy", 2), ("dee", 2)] {
        plan.roster.add(person(name, Home::External, wave)).unwrap();
    }
    plan.roster.edit(&address("dee"), |dee| dee.strategy = Strategy::Forward);
    plan
}

/// ann is at the host, bob stays outside.
fn split() -> Plan {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    plan.situation.purpose = Purpose::Permanent;
    plan.roster.add(person("ann", Home::Host, 0)).unwrap();
    plan.roster.add(person("bob", Home::External, 0)).unwrap();
    plan
}

fn spoiled(spoil: impl FnOnce(&mut World)) -> Audit {
    let plan = split();
    let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
    spoil(&mut world);
    audit(&plan, &world)
}

fn causes(audit: &Audit) -> Vec<Cause> {
    audit.groups.iter().map(|group| group.cause).collect()
}

fn told(audit: &Audit) -> Vec<(Cause, String)> {
    audit.groups.iter().map(|group| (group.cause, group.summary.clone())).collect()
}

#[test]
fn no_phase_of_a_migration_in_the_recommended_order_loses_mail() {
    let plan = migration();
    let order = phases(&plan);
    assert_eq!(order.len(), 15);
    for phase in order.into_iter().filter(|phase| !splits(*phase)) {
        let audit = audit(&plan, &world_after(&plan, phase));
        assert!(audit.is_clean(), "{phase:?}: {:?}", told(&audit));
        assert_eq!(audit.fine.len(), (4 * 2 + 1) * 3, "{phase:?}");
    }
}

/// The writer at the host hears of nothing while the alias is missing.
#[test]
fn a_finding_says_where_the_writer_is_not_told_either() {
    let mut plan = split();
    plan.groups.push(Group {
        address: address("team"),
        at: Side::External,
        kind: GroupKind::List,
        members: vec![address("bob"), address("nobody")],
    });
    let told = |world: &World| {
        let found = audit(&plan, world);
        let group = found.groups.iter().find(|group| group.cause == Cause::ListMember);
        group.unwrap().meaning.clone()
    };
    let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
    assert!(!told(&world).contains("return to"), "{}", told(&world));
    world.host.alias_domains.clear();
    let lost = "of a message to team@example.com from a user of the host the return to ann@example.com is lost as well.";
    assert!(told(&world).ends_with(lost), "{}", told(&world));
    // The same for those who stand for many.
    let before = Moment::after(&plan, Phase::After(Deed::SdrOn));
    let survey = Survey::new(&plan, before).audit(9, None);
    let group = survey.groups.iter().find(|group| group.cause == Cause::ListMember).unwrap();
    assert!(group.meaning.ends_with(lost), "{}", group.meaning);
}

/// What is told apart is not counted with the rest.
#[test]
fn all_ways_are_no_more_than_were_counted() {
    let mut plan = split();
    let world = |plan: &Plan| world_after(plan, Phase::After(Deed::FirstContacts));
    let lacking = audit(&plan, &world(&plan));
    assert!(lacking.is_clean() && lacking.unowned.is_some());
    assert_eq!(lacking.fine_text(), "All other 15 ways end where the plan wants them.");
    plan.roster.edit(&address("ann"), |ann| {
        ann.aliases.extend([address("postmaster"), address("abuse")]);
    });
    let owned = audit(&plan, &world(&plan));
    assert_eq!(owned.fine_text(), "All 21 ways end where the plan wants them.");
    let mut astray = world(&plan);
    astray.external.forwards.remove(&address("ann"));
    let text = audit(&plan, &astray).fine_text();
    assert_eq!(text, "19 of 21 ways end where the plan wants them.");
    plan.roster.edit(&address("ann"), |ann| ann.aliases.clear());
    let mut astray = world(&plan);
    astray.external.forwards.remove(&address("ann"));
    let text = audit(&plan, &astray).fine_text();
    let apart = "10 of 12 ways end where the plan wants them. Those to postmaster and abuse are told apart.";
    assert_eq!(text, apart);
}

/// Between the mailboxes of a wave and its contacts.
fn splits(phase: Phase) -> bool {
    matches!(phase, Phase::After(Deed::MailboxesMade(_)))
}

#[test]
fn between_mailboxes_and_contacts_of_a_wave_its_mail_is_seen_to_split() {
    for mx in [Side::External, Side::Host] {
        let mut plan = migration();
        plan.situation.primary_mx = mx;
        let between = phases(&plan).into_iter().filter(|phase| splits(*phase));
        for (wave, phase) in (1..).zip(between) {
            let audit = audit(&plan, &world_after(&plan, phase));
            assert_eq!(causes(&audit), [Cause::TwoHomes], "{phase:?}: {:?}", told(&audit));
            let group = &audit.groups[0];
            assert_eq!(
                (group.people, group.summary.as_str()),
                (2, "2 people: a mailbox on both systems")
            );
            // Two people by two addresses, from each origin that the host has first.
            let early: &[Origin] = match mx {
                Side::External => &[Origin::Host],
                Side::Host => &[Origin::Internet, Origin::Host],
            };
            assert_eq!(group.routes, 4 * early.len());
            assert!(group.lines.iter().all(|line| early.contains(&line.origin)));
            assert_eq!(
                group.action,
                format!(
                    "Import the contacts of wave {wave} as soon as its mailboxes are there, and let its people look in the new mailbox for what came early. This concerns {}.",
                    match wave {
                        1 =>
                            "ann@example.com, ann.alias@example.com, bob@example.com and 1 more address",
                        _ =>
                            "cy@example.com, cy.alias@example.com, dee@example.com and 1 more address",
                    }
                )
            );
        }
    }
}

#[test]
fn the_worst_comes_first_then_what_concerns_most_people() {
    let mut plan = split();
    for name in ["cy", "dee", "eve"] {
        plan.roster.put(person(name, Home::Host, 0));
    }
    let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
    // One loops, one has no home, two have no contact, and anything is accepted.
    world.host.mailboxes.remove(&address("ann"));
    world.host.aliases.remove(&address("ann.alias"));
    world.external.mailboxes.retain(|mailbox| !mailbox.local().starts_with("bob"));
    for name in ["cy", "dee"] {
        world.external.forwards.remove(&address(name));
        world.external.forwards.remove(&address(&format!("{name}.alias")));
    }
    world.external.authority = Authority::AcceptsAnything;
    let audit = audit(&plan, &world);
    let found: Vec<_> = audit.groups.iter().map(|group| (group.cause, group.people)).collect();
    assert_eq!(
        found,
        [
            (Cause::ContactWithoutMailbox, 1),
            (Cause::MailboxWithoutContact, 2),
            (Cause::NoHome, 1),
            (Cause::AcceptsAnything, 0),
        ]
    );
}

#[test]
fn postmaster_and_abuse_have_to_end_somewhere_whoever_has_them() {
    let mut plan = split();
    let world = |plan: &Plan| world_after(plan, Phase::After(Deed::FirstContacts));
    let group = audit(&plan, &world(&plan)).unowned.unwrap();
    assert_eq!((group.cause, group.addresses, group.routes), (Cause::DutyAddress, 2, 6));
    assert!(group.meaning.contains("RFC 2142"), "{}", group.meaning);
    plan.roster.edit(&address("ann"), |ann| ann.aliases.push(address("postmaster")));
    let group = audit(&plan, &world(&plan)).unowned.unwrap();
    assert_eq!(group.addresses, 1);
    assert!(group.lines.iter().all(|line| line.address == address("abuse")));
    // A server that takes it by itself, seen by the check of step 3.
    let roles = Some(std::sync::Arc::new([address("abuse")].into()));
    let seen = Seen { sdr: Some(true), roles, ..Seen::default() };
    assert!(audit(&plan, &world_now(&plan, &seen)).unowned.is_none());
    assert!(audit(&plan, &world(&plan)).is_clean());
}

#[test]
fn whom_the_audit_leaves_out_and_what_it_takes_is_told() {
    let mut plan = split();
    assert!(remarks(&plan).is_empty());
    let elsewhere = |name: &str| Address::parse(&format!("{name}@example.org")).unwrap();
    for name in ["eve", "fay"] {
        plan.roster.put(Mailbox::new(elsewhere(name)));
    }
    let group = |address, kind| {
        let members = (0..5).map(|number| elsewhere(&format!("m{number}"))).collect();
        Group { address, at: Side::Host, kind, members }
    };
    plan.groups.push(group(elsewhere("all"), GroupKind::List));
    plan.groups.push(group(address("sales"), GroupKind::Alias));
    plan.groups.push(group(address("team"), GroupKind::List));
    assert_eq!(
        remarks(&plan),
        [
            "2 people are left out (such as eve@example.org): the split concerns addresses at example.com alone.",
            "1 list is left out (all@example.org): the split concerns addresses at example.com alone.",
            "The alias sales@example.com at Rackspace Email has 5 members, and Rackspace takes up to 4. It is followed as it stands here; make it a group list there.",
        ]
    );
}

#[test]
fn no_phase_of_a_permanent_split_loses_mail_once_it_is_set_up() {
    let mut plan = split();
    for mx in [Side::External, Side::Host] {
        plan.situation.primary_mx = mx;
        plan.roster.put(person("cy", Home::External, 1));
        let done: Vec<Phase> = phases(&plan)
            .into_iter()
            .filter(|&phase| phase >= Phase::After(Deed::FirstContacts) && !splits(phase))
            .collect();
        // With the change of the MX records where there is one to make.
        assert_eq!(done.len(), if mx == Side::External { 4 } else { 3 });
        for phase in done {
            let audit = audit(&plan, &world_after(&plan, phase));
            assert!(audit.is_clean(), "MX {mx:?}, {phase:?}: {:?}", told(&audit));
        }
    }
}

#[test]
fn before_the_forwards_are_loaded_people_at_the_host_are_told_to_lack_them() {
    let plan = split();
    let audit = audit(&plan, &world_after(&plan, Phase::After(Deed::SubdomainMx)));
    assert_eq!(causes(&audit), [Cause::MailboxWithoutContact]);
    assert_eq!(audit.groups[0].people, 1);
    assert_eq!(
        audit.groups[0].summary,
        "1 person: at the host without a contact on the external server"
    );
    assert!(audit.groups[0].action.contains("ann@example.com"), "{}", audit.groups[0].action);
    assert!(audit.groups[0].action.contains("rackspace.example.com"));
    assert_eq!(audit.groups[0].lines.len(), 4, "two addresses from two origins");
}

#[test]
fn whoever_is_left_behind_is_lost_when_the_split_is_taken_down() {
    let mut plan = migration();
    plan.roster.put(person("eve", Home::External, 0));
    let before = audit(&plan, &world_after(&plan, Phase::After(Deed::PrimaryMx)));
    assert!(before.is_clean(), "{:?}", told(&before));
    let after = audit(&plan, &world_after(&plan, Phase::After(Deed::SdrOff)));
    let off = after.groups.iter().find(|group| group.cause == Cause::SdrOff).unwrap();
    assert_eq!(off.people, 1);
    assert!(off.lines.iter().all(|line| line.address.local().starts_with("eve")));
    assert!(off.action.contains("move these mailboxes to the host first"), "{}", off.action);
}

#[test]
fn a_domain_at_the_host_without_split_routing_loses_mail_of_its_other_customers() {
    let plan = migration();
    let seen = Seen { sdr: Some(false), ..Seen::default() };
    let audit = audit(&plan, &world_now(&plan, &seen));
    assert_eq!(causes(&audit), [Cause::SdrOff]);
    assert!(audit.groups[0].lines.iter().all(|line| line.origin == Origin::Host));
}

#[test]
fn each_mistake_is_told_under_its_own_cause() {
    let subdomain = domain("rackspace.example.com");
    type Spoil = Box<dyn Fn(&mut World)>;
    let table: Vec<(Cause, &str, Spoil)> = vec![
        (
            Cause::SdrOff,
            "Enable Split Domain Routing at Rackspace Email",
            Box::new(|world| world.host.sdr = false),
        ),
        (
            Cause::NoDomainAlias,
            "support of Rackspace Email to add rackspace.example.com",
            Box::new(|world| world.host.alias_domains.clear()),
        ),
        (
            Cause::NoSubdomainMx,
            "mx1.emailsrvr.com (10) and mx2.emailsrvr.com (20)",
            Box::new({
                let subdomain = subdomain.clone();
                move |world| {
                    world.mx.remove(&subdomain);
                }
            }),
        ),
        (
            Cause::NoSubdomainMx,
            "Publish MX records for rackspace.example.com",
            Box::new({
                let subdomain = subdomain.clone();
                move |world| {
                    world.mx.insert(subdomain.clone(), MxOwner::External);
                }
            }),
        ),
        (
            Cause::NoSubdomainMx,
            "Leave those of example.com as they are",
            Box::new(move |world| {
                world.mx.insert(subdomain.clone(), MxOwner::Third);
            }),
        ),
        (
            Cause::ContactWithoutMailbox,
            "Create the mailbox at the host, or remove the contact or forward on the external server: ann@example.com",
            Box::new(|world| {
                world.host.mailboxes.remove(&address("ann"));
            }),
        ),
        (
            Cause::BothNonAuthoritative,
            "Make the external server authoritative for example.com",
            Box::new(|world| world.external.authority = Authority::InternalRelay),
        ),
        (
            Cause::WildcardAcceptedDomain,
            "replace the accepted domain *.example.com",
            Box::new(|world| {
                let domain = domain("example.com");
                let wildcard = AcceptedDomain { domain, with_subdomains: true };
                world.external.accepted_domains = vec![wildcard];
            }),
        ),
        (
            Cause::MailboxWithoutContact,
            "ann@example.com",
            Box::new(|world| world.external.forwards.clear()),
        ),
        (
            Cause::TwoHomes,
            "bob@example.com",
            Box::new(|world| {
                world.host.mailboxes.insert(address("bob"));
            }),
        ),
        (
            Cause::NoHome,
            "bob@example.com",
            Box::new(|world| {
                world.external.mailboxes.retain(|mailbox| mailbox.local() != "bob");
            }),
        ),
        (
            Cause::CatchAll,
            "Remove the catch-all of example.com on the host",
            Box::new(|world| world.host.catch_all = Some(address("ann"))),
        ),
        (
            Cause::AcceptsAnything,
            "refuse unknown recipients of example.com",
            Box::new(|world| world.external.authority = Authority::AcceptsAnything),
        ),
        (
            Cause::AcceptsAnything,
            "pass none of them on",
            Box::new(|world| {
                world.external.authority = Authority::InternalRelay;
                world.host.sdr = false;
                // Nobody at home whom only split domain routing would reach.
                world.external.mailboxes.clear();
                world.host.mailboxes.insert(address("bob"));
                world.host.aliases.insert(address("bob.alias"), vec![address("bob")]);
            }),
        ),
        (
            Cause::Other,
            "hop by hop",
            Box::new(|world| {
                world.mx.insert(domain("example.com"), MxOwner::Third);
            }),
        ),
    ];
    for (cause, remedy, spoil) in table {
        let audit = spoiled(spoil);
        let groups = told(&audit);
        let group = audit.groups.iter().find(|group| group.cause == cause);
        let Some(group) = group else { panic!("{cause:?} is not among {groups:?}") };
        assert!(group.action.contains(remedy), "{cause:?}: {}", group.action);
        assert!(!group.meaning.is_empty() && !group.summary.is_empty());
        assert!(group.lines.iter().all(|line| line.cause == Some(cause)));
        let lines = audit.lines().count();
        assert!(lines >= 15, "{cause:?}: {lines} lines");
    }
}

#[test]
fn one_fault_of_practice_makes_one_group() {
    let only = |audit: &Audit| {
        assert_eq!(audit.groups.len(), 1, "{:?}", told(audit));
        audit.groups[0].cause
    };
    assert!(spoiled(|_| ()).is_clean());
    assert_eq!(only(&spoiled(|world| world.host.sdr = false)), Cause::SdrOff);
    let no_alias = spoiled(|world| world.host.alias_domains.clear());
    assert_eq!(only(&no_alias), Cause::NoDomainAlias);
    let no_mx = spoiled(|world| {
        world.mx.remove(&domain("rackspace.example.com"));
    });
    assert_eq!(only(&no_mx), Cause::NoSubdomainMx);
    let gone = spoiled(|world| {
        world.host.mailboxes.remove(&address("ann"));
    });
    assert_eq!(only(&gone), Cause::ContactWithoutMailbox);
    let both = spoiled(|world| world.external.authority = Authority::InternalRelay);
    assert_eq!(only(&both), Cause::BothNonAuthoritative);
    assert_eq!(both.groups[0].people, 0);
    assert!(both.groups[0].summary.starts_with("Addresses that nobody has:"));
    let any = spoiled(|world| world.external.authority = Authority::AcceptsAnything);
    assert_eq!(only(&any), Cause::AcceptsAnything);
    let mx = spoiled(|world| {
        world.mx.insert(domain("example.com"), MxOwner::Host);
    });
    assert!(mx.is_clean(), "with split domain routing on, either MX works: {:?}", told(&mx));
}

#[test]
fn a_contact_that_the_list_of_people_lacks_is_followed_too() {
    let stray =
        Forward { to: Address::parse("old@rackspace.example.com").unwrap(), keep_copy: false };
    let audit = spoiled(|world| {
        world.external.forwards.insert(address("old"), stray);
    });
    assert_eq!(causes(&audit), [Cause::ContactWithoutMailbox]);
    assert_eq!((audit.groups[0].people, audit.groups[0].lines.len()), (1, 3));
    let unlisted = spoiled(|world| {
        world.host.mailboxes.insert(address("new"));
    });
    assert_eq!(causes(&unlisted), [Cause::MailboxWithoutContact]);
    assert_eq!(unlisted.groups[0].lines.len(), 2);
}

#[test]
fn the_address_that_nobody_has_is_one_that_nobody_has() {
    let mut plan = split();
    for number in 0..3 {
        plan.roster.put(person(&format!("no-such-person-{number}"), Home::External, 0));
    }
    let audit = audit(&plan, &world_after(&plan, Phase::After(Deed::FirstContacts)));
    assert!(audit.is_clean(), "{:?}", told(&audit));
    let nobody = audit.fine.iter().find(|line| line.planned == System::Nobody).unwrap();
    assert_eq!(nobody.address, address("no-such-person-3"));
    assert!(matches!(nobody.trace.outcome, Outcome::Bounced { .. }));
}

#[test]
fn somebody_elses_mailbox_is_not_as_planned() {
    let audit = spoiled(|world| {
        world.external.mailboxes.remove(&address("bob"));
        let to = address("bob.alias");
        world.external.forwards.insert(address("bob"), Forward { to, keep_copy: false });
        world.external.mailboxes.insert(address("boss"));
        let to = address("boss");
        world.external.forwards.insert(address("bob.alias"), Forward { to, keep_copy: false });
    });
    assert_eq!(causes(&audit), [Cause::Other]);
    assert!(audit.groups[0].meaning.contains("boss@example.com"), "{}", audit.groups[0].meaning);
}

#[test]
fn the_path_is_told_in_an_administrators_words() {
    let audit = spoiled(|world| {
        world.host.mailboxes.remove(&address("ann"));
    });
    let line = &audit.groups[0].lines[0];
    assert_eq!(line.origin, Origin::Internet);
    assert_eq!(
        trace_text(&line.trace),
        [
            "1. The Internet follows the MX records of example.com to the external server.",
            "2. The external server has a contact or forward: ann@example.com goes to ann@rackspace.example.com.",
            "3. The external server follows the MX records of rackspace.example.com to the host.",
            "4. The host knows rackspace.example.com as a domain alias: ann@rackspace.example.com is ann@example.com.",
            "5. The host does not have ann@example.com; split domain routing passes it to the external server.",
            "A loop: it goes back to stop 2 and round again until a hop limit ends it. When, and who returns it, can't be told from here: not every hop limit on this way is known. Where it is Rackspace that ends it, it says 450 4.4.6 (G16), a delay: the external server goes on trying, and returns it itself when its queue time is over.",
        ]
    );
    let dot = trace_dot(&line.trace);
    assert!(dot.contains("hop4 -> hop1 [label=\"split domain routing\", color=red];"), "{dot}");
}

#[test]
fn a_quote_in_an_address_stays_inside_the_drawing() {
    let mut plan = split();
    let odd = Address::parse("\"a\\\\b c\"@example.com").unwrap();
    plan.roster.add(Mailbox::new(odd.clone())).unwrap();
    let audit = audit(&plan, &world_after(&plan, Phase::After(Deed::FirstContacts)));
    let line = audit.fine.iter().find(|line| line.address == odd).unwrap();
    let dot = trace_dot(&line.trace);
    assert!(dot.contains(r#"\"a\\\\b c\"@example.com"]"#), "{dot}");
}

#[test]
fn a_person_is_found_under_another_spelling_too() {
    use sdr_wizard::route::{Moment, Survey};
    let mut plan = Plan::new(domain("example.com")).unwrap();
    for (name, home) in [("ben", Home::Host), ("vera", Home::External)] {
        let address = Address::parse(&format!("{name}@example.com")).unwrap();
        plan.roster.put(Mailbox { home, ..Mailbox::new(address) });
    }
    let survey = Survey::new(&plan, Moment::after(&plan, Phase::After(Deed::FirstContacts)));
    let routed = Address::parse("ben@rackspace.example.com").unwrap();
    for line in survey.ways_to(&routed) {
        assert!(matches!(line.trace.outcome, Outcome::Delivered { .. }), "{line:?}");
    }
}

#[test]
fn a_list_outside_is_not_told_to_get_the_contact_that_its_member_lacks() {
    let mut plan = split();
    let list = |name: &str, at, members: &[&str]| Group {
        address: address(name),
        at,
        kind: GroupKind::List,
        members: members.iter().map(|name| address(name)).collect(),
    };
    plan.groups.push(list("all", Side::External, &["bob", "hostteam"]));
    plan.groups.push(list("hostteam", Side::Host, &["ann"]));
    let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
    assert!(audit(&plan, &world).is_clean(), "the list at the host has its contact");
    world.external.forwards.remove(&address("hostteam"));
    let found = audit(&plan, &world);
    let of = |cause| found.groups.iter().find(|group| group.cause == cause).unwrap();
    let lacks = of(Cause::MailboxWithoutContact);
    assert!(lacks.lines.iter().all(|line| line.address == address("hostteam")), "{lacks:?}");
    let member = of(Cause::ListMember);
    assert!(member.lines.iter().all(|line| line.address == address("all")), "{member:?}");
}

fn action(audit: &Audit, cause: Cause) -> &str {
    let group = audit.groups.iter().find(|group| group.cause == cause);
    group.map_or("", |group| group.action.as_str())
}

#[test]
fn the_remedy_costs_nobody_their_mail() {
    // What the external server passes on is what brings people their mail.
    let relays = spoiled(|world| {
        world.external.authority = Authority::InternalRelay;
        world.host.sdr = false;
    });
    let words = action(&relays, Cause::AcceptsAnything);
    assert!(words.starts_with("First load a contact"), "{:?}", told(&relays));
    // A catch-all that somebody wants is there.
    let collects = spoiled(|world| world.external.catch_all = Some(address("bob")));
    let words = action(&collects, Cause::CatchAll);
    assert!(words.starts_with("If that is wanted, leave it"), "{words}: {:?}", told(&collects));
    // A list does not move with its members' mailboxes.
    let mut plan = split();
    plan.roster.remove(|person| person.home == Home::External);
    plan.groups.push(Group {
        address: address("all"),
        at: Side::External,
        kind: GroupKind::List,
        members: vec![address("ann")],
    });
    let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
    world.host.sdr = false;
    let left = audit(&plan, &world);
    let words = action(&left, Cause::SdrOff);
    assert!(words.contains("make it at the host with the same members"), "{:?}", told(&left));
}

#[test]
fn lists_that_cross_are_named_with_the_member_and_the_system_that_has_them() {
    let mut plan = split();
    let group = |name: &str, at, kind, members: &[&str]| Group {
        address: address(name),
        at,
        kind,
        members: members.iter().map(|name| address(name)).collect(),
    };
    plan.groups.push(group("team", Side::External, GroupKind::List, &["desk", "bob"]));
    plan.groups.push(group("desk", Side::Host, GroupKind::Alias, &["team", "ann"]));
    // A list that only leads into the circle has no part in it.
    plan.groups.push(group("all", Side::External, GroupKind::List, &["team"]));
    let found = audit(&plan, &world_after(&plan, Phase::After(Deed::FirstContacts)));
    let words = action(&found, Cause::ListLoop);
    // The other member would cost more people the message.
    let out = "Take team@example.com out of desk@example.com on the host. bob@example.com then does not get what is written to desk@example.com.";
    assert_eq!(words, out);
    assert!(!words.contains("all@example.com"), "{words}");
}

#[test]
fn in_a_shared_address_space_nobody_is_told_to_correct_people_before_anything_is_there() {
    let mut plan = split();
    plan.roster.remove(|person| person.home == Home::Host);
    plan.external.authority = Authority::InternalRelay;
    plan.situation.primary_mx = Side::External;
    let found = audit(&plan, &world_after(&plan, Phase::Before));
    let causes: Vec<Cause> = found.groups.iter().map(|group| group.cause).collect();
    assert_eq!(causes, [Cause::AcceptsAnything], "{:?}", told(&found));
    let words = action(&found, Cause::AcceptsAnything);
    assert!(words.contains("Nobody is at the host yet"), "{words}");
    assert!(!words.contains("First load") && !words.contains("correct the list"), "{words}");
}
