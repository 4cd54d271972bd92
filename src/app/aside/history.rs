//! What was changed in the profile, and when.

use eframe::egui::{RichText, Ui};

use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{lead, text, tight_row, weak};

pub(super) fn history_ui(ui: &mut Ui, state: &State) {
    lead(
        ui,
        "Each saved change, newest first. It is kept in history.txt in the profile's folder; “sdrctl history” reads it too.",
    );
    ui.add_space(theme::SPACE);
    let Some(session) = &state.session else { return weak(ui, "No profile is open.") };
    match &session.history {
        None if session.folder.is_none() => {
            weak(ui, "In practice nothing is saved, so there is no history.")
        }
        None => weak(ui, "Reading ..."),
        Some(changes) if changes.is_empty() => {
            weak(ui, "Nothing was changed yet since the profile was made.")
        }
        Some(changes) => {
            for change in changes {
                tight_row(ui, |ui| {
                    let when = RichText::new(state.times.full(change.at)).color(palette(ui).weak);
                    ui.label(when);
                    text(ui, &change.what);
                });
            }
        }
    }
}
