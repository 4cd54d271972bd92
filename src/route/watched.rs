//! Whose mail is watched: of those who fare alike one, with the others counted.

use std::collections::{BTreeMap, BTreeSet};

use super::harm::Whom;
use super::kinds::Names;
use super::{Deed, System};
use crate::plan::{Address, Home, Mailbox, Plan, Strategy, WaveNumber};

/// Addresses that fare as one.
pub(super) struct Watched {
    pub(super) to: Vec<Address>,
    pub(super) whom: Whom,
    /// How many people this one stands for.
    pub(super) people: usize,
    /// Waves whose actions concern it.
    pub(super) waves: BTreeSet<WaveNumber>,
    /// The plan with nobody else in it, but for those whom settings name.
    pub(super) alone: Plan,
}

impl Watched {
    /// Whether an action concerns it.
    pub(super) fn minds(&self, deed: Deed) -> bool {
        deed.wave().is_none_or(|wave| self.waves.contains(&wave))
    }

    /// Home and wave of the people it stands for; `None`: it is no person's.
    pub(super) fn kind(&self) -> Option<(Home, Option<WaveNumber>)> {
        match &self.whom {
            Whom::Person(person) | Whom::Extended(person) => Some((person.home, person.wave)),
            Whom::List | Whom::Nobody => None,
        }
    }

    /// Where the person looks: from when all mail goes to the host, there.
    pub(super) fn reads(&self, done: &BTreeSet<Deed>) -> System {
        let (Whom::Person(person) | Whom::Extended(person)) = &self.whom else {
            return System::Host;
        };
        let led = |wave| done.contains(&Deed::Moved(wave)) || done.contains(&Deed::Contacts(wave));
        let at_host = person.home == Home::Host || person.wave.is_some_and(led);
        if at_host { System::Host } else { System::External }
    }
}

/// One of each kind of people.
pub(super) fn persons(
    plan: &Plan,
    names: &Names<'_>,
    named: &Plan,
    named_waves: &BTreeSet<WaveNumber>,
) -> Vec<Watched> {
    type Kind = (Option<WaveNumber>, Home, bool, bool, Option<usize>);
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut watched: Vec<Watched> = Vec::new();
    let own =
        |who: &&Mailbox| who.address.domain() == plan.domain() && !plan.is_group(&who.address);
    for (row, person) in plan.roster.iter().filter(own).enumerate() {
        let forward = person.strategy == Strategy::Forward;
        // Whom a setting names is a kind of their own.
        let is_named = names.has(person).then_some(row);
        let kind = (person.wave, person.home, forward, person.aliases.is_empty(), is_named);
        let place = *kinds.entry(kind).or_insert_with(|| {
            let mut alone = named.clone();
            alone.roster.put(person.clone());
            let own = person.aliases.iter().filter(|alias| alias.domain() == plan.domain());
            watched.push(Watched {
                to: std::iter::once(&person.address).chain(own).cloned().collect(),
                whom: Whom::Person(Box::new(person.clone())),
                people: 0,
                waves: named_waves.iter().copied().chain(person.wave).collect(),
                alone,
            });
            watched.len() - 1
        });
        if let Some(one) = watched.get_mut(place) {
            one.people += 1;
        }
    }
    watched
}

/// Of each home and wave one person, written to with an extension. They are the
/// same people as above: see [`Watched::kind`].
pub(super) fn extended(
    plan: &Plan,
    named: &Plan,
    named_waves: &BTreeSet<WaveNumber>,
) -> Vec<Watched> {
    let all = plan.extended().into_iter().filter_map(|one| {
        let mut alone = named.clone();
        alone.roster.put(one.person.clone());
        Some(Watched {
            to: vec![one.address()?],
            whom: Whom::Extended(Box::new(one.person.clone())),
            people: one.people,
            waves: named_waves.iter().copied().chain(one.person.wave).collect(),
            alone,
        })
    });
    all.collect()
}
