//! One address among everybody: the ways to it, and what is told beside them.

use std::collections::BTreeMap;

use super::{Kind, Survey};
use crate::plan::{Address, Mailbox};
use crate::route::audit::{audit_extended, stranger};
use crate::route::beside::duty_ways;
use crate::route::setting::aliases;
use crate::route::way_out::ways_out_among;
use crate::route::{AuditLine, Narrowest, Origin, WayOut};

/// People who are followed one by one, for the price of a way out.
const SINGULAR: usize = 100;

/// Somebody who stands for all of a kind.
struct Stands<'a> {
    person: &'a Mailbox,
    people: usize,
    aliases: usize,
}

impl Survey {
    /// The ways to one address, whoever has it.
    pub fn ways_to(&self, address: &Address) -> Vec<AuditLine> {
        let has = |who: &&Mailbox| who.address == *address || who.aliases.contains(address);
        let (primary, roster) = (self.plan.roster.get(address), &self.plan.roster);
        let owner = primary.or_else(|| roster.iter().find(has));
        let of = |line: &AuditLine| line.address == *address;
        let mut lines: Vec<AuditLine> =
            owner.map(|who| self.lines(who)).unwrap_or_default().into_iter().filter(of).collect();
        let (world, singular) = self.singular_beside(self.namesakes(address));
        let among: Vec<AuditLine> = singular.lines().filter(|line| of(line)).cloned().collect();
        if !among.is_empty() {
            lines = among;
        }
        if lines.is_empty() && *address.domain() == world.domain {
            let duties = duty_ways(&self.plan, &world).into_iter();
            let duties = duties.filter(|judged| judged.whose == *address);
            lines = duties.flat_map(|judged| judged.lines).collect();
        }
        if lines.is_empty() && *address.domain() == world.domain {
            lines = audit_extended(&self.plan, &world, address);
        }
        if lines.is_empty() {
            lines = Origin::ALL.map(|origin| stranger(&singular, &world, origin, address)).into();
        }
        lines
    }

    /// How the loop of this way can be ended, cheapest first. One of each kind
    /// of people shows who else would lose by it, and is counted for all.
    pub fn ways_out(&self, line: &AuditLine) -> Vec<WayOut> {
        let mut few = self.namesakes(&line.address);
        let is_owner = |who: &Mailbox| few.iter().any(|owner| owner.address == who.address);
        let mut kinds: BTreeMap<Kind, Stands> = BTreeMap::new();
        let mut singular = Vec::new();
        for (kind, person) in self.rows.iter().zip(&self.plan.roster) {
            if *kind == Kind::SINGULAR {
                singular.push(person);
            } else if kind.is_followed_once() && !is_owner(person) {
                let one = kinds.entry(*kind).or_insert(Stands { person, people: 0, aliases: 0 });
                one.people += 1;
                one.aliases += aliases(&self.plan, person).count();
            }
        }
        let mut many: BTreeMap<Address, usize> = BTreeMap::new();
        for one in kinds.values() {
            many.insert(one.person.address.clone(), one.people);
            let mut own = aliases(&self.plan, one.person);
            if let Some(first) = own.next() {
                many.insert(first.clone(), one.aliases.saturating_sub(own.count()));
            }
        }
        let more = singular.len() > SINGULAR;
        few.extend(singular.into_iter().take(SINGULAR));
        let few = self.alone(few.into_iter().chain(kinds.into_values().map(|one| one.person)));
        ways_out_among(&self.moment_of(&few, true).world(&few), &line.trace, &many, more)
    }

    /// What the systems on this way can take at most.
    pub fn narrowest(&self, line: &AuditLine) -> Narrowest {
        let bare = self.bare.get_or_init(|| self.moment.world(&self.nobody));
        Narrowest::of(bare, &line.trace)
    }

    /// How many people it is about.
    pub fn people(&self) -> usize {
        self.rows.len()
    }

    /// People whom another spelling of an address leads to: at a subdomain, or
    /// with an extension behind the name.
    fn namesakes(&self, address: &Address) -> Vec<&Mailbox> {
        let local = address.local();
        let cut =
            local.find(['+', '-']).and_then(|at| local.get(..at)).filter(|cut| !cut.is_empty());
        let at_home = |name: &str| Address::parse(&format!("{name}@{}", self.plan.domain())).ok();
        let names: Vec<Address> =
            [Some(local), cut].into_iter().flatten().filter_map(at_home).collect();
        let has = |who: &&Mailbox| {
            names.iter().any(|name| who.address == *name || who.aliases.contains(name))
        };
        self.plan.roster.iter().filter(has).collect()
    }
}
