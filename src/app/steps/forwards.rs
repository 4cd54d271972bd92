//! Step 6: the lists of forwards, wave by wave.

use eframe::egui::{Label, RichText, Ui};

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::picker::Wanted;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Input, Mark, bullet, button, card, named_button, notice, subheading, text, weak,
};

/// Who is in which wave, and what to write for it.
pub(crate) fn forwards_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let derived = &session.derived;
    card(ui, |ui| {
        subheading(ui, "Lists to write");
        weak(ui, &format!("In the format of {}.", session.plan.external.system.label()));
        for (number, people) in &derived.waves {
            let wave = session.plan.wave(*number).label();
            row_ui(ui, &wave, *people, session.exporting, || Action::Export(Some(*number)), out);
        }
        let words = "Everyone at the host today";
        row_ui(ui, words, derived.at_host, session.exporting, || Action::Export(None), out);
        if derived.waves.is_empty() && derived.at_host == 0 {
            text(ui, "Nobody is at the host and nobody moves yet. Assign people in step 2.");
        }
    });
    ui.add_space(theme::SPACE);
    folder_ui(ui, state, session, out);
    exported_ui(ui, session, out);
}

fn row_ui(
    ui: &mut Ui,
    name: &str,
    people: usize,
    exporting: bool,
    action: impl Fn() -> Action,
    out: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        ui.add_enabled_ui(!exporting, |ui| {
            if named_button(ui, "Export", &format!("Export {name}")).clicked() {
                out.push(action());
            }
        });
        ui.label(name);
        let count = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
        ui.label(RichText::new(count).color(palette(ui).weak));
    });
}

/// Where the files go.
pub(crate) fn folder_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let note = match &session.folder {
        Some(folder) => format!("Left empty: {}", folder.join("exports").display()),
        None => "Left empty: a folder of the practice world, in the system's temporary files."
            .to_owned(),
    };
    Input::new(FieldId::ExportFolder, "Folder for the files").note(&note).show(ui, state, out);
    if button(ui, "Choose export folder ...").clicked() {
        out.push(Action::Pick(Wanted::ExportFolder));
    }
}

/// What was written last.
pub(crate) fn exported_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    if session.exporting {
        ui.label(RichText::new("Writing the files ...").color(palette(ui).wait));
    }
    let Some(exported) = &session.exported else { return };
    ui.add_space(theme::SPACE);
    card(ui, |ui| {
        subheading(ui, &format!("{} files written", exported.files.len()));
        ui.add(Label::new(RichText::new(exported.folder.display().to_string()).monospace()).wrap());
        for file in &exported.files {
            let shown = file.strip_prefix(&exported.folder).unwrap_or(file);
            bullet(ui, &shown.display().to_string());
        }
        if button(ui, "Open folder").clicked() {
            out.push(Action::Show(exported.folder.clone()));
        }
        if !exported.left_out.is_empty() {
            notice(ui, Mark::Warning, |ui| {
                text(ui, "Something is missing from the files:");
                for sentence in &exported.left_out {
                    text(ui, sentence);
                }
            });
        }
    });
}
