//! The exit list, in order, each point with its state. Nothing is asked here:
//! plan and findings tell. A point whose time has not come is skipped, with
//! what it waits for.

use jiff::Timestamp;

use super::{Ask, primary_mx};
use crate::finding::{Evidence, Finding, INVENTORY, State, worst};
use crate::plan::{Home, Plan, Purpose, Side, Task};
use crate::route::stay;

pub(super) fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    exit_list(ask.plan, ask.evidence, ask.net.clock.now()).into_iter().for_each(out);
}

/// Whether these findings of the step let the primary MX records be changed:
/// everybody moved, everybody confirmed, and the mail flow as planned.
pub fn may_change_mx(findings: &[Finding]) -> bool {
    ["cutover.moved", "cutover.confirmed", "cutover.flow"].iter().all(|id| {
        findings.iter().any(|finding| finding.id == *id && finding.state == State::Passed)
    })
}

/// The points in order.
fn exit_list(plan: &Plan, evidence: &Evidence, at: Timestamp) -> Vec<Finding> {
    if plan.situation.purpose == Purpose::Permanent {
        let summary = "The split stays: there is no cutover, and nothing to take down.";
        return vec![Finding::new("cutover.stays", State::Passed, summary, at).asked("the plan")];
    }
    let done = |task| plan.done.contains(&task);
    let left = plan.roster.census().everybody().at(Home::External);
    let moved = moved(plan, left, at);
    let confirmed = confirmed(plan, evidence, at);
    let flow = flow(evidence, at);
    let first_open =
        [&moved, &confirmed, &flow].into_iter().find(|point| point.state != State::Passed);
    let primary = primary(plan, evidence, left, first_open, at);
    let mx_is_moved = done(Task::ChangePrimaryMx);
    let off = after(
        "cutover.sdr-off",
        done(Task::DisableSdr),
        mx_is_moved,
        "Split Domain Routing is switched off.",
        "Next: switch Split Domain Routing off in the host's control panel, once the old MX records have run out.",
        "the primary MX records have not been changed yet",
        at,
    );
    // Without split domain routing there is none to switch off.
    let off_is_over = done(Task::DisableSdr) || (mx_is_moved && plan.way_without_sdr().is_some());
    let released = after(
        "cutover.released",
        done(Task::ReleaseDomain),
        off_is_over,
        "The external server has given up the domain.",
        "Next: let the external server give up the domain, once the old MX records have run out.",
        "the steps before it are not done yet",
        at,
    );
    let down = after(
        "cutover.take-down",
        done(Task::TakeDown),
        done(Task::ReleaseDomain),
        "Forwards, domain alias and subdomain records are gone.",
        "Next: remove the forwards, the routing subdomain's MX records and the domain alias, in this order.",
        "the external server has not given up the domain yet",
        at,
    );
    let ttl = ttl(plan, evidence, first_open, at);
    let before = [moved, confirmed, flow].into_iter().chain(ttl);
    let off = plan.way_without_sdr().is_none().then_some(off);
    // Where people stay outside, the split stays with them.
    let end = off.into_iter().chain([released, down]).filter(|_| stay(plan) == 0);
    before.chain([primary]).chain(end).collect()
}

fn skipped(
    id: &str,
    because: impl Into<String>,
    summary: impl Into<String>,
    at: Timestamp,
) -> Finding {
    Finding::new(id, State::Skipped { because: because.into() }, summary, at).asked("the plan")
}

fn moved(plan: &Plan, left: usize, at: Timestamp) -> Finding {
    let id = "cutover.moved";
    let staying = stay(plan);
    match (plan.roster.len(), left) {
        (0, _) => {
            skipped(id, "nobody is in the plan yet", "All mailboxes at the host: not yet.", at)
        }
        (all, 0) => {
            Finding::new(id, State::Passed, format!("All {all} mailboxes are at the host."), at)
                .asked("the plan")
        }
        (all, left) => {
            let unplanned =
                if staying > 0 { format!(", {staying} of them in no wave") } else { String::new() };
            skipped(
                id,
                format!("{left} of {all} are still on the external server{unplanned}"),
                "All mailboxes at the host: not yet.",
                at,
            )
            .advise("Move the remaining waves, and set these people to “at the host” in step 2.")
        }
    }
}

fn confirmed(plan: &Plan, evidence: &Evidence, at: Timestamp) -> Finding {
    let id = "cutover.confirmed";
    let seen = super::seen(plan, evidence);
    let known = plan
        .roster
        .iter()
        .filter(|person| evidence.people().is_confirmed(&person.address, person.home))
        .count();
    let all = plan.roster.len();
    if all > 0 && known == all {
        return Finding::new(
            id,
            State::Passed,
            format!("All {all} addresses are confirmed by their servers."),
            at,
        )
        .asked("the findings of step 2")
        .means(match seen.host_vouches(plan) || seen.host_mailboxes.is_some() {
            true => "",
            false => "While Split Domain Routing is on, the host accepts as well what the external server has: compare the people with the host's own list before the change.",
        });
    }
    skipped(
        id,
        format!("{known} of {all} addresses are confirmed by their servers"),
        "Everybody confirmed: not yet.",
        at,
    )
    .advise("Press “Ask the servers about each person” in step 2, or run “sdrctl people” with the profile's folder.")
}

fn flow(evidence: &Evidence, at: Timestamp) -> Finding {
    let id = "cutover.flow";
    let beside = [INVENTORY, super::flow::REMARKS];
    let audit =
        || evidence.of_step("flow").filter(|finding| !beside.contains(&finding.id.as_str()));
    match worst(audit()) {
        Some(State::Passed) => {
            Finding::new(id, State::Passed, "Every message ends where the plan wants it.", at)
                .asked("the findings of step 7")
        }
        None => {
            skipped(id, "the mail flow was not checked yet", "Mail flow as planned: not yet.", at)
                .advise("Check the mail flow in step 7.")
        }
        Some(_) => {
            let open = || audit().filter(|finding| finding.state != State::Passed);
            let worst = open().min_by_key(|finding| finding.state.rank());
            let worst = worst.map_or("", |finding| finding.summary.as_str());
            let more = match open().count() {
                0 | 1 => String::new(),
                many => format!(" ({} more are open)", many - 1),
            };
            skipped(
                id,
                format!("step 7 has something open: {worst}{more}"),
                "Mail flow as planned: not yet.",
                at,
            )
            .advise("Solve it in step 7 first.")
        }
    }
}

/// `cutover.ttl`: how long the old records would live on, as step 1 saw it.
/// `None` where it did not, or nothing is to be changed any more.
fn ttl(
    plan: &Plan,
    evidence: &Evidence,
    first_open: Option<&Finding>,
    at: Timestamp,
) -> Option<Finding> {
    let id = "cutover.ttl";
    let seen = evidence.get("situation.ttl")?;
    if plan.done.contains(&Task::ChangePrimaryMx) || plan.situation.primary_mx == Side::Host {
        return None;
    }
    let from = "the findings of step 1";
    Some(match (&seen.state, first_open) {
        (State::Warning, Some(open)) => {
            skipped(id, format!("it is not the time yet: {}", open.summary), &seen.summary, at)
                .advise(&seen.action)
        }
        (State::Warning, None) => Finding::new(id, State::Warning, &seen.summary, at)
            .asked(from)
            .means(&seen.meaning)
            .advise(&seen.action),
        _ => Finding::new(id, State::Passed, &seen.summary, at).asked(from),
    })
}

fn primary(
    plan: &Plan,
    evidence: &Evidence,
    left: usize,
    first_open: Option<&Finding>,
    at: Timestamp,
) -> Finding {
    let id = "cutover.primary-mx";
    let domain = plan.domain();
    let changed = plan.done.contains(&Task::ChangePrimaryMx);
    let seen = super::seen(plan, evidence).primary_mx;
    if changed && left > 0 {
        return Finding::new(id, State::Warning, format!("The primary MX records were changed with {left} mailboxes still on the external server."), at)
            .asked("the plan")
            .means("Mail for these people arrives only as long as Split Domain Routing stays on.")
            .advise("Move the remaining people before Split Domain Routing is switched off.");
    }
    match (changed, seen) {
        (true, Some(owner)) if owner == Side::Host.into() => {
            Finding::new(id, State::Passed, format!("The MX records of {domain} name {}.", plan.host.name), at).asked("the findings of step 1")
        }
        (true, _) => skipped(id, "the change was ticked off but not seen yet", "The primary MX records: check step 1 again.", at)
            .advise("Check step 1 again once the old records have run out."),
        (false, _) => match first_open {
            Some(open) => skipped(id, format!("it comes last: {}", open.summary), format!("The MX records of {domain} stay as they are."), at),
            None => skipped(id, "it is the next thing to do", format!("Next: change the MX records of {domain} to {}.", plan.host.name), at)
                .advise(format!("At the DNS host, replace the MX records of {domain} by {}; lower their TTL the day before.", primary_mx::host_mx(plan))),
        },
    }
}

fn after(
    id: &str,
    done: bool,
    ready: bool,
    passed: &str,
    next: &str,
    waits: &str,
    at: Timestamp,
) -> Finding {
    let what = next.trim_start_matches("Next: ");
    match (done, ready) {
        (true, _) => Finding::new(id, State::Passed, passed, at).asked("the plan"),
        (false, true) => skipped(id, "it is the next thing to do", next, at).advise(what),
        (false, false) => skipped(id, waits, format!("Not yet: {what}"), at),
    }
}
