//! `sdrctl routes --phase all`: every moment of the plan, one after the other.

use serde::Serialize;

use super::report::Report;
use crate::check;
use crate::finding::State;
use crate::plan::Plan;
use crate::route::{
    self, Basis, Ground, Moment, Origin, Phase, Seen, Survey, Window, done_already, ground, phases,
};

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
    /// Ways that end as planned; `null`: the moment is behind.
    fine: Option<usize>,
    /// What does not, the worst first.
    astray: Vec<Astray>,
    /// What it rests on that its action is done; `null`: it is not.
    done: Option<Basis>,
    #[serde(flatten)]
    ground: Ground,
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

/// A moment that is behind: it is not judged any more.
fn over(number: usize, phase: Phase, done: Option<Basis>, report: &mut Report) {
    let basis = done.map_or(String::new(), |basis| format!(": {}", basis.label()));
    report.line(&format!("{number:>3} {:<20}{} (behind{basis})", phase.to_string(), phase.label()));
    report.object(&Told {
        moment: phase,
        number,
        label: phase.label(),
        window: Some(0),
        fine: None,
        astray: Vec::new(),
        done,
        ground: Ground { over: true, seen: Vec::new(), told: Vec::new(), assumed: Vec::new() },
    });
}

/// Each moment with its window and with what does not go as planned then.
/// Exit code 1 where that is anything, 4 where it is warnings alone.
pub(super) fn moments(plan: &Plan, seen: &Seen, from: Option<Origin>, report: &mut Report) -> u8 {
    report.line(&format!(
        "{}: each moment of the plan, its actions done in the recommended order.",
        plan.domain()
    ));
    for remark in route::remarks(plan) {
        report.text(&format!("Note: {remark}\n"));
    }
    let mut code = 0;
    let done = done_already(plan, seen);
    let mut basis_before = String::new();
    for (number, phase) in phases(plan).into_iter().enumerate() {
        let ground = ground(plan, phase, seen);
        let done = match phase {
            Phase::Before => None,
            Phase::After(deed) => {
                done.iter().find_map(|(one, basis)| (*one == deed).then_some(*basis))
            }
        };
        if ground.over {
            over(number, phase, done, report);
            continue;
        }
        let moment = Moment::reached(plan, phase, seen);
        let audit = Survey::new(plan, moment).audit(NAMED, from);
        let window = match phase {
            Phase::Before => None,
            Phase::After(deed) => Some(deed.window(seen)),
        };
        let takes = match (done, window) {
            (Some(basis), _) => format!(" (done already: {})", basis.label()),
            (None, None | Some(Window::AtMost(0, _))) => String::new(),
            (None, Some(window)) => format!(" (takes {})", window.text()),
        };
        report.line(&format!("{number:>3} {:<20}{}{takes}", phase.to_string(), phase.label()));
        let basis = check::basis_then(plan, phase, seen);
        if basis != basis_before {
            report.line(&format!("        {basis}"));
        }
        basis_before = basis;
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
            report.line(&format!("        {}", audit.fine_text()));
        }
        report.object(&Told {
            moment: phase,
            number,
            label: phase.label(),
            window: window.map_or(Some(0), Window::minutes),
            fine: Some(audit.fine_routes),
            astray,
            done,
            ground,
        });
    }
    if let Some(words) = route::left_out(plan) {
        report.line(&words);
    }
    code
}
