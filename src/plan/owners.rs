//! Whose an address is: which of the other addresses of a person a forward
//! may be made for.

use std::collections::{HashMap, HashSet};

use super::{Address, Mailbox, Plan};

/// How many people of the whole roster have each alias, wherever they are: one
/// that stays on the external server goes on getting its mail there.
pub struct Owners<'a> {
    plan: &'a Plan,
    owners: HashMap<&'a Address, usize>,
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

impl<'a> Owners<'a> {
    /// Of everyone in the plan.
    pub fn of(plan: &'a Plan) -> Self {
        let mut owners = HashMap::new();
        for alias in plan.roster.iter().flat_map(aliases) {
            *owners.entry(alias).or_insert(0) += 1;
        }
        Self { plan, owners }
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
        } else if plan.roster.get(alias).is_some() {
            Some(NotForwarded::AnothersAddress)
        } else {
            let shared = self.owners.get(alias).is_some_and(|owners| *owners > 1);
            shared.then_some(NotForwarded::Shared)
        }
    }
}

/// The aliases of one person, each once and none that is the address itself.
fn aliases(person: &Mailbox) -> impl Iterator<Item = &Address> {
    let mut seen = HashSet::new();
    let others = person.aliases.iter().filter(|alias| **alias != person.address);
    others.filter(move |alias| seen.insert(*alias))
}
