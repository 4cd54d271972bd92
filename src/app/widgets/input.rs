//! A labelled text field, judged on leaving.

use eframe::egui::{self, Id, Key, Label, RichText, TextEdit, Ui};

use super::error_line;
use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::state::State;
use crate::app::theme::palette;

/// A text field with its label above, a note or an error below.
pub(crate) struct Input<'a> {
    field: FieldId,
    label: &'a str,
    hint: &'a str,
    note: &'a str,
    width: f32,
    rows: usize,
}

impl<'a> Input<'a> {
    /// A field with its label.
    pub(crate) fn new(field: FieldId, label: &'a str) -> Self {
        Self { field, label, hint: "", note: "", width: 420.0, rows: 1 }
    }

    /// What an answer looks like, shown while it is empty.
    pub(crate) fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// A line below the field.
    pub(crate) fn note(mut self, note: &'a str) -> Self {
        self.note = note;
        self
    }

    /// Width in points.
    pub(crate) fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// More than one line.
    pub(crate) fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Draws it. True when Enter was pressed in it.
    pub(crate) fn show(self, ui: &mut Ui, state: &State, out: &mut Vec<Action>) -> bool {
        let mut text = state.text_of(self.field);
        let error = state.error_of(self.field);
        let mut entered = false;
        ui.vertical(|ui| {
            let label = ui.label(self.label);
            let width = self.width.min(ui.available_width());
            let edit = if self.rows > 1 {
                TextEdit::multiline(&mut text).desired_rows(self.rows)
            } else {
                TextEdit::singleline(&mut text)
            };
            let edit = edit
                .id(Id::unique(("field", self.field.key())))
                .hint_text(self.hint)
                .margin(egui::Margin::symmetric(8, 5))
                .char_limit(4 * 1024 * 1024)
                .desired_width(width);
            let response = ui
                .scope(|ui| {
                    if error.is_some() {
                        let bad = egui::Stroke::new(1.5, palette(ui).bad);
                        ui.visuals_mut().widgets.inactive.bg_stroke = bad;
                    }
                    ui.add(edit)
                })
                .inner
                .labelled_by(label.id);
            if state.focus == Some(self.field) {
                response.request_focus();
                response.scroll_to_me(None);
            }
            if response.changed() {
                out.push(Action::Typed(self.field, text));
            }
            if response.lost_focus() {
                out.push(Action::Left(self.field));
                entered = self.rows == 1 && ui.input(|input| input.key_pressed(Key::Enter));
            }
            if let Some(error) = error {
                error_line(ui, error);
            } else if !self.note.is_empty() {
                let note = RichText::new(self.note).small().color(palette(ui).weak);
                ui.add(Label::new(note).wrap());
            }
        });
        entered
    }
}
