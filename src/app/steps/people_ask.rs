//! Each address asked of its server: what is sent, how far it is, how it ended.

use eframe::egui::{Label, RichText, Ui};

use crate::app::action::Action;
use crate::app::header::live;
use crate::app::people_action::PeopleAction;
use crate::app::session::{Asking, Session};
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{Mark, badge, button, safe, subheading, text, tight_row, weak};
use crate::engine::PERSON;
use crate::finding::{Finding, State as FindingState};
use crate::guide::asking_people;
use crate::plan::Address;

/// The findings that sum up a side.
const SIDES: [&str; 2] = ["people.external", "people.host"];

/// Draws the card.
pub(crate) fn ask_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    subheading(ui, "Does each server know its people?");
    text(
        ui,
        "One question for each address, to the server that the list names for it. \
         The table marks each answer; what was confirmed is not asked again for a day.",
    );
    weak(ui, &asking_people(&session.plan));
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| match session.asking {
        Asking::Running { answers, .. } => {
            if button(ui, "Stop asking").clicked() {
                out.push(Action::People(PeopleAction::StopAsking));
            }
            let all = session.plan.roster.len();
            let words = match answers {
                0 => "Asking, no answer yet".to_owned(),
                some => format!("Asking, {} of {all} answered", some.min(all)),
            };
            let response = ui.label(RichText::new(words).color(palette(ui).wait));
            live(ui, &response);
        }
        Asking::Never | Asking::Over(_) => {
            if button(ui, "Ask the servers about each person").clicked() {
                out.push(Action::People(PeopleAction::Ask));
            }
            if let Asking::Over(ended) = session.asking {
                let mut words = match ended.cancelled {
                    true => "Stopped; what was answered before stands.".to_owned(),
                    false => "Asked.".to_owned(),
                };
                if let Some(at) = ended.again_at {
                    let at = state.times.short(at);
                    words.push_str(&format!(" We ask again by ourselves at {at}."));
                }
                let response = ui.label(RichText::new(words).color(palette(ui).weak));
                live(ui, &response);
            }
        }
    });
    for side in SIDES.iter().filter_map(|id| session.evidence.get(id)) {
        tight_row(ui, |ui| {
            badge(ui, Mark::of(&side.state), side.state.word());
            ui.add(Label::new(safe(&side.summary)).wrap());
        });
    }
}

/// What the server said of a person.
pub(crate) fn answer<'a>(session: &'a Session, address: &Address) -> Option<&'a Finding> {
    session.evidence.get(&format!("{PERSON}{address}"))
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
