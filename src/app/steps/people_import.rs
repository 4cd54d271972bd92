//! Lists of people: file, drop or paste, columns confirmed, rejects shown.

use eframe::egui::{self, CollapsingHeader, Label, RichText, Ui};

use super::people_preview::preview_ui;
use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::people_action::PeopleAction;
use crate::app::picker::Wanted;
use crate::app::session::{Import, Imported, Session};
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Copies, Input, ListBox, Mark, button, fold, named_button, notice, primary_button, safe,
    subheading, text, weak,
};
use crate::counted::counted;
use crate::roster::{Column, Format, Tally, tell_addresses, without_home};
use crate::shown::capital;

/// Width of the names of columns, and of the choice what each means: points.
const COLUMN: f32 = 190.0;
const MEANS: f32 = 220.0;
/// How many rejects are listed on the page; all of them are copied.
const REJECTS_SHOWN: usize = 100;

/// The upper card of the page.
pub(crate) fn import_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    if let Some(import) = &session.import {
        return match &import.taken {
            Some(taken) => preview_ui(ui, &import.name, taken, out),
            None => confirm_ui(ui, session, import, out),
        };
    }
    if session.plan.roster.is_empty() {
        subheading(ui, "Bring people in");
        ways_ui(ui, state, out);
    } else {
        // What can't be read, or waits to be read, stays in sight.
        let busy =
            [FieldId::ListPath, FieldId::ListPaste, FieldId::NewPerson].iter().any(|field| {
                state.focus == Some(*field)
                    || state.texts.get(field).is_some_and(|typed| !typed.text.is_empty())
            });
        let heading = CollapsingHeader::new("Bring more people in")
            .id_salt("more people")
            .open(busy.then_some(true));
        fold(ui, heading, |ui| ways_ui(ui, state, out));
    }
    if let Some(report) = &session.imported {
        report_ui(ui, state, report, out);
    }
}

/// File, paste, one by one.
fn ways_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    weak(
        ui,
        "An export of Exchange, Active Directory, Microsoft 365, Google Workspace, Zimbra, cPanel or the host's panel (CSV, XLSX, LDIF), a Postfix map, or a list with one person a line. Drop it on the window, or:",
    );
    let entered = Input::new(FieldId::ListPath, "File with people").show(ui, state, out);
    ui.horizontal(|ui| {
        if button(ui, "Read file").clicked() || entered {
            out.push(Action::People(PeopleAction::ReadTyped));
        }
        if button(ui, "Choose file ...").clicked() {
            out.push(Action::Pick(Wanted::List));
        }
    });
    let pasted = !state.text_of(FieldId::ListPaste).is_empty();
    let heading = CollapsingHeader::new("Paste a list").id_salt("paste").default_open(pasted);
    let heading = heading.open((state.focus == Some(FieldId::ListPaste)).then_some(true));
    fold(ui, heading, |ui| {
        Input::new(FieldId::ListPaste, "Pasted list")
            .hint("address,display_name")
            .rows(5)
            .width(640.0)
            .show(ui, state, out);
        if button(ui, "Read pasted list").clicked() {
            out.push(Action::People(PeopleAction::ReadPaste));
        }
    });
    let entered = Input::new(FieldId::NewPerson, "Or add one person")
        .hint("ann@example.com")
        .note("The address alone; the table below says where the mailbox is.")
        .show(ui, state, out);
    if button(ui, "Add person").clicked() || entered {
        out.push(Action::People(PeopleAction::Add));
    }
}

fn confirm_ui(ui: &mut Ui, session: &Session, import: &Import, out: &mut Vec<Action>) {
    subheading(ui, &format!("{}: what is in which column?", safe(&import.name)));
    let rows = import.table.rows.len();
    let told = match import.table.merged {
        0 => String::new(),
        merged => format!(" {merged} lines are aliases of them."),
    };
    let format = import.table.format.label();
    weak(ui, &format!("{format}: {rows} rows, {}.{told}", encoding_words(import)));
    if let Some(note) = &import.table.note {
        weak(ui, note);
    }
    ui.add_space(theme::GAP);
    if !theme::is_narrow(ui.ctx()) {
        ui.horizontal(|ui| {
            part_ui(ui, COLUMN, |ui| weak(ui, "Column"));
            part_ui(ui, MEANS, |ui| weak(ui, "Means"));
            weak(ui, "First cells");
        });
    }
    for (at, column) in import.columns.iter().enumerate() {
        column_ui(ui, import, at, *column, out);
    }
    ui.add_space(theme::GAP);
    if !tell_addresses(&import.table, &import.columns) {
        notice(ui, Mark::Warning, |ui| text(ui, "Say which column holds the addresses."));
    }
    if let Some(remark) = without_home(&import.columns) {
        weak(ui, remark);
    }
    ui.horizontal(|ui| {
        let words = if session.plan.roster.is_empty() {
            "Take these people"
        } else {
            "Show what would change"
        };
        if primary_button(ui, words).clicked() {
            out.push(Action::People(PeopleAction::Take));
        }
        if named_button(ui, "Cancel", "Cancel import").clicked() {
            out.push(Action::People(PeopleAction::DropImport));
        }
    });
}

fn column_ui(ui: &mut Ui, import: &Import, at: usize, column: Column, out: &mut Vec<Action>) {
    let name = match import.table.header.get(at).map(|name| name.trim()) {
        Some(name) if !name.is_empty() => cut(name, 28),
        _ => format!("Column {}", at + 1),
    };
    let samples: Vec<String> = import
        .table
        .rows
        .iter()
        .filter_map(|(_, cells)| cells.get(at))
        .filter(|cell| !cell.trim().is_empty())
        .take(3)
        .map(|cell| cut(cell, 22))
        .collect();
    let samples = if samples.is_empty() { "(empty)".to_owned() } else { samples.join(" · ") };
    let samples = Label::new(RichText::new(samples).color(palette(ui).weak)).truncate();
    if theme::is_narrow(ui.ctx()) {
        ui.label(&name);
        ui.add(samples);
        meaning_ui(ui, &name, at, column, out);
        ui.add_space(theme::GAP);
        return;
    }
    ui.horizontal(|ui| {
        part_ui(ui, COLUMN, |ui| {
            ui.add(Label::new(&name).truncate());
        });
        part_ui(ui, MEANS, |ui| meaning_ui(ui, &name, at, column, out));
        ui.add(samples);
    });
}

/// A part of a row, so wide: points.
fn part_ui(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
        ui.set_min_width(width);
        content(ui);
    });
}

/// What a column means, to be chosen.
fn meaning_ui(ui: &mut Ui, name: &str, at: usize, column: Column, out: &mut Vec<Action>) {
    let shown = meaning_words(column);
    let name = format!("Meaning of {name}");
    let chosen = ListBox::new(&name, &shown, MEANS - 20.0).show(ui, ("column", at), || {
        let lines = Column::ALL.into_iter();
        lines.map(|meaning| (meaning, meaning == column, meaning_words(meaning))).collect()
    });
    if let Some(meaning) = chosen.filter(|meaning| *meaning != column) {
        out.push(Action::People(PeopleAction::SetColumn(at, meaning)));
    }
}

fn report_ui(ui: &mut Ui, state: &State, report: &Imported, out: &mut Vec<Action>) {
    ui.add_space(theme::GAP);
    let mark = if report.rejects.is_empty() { Mark::Passed } else { Mark::Warning };
    notice(ui, mark, |ui| {
        let Tally { added, updated, unchanged } = report.taken;
        let mut words = format!("{added} added, {updated} brought up to date");
        if unchanged > 0 {
            words.push_str(&format!(", {unchanged} unchanged"));
        }
        words.push_str(&match report.rejects.len() {
            0 => ", nobody left out.".to_owned(),
            some => format!(", {} not taken:", counted(some, "line", "lines")),
        });
        text(ui, &words);
        for reject in report.rejects.iter().take(REJECTS_SHOWN) {
            let line = format!("Line {}: {}", reject.line, safe(&reject.reason));
            text(ui, &line);
            weak(ui, &safe(&reject.text));
        }
        if report.rejects.len() > REJECTS_SHOWN {
            let rest = report.rejects.len() - REJECTS_SHOWN;
            weak(ui, &format!("{rest} more; copy the list to see them."));
        }
        for remark in report.remarks.iter().take(REJECTS_SHOWN) {
            weak(ui, &safe(remark));
        }
        if report.remarks.len() > REJECTS_SHOWN {
            let rest = report.remarks.len() - REJECTS_SHOWN;
            weak(ui, &format!("{rest} more people have other addresses that are not used."));
        }
        ui.horizontal(|ui| {
            if !report.rejects.is_empty() {
                let list: String = report
                    .rejects
                    .iter()
                    .map(|reject| format!("{}\t{}\t{}\n", reject.line, reject.reason, reject.text))
                    .collect();
                Copies::at(state, "import", out).button(ui, "lines not taken", &list);
            }
            if named_button(ui, "Dismiss", "Dismiss import report").clicked() {
                out.push(Action::People(PeopleAction::DropReport));
            }
        });
    });
}

fn encoding_words(import: &Import) -> String {
    use crate::roster::Encoding;
    let encoding = match import.table.encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => "UTF-8",
        Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        Encoding::Windows1252 => "Windows-1252",
        Encoding::Mixed => "UTF-8 and Windows-1252",
    };
    match import.table.format {
        Format::Workbook => return "read from its cells".to_owned(),
        format if !format.has_separator() => return format!("read as {encoding}"),
        _ => {}
    }
    let separator = match import.table.separator {
        '\t' => "tabs".to_owned(),
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\n' => return format!("read as {encoding}, one person a line"),
        other => safe(&other.to_string()),
    };
    format!("read as {encoding}, split at {separator}")
}

/// As the choice has it: "Home (host or external)".
fn meaning_words(column: Column) -> String {
    match column {
        Column::Home => "Home (host or external)".to_owned(),
        Column::UserName => "User name (without @)".to_owned(),
        Column::LegacyDn => column.words().to_owned(),
        column => capital(column.words()),
    }
}

fn cut(text: &str, most: usize) -> String {
    let text = safe(text.trim()).replace('\n', " ");
    if text.chars().count() <= most {
        text
    } else {
        let mut cut: String = text.chars().take(most).collect();
        cut.push_str("...");
        cut
    }
}
