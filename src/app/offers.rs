//! What the list of commands offers: every command of the program that makes
//! sense without a place on the page.

use super::action::Action;
use super::aside::Aside;
use super::field::FieldId;
use super::host_key::KeyAction;
use super::leaving::Quit;
use super::people_action::PeopleAction;
use super::picker::Wanted;
use super::session::{Asking, Saved, Session};
use super::start_page::folder_name;
use super::state::State;
use super::steps::{copy_records, run_book};
use crate::guide::Step;
use crate::profile::{Preferences, Theme};

/// One line of it.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) words: String,
    pub(crate) keys: &'static str,
    /// Done one after the other.
    pub(crate) actions: Vec<Action>,
}

/// What is offered so far.
struct Offers(Vec<Offer>);

impl Offers {
    fn add(&mut self, words: impl Into<String>, keys: &'static str, action: Action) {
        self.all(words, keys, vec![action]);
    }

    fn all(&mut self, words: impl Into<String>, keys: &'static str, actions: Vec<Action>) {
        self.0.push(Offer { words: words.into(), keys, actions });
    }
}

const TO_STEP: [&str; 8] =
    ["Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+6", "Ctrl+7", "Ctrl+8"];

/// Everything that can be done now, the most likely first.
pub(crate) fn offers(state: &State) -> Vec<Offer> {
    let mut all = Offers(Vec::new());
    if let Some(session) = &state.session {
        steps(session, &mut all);
        people(session, &mut all);
        files(session, &mut all);
        mail(state, session, &mut all);
        profile(state, session, &mut all);
    }
    all.add("Open a profile ...", "Ctrl+O", Action::Pick(Wanted::OpenProfile));
    for folder in &state.recent {
        all.add(format!("Open {}", folder_name(folder)), "", Action::Open(folder.clone()));
    }
    if state.session.is_none() {
        all.add("New profile", "Ctrl+N", Action::Focus(FieldId::NewDomain));
        all.add("Practise with example.com", "", Action::StartPractice);
    } else {
        all.add("New profile: close this one first", "Ctrl+N", Action::CloseSession);
        if state.session.as_ref().is_some_and(|session| session.practice.is_none()) {
            all.add("Practise: close this profile first", "", Action::CloseSession);
        }
    }
    for aside in Aside::ALL {
        all.add(aside.title(), aside.keys(), Action::Aside(Some(aside)));
    }
    look(&state.preferences, &mut all);
    all.add("Keys", "F1", Action::ToggleKeys);
    all.0
}

/// To a step, and what it asks.
fn steps(session: &Session, all: &mut Offers) {
    for (step, keys) in Step::ALL.into_iter().zip(TO_STEP) {
        let words = format!("Step {}: {}", step.number(), step.title());
        all.add(words, keys, Action::Goto(step));
    }
    all.add("Next step", "Alt+Right", Action::Next);
    all.add("Back to where I was", "Alt+Left", Action::Back);
    all.add("Check this step", "F5", Action::Check(session.step));
    all.all("Check all steps", "", Step::ALL.into_iter().map(Action::Check).collect());
    for step in Step::ALL {
        let words = format!("Check step {}: {}", step.number(), step.title());
        all.all(words, "", vec![Action::Goto(step), Action::Check(step)]);
    }
    if !session.running.is_empty() {
        let running = session.running.keys().copied().map(Action::CancelCheck);
        all.all("Cancel what is being checked", "", running.collect());
    }
}

/// Who lives where.
fn people(session: &Session, all: &mut Offers) {
    let on_page = |action| vec![Action::Goto(Step::People), action];
    for (words, field) in [
        ("Import people from a file", FieldId::ListPath),
        ("Import people: paste a list", FieldId::ListPaste),
        ("Add a person", FieldId::NewPerson),
    ] {
        all.add(words, "", Action::Focus(field));
    }
    all.all("Import people: choose a file ...", "", on_page(Action::Pick(Wanted::List)));
    let (words, action) = match (&session.asking, session.derived.broken_off) {
        (Asking::Running(_), _) => ("Stop asking the servers", PeopleAction::StopAsking),
        (_, Some(_)) => ("Ask the servers: go on where it stopped", PeopleAction::Ask),
        (_, None) => ("Ask the servers about each person", PeopleAction::Ask),
    };
    if !session.plan.roster.is_empty() {
        all.add("Find a person", "Ctrl+F", Action::Focus(FieldId::Search));
        all.all(words, "", on_page(Action::People(action)));
        let compare = Action::People(PeopleAction::Compare);
        all.all("Compare both sides", "", on_page(compare));
    }
}

/// What is written, and copied.
fn files(session: &Session, all: &mut Offers) {
    if !session.exporting {
        for (number, _) in &session.derived.waves {
            let label = session.plan.wave(*number).label();
            let export = vec![Action::Goto(Step::Forwards), Action::Export(Some(*number))];
            all.all(format!("Export {label}"), "", export);
        }
        let everyone = vec![Action::Goto(Step::Forwards), Action::Export(None)];
        all.all("Export everyone at the host today", "", everyone);
        let book = vec![Action::Goto(Step::Cutover), Action::Export(None)];
        all.all("Write the run-book", "", book);
    }
    if let Some(page) = run_book(session) {
        all.add("Open the run-book", "", Action::Show(page.to_path_buf()));
    }
    if let Some(exported) = &session.exported {
        all.add("Show the exported files", "", Action::Show(exported.folder.clone()));
    }
    all.add("Copy the MX records", "", copy_records(&session.plan));
}

/// Real mail, and the ways of it.
fn mail(state: &State, session: &Session, all: &mut Offers) {
    for (words, field) in [
        ("Follow one message", FieldId::FlowAddress),
        ("Explain a bounce", FieldId::BouncePaste),
        ("Read the headers of a message", FieldId::HeadersPaste),
        ("Send a test message: choose to whom", FieldId::TestTo),
        ("Test the server from another machine: paste its result", FieldId::ResultPaste),
    ] {
        all.add(words, "", Action::Focus(field));
    }
    if session.practice.is_none() && state.host_key.in_use {
        all.add("Forget the host's API key", "", Action::Key(KeyAction::Forget));
    }
}

/// The profile as a whole.
fn profile(state: &State, session: &Session, all: &mut Offers) {
    if session.can_undo() || state.texts.values().any(|typed| typed.error.is_some()) {
        all.add("Undo", "Ctrl+Z", Action::Undo);
    }
    if session.can_redo() {
        all.add("Redo", "Ctrl+Y", Action::Redo);
    }
    if let Some(folder) = &session.folder {
        all.add("Save now", "Ctrl+S", Action::SaveAgain);
        if matches!(session.saved, Saved::Failed(_)) {
            all.add("Save elsewhere ...", "", Action::Quit(Quit::Elsewhere));
        }
        all.add("Show the profile's folder", "", Action::Show(folder.clone()));
    }
    if session.practice.is_some() {
        let words = match session.practice_open {
            true => "Hide practice panel",
            false => "Practice panel",
        };
        all.add(words, "", Action::TogglePractice);
    }
    all.add("Close the profile", "", Action::CloseSession);
}

/// Light or dark, and how large.
fn look(now: &Preferences, all: &mut Offers) {
    let prefer = |preferences| Action::Prefer(Box::new(preferences));
    for (words, theme) in [
        ("Theme: as the system", Theme::System),
        ("Theme: light", Theme::Light),
        ("Theme: dark", Theme::Dark),
    ] {
        if now.theme != theme {
            all.add(words, "", prefer(Preferences { theme, ..now.clone() }));
        }
    }
    for (words, keys, scale) in [
        ("Size: larger", "Ctrl++", now.larger()),
        ("Size: smaller", "Ctrl+-", now.smaller()),
        ("Size: 100 %", "Ctrl+0", 100),
    ] {
        if now.scale != scale {
            all.add(words, keys, prefer(Preferences { scale, ..now.clone() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Evidence;
    use crate::plan::{Domain, Mailbox, Plan, WaveNumber};

    #[test]
    fn whatever_needs_no_place_on_the_page_is_offered() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let ann = "ann@example.com".parse().unwrap();
        plan.roster.put(Mailbox { wave: Some(WaveNumber::FIRST), ..Mailbox::new(ann) });
        let mut session = Session::new(plan, Evidence::default());
        assert!(session.edit(|plan| plan.situation.purpose = crate::plan::Purpose::Permanent));
        assert!(session.undo());
        session.folder = Some("/profiles/example.com".into());
        let state = State { session: Some(session), ..State::default() };
        let words: Vec<String> = offers(&state).into_iter().map(|offer| offer.words).collect();
        for wanted in [
            "Step 8: Cutover",
            "Next step",
            "Check this step",
            "Check all steps",
            "Import people from a file",
            "Ask the servers about each person",
            "Export Wave 1",
            "Export everyone at the host today",
            "Write the run-book",
            "Copy the MX records",
            "Follow one message",
            "Redo",
            "Save now",
            "Settings",
            "Theme: dark",
            "Size: larger",
            "Close the profile",
        ] {
            assert!(words.iter().any(|offered| offered == wanted), "{wanted} in {words:#?}");
        }
        let mut once = words.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), words.len(), "something is offered twice: {words:#?}");
    }
}
