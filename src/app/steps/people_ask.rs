//! Each address asked of its server: what is sent, how far it is, how it ended.

use eframe::egui::{ProgressBar, RichText, Ui};

use crate::app::action::Action;
use crate::app::header::live;
use crate::app::people_action::PeopleAction;
use crate::app::session::{Asking, Session};
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{Mark, badge, button, subheading, text, tight_row, weak};
use crate::check::Progress;
use crate::finding::{SIDES, State as FindingState};
use crate::guide::asking_people;
use crate::plan::Mailbox;

/// Draws the card.
pub(crate) fn ask_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    subheading(ui, "Does each server know its people?");
    text(
        ui,
        "One question for each address, to the server that the list names for it. Whoever is \
         refused is asked about again in another conversation before it counts. The table marks \
         each answer; what was confirmed is not asked again for a day.",
    );
    weak(ui, &asking_people(&session.plan));
    ui.add_space(theme::GAP);
    match &session.asking {
        Asking::Running(far) => running_ui(ui, state, far.as_ref(), out),
        Asking::Never | Asking::Over(_) => ready_ui(ui, state, session, out),
    }
    for side in SIDES.iter().filter_map(|id| session.seen().get(id)) {
        tight_row(ui, |ui| {
            badge(ui, Mark::of(&side.state), side.state.word());
            text(ui, &side.summary);
        });
    }
}

/// How far it is, and the way to stop it.
fn running_ui(ui: &mut Ui, state: &State, far: Option<&Progress>, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if button(ui, "Stop asking").clicked() {
            out.push(Action::People(PeopleAction::StopAsking));
        }
        let words = match far {
            None => "Asking, no answer yet".to_owned(),
            Some(far) => format!("Asking, {}", far.in_words()),
        };
        let response = ui.label(RichText::new(words).color(palette(ui).wait));
        live(ui, &response);
    });
    let Some(far) = far else { return };
    let share = far.answered as f32 / far.of.max(1) as f32;
    ui.add(ProgressBar::new(share).desired_height(6.0).fill(palette(ui).accent));
    if let Some(until) = far.rests_until {
        let at = state.times.clock(until);
        weak(
            ui,
            &format!("The server answers slowly or wants fewer connections. We go on at {at}."),
        );
    }
}

/// The way to begin or to go on, and how it ended last time.
fn ready_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    if let Some((done, of)) = session.derived.broken_off {
        let words = format!(
            "A run was broken off: {done} of {of} have their answer, which is kept in the profile."
        );
        text(ui, &words);
    }
    let buttons: &[(&str, PeopleAction)] = match session.derived.broken_off {
        None => &[("Ask the servers about each person", PeopleAction::Ask)],
        Some(_) => &[
            ("Go on where it stopped", PeopleAction::Ask),
            ("Ask everybody anew", PeopleAction::AskAnew),
        ],
    };
    ui.horizontal(|ui| {
        for (label, action) in buttons {
            if button(ui, label).clicked() {
                out.push(Action::People(action.clone()));
            }
        }
        let Asking::Over(ended) = session.asking else { return };
        let mut words = match ended.cancelled {
            true => "Stopped; what was answered before stands.".to_owned(),
            false => "Asked.".to_owned(),
        };
        if let Some(at) = ended.again_at {
            let at = state.times.clock(at);
            words.push_str(&format!(" We ask again by ourselves at {at}."));
        }
        let response = ui.label(RichText::new(words).color(palette(ui).weak));
        live(ui, &response);
    });
}

/// What the server said of a person.
pub(crate) fn answer(session: &Session, who: &Mailbox) -> Option<FindingState> {
    let people = session.evidence.people();
    people.is_about(who.home, &session.plan).then(|| people.state(&who.address, who.home))?
}

/// The answer in a word.
pub(crate) fn answer_word(state: &FindingState) -> &'static str {
    match state {
        FindingState::Passed => "Confirmed",
        FindingState::Failed => "Refused",
        FindingState::Waiting { .. } => "Deferred",
        other => other.word(),
    }
}
