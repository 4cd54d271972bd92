//! How long the primary MX records live on after they are changed.

use jiff::Timestamp;

use super::primary_mx::Seen;
use super::told::{Told, duration};
use crate::finding::{Finding, State};
use crate::plan::{Plan, Purpose, Side, Task};

/// Seconds that primary MX records may live when they are about to change.
const LONGEST_TTL: u32 = 3600;

/// `situation.ttl`: how long senders go on using the old records after a
/// change. `None` where there are none to change.
pub(super) fn verdict(plan: &Plan, seen: &Seen, at: Timestamp) -> Option<Finding> {
    // A resolver's TTL runs down: only an authority says the whole. Where
    // they differ, the longest is what has to be waited for.
    let lives = |told: &&Told| {
        let answer = told.answer.as_ref().ok().filter(|answer| answer.authoritative)?;
        answer.of_kind().map(|record| record.ttl).max()
    };
    let told = seen.heard.authorities.iter().filter(|told| lives(told).is_some());
    let told = told.rev().max_by_key(lives)?;
    let seconds = lives(&told)?;
    let differ =
        seen.heard.authorities.iter().filter_map(|told| lives(&told)).any(|it| it != seconds);
    let at_one = if differ { format!(" at {}", told.server) } else { String::new() };
    let domain = plan.domain();
    let make = |state, summary: String| {
        Finding::new("situation.ttl", state, summary, at)
            .compared(
                format!("at most {LONGEST_TTL} s before they are changed"),
                format!("{seconds} s"),
            )
            .asked(told.whom())
            .with_evidence(told.lines())
    };
    let changes = plan.situation.purpose == Purpose::Migration
        && plan.situation.primary_mx == Side::External
        && !plan.done.contains(&Task::ChangePrimaryMx);
    Some(if changes && seconds > LONGEST_TTL {
        make(State::Warning, format!("The MX records of {domain} live for {}{at_one} (TTL).", duration(seconds)))
            .means("At the cutover senders go on to the old server for that long after the records were changed.")
            .advise(format!("Before the cutover, lower the TTL of the MX records of {domain} to {LONGEST_TTL} or less, at least {} ahead: the old TTL has to run out first.", duration(seconds)))
    } else {
        make(
            State::Passed,
            format!("The MX records of {domain} live for {}{at_one} (TTL).", duration(seconds)),
        )
    })
}
