//! `sdrctl routes --phase all`: every moment of the plan, one after the other.

use serde::Serialize;

use super::report::Report;
use crate::check;
use crate::finding::State;
use crate::plan::Plan;
use crate::route::{self, Moment, Origin, Phase, Seen, Survey, Window, phases};

/// Ways looked at of each cause.
const NAMED: usize = 50;

/// A moment, as `--json` has it.
#[derive(Serialize)]
struct Told {
    moment: Phase,
    number: usize,
    label: String,
    /// Minutes until everybody sees it; `null`: until the checks see it.
    window: Option<u32>,
    /// Ways that end as planned.
    fine: usize,
    /// What does not, the worst first.
    astray: Vec<Astray>,
}

#[derive(Serialize)]
struct Astray {
    #[serde(flatten)]
    state: State,
    cause: route::Cause,
    people: usize,
    routes: usize,
    summary: String,
    action: String,
}

/// Each moment with its window and with what does not go as planned then.
/// Exit code 1 where that is anything, 4 where it is warnings alone.
pub(super) fn moments(plan: &Plan, seen: &Seen, from: Option<Origin>, report: &mut Report) -> u8 {
    report.line(&format!(
        "{}: each moment of the plan, its actions done in the recommended order.",
        plan.domain()
    ));
    report.line(&check::basis_then(seen));
    for remark in route::remarks(plan) {
        report.text(&format!("Note: {remark}\n"));
    }
    let mut code = 0;
    for (number, phase) in phases(plan).into_iter().enumerate() {
        let audit =
            Survey::new(plan, Moment::after(plan, phase).knowing(plan, seen)).audit(NAMED, from);
        let window = match phase {
            Phase::Before => None,
            Phase::After(deed) => Some(deed.window(seen)),
        };
        let takes = match window {
            None | Some(Window::AtMost(0, _)) => String::new(),
            Some(window) => format!(" (takes {})", window.text()),
        };
        report.line(&format!("{number:>3} {:<20}{}{takes}", phase.to_string(), phase.label()));
        let told = audit.groups.iter().chain(&audit.unowned);
        let astray = told.map(|group| Astray {
            state: check::by_plan(group.cause),
            cause: group.cause,
            people: group.people,
            routes: group.routes,
            summary: group.summary.clone(),
            action: group.action.clone(),
        });
        let astray: Vec<Astray> = astray.collect();
        for one in &astray {
            code = match one.state {
                State::Failed => 1,
                _ if code == 0 => 4,
                _ => code,
            };
            let word = one.state.word();
            let ways = if one.routes == 1 { "way" } else { "ways" };
            report.line(&format!("        {word}: {} ({} {ways})", one.summary, one.routes));
            report.line(&format!("        {}", one.action));
        }
        if audit.groups.is_empty() {
            report.line(&format!("        All {} ways go as planned.", audit.fine_routes));
        }
        report.object(&Told {
            moment: phase,
            number,
            label: phase.label(),
            window: window.map_or(Some(0), Window::minutes),
            fine: audit.fine_routes,
            astray,
        });
    }
    if let Some(words) = route::left_out(plan) {
        report.line(&words);
    }
    code
}
