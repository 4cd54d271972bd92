//! The audit of a company by kinds of people: the same as one by one.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use sdr_wizard::plan::{
    Address, Group, GroupKind, Home, Mailbox, Plan, Side, Strategy as LettingGo, WaveNumber,
};
use sdr_wizard::route::{
    Audit, Cause, Deed, Moment, Origin, Phase, Seen, Survey, audit, phases, world_after, world_now,
};

use crate::{address, domain};

type Person = (u16, bool, bool, Vec<usize>);

/// Every fourth name needs SMTPUTF8.
fn who(number: usize) -> Address {
    let name = if number % 4 == 3 { "p\u{e9}" } else { "p" };
    address(&format!("{name}{number}"))
}

fn plan_of(people: &[Person]) -> Plan {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    for (at, (wave, host, forward, aliases)) in people.iter().enumerate() {
        let mut person = Mailbox::new(who(at));
        person.wave = WaveNumber::new(*wave);
        person.home = if *host { Home::Host } else { Home::External };
        person.strategy = if *forward { LettingGo::Forward } else { LettingGo::Contact };
        // Some collide: with a person, or with each other.
        person.aliases = aliases.iter().map(|alias| who(*alias)).collect();
        plan.roster.add(person).unwrap();
    }
    plan
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    vec((0..3_u16, any::<bool>(), any::<bool>(), vec(0..60_usize, 0..3)), 1..12)
}

/// What is set on either side, by number: who collects, who separates, what is
/// accepted, and lists with their members.
type Settings = (Collects, Flags, Vec<List>);
type Collects = (Option<usize>, Option<usize>);
type Flags = (bool, bool, bool, bool, bool, bool);
type List = (usize, bool, bool, Vec<(usize, usize)>);

fn settings() -> impl Strategy<Value = Settings> {
    let rarely = || prop::bool::weighted(0.2);
    let collects = (weighted(0.2, 0..20_usize), weighted(0.2, 0..20_usize));
    let flags = (rarely(), rarely(), rarely(), rarely(), rarely(), rarely());
    let members = vec((0..20_usize, 0..3_usize), 1..4);
    (collects, flags, vec((0..20_usize, any::<bool>(), any::<bool>(), members), 0..3))
}

fn set(plan: &mut Plan, settings: &Settings) {
    let ((at_host, outside), flags, lists) = settings;
    plan.host_settings.catch_all = at_host.map(who);
    plan.external.catch_all = outside.map(who);
    plan.host_settings.extension = flags.0.then_some('+');
    plan.external.extension = flags.1.then_some('+');
    plan.host_settings.forced_mx = flags.2;
    plan.external.accepts_subdomains = flags.3;
    plan.external.forwards_keep_copy = flags.4;
    let second = domain("exchange.example.com");
    plan.set_external_subdomain(flags.5.then_some(second.clone())).unwrap();
    let at = [domain("example.com"), domain("rackspace.example.com"), second];
    for (name, at_host, alias, members) in lists {
        let side = if *at_host { Side::Host } else { Side::External };
        if plan.groups.iter().any(|group| group.address == who(*name) && group.at == side) {
            continue;
        }
        plan.groups.push(Group {
            address: who(*name),
            at: side,
            kind: if *alias { GroupKind::Alias } else { GroupKind::List },
            members: members.iter().map(|(name, place)| who(*name).at(&at[*place])).collect(),
        });
    }
}

/// What is found, without the order.
fn told(audit: &Audit) -> (BTreeMap<Cause, (usize, usize)>, usize) {
    let groups = audit.groups.iter().map(|group| (group.cause, (group.people, group.routes)));
    (groups.collect(), audit.fine_routes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn by_kinds_and_one_by_one_find_the_same(
        people in people(),
        settings in settings(),
        listed in vec(0..20_usize, 0..6),
        smtputf8 in any::<bool>(),
    ) {
        let mut plan = plan_of(&people);
        set(&mut plan, &settings);
        for phase in phases(&plan) {
            let survey = Survey::new(&plan, Moment::after(&plan, phase));
            let one_by_one = audit(&plan, &world_after(&plan, phase));
            prop_assert_eq!(told(&survey.audit(usize::MAX, None)), told(&one_by_one));
            let unowned = one_by_one.unowned.as_ref().map_or(0, |group| group.routes);
            prop_assert_eq!(survey.all_lines().count(), one_by_one.routes() + unowned);
        }
        let inventory = listed.iter().map(|at| who(*at)).collect();
        let external_smtputf8 = Some(smtputf8);
        let (sdr, host_mailboxes) = (Some(true), Some(inventory));
        let seen = Seen { sdr, host_mailboxes, external_smtputf8, ..Seen::default() };
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
    fn renewed_it_is_as_if_made_anew(people in people(), changed in 0..12_usize, host in any::<bool>()) {
        let before = plan_of(&people);
        let phase = Phase::After(Deed::FirstContacts);
        let mut survey = Survey::new(&before, Moment::after(&before, phase));
        let mut plan = before.clone();
        plan.roster.edit(&who(changed), |person| {
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
    let moment = |plan: &Plan| Moment::after(plan, Phase::After(Deed::FirstContacts));
    let mut survey = Survey::new(&plan, moment(&plan));
    assert_eq!(survey.renew(&plan, moment(&plan)), 0);
    let mut changed = plan.clone();
    changed.roster.edit(&address("p9"), |person| person.home = Home::Host);
    assert_eq!(survey.renew(&changed, moment(&changed)), 1);
    // Another phase is another question.
    assert_eq!(survey.renew(&changed, Moment::after(&changed, Phase::After(Deed::SdrOn))), 1000);
    let found = survey.audit(9, None);
    assert_eq!(found.groups[0].cause, Cause::MailboxWithoutContact);
    assert_eq!((found.groups[0].people, found.groups[0].lines.len()), (501, 9));
    assert!(
        found.groups[0].action.contains("and 498 more addresses"),
        "{}",
        found.groups[0].action
    );
    let ways = survey.ways_to(&Address::parse("p9@example.com").unwrap());
    assert_eq!(ways.len(), 3);
}

/// Whoever asks for one message hears what the audit says of it.
#[test]
fn one_address_is_judged_as_it_is_among_all() {
    let mut plan = plan_of(&[(0, true, false, Vec::new()), (0, false, false, Vec::new())]);
    plan.host_settings.extension = Some('+');
    let survey = Survey::new(&plan, Moment::after(&plan, Phase::After(Deed::FirstContacts)));
    let mut causes = BTreeSet::new();
    for line in survey.all_lines() {
        let ways = survey.ways_to(&line.address);
        let same = ways.iter().find(|way| way.origin == line.origin).unwrap();
        assert_eq!((same.cause, same.planned), (line.cause, line.planned), "{same:?}");
        causes.insert(line.cause);
    }
    let wanted = [Cause::OneSidedExtension, Cause::DutyAddress].map(Some);
    assert_eq!(causes, wanted.into_iter().chain([None]).collect());
    // With whatever stands behind the sign.
    let ways = survey.ways_to(&address("p0+lists"));
    let causes: Vec<_> = ways.iter().map(|way| way.cause).collect();
    assert_eq!(causes, [Some(Cause::OneSidedExtension), None, Some(Cause::OneSidedExtension)]);
    let duty = survey.audit(9, Some(Origin::Host)).unowned.unwrap();
    assert_eq!(duty.routes, 2, "{duty:?}");
}
