//! The routing subdomain's records at all authoritative servers together.

use jiff::Timestamp;

use super::contradiction::SAME_EVERYWHERE;
use super::heard::{CONTRADICT, who_says_what};
use super::primary_mx::host_mx;
use super::published::Published;
use super::told::{Told, cname, shown_mx};
use crate::finding::{Finding, State, worst};
use crate::net::Answer;
use crate::plan::Plan;

/// `subdomain.mx`: all authoritative servers together.
/// Where they contradict each other that is what it says, whichever of them
/// is right; the state is the worst, as each of them is met by some senders.
pub(super) fn summary(
    plan: &Plan,
    answers: &[(Told, Published)],
    each: &[Finding],
    at: Timestamp,
) -> Finding {
    let state = worst(each).cloned().unwrap_or(State::Passed);
    let fine = each.iter().filter(|finding| finding.state == State::Passed).count();
    let whom: Vec<&str> = each.iter().map(|finding| finding.asked.as_str()).collect();
    let cause = each.iter().find(|finding| finding.state == state);
    let mut finding = match cause {
        Some(cause) if state != State::Passed => {
            Finding { id: "subdomain.mx".to_owned(), ..cause.clone() }
        }
        _ => {
            // Of what passed nothing but the sum is shown in text.
            let meaning = each.first().map(|finding| finding.meaning.clone()).unwrap_or_default();
            let (name, domain) = (plan.routing_subdomain(), plan.domain());
            let summary = match meaning.is_empty() {
                true => format!("{name} has its MX records."),
                false => format!(
                    "{name} has its MX records, of its own or by the wildcard *.{domain}: which can't be seen."
                ),
            };
            Finding::new("subdomain.mx", State::Passed, summary, at)
                .compared(host_mx(plan), host_mx(plan))
                .means(meaning)
        }
    };
    if let Some(says) = contradiction(answers) {
        let subdomain = plan.routing_subdomain();
        let worse = finding.summary;
        finding.summary =
            format!("The answers about the MX records of {subdomain} {CONTRADICT}: {says}.");
        finding.meaning = format!(
            "Mail goes by the one or the other, depending on the name server that the sender is sent to. {worse} {}",
            finding.meaning
        );
        if !matches!(finding.state, State::Waiting { .. }) {
            finding.action =
                format!("{SAME_EVERYWHERE} What belongs there everywhere: {}.", host_mx(plan));
        }
        finding.found = says;
    }
    if each.len() > 1 {
        finding.summary =
            format!("{} Right at {fine} of {} authoritative servers.", finding.summary, each.len());
    }
    finding.asked = whom.join("; ");
    finding
}

/// Who of those that speak says what, where they differ.
fn contradiction(answers: &[(Told, Published)]) -> Option<String> {
    let speak = answers.iter().filter(|(_, said)| !matches!(said, Published::NoAnswer(_)));
    let speak: Vec<&Told> = speak.map(|(told, _)| told).collect();
    let said = |told: &Told| told.answer.as_ref().map(records).unwrap_or_default();
    let first = speak.first()?;
    speak.iter().any(|told| said(told) != said(first)).then(|| who_says_what(&speak, records))
}

/// That the name does not exist, and that it has no MX record, is the same here.
pub(super) fn records(answer: &Answer) -> String {
    match cname(answer) {
        Some(target) => format!("CNAME {target}"),
        None => shown_mx(&answer.mx()),
    }
}
