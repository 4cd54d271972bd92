//! The audit of a whole company at one moment, small enough for a million.
//!
//! People with the same things on both sides fare alike, whatever their names
//! are: nothing in the model looks at a name but to find it, and to see whether
//! a server can be told it. So each *kind* of person is followed once, and of
//! everybody else only the kind is kept, two octets each. Whoever shares an address with somebody else is no kind: those
//! are followed one by one, and so are the addresses that nobody has.

mod one;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::audit::{audit_beside, audit_person};
use super::beside::unowned;
use super::kinds::{Kind, Names, Shared, Verdict};
use super::setting::aliases;
use super::tally::Tally;
use super::{Audit, AuditLine, Crowd, Moment, Origin, World};
use crate::plan::{Address, Home, Mailbox, Plan, Roster};

/// Everybody at one moment of a plan.
pub struct Survey {
    plan: Plan,
    /// The same plan without people.
    nobody: Plan,
    /// The same plan with those alone whom its settings name.
    named: Plan,
    /// Mailboxes of the host's own list that its settings name.
    named_at_host: BTreeSet<Address>,
    moment: Moment,
    rows: Vec<Kind>,
    /// Rows of those who stand for the users of either side.
    writers: Vec<usize>,
    kinds: BTreeMap<Kind, Verdict>,
    /// The world without people, for its limits.
    bare: OnceLock<World>,
}

impl Survey {
    /// Looks at everybody.
    pub fn new(plan: &Plan, moment: Moment) -> Self {
        let mut nobody = plan.clone();
        nobody.roster = Roster::default();
        let mut named = nobody.clone();
        let names = Names::of(plan).with_extended(plan);
        for person in plan.roster.iter().filter(|person| names.has(person)) {
            named.roster.put(person.clone());
        }
        let mut survey = Self {
            plan: plan.clone(),
            nobody,
            named,
            named_at_host: { moment.host_mailboxes.iter().flat_map(|seen| seen.iter()) }
                .filter(|address| names.has_name_of(address))
                .cloned()
                .collect(),
            moment,
            rows: Vec::with_capacity(plan.roster.len()),
            writers: Vec::new(),
            kinds: BTreeMap::new(),
            bare: OnceLock::new(),
        };
        let shared = Shared::of(plan);
        for person in &plan.roster {
            let kind = survey.kind(person, &shared);
            survey.count(kind, person, true);
            survey.rows.push(kind);
        }
        survey.writers = survey.writers();
        survey
    }

    /// The same moment of a plan that was changed. Returns how many people
    /// were looked at again: those that changed, where nothing else did.
    pub fn renew(&mut self, plan: &Plan, moment: Moment) -> usize {
        let changed: Vec<usize> = match plan.roster.len() == self.rows.len() {
            true => {
                let rows = 0..plan.roster.len();
                rows.filter(|&row| !plan.roster.is_same_at(&self.plan.roster, row)).collect()
            }
            false => Vec::new(),
        };
        let mut empty = plan.clone();
        empty.roster = Roster::default();
        let alike = plan.roster.len() == self.rows.len()
            && empty == self.nobody
            && moment == self.moment
            && changed.iter().all(|&row| self.keeps_addresses(plan, row));
        if !alike {
            *self = Self::new(plan, moment);
            return plan.roster.len();
        }
        for &row in &changed {
            let (Some(before), Some(after)) = (self.plan.roster.at(row), plan.roster.at(row))
            else {
                continue;
            };
            let before = before.clone();
            let kind = self.kind(after, &Shared::default());
            if let Some(old) = self.rows.get(row).copied() {
                self.count(old, &before, false);
            }
            self.count(kind, after, true);
            if let Some(slot) = self.rows.get_mut(row) {
                *slot = kind;
            }
        }
        self.plan = plan.clone();
        self.writers = self.writers();
        changed.len()
    }

    /// The first with a mailbox on each side alone, who shares no address.
    fn writers(&self) -> Vec<usize> {
        let sides = [(Kind::LISTED, Kind::EXTERNAL), (Kind::EXTERNAL, Kind::LISTED)];
        let first = sides.map(|(side, other)| {
            self.rows.iter().position(|kind| {
                kind.is_followed_once() && kind.0 & side != 0 && kind.0 & other == 0
            })
        });
        first.into_iter().flatten().collect()
    }

    /// Whether the person in this row has the addresses of before, and shares
    /// none of them.
    fn keeps_addresses(&self, plan: &Plan, row: usize) -> bool {
        match (self.plan.roster.at(row), plan.roster.at(row)) {
            (Some(before), Some(after)) => {
                before.address == after.address
                    && before.aliases == after.aliases
                    && self.rows.get(row) != Some(&Kind::SINGULAR)
            }
            _ => false,
        }
    }

    fn kind(&self, person: &Mailbox, shared: &Shared) -> Kind {
        if person.address.domain() != self.plan.domain() {
            return Kind::ELSEWHERE;
        }
        let seen = self.moment.host_mailboxes.as_ref();
        let own_mailbox = |alias| seen.is_some_and(|seen| seen.contains(alias));
        let named =
            !self.named.roster.is_empty() && self.named.roster.get(&person.address).is_some();
        if named || shared.has(person) || person.aliases.iter().any(own_mailbox) {
            return Kind::SINGULAR;
        }
        let names = match self.moment.external_smtputf8 {
            true => Some(0),
            false => Kind::of_names(person),
        };
        let Some(names) = names else { return Kind::SINGULAR };
        let standing = self.moment.standing(person);
        let listed = match &self.moment.host_mailboxes {
            Some(seen) => seen.contains(&person.address),
            None => standing.at_host,
        };
        let bits = [
            (standing.at_host, Kind::AT_HOST),
            (!standing.at_host && !standing.alias, Kind::NO_ALIAS),
            (standing.external, Kind::EXTERNAL),
            (standing.forward, Kind::FORWARD),
            (person.wave.is_some(), Kind::WAVE),
            (person.home == Home::Host, Kind::HOME_HOST),
            (!person.aliases.is_empty(), Kind::ALIASES),
            (listed, Kind::LISTED),
        ];
        let bits = bits.into_iter().filter(|(on, _)| *on).map(|(_, bit)| bit);
        Kind(bits.fold(names, |kind, bit| kind | bit))
    }

    fn count(&mut self, kind: Kind, person: &Mailbox, more: bool) {
        if !kind.is_followed_once() {
            return;
        }
        let aliases = match person.aliases.is_empty() {
            true => 0,
            false => aliases(&self.plan, person).count(),
        };
        if !self.kinds.contains_key(&kind) {
            let verdict = self.verdict(person);
            self.kinds.insert(kind, verdict);
        }
        if let Some(verdict) = self.kinds.get_mut(&kind) {
            let change = |count: &mut usize, by: usize| {
                *count = if more { *count + by } else { count.saturating_sub(by) };
            };
            change(&mut verdict.people, 1);
            change(&mut verdict.aliases, aliases);
        }
    }

    fn verdict(&self, person: &Mailbox) -> Verdict {
        let causes = |lines: &[AuditLine]| {
            let mut causes = [None; 3];
            for (cause, line) in causes.iter_mut().zip(lines) {
                *cause = line.cause;
            }
            causes
        };
        let lines = self.lines(person);
        let (primary, alias) = lines.split_at(3.min(lines.len()));
        Verdict { primary: causes(primary), alias: causes(alias), ..Verdict::default() }
    }

    /// The ways to one person, followed now.
    fn lines(&self, person: &Mailbox) -> Vec<AuditLine> {
        let writers = self.writers.iter().filter_map(|row| self.plan.roster.at(*row));
        let alone = self.alone(writers.chain([person]));
        let world = self.moment_of(&alone, false).world(&alone);
        let judged = audit_person(&alone, &world, &person.address);
        judged.into_iter().flat_map(|judged| judged.lines).collect()
    }

    fn alone<'a>(&'a self, people: impl IntoIterator<Item = &'a Mailbox>) -> Plan {
        // In the order of the roster: the first one who claims an address has it.
        let mut few: BTreeMap<usize, &Mailbox> = BTreeMap::new();
        for person in self.named.roster.iter().chain(people) {
            let row = self.plan.roster.row(&person.address);
            few.insert(row.unwrap_or(usize::MAX), person);
        }
        let mut alone = self.nobody.clone();
        for person in few.into_values() {
            alone.roster.put(person.clone());
        }
        alone
    }

    /// The moment for a few people: of the host's own list only what concerns
    /// them, and with `others` whoever is in no plan.
    fn moment_of(&self, few: &Plan, others: bool) -> Moment {
        let mut moment = self.moment.clone();
        if let Some(seen) = &self.moment.host_mailboxes {
            let mine = few.roster.iter().map(|person| &person.address);
            let mut left: BTreeSet<_> = mine.filter(|own| seen.contains(own)).cloned().collect();
            left.extend(self.named_at_host.iter().cloned());
            if others {
                let strangers = seen.iter().filter(|one| self.plan.roster.get(one).is_none());
                left.extend(strangers.cloned());
            }
            moment.host_mailboxes = Some(left.into());
        }
        moment
    }

    /// Those who are followed one by one, the addresses that nobody has, and
    /// the world in which they are.
    fn singular(&self) -> (World, Audit) {
        self.singular_beside(Vec::new())
    }

    fn singular_beside(&self, others: Vec<&Mailbox>) -> (World, Audit) {
        let rows = self.rows.iter().enumerate().filter(|(_, kind)| **kind == Kind::SINGULAR);
        let few: Vec<&Mailbox> =
            rows.filter_map(|(row, _)| self.plan.roster.at(row)).chain(others).collect();
        let plan = self.alone(few.iter().copied());
        let others = self.writers.iter().filter_map(|row| self.plan.roster.at(*row));
        let beside: Vec<Mailbox> =
            others.filter(|one| plan.roster.get(&one.address).is_none()).cloned().collect();
        let all = self.alone(few.into_iter().chain(&beside));
        let world = self.moment_of(&all, true).world(&all);
        let audit = audit_beside(&plan, &world, &beside);
        (world, audit)
    }

    /// Cause by cause, with at most `limit` ways shown of each; `from`: those
    /// of one origin alone.
    pub fn audit(&self, limit: usize, from: Option<Origin>) -> Audit {
        let mut tally = Tally::default();
        let wanted = |origin: Origin| from.is_none_or(|from| from == origin);
        for verdict in self.kinds.values().filter(|verdict| verdict.people > 0) {
            verdict.add_to(&mut tally, wanted);
        }
        for (row, kind) in self.rows.iter().enumerate() {
            let Some(verdict) = self.kinds.get(kind) else { continue };
            if !verdict.causes(wanted).any(|cause| tally.has_room(cause, limit)) {
                continue;
            }
            let lines = self.plan.roster.at(row).map(|who| self.lines(who)).unwrap_or_default();
            for line in lines.into_iter().filter(|line| wanted(line.origin)) {
                tally.show(line, limit);
            }
        }
        let (world, mut singular) = self.singular();
        singular.keep(wanted);
        let crowd = self.crowd(&singular, wanted);
        tally.join(singular);
        let unowned = unowned(&self.plan, &world, wanted);
        Audit { crowd, unowned, ..tally.into_audit(&self.plan, &world, limit) }
    }

    /// Everybody at once: one of each kind is followed, and counted for all.
    fn crowd(&self, singular: &Audit, wanted: impl Fn(Origin) -> bool) -> Crowd {
        let mut first: BTreeMap<Kind, usize> = BTreeMap::new();
        for (row, kind) in self.rows.iter().enumerate() {
            first.entry(*kind).or_insert(row);
        }
        let mut crowd = Crowd::default();
        for (kind, verdict) in &self.kinds {
            let row = first.get(kind).and_then(|row| self.plan.roster.at(*row));
            let lines = row.map(|person| self.lines(person)).unwrap_or_default();
            // The primary address from each origin, then one other address.
            for (at, line) in lines.iter().take(2 * Origin::ALL.len()).enumerate() {
                let many = if at < Origin::ALL.len() { verdict.people } else { verdict.aliases };
                if wanted(line.origin) {
                    crowd.add(&line.trace, many, line.cause.is_some());
                }
            }
        }
        for line in singular.lines() {
            crowd.add(&line.trace, 1, line.cause.is_some());
        }
        crowd
    }

    /// Every way, one by one, in the order of the roster; strangers last.
    pub fn all_lines(&self) -> impl Iterator<Item = AuditLine> {
        let (world, singular) = self.singular();
        let rows = self.rows.iter().enumerate().filter(|(_, kind)| kind.is_followed_once());
        let people = rows.filter_map(|(row, _)| self.plan.roster.at(row));
        let mut rest: Vec<AuditLine> = singular.lines().cloned().collect();
        let unowned = unowned(&self.plan, &world, |_| true);
        rest.extend(unowned.into_iter().flat_map(|group| group.lines));
        people.flat_map(|person| self.lines(person)).chain(rest)
    }
}
