//! Whose an address is: which of the other addresses of a person a forward
//! may be made for.

use std::collections::HashSet;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::{Address, Mailbox, Plan};
use crate::abreast::abreast;

/// The aliases that more than one person of the whole roster has, wherever
/// they are: one that stays on the external server goes on getting its mail
/// there.
pub struct Owners<'a> {
    plan: &'a Plan,
    shared: HashSet<&'a Address>,
}

/// Why nothing may forward an alias to the mailbox of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotForwarded {
    /// It is in the routing subdomain, which leads to the host already.
    Loop,
    /// It is not in the primary domain.
    Elsewhere,
    /// It is the address of another person, whose mail it stays.
    AnothersAddress,
    /// Another person has it as an alias too.
    Shared,
}

/// People whose aliases are looked at at one stroke.
const PART: usize = 4096;

impl<'a> Owners<'a> {
    /// Of everyone in the plan.
    pub fn of(plan: &'a Plan) -> Self {
        let mut seen: HashTable<&Address> = HashTable::new();
        let mut shared = HashSet::new();
        let hashed = |rows: std::ops::Range<usize>| -> Vec<(u64, &Address)> {
            let people = rows.filter_map(|row| plan.roster.at(row));
            people.flat_map(aliases).map(|alias| (alias.hashed(), alias)).collect()
        };
        let parts = (0..plan.roster.len()).step_by(PART).map(|from| from..from + PART);
        abreast(parts.collect(), hashed, |part| {
            for (hash, alias) in part {
                match seen.entry(hash, |other| *other == alias, |other| other.hashed()) {
                    Entry::Vacant(free) => drop(free.insert(alias)),
                    Entry::Occupied(_) => drop(shared.insert(alias)),
                }
            }
        });
        Self { plan, shared }
    }

    /// Each other address of a person once, with why it gets no forward.
    pub fn others<'p>(
        &self,
        person: &'p Mailbox,
    ) -> impl Iterator<Item = (&'p Address, Option<NotForwarded>)> {
        aliases(person).map(|alias| (alias, self.fault(alias)))
    }

    fn fault(&self, alias: &Address) -> Option<NotForwarded> {
        let plan = self.plan;
        if alias.domain() == plan.routing_subdomain().as_domain() {
            Some(NotForwarded::Loop)
        } else if alias.domain() != plan.domain() {
            Some(NotForwarded::Elsewhere)
        } else if plan.roster.row(alias).is_some() {
            Some(NotForwarded::AnothersAddress)
        } else {
            let shared = !self.shared.is_empty() && self.shared.contains(alias);
            shared.then_some(NotForwarded::Shared)
        }
    }
}

/// The aliases of one person, each once and none that is the address itself.
fn aliases(person: &Mailbox) -> impl Iterator<Item = &Address> {
    let mut seen = HashSet::new();
    let alone = person.aliases.len() < 2;
    let others = person.aliases.iter().filter(|alias| **alias != person.address);
    others.filter(move |alias| alone || seen.insert(*alias))
}
