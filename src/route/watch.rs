//! What becomes of everybody's mail when some actions of a plan are done and
//! others not. People who fare alike are followed once, and nobody again whom
//! an action does not concern.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::follow::way;
use super::harm::{Fate, Harm, Whom, plain, who};
use super::kinds::Names;
use super::order::Refusal;
use super::subject::nobody_has;
use super::{Deed, Moment, Origin, Seen, System, World, deeds, follow, outcome_text};
use crate::plan::{Address, Home, Mailbox, Plan, Roster, Strategy, WaveNumber};
use crate::shown::capital;

/// A plan under watch.
pub(super) struct Watch<'a> {
    pub(super) seen: &'a Seen,
    /// Whether the host has the domain, whatever is done.
    anybody_at_host: bool,
    watched: Vec<Watched>,
    /// Every action of the plan.
    all: Vec<Deed>,
    /// By whom, by the actions that concern them, and by whether the host has
    /// the domain.
    known: HashMap<(usize, Vec<Deed>, bool), Fates>,
}

/// From each origin.
type Fates = [Fate; 3];

/// Addresses that fare as one.
struct Watched {
    to: Vec<Address>,
    whom: Whom,
    /// How many people this one stands for.
    people: usize,
    /// Waves whose actions concern it.
    waves: BTreeSet<WaveNumber>,
    /// The plan with nobody else in it, but for those whom settings name.
    alone: Plan,
}

impl<'a> Watch<'a> {
    pub(super) fn new(plan: &Plan, seen: &'a Seen) -> Self {
        let mut nobody = plan.clone();
        nobody.roster = Roster::default();
        if let Some(authority) = seen.external_authority {
            nobody.external.authority = authority;
        }
        let names = Names::of(plan);
        let mut named = nobody.clone();
        for person in plan.roster.iter().filter(|person| names.has(person)) {
            named.roster.put(person.clone());
        }
        let named_waves: BTreeSet<WaveNumber> =
            named.roster.iter().filter_map(|person| person.wave).collect();
        let mut watched = persons(plan, &names, &named, &named_waves);
        watched.extend(extended(plan, &named, &named_waves));
        let mut beside = |to: &Address, whom| {
            watched.push(Watched {
                to: vec![to.clone()],
                whom,
                people: 0,
                waves: named_waves.clone(),
                alone: named.clone(),
            });
        };
        plan.groups.iter().for_each(|group| beside(&group.address, Whom::List));
        let world = Moment::done(&nobody, &BTreeSet::new()).world(&nobody);
        beside(&nobody_has(plan, &world), Whom::Nobody);
        let own = |who: &Mailbox| who.address.domain() == plan.domain();
        Self {
            seen,
            anybody_at_host: Moment::done(&nobody, &BTreeSet::new()).domain_at_host
                || plan.roster.iter().any(|who| own(who) && who.home == Home::Host),
            watched,
            all: deeds(plan),
            known: HashMap::new(),
        }
    }

    /// Refuses `deed` after `done` where some way is worse off with it.
    /// `later`: what comes after it. A mailbox may be made where its contact
    /// can follow at once: no order does without that moment.
    pub(super) fn refuse(
        &mut self,
        done: &BTreeSet<Deed>,
        deed: Deed,
        later: &[Deed],
    ) -> Result<(), Refusal> {
        let needs = |other: &Deed| deed.comes_after(*other) && !done.contains(other);
        if let Some(needed) = self.all.iter().copied().find(needs) {
            let why = format!("{} before {}.", capital(&deed.label()), needed.label());
            return Err(Refusal { deed, why, people: 0, example: String::new() });
        }
        let mut then = done.clone();
        then.insert(deed);
        let made = match deed {
            Deed::MailboxesMade(wave) => Some(wave),
            _ => None,
        };
        let mut worse = self.worse(done, &then, deed, None);
        let early: Vec<_> =
            worse.extract_if(.., |way| made.is_some() && way.fate == Fate::Early).collect();
        if !worse.is_empty() {
            return Err(self.refusal(deed, &then, &worse, String::new()));
        }
        let Some(wave) = made.filter(|_| !early.is_empty()) else { return Ok(()) };
        let contacts = Deed::Contacts(wave);
        let follows = match later.contains(&contacts) {
            false => Err("no action of this order ends that".to_owned()),
            true => self.refuse(&then, contacts, &[]).map_err(|refusal| {
                format!("their contacts can't be imported then: {}", plain(&refusal.why))
            }),
        };
        follows.map_err(|why| self.refusal(deed, &then, &early, format!(", and {why}")))
    }

    /// Whether any way is worse off with `deed` where `before` is not seen yet.
    pub(super) fn needs(&mut self, done: &BTreeSet<Deed>, deed: Deed, before: Deed) -> bool {
        let mut without = done.clone();
        without.remove(&before);
        let mut then = without.clone();
        then.insert(deed);
        let made = matches!(deed, Deed::MailboxesMade(_));
        let worse = self.worse(&without, &then, deed, Some(before));
        worse.iter().any(|way| !(made && way.fate == Fate::Early))
    }

    /// The ways that are worse off in the second state, which has `deed` more.
    fn worse(
        &mut self,
        before: &BTreeSet<Deed>,
        after: &BTreeSet<Deed>,
        deed: Deed,
        concerned: Option<Deed>,
    ) -> Vec<Worse> {
        let mut worse = Vec::new();
        for row in 0..self.watched.len() {
            let concerns = |deed: Deed| self.watched.get(row).is_some_and(|one| one.minds(deed));
            if !concerns(deed) || concerned.is_some_and(|other| !concerns(other)) {
                continue;
            }
            let (old, new) = (self.fates(row, before), self.fates(row, after));
            for (origin, (old, fate)) in Origin::ALL.into_iter().zip(old.into_iter().zip(new)) {
                // What is taken without harm to anybody is told, not refused.
                if old < fate && fate > Fate::Taken {
                    worse.push(Worse { row, origin, fate });
                }
            }
        }
        worse
    }

    /// What goes wrong when exactly these actions are done, the worst first.
    pub(super) fn harms(&mut self, done: &BTreeSet<Deed>) -> Vec<Harm> {
        let mut by_fate: BTreeMap<Fate, Vec<Worse>> = BTreeMap::new();
        for row in 0..self.watched.len() {
            for (origin, fate) in Origin::ALL.into_iter().zip(self.fates(row, done)) {
                if fate != Fate::Fine {
                    by_fate.entry(fate).or_default().push(Worse { row, origin, fate });
                }
            }
        }
        let harms = by_fate.into_iter().rev().map(|(fate, ways)| {
            let (people, lists, extended) = self.counted(&ways);
            let sentence = format!("Mail for {} {}.", who(people, lists, extended), fate.does());
            Harm { sentence, people, example: self.example(done, &ways) }
        });
        harms.collect()
    }

    /// How many people have two mailboxes that both get mail once this is done.
    pub(super) fn splits(&mut self, done: &BTreeSet<Deed>, wave: WaveNumber) -> Vec<Origin> {
        let mut origins = BTreeSet::new();
        for row in 0..self.watched.len() {
            if self.watched.get(row).is_some_and(|one| one.waves.contains(&wave)) {
                let fates = Origin::ALL.into_iter().zip(self.fates(row, done));
                origins
                    .extend(fates.filter(|(_, fate)| *fate == Fate::Early).map(|(from, _)| from));
            }
        }
        origins.into_iter().collect()
    }

    /// How many people of a wave wait.
    pub(super) fn people_of(&self, wave: WaveNumber) -> usize {
        let of = |one: &&Watched| matches!(&one.whom, Whom::Person(who) if who.wave == Some(wave) && who.home == Home::External);
        self.watched.iter().filter(of).map(|one| one.people).sum()
    }

    fn refusal(&self, deed: Deed, then: &BTreeSet<Deed>, ways: &[Worse], more: String) -> Refusal {
        let worst = ways.iter().map(|way| way.fate).max().unwrap_or(Fate::Lost);
        let (people, lists, extended) = self.counted(ways);
        let why = format!(
            "When {}, mail for {} would {}{more}.",
            deed.label(),
            who(people, lists, extended),
            worst.would()
        );
        Refusal { deed, why, people, example: self.example(then, ways) }
    }

    fn counted(&self, ways: &[Worse]) -> (usize, usize, bool) {
        let rows: BTreeSet<usize> = ways.iter().map(|way| way.row).collect();
        let of = |row: &usize| self.watched.get(*row);
        let people = rows.iter().filter_map(of).map(|one| one.people).sum();
        let lists = rows.iter().filter_map(of).filter(|one| matches!(one.whom, Whom::List)).count();
        let named = |row| of(row).is_some_and(|one| matches!(one.whom, Whom::Extended(_)));
        let extended = rows.iter().any(named);
        (people, lists, extended)
    }

    /// How one of them fares when exactly these actions are done.
    fn fates(&mut self, row: usize, done: &BTreeSet<Deed>) -> Fates {
        let Some(one) = self.watched.get(row) else { return [Fate::Fine; 3] };
        let mine: Vec<Deed> = done.iter().copied().filter(|deed| one.minds(*deed)).collect();
        let at_host = self.has_domain(done);
        let key = (row, mine, at_host);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let world = self.world(one, done, at_host);
        let reads = one.reads(done);
        let fates = Origin::ALL.map(|origin| {
            let of = |to| Fate::of(&world, &one.whom, reads, &way(&world, origin, to).outcome);
            one.to.iter().map(of).max().unwrap_or(Fate::Fine)
        });
        self.known.insert(key, fates);
        fates
    }

    fn world(&self, one: &Watched, done: &BTreeSet<Deed>, at_host: bool) -> World {
        let mut moment = Moment::done(&one.alone, done);
        moment.domain_at_host |= at_host;
        moment.world(&one.alone)
    }

    /// Whether the host has the domain, which takes only one to be there.
    fn has_domain(&self, done: &BTreeSet<Deed>) -> bool {
        let has = |deed| done.contains(&deed);
        self.anybody_at_host
            || has(Deed::SdrOn) && !has(Deed::SdrOff)
            || has(Deed::Alias) && !has(Deed::SubdomainRemoved)
            || has(Deed::HostAliases)
            || has(Deed::PrimaryMx)
            || done.iter().any(|deed| matches!(deed, Deed::MailboxesMade(_)))
    }

    /// The worst of these ways, in words.
    fn example(&self, done: &BTreeSet<Deed>, ways: &[Worse]) -> String {
        let worst = ways.iter().rev().max_by_key(|way| way.fate);
        let found = worst.and_then(|way| Some((way.origin, self.watched.get(way.row)?)));
        let Some((origin, one)) = found else { return String::new() };
        let world = self.world(one, done, self.has_domain(done));
        let reads = one.reads(done);
        let traces = one.to.iter().map(|address| (address, follow(&world, origin, address)));
        let worst =
            traces.max_by_key(|(_, trace)| Fate::of(&world, &one.whom, reads, &trace.outcome));
        worst.map_or(String::new(), |(address, trace)| {
            format!("{address} from {}: {}", origin.label(), outcome_text(&trace))
        })
    }
}

/// A way that is worse off.
struct Worse {
    row: usize,
    origin: Origin,
    fate: Fate,
}

impl Watched {
    /// Whether an action concerns it.
    fn minds(&self, deed: Deed) -> bool {
        deed.wave().is_none_or(|wave| self.waves.contains(&wave))
    }

    /// Where the person looks: from when all mail goes to the host, there.
    fn reads(&self, done: &BTreeSet<Deed>) -> System {
        let (Whom::Person(person) | Whom::Extended(person)) = &self.whom else {
            return System::Host;
        };
        let led = |wave| done.contains(&Deed::Moved(wave)) || done.contains(&Deed::Contacts(wave));
        let at_host = person.home == Home::Host || person.wave.is_some_and(led);
        if at_host { System::Host } else { System::External }
    }
}

/// One of each kind of people.
fn persons(
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

/// Of each home and wave one person, written to with an extension.
fn extended(plan: &Plan, named: &Plan, named_waves: &BTreeSet<WaveNumber>) -> Vec<Watched> {
    let signs = [plan.external.extension, plan.host_settings.extension];
    let Some(sign) = signs.into_iter().flatten().next() else { return Vec::new() };
    let (mut kinds, mut watched) = (BTreeSet::new(), Vec::new());
    for person in &plan.roster {
        let local = person.address.local();
        let fits = person.address.domain() == plan.domain()
            && !local.contains([sign, '"'])
            && !plan.is_group(&person.address);
        if !fits || !kinds.insert((person.home, person.wave)) {
            continue;
        }
        let text = format!("{local}{sign}extension@{}", plan.domain());
        let Ok(to) = Address::parse(&text) else { continue };
        let mut alone = named.clone();
        alone.roster.put(person.clone());
        let waves = named_waves.iter().copied().chain(person.wave).collect();
        let whom = Whom::Extended(Box::new(person.clone()));
        watched.push(Watched { to: vec![to], whom, people: 0, waves, alone });
    }
    watched
}
