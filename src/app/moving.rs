//! From step to step: free by the step list, with a reason when *Next* stays.

use super::aside::Aside;
use super::change::{audit, follow, look_at_waves};
use super::field::FieldId;
use super::state::State;
use super::typing::commit_all;
use crate::engine::Command;
use crate::guide::{self, Step};

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
        FieldId::Search => goto(state, Step::People, out),
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
    session.step = step;
    session.complaints.clear();
    session.shown_findings = 50;
    session.derive();
    audit(session, out);
    follow(state, out);
    look_at_waves(state, out);
}

pub(crate) fn next(state: &mut State, out: &mut Vec<Command>) {
    commit_all(state, out);
    let Some(session) = &mut state.session else { return };
    let step = session.step;
    let is_of_step = |field: FieldId| {
        fields_of(step).contains(&field) || (step == Step::Forwards && field.is_of_wave())
    };
    let mut texts = state.texts.iter();
    let wrong = texts.find(|(field, typed)| typed.error.is_some() && is_of_step(**field));
    let wrong = wrong.map(|(field, _)| *field);
    let problems = guide::problems(session.step, &session.plan);
    if let Some(field) = wrong.or(problems.first().map(|problem| FieldId::of_guide(problem.field)))
    {
        session.complaints = problems;
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
