//! What follows from a change: undo, derived words, audit, save.

use super::closing::refused;
use super::field::FieldId;
use super::session::{Saved, Session};
use super::state::{FieldText, State};
use super::typing::path_typed;
use crate::engine::{Command, forget_moved};
use crate::guide::Step;
use crate::plan::Plan;

/// Changes the plan, and does everything that follows from a changed plan.
pub(crate) fn edit(state: &mut State, out: &mut Vec<Command>, change: impl FnOnce(&mut Plan)) {
    if refused(state) {
        return;
    }
    let Some(session) = &mut state.session else { return };
    let before = session.plan.clone();
    if session.edit(change) {
        plan_changed(session, &before, out);
        follow(state, out);
        look_at_waves(state, out);
        save(state, out);
    }
}

/// Everything that follows from another plan by undo or redo.
pub(crate) fn travelled(state: &mut State, before: &Plan, out: &mut Vec<Command>) {
    let Some(session) = &mut state.session else { return };
    plan_changed(session, before, out);
    follow(state, out);
    look_at_waves(state, out);
    save(state, out);
}

fn plan_changed(session: &mut Session, before: &Plan, out: &mut Vec<Command>) {
    forget_moved(&mut session.evidence, before, &session.plan);
    session.derive();
    out.extend(session.people.refresh(&session.plan.roster));
    session.audit_stale = true;
    audit(session, out);
}

/// Asks for an audit when the page that shows it is open and the last one is old.
pub(crate) fn audit(session: &mut Session, out: &mut Vec<Command>) {
    if session.audit_stale && session.step == Step::Flow {
        session.audit_stale = false;
        // Judged again, in the same order, where one was on screen.
        if let Some(judged) = session.flow.order.take() {
            session.flow.judging = true;
            let (plan, evidence) = (session.plan.clone(), session.evidence.clone());
            out.push(Command::JudgeOrder { plan, evidence, order: judged.order });
        }
        out.push(Command::Audit {
            plan: session.plan.clone(),
            evidence: session.evidence.clone(),
            phase: session.flow.phase,
        });
    }
}

/// Asks what of the waves has to be handed out yet, where a page shows it.
pub(crate) fn look_at_waves(state: &mut State, out: &mut Vec<Command>) {
    let typed = state.text_of(FieldId::ExportFolder);
    let Some(session) = &mut state.session else { return };
    if !matches!(session.step, Step::People | Step::Forwards) {
        return;
    }
    let own = || session.folder.as_ref().map(|folder| folder.join("exports"));
    // Practice has no folder of its own until it has handed something out.
    let last = || session.exported.as_ref().map(|exported| exported.folder.clone());
    let folder = match typed.trim().is_empty() {
        true => own().or_else(last),
        false => Some(path_typed(&typed)),
    };
    match folder {
        Some(folder) => out.push(Command::LookAtWaves { plan: session.plan.clone(), folder }),
        None => session.outstanding = None,
    }
}

/// Saves plan, evidence and drafts; the engine makes one write of many.
pub(crate) fn save(state: &mut State, out: &mut Vec<Command>) {
    let drafts = state.drafts();
    let Some(session) = &mut state.session else { return };
    if session.read_only || session.folder.is_none() {
        return;
    }
    session.saved = Saved::Saving;
    out.push(Command::Save {
        plan: session.plan.clone(),
        evidence: session.evidence.clone(),
        drafts,
    });
}

/// Follows the message of the mail flow page again, when that page is open.
pub(crate) fn follow(state: &mut State, out: &mut Vec<Command>) {
    let text = state.text_of(FieldId::FlowAddress);
    let Some(session) = &mut state.session else { return };
    if session.step != Step::Flow {
        return;
    }
    let asked = session.flow.question(&text, &session.plan, &session.evidence);
    let error = match asked {
        Ok(asked) => {
            out.push(Command::Follow(asked));
            None
        }
        Err(error) => Some(error),
    };
    if !text.is_empty() {
        state.texts.insert(FieldId::FlowAddress, FieldText { text, error });
    }
}
