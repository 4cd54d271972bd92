//! Step 3: the same test on another machine, and its result back.

use eframe::egui::{CollapsingHeader, Ui};

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::mail_action::MailAction;
use crate::app::picker::Wanted;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{Copies, Input, button, card, fold, named_button, text, weak};
use crate::finding::State as FindingState;
use crate::guide::command_elsewhere;

/// Draws it, open where this machine can't reach the server.
pub(crate) fn elsewhere_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let Some(command) = command_elsewhere(&session.plan) else { return };
    let connect = session.seen().get("server.connect").map(|finding| &finding.state);
    let dark = matches!(connect, Some(FindingState::Unknown { .. }));
    ui.add_space(theme::GAP);
    let heading = CollapsingHeader::new("Test from another machine")
        .id_salt(("elsewhere", dark))
        .default_open(dark)
        .open((state.focus == Some(FieldId::ResultPaste)).then_some(true));
    fold(ui, heading, |ui| card(ui, |ui| content_ui(ui, state, session, &command, out)));
}

fn content_ui(ui: &mut Ui, state: &State, session: &Session, command: &str, out: &mut Vec<Action>) {
    text(
        ui,
        "Where port 25 is blocked here, run the same test on a machine whose port is open, such as the mail server itself or a rented server, and bring the result back.",
    );
    Copies::at(state, "elsewhere", out).row(ui, "Command", command);
    Input::new(FieldId::ResultFrom, "Name of that machine")
        .hint("rented server")
        .note("Each finding says that it was seen from there.")
        .show(ui, state, out);
    Input::new(FieldId::ResultPaste, "Its result (result.json)")
        .hint("{\"id\":\"server.resolve\", ...")
        .width(760.0)
        .rows(3)
        .show(ui, state, out);
    ui.horizontal(|ui| {
        if button(ui, "Take the result over").clicked() {
            out.push(Action::Mail(MailAction::TakeResult));
        }
        if named_button(ui, "Open file ...", "Open the file with the result").clicked() {
            out.push(Action::Pick(Wanted::Result));
        }
    });
    if let Some((from, count)) = &session.mail.taken {
        weak(ui, &format!("Taken over: {count} findings, seen from {from}. They stand below."));
    }
}
