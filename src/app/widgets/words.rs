//! Text in its sizes, cards and plain buttons.

use eframe::egui::{
    self, Button, CollapsingHeader, CornerRadius, Frame, Id, Label, Margin, Pos2, Rect, Response,
    RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};

use super::{Mark, paint_mark};
use crate::app::spelling::spelled;
use crate::app::state::{Reveal, State};
use crate::app::theme::{self, palette};
use crate::shown::{escaped, is_hidden};

/// Width of the names of facts, and of the state that heads them: points.
pub(crate) const FACT: f32 = 96.0;

/// The main instruction of a page. With `enter` it takes the keyboard, so
/// that Tab goes on with the page and a screen reader says where one is.
pub(crate) fn title(ui: &mut Ui, words: &str, enter: bool) {
    let words = &spelled(ui, words);
    let mut face = RichText::new(words).heading();
    if theme::is_narrow(ui.ctx()) {
        // Three lines of the other would fill a small window.
        face = face.text_style(theme::subheading());
    }
    let heading = ui.add(Label::new(face).wrap());
    let id = title_id();
    // Tab passes it by otherwise: there is nothing to do with it.
    if enter || ui.memory(|memory| memory.has_focus(id)) {
        let place = ui.interact(heading.rect, id, Sense::focusable_noninteractive());
        place.widget_info(|| WidgetInfo::labeled(Role::Heading, true, words));
        if enter {
            place.request_focus();
        }
    }
}

/// What has the keyboard when a page is new.
pub(crate) fn title_id() -> Id {
    Id::unique("title")
}

/// What stands below the title.
pub(crate) fn lead(ui: &mut Ui, words: &str) {
    ui.add(Label::new(RichText::new(spelled(ui, words)).color(palette(ui).weak)).wrap());
}

/// A heading inside a card.
pub(crate) fn subheading(ui: &mut Ui, words: &str) {
    let words = RichText::new(spelled(ui, words)).text_style(theme::subheading());
    ui.add(Label::new(words).wrap());
    ui.add_space(2.0);
}

/// A heading on the page, with space before and a line under it.
pub(crate) fn section(ui: &mut Ui, words: &str) {
    ui.add_space(theme::SECTION);
    let words = RichText::new(spelled(ui, words)).text_style(theme::subheading());
    ui.add(Label::new(words).wrap());
    let width = ui.available_width();
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, 1.0), egui::Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, palette(ui).line));
    ui.add_space(4.0);
}

/// A paragraph.
pub(crate) fn text(ui: &mut Ui, words: &str) {
    ui.add(Label::new(spelled(ui, words)).wrap());
}

/// A paragraph of less weight.
pub(crate) fn weak(ui: &mut Ui, words: &str) {
    let words = RichText::new(spelled(ui, words)).small().color(palette(ui).weak);
    ui.add(Label::new(words).wrap());
}

/// Side by side, as high as its content.
pub(crate) fn tight_row(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal_top(content);
    });
}

/// A line of a list.
pub(crate) fn bullet(ui: &mut Ui, words: &str) {
    tight_row(ui, |ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(12.0, 18.0), egui::Sense::hover());
        ui.painter().circle_filled(rect.center(), 2.0, palette(ui).weak);
        ui.add(Label::new(spelled(ui, words)).wrap());
    });
}

/// "Found    (no record)".
pub(crate) fn fact(ui: &mut Ui, name: &str, value: &str) {
    tight_row(ui, |ui| {
        ui.allocate_ui_with_layout(
            Vec2::new(FACT, 16.0),
            egui::Layout::left_to_right(egui::Align::TOP),
            |ui| {
                ui.set_min_width(FACT);
                ui.label(RichText::new(name).color(palette(ui).weak));
            },
        );
        ui.add(Label::new(spelled(ui, value)).wrap());
    });
}

/// A sentence beside a field that can't be taken.
pub(crate) fn error_line(ui: &mut Ui, sentence: &str) {
    let bad = palette(ui).bad;
    tight_row(ui, |ui| {
        paint_mark(ui, Mark::Failed, 15.0);
        ui.add(Label::new(RichText::new(spelled(ui, sentence)).color(bad)).wrap());
    });
}

/// A card: what belongs together.
pub(crate) fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    let colours = palette(ui);
    Frame::new()
        .fill(colours.card)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            content(ui)
        })
        .inner
}

/// A box that asks for attention.
pub(crate) fn notice(ui: &mut Ui, mark: Mark, content: impl FnOnce(&mut Ui)) {
    let colours = palette(ui);
    let (fill, line) = match mark {
        Mark::Failed => (colours.bad_ground, colours.bad),
        Mark::Warning | Mark::Attention => (colours.warn_ground, colours.warn),
        _ => (colours.card, colours.line),
    };
    Frame::new()
        .fill(fill)
        .stroke(Stroke::new(1.0, line))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                paint_mark(ui, mark, 18.0);
                ui.vertical(|ui| content(ui));
            });
        });
}

/// A button.
pub(crate) fn button(ui: &mut Ui, words: &str) -> Response {
    ui.button(words)
}

/// A button whose name for screen readers says more than its face.
pub(crate) fn named_button(ui: &mut Ui, face: &str, name: &str) -> Response {
    let response = ui.button(face);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    response
}

/// The button for what comes next.
pub(crate) fn primary_button(ui: &mut Ui, words: &str) -> Response {
    let colours = palette(ui);
    let face = RichText::new(words).color(colours.on_accent);
    let response =
        ui.add(Button::new(face).fill(colours.accent).stroke(Stroke::new(1.0, colours.accent)));
    if response.has_focus() {
        focus_ring(ui, response.rect.expand(2.0));
    }
    response
}

/// A heading that opens and closes what is below it.
pub(crate) fn fold(ui: &mut Ui, heading: CollapsingHeader, content: impl FnOnce(&mut Ui)) {
    let heading = heading.show_unindented(ui, content).header_response;
    if heading.has_focus() {
        focus_ring(ui, heading.rect);
    }
}

/// Around what has the keyboard and does not show it by itself.
fn focus_ring(ui: &Ui, around: Rect) {
    let ring = Stroke::new(2.0, palette(ui).accent);
    ui.painter().rect_stroke(around, CornerRadius::same(7), ring, StrokeKind::Outside);
}

/// Text of unknown origin, safe to show: control and bidi characters as
/// `\u{..}`; line breaks stay.
pub(crate) fn safe(text: &str) -> String {
    escaped(text, |c| c != '\n' && is_hidden(c)).into_owned()
}

/// Scrolls to what begins at `top` and ends here, where that is asked for.
pub(crate) fn reveal(ui: &Ui, state: &State, what: Reveal, top: Pos2) {
    if state.reveal == Some(what) {
        let all = egui::Rect::from_min_max(top, ui.min_rect().max);
        ui.scroll_to_rect(all, Some(egui::Align::TOP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_can_not_turn_the_text_around() {
        assert_eq!(safe("250 \u{202e}ok\r\nnext\0"), "250 \\u{202e}ok\\u{d}\nnext\\u{0}");
    }
}
