//! What the window tells beside the page: in a corner until dismissed, and in
//! the list of messages afterwards. The page never moves for it.

use std::collections::VecDeque;

use eframe::egui::{self, Align, Align2, Area, Frame, Layout, Margin, Order, Ui, Vec2};
use jiff::{SignedDuration, Timestamp};

use super::action::Action;
use super::header::live;
use super::state::State;
use super::theme;
use super::widgets::{Mark, button, named_button, notice, text};

/// Messages that are in sight at once.
const IN_SIGHT: usize = 3;
/// Messages that are remembered.
const REMEMBERED: usize = 200;
/// How long a passing message stays.
const PASSING: SignedDuration = SignedDuration::from_secs(8);
/// Points.
const WIDTH: f32 = 380.0;

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

/// Draws those in sight, in the corner above *Next*; `above` the bottom, in points.
pub(crate) fn messages_ui(ctx: &egui::Context, state: &State, above: f32, out: &mut Vec<Action>) {
    if state.messages.is_empty() {
        return;
    }
    let room = ctx.content_rect();
    let width = WIDTH.min(room.width() - 32.0);
    Area::new(egui::Id::unique("messages"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, Vec2::new(-16.0, -above - 8.0))
        .show(ctx, |ui| {
            ui.set_width(width);
            let all: Vec<&Message> = state.messages.iter().collect();
            let hidden = all.len().saturating_sub(IN_SIGHT);
            if hidden > 0 && button(ui, &format!("{hidden} more: all messages")).clicked() {
                out.push(Action::Aside(Some(super::aside::Aside::Messages)));
            }
            for (at, message) in all.into_iter().enumerate().skip(hidden) {
                Frame::popup(ui.style()).inner_margin(Margin::ZERO).show(ui, |ui| {
                    message_ui(ui, state, at, message, out);
                });
                ui.add_space(theme::GAP);
            }
        });
}

fn message_ui(ui: &mut Ui, state: &State, at: usize, message: &Message, out: &mut Vec<Action>) {
    notice(ui, message.weight.mark(), |ui| {
        ui.horizontal(|ui| {
            let response = ui.label(&message.what);
            live(ui, &response);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if message.weight == Weight::Failure {
                    let key = format!("message {}", message.what);
                    let face = if state.copied.as_ref() == Some(&key) { "Copied" } else { "Copy" };
                    if named_button(ui, face, &format!("Copy: {}", message.what)).clicked() {
                        let text = format!("{}: {}", message.what, message.sentence);
                        out.push(Action::Copy { key, text });
                    }
                }
                let name = format!("Dismiss: {}", message.what);
                if named_button(ui, "Dismiss", &name).clicked() {
                    out.push(Action::Dismiss(at));
                }
            });
        });
        text(ui, &message.sentence);
    });
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
