//! What a page may ask for, and what it does to the state. Whatever acts on
//! the world leaves here as a command for the engine.

use std::path::PathBuf;

use jiff::SignedDuration;

use super::aside::Aside;
use super::change::{audit, edit, follow};
use super::closing::close;
use super::commands::CommandList;
use super::diagram::Play;
use super::field::FieldId;
use super::folders::{create, export, open, picked};
use super::host_key::{KeyAction, apply_key};
use super::leaving::{Quit, save_again, save_elsewhere};
use super::mail_action::{MailAction, apply_mail};
use super::moving::{back, beside, goto, next, to_field};
use super::people_action::{PeopleAction, apply_people};
use super::picker::Wanted;
use super::state::{Reveal, State};
use super::typing::{commit_all, left, path_typed, refuse, typed};
use super::undoing::{redo, undo};
use crate::engine::Command;
use crate::guide::Step;
use crate::plan::{
    Address, Authority, ExternalSystem, PanelOffer, Purpose, Side, Task, WaveNumber,
};
use crate::practice::Switches;
use crate::profile::Preferences;
use crate::route::{Deed, Origin, Phase};

/// How long a check looks busy at least.
const BUSY: SignedDuration = SignedDuration::from_millis(400);

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
    /// Tries a failed save once more.
    SaveAgain,
    /// Saves in the folder that stands in the field, and stays there.
    SaveElsewhere,
    /// Decides whether the window goes.
    Quit(Quit),
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
    /// To the step where one was.
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
    /// The key to the host's own list.
    Key(KeyAction),
    /// Writes the artefacts of a wave, or of everyone at the host.
    Export(Option<WaveNumber>),
    /// Shows the records as this DNS host takes them, by its file.
    DnsForm(String),
    /// Opens a file or folder in the user's own program.
    Show(PathBuf),
    /// Real mail.
    Mail(MailAction),
    /// Where the followed message is written.
    FlowFrom(Origin),
    /// Follow a message from there to this address, and bring its picture into
    /// sight.
    FlowTo(Origin, Address),
    /// Judges this order of the actions; an empty one: the recommended one.
    Order(Vec<Deed>),
    /// Whose ways the picture of everybody shows; `None`: all.
    CrowdFrom(Option<Origin>),
    /// What is shown of the followed message's way.
    Play(Play),
    /// At which moment everybody is followed.
    FlowAt(Option<Phase>),
    /// Turns the practice world's switches.
    Switch(Switches),
    /// Opens or closes the practice panel.
    TogglePractice,
    /// Takes “since you left” off the screen.
    SeenSince,
    /// Keeps what the user prefers.
    Prefer(Box<Preferences>),
    /// Takes a message off the screen.
    Dismiss(usize),
    /// Opens a page beside the steps, or goes back from it.
    Aside(Option<Aside>),
    /// Opens, changes or closes the list of commands.
    Commands(Option<CommandList>),
    /// Goes to a field and gives it the keyboard.
    Focus(FieldId),
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
        Action::Dismiss(at) => state.messages.dismiss(at),
        Action::Aside(aside) => beside(state, aside, out),
        Action::Commands(list) => state.commands = list,
        Action::Focus(field) => to_field(state, field, out),
        Action::Prefer(preferences) => {
            state.times.prefer(&preferences.time_zone);
            state.preferences = Preferences::clone(&preferences);
            out.push(Command::Prefer(preferences));
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
        Action::SaveAgain => save_again(state, out),
        Action::SaveElsewhere => save_elsewhere(state, out),
        Action::Quit(quit) => state.quit = quit,
        Action::CloseSession => {
            close(state, out);
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
        Action::DnsForm(file) => edit(state, out, |plan| plan.dns_form = file),
        Action::Goto(step) => goto(state, step, out),
        Action::Next => next(state, out),
        Action::Back => back(state, out),
        Action::Check(step) => {
            commit_all(state, out);
            state.reveal = Some(Reveal::Findings);
            state.watching = true;
            if let Some(session) = &mut state.session {
                session.running.insert(step, 0);
                session.busy_until.insert(step, state.now + BUSY);
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
        Action::Undo => undo(state, out),
        Action::Redo => redo(state, out),
        Action::People(action) => apply_people(state, action, out),
        Action::Key(action) => apply_key(state, action, out),
        Action::Mail(action) => apply_mail(state, action, out),
        Action::Export(wave) => export(state, wave, out),
        Action::FlowFrom(origin) => {
            if let Some(session) = &mut state.session {
                session.flow.origin = origin;
            }
            follow(state, out);
        }
        Action::FlowTo(origin, address) => {
            if let Some(session) = &mut state.session {
                session.flow.origin = origin;
            }
            typed(state, FieldId::FlowAddress, address.to_unicode(), out);
            follow(state, out);
            state.focus = Some(FieldId::FlowAddress);
            state.reveal = Some(Reveal::Message);
        }
        Action::FlowAt(phase) => {
            if let Some(session) = &mut state.session {
                session.flow.phase = phase;
                session.audit_stale = true;
                audit(session, out);
            }
            follow(state, out);
        }
        action => {
            let Some(session) = &mut state.session else { return };
            match action {
                Action::SeenSince => session.since.clear(),
                Action::MoreFindings => session.shown_findings += 200,
                Action::Switch(switches) => out.push(Command::SetSwitches(switches)),
                Action::Order(order) => {
                    session.flow.judging = true;
                    // Moved at once; judged in a moment.
                    if let Some(judged) = session.flow.order.as_mut().filter(|_| !order.is_empty())
                    {
                        judged.order.clone_from(&order);
                    }
                    let (plan, evidence) = (session.plan.clone(), session.evidence.clone());
                    out.push(Command::JudgeOrder { plan, evidence, order });
                }
                Action::CrowdFrom(from) => session.flow.crowd = from,
                Action::Play(play) => session.flow.play = play,
                Action::TogglePractice => session.practice_open = !session.practice_open,
                _ => {}
            }
        }
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
