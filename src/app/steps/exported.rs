//! Where the files of an export go, and what was written: with what one begins
//! on top, the rest folder by folder.

use std::path::Path;

use eframe::egui::{CollapsingHeader, Label, RichText, Ui};

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::picker::Wanted;
use crate::app::session::{Exported, Session};
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Input, Mark, button, card, fold, named_button, notice, subheading, text, tight_row, weak,
};
use crate::artifact::purpose_of_folder;
use crate::counted::counted;
use crate::engine::Written;

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

/// The run-book that was written last, as a page.
pub(crate) fn run_book(session: &Session) -> Option<&Path> {
    let files = &session.exported.as_ref()?.files;
    files.iter().find(|file| file.place == "run-book.html").map(|file| &*file.path)
}

/// What was written last.
pub(crate) fn exported_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    if session.exporting {
        ui.label(RichText::new("Writing the files ...").color(palette(ui).wait));
    }
    let Some(exported) = &session.exported else { return };
    ui.add_space(theme::SPACE);
    card(ui, |ui| written_ui(ui, exported, out));
}

fn written_ui(ui: &mut Ui, exported: &Exported, out: &mut Vec<Action>) {
    subheading(ui, &format!("{} files written", exported.files.len()));
    // All of one export lie below the folder of its README.
    let folder = exported.files.first().and_then(|file| file.path.parent());
    let folder = folder.unwrap_or(&exported.folder);
    ui.horizontal_wrapped(|ui| {
        if button(ui, "Open folder").clicked() {
            out.push(Action::Show(folder.to_path_buf()));
        }
        ui.add(Label::new(RichText::new(folder.display().to_string()).monospace()).wrap());
    });
    if !exported.left_out.is_empty() {
        notice(ui, Mark::Warning, |ui| {
            text(ui, "Something is missing from the files:");
            for sentence in &exported.left_out {
                text(ui, sentence);
            }
        });
    }
    ui.add_space(theme::GAP);
    text(ui, "Begin with these:");
    for (at, file) in exported.files.iter().filter(|file| file.first).enumerate() {
        // What is to be read, its own program shows.
        let end = file.path.extension().and_then(|end| end.to_str());
        tight_row(ui, |ui| {
            ui.label(RichText::new(format!("{}.", at + 1)).color(palette(ui).accent));
            ui.vertical(|ui| {
                file_ui(ui, &file.place, file);
                if matches!(end, Some("txt" | "html"))
                    && named_button(ui, "Open", &format!("Open {}", file.place)).clicked()
                {
                    out.push(Action::Show(file.path.clone()));
                }
            });
        });
    }
    ui.add_space(theme::GAP);
    text(ui, "All of them:");
    for (name, files) in by_folder(&exported.files) {
        folder_of_files_ui(ui, name, &files, out);
    }
}

/// The files of each folder, in the order of use; those beside the folders last.
fn by_folder(files: &[Written]) -> Vec<(&str, Vec<&Written>)> {
    let mut folders: Vec<(&str, Vec<&Written>)> = Vec::new();
    for file in files {
        let name = file.place.split_once('/').map_or("", |(name, _)| name);
        match folders.iter_mut().find(|(folder, _)| *folder == name) {
            Some((_, there)) => there.push(file),
            None => folders.push((name, vec![file])),
        }
    }
    folders.sort_by_key(|(name, _)| name.is_empty());
    folders
}

fn folder_of_files_ui(ui: &mut Ui, name: &str, files: &[&Written], out: &mut Vec<Action>) {
    let count = counted(files.len(), "file", "files");
    let heading = match name {
        "" => format!("Beside the folders, {count}"),
        name => format!("{name}, {count}"),
    };
    let heading = CollapsingHeader::new(heading).id_salt(("written", name.to_owned()));
    fold(ui, heading, |ui| {
        if let Some(folder) = files.first().and_then(|file| folder_of(file, name))
            && named_button(ui, "Open this folder", &format!("Open the folder {name}")).clicked()
        {
            out.push(Action::Show(folder.to_path_buf()));
        }
        for file in files {
            let below = file.place.strip_prefix(name).unwrap_or(&file.place);
            file_ui(ui, below.trim_start_matches('/'), file);
        }
    });
    ui.horizontal_top(|ui| {
        // Below the words of the heading, not below its arrow.
        ui.add_space(ui.spacing().indent);
        weak(ui, purpose_of_folder(name));
    });
}

/// The folder of this name above a file.
fn folder_of<'a>(file: &'a Written, name: &str) -> Option<&'a Path> {
    let named = |folder: &&Path| folder.file_name().is_some_and(|last| last == name);
    file.path.ancestors().skip(1).find(named)
}

/// A name, and below it what the file is for.
fn file_ui(ui: &mut Ui, name: &str, file: &Written) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.add(Label::new(RichText::new(name).monospace()).wrap());
        weak(ui, &file.purpose);
    });
    ui.add_space(2.0);
}
