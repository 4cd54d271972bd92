//! How many people live where, and in which wave they move.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::{Domain, Home, Mailbox, WaveNumber};

/// People counted by domain, home and wave: once for each roster, because to
/// look at a million takes longer than a picture may, and much asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    everybody: Heads,
    by_domain: BTreeMap<Domain, Heads>,
    departments: Vec<String>,
}

/// People counted by home and wave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads {
    external: ByWave,
    host: ByWave,
}

/// By the number of the wave; 0 for those in none.
type ByWave = Vec<usize>;

impl Census {
    /// Of whoever has an address, in whatever domain.
    pub fn everybody(&self) -> &Heads {
        &self.everybody
    }

    /// Of those with a primary address in this domain.
    pub fn of(&self, domain: &Domain) -> &Heads {
        const NOBODY: &Heads = &Heads { external: Vec::new(), host: Vec::new() };
        self.by_domain.get(domain).unwrap_or(NOBODY)
    }

    /// The departments that people are in, each once, however it is written.
    pub fn departments(&self) -> &[String] {
        &self.departments
    }

    pub(super) fn take(people: &[Arc<Mailbox>]) -> Self {
        let mut census = Self { departments: departments(people), ..Self::default() };
        for run in people.chunk_by(|one, next| one.address.domain() == next.address.domain()) {
            let Some(first) = run.first() else { continue };
            let heads = census.by_domain.entry(first.address.domain().clone()).or_default();
            run.iter().for_each(|person| heads.add(person.home, person.wave, 1));
        }
        for heads in census.by_domain.values() {
            for (home, wave, people) in heads.groups() {
                census.everybody.add(home, wave, people);
            }
        }
        census
    }
}

impl Heads {
    /// How many live there and are in this wave, or in none.
    pub fn count(&self, home: Home, wave: Option<WaveNumber>) -> usize {
        self.homes(home).get(slot(wave)).copied().unwrap_or_default()
    }

    /// How many live there.
    pub fn at(&self, home: Home) -> usize {
        self.homes(home).iter().sum()
    }

    /// How many are in this wave, wherever they live.
    pub fn in_wave(&self, wave: WaveNumber) -> usize {
        [Home::External, Home::Host].map(|home| self.count(home, Some(wave))).iter().sum()
    }

    /// Every wave that somebody is in.
    pub fn waves(&self) -> BTreeSet<WaveNumber> {
        self.groups().filter_map(|(_, wave, _)| wave).collect()
    }

    /// The groups that have somebody, and how many.
    pub fn groups(&self) -> impl Iterator<Item = (Home, Option<WaveNumber>, usize)> {
        let homes = [Home::External, Home::Host].into_iter();
        let all = homes.flat_map(|home| (0..).zip(self.homes(home)).map(move |at| (home, at)));
        all.filter(|(_, (_, people))| **people > 0)
            .map(|(home, (wave, people))| (home, WaveNumber::new(wave), *people))
    }

    fn homes(&self, home: Home) -> &ByWave {
        match home {
            Home::External => &self.external,
            Home::Host => &self.host,
        }
    }

    fn add(&mut self, home: Home, wave: Option<WaveNumber>, people: usize) {
        let (homes, slot) = match home {
            Home::External => (&mut self.external, slot(wave)),
            Home::Host => (&mut self.host, slot(wave)),
        };
        if homes.len() <= slot {
            homes.resize(slot + 1, 0);
        }
        homes[slot] += people;
    }
}

fn departments(people: &[Arc<Mailbox>]) -> Vec<String> {
    let told = people.iter().map(|who| who.department().trim());
    let told: HashSet<&str> = told.filter(|name| !name.is_empty()).collect();
    let mut names: Vec<&str> = told.into_iter().collect();
    names.sort_by_key(|name| (name.to_lowercase(), *name));
    names.dedup_by_key(|name| name.to_lowercase());
    names.into_iter().map(str::to_owned).collect()
}

fn slot(wave: Option<WaveNumber>) -> usize {
    wave.map_or(0, |wave| wave.get().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Roster};

    #[test]
    fn a_changed_roster_is_counted_again_and_a_copy_of_it_is_not() {
        let third = WaveNumber::new(3).unwrap();
        let mut roster = Roster::default();
        for name in ["ann@example.com", "bob@example.com", "eve@example.net"] {
            let address = Address::parse(name).unwrap();
            roster.add(Mailbox { wave: Some(third), ..Mailbox::new(address) }).unwrap();
        }
        let all = roster.census().everybody();
        assert_eq!((all.in_wave(third), all.at(Home::Host)), (3, 0));
        let before = roster.clone();
        assert!(std::ptr::eq(before.census(), roster.census()));

        let ann = Address::parse("ann@example.com").unwrap();
        roster.edit(&ann, |who| (who.home, who.wave) = (Home::Host, None));
        let own = roster.census().of(ann.domain());
        assert_eq!(
            own.groups().collect::<Vec<_>>(),
            [(Home::External, Some(third), 1), (Home::Host, None, 1)]
        );
        assert_eq!(own.waves(), BTreeSet::from([third]));
        assert_eq!(before.census().everybody().at(Home::Host), 0);
        roster.remove(|who| who.address == ann);
        assert_eq!(roster.census().everybody().at(Home::Host), 0);
        assert_eq!(
            roster.census().of(&Domain::parse("example.org").unwrap()).at(Home::External),
            0
        );
    }
}
