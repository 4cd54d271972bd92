//! What a page may ask for, and what it does to the state. Whatever acts on
//! the world leaves here as a command for the engine.

use std::path::PathBuf;
use std::sync::Arc;

use super::field::{FieldId, put_into_plan};
use super::people_action::{PeopleAction, apply_people};
use super::picker::Wanted;
use super::session::{Saved, Session};
use super::state::{FieldText, State};
use crate::engine::Command;
use crate::guide::{self, Step};
use crate::plan::{Authority, Domain, ExternalSystem, PanelOffer, Purpose, Side, Task, WaveNumber};
use crate::practice::Switches;
use crate::route::{Origin, Phase};

/// One thing that the user did.
#[derive(Debug, Clone)]
pub enum Action {
    /// Makes the profile whose domain stands in the field.
    Create,
    /// Opens this profile.
    Open(PathBuf),
    /// Opens the profile whose folder stands in the field.
    OpenTyped,
    /// Starts a practice world.
    StartPractice,
    /// Back to the start page.
    CloseSession,
    /// A key was typed in a field.
    Typed(FieldId, String),
    /// A field was left, or filled in by a suggestion.
    Left(FieldId),
    /// An answer was chosen.
    Choose(Choice),
    /// To a step.
    Goto(Step),
    /// To the next step, if nothing is in the way.
    Next,
    /// To the step before.
    Back,
    /// Runs a step's checks.
    Check(Step),
    /// Stops them.
    CancelCheck(Step),
    /// Lists more findings.
    MoreFindings,
    /// Takes the last change of the plan back.
    Undo,
    /// Makes it again.
    Redo,
    /// Puts a text on the clipboard; the key says which button shows "Copied".
    Copy {
        /// The button.
        key: String,
        /// The text.
        text: String,
    },
    /// Opens a dialog of the system.
    Pick(Wanted),
    /// The dialog brought a path.
    Picked(Wanted, PathBuf),
    /// The people.
    People(PeopleAction),
    /// Writes the artefacts of a wave, or of everyone at the host.
    Export(Option<WaveNumber>),
    /// Opens a file or folder in the user's own program.
    Show(PathBuf),
    /// Where the followed message is written.
    FlowFrom(Origin),
    /// At which moment everybody is followed.
    FlowAt(Option<Phase>),
    /// Turns the practice world's switches.
    Switch(Switches),
    /// Opens or closes the practice panel.
    TogglePractice,
    /// Takes a message off the screen.
    Dismiss(usize),
    /// Opens or closes the list of keys.
    ToggleKeys,
}

/// An answer that is chosen rather than typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Migration or permanent.
    Purpose(Purpose),
    /// Where the primary MX points.
    PrimaryMx(Side),
    /// What the panel offers.
    Panel(PanelOffer),
    /// The product on the external side.
    System(ExternalSystem),
    /// What it does with unknown addresses.
    Authority(Authority),
    /// A task done or not.
    Done(Task, bool),
}

/// Applies one action; commands for the engine are added to `out`.
pub(crate) fn apply(state: &mut State, action: Action, out: &mut Vec<Command>) {
    match action {
        Action::Typed(field, text) => typed(state, field, text, out),
        Action::Left(field) => left(state, field, out),
        Action::Copy { key, .. } => state.copied = Some(key),
        Action::Pick(wanted) => state.picking = Some(wanted),
        Action::Picked(wanted, path) => picked(state, wanted, path, out),
        Action::Dismiss(at) => {
            if at < state.messages.len() {
                state.messages.remove(at);
            }
        }
        Action::ToggleKeys => state.show_keys = !state.show_keys,
        Action::Create => create(state, out),
        Action::Open(folder) => open(state, folder, out),
        Action::OpenTyped => {
            let text = state.text_of(FieldId::OpenFolder);
            if text.trim().is_empty() {
                let error = "Enter the folder of a profile, or choose it with the button.";
                refuse(state, FieldId::OpenFolder, error);
            } else {
                open(state, path_typed(&text), out);
            }
        }
        Action::StartPractice => {
            state.opening = Some("Starting the practice world ...");
            out.push(Command::Practice { faults: Default::default() });
        }
        Action::CloseSession => {
            commit_all(state, out);
            save(state, out);
            state.session = None;
            state.texts.clear();
            state.copied = None;
            out.push(Command::Close);
        }
        // Opening is left to the window: it is no work of the engine.
        Action::Show(_) => {}
        other => in_session(state, other, out),
    }
}

/// What makes sense only while something is open.
fn in_session(state: &mut State, action: Action, out: &mut Vec<Command>) {
    if state.session.is_none() {
        return;
    }
    match action {
        Action::Choose(choice) => edit(state, out, |plan| choose(plan, choice)),
        Action::Goto(step) => goto(state, step, out),
        Action::Next => next(state, out),
        Action::Back => {
            let step = state.session.as_ref().and_then(|session| session.step.previous());
            if let Some(step) = step {
                goto(state, step, out);
            }
        }
        Action::Check(step) => {
            commit_all(state, out);
            if let Some(session) = &mut state.session {
                session.running.insert(step, 0);
                session.ended.remove(&step);
                session.shown_findings = 50;
                out.push(Command::Check {
                    step,
                    plan: session.plan.clone(),
                    evidence: session.evidence.clone(),
                });
            }
        }
        Action::CancelCheck(step) => out.push(Command::CancelCheck { step }),
        Action::Undo => travel(state, out, Session::undo),
        Action::Redo => travel(state, out, Session::redo),
        Action::People(action) => apply_people(state, action, out),
        Action::Export(wave) => export(state, wave, out),
        Action::FlowFrom(origin) => {
            if let Some(session) = &mut state.session {
                session.flow.origin = origin;
            }
            follow(state);
        }
        Action::FlowAt(phase) => {
            if let Some(session) = &mut state.session {
                session.flow.phase = phase;
                session.audit_stale = true;
                audit(session, out);
            }
            follow(state);
        }
        action => {
            let Some(session) = &mut state.session else { return };
            match action {
                Action::MoreFindings => session.shown_findings += 200,
                Action::Switch(switches) => {
                    session.practice = Some(switches.clone());
                    out.push(Command::SetSwitches(switches));
                }
                Action::TogglePractice => session.practice_open = !session.practice_open,
                _ => {}
            }
        }
    }
}

/// Changes the plan, and does everything that follows from a changed plan.
pub(crate) fn edit(
    state: &mut State,
    out: &mut Vec<Command>,
    change: impl FnOnce(&mut crate::plan::Plan),
) {
    let search = state.text_of(FieldId::Search);
    let Some(session) = &mut state.session else { return };
    if session.edit(change) {
        plan_changed(session, &search, out);
        follow(state);
        save(state, out);
    }
}

fn plan_changed(session: &mut Session, search: &str, out: &mut Vec<Command>) {
    session.derive();
    session.people.refresh(&session.plan.roster, search);
    session.audit_stale = true;
    audit(session, out);
}

/// Asks for an audit when the page that shows it is open and the last one is old.
pub(crate) fn audit(session: &mut Session, out: &mut Vec<Command>) {
    if session.audit_stale && session.step == Step::Flow {
        session.audit_stale = false;
        out.push(Command::Audit {
            plan: session.plan.clone(),
            evidence: session.evidence.clone(),
            phase: session.flow.phase,
        });
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
pub(crate) fn follow(state: &mut State) {
    let text = state.text_of(FieldId::FlowAddress);
    let Some(session) = &mut state.session else { return };
    if session.step != Step::Flow {
        return;
    }
    let error = session.flow.refresh(&text, &session.plan, &session.evidence).err();
    if !text.is_empty() {
        state.texts.insert(FieldId::FlowAddress, FieldText { text, error });
    }
}

/// Gives a field's text back with the reason it was not taken.
pub(crate) fn refuse(state: &mut State, field: FieldId, error: impl Into<String>) {
    let text = state.text_of(field);
    state.texts.insert(field, FieldText { text, error: Some(error.into()) });
    state.focus = Some(field);
}

fn typed(state: &mut State, field: FieldId, text: String, out: &mut Vec<Command>) {
    state.texts.insert(field, FieldText { text, error: None });
    if field == FieldId::Search {
        let search = state.text_of(field);
        if let Some(session) = &mut state.session {
            session.people.refresh(&session.plan.roster, &search);
        }
    }
    if FieldId::DRAFTS.contains(&field) {
        save(state, out);
    }
}

fn left(state: &mut State, field: FieldId, out: &mut Vec<Command>) {
    let Some(typed) = state.texts.get(&field) else { return };
    let text = typed.text.clone();
    match field {
        FieldId::NewDomain if !text.trim().is_empty() => {
            let error = Domain::from_pasted(&text).err().map(|e| e.to_string());
            state.texts.insert(field, FieldText { text, error });
        }
        FieldId::FlowAddress => follow(state),
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
        _ => {}
    }
}

/// Judges every field of the plan that is still being typed in.
fn commit_all(state: &mut State, out: &mut Vec<Command>) {
    let open: Vec<FieldId> = state.texts.keys().copied().filter(|f| f.is_of_plan()).collect();
    for field in open {
        left(state, field, out);
    }
}

fn choose(plan: &mut crate::plan::Plan, choice: Choice) {
    match choice {
        Choice::Purpose(purpose) => plan.situation.purpose = purpose,
        Choice::PrimaryMx(side) => plan.situation.primary_mx = side,
        Choice::Panel(offer) => plan.situation.panel = offer,
        Choice::System(system) => plan.external.system = system,
        Choice::Authority(authority) => plan.external.authority = authority,
        Choice::Done(task, true) => {
            plan.done.insert(task);
        }
        Choice::Done(task, false) => {
            plan.done.remove(&task);
        }
    }
}

fn goto(state: &mut State, step: Step, out: &mut Vec<Command>) {
    commit_all(state, out);
    state.copied = None;
    let Some(session) = &mut state.session else { return };
    session.step = step;
    session.complaints.clear();
    session.shown_findings = 50;
    session.derive();
    audit(session, out);
    follow(state);
}

fn next(state: &mut State, out: &mut Vec<Command>) {
    commit_all(state, out);
    let Some(session) = &mut state.session else { return };
    let wrong = fields_of(session.step)
        .iter()
        .copied()
        .find(|field| state.texts.get(field).is_some_and(|typed| typed.error.is_some()));
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

fn travel(state: &mut State, out: &mut Vec<Command>, way: fn(&mut Session) -> bool) {
    let search = state.text_of(FieldId::Search);
    let Some(session) = &mut state.session else { return };
    if way(session) {
        plan_changed(session, &search, out);
        follow(state);
        save(state, out);
    }
}

fn create(state: &mut State, out: &mut Vec<Command>) {
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

fn open(state: &mut State, folder: PathBuf, out: &mut Vec<Command>) {
    state.opening = Some("Opening the profile ...");
    out.push(Command::Open { folder });
}

fn picked(state: &mut State, wanted: Wanted, path: PathBuf, out: &mut Vec<Command>) {
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
        Wanted::List => {
            fill(state, FieldId::ListPath, &path);
            out.push(Command::ReadFile { path });
        }
        Wanted::ExportFolder => {
            fill(state, FieldId::ExportFolder, &path);
            save(state, out);
        }
        Wanted::SaveText { text, .. } => {
            out.push(Command::SaveText { path, text: String::clone(&text) });
        }
    }
}

fn export(state: &mut State, wave: Option<WaveNumber>, out: &mut Vec<Command>) {
    commit_all(state, out);
    let folder = state.text_of(FieldId::ExportFolder);
    let folder = (!folder.trim().is_empty()).then(|| path_typed(&folder));
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

/// A path as people paste it: quotes and spaces around it are no part of it.
pub(crate) fn path_typed(text: &str) -> PathBuf {
    PathBuf::from(text.trim().trim_matches('"').trim())
}
