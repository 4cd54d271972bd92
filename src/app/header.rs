//! The header: what is open, whether it is saved, and what can be done anywhere.

use eframe::egui::{self, Align, Button, Label, Layout, Response, RichText, Ui};

use super::action::Action;
use super::commands::CommandList;
use super::leaving::Quit;
use super::session::{Saved, Session};
use super::state::State;
use super::theme::{self, palette};
use super::widgets::named_button;
use crate::profile::{Preferences, Theme};

/// Draws it: the name in what the buttons leave of the width.
pub(crate) fn header_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    // Buttons at the right, in the order in which Tab reaches them: their
    // width is the one of the frame before.
    let id = ui.scope_id().with("commands");
    let before = ui.data(|data| data.get_temp::<f32>(id));
    ui.horizontal(|ui| {
        let room = (ui.available_width() - before.unwrap_or(0.0) - theme::GAP).max(0.0);
        let size = egui::vec2(room, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(room);
            name_ui(ui, state, out);
        });
        let width = ui
            .scope(|ui| match theme::is_narrow(ui.ctx()) {
                true => {
                    ui.menu_button("Menu", |ui| commands_ui(ui, state, out));
                }
                false => commands_ui(ui, state, out),
            })
            .response
            .rect
            .width();
        if before != Some(width) {
            ui.data_mut(|data| data.insert_temp(id, width));
            ui.ctx().request_discard("the header's buttons have another width");
        }
    });
}

fn name_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let name = match &state.session {
        Some(session) => session.plan.domain().to_unicode(),
        None => "Split Domain Routing".to_owned(),
    };
    ui.add(Label::new(RichText::new(name).text_style(theme::subheading())).truncate());
    let Some(session) = &state.session else { return };
    ui.add_space(4.0);
    saved_ui(ui, state, session);
    if matches!(session.saved, Saved::Failed(_))
        && named_button(ui, "Save again", "Save the profile again").clicked()
    {
        out.push(Action::SaveAgain);
    }
    if matches!(session.saved, Saved::Failed(_))
        && named_button(ui, "Save elsewhere ...", "Save the profile elsewhere").clicked()
    {
        out.push(Action::Quit(Quit::Elsewhere));
    }
    if session.read_only
        && let Some(folder) = &session.folder
        && named_button(ui, "Try again", "Open again for writing").clicked()
    {
        out.push(Action::Open(folder.clone()));
    }
}

fn commands_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    if let Some(session) = &state.session {
        if session.practice.is_some() {
            let words =
                if session.practice_open { "Hide practice panel" } else { "Practice panel" };
            if ui.button(words).clicked() {
                out.push(Action::TogglePractice);
            }
        }
        let typed = state.texts.values().any(|typed| typed.error.is_some());
        if ui.add_enabled(session.can_undo() || typed, Button::new("Undo")).clicked() {
            out.push(Action::Undo);
        }
        if ui.add_enabled(session.can_redo(), Button::new("Redo")).clicked() {
            out.push(Action::Redo);
        }
        if named_button(ui, "Close", "Close profile").clicked() {
            out.push(Action::CloseSession);
        }
    }
    theme_ui(ui, state, out);
    if ui.button("Commands").on_hover_text("Ctrl+K").clicked() {
        out.push(Action::Commands(Some(CommandList::default())));
    }
}

/// Announced to screen readers when it changes.
fn saved_ui(ui: &mut Ui, state: &State, session: &Session) {
    let Some(words) = saved_words(state, session) else { return };
    let colours = palette(ui);
    let colour = match &session.saved {
        _ if session.practice.is_some() => colours.wait,
        _ if session.read_only => colours.warn,
        Saved::Failed(_) => colours.bad,
        _ => colours.weak,
    };
    let response = ui.add(Label::new(RichText::new(words).small().color(colour)).truncate());
    live(ui, &response);
}

/// "Saved 14:05 UTC+01:00"; `None`: nothing was changed since it was opened.
pub(crate) fn saved_words(state: &State, session: &Session) -> Option<String> {
    if session.practice.is_some() {
        return Some("Practice: nothing is saved".to_owned());
    }
    if session.read_only {
        return Some("Read-only: open in another window".to_owned());
    }
    match &session.saved {
        Saved::Unchanged => None,
        Saved::Saving => Some("Saving ...".to_owned()),
        Saved::At(at) => Some(format!("Saved {}", state.times.clock(*at))),
        Saved::Failed(_) => Some("Not saved".to_owned()),
    }
}

/// Read out politely when it changes.
pub(crate) fn live(ui: &Ui, response: &Response) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
    });
}

fn theme_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let (face, next) = match state.preferences.theme {
        Theme::System => ("System", Theme::Light),
        Theme::Light => ("Light", Theme::Dark),
        Theme::Dark => ("Dark", Theme::System),
    };
    let name = format!("Theme: {face}");
    if named_button(ui, &name, &name).clicked() {
        let preferences = Preferences { theme: next, ..state.preferences.clone() };
        out.push(Action::Prefer(Box::new(preferences)));
    }
}
