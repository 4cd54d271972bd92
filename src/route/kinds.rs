//! Kinds of people: those who have the same on both sides.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasher;

use super::tally::Tally;
use super::{Cause, Origin};
use crate::plan::{Address, Mailbox, Plan};

/// What a person has on both sides, what the plan wants, and what their names
/// need: one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind(pub(super) u16);

impl Kind {
    pub(super) const AT_HOST: u16 = 1;
    pub(super) const EXTERNAL: u16 = 2;
    pub(super) const FORWARD: u16 = 4;
    pub(super) const WAVE: u16 = 8;
    pub(super) const HOME_HOST: u16 = 16;
    pub(super) const ALIASES: u16 = 32;
    pub(super) const LISTED: u16 = 64;
    /// Neither a mailbox at the host nor an alias: never with [`Self::AT_HOST`].
    pub(super) const NO_ALIAS: u16 = 128;
    /// The address needs SMTPUTF8, where that makes a difference.
    pub(super) const UTF8: u16 = 256;
    /// So does each of the others.
    pub(super) const UTF8_ALIASES: u16 = 512;
    /// Shares an address with somebody. This and the next are more bits than
    /// there are.
    pub(super) const SINGULAR: Self = Self(u16::MAX);
    /// Has no address in the domain.
    pub(super) const ELSEWHERE: Self = Self(u16::MAX - 1);

    /// What the names need where a system offers no SMTPUTF8; `None` where the
    /// other addresses of a person differ in that.
    pub(super) fn of_names(person: &Mailbox) -> Option<u16> {
        let needy = person.aliases.iter().filter(|alias| alias.needs_smtputf8()).count();
        let aliases = match needy {
            0 => 0,
            all if all == person.aliases.len() => Self::UTF8_ALIASES,
            _ => return None,
        };
        let primary = if person.address.needs_smtputf8() { Self::UTF8 } else { 0 };
        Some(primary | aliases)
    }

    pub(super) fn is_followed_once(self) -> bool {
        self != Self::SINGULAR && self != Self::ELSEWHERE
    }
}

/// How a kind fares, and how many there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Verdict {
    /// To the primary address, from each origin.
    pub(super) primary: [Option<Cause>; 3],
    /// To each other address.
    pub(super) alias: [Option<Cause>; 3],
    pub(super) people: usize,
    pub(super) aliases: usize,
}

impl Verdict {
    pub(super) fn causes(
        &self,
        wanted: impl Fn(Origin) -> bool,
    ) -> impl Iterator<Item = Option<Cause>> {
        let aliases = self.aliases > 0;
        Origin::ALL
            .into_iter()
            .zip(self.primary.iter().zip(&self.alias))
            .filter(move |(origin, _)| wanted(*origin))
            .flat_map(move |(_, (primary, alias))| {
                [Some(*primary), aliases.then_some(*alias)].into_iter().flatten()
            })
    }

    pub(super) fn add_to(&self, tally: &mut Tally, wanted: impl Fn(Origin) -> bool) {
        for cause in self.causes(&wanted).collect::<BTreeSet<_>>() {
            let of = |causes: &[Option<Cause>; 3]| {
                let causes = Origin::ALL.into_iter().zip(causes);
                causes.filter(|(origin, found)| wanted(*origin) && **found == cause).count()
            };
            let (primary, alias) = (of(&self.primary), of(&self.alias));
            let routes = primary * self.people + alias * self.aliases;
            let addresses =
                usize::from(primary > 0) * self.people + usize::from(alias > 0) * self.aliases;
            match cause {
                Some(cause) => tally.count(cause, self.people, addresses, routes),
                None => tally.count_fine(routes),
            }
        }
    }
}

/// Whom the settings of a plan name: members of lists, who collects unknown
/// addresses, who stands for mail with an extension. What becomes of others
/// may hang on them.
pub(super) struct Names<'a> {
    locals: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let groups = plan.groups.iter();
        let listed = groups.flat_map(|group| std::iter::once(&group.address).chain(&group.members));
        let caught = [&plan.host_settings.catch_all, &plan.external.catch_all];
        // At whatever domain: each leads to the same user of the primary one.
        let all = listed.chain(caught.into_iter().flatten());
        Self { locals: all.map(|address| address.local()).collect() }
    }

    /// With those who stand for everybody whose address has an extension.
    pub(super) fn with_extended(mut self, plan: &'a Plan) -> Self {
        self.locals.extend(plan.extended().iter().map(|one| one.person.address.local()));
        self
    }

    pub(super) fn has(&self, person: &Mailbox) -> bool {
        !self.locals.is_empty()
            && std::iter::once(&person.address)
                .chain(&person.aliases)
                .any(|address| self.has_name_of(address))
    }

    pub(super) fn has_name_of(&self, address: &Address) -> bool {
        self.locals.contains(address.local())
    }
}

/// Addresses that more than one person has, by hash: a false alarm costs a
/// look, never a wrong verdict.
#[derive(Default)]
pub(super) struct Shared {
    hasher: RandomState,
    twice: HashSet<u64>,
}

impl Shared {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut shared = Self::default();
        let mut once: HashSet<u64> = HashSet::new();
        for person in &plan.roster {
            for alias in &person.aliases {
                let hash = shared.hasher.hash_one(alias);
                let primary = plan.roster.get(alias).is_some();
                if !once.insert(hash) || primary {
                    shared.twice.insert(hash);
                }
            }
        }
        shared
    }

    pub(super) fn has(&self, person: &Mailbox) -> bool {
        !self.twice.is_empty()
            && std::iter::once(&person.address)
                .chain(&person.aliases)
                .any(|address| self.twice.contains(&self.hasher.hash_one(address)))
    }
}
