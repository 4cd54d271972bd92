//! Undo and redo: what was taken back is named, and nothing on the page goes
//! on speaking of it.

use std::sync::Arc;

use super::change::travelled;
use super::field::FieldId;
use super::messages::Weight;
use super::moving::wrong_on;
use super::state::{FieldText, State};
use crate::engine::Command;
use crate::plan::Plan;
use crate::profile::changes;

/// People of whom each change is looked up.
const LOOKED_UP: usize = 10_000;
/// Changes that are named.
const NAMED: usize = 3;

/// Takes the last change back: first what was typed on this page and is not in
/// the plan, then the plan's last change.
pub(crate) fn undo(state: &mut State, out: &mut Vec<Command>) {
    let Some(session) = &mut state.session else { return };
    let typed = wrong_on(&state.texts, session.step).next();
    if let Some((field, typed)) = typed.map(|(field, typed)| (field, typed.clone())) {
        state.texts.remove(&field);
        session.untyped.push(Untyped { field, typed, undone: session.undone() });
        let what = format!("What was typed as {} and could not be taken.", field.label());
        return state.say(Way::Back.word(), what, Weight::Passing);
    }
    travel(state, out, Way::Back);
}

/// Makes again what was taken back last.
pub(crate) fn redo(state: &mut State, out: &mut Vec<Command>) {
    let Some(session) = &mut state.session else { return };
    let undone = session.undone();
    if let Some(Untyped { field, typed, .. }) =
        session.untyped.pop_if(|untyped| untyped.undone == undone)
    {
        state.texts.insert(field, typed);
        let what = format!("What was typed as {}.", field.label());
        return state.say(Way::Again.word(), what, Weight::Passing);
    }
    travel(state, out, Way::Again);
}

/// Which way through the changes.
#[derive(Clone, Copy)]
enum Way {
    Back,
    Again,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Back => "Undone",
            Self::Again => "Made again",
        }
    }
}

fn travel(state: &mut State, out: &mut Vec<Command>, way: Way) {
    let Some(session) = &mut state.session else { return };
    let before = session.plan.clone();
    let went = match way {
        Way::Back => session.undo(),
        Way::Again => session.redo(),
    };
    if !went {
        return;
    }
    let told = told(&before, &session.plan);
    // What the last import did is not so any more once it is undone itself.
    let its =
        |plan: &Option<Arc<Plan>>| plan.as_ref().is_some_and(|plan| Arc::ptr_eq(plan, &before));
    session.imported.take_if(|imported| its(&imported.plan));
    let words = [Way::Back, Way::Again].map(Way::word);
    state.messages.keep(|message| !words.contains(&message.what.as_str()));
    travelled(state, &before, out);
    state.say(way.word(), told, Weight::Passing);
}

/// What became of the plan, in a line.
fn told(before: &Plan, after: &Plan) -> String {
    let many = before.roster.len().max(after.roster.len()) > LOOKED_UP;
    if many && !before.roster.is_same(&after.roster) {
        return "A change in the list of people.".to_owned();
    }
    let mut told: Vec<String> = changes(before, after).iter().map(|line| in_words(line)).collect();
    let more = told.len().saturating_sub(NAMED);
    told.truncate(NAMED);
    if more > 0 {
        told.push(format!("{more} more"));
    }
    told.join("; ")
}

/// "situation.purpose: "permanent" -> "migration"" as a page has it.
fn in_words(line: &str) -> String {
    let Some((key, values)) = line.split_once(": ") else { return line.to_owned() };
    let name = match key {
        "domain" => "Primary domain",
        "routing_subdomain" => "Routing subdomain",
        "external_subdomain" => "Second routing subdomain",
        "dns_form" => "DNS host",
        "done" => "Ticked off",
        "situation.purpose" => "Purpose of the split",
        "situation.primary_mx" => "Where mail enters today",
        "situation.panel" => "What the panel offers",
        "external.system" => "External product",
        "external.host_name" => "External mail server",
        "external.verification_address" => "Verification address",
        "external.authority" => "Unknown addresses on the external server",
        _ => return line.to_owned(),
    };
    format!("{name}: {}", values.replace(" -> ", " becomes ").replace(['"', '[', ']'], ""))
}

/// What was typed in a field of the plan, could not be taken and was taken back.
pub(crate) struct Untyped {
    field: FieldId,
    typed: FieldText,
    /// How many changes of the plan had been taken back by then.
    undone: usize,
}
