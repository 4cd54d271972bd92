//! What stays in the evidence when a step is asked again.

use crate::finding::{Evidence, Finding};
use crate::guide::Step;
use crate::plan::{Address, Plan};

/// How the finding about one person's address begins; the address follows.
pub const PERSON: &str = "people.rcpt@";

/// Takes a step's new findings in, in place of its earlier ones. The answers
/// about single people stay: they were asked one by one, and asking everybody
/// again would take hours.
pub fn renew(evidence: &mut Evidence, step: Step, findings: &[Finding]) {
    let people: Vec<Finding> = match step {
        Step::People => of_people(evidence).cloned().collect(),
        _ => Vec::new(),
    };
    evidence.forget_step(step.slug());
    people.into_iter().chain(findings.iter().cloned()).for_each(|one| evidence.record(one));
}

/// Forgets the answers about people who are not in the plan any more.
pub fn forget_strangers(evidence: &mut Evidence, plan: &Plan) {
    let known = |finding: &Finding| {
        let address = finding.id.strip_prefix(PERSON).map(Address::parse);
        !matches!(address, Some(Ok(address)) if plan.roster.get(&address).is_none())
    };
    if evidence.iter().all(known) {
        return;
    }
    let mut rest = Evidence::default();
    evidence.iter().filter(|finding| known(finding)).cloned().for_each(|one| rest.record(one));
    *evidence = rest;
}

fn of_people(evidence: &Evidence) -> impl Iterator<Item = &Finding> {
    evidence.iter().filter(|finding| finding.id.starts_with(PERSON))
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
}
