//! The order of a plan's actions: whether one loses, loops or splits mail on
//! its way, when each may start, and the shortest order that is safe.
//!
//! An action is safe where no way of a message is worse off with it than
//! without it, at any moment at which some servers go by the old state and
//! some by the new one. People who fare alike are followed once.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::deed::{Deed, Window, deeds};
use super::{Moment, Origin, Outcome, System, World, follow, outcome_text};
use crate::plan::{Home, Mailbox, Plan, Roster, WaveNumber};

/// An action that must not come at its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The action.
    pub deed: Deed,
    /// What it would do, and to how many people: one sentence.
    pub why: String,
    /// How many people are concerned.
    pub people: usize,
    /// The first way that breaks, in words.
    pub example: String,
}

/// When an action may start in an order that is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Start {
    /// The action, as in options.
    pub action: String,
    /// What is done, in words.
    pub label: String,
    /// Minutes from the beginning, by the windows that are known.
    pub minute: u32,
    /// The actions before it that have to be seen by the checks first, because
    /// nobody can tell how long they take.
    pub after_seeing: Vec<String>,
    /// The actions before it whose window has to run out first.
    pub after_waiting: Vec<String>,
}

/// The state that an order goes through.
struct Judge<'a> {
    plan: &'a Plan,
    /// One of each kind of people.
    few: Plan,
    /// How many each stands for.
    stands_for: Vec<usize>,
    known: BTreeMap<BTreeSet<Deed>, BTreeMap<Way, Fate>>,
}

/// A person, by row among the few, and where the message is written.
type Way = (usize, Origin);

/// How bad it is, and in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Split(String),
    Lost(String),
    Loop(String),
}

/// Whether this order is safe, and when each action may start.
///
/// # Errors
/// The first action that must not come where it stands.
pub fn check_order(plan: &Plan, order: &[Deed]) -> Result<Vec<Start>, Refusal> {
    let mut judge = Judge::new(plan);
    let mut done = BTreeSet::new();
    for &deed in order {
        judge.refuse(&done, deed)?;
        done.insert(deed);
    }
    Ok(judge.timeline(order))
}

/// The shortest safe order of all actions of the plan, and when each may
/// start; of equals the recommended one.
///
/// # Errors
/// The action that no order makes safe, with what it would do.
pub fn shortest_order(plan: &Plan) -> Result<Vec<Start>, Refusal> {
    let mut judge = Judge::new(plan);
    let mut left = deeds(plan);
    let (mut order, mut done) = (Vec::new(), BTreeSet::new());
    while !left.is_empty() {
        let mut first_refusal = None;
        // What takes longest goes first, so that its time runs meanwhile.
        let mut ready: Vec<Deed> = Vec::new();
        for &deed in &left {
            match judge.refuse(&done, deed) {
                Ok(()) => ready.push(deed),
                Err(refusal) => drop(first_refusal.get_or_insert(refusal)),
            }
        }
        let longest = ready.iter().copied().enumerate().min_by_key(|(at, deed)| {
            let sooner = matches!(deed, Deed::SubdomainMx) && deed.window() != Window::AtMost(0);
            (!sooner, *at)
        });
        let Some((_, deed)) = longest else {
            return match first_refusal {
                Some(refusal) => Err(refusal),
                None => Ok(judge.timeline(&order)),
            };
        };
        left.retain(|other| *other != deed);
        done.insert(deed);
        order.push(deed);
    }
    Ok(judge.timeline(&order))
}

impl<'a> Judge<'a> {
    fn new(plan: &'a Plan) -> Self {
        type Kind = (Option<WaveNumber>, Home, bool, bool);
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut few = plan.clone();
        few.roster = Roster::default();
        let mut stands_for = Vec::new();
        for person in plan.roster.iter().filter(|who| who.address.domain() == plan.domain()) {
            let forward = person.strategy == crate::plan::Strategy::Forward;
            let kind = (person.wave, person.home, forward, person.aliases.is_empty());
            let place = *kinds.entry(kind).or_insert_with(|| {
                few.roster.put(person.clone());
                stands_for.push(0);
                stands_for.len() - 1
            });
            if let Some(count) = stands_for.get_mut(place) {
                *count += 1;
            }
        }
        Self { plan, few, stands_for, known: BTreeMap::new() }
    }

    /// Refuses `deed` after `done` where some way is worse off with it.
    fn refuse(&mut self, done: &BTreeSet<Deed>, deed: Deed) -> Result<(), Refusal> {
        if let Some(needed) = deed.comes_after().filter(|needed| !done.contains(needed)) {
            let why = format!("{} before {}.", capital(&deed.label()), needed.label());
            return Err(Refusal { deed, why, people: 0, example: String::new() });
        }
        let mut then = done.clone();
        then.insert(deed);
        let worse = self.worse(done, &then);
        let Some((_, worst)) = worse.iter().max_by_key(|(_, fate)| (*fate).clone()) else {
            return Ok(());
        };
        let rows: BTreeSet<usize> = worse.iter().map(|((row, _), _)| *row).collect();
        let count = |row: &usize| self.stands_for.get(*row).copied().unwrap_or_default();
        let people: usize = rows.iter().map(count).sum();
        let (what, example) = match worst {
            Fate::Loop(text) => ("go round in a loop", text),
            Fate::Lost(text) => ("not arrive", text),
            Fate::Split(text) => ("arrive where they no longer look", text),
        };
        let who = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
        let why = format!("When {}, mail for {who} would {what}.", deed.label());
        Err(Refusal { deed, why, people, example: example.clone() })
    }

    /// The ways that are worse off in the second state.
    fn worse(&mut self, before: &BTreeSet<Deed>, after: &BTreeSet<Deed>) -> Vec<(Way, Fate)> {
        let old = self.fates(before);
        let new = self.fates(after);
        let rank = |fate: &Fate| match fate {
            Fate::Split(_) => 1,
            Fate::Lost(_) => 2,
            Fate::Loop(_) => 3,
        };
        new.into_iter().filter(|(way, fate)| old.get(way).map_or(0, rank) < rank(fate)).collect()
    }

    /// The ways that go astray when exactly these actions are done.
    fn fates(&mut self, done: &BTreeSet<Deed>) -> BTreeMap<Way, Fate> {
        if let Some(known) = self.known.get(done) {
            return known.clone();
        }
        // What concerns everybody is taken from everybody.
        let moment = Moment::done(self.plan, done);
        let world = moment.world(&self.few);
        let mut fates = BTreeMap::new();
        for (row, person) in self.few.roster.iter().enumerate() {
            for origin in Origin::ALL {
                let fates_of =
                    std::iter::once(&person.address).chain(&person.aliases).filter_map(|address| {
                        let trace = follow(&world, origin, address);
                        let kind = fate(&world, person, done, &trace.outcome)?;
                        Some(kind(format!(
                            "{address} from {}: {}",
                            origin.label(),
                            outcome_text(&trace)
                        )))
                    });
                if let Some(worst) = fates_of.max() {
                    fates.insert((row, origin), worst);
                }
            }
        }
        self.known.insert(done.clone(), fates.clone());
        fates
    }

    /// When each may start: an action need not wait for another one's window
    /// where it is safe beside the old state too.
    fn timeline(&mut self, order: &[Deed]) -> Vec<Start> {
        let mut starts: Vec<Start> = Vec::new();
        let mut ends: Vec<(Deed, u32)> = Vec::new();
        let mut done = BTreeSet::new();
        for &deed in order {
            let (mut minute, mut seeing, mut waiting) = (0, Vec::new(), Vec::new());
            for &(before, end) in &ends {
                let mut without = done.clone();
                without.remove(&before);
                let mut then = without.clone();
                then.insert(deed);
                let needs =
                    deed.comes_after() == Some(before) || !self.worse(&without, &then).is_empty();
                if !needs {
                    continue;
                }
                minute = minute.max(end);
                match before.window() {
                    Window::UntilSeen => seeing.push(before.to_string()),
                    Window::AtMost(_) => waiting.push(before.to_string()),
                }
            }
            let length = match deed.window() {
                Window::AtMost(minutes) => minutes,
                Window::UntilSeen => 0,
            };
            ends.push((deed, minute + length));
            done.insert(deed);
            starts.push(Start {
                action: deed.to_string(),
                label: deed.label(),
                minute,
                after_seeing: seeing,
                after_waiting: waiting,
            });
        }
        starts
    }
}

/// What is wrong with this end, if anything: a person who works at the host
/// looks there; before that the new mailbox keeps what comes early.
fn fate(
    world: &World,
    person: &Mailbox,
    done: &BTreeSet<Deed>,
    outcome: &Outcome,
) -> Option<fn(String) -> Fate> {
    let at_host = person.home == Home::Host
        || person.wave.is_some_and(|wave| done.contains(&Deed::Moved(wave)));
    let own = |system: System| {
        let held = match system {
            System::Host => &world.host.mailboxes,
            System::External => &world.external.mailboxes,
            System::Third | System::Nobody => return false,
        };
        held.contains(&person.address)
    };
    match outcome {
        Outcome::Loop { .. } => Some(Fate::Loop),
        Outcome::Bounced { .. } | Outcome::Backscatter { .. } => Some(Fate::Lost),
        Outcome::Delivered { copies } => {
            let seen = copies.iter().any(|(system, _)| match at_host {
                true => *system == System::Host,
                false => own(*system),
            });
            (!seen).then_some(Fate::Split as fn(String) -> Fate)
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
