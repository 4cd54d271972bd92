//! Whose forwards are on the external server, as far as can be told: for a map
//! that replaces the one before.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Handed, Home, Mailbox, Plan, Task, WaveNumber};

/// For one export. A forward without a mailbox behind it is a loop, so nobody
/// who moves later than its wave is in it; only whose loading was ticked off is,
/// whenever they move, because leaving them out would take it away again.
pub struct Standing<'a> {
    handed: &'a Handed,
    /// The wave that is exported.
    wave: Option<WaveNumber>,
    /// Waves that come before it: what was handed out of them stands.
    earlier: BTreeSet<WaveNumber>,
    /// Waves whose loading was ticked off, and of which no export is on file.
    told: BTreeSet<WaveNumber>,
}

/// What a map leaves out though its forwards may be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Apart {
    /// Waves that were handed out ahead and come later, with how many people.
    pub later: BTreeMap<WaveNumber, usize>,
    /// Waves that come before this one with people who were never handed out,
    /// and how many these are.
    pub unknown: BTreeMap<WaveNumber, usize>,
}

impl<'a> Standing<'a> {
    /// For an export of this wave; `None`: of everyone at the host, where a wave
    /// counts whose day has come.
    pub fn new(plan: &Plan, handed: &'a Handed, wave: Option<WaveNumber>, today: Date) -> Self {
        let all = plan.wave_numbers();
        let is_ticked = |own: &WaveNumber| plan.done.contains(&Task::LoadForwards(*own));
        let is_due = |own: WaveNumber| plan.wave(own).date.is_some_and(|day| day <= today);
        let until: Vec<WaveNumber> = match wave {
            Some(wave) => vec![wave],
            None => all.iter().copied().filter(|own| is_due(*own) || is_ticked(own)).collect(),
        };
        let comes_before = |own: &WaveNumber| {
            until.iter().any(|last| plan.is_earlier(*own, *last))
                || wave.is_none() && until.contains(own)
        };
        let earlier = all.iter().copied().filter(|own| comes_before(own) || is_ticked(own));
        let known: BTreeSet<WaveNumber> = handed.with.values().copied().flatten().collect();
        let told = all.iter().copied().filter(|own| is_ticked(own) && !known.contains(own));
        Self { handed, wave, earlier: earlier.collect(), told: told.collect() }
    }

    /// Whether the map holds this person.
    pub fn holds(&self, who: &Mailbox) -> bool {
        let Some(own) = who.wave.filter(|_| who.home == Home::External) else {
            return who.home == Home::Host;
        };
        self.wave == Some(own)
            || self.told.contains(&own)
            || self.earlier.contains(&own) && self.handed.forwards.contains_key(&who.address)
    }

    /// Whom it leaves out.
    pub fn apart(&self, plan: &Plan) -> Apart {
        let mut apart = Apart::default();
        let left_out = |who: &&Mailbox| {
            who.home == Home::External && who.address.domain() == plan.domain() && !self.holds(who)
        };
        for who in plan.roster.iter().filter(left_out) {
            let Some(own) = who.wave else { continue };
            let handed_out = self.handed.forwards.contains_key(&who.address);
            match (self.earlier.contains(&own), handed_out) {
                (true, false) => *apart.unknown.entry(own).or_default() += 1,
                (false, true) => *apart.later.entry(own).or_default() += 1,
                _ => {}
            }
        }
        apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain};

    fn plan(waves: &[(&str, u16)]) -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for (name, wave) in waves {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            plan.roster
                .add(Mailbox { wave: WaveNumber::new(*wave), ..Mailbox::new(address) })
                .unwrap();
        }
        plan
    }

    fn hand_out(handed: &mut Handed, plan: &Plan, names: &[&str]) {
        for name in names {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            handed.with.insert(address.clone(), plan.roster.get(&address).unwrap().wave);
            let target = plan.routing_address(&address);
            handed.forwards.insert(address, target);
        }
    }

    fn held(plan: &Plan, handed: &Handed, wave: u16, today: &str) -> Vec<String> {
        let standing = Standing::new(plan, handed, WaveNumber::new(wave), today.parse().unwrap());
        let held = plan.roster.iter().filter(|who| standing.holds(who));
        held.map(|who| who.address.local().to_owned()).collect()
    }

    #[test]
    fn a_wave_that_was_prepared_ahead_is_in_no_map_of_an_earlier_one() {
        let mut plan = plan(&[("a1", 1), ("b1", 2), ("c1", 3)]);
        let mut handed = Handed::default();
        hand_out(&mut handed, &plan, &["a1", "b1", "c1"]);
        let day = "2026-11-26";
        assert_eq!(held(&plan, &handed, 1, day), ["a1"]);
        assert_eq!(held(&plan, &handed, 2, day), ["a1", "b1"]);
        assert_eq!(held(&plan, &handed, 3, day), ["a1", "b1", "c1"]);
        assert_eq!(held(&plan, &handed, 0, day), Vec::<String>::new(), "nobody has moved");
        let one = Standing::new(&plan, &handed, WaveNumber::new(1), day.parse().unwrap());
        let later: Vec<u16> = one.apart(&plan).later.keys().map(|wave| wave.get()).collect();
        assert_eq!(later, [2, 3]);
        // What is loaded stays, whenever it moves.
        plan.done.insert(Task::parse("load-forwards-3").unwrap());
        assert_eq!(held(&plan, &handed, 1, day), ["a1", "c1"]);
    }

    #[test]
    fn waves_follow_one_another_by_day_and_not_by_number() {
        let mut plan = plan(&[("john", 1), ("ann", 2), ("sue", 3)]);
        for (number, day) in [(2, "2027-03-01"), (3, "2027-02-01")] {
            let number = WaveNumber::new(number).unwrap();
            plan.edit_wave(number, |wave| wave.date = Some(day.parse().unwrap()));
        }
        let mut handed = Handed::default();
        assert_eq!(held(&plan, &handed, 3, "2026-11-26"), ["sue"], "nobody else was handed out");
        hand_out(&mut handed, &plan, &["john", "ann", "sue"]);
        // Ann moves a month after this wave.
        assert_eq!(held(&plan, &handed, 3, "2026-11-26"), ["john", "sue"]);
        assert_eq!(held(&plan, &handed, 2, "2026-11-26"), ["john", "ann", "sue"]);
        assert_eq!(held(&plan, &handed, 1, "2026-11-26"), ["john"]);
        assert_eq!(held(&plan, &handed, 0, "2027-02-02"), ["john", "sue"]);
        assert_eq!(held(&plan, &handed, 0, "2027-03-02"), ["john", "ann", "sue"]);
    }

    #[test]
    fn what_is_ticked_off_stays_when_its_export_is_gone() {
        let mut plan = plan(&[("a1", 1), ("a2", 1), ("b1", 2)]);
        let mut handed = Handed::default();
        let two = |plan: &Plan, handed: &Handed| held(plan, handed, 2, "2026-11-26");
        assert_eq!(two(&plan, &handed), ["b1"]);
        let standing =
            Standing::new(&plan, &handed, WaveNumber::new(2), "2026-11-26".parse().unwrap());
        assert_eq!(standing.apart(&plan).unknown, [(WaveNumber::FIRST, 2)].into());
        plan.done.insert(Task::LoadForwards(WaveNumber::FIRST));
        assert_eq!(two(&plan, &handed), ["a1", "a2", "b1"]);
        // Its export says who was in it: the other came later.
        hand_out(&mut handed, &plan, &["a1"]);
        assert_eq!(two(&plan, &handed), ["a1", "b1"]);
    }

    #[test]
    fn who_was_put_off_leaves_the_map_and_is_to_be_taken_off() {
        let mut plan = plan(&[("a1", 1), ("a2", 1), ("b1", 2)]);
        let mut handed = Handed::default();
        hand_out(&mut handed, &plan, &["a1", "a2"]);
        plan.done.insert(Task::LoadForwards(WaveNumber::FIRST));
        let a2 = Address::parse("a2@example.com").unwrap();
        assert!(handed.to_remove(&plan).is_empty());
        plan.roster.edit(&a2, |who| who.wave = WaveNumber::new(3));
        assert_eq!(held(&plan, &handed, 2, "2026-11-26"), ["a1", "b1"]);
        let gone = handed.to_remove(&plan);
        assert_eq!(gone.keys().collect::<Vec<_>>(), [&a2]);
        assert_eq!(gone[&a2].until, WaveNumber::new(3));
        assert_eq!(handed.difference(&plan, WaveNumber::new(3)).new, std::slice::from_ref(&a2));
        // Whose mailbox was made meanwhile keeps it.
        plan.roster.edit(&a2, |who| who.home = Home::Host);
        assert!(handed.to_remove(&plan).is_empty());
    }
}
