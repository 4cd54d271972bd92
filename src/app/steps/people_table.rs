//! The table of people: search, order, select, assign. Only visible rows are
//! drawn and formatted.

use eframe::egui::{self, Checkbox, Label, RichText, Sense, Ui};
use egui_extras::{Column as Width, TableBuilder, TableRow};

use super::people_ask::{answer, answer_word};
use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::people_action::{Assign, PeopleAction};
use crate::app::session::{Asking, Session};
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Input, ListBox, Mark, button, named_button, paint_mark, safe, text, weak,
};
use crate::counted;
use crate::finding::State as FindingState;
use crate::plan::{Mailbox, Strategy, WaveNumber};
use crate::roster::{Order, home_words};

/// A row, and one of the two lines of a row where room is scarce: points.
const ROW: f32 = 26.0;
const LINE: f32 = 22.0;
/// A longer table scrolls: points.
const HIGHEST: f32 = 380.0;
/// Columns by which it is ordered.
const ADDRESS: (&str, Order) = ("Address", Order::Address);
const NAME: (&str, Order) = ("Name", Order::Name);
const HOME: (&str, Order) = ("Home", Order::Home);
/// Up to so many rows the table stands on the page as it is; longer ones scroll.
const SHORT: usize = 14;

/// Search, buttons, table.
pub(crate) fn table_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let people = session.plan.roster.len();
    if people == 0 {
        text(ui, "Nobody is in the list yet.");
        return;
    }
    let view = &session.people;
    Input::new(FieldId::Search, "Search").width(260.0).show(ui, state, out);
    ui.horizontal_wrapped(|ui| {
        if button(ui, "Select all shown").clicked() {
            out.push(Action::People(PeopleAction::SelectShown));
        }
        if button(ui, "Select nobody").clicked() {
            out.push(Action::People(PeopleAction::SelectNone));
        }
        department_combo(ui, session.plan.roster.census().departments(), out);
    });
    let shown = view.rows.len();
    let selected = view.selected.len();
    let words = match (people, shown) {
        (all, shown) if all == shown => format!("{}, {selected} selected.", counted::people(all)),
        (all, shown) => format!("{shown} of {all} people shown, {selected} selected."),
    };
    weak(ui, &words);
    ui.add_space(4.0);
    assign_ui(ui, session, out);
    ui.add_space(4.0);
    rows_ui(ui, session, out);
}

fn assign_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    let view = &session.people;
    let highest = session.derived.waves.last().map_or(0, |(number, _)| number.get());
    let wave = view.wave.unwrap_or(WaveNumber::FIRST);
    let assign = |what| Action::People(PeopleAction::Assign(what));
    ui.add_enabled_ui(!view.selected.is_empty(), |ui| {
        ui.horizontal_wrapped(|ui| {
            weak(ui, "Selected people:");
            for (face, name, what) in [
                ("At host", "Set to at host", Assign::AtHost),
                ("External", "Set to external", Assign::External),
            ] {
                if named_button(ui, face, name).clicked() {
                    out.push(assign(what));
                }
            }
            if button(ui, &format!("Move in wave {wave}")).clicked() {
                out.push(assign(Assign::Wave(wave)));
            }
            wave_combo(ui, wave, highest, out);
            if named_button(ui, "Remove", "Remove from the list").clicked() {
                out.push(assign(Assign::Remove));
            }
        });
        ui.horizontal_wrapped(|ui| {
            weak(ui, "On the external server, once moved:");
            for (face, name, strategy) in [
                ("Contact only", "Leave a contact only", Strategy::Contact),
                ("Keep mailbox, forward", "Keep the mailbox and forward", Strategy::Forward),
                ("Retire mailbox", "Retire the mailbox, keep its X500", Strategy::Retire),
            ] {
                if named_button(ui, face, name).clicked() {
                    out.push(assign(Assign::Strategy(strategy)));
                }
            }
        });
    });
}

/// Nothing where no list told departments.
fn department_combo(ui: &mut Ui, departments: &[String], out: &mut Vec<Action>) {
    if departments.is_empty() {
        return;
    }
    let words = "Select a department";
    let name = ListBox::new(words, words, 160.0).show(ui, "department", || {
        departments.iter().map(|name| (name, false, safe(name))).collect()
    });
    if let Some(name) = name {
        out.push(Action::People(PeopleAction::SelectDepartment(name.clone())));
    }
}

/// Every wave there is, and one more.
fn wave_combo(ui: &mut Ui, wave: WaveNumber, highest: u16, out: &mut Vec<Action>) {
    let shown = format!("Wave {wave}");
    let chosen = ListBox::new("Which wave", &shown, 90.0).show(ui, "wave", || {
        let numbers = (1..=highest.saturating_add(1)).filter_map(WaveNumber::new);
        let line = |number: WaveNumber| {
            let new = if number.get() > highest { ", new" } else { "" };
            (number, number == wave, format!("Wave {number}{new}"))
        };
        numbers.map(line).collect()
    });
    if let Some(number) = chosen {
        out.push(Action::People(PeopleAction::SetWave(number)));
    }
}

fn rows_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    let view = &session.people;
    let roster = &session.plan.roster;
    let short = view.rows.len() <= SHORT;
    let handed = session.outstanding.as_ref().filter(|seen| seen.exports > 0);
    let forward = if handed.is_some() { 84.0 } else { 0.0 };
    // Nobody was asked: no column without a word in it.
    let asked = !session.evidence.people().is_empty() || session.asking != Asking::Never;
    let says = if asked { 104.0 } else { 0.0 };
    let narrow = theme::is_narrow(ui.ctx());
    let highest = HIGHEST.min(ui.ctx().content_rect().height() * 0.6);
    let table = TableBuilder::new(ui)
        .id_salt(("people", narrow, asked))
        .striped(true)
        // Rows are chosen with the keyboard by their boxes.
        .sense(Sense::CLICK)
        .auto_shrink([false, true])
        .vscroll(!short)
        .min_scrolled_height(highest)
        .max_scroll_height(highest)
        .cell_layout(egui::Layout::left_to_right(egui::Align::Center))
        .column(Width::exact(28.0));
    let table = match narrow {
        true => table
            .column(Width::remainder().at_least(120.0).clip(true))
            .column(Width::exact(170.0).clip(true)),
        false => table
            .column(Width::remainder().at_least(150.0).clip(true))
            .column(Width::initial(130.0).at_least(70.0).clip(true))
            .column(Width::initial(282.0 - says).at_least(70.0).clip(true))
            .column(Width::exact(forward).clip(true))
            .column(Width::exact(says).clip(true)),
    };
    let columns: &[&[(&str, Order)]] = match narrow {
        true => &[&[ADDRESS, NAME], &[HOME]],
        false => &[&[ADDRESS], &[NAME], &[HOME]],
    };
    let table = table.header(30.0, |mut header| {
        header.col(|_| {});
        for column in columns {
            header.col(|ui| {
                for (label, order) in *column {
                    header_ui(ui, session, label, *order, out);
                }
            });
        }
        if !narrow {
            header.col(|ui| {
                if handed.is_some() {
                    ui.label("Forward");
                }
            });
            header.col(|ui| {
                if asked {
                    ui.label("Server says");
                }
            });
        }
    });
    let height = if narrow { 2.0 * LINE } else { ROW };
    table.body(|body| {
        body.rows(height, view.rows.len(), |mut row| {
            let at = row.index();
            let who = view.rows.get(at).and_then(|&index| roster.at(index as usize));
            let Some(who) = who else { return };
            let selected = view.selected.contains(&who.address);
            row.set_selected(selected);
            select_ui(&mut row, at, who, selected, out);
            let forward = handed.map(|seen| seen.handed.handing(&session.plan, who).word());
            let answer = answer(session, who);
            match narrow {
                true => short_row_ui(&mut row, who, forward, answer.as_ref()),
                false => row_ui(&mut row, who, forward, answer.as_ref()),
            }
            let response = row.response();
            if response.clicked() {
                let keys = response.ctx.input(|input| input.modifiers);
                let (add, range) = (keys.command, keys.shift);
                out.push(Action::People(PeopleAction::Click { row: at, add, range }));
            }
        });
    });
}

/// Shape and word; nothing of who was not asked.
fn answer_ui(ui: &mut Ui, answer: Option<&FindingState>) {
    let Some(answer) = answer else { return };
    let mark = Mark::of(answer);
    paint_mark(ui, mark, 14.0);
    let words = RichText::new(answer_word(answer)).color(mark.colour(palette(ui)));
    ui.add(Label::new(words).truncate().selectable(false));
}

fn header_ui(ui: &mut Ui, session: &Session, label: &str, order: Order, out: &mut Vec<Action>) {
    let view = &session.people;
    let by_this = view.arrangement.order == order;
    let face = match (by_this, view.arrangement.descending) {
        (true, false) => format!("{label}, A to Z"),
        (true, true) => format!("{label}, Z to A"),
        (false, _) => label.to_owned(),
    };
    let words =
        RichText::new(&face).color(if by_this { palette(ui).accent } else { palette(ui).text });
    let response = ui.add(egui::Button::new(words).frame(false));
    response.widget_info(|| {
        let name = format!("Sort by {}", face.to_lowercase());
        egui::WidgetInfo::labeled(egui::Role::Button, true, name)
    });
    if response.clicked() {
        out.push(Action::People(PeopleAction::OrderBy(order)));
    }
}

fn select_ui(
    row: &mut TableRow<'_, '_>,
    at: usize,
    who: &Mailbox,
    selected: bool,
    out: &mut Vec<Action>,
) {
    row.col(|ui| {
        let mut on = selected;
        let response = ui.add(Checkbox::without_text(&mut on));
        response.widget_info(|| {
            let name = format!("Select {}", who.address.to_unicode());
            egui::WidgetInfo::selected(egui::Role::CheckBox, true, on, name)
        });
        if response.changed() {
            let (add, range) = (true, ui.input(|input| input.modifiers.shift));
            out.push(Action::People(PeopleAction::Click { row: at, add, range }));
        }
    });
}

fn cell(ui: &mut Ui, words: impl Into<RichText>) {
    ui.add(Label::new(words.into()).truncate().selectable(false));
}

fn row_ui(
    row: &mut TableRow<'_, '_>,
    who: &Mailbox,
    forward: Option<&str>,
    answer: Option<&FindingState>,
) {
    row.col(|ui| cell(ui, who.address.to_unicode()));
    row.col(|ui| cell(ui, who.display_name.to_string()));
    row.col(|ui| cell(ui, lives(who)));
    row.col(|ui| forward.into_iter().for_each(|word| cell(ui, word)));
    row.col(|ui| answer_ui(ui, answer));
}

/// The same in two lines, where room is scarce.
fn short_row_ui(
    row: &mut TableRow<'_, '_>,
    who: &Mailbox,
    forward: Option<&str>,
    answer: Option<&FindingState>,
) {
    let two = |ui: &mut Ui, upper: String, lower: &dyn Fn(&mut Ui)| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.add_space(4.0);
            cell(ui, upper);
            ui.horizontal(lower);
        });
    };
    row.col(|ui| {
        two(ui, who.address.to_unicode(), &|ui| {
            cell(ui, RichText::new(&*who.display_name).small().color(palette(ui).weak));
        });
    });
    row.col(|ui| {
        two(ui, lives(who), &|ui| {
            answer_ui(ui, answer);
            forward.into_iter().for_each(|word| cell(ui, RichText::new(word).small()));
        });
    });
}

/// "At host, mailbox retired".
fn lives(who: &Mailbox) -> String {
    let mut words = home_words(who);
    words.push_str(match who.strategy {
        Strategy::Contact => "",
        Strategy::Forward => ", keeps mailbox",
        Strategy::Retire => ", mailbox retired",
    });
    words
}
