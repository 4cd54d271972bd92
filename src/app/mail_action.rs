//! Real mail: a bounce explained, a test message sent, its headers read, the
//! result of another machine taken over.

use std::path::PathBuf;

use super::change::save;
use super::closing::refused;
use super::field::FieldId;
use super::session::Session;
use super::state::State;
use super::typing::refuse;
use crate::engine::{Command, ResultSource, world_now};
use crate::finding::Finding;
use crate::guide::{self, Compared, Explained, PathTaken};
use crate::plan::Address;
use crate::route::{Origin, follow};

/// What a page may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailAction {
    /// Explains the pasted bounce.
    Explain,
    /// Reads the pasted headers.
    ReadHeaders,
    /// Sends a test message.
    Send,
    /// Takes the pasted result over.
    TakeResult,
    /// Takes over the result in this file.
    TakeResultFile(PathBuf),
}

/// What is on the page of real mail.
#[derive(Debug, Clone, Default)]
pub(crate) struct MailView {
    /// The bounce, explained.
    pub(crate) explained: Option<Explained>,
    /// The path in the headers, beside the model's.
    pub(crate) path: Option<(PathTaken, Compared)>,
    /// A message is on its way to the server.
    pub(crate) sending: bool,
    /// What became of the messages, latest first.
    pub(crate) sent: Vec<Finding>,
    /// A result was taken over: from where, and how many findings.
    pub(crate) taken: Option<(String, usize)>,
}

/// Messages whose fate stays on screen.
const REMEMBERED: usize = 6;

/// Does it.
pub(crate) fn apply_mail(state: &mut State, action: MailAction, out: &mut Vec<Command>) {
    match action {
        MailAction::Explain => {
            let text = state.text_of(FieldId::BouncePaste);
            if let Some(session) = &mut state.session {
                session.mail.explained = Some(guide::explain(&text));
            }
        }
        MailAction::ReadHeaders => read_headers(state),
        MailAction::Send => send(state, out),
        MailAction::TakeResult => {
            let text = state.text_of(FieldId::ResultPaste);
            take_result(state, ResultSource::Text(text), out);
        }
        MailAction::TakeResultFile(path) => take_result(state, ResultSource::File(path), out),
    }
}

/// The message was sent, or not.
pub(crate) fn sent(session: &mut Session, finding: Finding) {
    session.mail.sending = false;
    session.mail.sent.retain(|one| one.id != finding.id);
    session.mail.sent.insert(0, finding);
    session.mail.sent.truncate(REMEMBERED);
}

fn read_headers(state: &mut State) {
    let Some(to) = address(state, FieldId::TestTo) else { return };
    let text = state.text_of(FieldId::HeadersPaste);
    let Some(session) = &mut state.session else { return };
    let path = guide::read_headers(&text, &session.plan);
    let world = world_now(&session.plan, &session.evidence);
    let compared = path.compared(&follow(&world, Origin::Internet, &to));
    session.mail.path = Some((path, compared));
}

fn send(state: &mut State, out: &mut Vec<Command>) {
    let Some(to) = address(state, FieldId::TestTo) else { return };
    let Some(from) = address(state, FieldId::TestFrom) else { return };
    let Some(session) = &mut state.session else { return };
    let known = session.plan.roster.get(&to).is_some()
        || session.plan.external.verification_address.as_ref() == Some(&to);
    if !known {
        let why =
            format!("{to} is nobody of this plan. A test message goes to people of the plan only.");
        return refuse(state, FieldId::TestTo, why);
    }
    if !session.mail.sending {
        session.mail.sending = true;
        out.push(Command::SendTest { from, to });
    }
    save(state, out);
}

fn take_result(state: &mut State, source: ResultSource, out: &mut Vec<Command>) {
    if refused(state) {
        return;
    }
    let seen_from = state.text_of(FieldId::ResultFrom);
    if let Some(session) = &mut state.session {
        session.mail.taken = None;
        out.push(Command::TakeResult { plan: session.plan.clone(), seen_from, source });
    }
}

/// The address in a field, or the reason beside it.
fn address(state: &mut State, field: FieldId) -> Option<Address> {
    match Address::parse(&state.text_of(field)) {
        Ok(address) => Some(address),
        Err(error) => {
            refuse(state, field, error.to_string());
            None
        }
    }
}
