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

/// The button alone. `what` follows "Copy" for screen readers, and with
/// `place` tells one button from another.
pub(crate) fn copy_button(
    ui: &mut Ui,
    state: &State,
    place: &str,
    what: &str,
    value: &str,
    out: &mut Vec<Action>,
) -> Response {
    let key = copy_key(place, what);
    let copied = state.copied.as_deref() == Some(key.as_str());
    let face = if copied { "Copied" } else { "Copy" };
    let response = ui.add(egui::Button::new(face).min_size(egui::vec2(72.0, 0.0)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{face} {what}")));
    if response.clicked() {
        out.push(Action::Copy { key, text: value.to_owned() });
    }
    response
}

/// What tells one copy button from another.
pub(crate) fn copy_key(place: &str, what: &str) -> String {
    format!("{place}/{what}")
}

/// "External Mail Server   mail.example.com   [Copy]".
pub(crate) fn copy_row(
    ui: &mut Ui,
    state: &State,
    place: &str,
    label: &str,
    value: &str,
    out: &mut Vec<Action>,
) {
    let name = RichText::new(label).color(palette(ui).weak);
    if theme::is_narrow(ui.ctx()) {
        // Beside its name a value would break after every few letters.
        ui.label(name);
        ui.horizontal(|ui| value_ui(ui, state, place, label, value, out));
        return;
    }
    ui.horizontal(|ui| {
        ui.allocate_ui_with_layout(
            egui::vec2(170.0, 26.0),
            egui::Layout::left_to_right(egui::Align::Center),
            |ui| {
                ui.set_min_width(170.0);
                ui.add(Label::new(name).wrap());
            },
        );
        value_ui(ui, state, place, label, value, out);
    });
}

fn value_ui(
    ui: &mut Ui,
    state: &State,
    place: &str,
    label: &str,
    value: &str,
    out: &mut Vec<Action>,
) {
    let width = (ui.available_width() - 84.0).max(80.0);
    well(ui, width, |ui| {
        ui.add(Label::new(RichText::new(value).monospace()).wrap());
    });
    copy_button(ui, state, place, label, value, out);
}

/// How high a block of code becomes before it scrolls: points.
const BLOCK: f32 = 220.0;

/// Several lines in a well, with the copy button above them.
pub(crate) fn code_block(
    ui: &mut Ui,
    state: &State,
    place: &str,
    label: &str,
    text: &str,
    out: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            copy_button(ui, state, place, label, text, out);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(Label::new(RichText::new(capital(label)).color(palette(ui).weak)).wrap());
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
        let area = egui::ScrollArea::both().id_salt((place, label)).max_height(BLOCK);
        area.scroll_bar_visibility(bars).show(ui, |ui| {
            let shown = RichText::new(shown).text_style(TextStyle::Monospace);
            ui.add(Label::new(shown).extend());
        });
    });
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
