//! A second list: what it would change, before anybody is taken.

use eframe::egui::{CollapsingHeader, Label, RichText, Ui};

use crate::app::action::Action;
use crate::app::people_action::PeopleAction;
use crate::app::session::Taken;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    button, fold, named_button, primary_button, safe, subheading, text, weak,
};
use crate::counted::counted;
use crate::plan::Address;
use crate::roster::{Changed, Changes};

/// People listed under each heading.
const SHOWN: usize = 100;

/// Draws it in place of the columns.
pub(crate) fn preview_ui(ui: &mut Ui, name: &str, taken: &Taken, out: &mut Vec<Action>) {
    let Changes { new, changed, unchanged, missing } = &taken.changes;
    subheading(ui, &format!("{}: what would change?", safe(name)));
    let rejected = match taken.people.rejects.len() {
        0 => String::new(),
        some => format!(" {} can't be taken.", counted(some, "line", "lines")),
    };
    text(
        ui,
        &format!(
            "{} new, {} changed, {unchanged} unchanged, {} not on this list.{rejected}",
            new.len(),
            changed.len(),
            missing.len()
        ),
    );
    ui.add_space(4.0);
    changed_ui(ui, changed);
    addresses_ui(ui, "New", new);
    addresses_ui(ui, "Not on this list", missing);
    if !missing.is_empty() {
        weak(ui, "Whoever is not on this list stays as they are.");
        if button(ui, "Select them in the table").clicked() {
            out.push(Action::People(PeopleAction::SelectMissing));
        }
    }
    ui.add_space(theme::GAP);
    ui.horizontal_wrapped(|ui| {
        if primary_button(ui, "Take these changes").clicked() {
            out.push(Action::People(PeopleAction::Take));
        }
        if button(ui, "Back to the columns").clicked() {
            out.push(Action::People(PeopleAction::BackToColumns));
        }
        if named_button(ui, "Cancel", "Cancel import").clicked() {
            out.push(Action::People(PeopleAction::DropImport));
        }
    });
}

fn changed_ui(ui: &mut Ui, changed: &[Changed]) {
    if changed.is_empty() {
        return;
    }
    let heading = CollapsingHeader::new(format!("Changed ({})", changed.len()))
        .id_salt("changed")
        .default_open(true);
    fold(ui, heading, |ui| {
        for one in changed.iter().take(SHOWN) {
            text(ui, &one.address.to_string());
            for field in &one.fields {
                let shown = |value: &str| match value.is_empty() {
                    true => "empty".to_owned(),
                    false => format!("“{}”", safe(value)),
                };
                let line = format!(
                    "    {}: {} becomes {}",
                    field.what,
                    shown(&field.from),
                    shown(&field.to)
                );
                ui.add(Label::new(RichText::new(line).color(palette(ui).weak)).wrap());
            }
        }
        rest_ui(ui, changed.len());
    });
}

fn addresses_ui(ui: &mut Ui, words: &str, list: &[Address]) {
    if list.is_empty() {
        return;
    }
    let heading = CollapsingHeader::new(format!("{words} ({})", list.len())).id_salt(words);
    fold(ui, heading, |ui| {
        for address in list.iter().take(SHOWN) {
            text(ui, &address.to_string());
        }
        rest_ui(ui, list.len());
    });
}

fn rest_ui(ui: &mut Ui, of: usize) {
    if of > SHOWN {
        weak(ui, &format!("and {} more", of - SHOWN));
    }
}
