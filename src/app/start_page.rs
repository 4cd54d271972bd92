//! The start page: new, open, recent, practice.

use std::path::Path;

use eframe::egui::{self, CollapsingHeader, RichText};

use super::action::Action;
use super::field::FieldId;
use super::picker::Wanted;
use super::state::State;
use super::theme::{self, palette};
use super::widgets::{self, Input};
use crate::guide::Step;
use crate::plan::Domain;

/// Draws it.
pub(crate) fn start_ui(ui: &mut egui::Ui, state: &State, out: &mut Vec<Action>) {
    ui.add_space(theme::GAP);
    widgets::title(ui, "Split one mail domain between two mail systems", false);
    widgets::lead(
        ui,
        "Some mailboxes at Rackspace Email, the others on your own server: this wizard asks the real world, \
         proves where every message goes, and writes the files that make it so and the ones that undo it. \
         It changes nothing outside by itself.",
    );
    ui.add_space(theme::SPACE);
    if let Some(waited_for) = state.opening {
        ui.label(RichText::new(waited_for).color(palette(ui).wait));
        ui.add_space(theme::GAP);
    }
    let wide = ui.available_width() >= 940.0;
    if wide {
        ui.horizontal_top(|ui| {
            let left = ui.available_width() * 0.58;
            ui.vertical(|ui| {
                ui.set_width(left);
                profiles_ui(ui, state, out);
            });
            ui.add_space(theme::SPACE - theme::GAP);
            ui.vertical(|ui| {
                widgets::card(ui, |ui| practice_ui(ui, out));
                ui.add_space(theme::SPACE);
                widgets::card(ui, steps_ui);
            });
        });
    } else {
        profiles_ui(ui, state, out);
        ui.add_space(theme::SPACE);
        widgets::card(ui, |ui| practice_ui(ui, out));
    }
}

fn profiles_ui(ui: &mut egui::Ui, state: &State, out: &mut Vec<Action>) {
    widgets::card(ui, |ui| new_ui(ui, state, out));
    ui.add_space(theme::SPACE);
    widgets::card(ui, |ui| open_ui(ui, state, out));
}

/// What lies ahead.
fn steps_ui(ui: &mut egui::Ui) {
    widgets::subheading(ui, "Eight steps, each with two halves");
    widgets::weak(
        ui,
        "You do: clicks, commands, files, and the undo for each. We check: facts with evidence.",
    );
    ui.add_space(4.0);
    for step in Step::ALL {
        widgets::tight_row(ui, |ui| {
            ui.label(RichText::new(step.number().to_string()).color(palette(ui).accent));
            ui.label(step.title());
        });
    }
}

fn new_ui(ui: &mut egui::Ui, state: &State, out: &mut Vec<Action>) {
    widgets::subheading(ui, "New profile");
    let text = state.text_of(FieldId::NewDomain);
    let note = Domain::from_pasted(&text).ok().map(|domain| normal_form(&domain));
    let entered = Input::new(FieldId::NewDomain, "Your mail domain")
        .hint("example.com")
        .note(
            note.as_deref()
                .unwrap_or("The name after the @. A web address or a mail address will do."),
        )
        .show(ui, state, out);
    ui.add_space(theme::GAP);
    ui.horizontal_wrapped(|ui| {
        if widgets::primary_button(ui, "Create profile").clicked() || entered {
            out.push(Action::Create);
        }
    });
    widgets::fold(ui, CollapsingHeader::new("Where it is saved"), |ui| {
        widgets::weak(
            ui,
            "By default in your documents, in a folder named after the domain. Choose another place here.",
        );
        Input::new(FieldId::NewFolder, "Folder of the new profile").show(ui, state, out);
        if widgets::button(ui, "Choose folder ...").clicked() {
            out.push(Action::Pick(Wanted::NewFolder));
        }
    });
}

/// "Will be saved as xn--bcher-kva.example (bücher.example)."
pub(crate) fn normal_form(domain: &Domain) -> String {
    let shown = domain.to_unicode();
    if shown == domain.as_str() {
        format!("Understood as {shown}")
    } else {
        format!("Understood as {shown}, in the DNS {domain}")
    }
}

/// What it is called; a folder that is named after a domain as that is spelled.
pub(crate) fn folder_name(folder: &Path) -> String {
    let Some(name) = folder.file_name() else { return folder.display().to_string() };
    let name = name.to_string_lossy();
    Domain::parse(&name).map_or_else(|_| name.to_string(), |domain| domain.to_unicode())
}

fn open_ui(ui: &mut egui::Ui, state: &State, out: &mut Vec<Action>) {
    widgets::subheading(ui, "Open a profile");
    if !state.recent.is_empty() {
        for folder in &state.recent {
            let name = folder_name(folder);
            let place = folder.parent().map(|at| at.display().to_string()).unwrap_or_default();
            ui.horizontal(|ui| {
                let label = format!("Open {name}");
                if widgets::named_button(ui, &name, &label).clicked() {
                    out.push(Action::Open(folder.clone()));
                }
                ui.add(egui::Label::new(RichText::new(place).weak()).truncate());
            });
        }
        ui.add_space(theme::GAP);
    }
    let entered = Input::new(FieldId::OpenFolder, "Profile folder")
        .note("The folder that holds profile.toml.")
        .show(ui, state, out);
    ui.horizontal(|ui| {
        if widgets::button(ui, "Open").clicked() || entered {
            out.push(Action::OpenTyped);
        }
        if widgets::button(ui, "Choose folder ...").clicked() {
            out.push(Action::Pick(Wanted::OpenProfile));
        }
    });
}

fn practice_ui(ui: &mut egui::Ui, out: &mut Vec<Action>) {
    widgets::subheading(ui, "Practise first");
    widgets::text(
        ui,
        "A small mail world inside this program: name server, both mail systems, thirteen people at example.com. \
         Nothing leaves this machine. Walk all eight steps, break things, see what the checks say.",
    );
    ui.add_space(4.0);
    if widgets::button(ui, "Practise with example.com").clicked() {
        out.push(Action::StartPractice);
    }
}
