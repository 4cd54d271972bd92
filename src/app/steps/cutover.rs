//! Step 8: the exit, and the run-book.

use eframe::egui::Ui;

use super::exported::{exported_ui, folder_ui, run_book};
use crate::app::action::Action;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::widgets::{button, card, subheading, text};

/// The run-book.
pub(crate) fn cutover_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    ui.add_space(crate::app::theme::SPACE);
    card(ui, |ui| {
        subheading(ui, "Run-book");
        text(
            ui,
            "The whole plan on paper: purpose, people, records, commands, checks, and how to take each step back. \
             As Markdown and as a page that prints.",
        );
        folder_ui(ui, state, session, out);
        ui.add_enabled_ui(!session.exporting, |ui| {
            if button(ui, "Write run-book").clicked() {
                out.push(Action::Export(None));
            }
        });
        if let Some(page) = run_book(session)
            && button(ui, "Open run-book").clicked()
        {
            out.push(Action::Show(page.to_path_buf()));
        }
    });
    exported_ui(ui, session, out);
}
