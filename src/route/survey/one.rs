//! One address among everybody: the ways to it, and what is told beside them.

use std::collections::BTreeMap;

use super::{Kind, Survey};
use crate::plan::{Address, Mailbox};
use crate::route::audit::stranger;
use crate::route::{AuditLine, Narrowest, Origin, WayOut, ways_out};

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
        if lines.is_empty() {
            lines = Origin::ALL.map(|origin| stranger(&singular, &world, origin, address)).into();
        }
        lines
    }

    /// How the loop of this way can be ended, cheapest first. What a way out
    /// costs is counted among those who share its addresses.
    pub fn ways_out(&self, line: &AuditLine) -> Vec<WayOut> {
        let has =
            |who: &&Mailbox| who.address == line.address || who.aliases.contains(&line.address);
        // One of each kind shows who else would lose by it.
        let mut few: BTreeMap<Kind, &Mailbox> = BTreeMap::new();
        for (kind, person) in self.rows.iter().zip(&self.plan.roster) {
            few.entry(*kind).or_insert(person);
        }
        let owner = self.plan.roster.iter().find(has);
        let few = self.alone(few.into_values().chain(owner));
        ways_out(&self.moment_of(&few, true).world(&few), &line.trace)
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
