//! Step 2: who lives where, who moves when.

use eframe::egui::Ui;

use super::people_ask::ask_ui;
use super::people_compare::compare_ui;
use super::people_import::import_ui;
use super::people_table::table_ui;
use crate::app::action::Action;
use crate::app::session::Session;
use crate::app::state::{Reveal, State};
use crate::app::theme;
use crate::app::widgets::{card, reveal};

/// Lists in, then the table, then the servers' own word on it and
/// what the sides disagree on.
pub(crate) fn people_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let top = ui.next_widget_position();
    card(ui, |ui| import_ui(ui, state, session, out));
    reveal(ui, state, Reveal::List, top);
    ui.add_space(theme::SPACE);
    table_ui(ui, state, session, out);
    if !session.plan.roster.is_empty() {
        ui.add_space(theme::SPACE);
        card(ui, |ui| ask_ui(ui, state, session, out));
        ui.add_space(theme::SPACE);
        card(ui, |ui| compare_ui(ui, session, out));
    }
}
