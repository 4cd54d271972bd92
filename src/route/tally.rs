//! What is found, gathered cause by cause.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::audit::Judged;
use super::cause::Cause;
use super::remedy::remedy;
use super::subject::Who;
use super::{Audit, AuditGroup, AuditLine, Crowd, World};
use crate::plan::{Address, Extended, Plan};

/// What is found, cause by cause.
#[derive(Default)]
pub(super) struct Tally {
    faults: BTreeMap<Cause, Fault>,
    fine_routes: usize,
    fine: Vec<AuditLine>,
}

/// What is found of one cause.
#[derive(Default)]
struct Fault {
    named: HashSet<Address>,
    lists: usize,
    /// Addresses that every domain must have.
    duties: usize,
    /// People beyond those named.
    more: usize,
    addresses: usize,
    strangers: bool,
    routes: usize,
    lines: Vec<AuditLine>,
}

impl Tally {
    /// Takes in one address with all its lines.
    pub(super) fn take(&mut self, judged: Judged) {
        for cause in judged.lines.iter().filter_map(|line| line.cause).collect::<BTreeSet<_>>() {
            let fault = self.faults.entry(cause).or_default();
            fault.addresses += 1;
            match judged.who {
                Who::Person | Who::Extended => drop(fault.named.insert(judged.whose.clone())),
                Who::Group => fault.lists += 1,
                Who::Duty => fault.duties += 1,
                Who::Nobody => fault.strangers = true,
            }
        }
        for line in judged.lines {
            match line.cause.map(|cause| self.faults.entry(cause).or_default()) {
                Some(fault) => {
                    fault.routes += 1;
                    fault.lines.push(line);
                }
                None => {
                    self.fine_routes += 1;
                    self.fine.push(line);
                }
            }
        }
    }

    /// Counts people and ways without their lines.
    pub(super) fn count(&mut self, cause: Cause, people: usize, addresses: usize, routes: usize) {
        let fault = self.faults.entry(cause).or_default();
        fault.more += people;
        fault.addresses += addresses;
        fault.routes += routes;
    }

    /// Counts ways that are as planned without their lines.
    pub(super) fn count_fine(&mut self, routes: usize) {
        self.fine_routes += routes;
    }

    /// Shows a line that is counted already, unless there are `limit` of its
    /// kind; whether there was room.
    pub(super) fn show(&mut self, line: AuditLine, limit: usize) {
        let lines = match line.cause {
            Some(cause) => &mut self.faults.entry(cause).or_default().lines,
            None => &mut self.fine,
        };
        if lines.len() < limit {
            lines.push(line);
        }
    }

    /// Takes in the audit of other people.
    pub(super) fn join(&mut self, other: Audit) {
        self.fine_routes += other.fine_routes;
        self.fine.extend(other.fine);
        for group in other.groups {
            let fault = self.faults.entry(group.cause).or_default();
            fault.strangers |= group.strangers;
            fault.more += group.people;
            fault.lists += group.lists;
            fault.addresses += group.addresses;
            fault.routes += group.routes;
            fault.lines.extend(group.lines);
        }
    }

    /// Whether a line with this cause would still be shown.
    pub(super) fn has_room(&self, cause: Option<Cause>, limit: usize) -> bool {
        match cause {
            Some(cause) => self.faults.get(&cause).is_none_or(|fault| fault.lines.len() < limit),
            None => self.fine.len() < limit,
        }
    }

    pub(super) fn into_audit(mut self, plan: &Plan, world: &World, limit: usize) -> Audit {
        self.fine.truncate(limit);
        // Of those with an extension one stands for many.
        if let Some(fault) = self.faults.get_mut(&Cause::OneSidedExtension) {
            fault.named.clear();
            fault.more = behind(plan, &fault.lines);
        }
        let groups = self.faults.into_iter().map(|(cause, mut fault)| {
            fault.lines.truncate(limit);
            fault.into_group(cause, plan, world)
        });
        let mut groups: Vec<AuditGroup> = groups.collect();
        groups.sort_by_key(|group| (group.cause.harm(), Reverse(group.people), group.cause));
        Audit {
            groups,
            fine_routes: self.fine_routes,
            fine: self.fine,
            crowd: Crowd::default(),
            unowned: None,
        }
    }
}

/// How many people fare like those of these ways, who are written to with an
/// extension.
fn behind(plan: &Plan, lines: &[AuditLine]) -> usize {
    let met = |one: &Extended<'_>| {
        let address = one.address();
        address.is_some_and(|address| lines.iter().any(|line| line.address == address))
    };
    plan.extended().iter().filter(|one| met(one)).map(|one| one.people).sum()
}

impl Fault {
    fn into_group(self, cause: Cause, plan: &Plan, world: &World) -> AuditGroup {
        let people = self.named.len() + self.more;
        let count = |number, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            number => Some(format!("{number} {many}")),
        };
        let counted = [
            count(people, "person", "people"),
            count(self.lists, "list", "lists"),
            count(self.duties, "address", "addresses"),
        ];
        let counted: Vec<String> = counted.into_iter().flatten().collect();
        let who = match (counted.join(" and "), self.strangers) {
            (none, _) if none.is_empty() => "Addresses that nobody has".to_owned(),
            (counted, false) => counted,
            (counted, true) => format!("{counted}, and addresses that nobody has"),
        };
        let remedy = remedy(cause, plan, world, &self.lines, self.addresses);
        AuditGroup {
            cause,
            people,
            lists: self.lists,
            summary: format!("{who}: {}", cause.label()),
            meaning: remedy.meaning,
            action: remedy.action,
            strangers: self.strangers,
            addresses: self.addresses,
            routes: self.routes,
            lines: self.lines,
        }
    }
}
