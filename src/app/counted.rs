//! What is counted of the people: once for each roster, because of a million
//! of them it takes longer than a picture may.

use std::collections::{BTreeMap, HashSet};

use crate::plan::{Home, Plan, Roster, WaveNumber};

/// The counts, and the roster that they are of.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    of: Option<Roster>,
    worn: BTreeMap<WaveNumber, usize>,
    /// People at the host today.
    pub at_host: usize,
    /// The departments that people are in, each once, however it is written.
    pub departments: Vec<String>,
}

impl Counted {
    /// Counts, unless that was done of these very people.
    pub(crate) fn renew(&mut self, roster: &Roster) {
        if self.of.as_ref().is_some_and(|of| of.is_same(roster)) {
            return;
        }
        let mut worn: BTreeMap<WaveNumber, usize> = BTreeMap::new();
        let mut at_host = 0;
        let mut told: HashSet<&str> = HashSet::new();
        for who in roster.iter() {
            if let Some(wave) = who.wave {
                *worn.entry(wave).or_default() += 1;
            }
            at_host += usize::from(who.home == Home::Host);
            told.insert(who.department().trim());
        }
        told.remove("");
        let mut names: Vec<&str> = told.into_iter().collect();
        names.sort_by_key(|name| (name.to_lowercase(), *name));
        names.dedup_by_key(|name| name.to_lowercase());
        let departments = names.into_iter().map(str::to_owned).collect();
        *self = Self { of: Some(roster.clone()), worn, at_host, departments };
    }

    /// Every wave that the plan or a person names, in order, and how many people
    /// are in it.
    pub fn waves(&self, plan: &Plan) -> Vec<(WaveNumber, usize)> {
        let mut waves = self.worn.clone();
        for wave in &plan.waves {
            waves.entry(wave.number).or_default();
        }
        waves.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Mailbox};

    #[test]
    fn a_changed_roster_is_counted_again_and_the_same_one_is_not() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for name in ["ann", "bob"] {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            plan.roster.add(Mailbox { wave: WaveNumber::new(3), ..Mailbox::new(address) }).unwrap();
        }
        let mut counted = Counted::default();
        counted.renew(&plan.roster);
        let third = WaveNumber::new(3).unwrap();
        assert_eq!((counted.waves(&plan), counted.at_host), (vec![(third, 2)], 0));
        // Marked by hand: it stays where nothing is counted.
        counted.at_host = 7;
        counted.renew(&plan.roster);
        assert_eq!(counted.at_host, 7);
        let ann = Address::parse("ann@example.com").unwrap();
        plan.roster.edit(&ann, |who| (who.home, who.wave) = (Home::Host, None));
        counted.renew(&plan.roster);
        assert_eq!((counted.waves(&plan), counted.at_host), (vec![(third, 1)], 1));
    }
}
