//! Profiles made and opened, files chosen and written.

use std::path::PathBuf;
use std::sync::Arc;

use super::change::{look_at_waves, save};
use super::field::FieldId;
use super::mail_action::{MailAction, apply_mail};
use super::picker::Wanted;
use super::state::{FieldText, State};
use super::typing::{commit_all, path_typed, refuse};
use crate::engine::Command;
use crate::plan::{Domain, WaveNumber};
use crate::shown::shown;

/// What is told where no dialog comes; taken off the screen once a file is there.
pub(crate) const CHOOSE_FILE: &str = "Choose a file";
/// The same of a folder.
pub(crate) const CHOOSE_FOLDER: &str = "Choose a folder";
/// What a failed export is called, as the engine calls it.
const EXPORT: &str = "Write the files";

pub(crate) fn create(state: &mut State, out: &mut Vec<Command>) {
    let text = state.text_of(FieldId::NewDomain);
    match Domain::from_pasted(&text) {
        Ok(domain) => {
            let folder = state.text_of(FieldId::NewFolder);
            let folder = (!folder.trim().is_empty()).then(|| path_typed(&folder));
            state.opening = Some("Making the profile ...");
            out.push(Command::Create { domain, folder });
        }
        Err(error) => refuse(state, FieldId::NewDomain, error.to_string()),
    }
}

pub(crate) fn open(state: &mut State, folder: PathBuf, out: &mut Vec<Command>) {
    state.opening = Some("Opening the profile ...");
    out.push(Command::Open { folder });
}

pub(crate) fn picked(state: &mut State, wanted: Wanted, path: PathBuf, out: &mut Vec<Command>) {
    let fill = |state: &mut State, field, path: &PathBuf| {
        let text = path.display().to_string();
        state.texts.insert(field, FieldText { text, error: None });
    };
    match wanted {
        Wanted::OpenProfile => {
            fill(state, FieldId::OpenFolder, &path);
            open(state, path, out);
        }
        Wanted::NewFolder => fill(state, FieldId::NewFolder, &path),
        Wanted::SaveFolder => fill(state, FieldId::SaveFolder, &path),
        Wanted::List => {
            fill(state, FieldId::ListPath, &path);
            out.push(Command::ReadFile { path });
        }
        Wanted::Result => apply_mail(state, MailAction::TakeResultFile(path), out),
        Wanted::ExportFolder => {
            fill(state, FieldId::ExportFolder, &path);
            look_at_waves(state, out);
            save(state, out);
        }
        Wanted::SaveText { text, .. } => {
            out.push(Command::SaveText { path, text: String::clone(&text) });
        }
    }
}

/// Says that no dialog came, and leads to the field that does without.
pub(crate) fn without_dialog(state: &mut State, wanted: &Wanted) {
    const NONE: &str = "This desktop opens no dialogs for files: it has neither a portal (xdg-desktop-portal) nor zenity.";
    let (what, field) = match wanted {
        Wanted::OpenProfile => ("Open a profile", FieldId::OpenFolder),
        Wanted::NewFolder => (CHOOSE_FOLDER, FieldId::NewFolder),
        Wanted::SaveFolder => (CHOOSE_FOLDER, FieldId::SaveFolder),
        Wanted::List => (CHOOSE_FILE, FieldId::ListPath),
        Wanted::Result => (CHOOSE_FILE, FieldId::ResultPaste),
        Wanted::ExportFolder => (CHOOSE_FOLDER, FieldId::ExportFolder),
        Wanted::SaveText { name, .. } => {
            let sentence = format!(
                "{NONE} The text of {name} was copied instead: paste it into an editor and save it there."
            );
            return state.tell("Save as file", sentence);
        }
    };
    let how = match wanted {
        Wanted::Result => "Paste the text of the result into its field.",
        Wanted::OpenProfile if state.session.is_some() => {
            "Close this profile; the first page has a field for the folder."
        }
        _ => "Type or paste the path into its field.",
    };
    state.tell(what, format!("{NONE} {how}"));
    state.focus = Some(field);
}

pub(crate) fn export(state: &mut State, wave: Option<WaveNumber>, out: &mut Vec<Command>) {
    commit_all(state, out);
    let folder = state.text_of(FieldId::ExportFolder);
    let folder = (!folder.trim().is_empty()).then(|| path_typed(&folder));
    // Files for a name that nobody chose would be wrong.
    let wrong =
        state.texts.iter().find(|(field, typed)| field.is_of_plan() && typed.error.is_some());
    if let Some((field, typed)) = wrong {
        let sentence = format!(
            "“{}” can't be taken as {}: {} Correct it first; nothing was written.",
            shown(&typed.text, 60),
            field.label(),
            typed.error.as_deref().unwrap_or_default()
        );
        return state.tell(EXPORT, sentence);
    }
    let Some(session) = &mut state.session else { return };
    session.exporting = true;
    session.exported = None;
    out.push(Command::Export {
        plan: Arc::clone(&session.plan),
        evidence: Arc::clone(&session.evidence),
        wave,
        folder,
    });
}
