//! Pages beside the steps: messages, history, diagnostics. The step stays
//! where it was.

mod diagnostics;
mod history;
mod settings;

use eframe::egui::{RichText, Ui};

use super::action::Action;
use super::state::State;
use super::theme::{self, palette};
use super::widgets::{card, fact, lead, primary_button, title, weak};

pub(crate) use diagnostics::log_line;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aside {
    /// What the user prefers.
    Settings,
    /// All that was told.
    Messages,
    /// What was changed in the profile, and when.
    History,
    /// What this program runs on, to be sent to whoever helps.
    Diagnostics,
}

impl Aside {
    /// In the order of the list of commands.
    pub(crate) const ALL: [Self; 4] =
        [Self::Settings, Self::Messages, Self::History, Self::Diagnostics];

    /// As it is called.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Messages => "Messages",
            Self::History => "History of changes",
            Self::Diagnostics => "Diagnostics",
        }
    }

    /// The keys that open it.
    pub(crate) fn keys(self) -> &'static str {
        match self {
            Self::Settings => "Ctrl+,",
            Self::Messages | Self::History | Self::Diagnostics => "",
        }
    }
}

/// Draws one of them.
pub(crate) fn aside_ui(ui: &mut Ui, state: &State, aside: Aside, out: &mut Vec<Action>) {
    title(ui, aside.title(), state.entered);
    match aside {
        Aside::Settings => settings::settings_ui(ui, state, out),
        Aside::Messages => told_ui(ui, state, out),
        Aside::History => history::history_ui(ui, state),
        Aside::Diagnostics => diagnostics::diagnostics_ui(ui, state, out),
    }
}

/// The way back, in place of Back and Next.
pub(crate) fn back_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let words = match &state.session {
        Some(session) => format!("Back to step {}", session.step.number()),
        None => "Back".to_owned(),
    };
    if primary_button(ui, &words).clicked() {
        out.push(Action::Aside(None));
    }
}

fn told_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    lead(ui, "Every message since the window was opened, newest first.");
    ui.add_space(theme::SPACE);
    let mut none = true;
    for (at, message) in state.messages.past() {
        none = false;
        card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                super::widgets::paint_mark(ui, message.weight.mark(), 16.0);
                ui.label(&message.what);
                let when = RichText::new(state.times.full(*at)).small().color(palette(ui).weak);
                ui.label(when);
                message.copy_ui(ui, state, out);
            });
            super::widgets::text(ui, &message.sentence);
        });
        ui.add_space(theme::GAP);
    }
    if none {
        weak(ui, "No messages yet. What is saved, written or went wrong is listed here.");
    }
}

/// A line of facts.
fn fact_ui(ui: &mut Ui, name: &str, value: &str) {
    fact(ui, name, if value.is_empty() { "(not known)" } else { value });
}
