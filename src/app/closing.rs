//! Leaving a profile: nothing typed is left behind unsaved without a word.

use super::START;
use super::change::save;
use super::field::FieldId;
use super::host_key::HostKey;
use super::leaving;
use super::session::Saved;
use super::state::State;
use super::typing::commit_all;
use crate::engine::Command;

/// What the message about a failed save is called; taken off the screen once
/// a save succeeds.
const NOT_SAVED: &str = "Not saved";

/// The user wants to leave: saves first, and leaves when that is done. After
/// a failed save a second press leaves without one.
pub(crate) fn close(state: &mut State, out: &mut Vec<Command>) {
    let failed = |saved: &Saved| matches!(saved, Saved::Failed(_));
    if state.session.as_ref().is_some_and(|session| session.warned && failed(&session.saved)) {
        return leave(state, out);
    }
    commit_all(state, out);
    save(state, out);
    match &mut state.session {
        Some(session) if session.saved == Saved::Saving => session.closing = true,
        _ => leave(state, out),
    }
}

/// What became of a save.
pub(crate) fn saved(state: &mut State, result: Saved, out: &mut Vec<Command>) {
    let Some(session) = &mut state.session else { return };
    let closing = std::mem::take(&mut session.closing);
    let failed = matches!(result, Saved::Failed(_));
    let asked = state.quit == leaving::Quit::AfterSave && failed;
    let told = session.warned && failed;
    session.warned = told || closing && failed;
    session.saved = result;
    leaving::saved(state, failed);
    // The question whether to leave says the same.
    if asked {
        return;
    }
    let Some(session) = &state.session else { return };
    // A burst of saves fails more than once; it is told once.
    if told {
        return;
    }
    state.messages.keep(|message| message.what != NOT_SAVED);
    match &session.saved {
        Saved::Failed(sentence) if closing => {
            let sentence = format!(
                "{sentence} The profile stays open so that nothing is lost. Mend the cause, then press Save again; Close again leaves without saving."
            );
            state.tell(NOT_SAVED, sentence);
        }
        Saved::Failed(sentence) => {
            let sentence = sentence.clone();
            state.tell(NOT_SAVED, sentence);
        }
        _ if closing => leave(state, out),
        _ => {}
    }
}

/// Says why a profile that another window writes can't be changed here.
/// Returns whether that is so.
pub(crate) fn refused(state: &mut State) -> bool {
    let read_only = state.session.as_ref().is_some_and(|session| session.read_only);
    if read_only {
        state.tell(
            "Nothing was changed",
            "This profile is open in another window, which alone may change it. Close it there, then press Try again.",
        );
    }
    read_only
}

fn leave(state: &mut State, out: &mut Vec<Command>) {
    state.session = None;
    // From a page beside the steps too, and on with the next profile.
    state.aside = None;
    state.focus = Some(FieldId::NewDomain);
    state.texts.clear();
    state.messages.keep(|message| message.what == START);
    state.copied = None;
    state.host_key = HostKey::default();
    out.push(Command::Close);
}
