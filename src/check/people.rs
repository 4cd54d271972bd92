//! The people, as far as the plan alone tells.

use super::Ask;
use crate::counted::counted;
use crate::finding::{Finding, State};
use crate::plan::Home;

/// What the plan alone tells: no server is asked here.
pub(super) fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let (plan, at) = (ask.plan, ask.net.clock.now());
    if plan.roster.is_empty() {
        out(Finding::new(
            "people.count",
            State::Skipped { because: "nobody is in the plan yet".to_owned() },
            "Nobody to look at.",
            at,
        )
        .advise("Add the people: open or paste a list."));
        return;
    }
    let strangers: Vec<String> = plan
        .roster
        .iter()
        .filter(|person| person.address.domain() != plan.domain())
        .map(|person| person.address.to_string())
        .collect();
    if !strangers.is_empty() {
        out(Finding::new("people.outside", State::Failed, format!("{} not in {}.", people(strangers.len(), "is", "are"), plan.domain()), at)
            .compared(format!("addresses at {}", plan.domain()), some_of(&strangers))
            .asked("the plan")
            .means("Split Domain Routing and the forwards work for one domain; these addresses would be left out.")
            .advise("Correct the addresses, or remove these people from the plan.")
            .with_evidence(strangers.clone()));
    }
    if let Some(person) =
        plan.external.verification_address.as_ref().and_then(|address| plan.roster.get(address))
        && person.home == Home::Host
    {
        out(Finding::new(
            "people.verification-address",
            State::Failed,
            format!("The verification address {} is at the host.", person.address),
            at,
        )
        .compared("a mailbox on the external server", "at the host")
        .asked("the plan")
        .means("The host validates the external server with this address, so it must exist there.")
        .advise("Choose the address of somebody who stays on the external server to the end."));
    }
    let everybody = plan.roster.census().everybody();
    let outside = everybody.at(Home::External);
    out(Finding::new(
        "people.count",
        State::Passed,
        format!(
            "{}: {} on the external server, {} at the host, {} to move.",
            people(plan.roster.len(), "", "").trim_end(),
            outside,
            everybody.at(Home::Host),
            outside - everybody.count(Home::External, None)
        ),
        at,
    )
    .asked("the plan"));
}

fn people(count: usize, one: &str, more: &str) -> String {
    counted(count, &format!("person {one}"), &format!("people {more}"))
}

/// The first five of many.
pub(super) fn some_of(names: &[String]) -> String {
    let first = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{first} and {} more", names.len() - 5) } else { first }
}
