//! A labelled text field, judged on leaving.

use eframe::egui::{self, Event, Id, Key, Label, Response, RichText, ScrollArea, TextEdit, Ui};

use super::{Mark, error_line, named_button, notice, text as words, weak};
use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::state::State;
use crate::app::theme::{RADIUS, palette};
use crate::shown::shown;

/// Characters that a field takes.
const MOST: usize = 4 * 1024 * 1024;
/// Octets of a text of many lines that are laid out to be edited.
const LAID_OUT: usize = 64 * 1024;
/// Octets of a line that is not broken, at least.
const A_LINE: usize = 60;
/// Characters of its first line that are shown in place of a longer one.
const FIRST_LINE: usize = 80;

/// Height of a line below a field: points.
const BELOW: f32 = 18.0;

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

    /// A text of many lines that is too long to be laid out: what it is, and a
    /// way to be rid of it.
    fn summary_ui(&self, ui: &mut Ui, text: &str, out: &mut Vec<Action>) {
        let lines = text.lines().count();
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        ui.label(self.label);
        notice(ui, Mark::Passed, |ui| {
            words(ui, &format!("{lines} lines are here, too many to show. The first:"));
            weak(ui, &shown(first, FIRST_LINE));
            if named_button(ui, "Clear", &format!("Clear {}", self.label)).clicked() {
                out.push(Action::Typed(self.field, String::new()));
            }
        });
    }

    /// Takes a very long paste as it is: laid out in the field it would take
    /// seconds and a gigabyte.
    fn pasted(&self, ui: &Ui, id: Id) -> Option<String> {
        if !ui.memory(|memory| memory.has_focus(id)) {
            return None;
        }
        let is_long = |event: &Event| matches!(event, Event::Paste(text) if text.len() > LAID_OUT);
        ui.input_mut(|input| {
            let at = input.events.iter().position(is_long)?;
            match input.events.remove(at) {
                Event::Paste(text) => Some(text),
                _ => None,
            }
        })
    }

    /// Draws it. True when Enter was pressed in it.
    pub(crate) fn show(self, ui: &mut Ui, state: &State, out: &mut Vec<Action>) -> bool {
        let mut text = state.text_of(self.field);
        let error = state.error_of(self.field);
        let id = Id::unique(("field", self.field.key()));
        let mut entered = false;
        ui.vertical(|ui| {
            if self.rows > 1 {
                if let Some(more) = self.pasted(ui, id) {
                    text.push_str(&more);
                    out.push(Action::Typed(self.field, cut(text.clone())));
                }
                if text.len() > LAID_OUT {
                    self.summary_ui(ui, &text, out);
                    if let Some(error) = error {
                        error_line(ui, error);
                    }
                    return;
                }
            }
            // Only then: what asks to be seen inside of it would move it alone.
            let is_long = self.rows > 1
                && (text.lines().count() > self.rows || text.len() > self.rows * A_LINE);
            let label = ui.label(self.label);
            let width = self.width.min(ui.available_width());
            let edit = if self.rows > 1 {
                TextEdit::multiline(&mut text).desired_rows(self.rows)
            } else {
                TextEdit::singleline(&mut text)
            };
            let edit = edit
                .id(id)
                .hint_text(self.hint)
                .margin(egui::Margin::symmetric(8, 5))
                .char_limit(MOST)
                .desired_width(width);
            let response = match self.rows {
                rows if is_long => scrolled(ui, self.field, rows, edit),
                _ => ui.add(edit),
            }
            .labelled_by(label.id);
            if error.is_some() {
                // Over its own frame, whatever pointer and keyboard make of that.
                let bad = egui::Stroke::new(1.5, palette(ui).bad);
                let rect = response.interact_rect;
                ui.painter().rect_stroke(rect, RADIUS, bad, egui::StrokeKind::Inside);
            }
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
                // As high as the sentence that may take its place.
                ui.scope(|ui| {
                    ui.set_min_height(BELOW);
                    // As it is: it may say how the DNS spells a name.
                    let note = RichText::new(self.note).small().color(palette(ui).weak);
                    ui.add(Label::new(note).wrap());
                });
            }
        });
        entered
    }
}

/// A field of many lines keeps its height, whatever is pasted.
fn scrolled(ui: &mut Ui, field: FieldId, rows: usize, edit: TextEdit<'_>) -> Response {
    let height = ui.text_style_height(&egui::TextStyle::Body) * rows as f32 + 10.0;
    let area = ScrollArea::vertical().id_salt(("lines", field.key())).max_height(height);
    area.show(ui, |ui| ui.add(edit)).inner
}

/// As much of it as a field takes.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MOST) {
        text.truncate(end);
    }
    text
}
