//! Both inventories side by side, by what the checks saw.

use super::seen;
use crate::finding::{Evidence, Word};
use crate::plan::Plan;
use crate::roster::{Disagreement, disagreements};

/// Where the plan, the host's own list and the servers' answers disagree, the worst first; and whether the host's list was read.
pub fn inventories(plan: &Plan, evidence: &Evidence) -> (Vec<Disagreement>, bool) {
    let evidence = &*evidence.of_plan(plan);
    let host = seen(plan, evidence).host_mailboxes;
    let found = disagreements(&plan.roster, host.as_ref(), |address, side| {
        let word = evidence.people().of(address, side)?.word;
        let note = match word {
            Word::RefusedBySample => word.refusal().unwrap_or_default(),
            _ => "",
        };
        word.refusal().map(|_| note)
    });
    (found, host.is_some())
}
