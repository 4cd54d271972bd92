//! The list of commands: everything that can be done, found by typing.

use eframe::egui::{
    self, Button, Key, Margin, Modifiers, Response, RichText, Role, ScrollArea, TextEdit, Ui,
    WidgetInfo,
};

use super::action::Action;
use super::offers::{Offer, offers};
use super::state::State;
use super::theme::{self, palette};
use super::widgets::{Dialog, weak};

/// The open list: what is typed, and which of what fits is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandList {
    /// As typed.
    pub typed: String,
    /// From 0, among those that fit.
    pub chosen: usize,
}

/// What is looked for under another word: lines that have a word so beginning,
/// and what else they are found by.
const ALSO: [(&str, &str); 3] =
    [("practis", "practice"), ("practice", "practise"), ("keys", "help shortcuts")];

/// Those whose words hold every word that was typed: what begins so first, then
/// where each is the beginning of a word.
pub(crate) fn fitting(offers: Vec<Offer>, typed: &str) -> Vec<Offer> {
    let typed = typed.trim().to_lowercase();
    let rank = |offer: &Offer| {
        let mut words = offer.words.to_lowercase();
        let begins = words.starts_with(&typed);
        for (word, also) in ALSO {
            if begins_word(&words, word) {
                words = format!("{words} {also}");
            }
        }
        let holds = typed.split_whitespace().all(|word| words.contains(word));
        let at_words = typed.split_whitespace().all(|word| begins_word(&words, word));
        holds.then_some((!begins, !at_words))
    };
    let mut ranked: Vec<_> =
        offers.into_iter().filter_map(|offer| Some((rank(&offer)?, offer))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, offer)| offer).collect()
}

/// Whether a word among these begins so.
fn begins_word(words: &str, start: &str) -> bool {
    words.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(start))
        || words.split_whitespace().any(|word| word.starts_with(start))
}

/// Draws the open list.
pub(crate) fn commands_ui(
    ctx: &egui::Context,
    state: &State,
    list: &CommandList,
    out: &mut Vec<Action>,
) {
    let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let (down, up, enter) = (pressed(Key::ArrowDown), pressed(Key::ArrowUp), pressed(Key::Enter));
    // The pointer chooses by moving, so that one line alone is lit.
    let points = ctx.input(|input| input.pointer.delta() != egui::Vec2::ZERO);
    let modal = Dialog::new("commands", 460.0).hanging().show(ctx, |ui| {
        let mut now = list.clone();
        let label = ui.label("Command");
        let edit = TextEdit::singleline(&mut now.typed)
            .hint_text("Type what you want to do")
            .margin(Margin::symmetric(8, 5))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit).labelled_by(label.id);
        response.request_focus();
        if now.typed != list.typed {
            now.chosen = 0;
        }
        // Of what stands in the field now: Enter may come with the last letter.
        let fitting = fitting(offers(state), &now.typed);
        let last = fitting.len().saturating_sub(1);
        let before = now.chosen.min(last);
        now.chosen = match (down, up) {
            (true, _) => (before + 1).min(last),
            (_, true) => before.saturating_sub(1),
            _ => before,
        };
        let mut taken = enter.then_some(now.chosen);
        let mut pointed = None;
        ui.add_space(theme::GAP);
        let most = ctx.content_rect().height() * 0.5;
        let area = ScrollArea::vertical().max_height(most).min_scrolled_height(most);
        area.auto_shrink(false).show(ui, |ui| {
            if fitting.is_empty() {
                weak(ui, "Nothing here is called so. Try another word.");
            }
            for (at, offer) in fitting.iter().enumerate() {
                let response = offer_ui(ui, offer, at == now.chosen, now.chosen != before);
                if response.clicked() {
                    taken = Some(at);
                }
                if points && response.hovered() {
                    pointed = Some(at);
                }
            }
        });
        now.chosen = pointed.unwrap_or(now.chosen);
        (now, taken.and_then(|at| fitting.into_iter().nth(at)))
    });
    let closes = modal.should_close();
    let (now, taken) = modal.inner;
    if let Some(offer) = taken {
        out.push(Action::Commands(None));
        out.extend(offer.actions);
    } else if closes {
        out.push(Action::Commands(None));
    } else if now != *list {
        out.push(Action::Commands(Some(now)));
    }
}

/// One line.
fn offer_ui(ui: &mut Ui, offer: &Offer, chosen: bool, moved: bool) -> Response {
    let keys = RichText::new(offer.keys).small().color(palette(ui).weak);
    let whole = egui::vec2(ui.available_width(), 0.0);
    let button = Button::selectable(chosen, &offer.words).right_text(keys).min_size(whole);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &offer.words));
    if chosen && moved {
        response.scroll_to_me(None);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::session::Session;
    use crate::finding::Evidence;
    use crate::plan::{Domain, Plan};

    #[test]
    fn every_word_that_was_typed_must_be_there() {
        let state = State::default();
        let found = |typed: &str| -> Vec<String> {
            fitting(offers(&state), typed).into_iter().map(|offer| offer.words).collect()
        };
        assert_eq!(found("PROF new"), ["New profile"]);
        assert!(found("").len() > 5);
        assert!(found("no such thing").is_empty());
    }

    #[test]
    fn what_begins_so_stands_first_and_other_words_for_it_find_it() {
        let session = Session::new(
            Plan::new(Domain::parse("example.com").unwrap()).unwrap(),
            Evidence::default(),
        );
        let open = State { session: Some(session), ..State::default() };
        let found = |state: &State, typed: &str| -> Vec<String> {
            fitting(offers(state), typed).into_iter().map(|offer| offer.words).collect()
        };
        let his = found(&open, "his");
        assert_eq!(his[0], "History of changes", "{his:?}");
        assert!(his.iter().any(|words| words == "Check this step"), "{his:?}");
        assert_eq!(found(&open, "mess")[0], "Messages");
        // In the order of the list where all fit alike.
        assert_eq!(found(&open, "step ")[0], "Step 1: Situation");
        let closed = State::default();
        for typed in ["practice", "practise", "practi"] {
            assert_eq!(found(&closed, typed)[0], "Practise with example.com", "{typed}");
            assert_eq!(found(&open, typed)[0], "Practise: close this profile first", "{typed}");
        }
        assert_eq!(found(&open, "help"), ["Keys"]);
    }
}
