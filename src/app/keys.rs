//! The keyboard: what works everywhere in the window.

use eframe::egui::{self, Event, Key, Modifiers};

use super::action::Action;
use super::aside::Aside;
use super::commands::CommandList;
use super::field::FieldId;
use super::people_action::PeopleAction;
use super::picker::Wanted;
use super::state::State;
use super::steps::copy_records;
use crate::guide::Step;

/// The keys and what they do, as shown in the list.
pub(crate) const KEYS: [(&str, &str); 15] = [
    ("Ctrl+K", "All commands, found by typing"),
    ("Alt+Right, Alt+Left", "Next step, back to where I was"),
    ("Ctrl+1 to Ctrl+8", "To a step"),
    ("F5", "Check the step on screen"),
    ("Ctrl+Shift+C", "Copy the MX records (step 5)"),
    ("Ctrl+Z, Ctrl+Y", "Undo, redo a change of the plan"),
    ("Ctrl+S", "Save now (every change is saved by itself)"),
    ("Ctrl+O, Ctrl+N", "Open a profile, make a new one"),
    ("Ctrl+F", "Find a person"),
    ("Ctrl+,", "Settings"),
    ("Tab, Shift+Tab", "To the next field, back"),
    ("Space or Enter", "Press the button that has the focus"),
    ("Ctrl+click, Shift+click", "Select several people"),
    ("Ctrl + and Ctrl -, Ctrl+0", "Larger, smaller, as it was"),
    ("F1 or ?", "This list"),
];

/// Turns keys and dropped files into actions.
pub(crate) fn read(ctx: &egui::Context, state: &State, out: &mut Vec<Action>) {
    let pressed = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
    let asks = |event: &Event| matches!(event, Event::Text(text) if text == "?");
    if pressed(Modifiers::NONE, Key::F1)
        || (!ctx.text_edit_focused() && ctx.input(|input| input.events.iter().any(asks)))
    {
        out.push(Action::ToggleKeys);
    }
    if pressed(Modifiers::COMMAND, Key::K) {
        out.push(Action::Commands(state.commands.is_none().then(CommandList::default)));
    }
    if pressed(Modifiers::COMMAND, Key::Comma) {
        out.push(Action::Aside(Some(Aside::Settings)));
    }
    if pressed(Modifiers::COMMAND, Key::O) {
        out.push(Action::Pick(Wanted::OpenProfile));
    }
    let new = pressed(Modifiers::COMMAND, Key::N);
    let Some(session) = &state.session else {
        if new {
            out.push(Action::Focus(FieldId::NewDomain));
        }
        return;
    };
    if new {
        out.push(Action::CloseSession);
    }
    if pressed(Modifiers::COMMAND, Key::S) {
        out.push(Action::SaveAgain);
    }
    if pressed(Modifiers::COMMAND, Key::F) {
        out.push(Action::Focus(FieldId::Search));
    }
    if pressed(Modifiers::ALT, Key::ArrowRight) {
        out.push(Action::Next);
    }
    if pressed(Modifiers::ALT, Key::ArrowLeft) {
        out.push(Action::Back);
    }
    if pressed(Modifiers::NONE, Key::F5) {
        out.push(Action::Check(session.step));
    }
    if session.step == Step::Subdomain && pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::C) {
        out.push(copy_records(&session.plan));
    }
    let digits =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    for (step, key) in Step::ALL.into_iter().zip(digits) {
        if pressed(Modifiers::COMMAND, key) {
            out.push(Action::Goto(step));
        }
    }
    // A text field that has the focus undoes its own typing.
    if !ctx.text_edit_focused() {
        if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)
            || pressed(Modifiers::COMMAND, Key::Y)
        {
            out.push(Action::Redo);
        } else if pressed(Modifiers::COMMAND, Key::Z) {
            out.push(Action::Undo);
        }
    }
    let dropped = ctx.input(|input| input.raw.dropped_files.clone());
    for path in dropped.iter().map(|file| file.path().to_owned()) {
        out.push(Action::Goto(Step::People));
        out.push(Action::People(PeopleAction::ReadFile(path)));
    }
}
