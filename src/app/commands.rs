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

/// Those whose words hold every word that was typed.
pub(crate) fn fitting(offers: Vec<Offer>, typed: &str) -> Vec<Offer> {
    let typed = typed.to_lowercase();
    let fits = |offer: &Offer| {
        let words = offer.words.to_lowercase();
        typed.split_whitespace().all(|word| words.contains(word))
    };
    offers.into_iter().filter(fits).collect()
}

/// Draws the open list.
pub(crate) fn commands_ui(
    ctx: &egui::Context,
    state: &State,
    list: &CommandList,
    out: &mut Vec<Action>,
) {
    let fitting = fitting(offers(state), &list.typed);
    let last = fitting.len().saturating_sub(1);
    let chosen = list.chosen.min(last);
    let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let moved = match (pressed(Key::ArrowDown), pressed(Key::ArrowUp)) {
        (true, _) => (chosen + 1).min(last),
        (_, true) => chosen.saturating_sub(1),
        _ => chosen,
    };
    let mut taken = pressed(Key::Enter).then_some(chosen);
    // The pointer chooses by moving, so that one line alone is lit.
    let points = ctx.input(|input| input.pointer.delta() != egui::Vec2::ZERO);
    let mut pointed = None;
    let modal = Dialog::new("commands", 460.0).hanging().show(ctx, |ui| {
        let mut typed = list.typed.clone();
        let label = ui.label("Command");
        let edit = TextEdit::singleline(&mut typed)
            .hint_text("Type what you want to do")
            .margin(Margin::symmetric(8, 5))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit).labelled_by(label.id);
        response.request_focus();
        ui.add_space(theme::GAP);
        let most = ctx.content_rect().height() * 0.5;
        let list = ScrollArea::vertical().max_height(most).min_scrolled_height(most);
        list.auto_shrink(false).show(ui, |ui| {
            if fitting.is_empty() {
                weak(ui, "Nothing here is called so. Try another word.");
            }
            for (at, offer) in fitting.iter().enumerate() {
                let response = offer_ui(ui, offer, at == moved, moved != chosen);
                if response.clicked() {
                    taken = Some(at);
                }
                if points && response.hovered() {
                    pointed = Some(at);
                }
            }
        });
        typed
    });
    let moved = pointed.unwrap_or(moved);
    if let Some(offer) = taken.and_then(|at| fitting.get(at)) {
        out.push(Action::Commands(None));
        out.extend(offer.actions.iter().cloned());
    } else if modal.should_close() {
        out.push(Action::Commands(None));
    } else if modal.inner != list.typed {
        out.push(Action::Commands(Some(CommandList { typed: modal.inner, chosen: 0 })));
    } else if moved != list.chosen {
        let typed = list.typed.clone();
        out.push(Action::Commands(Some(CommandList { typed, chosen: moved })));
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
}
