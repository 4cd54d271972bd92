//! Mail flow: everybody from everywhere through the model, fed with what was seen.

use jiff::Timestamp;

use super::{Ask, seen};
use crate::finding::{Evidence, Finding, State};
use crate::net::HostApi;
use crate::plan::{Home, Plan};
use crate::route::{AuditGroup, AuditLine, Cause, Moment, Seen, Survey, outcome_text};

/// The finding that keeps the host's mailboxes, one address a line.
pub(super) const INVENTORY: &str = "flow.inventory";

/// Ways kept as evidence of each cause.
const EVIDENCE: usize = 200;

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let inventory = inventory(ask).await;
    let mut evidence = ask.evidence.clone();
    evidence.record(inventory.clone());
    for finding in verdicts(ask.plan, &evidence, ask.net.clock.now()) {
        out(finding);
    }
    out(inventory);
}

/// The audit of now, worst cause first, or that all is well.
fn verdicts(plan: &Plan, evidence: &Evidence, at: Timestamp) -> Vec<Finding> {
    if plan.roster.is_empty() {
        return vec![
            Finding::new(
                "flow.all",
                State::Skipped { because: "nobody is in the plan yet".to_owned() },
                "No address to follow.",
                at,
            )
            .advise("Add the people in step 2."),
        ];
    }
    let known = seen::seen(plan, evidence);
    let audit = Survey::new(plan, Moment::now(plan, &known)).audit(EVIDENCE, None);
    let basis = basis(&known);
    if audit.groups.is_empty() {
        let state = as_planned(plan, &known);
        let by_plan = if state == State::Passed { "" } else { "By the plan; not checked yet: " };
        let followed = audit.fine_routes;
        let summary = format!(
            "{by_plan}{followed} ways followed: every message ends where the plan wants it."
        );
        let finding =
            Finding::new("flow.all", state.clone(), summary, at).asked("the model").means(basis);
        return vec![match state {
            State::Passed => finding,
            _ => finding.advise("Check the steps before this one: what they see replaces what is taken from the plan."),
        }];
    }
    audit.groups.iter().map(|group| finding(group, &known, &basis, at)).collect()
}

/// How it stands that no route goes astray: passed only where everything that
/// decides was seen. The routing subdomain decides once somebody is at the host.
pub fn as_planned(plan: &Plan, known: &Seen) -> State {
    let at_host = plan.roster.iter().any(|person| person.home == Home::Host);
    let decisive = [
        ("the primary MX", known.primary_mx.is_some()),
        ("Split Domain Routing", known.sdr.is_some()),
        ("the routing subdomain's MX record", known.subdomain_mx.is_some() || !at_host),
        ("the domain alias", known.alias.is_some() || !at_host),
        ("whether the forwards are loaded", known.forwards_loaded.is_some() || !at_host),
    ];
    let unseen: Vec<&str> =
        decisive.iter().filter(|(_, seen)| !seen).map(|(what, _)| *what).collect();
    match unseen.as_slice() {
        [] => State::Passed,
        unseen => State::Unknown { why: format!("not seen yet: {}", unseen.join(", ")) },
    }
}

/// How routes that go astray for this cause stand, as far as `known` was
/// seen: what rests on the plan's own "not done yet" alone can't be told.
pub fn astray(cause: Cause, known: &Seen) -> State {
    match unseen(cause, known) {
        Some(what) => State::Unknown {
            why: format!("{what} was not seen, and by the plan it is not done yet"),
        },
        None if matches!(cause, Cause::AcceptsAnything | Cause::CatchAll) => State::Warning,
        None => State::Failed,
    }
}

/// The group's sentence; what was not seen is not told as a fact.
pub fn astray_summary(group: &AuditGroup, known: &Seen) -> String {
    match unseen(group.cause, known) {
        Some(_) => format!("By the plan; not checked yet: {}", group.summary),
        None => group.summary.clone(),
    }
}

fn finding(group: &AuditGroup, known: &Seen, basis: &str, at: Timestamp) -> Finding {
    let id = format!("flow.{}", slug(group.cause));
    Finding::new(id, astray(group.cause, known), astray_summary(group, known), at)
        .compared(
            "every message ends where the plan wants it",
            format!("{} ways do not", group.routes),
        )
        .asked("the model")
        .means(format!("{} {basis}", group.meaning))
        .advise(group.action.clone())
        .with_evidence(group.lines.iter().take(EVIDENCE).map(line))
}

/// `contact-without-mailbox`, as in the model's own output.
fn slug(cause: Cause) -> String {
    serde_json::to_value(cause)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_else(|| "other".to_owned())
}

/// What would have to be seen before this cause is more than the plan's own
/// "not done yet"; `None` where it was seen or is the plan's word.
fn unseen(cause: Cause, known: &Seen) -> Option<&'static str> {
    match cause {
        Cause::SdrOff if known.sdr.is_none() => Some("Split Domain Routing"),
        Cause::NoDomainAlias if known.alias.is_none() => Some("the domain alias"),
        Cause::NoSubdomainMx if known.subdomain_mx.is_none() => {
            Some("the routing subdomain's MX record")
        }
        Cause::MailboxWithoutContact if known.forwards_loaded.is_none() => {
            Some("whether the forwards are loaded")
        }
        _ => None,
    }
}

/// What the model was fed with.
fn basis(known: &Seen) -> String {
    let facts = [
        ("primary MX", known.primary_mx.is_some()),
        ("Split Domain Routing", known.sdr.is_some()),
        ("subdomain MX", known.subdomain_mx.is_some()),
        ("domain alias", known.alias.is_some()),
        ("forwards", known.forwards_loaded.is_some()),
        (
            "what the external server does with unknown addresses",
            known.external_authority.is_some(),
        ),
        ("mailboxes at the host", known.host_mailboxes.is_some()),
    ];
    let list = |wanted: bool| {
        facts
            .iter()
            .filter(|(_, seen)| *seen == wanted)
            .map(|(what, _)| *what)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (was, assumed) = (list(true), list(false));
    match (was.is_empty(), assumed.is_empty()) {
        (true, _) => format!("Nothing was seen yet; the model goes by the plan alone ({assumed})."),
        (false, true) => {
            format!("Seen: {was}. Taken from the plan: mailboxes on the external server.")
        }
        (false, false) => format!(
            "Seen: {was}. Taken from the plan: {assumed}, mailboxes on the external server."
        ),
    }
}

fn line(line: &AuditLine) -> String {
    format!(
        "{} from {}: planned for {}. By the model: {}",
        line.address,
        line.origin.label(),
        line.planned.label(),
        outcome_text(&line.trace)
    )
}

/// What is said of names in the host's list that are no address.
fn unread(rejects: &[String]) -> String {
    match rejects {
        [] => String::new(),
        [first, ..] => format!(
            "{} more can't be read as an address, such as “{first}”; they are left out of the audit.",
            rejects.len()
        ),
    }
}

/// The host's own list of mailboxes, by its API.
async fn inventory(ask: &Ask<'_>) -> Finding {
    let at = ask.net.clock.now();
    let (Some(key), Some(base)) = (ask.api_key, &ask.plan.host.api) else {
        let before = ask.evidence.get(INVENTORY).filter(|finding| finding.state == State::Passed);
        return before.cloned().unwrap_or_else(|| {
            Finding::new(INVENTORY, State::Skipped { because: "there is no API key in this session".to_owned() }, "The host was not asked for its mailboxes; the plan's word counts.", at)
                .means("A contact whose mailbox at the host is missing makes a loop, and only the host's own list shows that.")
                .advise("Give an API key of the host for this session, or compare the list in its control panel by hand.")
        });
    };
    let listed = match HostApi::new(ask.net, base, key.clone()) {
        Ok(api) => api.mailboxes(ask.plan.domain()).await,
        Err(error) => Err(error),
    };
    match listed {
        Ok(list) => Finding::new(INVENTORY, State::Passed, format!("The host lists {} mailboxes.", list.mailboxes.len()), at)
            .asked(base.clone())
            .means(unread(&list.rejects))
            .with_evidence(list.mailboxes.iter().map(|mailbox| mailbox.address.to_string())),
        Err(error) => Finding::new(INVENTORY, State::Unknown { why: error.to_string() }, "The host's API did not list its mailboxes.", at)
            .asked(base.clone())
            .means("The audit goes by the plan's word on who is at the host, so a contact whose mailbox is missing would not be seen.")
            .advise("Check the API key, and that it belongs to the account that holds the domain."),
    }
}
