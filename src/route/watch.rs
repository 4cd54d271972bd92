//! What becomes of everybody's mail when some actions of a plan are done and
//! others not. People who fare alike are followed once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::kinds::Names;
use super::order::Refusal;
use super::{Deed, Moment, Origin, Outcome, System, World, deeds, follow, outcome_text};
use crate::plan::{Address, Home, Mailbox, Plan, Roster, Strategy, WaveNumber};
use crate::shown::capital;

/// A plan under watch.
pub(super) struct Watch<'a> {
    plan: &'a Plan,
    /// One of each kind of people.
    few: Plan,
    /// How many each stands for.
    stands_for: Vec<usize>,
    /// Every action of the plan.
    all: Vec<Deed>,
    known: BTreeMap<BTreeSet<Deed>, Rc<[Fate]>>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Fine,
    Split,
    Lost,
    Loop,
}

impl<'a> Watch<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        type Kind = (Option<WaveNumber>, Home, bool, bool, Option<usize>);
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut few = plan.clone();
        few.roster = Roster::default();
        let mut stands_for: Vec<usize> = Vec::new();
        let names = Names::of(plan);
        let own =
            |who: &&Mailbox| who.address.domain() == plan.domain() && !plan.is_group(&who.address);
        for (row, person) in plan.roster.iter().filter(own).enumerate() {
            let forward = person.strategy == Strategy::Forward;
            // Whom a setting names is a kind of their own.
            let named = names.has(person).then_some(row);
            let kind = (person.wave, person.home, forward, person.aliases.is_empty(), named);
            let place = *kinds.entry(kind).or_insert_with(|| {
                few.roster.put(person.clone());
                stands_for.push(0);
                stands_for.len() - 1
            });
            if let Some(count) = stands_for.get_mut(place) {
                *count += 1;
            }
        }
        Self { plan, few, stands_for, all: deeds(plan), known: BTreeMap::new() }
    }

    /// Refuses `deed` after `done` where some way is worse off with it.
    pub(super) fn refuse(&mut self, done: &BTreeSet<Deed>, deed: Deed) -> Result<(), Refusal> {
        let needs = |other: &Deed| deed.comes_after(*other) && !done.contains(other);
        if let Some(needed) = self.all.iter().copied().find(needs) {
            let why = format!("{} before {}.", capital(&deed.label()), needed.label());
            return Err(Refusal { deed, why, people: 0, example: String::new() });
        }
        let mut then = done.clone();
        then.insert(deed);
        let (old, new) = (self.fates(done), self.fates(&then));
        let ways = || old.iter().zip(new.iter()).enumerate();
        let worse = || ways().filter(|(_, (old, new))| old < new);
        let Some((worst, (_, fate))) = worse().rev().max_by_key(|(_, (_, new))| **new) else {
            return Ok(());
        };
        let rows: BTreeSet<usize> = worse().map(|(way, _)| way / Origin::ALL.len()).collect();
        let count = |row: &usize| self.stands_for.get(*row).copied().unwrap_or_default();
        let people: usize = rows.iter().map(count).sum();
        let lists = rows.iter().filter(|row| **row >= self.stands_for.len()).count();
        let what = match fate {
            Fate::Loop => "go round in a loop",
            Fate::Lost | Fate::Fine => "not arrive",
            Fate::Split => "arrive where they no longer look",
        };
        let who = match (people, lists) {
            (0, 1) => "1 list".to_owned(),
            (0, lists) => format!("{lists} lists"),
            (1, _) => "1 person".to_owned(),
            (people, _) => format!("{people} people"),
        };
        let why = format!("When {}, mail for {who} would {what}.", deed.label());
        Err(Refusal { deed, why, people, example: self.example(&then, worst) })
    }

    /// Whether any way is worse off in the second state.
    pub(super) fn is_worse(&mut self, before: &BTreeSet<Deed>, after: &BTreeSet<Deed>) -> bool {
        let (old, new) = (self.fates(before), self.fates(after));
        old.iter().zip(new.iter()).any(|(old, new)| old < new)
    }

    /// How each way fares when exactly these actions are done: three for each
    /// of the few, then three for each list.
    fn fates(&mut self, done: &BTreeSet<Deed>) -> Rc<[Fate]> {
        if let Some(known) = self.known.get(done) {
            return known.clone();
        }
        let world = self.world(done);
        let mut fates = Vec::with_capacity(3 * (self.few.roster.len() + self.few.groups.len()));
        for (to, person) in self.watched() {
            for origin in Origin::ALL {
                let worst = to.iter().map(|address| {
                    fate(&world, person, done, &follow(&world, origin, address).outcome)
                });
                fates.push(worst.max().unwrap_or(Fate::Fine));
            }
        }
        let fates: Rc<[Fate]> = fates.into();
        self.known.insert(done.clone(), fates.clone());
        fates
    }

    fn world(&self, done: &BTreeSet<Deed>) -> World {
        // What concerns everybody is taken from everybody.
        Moment::done(self.plan, done).world(&self.few)
    }

    /// Addresses that fare as one, and whose they are; `None`: a list's.
    fn watched(&self) -> impl Iterator<Item = (Vec<&Address>, Option<&Mailbox>)> {
        let people = self.few.roster.iter().map(|person| {
            let all = std::iter::once(&person.address).chain(&person.aliases);
            (all.collect(), Some(person))
        });
        people.chain(self.few.groups.iter().map(|group| (vec![&group.address], None)))
    }

    /// The way that breaks, in words.
    fn example(&self, done: &BTreeSet<Deed>, way: usize) -> String {
        let world = self.world(done);
        let origin = Origin::ALL.get(way % Origin::ALL.len()).copied().unwrap_or(Origin::Internet);
        let Some((to, person)) = self.watched().nth(way / Origin::ALL.len()) else {
            return String::new();
        };
        let traces = to.into_iter().map(|address| (address, follow(&world, origin, address)));
        let worst = traces.max_by_key(|(_, trace)| fate(&world, person, done, &trace.outcome));
        worst.map_or(String::new(), |(address, trace)| {
            format!("{address} from {}: {}", origin.label(), outcome_text(&trace))
        })
    }
}

/// What this end is: a person who works at the host looks there; before that
/// the new mailbox keeps what comes early. Of a list all that counts is that
/// its mail arrives.
fn fate(world: &World, person: Option<&Mailbox>, done: &BTreeSet<Deed>, outcome: &Outcome) -> Fate {
    let copies = match outcome {
        Outcome::Loop { .. } => return Fate::Loop,
        Outcome::Bounced { .. } | Outcome::Backscatter { .. } => return Fate::Lost,
        Outcome::Delivered { copies } => copies,
    };
    let Some(person) = person else { return Fate::Fine };
    let at_host = person.home == Home::Host
        || person.wave.is_some_and(|wave| done.contains(&Deed::Moved(wave)));
    let own = |system: System| match system {
        System::Host => world.host.mailboxes.contains(&person.address),
        System::External => world.external.mailboxes.contains(&person.address),
        System::Third | System::Nobody => false,
    };
    let seen = copies.iter().any(|(system, _)| match at_host {
        true => *system == System::Host,
        false => own(*system),
    });
    if seen { Fate::Fine } else { Fate::Split }
}
