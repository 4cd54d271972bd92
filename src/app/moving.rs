//! From step to step: free by the step list, with a reason when *Next* stays.

use std::collections::BTreeMap;

use super::aside::Aside;
use super::change::{audit, follow, look_at_waves};
use super::field::FieldId;
use super::state::{FieldText, State};
use super::typing::commit_all;
use crate::engine::Command;
use crate::guide::{self, Problem, Step};

/// Steps that the way back leads through.
const BEEN: usize = 100;

/// To a page beside the steps, or back.
pub(crate) fn beside(state: &mut State, aside: Option<Aside>, out: &mut Vec<Command>) {
    commit_all(state, out);
    state.entered = state.aside != aside;
    state.aside = aside;
    if let Some(session) = &mut state.session
        && aside == Some(Aside::History)
        && session.folder.is_some()
    {
        session.history = None;
        out.push(Command::ReadHistory);
    }
}

/// To the page of a field that can be reached from anywhere.
pub(crate) fn to_field(state: &mut State, field: FieldId, out: &mut Vec<Command>) {
    match field {
        FieldId::Search | FieldId::ListPath | FieldId::ListPaste | FieldId::NewPerson => {
            goto(state, Step::People, out);
        }
        FieldId::ResultPaste => goto(state, Step::Server, out),
        FieldId::FlowAddress | FieldId::BouncePaste | FieldId::HeadersPaste | FieldId::TestTo => {
            goto(state, Step::Flow, out)
        }
        _ => beside(state, None, out),
    }
    state.focus = Some(field);
}

pub(crate) fn goto(state: &mut State, step: Step, out: &mut Vec<Command>) {
    commit_all(state, out);
    let was_aside = state.aside.take().is_some();
    state.copied = None;
    let Some(session) = &mut state.session else { return };
    state.entered = was_aside || session.step != step;
    if session.step != step {
        session.been.push(std::mem::replace(&mut session.step, step));
        let over = session.been.len().saturating_sub(BEEN);
        session.been.drain(..over);
    }
    session.complaints.clear();
    session.wrong.clear();
    session.shown_findings = 50;
    session.derive();
    audit(session, out);
    follow(state, out);
    look_at_waves(state, out);
}

/// Back to where one was: from a page beside the steps to the step, from a step
/// to the one that was on screen before it.
pub(crate) fn back(state: &mut State, out: &mut Vec<Command>) {
    if state.aside.is_some() {
        return beside(state, None, out);
    }
    let Some(session) = &mut state.session else { return };
    let before = session.been.pop();
    let Some(step) = before.or(session.step.previous()) else { return };
    goto(state, step, out);
    // The way back is not gone again.
    if let Some(session) = &mut state.session {
        session.been.pop();
    }
}

/// What was typed on a step and could not be taken.
pub(super) fn wrong_on(
    texts: &BTreeMap<FieldId, FieldText>,
    step: Step,
) -> impl Iterator<Item = (FieldId, &FieldText)> {
    let is_of_step = move |field: FieldId| {
        fields_of(step).contains(&field) || (step == Step::Forwards && field.is_of_wave())
    };
    texts
        .iter()
        .filter(move |(field, typed)| typed.error.is_some() && is_of_step(**field))
        .map(|(field, typed)| (*field, typed))
}

pub(crate) fn next(state: &mut State, out: &mut Vec<Command>) {
    commit_all(state, out);
    let Some(session) = &mut state.session else { return };
    let step = session.step;
    let wrong: Vec<FieldId> = wrong_on(&state.texts, step).map(|(field, _)| field).collect();
    let problems = guide::problems(session.step, &session.plan);
    let first = wrong.first().copied();
    if let Some(field) = first.or(problems.first().map(|problem| FieldId::of_guide(problem.field)))
    {
        // A field with a text of its own is named by that alone.
        let named = |problem: &Problem| wrong.contains(&FieldId::of_guide(problem.field));
        session.complaints = problems.into_iter().filter(|problem| !named(problem)).collect();
        session.wrong = wrong;
        state.focus = Some(field);
        return;
    }
    if let Some(step) = session.step.next() {
        goto(state, step, out);
    }
}

/// The typed fields of a step, in the order of the page.
pub(crate) fn fields_of(step: Step) -> &'static [FieldId] {
    match step {
        Step::Situation => &[FieldId::Domain],
        Step::Server => &[FieldId::ExternalHost, FieldId::VerificationAddress],
        Step::Subdomain => &[FieldId::RoutingSubdomain],
        _ => &[],
    }
}
