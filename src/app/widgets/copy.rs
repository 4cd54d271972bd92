//! Values to carry elsewhere: each with its own copy button that says
//! "Copied" in place.

use eframe::egui::{
    self, CornerRadius, Frame, Label, Margin, Response, RichText, Role, Stroke, TextStyle, Ui,
    WidgetInfo, scroll_area::ScrollBarVisibility,
};

use crate::app::action::Action;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::shown::capital;

/// Where values to copy stand: with the name of a value the place tells one
/// button from another.
pub(crate) struct Copies<'a> {
    state: &'a State,
    place: &'a str,
    out: &'a mut Vec<Action>,
}

/// Width of the names of values: points.
const NAME: f32 = 170.0;
/// Width of a copy button, whatever its face says: points.
const BUTTON: f32 = 72.0;
/// How high a block of code becomes before it scrolls: points.
const BLOCK: f32 = 220.0;

impl<'a> Copies<'a> {
    /// Values of this place.
    pub(crate) fn at(state: &'a State, place: &'a str, out: &'a mut Vec<Action>) -> Self {
        Self { state, place, out }
    }

    /// The button alone. `what` follows "Copy" for screen readers.
    pub(crate) fn button(&mut self, ui: &mut Ui, what: &str, value: &str) -> Response {
        self.faced(ui, "Copy", what, value)
    }

    /// The same with what it copies on its face, where nothing beside it says so.
    pub(crate) fn spelled(&mut self, ui: &mut Ui, what: &str, value: &str) -> Response {
        self.faced(ui, &format!("Copy {what}"), what, value)
    }

    fn faced(&mut self, ui: &mut Ui, face: &str, what: &str, value: &str) -> Response {
        let key = copy_key(self.place, what);
        let copied = self.state.copied.as_deref() == Some(key.as_str());
        // As wide as before, so that nothing moves when it says so.
        let font = TextStyle::Button.resolve(ui.style());
        let words = ui.painter().layout_no_wrap(face.to_owned(), font, palette(ui).text).size();
        let width = (words.x + 2.0 * ui.spacing().button_padding.x).max(BUTTON);
        let face = if copied { "Copied" } else { face };
        let response = ui.add(egui::Button::new(face).min_size(egui::vec2(width, 0.0)));
        let verb = if copied { "Copied" } else { "Copy" };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{verb} {what}")));
        if response.clicked() {
            self.out.push(Action::Copy { key, text: value.to_owned() });
        }
        response
    }

    /// "External Mail Server   mail.example.com   [Copy]".
    pub(crate) fn row(&mut self, ui: &mut Ui, label: &str, value: &str) {
        let name = RichText::new(label).color(palette(ui).weak);
        if theme::is_narrow(ui.ctx()) {
            // Beside its name a value would break after every few letters.
            ui.label(name);
            ui.horizontal(|ui| self.value(ui, label, value));
            return;
        }
        ui.horizontal(|ui| {
            ui.allocate_ui_with_layout(
                egui::vec2(NAME, 26.0),
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_min_width(NAME);
                    ui.add(Label::new(name).wrap());
                },
            );
            self.value(ui, label, value);
        });
    }

    fn value(&mut self, ui: &mut Ui, label: &str, value: &str) {
        let width = (ui.available_width() - BUTTON - 12.0).max(80.0);
        well(ui, width, |ui| {
            ui.add(Label::new(RichText::new(value).monospace()).wrap());
        });
        self.button(ui, label, value);
    }

    /// Several lines in a well, with the copy button above them.
    pub(crate) fn block(&mut self, ui: &mut Ui, label: &str, text: &str) {
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.button(ui, label, text);
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let name = RichText::new(capital(label)).color(palette(ui).weak);
                    ui.add(Label::new(name).wrap());
                });
            });
        });
        let width = ui.available_width();
        well(ui, width, |ui| {
            let font = TextStyle::Monospace.resolve(ui.style());
            let shown = text.trim_end().to_owned();
            let size = ui.painter().layout_no_wrap(shown.clone(), font, palette(ui).text).size();
            let scroll = ui.spacing().scroll;
            let bar = if size.x > ui.available_width() { scroll.allocated_width() } else { 0.0 };
            let height = (size.y + bar).min(BLOCK);
            ui.set_min_height(height);
            // The window library brings a bar into sight whose block is not: it
            // would lie on whatever is there.
            let bars = match ui.max_rect().top() + height <= ui.clip_rect().bottom() {
                true => ScrollBarVisibility::VisibleWhenNeeded,
                false => ScrollBarVisibility::AlwaysHidden,
            };
            let area = egui::ScrollArea::both().id_salt((self.place, label)).max_height(BLOCK);
            area.auto_shrink([false, true]).scroll_bar_visibility(bars).show(ui, |ui| {
                let shown = RichText::new(shown).text_style(TextStyle::Monospace);
                ui.add(Label::new(shown).extend());
            });
        });
    }
}

/// What tells one copy button from another.
pub(crate) fn copy_key(place: &str, what: &str) -> String {
    format!("{place}/{what}")
}

fn well(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui)) {
    let colours = palette(ui);
    Frame::new()
        .fill(colours.well)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(CornerRadius::same(4))
        .inner_margin(Margin::symmetric(8, 4))
        .show(ui, |ui| {
            ui.set_width((width - 18.0).max(40.0));
            content(ui);
        });
}
