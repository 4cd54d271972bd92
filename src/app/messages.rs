//! What the window tells beside the page: below it until dismissed, and in the
//! list of messages afterwards. The page never moves for it.

use std::collections::VecDeque;

use eframe::egui::{Align, Label, Layout, Ui};
use jiff::{SignedDuration, Timestamp};

use super::action::Action;
use super::aside::Aside;
use super::header::live;
use super::spelling::spelled;
use super::state::State;
use super::theme;
use super::widgets::{Copies, Mark, named_button, notice, text};

/// Messages that are in sight at once.
const IN_SIGHT: usize = 2;
/// Less than this is little room: points.
const SMALL: f32 = 320.0;
/// What is longer is cut off there, and whole among the messages: characters.
const READ_HERE: usize = 500;
/// Messages that are remembered.
const REMEMBERED: usize = 200;
/// How long a passing message stays.
const PASSING: SignedDuration = SignedDuration::from_secs(8);

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What was asked for.
    pub what: String,
    /// What was seen, what to do.
    pub sentence: String,
    /// How much it matters.
    pub weight: Weight,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It leaves by itself.
    Passing,
    /// To be read once.
    Remark,
    /// Something could not be done.
    Failure,
}

/// Those in sight, and all that were told.
#[derive(Debug, Default)]
pub struct Messages {
    open: Vec<(Timestamp, Message)>,
    past: VecDeque<(Timestamp, Message)>,
}

impl Messages {
    /// Tells one; what is in sight already is not told twice.
    pub fn tell(&mut self, message: Message, at: Timestamp) {
        if self.open.iter().any(|(_, open)| *open == message) {
            return;
        }
        self.past.push_front((at, message.clone()));
        self.past.truncate(REMEMBERED);
        self.open.push((at, message));
    }

    /// Takes one out of sight.
    pub fn dismiss(&mut self, at: usize) {
        if at < self.open.len() {
            self.open.remove(at);
        }
    }

    /// Takes those out of sight that `stays` does not want.
    pub fn keep(&mut self, stays: impl Fn(&Message) -> bool) {
        self.open.retain(|(_, message)| stays(message));
    }

    /// Takes passing ones out of sight once their time is over; when to look
    /// again.
    pub fn pass(&mut self, now: Timestamp) -> Option<SignedDuration> {
        let left = |at: &Timestamp| PASSING - now.duration_since(*at);
        let is_over = |at: &Timestamp, message: &Message| {
            message.weight == Weight::Passing && left(at) <= SignedDuration::ZERO
        };
        self.open.retain(|(at, message)| !is_over(at, message));
        let passing = self.open.iter().filter(|(_, one)| one.weight == Weight::Passing);
        passing.map(|(at, _)| left(at)).min()
    }

    /// Those in sight, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Message> {
        self.open.iter().map(|(_, message)| message)
    }

    /// Whether none is in sight.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// All that were told, newest first.
    pub fn past(&self) -> impl Iterator<Item = &(Timestamp, Message)> {
        self.past.iter()
    }
}

impl Weight {
    pub(crate) fn mark(self) -> Mark {
        match self {
            Self::Passing => Mark::Passed,
            Self::Remark => Mark::Skipped,
            Self::Failure => Mark::Failed,
        }
    }
}

/// Draws those in sight in a strip of their own below the page, so that they
/// cover nothing. `room` is what the page and they share, in points: where that
/// is little, a line of the last one stands for all.
pub(crate) fn messages_ui(ui: &mut Ui, state: &State, room: f32, out: &mut Vec<Action>) {
    let small = theme::is_narrow(ui.ctx()) || room < SMALL;
    let in_sight = if small { 1 } else { IN_SIGHT };
    let hidden = state.messages.iter().count().saturating_sub(in_sight);
    ui.spacing_mut().item_spacing.y = 6.0;
    for (at, message) in state.messages.iter().enumerate().skip(hidden) {
        let more = if at == hidden { hidden } else { 0 };
        notice(ui, message.weight.mark(), |ui| {
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                buttons_ui(ui, state, (at, message), (more, small), out);
                ui.vertical(|ui| words_ui(ui, message, small));
            });
        });
    }
}

fn words_ui(ui: &mut Ui, message: &Message, small: bool) {
    if small {
        // As high as the buttons beside it.
        ui.add_space(3.0);
        let line = spelled(ui.ctx(), &format!("{}: {}", message.what, message.sentence));
        let response = ui.add(Label::new(line).truncate());
        return live(ui, &response);
    }
    let response = ui.add(Label::new(&message.what).wrap());
    live(ui, &response);
    match message.sentence.char_indices().nth(READ_HERE) {
        Some((end, _)) => text(ui, &format!("{} …", &message.sentence[..end])),
        None => text(ui, &message.sentence),
    }
}

fn buttons_ui(
    ui: &mut Ui,
    state: &State,
    (at, message): (usize, &Message),
    (more, small): (usize, bool),
    out: &mut Vec<Action>,
) {
    let name = format!("Dismiss: {}", message.what);
    if named_button(ui, "Dismiss", &name).clicked() {
        out.push(Action::Dismiss(at));
    }
    let mut all = |ui: &mut Ui, face: &str, name: &str| {
        if named_button(ui, face, name).clicked() {
            out.push(Action::Aside(Some(Aside::Messages)));
        }
    };
    if small {
        return all(ui, "Read", &format!("Read: {}", message.what));
    }
    if more > 0 {
        all(ui, &format!("{more} more"), &format!("{more} more: all messages"));
    }
    message.copy_ui(ui, state, out);
}

impl Message {
    /// Copies it, where it is of use elsewhere.
    pub(crate) fn copy_ui(&self, ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
        if self.weight != Weight::Passing {
            let text = format!("{}: {}", self.what, self.sentence);
            Copies::at(state, &self.sentence, out).button(ui, &self.what, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn message(what: &str, weight: Weight) -> Message {
        Message { what: what.to_owned(), sentence: String::new(), weight }
    }

    #[test]
    fn only_what_is_passing_passes_and_all_is_remembered() {
        let mut messages = Messages::default();
        messages.tell(message("Saved", Weight::Passing), at(0));
        messages.tell(message("Not saved", Weight::Failure), at(1));
        messages.tell(message("Not saved", Weight::Failure), at(2));
        assert_eq!(messages.pass(at(3)), Some(SignedDuration::from_secs(5)));
        assert_eq!(messages.pass(at(9)), None);
        assert_eq!(messages.iter().count(), 1);
        messages.dismiss(0);
        assert!(messages.is_empty());
        assert_eq!(messages.past().count(), 2);
    }
}
