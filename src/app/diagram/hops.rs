//! The picture's twin in words, what is played of it, and its files.

use std::sync::Arc;

use eframe::egui::{Label, RichText, TextStyle, Ui};

use super::play::{Come, Play, last};
use crate::app::action::Action;
use crate::app::header::live;
use crate::app::picker::Wanted;
use crate::app::spelling::spelled;
use crate::app::state::State;
use crate::app::theme::palette;
use crate::app::widgets::{Copies, Mark, button, named_button, paint_mark, text, weak};
use crate::artifact;
use crate::route::{Outcome, Trace, hop_text, outcome_text, trace_dot, trace_text, ways_out_text};

/// Buttons to go through the way, and the words of the present stop. Where
/// nothing may move there is no button to play.
pub(crate) fn play_ui(
    ui: &mut Ui,
    state: &State,
    trace: &Trace,
    (play, come): (Play, Option<&Come>),
    out: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        let moving = matches!(play, Play::Since { .. });
        if moving {
            if button(ui, "Stop").clicked() {
                out.push(Action::Play(last(trace)));
            }
        } else if !state.still() && button(ui, "Play").clicked() {
            let start = ui.input(|input| input.time);
            out.push(Action::Play(Play::Since { start }));
        }
        if !moving && button(ui, "Next stop").clicked() {
            out.push(Action::Play(play.next(trace)));
        }
        if play != Play::Whole && button(ui, "Whole way").clicked() {
            out.push(Action::Play(Play::Whole));
        }
    });
    // As high at every stop: what is below does not move.
    let lines = 2.0 * ui.text_style_height(&TextStyle::Body);
    ui.scope(|ui| {
        ui.set_min_height(lines);
        let Some(hop) = come.and_then(|come| come.hops.last()) else {
            return weak(ui, "The whole way is shown. Each stop is told here when it is played.");
        };
        let ends = come.is_some_and(|come| Play::At(come.hops.len() - 1) == last(trace));
        let mut words = format!("{}. {}", hop + 1, hop_text(trace, *hop));
        if ends {
            words = format!("{words} {}", outcome_text(trace));
        }
        let response = ui.add(Label::new(spelled(ui, &words)).wrap());
        live(ui, &response);
    });
}

/// The hops as a list.
pub(crate) fn hops_ui(ui: &mut Ui, trace: &Trace) {
    let mut lines = trace_text(trace);
    let end = lines.pop().unwrap_or_default();
    for line in lines {
        text(ui, &line);
    }
    let mark = match trace.outcome {
        Outcome::Delivered { .. } => Mark::Passed,
        _ => Mark::Failed,
    };
    ui.horizontal_top(|ui| {
        paint_mark(ui, mark, 18.0);
        let words = RichText::new(spelled(ui, &end)).color(mark.colour(palette(ui)));
        ui.add(Label::new(words).wrap());
    });
    for way in ways_out_text(trace) {
        text(ui, &way);
    }
}

/// The way to carry elsewhere: as text, as a picture, as a graph.
pub(crate) fn files_ui(
    ui: &mut Ui,
    state: &State,
    trace: &Trace,
    host: &str,
    out: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        let words = [trace_text(trace), ways_out_text(trace)].concat().join("\n");
        Copies::at(state, "flow", out).button(ui, "the way as text", &words);
        for (face, name, file) in [
            ("Save picture ...", "Save the picture as SVG", "mail-flow.svg"),
            ("Save graph ...", "Save the way as a DOT graph", "mail-flow.dot"),
        ] {
            if named_button(ui, face, name).clicked() {
                let text = match file.ends_with("svg") {
                    true => artifact::picture_svg(trace, host),
                    false => trace_dot(trace),
                };
                let (name, text) = (file.to_owned(), Arc::new(text));
                out.push(Action::Pick(Wanted::SaveText { name, text }));
            }
        }
    });
}
