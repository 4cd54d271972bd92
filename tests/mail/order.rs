//! The order of the actions: which are refused, when each may start, and the
//! shortest safe order.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sdr_wizard::plan::{Home, Plan, Purpose, Side, WaveNumber};
use sdr_wizard::route::{
    Deed, Moment, Origin, Outcome, check_order, deeds, follow, shortest_order,
};

use crate::{address, plan};

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
    let refusal = check_order(plan, &order(names)).unwrap_err();
    (refusal.deed.to_string(), refusal.why)
}

#[test]
fn the_recommended_order_is_safe_and_every_action_has_a_name() {
    for purpose in [Purpose::Migration, Purpose::Permanent] {
        let mut plan = everybody_moves();
        plan.situation.purpose = purpose;
        let recommended = deeds(&plan);
        let starts = check_order(&plan, &recommended).unwrap();
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
    let (deed, why) = after(&["mailboxes-1", "moved-1"]);
    assert_eq!(deed, "moved-1");
    assert!(why.ends_with("arrive where they no longer look."), "{why}");
    // Split domain routing off while people are outside.
    let (deed, why) = after(&["sdr-off"]);
    assert_eq!(deed, "sdr-off");
    assert!(why.contains("not arrive"), "{why}");
    // The contacts lead to a name that the host does not know.
    let (deed, _) = refused(&plan, &["sdr-on", "mailboxes-1", "contacts-1"]);
    assert_eq!(deed, "contacts-1");
    let (deed, why) = refused(&plan, &["moved-1"]);
    assert_eq!(
        (deed.as_str(), why.as_str()),
        ("moved-1", "Wave 1 moves before the mailboxes of wave 1 are made.")
    );
}

#[test]
fn an_action_waits_for_the_windows_of_those_that_it_needs_and_no_others() {
    let starts = check_order(&everybody_moves(), &deeds(&everybody_moves())).unwrap();
    let of = |name: &str| starts.iter().find(|start| start.action == name).unwrap();
    let contacts = of("contacts-1");
    assert_eq!(contacts.after_seeing, ["alias"]);
    assert_eq!(contacts.after_waiting, ["subdomain-mx", "mailboxes-1"]);
    assert_eq!(contacts.minute, 48 * 60);
    // Mailboxes can be made while the DNS still spreads.
    assert_eq!(of("mailboxes-2").minute, 0);
}

#[test]
fn the_shortest_order_holds_every_action_and_starts_the_slow_ones_first() {
    let plan = everybody_moves();
    let starts = shortest_order(&plan).unwrap();
    let names: Vec<Deed> = starts.iter().map(|s| Deed::parse(&s.action).unwrap()).collect();
    let all: BTreeSet<Deed> = deeds(&plan).into_iter().collect();
    assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), all);
    assert_eq!(names.len(), all.len());
    assert_eq!(names[0], Deed::SubdomainMx);
    assert!(check_order(&plan, &names).is_ok());
}

#[test]
fn taking_down_with_somebody_left_outside_is_refused() {
    let refusal = shortest_order(&plan()).unwrap_err();
    assert_eq!(refusal.deed, Deed::ContactsRemoved);
    assert_eq!(refusal.people, 3);
    assert!(refusal.example.contains("from a user of the external server"), "{}", refusal.example);
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
        let safe = check_order(&plan, &shuffled);
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
