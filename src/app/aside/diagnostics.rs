//! What this program runs on and what it did, to be sent to whoever helps.

use std::fmt::Write as _;

use eframe::egui::{Label, RichText, Ui};

use super::fact_ui;
use crate::app::action::Action;
use crate::app::redacted::redacted;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{Copies, card, lead, safe, section, weak};
use crate::engine::Event;
use crate::profile::ReducedMotion;

pub(super) fn diagnostics_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    lead(
        ui,
        "What this program runs on and what it did. The copy leaves your domain, addresses and home folder out.",
    );
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        Copies::at(state, "diagnostics", out).button(ui, "all, without names", &report(state));
        ui.label("All of it, without names");
    });
    ui.add_space(theme::GAP);
    card(ui, |ui| {
        for (name, value) in facts(state) {
            fact_ui(ui, name, &value);
        }
    });
    section(ui, "Log");
    if state.log.is_empty() {
        weak(ui, "Nothing happened yet.");
    }
    for line in log(state) {
        ui.add(Label::new(RichText::new(safe(&line)).monospace()).wrap());
    }
}

/// What happened, newest first, on the page and in the copy.
fn log(state: &State) -> impl Iterator<Item = String> {
    state.log.iter().rev().map(|(at, line)| format!("{}  {line}", state.times.full(*at)))
}

fn facts(state: &State) -> Vec<(&'static str, String)> {
    let profile = state.session.as_ref().map_or("none", |session| match &session.folder {
        None => "a practice world",
        Some(_) if session.read_only => "open, read-only",
        Some(_) => "open",
    });
    vec![
        ("Program", format!("sdr-wizard {}", env!("CARGO_PKG_VERSION"))),
        ("System", state.system.clone()),
        ("Drawn by", state.drawn_by.clone()),
        ("Profile", profile.to_owned()),
        ("People", state.session.as_ref().map_or(0, |one| one.plan.roster.len()).to_string()),
        ("Motion", motion(state).to_owned()),
    ]
}

/// Whether things move by themselves, and who says so.
fn motion(state: &State) -> &'static str {
    match state.preferences.reduced_motion {
        ReducedMotion::On => "nothing moves by itself: the settings say so",
        ReducedMotion::Off => "allowed: the settings say so",
        ReducedMotion::Auto if state.costly => {
            "nothing moves by itself: the processor draws, or the picture travels over a network"
        }
        ReducedMotion::Auto if state.desktop.still => {
            "nothing moves by itself: the desktop says so"
        }
        ReducedMotion::Auto => "allowed",
    }
}

/// All of it as text, without names.
fn report(state: &State) -> String {
    let mut text = String::new();
    for (name, value) in facts(state) {
        let _ = writeln!(text, "{name}: {value}");
    }
    text.push_str("\nLog, newest first\n");
    for line in log(state) {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("\nTold, newest first\n");
    for (at, message) in state.messages.past() {
        let at = state.times.full(*at);
        let _ = writeln!(text, "{at}  {}: {}", message.what, message.sentence);
    }
    redacted(&text, &names(state))
}

/// Names that point at whoever runs this: the domain's, and the server's where
/// it has another one, as they are in the DNS and as they are read.
fn names(state: &State) -> Vec<String> {
    let Some(session) = &state.session else { return Vec::new() };
    let plan = &session.plan;
    let domain = [plan.domain().as_str().to_owned(), plan.domain().to_unicode()];
    let server = plan.external.host_name.iter();
    let server = server.flat_map(|name| [name.to_string(), name.to_unicode()]);
    domain.into_iter().chain(server).collect()
}

/// What the log says of an event; nothing of what comes by the thousand.
pub(crate) fn log_line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Opened { folder, plan, read_only, .. } => format!(
            "opened {}, {} people{}",
            folder.display(),
            plan.roster.len(),
            if *read_only { ", read-only" } else { "" }
        ),
        Event::PracticeStarted { .. } => "practice world started".to_owned(),
        Event::Failed { what, sentence } => format!("failed: {what}: {sentence}"),
        Event::Moved { .. } => "the profile was saved in another folder".to_owned(),
        Event::NotMoved { sentence } => format!("not saved elsewhere: {sentence}"),
        Event::SaveFailed { sentence } => format!("not saved: {sentence}"),
        Event::CheckStarted { step } => format!("check of step {} began", step.number()),
        Event::CheckEnded { step, cancelled, .. } => {
            let how = if *cancelled { "was stopped" } else { "ended" };
            format!("check of step {} {how}", step.number())
        }
        Event::AskingStarted => "asking about each person began".to_owned(),
        Event::AskingEnded { cancelled, .. } => {
            let how = if *cancelled { "was stopped" } else { "ended" };
            format!("asking about each person {how}")
        }
        Event::Exported { files, .. } => format!("wrote {} files", files.len()),
        _ => return None,
    })
}
