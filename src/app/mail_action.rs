//! Real mail: a bounce explained, a test message sent, its headers read, the
//! result of another machine taken over.

use std::path::PathBuf;
use std::sync::Arc;

use super::change::save;
use super::closing::refused;
use super::field::FieldId;
use super::session::Session;
use super::state::State;
use super::typing::refuse;
use crate::engine::{Command, HeadersAsked, ResultSource};
use crate::finding::Finding;
use crate::guide::{Compared, Explained, PathTaken};
use crate::plan::Address;

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
    /// One that is being read.
    pub(crate) explaining: Option<Arc<str>>,
    /// The path in the headers, beside the model's.
    pub(crate) path: Option<(PathTaken, Compared)>,
    /// Headers that are being read.
    pub(crate) reading: Option<Arc<HeadersAsked>>,
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
                let text: Arc<str> = text.into();
                session.mail.explaining = Some(text.clone());
                out.push(Command::ExplainBounce { text });
            }
        }
        MailAction::ReadHeaders => read_headers(state, out),
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

/// A bounce was explained; the latest that was asked about counts.
pub(crate) fn explained(session: &mut Session, text: &Arc<str>, explained: Explained) {
    let mail = &mut session.mail;
    if mail.explaining.as_ref().is_some_and(|latest| Arc::ptr_eq(latest, text)) {
        (mail.explaining, mail.explained) = (None, Some(explained));
    }
}

/// Headers were read; the same holds.
pub(crate) fn headers_read(
    session: &mut Session,
    asked: &Arc<HeadersAsked>,
    path: (PathTaken, Compared),
) {
    let mail = &mut session.mail;
    if mail.reading.as_ref().is_some_and(|latest| Arc::ptr_eq(latest, asked)) {
        (mail.reading, mail.path) = (None, Some(path));
    }
}

/// Something was given up: nothing is waited for any more.
pub(crate) fn failed(session: &mut Session) {
    let mail = &mut session.mail;
    (mail.sending, mail.explaining, mail.reading) = (false, None, None);
}

fn read_headers(state: &mut State, out: &mut Vec<Command>) {
    let Some(to) = address(state, FieldId::TestTo) else { return };
    let text = state.text_of(FieldId::HeadersPaste);
    let Some(session) = &mut state.session else { return };
    let (plan, evidence) = (session.plan.clone(), session.evidence.clone());
    let asked = Arc::new(HeadersAsked { text, to, plan, evidence });
    session.mail.reading = Some(asked.clone());
    out.push(Command::ReadHeaders(asked));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Evidence;
    use crate::plan::{Domain, Plan};

    fn nothing_said() -> Explained {
        Explained { notices: Vec::new(), more: 0, cut: false }
    }

    #[test]
    fn what_was_explained_before_stays_until_the_latest_paste_is() {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let session = Session::new(plan, Evidence::default());
        let mut state = State { session: Some(session), ..State::default() };
        let mut asked = Vec::new();
        let mut explain = |state: &mut State| {
            apply_mail(state, MailAction::Explain, &mut asked);
            match asked.pop() {
                Some(Command::ExplainBounce { text }) => text,
                other => panic!("a paste is work for the engine: {other:?}"),
            }
        };
        let first = explain(&mut state);
        explained(state.session.as_mut().unwrap(), &first, nothing_said());
        let (second, third) = (explain(&mut state), explain(&mut state));
        let session = state.session.as_mut().unwrap();
        assert_eq!(session.mail.explained, Some(nothing_said()));
        explained(session, &second, Explained { more: 2, ..nothing_said() });
        assert_eq!(session.mail.explained, Some(nothing_said()), "overtaken");
        explained(session, &third, Explained { more: 3, ..nothing_said() });
        assert_eq!(session.mail.explained.as_ref().unwrap().more, 3);
        assert!(session.mail.explaining.is_none());
    }
}
