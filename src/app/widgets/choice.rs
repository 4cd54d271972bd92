//! Questions with a few answers, and tick boxes.

use eframe::egui::{self, Label, RichText, Ui};

use crate::app::theme::palette;

/// A question whose answers all stay in sight.
pub(crate) struct Choices<'a, T> {
    question: &'a str,
    answers: Vec<(T, &'a str, &'a str)>,
}

impl<'a, T: Copy + PartialEq> Choices<'a, T> {
    /// A question.
    pub(crate) fn new(question: &'a str) -> Self {
        Self { question, answers: Vec::new() }
    }

    /// One answer with what it means.
    pub(crate) fn answer(mut self, value: T, label: &'a str, meaning: &'a str) -> Self {
        self.answers.push((value, label, meaning));
        self
    }

    /// Draws it; the new answer, when one was chosen. `focus` gives the
    /// keyboard to the first answer.
    pub(crate) fn show(self, ui: &mut Ui, current: T, focus: bool) -> Option<T> {
        let mut chosen = None;
        ui.label(self.question);
        for (at, (value, label, meaning)) in self.answers.into_iter().enumerate() {
            ui.horizontal_wrapped(|ui| {
                let response = ui.radio(current == value, label);
                response.widget_info(|| {
                    egui::WidgetInfo::selected(
                        egui::Role::RadioButton,
                        true,
                        current == value,
                        format!("{}: {label}", self.question.trim_end_matches('?')),
                    )
                });
                if focus && at == 0 {
                    response.request_focus();
                    response.scroll_to_me(None);
                }
                if response.clicked() && current != value {
                    chosen = Some(value);
                }
                if !meaning.is_empty() {
                    let words = RichText::new(meaning).small().color(palette(ui).weak);
                    ui.add(Label::new(words).wrap());
                }
            });
        }
        chosen
    }
}

/// A tick box; the new state, when it was clicked.
pub(crate) fn tick(ui: &mut Ui, on: bool, label: &str) -> Option<bool> {
    let mut value = on;
    ui.checkbox(&mut value, label).changed().then_some(value)
}
