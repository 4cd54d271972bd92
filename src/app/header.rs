//! The header: what is open, whether it is saved, and what can be done anywhere.

use eframe::egui::{self, Align, Button, Label, Layout, Response, RichText, Ui};

use super::action::Action;
use super::session::{Saved, Session};
use super::state::State;
use super::theme::{self, palette};
use super::widgets::named_button;

/// Draws it. What can be done comes first, so that the name takes what is left.
pub(crate) fn header_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let height = ui.spacing().interact_size.y;
    let size = egui::vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        if theme::is_narrow(ui.ctx()) {
            ui.menu_button("Menu", |ui| commands_ui(ui, state, out));
        } else {
            commands_ui(ui, state, out);
        }
        ui.add_space(theme::GAP);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| name_ui(ui, state, out));
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
    if session.read_only
        && let Some(folder) = &session.folder
        && named_button(ui, "Try again", "Open again for writing").clicked()
    {
        out.push(Action::Open(folder.clone()));
    }
}

fn commands_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    if ui.button("Keys").clicked() {
        out.push(Action::ToggleKeys);
    }
    theme_ui(ui);
    let Some(session) = &state.session else { return };
    if named_button(ui, "Close", "Close profile").clicked() {
        out.push(Action::CloseSession);
    }
    if ui.add_enabled(session.can_undo(), Button::new("Undo")).clicked() {
        out.push(Action::Undo);
    }
    if session.practice.is_some() {
        let words = if session.practice_open { "Hide practice panel" } else { "Practice panel" };
        if ui.button(words).clicked() {
            out.push(Action::TogglePractice);
        }
    }
}

/// "Saved 14:05", announced to screen readers when it changes.
fn saved_ui(ui: &mut Ui, state: &State, session: &Session) {
    let colours = palette(ui);
    let (words, colour) = if session.practice.is_some() {
        ("Practice: nothing is saved".to_owned(), colours.wait)
    } else if session.read_only {
        ("Read-only: open in another window".to_owned(), colours.warn)
    } else {
        match &session.saved {
            Saved::Unchanged => (String::new(), colours.weak),
            Saved::Saving => ("Saving ...".to_owned(), colours.weak),
            Saved::At(at) => (format!("Saved {}", state.times.short(*at)), colours.weak),
            Saved::Failed(_) => ("Not saved".to_owned(), colours.bad),
        }
    };
    if words.is_empty() {
        return;
    }
    let response = ui.add(Label::new(RichText::new(words).small().color(colour)).truncate());
    live(ui, &response);
}

/// Read out politely when it changes.
pub(crate) fn live(ui: &Ui, response: &Response) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
    });
}

fn theme_ui(ui: &mut Ui) {
    let now = ui.ctx().options(|options| options.theme_preference);
    let (face, next) = match now {
        egui::ThemePreference::System => ("System", egui::ThemePreference::Light),
        egui::ThemePreference::Light => ("Light", egui::ThemePreference::Dark),
        egui::ThemePreference::Dark => ("Dark", egui::ThemePreference::System),
    };
    let name = format!("Theme: {face}");
    if named_button(ui, &name, &name).clicked() {
        ui.ctx().set_theme(next);
        ui.ctx().request_repaint();
    }
}
