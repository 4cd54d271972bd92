//! The host's own list of mailboxes: the key that opens it, for this session
//! or kept in this system's key store.

use eframe::egui::{Margin, TextEdit, Ui};

use crate::app::action::Action;
use crate::app::header::live;
use crate::app::host_key::{Hidden, KeyAction, KeyPart};
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{button, card, error_line, primary_button, section, text, weak};

/// Draws the card; nothing in practice, whose world brings its own key.
pub(crate) fn host_list_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let Some(api) = session.plan.host.api.as_ref().filter(|_| session.practice.is_none()) else {
        return;
    };
    section(ui, "The host's own list (optional)");
    card(ui, |ui| {
        text(
            ui,
            &format!(
                "A contact whose mailbox is missing at {} makes a loop, and no server's answer shows it: only \
                 the host's own list of mailboxes does. With an API key, the check below reads that list.",
                session.plan.host.name
            ),
        );
        ui.add_space(theme::GAP);
        if state.host_key.in_use {
            let response = ui.label(match state.host_key.kept {
                false => "A key is in use. It is forgotten when this profile is closed.",
                true => "A key is in use, and this system's key store keeps it.",
            });
            live(ui, &response);
            ui.horizontal_wrapped(|ui| {
                if button(ui, "Forget").clicked() {
                    out.push(Action::Key(KeyAction::Forget));
                }
                if state.host_key.kept && button(ui, "Delete from the key store").clicked() {
                    out.push(Action::Key(KeyAction::Delete));
                }
            });
            return;
        }
        for part in KeyPart::BOTH {
            part_ui(ui, state, part, out);
        }
        weak(
            ui,
            &format!(
                "Sent to {api} alone, and only to read. Kept in memory, and in this system's key store \
                 if you say so; never in a file of the profile."
            ),
        );
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            if primary_button(ui, "Use for this session").clicked() {
                out.push(Action::Key(KeyAction::Use));
            }
            for (face, action) in [
                ("Use and keep in this system's key store", KeyAction::Keep),
                ("Take the kept key", KeyAction::Fetch),
                ("Forget", KeyAction::Forget),
            ] {
                if button(ui, face).clicked() {
                    out.push(Action::Key(action));
                }
            }
        });
    });
}

fn part_ui(ui: &mut Ui, state: &State, part: KeyPart, out: &mut Vec<Action>) {
    let mut typed = state.host_key.part(part).shown_to_typist();
    let label = ui.label(part.label());
    let edit = TextEdit::singleline(&mut typed)
        .id(part.id())
        .password(true)
        .margin(Margin::symmetric(8, 5))
        .char_limit(4096)
        .desired_width(420.0_f32.min(ui.available_width()));
    if ui.add(edit).labelled_by(label.id).changed() {
        out.push(Action::Key(KeyAction::Typed(part, Hidden::new(typed))));
    }
    if state.host_key.missing == Some(part) {
        let other = KeyPart::BOTH.into_iter().find(|other| *other != part);
        let other = other.map_or("", KeyPart::label).to_lowercase();
        let this = part.label().to_lowercase();
        error_line(ui, &format!("Enter the {this}; the {other} alone opens nothing."));
    }
}
