//! "You do": what only the administrator can do, with the undo for each.

use eframe::egui::{self, CollapsingHeader, RichText, Ui};

use super::subdomain::{records_ui, ticket_ui};
use crate::app::action::{Action, Choice};
use crate::app::session::Session;
use crate::app::spelling::spelled;
use crate::app::state::State;
use crate::app::theme::palette;
use crate::app::widgets::{Copies, card, fold, section, text, tight_row};
use crate::guide::{Tick, Todo};
use crate::plan::Task;

/// Draws the list; nothing where there is nothing to do.
pub(crate) fn todo_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let todos = &session.derived.page.todo;
    if todos.is_empty() {
        return;
    }
    section(ui, "You do");
    for (at, todo) in todos.iter().enumerate() {
        card(ui, |ui| one_ui(ui, state, session, at + 1, todo, out));
    }
}

fn one_ui(
    ui: &mut Ui,
    state: &State,
    session: &Session,
    number: usize,
    todo: &Todo,
    out: &mut Vec<Action>,
) {
    tight_row(ui, |ui| {
        ui.label(RichText::new(format!("{number}.")).color(palette(ui).accent));
        text(ui, &todo.text);
    });
    for detail in &todo.details {
        tight_row(ui, |ui| {
            ui.add_space(22.0);
            let dot = ui.allocate_exact_size(egui::vec2(8.0, 18.0), egui::Sense::hover()).0;
            ui.painter().circle_filled(dot.center(), 2.0, palette(ui).weak);
            text(ui, detail);
        });
    }
    let is_of = |task| todo.ticks.iter().any(|tick| tick.task == task);
    if is_of(Task::PublishSubdomainMx) {
        records_ui(ui, state, session, out);
    } else {
        let place = format!("todo/{number}");
        let mut copies = Copies::at(state, &place, out);
        if !todo.values.is_empty() {
            ui.add_space(4.0);
        }
        for value in &todo.values {
            copies.row(ui, &value.label, &value.value);
        }
    }
    if is_of(Task::RequestDomainAlias) {
        ticket_ui(ui, state, session, out);
    }
    if !todo.undo.is_empty() {
        let heading = CollapsingHeader::new(RichText::new("How to take it back").small())
            .id_salt(("undo", session.step, number));
        fold(ui, heading, |ui| {
            text(ui, &todo.undo);
        });
    }
    for Tick { task, part } in &todo.ticks {
        let mut done = session.plan.done.contains(task);
        let words = match part.as_str() {
            "" => "I have done this".to_owned(),
            part => format!("I have done this for {part}"),
        };
        let response = ui.checkbox(&mut done, &words);
        let name = format!("{words}: {}", spelled(ui, &todo.text));
        response
            .widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, done, &name));
        if response.changed() {
            out.push(Action::Choose(Choice::Done(*task, done)));
        }
    }
}
