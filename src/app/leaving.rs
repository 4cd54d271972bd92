//! The window is to close: not while work is nowhere but in its memory.

use eframe::egui::{self, ScrollArea, Ui, ViewportCommand};

use super::action::Action;
use super::change::save;
use super::field::FieldId;
use super::picker::Wanted;
use super::session::{Saved, Session};
use super::state::State;
use super::theme;
use super::typing::{commit_all, path_typed, refuse};
use super::widgets::{Dialog, Input, button, named_button, primary_button, subheading, text};
use crate::engine::Command;

/// How the window stands to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quit {
    /// It stays.
    #[default]
    Stays,
    /// It goes once the work is on disk.
    AfterSave,
    /// It would go, and the work is not on disk: the user is asked.
    Asks,
    /// It stays; the user wants the work in another folder.
    Elsewhere,
    /// It goes.
    Goes,
}

/// Holds a close that the system asks for while there is something to save,
/// and closes when that is done.
pub(crate) fn hold(ctx: &egui::Context, state: &mut State, out: &mut Vec<Command>) {
    let asked = ctx.input(|input| input.viewport().close_requested());
    if asked && state.quit != Quit::Goes {
        quit(state, out);
        if state.quit != Quit::Goes {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            ctx.request_repaint();
        }
    } else if !asked && state.quit == Quit::Goes {
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}

/// The user wants to leave the program.
fn quit(state: &mut State, out: &mut Vec<Command>) {
    let waited = matches!(state.quit, Quit::AfterSave | Quit::Asks);
    let kept = |session: &Session| !session.read_only && session.folder.is_some();
    if !state.session.as_ref().is_some_and(kept) {
        state.quit = Quit::Goes;
        return;
    }
    commit_all(state, out);
    let saved = state.session.as_ref().map(|session| session.saved.clone());
    state.quit = match saved {
        // The save takes long, or failed again: not closed without a word.
        Some(Saved::Saving | Saved::Failed(_)) if waited => Quit::Asks,
        Some(Saved::Failed(_)) => {
            save(state, out);
            Quit::AfterSave
        }
        Some(Saved::Saving) => Quit::AfterSave,
        _ => Quit::Goes,
    };
}

/// A save has ended.
pub(crate) fn saved(state: &mut State, failed: bool) {
    state.quit = match (state.quit, failed) {
        (Quit::AfterSave, true) => Quit::Asks,
        (Quit::AfterSave, false) => Quit::Goes,
        (quit, _) => quit,
    };
}

/// Tries the save once more, then leaves if that was wanted.
pub(crate) fn save_again(state: &mut State, out: &mut Vec<Command>) {
    if state.quit == Quit::Asks {
        state.quit = Quit::AfterSave;
    }
    commit_all(state, out);
    save(state, out);
}

/// Saves in the folder that was typed.
pub(crate) fn save_elsewhere(state: &mut State, out: &mut Vec<Command>) {
    let folder = state.text_of(FieldId::SaveFolder);
    if folder.trim().is_empty() {
        return refuse(state, FieldId::SaveFolder, "Enter the path of a folder.");
    }
    commit_all(state, out);
    let drafts = state.drafts();
    let Some(session) = &state.session else { return };
    out.push(Command::SaveElsewhere {
        folder: path_typed(&folder),
        plan: session.plan.clone(),
        evidence: session.evidence.clone(),
        drafts,
    });
}

/// The work is in another folder.
pub(crate) fn moved(state: &mut State, folder: std::path::PathBuf) {
    state.texts.remove(&FieldId::SaveFolder);
    state.quit = match state.quit {
        Quit::Asks => Quit::AfterSave,
        Quit::Elsewhere => Quit::Stays,
        quit => quit,
    };
    if let Some(session) = &mut state.session {
        session.folder = Some(folder);
    }
}

/// Asks what is to become of the work, while that is open.
pub(crate) fn leaving_ui(ctx: &egui::Context, state: &State, out: &mut Vec<Action>) {
    let closing = match state.quit {
        Quit::Asks => true,
        Quit::Elsewhere => false,
        _ => return,
    };
    let Some(session) = &state.session else { return };
    let modal = Dialog::new("leaving", 520.0).show(ctx, |ui| {
        // A long sentence must not push the buttons out of a small window.
        let most = ctx.content_rect().height() - 3.0 * theme::SPACE;
        let area = ScrollArea::vertical().max_height(most);
        area.show(ui, |ui| question_ui(ui, state, session, closing, out));
    });
    if modal.should_close() {
        out.push(Action::Quit(Quit::Stays));
    }
}

/// What is wrong, and the ways out of it.
fn question_ui(
    ui: &mut Ui,
    state: &State,
    session: &Session,
    closing: bool,
    out: &mut Vec<Action>,
) {
    let words = if closing { "Your work is not saved" } else { "Save elsewhere" };
    subheading(ui, words);
    match &session.saved {
        Saved::Failed(sentence) => text(ui, sentence),
        Saved::Saving if closing => text(ui, "It is still being saved."),
        _ => {}
    }
    if closing {
        text(ui, "The window was to close. It stays open until you decide.");
    }
    ui.add_space(theme::GAP);
    if closing && primary_button(ui, "Save again").clicked() {
        out.push(Action::SaveAgain);
    }
    ui.add_space(theme::GAP);
    let label = "Another folder for this profile";
    if Input::new(FieldId::SaveFolder, label).show(ui, state, out) {
        out.push(Action::SaveElsewhere);
    }
    ui.horizontal(|ui| {
        if button(ui, "Choose folder ...").clicked() {
            out.push(Action::Pick(Wanted::SaveFolder));
        }
        if named_button(ui, "Save there", "Save the profile there").clicked() {
            out.push(Action::SaveElsewhere);
        }
    });
    ui.add_space(theme::SPACE);
    ui.horizontal(|ui| {
        if button(ui, "Stay").clicked() {
            out.push(Action::Quit(Quit::Stays));
        }
        if closing && button(ui, "Leave without saving").clicked() {
            out.push(Action::Quit(Quit::Goes));
        }
    });
}
