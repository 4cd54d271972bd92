//! What becomes of everybody's mail when some actions of a plan are done and
//! others not. People who fare alike are followed once, and nobody again whom
//! an action does not concern.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::follow::way;
use super::harm::{Fate, Harm, Whom, plain, who};
use super::kinds::Names;
use super::order::Refusal;
use super::subject::nobody_has;
use super::watched::{Watched, extended, persons};
use super::{Deed, Moment, Origin, Seen, World, deeds, follow, outcome_text};
use crate::plan::{Address, Authority, Home, Plan, Roster, WaveNumber};
use crate::shown::capital;

/// A plan under watch.
pub(super) struct Watch<'a> {
    pub(super) seen: &'a Seen,
    /// Whether the host has the domain, whatever is done.
    anybody_at_host: bool,
    /// Whether somebody has a mailbox there, whatever is done.
    anybody_lives_there: bool,
    /// What the external server does with unknown addresses.
    authority: Authority,
    /// Where the external server's catch-all leads.
    catch_all: Option<Address>,
    watched: Vec<Watched>,
    /// Every action of the plan.
    all: Vec<Deed>,
    /// By whom, by the actions that concern them, and by whether the host has
    /// the domain.
    known: HashMap<(usize, Vec<Deed>, bool), Fates>,
}

/// From each origin.
type Fates = [Fate; 3];

impl<'a> Watch<'a> {
    pub(super) fn new(plan: &Plan, seen: &'a Seen) -> Self {
        let mut nobody = plan.clone();
        nobody.roster = Roster::default();
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
        let lives_there = plan.roster.census().of(plan.domain()).at(Home::Host) > 0;
        Self {
            seen,
            anybody_at_host: lives_there || Moment::done(&nobody, &BTreeSet::new()).domain_at_host,
            anybody_lives_there: lives_there,
            authority: seen.external_authority.unwrap_or(plan.external.authority),
            catch_all: plan.external.catch_all.clone(),
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
        let mut worse = self.worse(done, &then, deed, None);
        let unavoidable: Vec<_> = worse.extract_if(.., |way| way.is_unavoidable(deed)).collect();
        if !worse.is_empty() {
            return Err(self.refusal(deed, &then, &worse, String::new()));
        }
        let end = match deed {
            _ if unavoidable.is_empty() => return Ok(()),
            Deed::MailboxesMade(wave) => Deed::Contacts(wave),
            Deed::AliasesDeleted(wave) => Deed::MailboxesMade(wave),
            _ => return Ok(()),
        };
        let follows = match later.contains(&end) {
            false => Err("no action of this order ends that".to_owned()),
            true => self.refuse(&then, end, later).map_err(|refusal| {
                let what = match end {
                    Deed::Contacts(_) => "their contacts can't be imported then",
                    _ => "their mailboxes can't be made then",
                };
                format!("{what}: {}", plain(&refusal.why))
            }),
        };
        follows.map_err(|why| self.refusal(deed, &then, &unavoidable, format!(", and {why}")))
    }

    /// Whether any way is worse off with `deed` where `before` is not seen yet.
    pub(super) fn needs(&mut self, done: &BTreeSet<Deed>, deed: Deed, before: Deed) -> bool {
        let mut without = done.clone();
        without.remove(&before);
        let mut then = without.clone();
        then.insert(deed);
        let worse = self.worse(&without, &then, deed, Some(before));
        worse.iter().any(|way| !way.is_unavoidable(deed))
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
            // Nobody is left without an answer who is not there to write.
            let nobody_writes =
                matches!(deed, Deed::AliasesDeleted(_)) && !self.has_users_at_host(after);
            for (origin, (old, fate)) in Origin::ALL.into_iter().zip(old.into_iter().zip(new)) {
                // What is taken without harm to anybody is told, not refused.
                let unwritten = nobody_writes && origin == Origin::Host;
                if old < fate && fate > Fate::Taken && !unwritten {
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

    /// From where mail for a wave ends like this once this is done: in both of
    /// their mailboxes, or lost because the host has nothing of them.
    pub(super) fn whence(
        &mut self,
        done: &BTreeSet<Deed>,
        wave: WaveNumber,
        fate: Fate,
    ) -> Vec<Origin> {
        let mut origins = BTreeSet::new();
        let nobody_writes = fate == Fate::Lost && !self.has_users_at_host(done);
        for row in 0..self.watched.len() {
            if self.watched.get(row).is_some_and(|one| one.waves.contains(&wave)) {
                let fates = Origin::ALL.into_iter().zip(self.fates(row, done));
                origins.extend(fates.filter(|(_, its)| *its == fate).map(|(from, _)| from));
            }
        }
        if nobody_writes {
            origins.remove(&Origin::Host);
        }
        origins.into_iter().collect()
    }

    /// What of a catch-all ends between two states: a sentence, or nothing.
    pub(super) fn ends_with(&mut self, before: &BTreeSet<Deed>, after: &BTreeSet<Deed>) -> String {
        let Some(row) = self.watched.iter().position(|one| matches!(one.whom, Whom::Nobody)) else {
            return String::new();
        };
        let ways = Origin::ALL
            .into_iter()
            .zip(self.fates(row, before).into_iter().zip(self.fates(row, after)));
        let ended: Vec<&str> = ways
            .filter(|(_, (old, new))| *old == Fate::Taken && *new == Fate::Fine)
            .map(|(from, _)| from.label())
            .collect();
        match (&self.catch_all, ended.is_empty()) {
            (Some(to), false) => format!(
                "From then on the catch-all of the external server ({to}) gets no mail from {}: what is written to addresses that nobody has is refused. Where it is wanted, make one at the host before that, if the host has any",
                ended.join(" or from ")
            ),
            _ => String::new(),
        }
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
            "When {}, mail for {} would {}{more}.{}",
            deed.label(),
            who(people, lists, extended),
            worst.would(),
            self.true_cause(deed, then, worst)
        );
        Refusal { deed, why, people, example: self.example(then, ways) }
    }

    /// What does the harm where it is not the action itself, and what is to be
    /// done by hand against it.
    fn true_cause(&self, deed: Deed, then: &BTreeSet<Deed>, worst: Fate) -> String {
        let mut done = then.clone();
        done.remove(&deed);
        let added = !self.has_domain(&done) && self.has_domain(then);
        match deed {
            Deed::SdrOn if worst == Fate::Loop && self.authority == Authority::InternalRelay => {
                " The external server passes on what it does not have as well. Make it authoritative for the domain first, which none of these actions does: set it on the server and in profile.toml, or check step 3 again. Where somebody is at the host already, load their contacts before that (alias, subdomain-mx, first-contacts): passing on is what brings them their mail until then.".to_owned()
            }
            Deed::Alias | Deed::HostAliases | Deed::MailboxesMade(_) if added => {
                " It is not this action that does it, but that the domain has to be added at the host for it: from then on the host keeps what its own customers write to the domain. Do it once the host knows a way out (sdr-on, or host-aliases), or have its support set forced MX routing until then.".to_owned()
            }
            _ => String::new(),
        }
    }

    /// How many people and lists these ways concern, and whether the people only
    /// where an extension stands behind their name.
    fn counted(&self, ways: &[Worse]) -> (usize, usize, bool) {
        let rows: BTreeSet<usize> = ways.iter().map(|way| way.row).collect();
        let rows: Vec<&Watched> =
            rows.into_iter().filter_map(|row| self.watched.get(row)).collect();
        let is_extended = |one: &Watched| matches!(one.whom, Whom::Extended(_));
        // Whoever is there by name is not counted by extension again.
        let mut by_kind: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        for one in &rows {
            let Some(kind) = one.kind() else { continue };
            let (by_name, by_extension) = by_kind.entry(kind).or_default();
            match is_extended(one) {
                true => *by_extension = one.people,
                false => *by_name += one.people,
            }
        }
        let people = by_kind.values().map(|(one, other)| one.max(other)).sum();
        let by_name = rows.iter().any(|one| matches!(one.whom, Whom::Person(_)));
        let lists = rows.iter().filter(|one| matches!(one.whom, Whom::List)).count();
        (people, lists, !by_name && rows.iter().any(|one| is_extended(one)))
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
        let mut moment = Moment::done(&one.alone, done).with_server(self.seen);
        moment.domain_at_host |= at_host;
        moment.world(&one.alone)
    }

    /// Whether anybody has a mailbox at the host from which to write.
    fn has_users_at_host(&self, done: &BTreeSet<Deed>) -> bool {
        self.anybody_lives_there || done.iter().any(|deed| matches!(deed, Deed::MailboxesMade(_)))
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

impl Worse {
    /// Whether no order does without it: mail of a wave splits between making its
    /// mailboxes and importing its contacts, and where aliases at the host have
    /// to make room for them, it bounces between the one and the other.
    fn is_unavoidable(&self, deed: Deed) -> bool {
        match deed {
            Deed::MailboxesMade(_) => self.fate == Fate::Early,
            Deed::AliasesDeleted(_) => self.fate == Fate::Lost,
            _ => false,
        }
    }
}
