//! The list of commands: everything that can be done, found by typing.

use eframe::egui::{
    self, Button, Frame, Key, Margin, Modifiers, RichText, Role, ScrollArea, TextEdit, Ui,
    WidgetInfo,
};

use super::action::Action;
use super::aside::Aside;
use super::field::FieldId;
use super::picker::Wanted;
use super::session::Session;
use super::state::State;
use super::steps::copy_records;
use super::theme::{self, palette};
use super::widgets::weak;
use crate::guide::Step;

/// The open list: what is typed, and which of what fits is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandList {
    /// As typed.
    pub typed: String,
    /// From 0, among those that fit.
    pub chosen: usize,
}

/// One line of it.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) words: String,
    pub(crate) keys: &'static str,
    pub(crate) action: Action,
}

const TO_STEP: [&str; 8] =
    ["Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+6", "Ctrl+7", "Ctrl+8"];

/// Everything that can be done now, the most likely first.
pub(crate) fn offers(state: &State) -> Vec<Offer> {
    let mut all = Vec::new();
    let mut offer = |words: String, keys: &'static str, action: Action| {
        all.push(Offer { words, keys, action });
    };
    if let Some(session) = &state.session {
        in_session(session, &mut offer);
    }
    offer("Open a profile ...".to_owned(), "Ctrl+O", Action::Pick(Wanted::OpenProfile));
    for folder in &state.recent {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_else(|| folder.display().to_string());
        offer(format!("Open {name}"), "", Action::Open(folder.clone()));
    }
    if state.session.is_none() {
        offer("New profile".to_owned(), "Ctrl+N", Action::Focus(FieldId::NewDomain));
        offer("Practise with example.com".to_owned(), "", Action::StartPractice);
    } else {
        offer("New profile: close this one first".to_owned(), "Ctrl+N", Action::CloseSession);
    }
    for aside in Aside::ALL {
        offer(aside.title().to_owned(), aside.keys(), Action::Aside(Some(aside)));
    }
    offer("Keys".to_owned(), "F1", Action::ToggleKeys);
    all
}

fn in_session(session: &Session, offer: &mut impl FnMut(String, &'static str, Action)) {
    for (step, keys) in Step::ALL.into_iter().zip(TO_STEP) {
        let words = format!("Step {}: {}", step.number(), step.title());
        offer(words, keys, Action::Goto(step));
    }
    offer("Check this step".to_owned(), "F5", Action::Check(session.step));
    for step in Step::ALL {
        offer(format!("Check step {}: {}", step.number(), step.title()), "", Action::Check(step));
    }
    if session.can_undo() {
        offer("Undo".to_owned(), "Ctrl+Z", Action::Undo);
    }
    if session.can_redo() {
        offer("Redo".to_owned(), "Ctrl+Y", Action::Redo);
    }
    offer("Find a person".to_owned(), "Ctrl+F", Action::Focus(FieldId::Search));
    offer("Copy the MX records".to_owned(), "", copy_records(&session.plan));
    offer("Save now".to_owned(), "Ctrl+S", Action::SaveAgain);
    if let Some(folder) = &session.folder {
        offer("Show the profile's folder".to_owned(), "", Action::Show(folder.clone()));
    }
    offer("Close the profile".to_owned(), "", Action::CloseSession);
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
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(12));
    let (id, room) = (egui::Id::unique("commands"), ctx.content_rect().size());
    // It hangs from the top: what is typed stays where it is as the list shrinks.
    let hanging = egui::vec2(0.0, room.y * 0.08);
    let area = egui::Modal::default_area(id).anchor(egui::Align2::CENTER_TOP, hanging);
    let modal = egui::Modal::new(id).area(area).frame(frame).show(ctx, |ui| {
        ui.set_width(460.0_f32.min(room.x - 48.0));
        let mut typed = list.typed.clone();
        let label = ui.label("Command");
        let edit = TextEdit::singleline(&mut typed)
            .hint_text("Type what you want to do")
            .margin(Margin::symmetric(8, 5))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit).labelled_by(label.id);
        response.request_focus();
        ui.add_space(theme::GAP);
        let most = room.y * 0.5;
        let list = ScrollArea::vertical().max_height(most).min_scrolled_height(most);
        list.auto_shrink([false, true]).show(ui, |ui| {
            if fitting.is_empty() {
                weak(ui, "Nothing here is called so. Try another word.");
            }
            for (at, offer) in fitting.iter().enumerate() {
                if offer_ui(ui, offer, at == moved, moved != chosen) {
                    taken = Some(at);
                }
            }
        });
        typed
    });
    if let Some(offer) = taken.and_then(|at| fitting.get(at)) {
        out.push(Action::Commands(None));
        out.push(offer.action.clone());
    } else if modal.should_close() {
        out.push(Action::Commands(None));
    } else if modal.inner != list.typed {
        out.push(Action::Commands(Some(CommandList { typed: modal.inner, chosen: 0 })));
    } else if moved != list.chosen {
        let typed = list.typed.clone();
        out.push(Action::Commands(Some(CommandList { typed, chosen: moved })));
    }
}

/// One line; whether it was clicked.
fn offer_ui(ui: &mut Ui, offer: &Offer, chosen: bool, moved: bool) -> bool {
    let keys = RichText::new(offer.keys).small().color(palette(ui).weak);
    let whole = egui::vec2(ui.available_width(), 0.0);
    let button = Button::selectable(chosen, &offer.words).right_text(keys).min_size(whole);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &offer.words));
    if chosen && moved {
        response.scroll_to_me(None);
    }
    response.clicked()
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
