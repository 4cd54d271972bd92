//! Step 7.
use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::session::Session;
use crate::app::state::State;

/// Draws it.
pub(crate) fn flow_ui(_ui: &mut Ui, _state: &State, _session: &Session, _out: &mut Vec<Action>) {}
