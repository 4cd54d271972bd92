//! Typing in fields: kept as it is typed, judged on leaving.

use std::path::PathBuf;

use super::change::{edit, follow, look_at_waves, save};
use super::closing::refused;
use super::field::{FieldId, put_into_plan};
use super::preference_field::put_into_preferences;
use super::state::{FieldText, State};
use crate::engine::Command;
use crate::plan::Domain;

pub(crate) fn typed(state: &mut State, field: FieldId, text: String, out: &mut Vec<Command>) {
    if field.is_draft() && refused(state) {
        return;
    }
    state.texts.insert(field, FieldText { text, error: None });
    if field == FieldId::Search {
        let search = state.text_of(field);
        if let Some(session) = &mut state.session {
            session.people.arrangement.search = search;
            out.extend(session.people.refresh(&session.plan.roster));
        }
    }
    if field.is_draft() {
        save(state, out);
    }
}

pub(crate) fn left(state: &mut State, field: FieldId, out: &mut Vec<Command>) {
    let Some(typed) = state.texts.get(&field) else { return };
    let text = typed.text.clone();
    match field {
        FieldId::NewDomain if !text.trim().is_empty() => {
            let error = Domain::from_pasted(&text).err().map(|e| e.to_string());
            state.texts.insert(field, FieldText { text, error });
        }
        FieldId::FlowAddress => follow(state, out),
        FieldId::ExportFolder => look_at_waves(state, out),
        field if field.is_of_plan() => {
            let Some(session) = &state.session else { return };
            let mut trial = (*session.plan).clone();
            match put_into_plan(field, &text, &mut trial) {
                Ok(()) => {
                    state.texts.remove(&field);
                    edit(state, out, |plan| *plan = trial);
                }
                Err(error) => {
                    state.texts.insert(field, FieldText { text, error: Some(error) });
                }
            }
            save(state, out);
        }
        field if field.is_of_preferences() => {
            let mut preferences = state.preferences.clone();
            match put_into_preferences(field, &text, &mut preferences) {
                Ok(()) => {
                    state.texts.remove(&field);
                    state.times.prefer(&preferences.time_zone);
                    state.preferences = preferences.clone();
                    out.push(Command::Prefer(Box::new(preferences)));
                }
                Err(error) => {
                    state.texts.insert(field, FieldText { text, error: Some(error) });
                }
            }
        }
        _ => {}
    }
}

/// Judges every field of the plan and the settings that is still being typed in.
pub(crate) fn commit_all(state: &mut State, out: &mut Vec<Command>) {
    let is_kept = |field: &FieldId| field.is_of_plan() || field.is_of_preferences();
    let open: Vec<FieldId> = state.texts.keys().copied().filter(is_kept).collect();
    for field in open {
        left(state, field, out);
    }
}

/// Gives a field's text back with the reason it was not taken.
pub(crate) fn refuse(state: &mut State, field: FieldId, error: impl Into<String>) {
    let text = state.text_of(field);
    state.texts.insert(field, FieldText { text, error: Some(error.into()) });
    state.focus = Some(field);
}

/// A path as people paste it: quotes and spaces around it are no part of it.
pub(crate) fn path_typed(text: &str) -> PathBuf {
    PathBuf::from(text.trim().trim_matches('"').trim())
}
