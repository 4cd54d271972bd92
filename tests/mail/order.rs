//! The order of the actions: which are refused, when each may start, and the
//! shortest safe order.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sdr_wizard::plan::{Group, GroupKind, Home, Mailbox, Plan, Purpose, Side, WaveNumber};
use sdr_wizard::route::{
    Cause, Deed, Moment, Origin, Outcome, Phase, Seen, Start, audit, check_order, deeds, follow,
    left_out, phases, shortest_order, world_after,
};

use crate::{address, domain, plan};

/// The plan of the other tests, in which bob moves too.
fn everybody_moves() -> Plan {
    let mut plan = plan();
    plan.roster.edit(&address("bob"), |bob| bob.wave = WaveNumber::new(2));
    plan
}

fn order(names: &[&str]) -> Vec<Deed> {
    names.iter().map(|name| Deed::parse(name).unwrap()).collect()
}

fn refused(plan: &Plan, names: &[&str]) -> (String, String) {
    let refusal = check_order(plan, &Seen::default(), &order(names)).unwrap_err();
    (refusal.deed.to_string(), refusal.why)
}

#[test]
fn the_recommended_order_is_safe_and_every_action_has_a_name() {
    for purpose in [Purpose::Migration, Purpose::Permanent] {
        let mut plan = everybody_moves();
        plan.situation.purpose = purpose;
        let recommended = deeds(&plan);
        let starts = check_order(&plan, &Seen::default(), &recommended).unwrap().starts;
        assert_eq!(starts.len(), recommended.len());
        for deed in recommended {
            assert_eq!(Deed::parse(&deed.to_string()), Some(deed));
        }
    }
}

#[test]
fn what_would_harm_mail_in_between_is_refused_by_name() {
    let plan = plan();
    let set_up = ["sdr-on", "alias", "subdomain-mx", "first-contacts"];
    let after = |more: &[&'static str]| {
        let names: Vec<&str> = set_up.iter().chain(more).copied().collect();
        refused(&plan, &names)
    };
    // A contact without a mailbox at the host.
    let (deed, why) = after(&["contacts-1"]);
    assert_eq!(deed, "contacts-1");
    assert_eq!(
        why,
        "When the contacts of wave 1 are imported, mail for 1 person would go round in a loop."
    );
    // Whoever works at the host already no longer looks outside.
    let (deed, why) = after(&["mailboxes-1", "moved-1", "contacts-1"]);
    assert_eq!(deed, "moved-1");
    assert!(why.ends_with("arrive where they do not look."), "{why}");
    // Split domain routing off while people are outside.
    let (deed, why) = after(&["sdr-off"]);
    assert_eq!(deed, "sdr-off");
    assert!(why.contains("not arrive"), "{why}");
    // The contacts lead to a name that the host does not know.
    let (deed, why) = refused(&plan, &["sdr-on", "mailboxes-1", "contacts-1"]);
    assert_eq!(deed, "mailboxes-1");
    assert!(why.contains("their contacts can't be imported then"), "{why}");
    let (deed, why) = refused(&plan, &["moved-1"]);
    assert_eq!(
        (deed.as_str(), why.as_str()),
        ("moved-1", "Wave 1 moves before the mailboxes of wave 1 are made.")
    );
}

#[test]
fn an_action_waits_for_the_windows_of_those_that_it_needs_and_no_others() {
    let plan = everybody_moves();
    let starts = check_order(&plan, &Seen::default(), &deeds(&plan)).unwrap().starts;
    let of = |name: &str| starts.iter().find(|start| start.action == name).unwrap();
    let contacts = of("contacts-1");
    assert_eq!(contacts.after_seeing, ["alias"]);
    assert_eq!(contacts.after_waiting, ["subdomain-mx", "mailboxes-1"]);
    assert_eq!((contacts.minute, contacts.when().as_str()), (48 * 60 + 15, "after 48 h 15 min"));
    // A wave waits for no other one's actions; it comes after them all the same.
    assert_eq!(of("contacts-2").after_waiting, ["subdomain-mx", "mailboxes-2"]);
    assert_eq!(of("mailboxes-2").minute, contacts.minute);
    // The server outside gives the domain up once nobody sends there any more.
    assert_eq!(of("primary-mx").minute, of("moved-2").minute);
    let released = of("domain-released");
    assert!(released.after_waiting.contains(&"primary-mx".to_owned()), "{released:?}");
    assert_eq!(of("subdomain-removed").window, None);
}

#[test]
fn a_mailbox_is_made_no_sooner_than_its_contact_can_follow() {
    let plan = everybody_moves();
    let starts = check_order(&plan, &Seen::default(), &deeds(&plan)).unwrap().starts;
    let of = |name: &str| starts.iter().find(|start| start.action == name).unwrap();
    // Mail splits from then on, so they wait for what the contacts wait for.
    let made = of("mailboxes-2");
    assert_eq!((of("mailboxes-1").minute, made.window), (48 * 60, Some(15)));
    assert_eq!(
        (made.after_seeing.join(" "), made.after_waiting.join(" ")),
        ("sdr-on alias".to_owned(), "subdomain-mx".to_owned())
    );
    assert_eq!(
        made.meanwhile,
        "Until their contacts are imported, mail for 2 people splits: what comes from a user of the host goes to the new mailbox, all other to the old one"
    );
    assert!(of("contacts-2").meanwhile.is_empty());
    // With mail entering at the host, what comes from outside is early too.
    let mut plan = plan;
    plan.situation.primary_mx = Side::Host;
    let starts = check_order(&plan, &Seen::default(), &deeds(&plan)).unwrap().starts;
    let made = starts.iter().find(|start| start.action == "mailboxes-1").unwrap();
    assert!(made.meanwhile.contains("from the Internet or from a user of the host"), "{made:?}");
}

#[test]
fn mailboxes_whose_contacts_can_not_follow_are_refused_by_name() {
    let plan = plan();
    let (deed, why) =
        refused(&plan, &["sdr-on", "mailboxes-1", "alias", "subdomain-mx", "contacts-1"]);
    assert_eq!(deed, "mailboxes-1");
    assert_eq!(
        why,
        "When the mailboxes of wave 1 are made, mail for 1 person would split between their old and their new mailbox, and their contacts can't be imported then: when the contacts of wave 1 are imported, mail for 1 person would not arrive."
    );
    // Made and left so.
    let (deed, why) = refused(&plan, &["sdr-on", "alias", "subdomain-mx", "mailboxes-1"]);
    assert_eq!(deed, "mailboxes-1");
    assert!(why.ends_with("and no action of this order ends that."), "{why}");
    // What has nothing to do with them may stand between.
    let names = ["sdr-on", "alias", "subdomain-mx", "mailboxes-1", "first-contacts", "contacts-1"];
    assert!(check_order(&plan, &Seen::default(), &order(&names)).is_ok());
    // Mail from outside would split too.
    let names = ["sdr-on", "alias", "subdomain-mx", "mailboxes-1", "primary-mx", "contacts-1"];
    let (deed, why) = refused(&plan, &names);
    assert_eq!(deed, "primary-mx");
    assert!(why.contains("split between their old and their new mailbox"), "{why}");
}

#[test]
fn the_shortest_order_holds_every_action_and_starts_the_slow_ones_first() {
    let plan = everybody_moves();
    let shortest = shortest_order(&plan, &Seen::default()).unwrap();
    assert!(shortest.of_all);
    let names = named(&shortest.order.starts);
    let all: BTreeSet<Deed> = deeds(&plan).into_iter().collect();
    assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), all);
    assert_eq!(names.len(), all.len());
    assert_eq!(names[0], Deed::SubdomainMx);
    // Nothing is removed before it was there, nor while somebody still moves.
    let place = |deed: &Deed| names.iter().position(|other| other == deed).unwrap();
    let removed = place(&Deed::ContactsRemoved);
    assert!(
        names
            .iter()
            .filter(|deed| matches!(deed, Deed::FirstContacts | Deed::Contacts(_) | Deed::Moved(_)))
            .all(|deed| place(deed) < removed),
        "{names:?}"
    );
    assert!(place(&Deed::DomainReleased) < removed, "{names:?}");
    assert!(check_order(&plan, &Seen::default(), &names).is_ok());
    // ann was not reached from outside before; at the end everybody is.
    assert!(!shortest.order.before.is_empty());
    assert_eq!(shortest.order.after, []);
}

fn named(starts: &[Start]) -> Vec<Deed> {
    starts.iter().map(|start| Deed::parse(&start.action).unwrap()).collect()
}

#[test]
fn taking_down_with_somebody_left_outside_is_refused() {
    let plan = plan();
    // By itself no order holds that end.
    let order = deeds(&plan);
    assert!(check_order(&plan, &Seen::default(), &order).is_ok());
    assert!(!order.contains(&Deed::ContactsRemoved) && !order.contains(&Deed::SdrOff));
    let with_it = [order.clone(), vec![Deed::ContactsRemoved]].concat();
    let refusal = check_order(&plan, &Seen::default(), &with_it).unwrap_err();
    assert_eq!(refusal.deed, Deed::ContactsRemoved);
    assert_eq!(refusal.people, 3);
    for early in [Deed::SdrOff, Deed::DomainReleased] {
        let with_it = [order.clone(), vec![early]].concat();
        assert_eq!(check_order(&plan, &Seen::default(), &with_it).unwrap_err().deed, early);
    }
    assert!(refusal.example.contains("from a user of the external server"), "{}", refusal.example);
}

/// When an order is over, by the windows that are known.
fn over(starts: &[Start]) -> u32 {
    let end = |start: &Start| start.minute + start.window.unwrap_or(0);
    starts.iter().map(end).max().unwrap()
}

fn orders(left: &[Deed]) -> Vec<Vec<Deed>> {
    if left.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in left {
        let rest: Vec<Deed> = left.iter().copied().filter(|deed| deed != first).collect();
        all.extend(orders(&rest).into_iter().map(|order| [vec![*first], order].concat()));
    }
    all
}

#[test]
fn no_order_at_all_is_shorter_than_the_shortest() {
    for way_without_sdr in [false, true] {
        let mut plan = plan();
        plan.situation.purpose = Purpose::Permanent;
        // No change of the MX records, which comes last whatever is shorter.
        plan.situation.primary_mx = Side::Host;
        plan.roster.remove(|person| person.wave != WaveNumber::new(1));
        if way_without_sdr {
            plan.set_external_subdomain(Some(domain("exchange.example.com"))).unwrap();
            plan.roster.remove(|_| true);
            plan.roster.add(Mailbox::new(address("bob"))).unwrap();
        }
        let all = orders(&deeds(&plan));
        let safe = all.iter().filter_map(|order| check_order(&plan, &Seen::default(), order).ok());
        let safe: Vec<u32> = safe.map(|order| over(&order.starts)).collect();
        let shortest = shortest_order(&plan, &Seen::default()).unwrap();
        assert!(shortest.of_all);
        assert_eq!(Some(over(&shortest.order.starts)), safe.into_iter().min());
    }
}

#[test]
fn forty_waves_are_no_more_work_than_can_be_done() {
    let mut plan = everybody_moves();
    for number in 3..=40 {
        let mut person = Mailbox::new(address(&format!("late{number}")));
        person.wave = WaveNumber::new(number);
        plan.roster.add(person).unwrap();
    }
    let shortest = shortest_order(&plan, &Seen::default()).unwrap();
    assert!(shortest.of_all);
    let names = named(&shortest.order.starts);
    assert_eq!(names.len(), 4 + 3 * 40 + 5);
    assert!(check_order(&plan, &Seen::default(), &names).is_ok());
}

#[test]
fn what_harms_a_list_or_postmaster_is_refused_too() {
    let mut plan = plan();
    let members = vec![address("bob"), address("cy")];
    let (kind, at) = (GroupKind::List, Side::External);
    plan.groups.push(Group { address: address("team"), at, kind, members });
    // Nobody at the host but by contact: without a mailbox the list loops too.
    let names = ["sdr-on", "alias", "subdomain-mx", "first-contacts", "contacts-1"];
    let refusal = check_order(&plan, &Seen::default(), &order(&names)).unwrap_err();
    assert_eq!((refusal.deed, refusal.people), (Deed::Contacts(WaveNumber::FIRST), 1));
    plan.roster.edit(&address("cy"), |cy| cy.aliases.push(address("postmaster")));
    let refusal = check_order(&plan, &Seen::default(), &order(&names)).unwrap_err();
    assert!(refusal.example.contains("postmaster@example.com"), "{}", refusal.example);
    // A list alone: the host has it, and its members are outside.
    plan.roster.remove(|person| person.address != address("bob"));
    plan.groups.iter_mut().for_each(|group| group.at = Side::Host);
    let order = order(&["sdr-on", "sdr-off"]);
    let refusal = check_order(&plan, &Seen::default(), &order).unwrap_err();
    assert_eq!(refusal.deed, Deed::SdrOff);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever order somebody drags: where it is called safe, no message to
    /// anybody is worse off at any moment of it than before it began.
    #[test]
    fn an_order_that_is_called_safe_breaks_nothing(
        shuffled in Just(deeds(&everybody_moves())).prop_shuffle(),
        at_host in any::<bool>(),
    ) {
        let mut plan = everybody_moves();
        plan.situation.primary_mx = if at_host { Side::Host } else { Side::External };
        let shuffled: Vec<Deed> =
            shuffled.into_iter().filter(|deed| deeds(&plan).contains(deed)).collect();
        let safe = check_order(&plan, &Seen::default(), &shuffled);
        let upto = match &safe {
            Ok(_) => shuffled.len(),
            Err(refusal) => shuffled.iter().position(|deed| *deed == refusal.deed).unwrap(),
        };
        let arrives = |done: &BTreeSet<Deed>| {
            let world = Moment::done(&plan, done).world(&plan);
            let ways = ["ann", "bob", "cy", "dee"].into_iter().flat_map(|who| {
                Origin::ALL.map(|origin| (who, origin))
            });
            ways.filter(|(who, origin)| {
                let outcome = follow(&world, *origin, &address(who)).outcome;
                matches!(outcome, Outcome::Delivered { .. })
            })
            .collect::<BTreeSet<_>>()
        };
        let mut done = BTreeSet::new();
        let mut before = arrives(&done);
        for deed in &shuffled[..upto] {
            done.insert(*deed);
            let now = arrives(&done);
            prop_assert!(before.is_subset(&now), "{deed}: {before:?} {now:?}");
            before = now;
        }
        if safe.is_ok() {
            prop_assert!(plan.roster.iter().any(|person| person.home == Home::Host));
        }
    }
}

#[test]
fn between_an_alias_deleted_and_the_mailbox_made_the_host_bounces_and_the_order_says_so() {
    let mut plan = everybody_moves();
    plan.set_external_subdomain(Some(domain("exchange.example.com"))).unwrap();
    let names: Vec<String> = deeds(&plan).iter().map(ToString::to_string).collect();
    let wave: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| name.ends_with("-1")).collect();
    assert_eq!(wave, ["aliases-deleted-1", "mailboxes-1", "contacts-1", "moved-1"]);
    // A moment of its own, found by the audit.
    let one = WaveNumber::FIRST;
    let gone = audit(&plan, &world_after(&plan, Phase::After(Deed::AliasesDeleted(one))));
    let group = gone.groups.iter().find(|group| group.cause == Cause::NoHostAlias).unwrap();
    assert!(group.lines.iter().all(|line| line.origin == Origin::Host), "{group:?}");
    assert!(group.action.contains("make the mailboxes at once"), "{}", group.action);
    // Ann lives at the host and may write: told, with whom and from where.
    let seen = Seen::default();
    let shortest = shortest_order(&plan, &seen).unwrap();
    let of = |starts: &[Start], name: &str| {
        starts.iter().position(|start| start.action == name).unwrap()
    };
    let starts = &shortest.order.starts;
    let at = of(starts, "aliases-deleted-1");
    assert_eq!(of(starts, "mailboxes-1"), at + 1, "as short as can be");
    assert!(
        starts[at].meanwhile.ends_with("that comes from a user of the host bounces"),
        "{:?}",
        starts[at]
    );
    assert_eq!(starts[at + 1].after_seeing, starts[at].after_seeing, "it can follow at once");
    // Where mail enters at the host, everybody's bounces.
    plan.situation.primary_mx = Side::Host;
    let shortest = shortest_order(&plan, &seen).unwrap();
    let at = of(&shortest.order.starts, "aliases-deleted-1");
    let told = &shortest.order.starts[at].meanwhile;
    assert!(told.contains("the Internet or from a user of the host bounces"), "{told}");
    // While nobody lives at the host and mail enters outside, nothing is lost.
    plan.situation.primary_mx = Side::External;
    plan.roster.remove(|person| person.home == Home::Host);
    let shortest = shortest_order(&plan, &seen).unwrap();
    let at = of(&shortest.order.starts, "aliases-deleted-1");
    assert_eq!(shortest.order.starts[at].meanwhile, "");
    assert_ne!(
        shortest.order.starts[of(&shortest.order.starts, "aliases-deleted-2")].meanwhile,
        ""
    );
    // Neither without the mailbox behind it, nor the mailbox beside the alias.
    let upto = |last: &str| -> Vec<Deed> {
        let names = shortest.order.starts.iter().map(|start| start.action.as_str());
        let at = names.clone().position(|name| name == last).unwrap();
        names.take(at + 1).filter_map(Deed::parse).collect()
    };
    let mut order = upto("aliases-deleted-2");
    let refusal = check_order(&plan, &seen, &order).unwrap_err();
    assert!(
        refusal.why.ends_with("not arrive, and no action of this order ends that."),
        "{refusal:?}"
    );
    order.pop();
    order.push(Deed::MailboxesMade(WaveNumber::new(2).unwrap()));
    let refusal = check_order(&plan, &seen, &order).unwrap_err();
    assert!(
        refusal.why.contains("before the aliases of wave 2 at the host are deleted"),
        "{refusal:?}"
    );
}

#[test]
fn a_split_that_stays_changes_its_mx_as_an_action_with_its_window() {
    let mut plan = plan();
    plan.situation.purpose = Purpose::Permanent;
    let seen = Seen { primary_ttl: Some(3600), ..Seen::default() };
    let shortest = shortest_order(&plan, &seen).unwrap();
    let last = shortest.order.starts.last().unwrap();
    assert_eq!((last.action.as_str(), last.window), ("primary-mx", Some(60)));
    assert_eq!(phases(&plan).last(), Some(&Phase::After(Deed::PrimaryMx)));
    assert!(left_out(&plan).unwrap().contains("yours to choose"));
    let mut forced = plan.clone();
    forced.host_settings.forced_mx = true;
    let words = left_out(&forced).unwrap();
    assert!(words.contains("None of these actions removes forced MX routing"), "{words}");
    // Before the way to those outside is there, it loses their mail.
    let refusal = check_order(&plan, &seen, &order(&["primary-mx"])).unwrap_err();
    assert!(refusal.why.contains("would not arrive"), "{refusal:?}");
    plan.situation.primary_mx = Side::Host;
    assert!(!deeds(&plan).contains(&Deed::PrimaryMx) && left_out(&plan).is_none());
}

#[test]
fn lists_outside_are_made_at_the_host_before_nothing_leads_to_them_any_more() {
    for without_sdr in [false, true] {
        let mut plan = everybody_moves();
        if without_sdr {
            plan.set_external_subdomain(Some(domain("exchange.example.com"))).unwrap();
        }
        let members = vec![address("ann"), address("bob")];
        let (kind, at) = (GroupKind::List, Side::External);
        plan.groups.push(Group { address: address("team"), at, kind, members });
        let team = |phase| {
            Origin::ALL
                .map(|from| follow(&world_after(&plan, phase), from, &address("team")).outcome)
        };
        for phase in phases(&plan).into_iter().filter(|at| *at >= Phase::After(Deed::FirstContacts))
        {
            for outcome in team(phase) {
                assert!(matches!(outcome, Outcome::Delivered { .. }), "{phase}: {outcome:?}");
            }
        }
        let all = deeds(&plan);
        assert!(check_order(&plan, &Seen::default(), &all).is_ok());
        let names = named(&shortest_order(&plan, &Seen::default()).unwrap().order.starts);
        assert!(names.contains(&Deed::ListsMade), "{names:?}");
        let late: Vec<Deed> = all.into_iter().filter(|deed| *deed != Deed::ListsMade).collect();
        let refusal = check_order(&plan, &Seen::default(), &late).unwrap_err();
        assert!(refusal.why.contains("mail for 1 list would not arrive"), "{refusal:?}");
        // While somebody stays outside, the list may stay there too.
        plan.roster.edit(&address("bob"), |bob| bob.wave = None);
        assert!(!deeds(&plan).contains(&Deed::ListsMade));
    }
}

#[test]
fn the_end_of_a_catch_all_is_told_with_the_action_that_ends_it() {
    let mut plan = everybody_moves();
    plan.external.catch_all = Some(address("dee"));
    let starts = check_order(&plan, &Seen::default(), &deeds(&plan)).unwrap().starts;
    let ends: Vec<(&str, &str)> = starts
        .iter()
        .filter(|start| !start.ends.is_empty())
        .map(|start| (start.action.as_str(), start.ends.as_str()))
        .collect();
    assert_eq!(ends.first().map(|(action, _)| *action), Some("sdr-off"), "{ends:?}");
    assert!(ends[0].1.contains("(dee@example.com) gets no mail from the Internet"), "{ends:?}");
    assert_eq!(ends.len(), 2, "its own users' with the domain: {ends:?}");
    plan.external.catch_all = None;
    let starts = check_order(&plan, &Seen::default(), &deeds(&plan)).unwrap().starts;
    assert!(starts.iter().all(|start| start.ends.is_empty()));
}

#[test]
fn the_way_back_in_the_opposite_order_loses_nothing() {
    for mx in [Side::External, Side::Host] {
        let mut plan = everybody_moves();
        plan.situation.primary_mx = mx;
        let loading: Vec<Deed> = deeds(&plan).into_iter().take_while(|deed| !deed.ends()).collect();
        let set_up = loading.iter().take_while(|deed| deed.wave().is_none()).count();
        let lost = |done: &[Deed]| {
            let world = Moment::done(&plan, &done.iter().copied().collect()).world(&plan);
            let people = ["ann", "bob", "cy", "dee"].into_iter();
            let ways = people.flat_map(|who| Origin::ALL.map(|origin| (who, origin)));
            let arrives = |who: &str, origin| {
                let outcome = follow(&world, origin, &address(who)).outcome;
                matches!(outcome, Outcome::Delivered { .. })
            };
            ways.filter(|(who, origin)| !arrives(who, *origin)).count()
        };
        // The last action first, down to the split without anybody moved.
        for left in (set_up..=loading.len()).rev() {
            assert_eq!(lost(&loading[..left]), 0, "{:?}", &loading[..left]);
        }
        // The mailbox at the host deleted before the contact is taken away.
        let two = WaveNumber::new(2).unwrap();
        let wrong = |deed: &&Deed| **deed != Deed::MailboxesMade(two);
        let wrong: Vec<Deed> = loading.iter().filter(wrong).copied().collect();
        assert!(lost(&wrong) > 0);
    }
}

#[test]
fn the_times_of_an_order_never_run_backwards_and_waves_go_by_their_days() {
    let mut plan = everybody_moves();
    let seen = Seen::default();
    let forward = |starts: &[Start]| starts.is_sorted_by_key(|start| start.minute);
    let starts = shortest_order(&plan, &seen).unwrap().order.starts;
    assert!(forward(&starts), "{starts:?}");
    let minute = |starts: &[Start], name: &str| {
        starts.iter().find(|start| start.action == name).unwrap().minute
    };
    let made = minute(&starts, "mailboxes-2");
    assert_eq!(minute(&starts, "contacts-2"), made + 15, "still not before they are there");
    assert!(forward(&check_order(&plan, &seen, &deeds(&plan)).unwrap().starts));
    // Wave 2 moves before wave 1, by its day.
    for (number, day) in [(1, "2027-03-01"), (2, "2027-02-01")] {
        let number = WaveNumber::new(number).unwrap();
        plan.edit_wave(number, |wave| wave.date = Some(day.parse().unwrap()));
    }
    let starts = shortest_order(&plan, &seen).unwrap().order.starts;
    let place = |name: &str| starts.iter().position(|start| start.action == name).unwrap();
    assert!(place("moved-2") < place("mailboxes-1") && forward(&starts), "{starts:?}");
}
