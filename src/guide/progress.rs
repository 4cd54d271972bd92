//! How far the plan has come: computed from plan and findings, never stored.

use super::Step;
use super::order::place;
use crate::finding::{Evidence, Finding, State, worst};
use crate::plan::{PanelOffer, Plan, Purpose, Side, Task};

/// A field of the plan that the administrator fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Field {
    Domain,
    Panel,
    People,
    ExternalHost,
    VerificationAddress,
    RoutingSubdomain,
}

/// Something in the way of leaving a step, said when *Next* is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field to go to.
    pub field: Field,
    /// What is missing, a sentence.
    pub sentence: String,
}

/// How a step stands in the step list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Filled in, and checked where there is something to check.
    Done,
    /// Something failed, warned or can't be told: how the worst of it stands,
    /// and a short reason. Without a state: the plan itself wants attention.
    NeedsAttention(Option<State>, String),
    /// Can be worked on.
    Open,
    /// As `Open`: its answers are about what the plan names no more, to follow
    /// "was about".
    Outdated(String),
    /// Makes no sense yet: a short reason. Still open to look at.
    NotYet(String),
}

/// How `step` stands.
pub fn standing(step: Step, plan: &Plan, evidence: &Evidence) -> Standing {
    if let Some(reason) = not_yet(step, plan, evidence) {
        return Standing::NotYet(reason);
    }
    if let Some((state, reason)) = attention(step, plan, evidence) {
        return Standing::NeedsAttention(state, reason);
    }
    if let Some(was) = outdated(step, plan, evidence) {
        return Standing::Outdated(was);
    }
    // Where the MX records point is looked up, then confirmed.
    let looked_up = step != Step::Situation || evidence.of_step(step.slug()).next().is_some();
    if looked_up && complete(step, plan, evidence) { Standing::Done } else { Standing::Open }
}

/// What answers of a step are about that the plan is not about any more, to
/// follow "was about": another server, domain or list of people.
pub fn outdated(step: Step, plan: &Plan, evidence: &Evidence) -> Option<String> {
    evidence.outdated(step.slug(), plan).next().map(|(_, was)| was)
}

/// The answers of a step that are about the plan as it is.
fn current<'a>(
    step: Step,
    plan: &'a Plan,
    evidence: &'a Evidence,
) -> impl Iterator<Item = &'a Finding> {
    evidence.of_step(step.slug()).filter(|finding| finding.about.other_than(plan).is_none())
}

/// The step on which a profile opens: the first that is not done. A warning
/// needs attention but does not hold anybody up.
pub fn opening_step(plan: &Plan, evidence: &Evidence) -> Step {
    Step::ALL
        .into_iter()
        .find(|&step| not_yet(step, plan, evidence).is_some() || !complete(step, plan, evidence))
        .unwrap_or(Step::Cutover)
}

/// What is missing in a step, in the order of its fields.
pub fn problems(step: Step, plan: &Plan) -> Vec<Problem> {
    match step {
        Step::Situation => panel_problem(plan).into_iter().collect(),
        Step::People => people_problem(plan).into_iter().collect(),
        Step::Server | Step::Sdr => server_problems(plan),
        Step::Subdomain => subdomain_problem(plan).into_iter().collect(),
        Step::Forwards | Step::Flow | Step::Cutover => Vec::new(),
    }
}

/// Why a step makes no sense yet: what it works on is not there.
fn not_yet(step: Step, plan: &Plan, evidence: &Evidence) -> Option<String> {
    let nobody = plan.roster.is_empty();
    let reason = match step {
        Step::Situation | Step::People | Step::Server | Step::Subdomain => return None,
        Step::Sdr if plan.external.host_name.is_none() => "name the external server first",
        Step::Sdr if plan.external.verification_address.is_none() => {
            "choose a verification address first"
        }
        Step::Forwards | Step::Flow if nobody => "list the people first",
        Step::Forwards if !someone_at_host(plan) => "nobody is at the host or in a wave yet",
        Step::Cutover if nobody => "list the people first",
        Step::Cutover if !begun(plan) && !complete(Step::Flow, plan, evidence) => {
            match current(Step::Flow, plan, evidence).next() {
                None => "check the mail flow first",
                Some(_) => "solve first what step 7 has open",
            }
        }
        Step::Sdr | Step::Forwards | Step::Flow | Step::Cutover => return None,
    };
    Some(reason.to_owned())
}

/// What to look at in a step, most urgent first.
fn attention(step: Step, plan: &Plan, evidence: &Evidence) -> Option<(Option<State>, String)> {
    let found = || current(step, plan, evidence);
    let urgent =
        worst(found()).filter(|state| !matches!(state, State::Passed | State::Skipped { .. }));
    if let Some(urgent) = urgent {
        // The same that the page tells first.
        let first = found()
            .filter(|finding| finding.state.rank() == urgent.rank())
            .min_by_key(|finding| place(step, finding))?;
        return Some((Some(first.state.clone()), said(first)));
    }
    (step == Step::Sdr && plan.situation.panel == PanelOffer::NotOffered && !way_made(plan))
        .then(|| (None, format!("not offered by {}: use the way without it", plan.host.name)))
}

/// A finding in a few words, to stand in the step list.
fn said(finding: &Finding) -> String {
    format!("{}: {}", finding.state.word(), finding.summary)
}

/// Whether the plan can go on after this step.
fn complete(step: Step, plan: &Plan, evidence: &Evidence) -> bool {
    // The panel's answer is the administrator's; both answers lead on. The
    // host's list of mailboxes is an aid to the audit, not its result.
    let beside = ["situation.panel", "server.allow-list", "flow.inventory"];
    let found =
        || current(step, plan, evidence).filter(|finding| !beside.contains(&finding.id.as_str()));
    // What was only read out of the plan proves nothing of the world.
    let answered = || {
        found()
            .filter(|finding| finding.asked != "the plan")
            .any(|finding| matches!(finding.state, State::Passed | State::Warning))
    };
    let nothing_failed = || found().all(|finding| finding.state != State::Failed);
    let nothing_open =
        || found().all(|finding| finding.is_fine() || finding.state == State::Warning);
    let done = |task: Task| plan.done.contains(&task);
    let without_sdr = plan.way_without_sdr().is_some();

    problems(step, plan).is_empty()
        && outdated(step, plan, evidence).is_none()
        && match step {
            Step::Situation | Step::People => nothing_failed(),
            Step::Server | Step::Subdomain | Step::Flow => answered() && nothing_open(),
            Step::Sdr => without_sdr || (answered() && nothing_open()),
            Step::Forwards => nothing_failed() && (plan.is_loaded() || answered()),
            Step::Cutover => match plan.situation.purpose {
                Purpose::Migration => {
                    done(Task::ChangePrimaryMx)
                        && (done(Task::DisableSdr) || without_sdr)
                        && done(Task::ReleaseDomain)
                        && done(Task::TakeDown)
                        && nothing_failed()
                }
                // Nothing is taken down: the proven mail flow is the end.
                Purpose::Permanent => complete(Step::Flow, plan, evidence) && nothing_failed(),
            },
        }
}

/// Whether the way without split domain routing is made: no check sees it.
fn way_made(plan: &Plan) -> bool {
    [Task::PublishExternalMx, Task::MakeHostAliases].iter().all(|task| plan.done.contains(task))
}

/// Whether the cutover is under way: what the earlier checks say of the split
/// then no longer holds it up.
fn begun(plan: &Plan) -> bool {
    [Task::ChangePrimaryMx, Task::DisableSdr, Task::ReleaseDomain, Task::TakeDown]
        .iter()
        .any(|task| plan.done.contains(task))
}

fn someone_at_host(plan: &Plan) -> bool {
    let people = plan.roster.census().everybody();
    people.count(Side::External, None) < plan.roster.len()
}

fn panel_problem(plan: &Plan) -> Option<Problem> {
    (plan.situation.panel == PanelOffer::NotLooked).then(|| Problem {
        field: Field::Panel,
        sentence: format!(
            "Look in the control panel of {} whether it shows Split Domain, and say so here.",
            plan.host.name
        ),
    })
}

fn people_problem(plan: &Plan) -> Option<Problem> {
    let problem = |sentence| Some(Problem { field: Field::People, sentence });
    if plan.roster.is_empty() {
        return problem(
            "Nobody is in the list yet. Open, drop or paste a list of people.".to_owned(),
        );
    }
    let strangers = || plan.roster.iter().filter(|person| person.address.domain() != plan.domain());
    let first = strangers().next()?;
    let others = match strangers().count() {
        1 => String::new(),
        2 => " and one more address".to_owned(),
        n => format!(" and {} more addresses", n - 1),
    };
    problem(format!(
        "{}{others} can't be routed here: only addresses in {} can. Remove them, or change the \
         domain.",
        first.address,
        plan.domain()
    ))
}

fn server_problems(plan: &Plan) -> Vec<Problem> {
    let mut problems = Vec::new();
    match &plan.external.host_name {
        None => problems.push(Problem {
            field: Field::ExternalHost,
            sentence: format!(
                "Enter the name of the external server, such as mail.{}.",
                plan.domain()
            ),
        }),
        Some(name) if plan.host.owns_exchange(name.as_str()) => problems.push(Problem {
            field: Field::ExternalHost,
            sentence: format!(
                "{name} belongs to {}. Enter the name of the server that keeps the other mailboxes.",
                plan.host.name
            ),
        }),
        Some(_) => {}
    }
    let verification = plan.external.verification_address.as_ref();
    let sentence = match verification {
        None => Some(format!(
            "Enter an address whose mailbox is on the external server, such as postmaster@{}.",
            plan.domain()
        )),
        Some(address) if address.domain() != plan.domain() => {
            Some(format!("{address} is not in {}. Enter an address that is.", plan.domain()))
        }
        Some(address)
            if plan.roster.get(address).is_some_and(|person| person.home == Side::Host) =>
        {
            Some(format!(
                "By the list, {address} is at {}. Enter an address whose mailbox is on the \
                 external server.",
                plan.host.name
            ))
        }
        Some(_) => None,
    };
    problems
        .extend(sentence.map(|sentence| Problem { field: Field::VerificationAddress, sentence }));
    problems
}

fn subdomain_problem(plan: &Plan) -> Option<Problem> {
    let server = plan.external.host_name.as_ref()?;
    (server.as_str() == plan.routing_subdomain().as_str()).then(|| Problem {
        field: Field::RoutingSubdomain,
        sentence: format!(
            "{server} is the name of the external server. Choose another name for the routing \
             subdomain, such as {}.{}.",
            plan.host.routing_label,
            plan.domain()
        ),
    })
}

#[cfg(test)]
mod tests;
