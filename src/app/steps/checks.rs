//! "We check": what will be asked, and what was found.

use eframe::egui::{CollapsingHeader, RichText, Ui};

use crate::app::action::Action;
use crate::app::header::live;
use crate::app::session::Session;
use crate::app::state::{Reveal, State};
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    bullet, findings_ui, fold, outdated_ui, primary_button, reveal, section, text, weak,
};
use crate::counted::counted;
use crate::finding::{Finding, State as FindingState};
use crate::guide::{ExitPoint, exit_points};

/// Draws the second half of a page.
pub(crate) fn checks_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let announce = &session.derived.page.announce;
    let top = ui.cursor().min;
    section(ui, "We check");
    let heading = CollapsingHeader::new("What will be asked, and of whom")
        .id_salt(("announce", session.step))
        .default_open(session.derived.findings.is_empty())
        .open(session.running.contains_key(&session.step).then_some(false));
    fold(ui, heading, |ui| {
        for line in announce {
            bullet(ui, line);
        }
        if session.practice.is_some() {
            weak(
                ui,
                "In practice all of them are on this computer: no public resolver is asked, and \
                 the host's API has its key.",
            );
        }
    });
    ui.add_space(4.0);
    let checking = state.is_checking(session, session.step);
    ui.horizontal_wrapped(|ui| match checking {
        false => {
            if primary_button(ui, "Check now").clicked() {
                out.push(Action::Check(session.step));
            }
            ended_ui(ui, state, session);
        }
        true => {
            if ui.button("Cancel check").clicked() {
                out.push(Action::CancelCheck(session.step));
            }
            // Of one that is over already: all that came.
            let all = session.derived.findings.len();
            let count = session.running.get(&session.step).copied().unwrap_or(all);
            let words = match count {
                0 => "Checking, no answer yet".to_owned(),
                some => format!("Checking, {} so far", counted(some, "answer", "answers")),
            };
            let response = ui.label(RichText::new(words).color(palette(ui).wait));
            live(ui, &response);
        }
    });
    ui.add_space(theme::GAP);
    let findings = &session.derived.findings;
    if findings.is_empty()
        && session.derived.outdated.0.is_empty()
        && !session.running.contains_key(&session.step)
    {
        weak(ui, "Nothing was asked yet.");
    }
    findings_ui(ui, state, findings, session.shown_findings, out);
    let (outdated, was) = &session.derived.outdated;
    if !outdated.is_empty() {
        text(ui, &format!("These were about {was}. They count no more; check again."));
        outdated_ui(ui, state, outdated, session.shown_findings, out);
    }
    reveal(ui, state, Reveal::Findings, top);
}

/// How the last check ended, and how its findings count up.
fn ended_ui(ui: &mut Ui, state: &State, session: &Session) {
    let mut words = Vec::new();
    if let Some(ended) = session.ended.get(&session.step) {
        if ended.cancelled {
            words.push("Stopped; what was answered before stands below.".to_owned());
        }
        if let Some(at) = ended.again_at {
            words.push(format!("We ask again by ourselves at {}.", state.times.clock(at)));
        }
    }
    let summed = summed(&session.derived.findings);
    if !summed.is_empty() {
        words.insert(0, format!("{summed}."));
    }
    if let Some(when) = checked(state, session) {
        words.insert(1.min(words.len()), when);
    }
    if !words.is_empty() {
        let response = ui.label(RichText::new(words.join(" ")).color(palette(ui).weak));
        live(ui, &response);
    }
}

/// "Checked 11:19:03 UTC+00:00, nothing changed."
fn checked(state: &State, session: &Session) -> Option<String> {
    let ended = session.ended.get(&session.step).filter(|ended| !ended.cancelled);
    let latest = || session.derived.findings.iter().map(|finding| finding.at).max();
    let at = ended.and_then(|ended| ended.at).or_else(latest)?;
    let changed = match ended.and_then(|ended| ended.changed) {
        None => String::new(),
        Some(0) => ", nothing changed".to_owned(),
        Some(some) => format!(", {} changed", counted(some, "answer", "answers")),
    };
    Some(format!("Checked {}{changed}.", state.times.moment(at, state.now)))
}

/// "1 failed, 8 passed", the worst first; of the exit list, what is over.
fn summed(findings: &[Finding]) -> String {
    let points = exit_points(findings);
    if !points.is_empty() {
        let done = points.iter().filter(|point| **point == ExitPoint::Done).count();
        return format!("{done} of {} done", points.len());
    }
    let count = |is: fn(&FindingState) -> bool| {
        findings.iter().filter(|finding| is(&finding.state)).count()
    };
    let counts = [
        (count(|state| matches!(state, FindingState::Failed)), "failed"),
        (count(|state| matches!(state, FindingState::Waiting { .. })), "waiting"),
        (count(|state| matches!(state, FindingState::Unknown { .. })), "can't be told"),
        (count(|state| matches!(state, FindingState::Warning)), "with a warning"),
        (count(|state| matches!(state, FindingState::Skipped { .. })), "skipped"),
        (count(|state| matches!(state, FindingState::Passed)), "passed"),
    ];
    let some = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
    some.collect::<Vec<_>>().join(", ")
}
