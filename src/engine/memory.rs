//! What stays in the evidence when a step is asked again.

use std::sync::Arc;

use crate::check;
use crate::finding::{Evidence, Finding, PERSON, SIDES};
use crate::guide::Step;
use crate::plan::{Address, Plan};

/// Takes a step's new findings in, in place of its earlier ones. The answers
/// about single people stay, and their summaries with them: they were asked
/// one by one, and asking everybody again would take hours.
pub fn renew(evidence: &mut Evidence, step: Step, findings: &[Finding]) {
    let people: Vec<Finding> = match step {
        Step::People => of_people(evidence).cloned().collect(),
        _ => Vec::new(),
    };
    evidence.forget_step(step.slug());
    people.into_iter().chain(findings.iter().cloned()).for_each(|one| evidence.record(one));
}

/// Takes what another machine saw in, in place of what was known of the same steps.
pub fn remember_result(evidence: &mut Evidence, findings: &[Finding]) {
    for step in check::steps_of(findings) {
        let first = format!("{}.", step.slug());
        let of_step = findings.iter().filter(|finding| finding.id.starts_with(&first));
        renew(evidence, step, &of_step.cloned().collect::<Vec<_>>());
    }
}

/// Forgets the answers about people who are not in the plan any more.
pub fn forget_strangers(evidence: &mut Evidence, plan: &Plan) {
    keep(evidence, |address| plan.roster.get(address).is_some());
}

/// Forgets the answers about people who left the plan or changed sides with
/// this change of it: another server was asked about them. Whether there were any.
pub fn forget_moved(evidence: &mut Arc<Evidence>, before: &Plan, after: &Plan) -> bool {
    if before.roster.is_same(&after.roster) {
        return false;
    }
    let home = |plan: &Plan, address: &Address| plan.roster.get(address).map(|who| who.home);
    let stays = |address: &Address| {
        let now = home(after, address);
        now.is_some() && now == home(before, address)
    };
    let moved = concerns(evidence, stays);
    if moved {
        keep(Arc::make_mut(evidence), stays);
    }
    moved
}

/// Whether there is an answer about somebody whom `stays` does not want.
fn concerns(evidence: &Evidence, stays: impl Fn(&Address) -> bool) -> bool {
    of_people(evidence).any(|finding| person(finding).is_some_and(|who| !stays(&who)))
        || evidence.people().iter().any(|(address, _)| !stays(address))
}

/// Keeps the answers about these people, and a side's line only where all of
/// its answers stay.
fn keep(evidence: &mut Evidence, stays: impl Fn(&Address) -> bool) {
    if !concerns(evidence, &stays) {
        return;
    }
    let told: Vec<Finding> = of_people(evidence)
        .filter(|finding| person(finding).is_some_and(|who| stays(&who)))
        .cloned()
        .collect();
    evidence.forget_people();
    told.into_iter().for_each(|finding| evidence.record(finding));
    evidence.keep_people(stays);
}

/// Whom an answer is about.
fn person(finding: &Finding) -> Option<Address> {
    finding.id.strip_prefix(PERSON).and_then(|address| Address::parse(address).ok())
}

fn of_people(evidence: &Evidence) -> impl Iterator<Item = &Finding> {
    evidence
        .of_step(Step::People.slug())
        .filter(|finding| finding.id.starts_with(PERSON) || SIDES.contains(&finding.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::State;
    use crate::plan::{Domain, Mailbox};
    use jiff::Timestamp;

    fn evidence(ids: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        for id in ids {
            evidence.record(Finding::new(*id, State::Passed, "", Timestamp::UNIX_EPOCH));
        }
        evidence
    }

    fn ids(evidence: &Evidence) -> Vec<&str> {
        evidence.iter().map(|finding| finding.id.as_str()).collect()
    }

    #[test]
    fn asking_a_step_again_forgets_its_old_answers_but_not_the_people_asked_one_by_one() {
        let mut known = evidence(&["people.count", "people.rcpt@a@example.com", "server.ehlo"]);
        let new = Finding::new("people.outside", State::Failed, "", Timestamp::UNIX_EPOCH);
        renew(&mut known, Step::People, &[new]);
        assert_eq!(ids(&known), ["people.outside", "people.rcpt@a@example.com", "server.ehlo"]);
        renew(&mut known, Step::Server, &[]);
        assert_eq!(ids(&known), ["people.outside", "people.rcpt@a@example.com"]);
    }

    #[test]
    fn who_left_the_plan_leaves_the_evidence() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        plan.roster.put(Mailbox::new(Address::parse("a@example.com").unwrap()));
        let mut known =
            evidence(&["people.count", "people.rcpt@a@example.com", "people.rcpt@b@example.com"]);
        forget_strangers(&mut known, &plan);
        assert_eq!(ids(&known), ["people.count", "people.rcpt@a@example.com"]);
    }

    #[test]
    fn who_changed_sides_is_to_be_asked_anew() {
        let mut before = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for name in ["a", "b", "c"] {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            before.roster.put(Mailbox::new(address));
        }
        let asked = ["a", "b", "c"].map(|name| format!("people.rcpt@{name}@example.com"));
        let all: Vec<&str> =
            ["people.external"].into_iter().chain(asked.iter().map(String::as_str)).collect();
        let mut known = Arc::new(evidence(&all));
        let same = known.clone();
        assert!(!forget_moved(&mut known, &before, &before.clone()));
        assert!(Arc::ptr_eq(&known, &same), "nothing was copied for nothing");
        let mut after = before.clone();
        let b = Address::parse("b@example.com").unwrap();
        after.roster.edit(&b, |who| who.home = crate::plan::Home::Host);
        after.roster.remove(|who| who.address.local() == "c");
        assert!(forget_moved(&mut known, &before, &after));
        assert_eq!(ids(&known), ["people.rcpt@a@example.com"]);
    }

    #[test]
    fn checking_the_step_keeps_what_each_side_said_of_all() {
        let mut known = evidence(&["people.count", "people.external", "people.rcpt@a@example.com"]);
        renew(&mut known, Step::People, &[]);
        assert_eq!(ids(&known), ["people.external", "people.rcpt@a@example.com"]);
    }
}
