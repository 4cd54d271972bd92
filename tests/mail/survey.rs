//! The audit of a company by kinds of people: the same as one by one.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use sdr_wizard::plan::{Address, Home, Mailbox, Plan, Strategy as LettingGo, WaveNumber};
use sdr_wizard::route::{
    Audit, Cause, Moment, Origin, Phase, Seen, Survey, audit, phases, world_after, world_now,
};

use crate::{address, domain};

type Person = (u16, bool, bool, Vec<usize>);

fn plan_of(people: &[Person]) -> Plan {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    for (at, (wave, host, forward, aliases)) in people.iter().enumerate() {
        let mut person = Mailbox::new(address(&format!("p{at}")));
        person.wave = WaveNumber::new(*wave);
        person.home = if *host { Home::Host } else { Home::External };
        person.strategy = if *forward { LettingGo::Forward } else { LettingGo::Contact };
        // Some collide: with a person, or with each other.
        person.aliases = aliases.iter().map(|alias| address(&format!("p{alias}"))).collect();
        plan.roster.add(person).unwrap();
    }
    plan
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    vec((0..3_u16, any::<bool>(), any::<bool>(), vec(0..60_usize, 0..3)), 1..12)
}

/// What is found, without the order.
fn told(audit: &Audit) -> (BTreeMap<Cause, (usize, usize)>, usize) {
    let groups = audit.groups.iter().map(|group| (group.cause, (group.people, group.routes)));
    (groups.collect(), audit.fine_routes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn by_kinds_and_one_by_one_find_the_same(people in people(), listed in vec(0..15_usize, 0..6)) {
        let plan = plan_of(&people);
        for phase in phases(&plan) {
            let survey = Survey::new(&plan, Moment::after(&plan, phase));
            let one_by_one = audit(&plan, &world_after(&plan, phase));
            prop_assert_eq!(told(&survey.audit(usize::MAX, None)), told(&one_by_one));
            prop_assert_eq!(survey.all_lines().count(), one_by_one.routes());
        }
        let inventory = listed.iter().map(|at| address(&format!("p{at}"))).collect();
        let seen = Seen { sdr: Some(true), host_mailboxes: Some(inventory), ..Seen::default() };
        let survey = Survey::new(&plan, Moment::now(&plan, &seen));
        let one_by_one = audit(&plan, &world_now(&plan, &seen));
        prop_assert_eq!(told(&survey.audit(usize::MAX, None)), told(&one_by_one));
        for origin in Origin::ALL {
            let few = survey.audit(1, Some(origin));
            let lines = one_by_one.lines().filter(|line| line.origin == origin).count();
            prop_assert_eq!(few.routes(), lines);
        }
    }

    #[test]
    fn renewed_it_is_as_if_made_anew(people in people(), who in 0..12_usize, host in any::<bool>()) {
        let before = plan_of(&people);
        let phase = Phase::ForwardsLoaded;
        let mut survey = Survey::new(&before, Moment::after(&before, phase));
        let mut plan = before.clone();
        plan.roster.edit(&address(&format!("p{who}")), |person| {
            person.home = if host { Home::Host } else { Home::External };
        });
        survey.renew(&plan, Moment::after(&plan, phase));
        let anew = Survey::new(&plan, Moment::after(&plan, phase));
        prop_assert_eq!(told(&survey.audit(9, None)), told(&anew.audit(9, None)));
    }
}

#[test]
fn a_change_of_one_person_looks_at_that_person_alone() {
    let people: Vec<Person> = (0..1000).map(|at| (0, at % 2 == 0, false, Vec::new())).collect();
    let plan = plan_of(&people);
    let moment = |plan: &Plan| Moment::after(plan, Phase::ForwardsLoaded);
    let mut survey = Survey::new(&plan, moment(&plan));
    assert_eq!(survey.renew(&plan, moment(&plan)), 0);
    let mut changed = plan.clone();
    changed.roster.edit(&address("p7"), |person| person.home = Home::Host);
    assert_eq!(survey.renew(&changed, moment(&changed)), 1);
    // Another phase is another question.
    assert_eq!(survey.renew(&changed, Moment::after(&changed, Phase::SdrOn)), 1000);
    let found = survey.audit(9, None);
    assert_eq!(found.groups[0].cause, Cause::MailboxWithoutContact);
    assert_eq!((found.groups[0].people, found.groups[0].lines.len()), (501, 9));
    assert!(
        found.groups[0].action.contains("and 498 more addresses"),
        "{}",
        found.groups[0].action
    );
    let ways = survey.ways_to(&Address::parse("p7@example.com").unwrap());
    assert_eq!(ways.len(), 3);
}
