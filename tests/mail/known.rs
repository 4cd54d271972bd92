//! The order, fed with what is known: what is done already, addresses that
//! nobody has, and the way without split domain routing.

use std::sync::Arc;

use sdr_wizard::check;
use sdr_wizard::finding::State;
use sdr_wizard::plan::{
    Authority, ExternalSystem, Home, Mailbox, PanelOffer, Plan, Side, Task, WaveNumber,
};
use sdr_wizard::route::{
    Basis, Cause, Deed, Fact, Moment, MxOwner, Origin, Phase, RcptAnswer, Seen, Survey, System,
    audit, check_order, deeds, done_already, follow, ground, left, phases, shortest_order,
    ticked_text, world_after, world_now,
};

use crate::{address, bounced, delivered, ends, path, plan, routing};

fn everybody_moves() -> Plan {
    let mut plan = plan();
    plan.roster.edit(&address("bob"), |bob| bob.wave = WaveNumber::new(2));
    plan
}

fn names(deeds: &[Deed]) -> Vec<String> {
    deeds.iter().map(ToString::to_string).collect()
}

#[test]
fn what_the_checks_saw_is_done_and_what_was_ticked_off_is_told_apart() {
    let mut plan = everybody_moves();
    plan.done.extend([Task::EnableSdr, Task::RequestDomainAlias, Task::PublishSubdomainMx]);
    let seen = Seen {
        sdr: Some(true),
        subdomain_mx: Some(None),
        host_mailboxes: Some([address("ann"), address("cy")].into()),
        ..Seen::default()
    };
    // Ticked off, and seen not to be there: that is not done.
    assert_eq!(
        done_already(&plan, &seen),
        [
            (Deed::SdrOn, Basis::Seen),
            (Deed::Alias, Basis::Told),
            (Deed::MailboxesMade(WaveNumber::FIRST), Basis::Seen),
        ]
    );
    let left = left(&plan, &seen);
    assert_eq!(names(&left)[..3], ["subdomain-mx", "first-contacts", "contacts-1"]);
    let order = check_order(&plan, &seen, &left).unwrap();
    // cy has two mailboxes now.
    assert!(
        order.before.iter().any(|harm| harm.sentence
            == "Mail for 1 person splits between their old and their new mailbox."),
        "{:?}",
        order.before
    );
    let starts = order.starts;
    let contacts = starts.iter().find(|start| start.action == "contacts-1").unwrap();
    assert!(contacts.after_seeing.is_empty(), "the alias is there: {contacts:?}");
    assert_eq!(contacts.after_waiting, ["subdomain-mx"]);
    assert_eq!(shortest_order(&plan, &seen).unwrap().order.starts.len(), left.len());
}

#[test]
fn what_follows_from_a_tick_is_not_called_ticked_off() {
    let mut plan = everybody_moves();
    plan.done.extend([Task::EnableSdr, Task::LoadForwards(WaveNumber::FIRST)]);
    let nothing = Seen::default();
    let by = Basis::Implied(Task::LoadForwards(WaveNumber::FIRST));
    assert_eq!(
        done_already(&plan, &nothing),
        [
            (Deed::SdrOn, Basis::Told),
            (Deed::MailboxesMade(WaveNumber::FIRST), by),
            (Deed::Contacts(WaveNumber::FIRST), Basis::Told),
        ]
    );
    let words = ticked_text(&plan, &nothing);
    assert_eq!(
        words,
        "Ticked off, not seen: switching split domain routing on; loading the forwards of wave 1. Implied, because loading the forwards of wave 1 is ticked off: the mailboxes of wave 1 are made."
    );
    assert!(check::basis(&plan, &nothing).contains(&words));
    // Until an action changes it, and as long as no check sees it.
    let told = |phase| ground(&plan, phase, &nothing).told;
    let moved = Phase::After(Deed::Moved(WaveNumber::FIRST));
    assert_eq!(told(Phase::After(Deed::SdrOn)), [Fact::SplitRouting, Fact::Forwards]);
    assert_eq!(told(moved), [Fact::SplitRouting], "the first contacts are the plan's word then");
    assert_eq!(told(Phase::After(Deed::SdrOff)), []);
    let seen = Seen { sdr: Some(true), ..Seen::default() };
    assert!(!ticked_text(&plan, &seen).contains("split domain routing on"));
    // What was taken back was there.
    plan.done.insert(Task::DisableSdr);
    let (first, basis) = done_already(&plan, &nothing)[0];
    assert_eq!((first, basis), (Deed::SdrOn, Basis::Told));
    plan.done.remove(&Task::EnableSdr);
    let (first, basis) = done_already(&plan, &nothing)[0];
    assert_eq!((first, basis), (Deed::SdrOn, Basis::Implied(Task::DisableSdr)));
}

#[test]
fn records_that_are_visible_need_no_waiting_and_a_ttl_replaces_the_two_days() {
    let plan = everybody_moves();
    let seen = Seen {
        sdr: Some(true),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        primary_ttl: Some(3600),
        ..Seen::default()
    };
    let starts = shortest_order(&plan, &seen).unwrap().order.starts;
    let of = |name: &str| starts.iter().find(|start| start.action == name).unwrap();
    assert_eq!((of("mailboxes-1").minute, of("contacts-1").minute), (0, 15));
    let mx = of("primary-mx");
    assert_eq!((mx.window, mx.window_basis), (Some(60), Some(Basis::Seen)));
    assert_eq!(of("domain-released").minute, mx.minute + 60);
}

#[test]
fn what_was_seen_of_the_server_outside_holds_at_every_moment_of_the_plan() {
    let mut plan = everybody_moves();
    plan.roster.edit(&address("ann"), |ann| ann.aliases.push(address("abuse")));
    let seen = Seen {
        roles: Some(std::sync::Arc::new([address("postmaster")].into())),
        external_authority: Some(Authority::AcceptsAnything),
        ..Seen::default()
    };
    let at = |deed| {
        let moment = Moment::reached(&plan, Phase::After(deed), &seen);
        audit(&plan, &moment.world(&plan))
    };
    let before = at(Deed::PrimaryMx);
    assert!(before.unowned.is_none());
    assert!(before.groups.iter().any(|group| group.cause == Cause::AcceptsAnything));
    // Whoever gives up the domain takes its postmaster along.
    let after = at(Deed::DomainReleased);
    assert_eq!(after.unowned.unwrap().addresses, 1);
}

/// Postfix looks into `virtual_alias_maps` whatever domains are its own.
#[test]
fn forwards_of_postfix_outlive_its_domain() {
    let mut plan = everybody_moves();
    let given_up = |plan: &Plan| world_after(plan, Phase::After(Deed::DomainReleased));
    let at_once = path(&follow(&given_up(&plan), Origin::External, &address("ann")));
    assert_eq!(at_once[1], (System::Host, address("ann").to_string()));
    plan.external.system = ExternalSystem::Postfix;
    let mut world = given_up(&plan);
    assert!(!world.external.accepts(plan.domain()));
    let trace = follow(&world, Origin::External, &address("ann"));
    assert_eq!(path(&trace)[1], (System::External, routing("ann").to_string()));
    assert_eq!(trace.outcome, delivered(System::Host, "ann"));
    assert_eq!(world.rcpt(System::External, &address("ann")), RcptAnswer::RelayDenied);

    // While they are there, nothing that they lead to may go.
    world.mx.remove(plan.routing_subdomain().as_domain());
    let [internet, host, external] = ends(&world, "ann");
    assert_eq!([internet, host], [delivered(System::Host, "ann"), delivered(System::Host, "ann")]);
    assert_eq!(external, bounced(System::Nobody, "550 5.4.4"));
    let audit = audit(&plan, &world);
    let group = audit.groups.iter().find(|group| group.cause == Cause::NoSubdomainMx).unwrap();
    assert!(group.action.contains("take the forwards out of virtual_alias_maps"), "{group:?}");
    let gone = world_after(&plan, Phase::After(Deed::ContactsRemoved));
    assert_eq!(path(&follow(&gone, Origin::External, &address("ann")))[1].0, System::Host);
}

#[test]
fn an_order_in_which_mistyped_addresses_go_round_is_refused() {
    let mut plan = everybody_moves();
    plan.external.authority = Authority::InternalRelay;
    let refusal = shortest_order(&plan, &Seen::default()).unwrap_err();
    assert_eq!(refusal.deed, Deed::SdrOn);
    let why = "When split domain routing is switched on, mail for addresses that nobody has would go round in a loop. The external server passes on what it does not have as well. Make it authoritative for the domain first, which none of these actions does: ";
    assert!(refusal.why.starts_with(why), "{refusal:?}");
    assert!(refusal.example.starts_with("no-such-person-0@example.com from "), "{refusal:?}");
    // What was seen of the server replaces the plan's word.
    let seen = Seen { external_authority: Some(Authority::Authoritative), ..Seen::default() };
    assert!(shortest_order(&plan, &seen).is_ok());
    let seen = Seen { external_authority: Some(Authority::InternalRelay), ..Seen::default() };
    assert!(shortest_order(&everybody_moves(), &seen).is_err());
}

#[test]
fn mail_to_nobody_that_is_taken_is_told_and_not_called_well() {
    let mut plan = everybody_moves();
    plan.external.authority = Authority::AcceptsAnything;
    let order = check_order(&plan, &Seen::default(), &deeds(&plan)[..4]).unwrap();
    let sentence =
        "Mail for addresses that nobody has is taken: by a catch-all, or to be returned later.";
    assert!(order.after.iter().any(|harm| harm.sentence == sentence), "{:?}", order.after);
    // A catch-all at the host takes what people outside should get.
    let mut plan = everybody_moves();
    plan.roster.remove(|person| person.home == Home::Host);
    plan.host_settings.catch_all = Some(address("cy"));
    let refusal = shortest_order(&plan, &Seen::default()).unwrap_err();
    assert!(refusal.why.contains("arrive where they do not look"), "{refusal:?}");
}

#[test]
fn where_the_panel_offers_no_split_domain_the_plan_goes_without() {
    let mut plan = plan();
    plan.situation.panel = PanelOffer::NotOffered;
    let names = names(&deeds(&plan));
    assert_eq!(names[..4], ["external-mx", "host-aliases", "alias", "subdomain-mx"]);
    assert!(!names.iter().any(|name| name.starts_with("sdr-")), "{names:?}");
    assert_eq!(plan.way_without_sdr().unwrap().as_str(), "exchange.example.com");
    for phase in phases(&plan).into_iter().skip(5) {
        let audit = audit(&plan, &world_after(&plan, phase));
        let causes: Vec<Cause> = audit.groups.iter().map(|group| group.cause).collect();
        let wanted = match phase {
            Phase::After(Deed::AliasesDeleted(_)) => vec![Cause::NoHostAlias],
            Phase::After(Deed::MailboxesMade(_)) => vec![Cause::TwoHomes],
            _ => vec![],
        };
        assert_eq!(causes, wanted, "{phase:?}");
    }
    assert!(shortest_order(&plan, &Seen::default()).is_ok());
    // Ticked off, it counts now; routing that was seen to work counts anyway.
    let now = |plan: &Plan, seen: &Seen| world_now(plan, seen);
    assert!(!now(&plan, &Seen::default()).host.aliases.contains_key(&address("bob")));
    plan.done.extend([Task::PublishExternalMx, Task::MakeHostAliases]);
    let world = now(&plan, &Seen::default());
    assert!(world.host.aliases.contains_key(&address("bob")) && !world.host.sdr);
    assert!(now(&plan, &Seen { sdr: Some(true), ..Seen::default() }).host.sdr);
}

#[test]
fn an_address_that_its_own_server_refused_has_no_mailbox() {
    let mut plan = plan();
    plan.situation.primary_mx = Side::External;
    plan.roster.put(Mailbox { home: Home::Host, ..Mailbox::new(address("eve")) });
    let refused = [address("ann"), address("bob")].into_iter().collect();
    let seen = Seen {
        sdr: Some(true),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        accepted: std::sync::Arc::new([address("ann"), address("eve")].into()),
        refused: std::sync::Arc::new(refused),
        ..Seen::default()
    };
    let audit = audit(&plan, &world_now(&plan, &seen));
    let found: Vec<_> = audit.groups.iter().map(|group| (group.cause, group.people)).collect();
    assert_eq!(found, [(Cause::ContactWithoutMailbox, 1), (Cause::NoHome, 1)]);
}

/// ann and eve are at the host.
fn two_at_the_host() -> Plan {
    let mut plan = plan();
    plan.roster.put(Mailbox { home: Home::Host, ..Mailbox::new(address("eve")) });
    plan
}

#[test]
fn a_refusal_is_about_one_person_and_a_yes_shows_no_contact() {
    let mut plan = two_at_the_host();
    plan.situation.primary_mx = Side::External;
    let seen = Seen {
        sdr: Some(true),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        accepted: Arc::new([address("ann")].into()),
        without_contact: Arc::new([address("eve")].into()),
        ..Seen::default()
    };
    let found = audit(&plan, &world_now(&plan, &seen));
    let found: Vec<_> = found.groups.iter().map(|group| (group.cause, group.people)).collect();
    assert_eq!(found, [(Cause::MailboxWithoutContact, 1)], "eve alone");
    // Neither ticked off nor seen: a mailbox that was left is accepted as well.
    let heard = Seen { without_contact: Arc::default(), ..seen.clone() };
    assert!(!heard.has(Fact::Forwards));
    let done = |plan: &Plan, seen: &Seen| {
        done_already(plan, seen).into_iter().find(|(deed, _)| *deed == Deed::FirstContacts)
    };
    assert_eq!(done(&plan, &heard), None);
    plan.done.extend(plan.loadings());
    assert_eq!(done(&plan, &heard), Some((Deed::FirstContacts, Basis::Told)));
    assert_eq!(done(&plan, &seen), None, "one is missing");
}

#[test]
fn a_duty_address_of_a_person_is_taken_for_their_contact() {
    let mut plan = plan();
    plan.situation.primary_mx = Side::External;
    plan.roster.edit(&address("ann"), |ann| ann.aliases.push(address("abuse")));
    let seen = Seen {
        sdr: Some(true),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        accepted: Arc::new([address("ann")].into()),
        roles: Some(Arc::new([address("abuse"), address("postmaster")].into())),
        ..Seen::default()
    };
    let audit = Survey::new(&plan, Moment::now(&plan, &seen)).audit(10, None);
    let found: Vec<_> = audit.groups.iter().map(|group| (group.cause, &group.summary)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_hosts_yes_shows_a_mailbox_only_while_it_asks_nobody_else() {
    let mut plan = plan();
    let seen = |sdr| Seen { sdr, ..Seen::default() };
    assert!(seen(None).host_vouches(&plan) && seen(Some(false)).host_vouches(&plan));
    assert!(!seen(Some(true)).host_vouches(&plan));
    plan.done.insert(Task::EnableSdr);
    assert!(!seen(None).host_vouches(&plan) && seen(Some(false)).host_vouches(&plan));
}

#[test]
fn a_change_of_the_primary_mx_that_was_just_seen_runs_on_in_its_window() {
    let mut plan = everybody_moves();
    plan.roster.edit(&address("ann"), |ann| ann.wave = WaveNumber::new(1));
    for name in ["ann", "bob", "cy", "dee"] {
        plan.roster.edit(&address(name), |person| person.home = Home::Host);
    }
    plan.done.extend(plan.loadings());
    let mut seen = Seen {
        sdr: Some(true),
        alias: Some(true),
        subdomain_mx: Some(Some(MxOwner::Host)),
        primary_mx: Some(MxOwner::Host),
        primary_ttl: Some(7200),
        primary_changed_for: Some(30),
        ..Seen::default()
    };
    let released = |seen: &Seen| {
        let starts = shortest_order(&plan, seen).unwrap().order.starts;
        starts.into_iter().find(|start| start.action == "domain-released").unwrap()
    };
    let start = released(&seen);
    assert_eq!((start.minute, start.after_waiting), (90, vec!["primary-mx".to_owned()]));
    seen.primary_changed_for = Some(120);
    assert_eq!(released(&seen).minute, 0);
    // Ticked off, and never seen to change: two days, as for a change to come.
    seen = Seen { primary_ttl: None, primary_changed_for: None, ..seen };
    assert_eq!(released(&seen).minute, 48 * 60);
}

#[test]
fn an_order_in_which_mail_with_an_extension_goes_round_is_refused() {
    let mut plan = everybody_moves();
    plan.external.extension = Some('+');
    let refusal = shortest_order(&plan, &Seen::default()).unwrap_err();
    assert!(refusal.example.contains("+extension@example.com from "), "{refusal:?}");
    assert!(
        refusal.why.contains("mail for 1 person, written to with an extension, would"),
        "{refusal:?}"
    );
    // Three more like her: people are counted, not one for each wave.
    let mut many = plan.clone();
    for name in ["eve", "fay", "gil"] {
        many.roster.put(Mailbox { home: Home::Host, ..Mailbox::new(address(name)) });
    }
    let refusal = shortest_order(&many, &Seen::default()).unwrap_err();
    assert_eq!(refusal.people, 4, "{refusal:?}");
    let audit = Survey::new(&many, Moment::after(&many, Phase::After(Deed::FirstContacts)));
    let audit = audit.audit(10, None);
    let group = audit.groups.iter().find(|group| group.cause == Cause::OneSidedExtension).unwrap();
    assert_eq!((group.people, group.addresses), (4, 1), "{}", group.summary);
    plan.host_settings.extension = Some('+');
    assert!(shortest_order(&plan, &Seen::default()).is_ok());
}

/// Two subdomains, two records: which of them is missing is told.
#[test]
fn the_record_that_leads_out_of_the_host_is_not_taken_for_the_other_one() {
    let mut plan = plan();
    plan.situation.panel = PanelOffer::NotOffered;
    plan.done.insert(Task::MakeHostAliases);
    let found = audit(&plan, &world_now(&plan, &Seen::default()));
    let group = found.groups.iter().find(|group| group.cause == Cause::NoExternalMx).unwrap();
    assert!(group.summary.ends_with("has no MX records that name the external server"));
    assert!(group.action.starts_with("Publish an MX record for exchange.example.com"), "{group:?}");
    assert!(found.groups.iter().all(|group| group.cause != Cause::NoSubdomainMx), "{found:?}");
    let state = check::astray(Cause::NoExternalMx, &Seen::default());
    assert!(
        matches!(state, State::Unknown { why } if why.contains("leads to the external server was not seen"))
    );
}

/// A mailbox that is there takes what is not its own all the same.
#[test]
fn a_catch_all_that_leads_to_a_mailbox_is_not_told_to_name_one() {
    let mut plan = plan();
    plan.host_settings.catch_all = Some(address("ann"));
    let found = audit(&plan, &world_after(&plan, Phase::After(Deed::FirstContacts)));
    let group = found.groups.iter().find(|group| group.cause == Cause::CatchAll).unwrap();
    assert!(
        group.action.starts_with("Remove the catch-all of example.com on the host. "),
        "{group:?}"
    );
}
