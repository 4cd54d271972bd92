//! The frame around every page: what lies where, messages, Back and Next.

use eframe::egui::{
    self, CentralPanel, Frame, Id, Margin, Panel, Rect, RichText, ScrollArea, Stroke, StrokeKind,
    Ui, UiBuilder, Vec2,
};

use super::action::Action;
use super::aside::{Aside, aside_ui, back_ui};
use super::commands::commands_ui;
use super::header::header_ui;
use super::keys::KEYS;
use super::leaving::leaving_ui;
use super::messages::messages_ui;
use super::practice_panel::practice_ui;
use super::rail::rail_ui;
use super::session::Session;
use super::start_page::start_ui;
use super::state::State;
use super::steps::step_ui;
use super::theme::{self, palette};
use super::widgets::{Dialog, primary_button, subheading};

/// Height of a button: points.
const BUTTON: f32 = 28.0;

/// Draws the whole window.
pub(crate) fn window_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let side = Frame::new().fill(palette(ui).side);
    Panel::top("header")
        .frame(side.inner_margin(Margin::symmetric(16, theme::around(ui.ctx()))))
        .show(ui, |ui| header_ui(ui, state, out));
    if let Some(session) = &state.session {
        Panel::left("steps")
            .exact_size(theme::Rail::of(ui.ctx()).width())
            .resizable(false)
            .frame(side.inner_margin(Margin::symmetric(8, theme::around(ui.ctx()))))
            .show(ui, |ui| rail_ui(ui, state, session, out));
        if let Some(switches) = session.practice.as_ref().filter(|_| session.practice_open) {
            let margin = Margin::symmetric(16, theme::around(ui.ctx()));
            Panel::bottom("practice")
                .frame(side.inner_margin(margin))
                .show(ui, |ui| practice_ui(ui, switches, out));
        }
    }
    // Its ground is what the window is cleared with.
    CentralPanel::default().frame(Frame::NONE).show(ui, |ui| centre_ui(ui, state, out));
    if let Some(list) = &state.commands {
        commands_ui(ui.ctx(), state, list, out);
    }
    if state.show_keys {
        keys_ui(ui.ctx(), out);
    }
    leaving_ui(ui.ctx(), state, out);
    focus_ring(ui);
}

/// Around whatever has the keyboard, the same everywhere: what the library
/// itself shows of it looks like a pointer over it, or like nothing at all
/// where there is no frame.
fn focus_ring(ui: &Ui) {
    let focused = ui.memory(|memory| memory.focused());
    let Some(response) = focused.and_then(|id| ui.ctx().read_response(id)) else { return };
    // The title of a page has it only to be read.
    if response.sense.interactive() && response.interact_rect.is_positive() {
        let seen = response.interact_rect.expand(2.0);
        let ring = Stroke::new(2.0, palette(ui).accent);
        let painter = ui.ctx().layer_painter(response.layer_id);
        painter.rect_stroke(seen, theme::RADIUS, ring, StrokeKind::Outside);
    }
}

fn footer(ctx: &egui::Context, state: &State) -> f32 {
    let around = f32::from(theme::around(ctx)) + 2.0;
    if state.session.is_some() || state.aside.is_some() { BUTTON + 2.0 * around } else { 0.0 }
}

/// Page first, Back and Next after it: that is the order of Tab, too.
fn centre_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let full = ui.max_rect();
    let footer = footer(ui.ctx(), state);
    // As high as they were the frame before: they come after the page.
    let id = Id::unique("height of messages");
    let told = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
    let mut page = full;
    page.max.y -= footer + told;
    ui.scope_builder(UiBuilder::new().max_rect(page), |ui| {
        let step = state.session.as_ref().map(|session| session.step);
        let place = (step, state.aside);
        ScrollArea::vertical().id_salt(("page", state.opened, place)).auto_shrink(false).show(
            ui,
            |ui| {
                let above = 2 * theme::around(ui.ctx());
                Frame::new().inner_margin(Margin::symmetric(side(ui), above)).show(ui, |ui| {
                    let most = if state.session.is_some() { theme::MEASURE } else { theme::START };
                    ui.set_width(ui.available_width().min(most));
                    match (state.aside, &state.session) {
                        (Some(aside), _) => aside_ui(ui, state, aside, out),
                        (None, Some(session)) => step_ui(ui, state, session, out),
                        (None, None) => start_ui(ui, state, out),
                    }
                    follow_focus(ui, state);
                    ui.add_space(theme::SECTION);
                });
            },
        );
    });
    let mut below = full;
    below.min.y = page.max.y;
    below.max.y -= footer;
    let now = told_ui(ui, state, below, out);
    if now != told {
        ui.data_mut(|data| data.insert_temp(id, now));
        ui.ctx().request_discard("what is told has another height");
    }
    if footer > 0.0 {
        let mut rect = full;
        rect.min.y = full.max.y - footer;
        ui.painter().hline(rect.x_range(), rect.min.y, Stroke::new(1.0, palette(ui).line));
        let inner = rect.shrink2(Vec2::new(f32::from(side(ui)), (footer - BUTTON) / 2.0));
        ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| {
            match (state.aside, &state.session) {
                (Some(_), _) => back_ui(ui, state, out),
                (None, Some(session)) => footer_ui(ui, session, out),
                (None, None) => {}
            }
        });
    }
}

/// What is told, between the page and *Next*; how high it is, in points. On the
/// page of all messages it would stand twice.
fn told_ui(ui: &mut Ui, state: &State, below: Rect, out: &mut Vec<Action>) -> f32 {
    if state.messages.is_empty() || state.aside == Some(Aside::Messages) {
        return 0.0;
    }
    const MARGIN: f32 = 8.0;
    ui.painter().hline(below.x_range(), below.min.y, Stroke::new(1.0, palette(ui).line));
    let mut inner = below.shrink2(Vec2::new(f32::from(side(ui)), MARGIN));
    // As high as it wants: how high the page is follows.
    inner.max.y = f32::INFINITY;
    let room = ui.max_rect().height();
    let told = ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| {
        ui.set_width(ui.available_width().min(theme::MEASURE));
        messages_ui(ui, state, room, out);
    });
    told.response.rect.height() + 2.0 * MARGIN
}

/// Space left and right of the page: points.
fn side(ui: &Ui) -> i8 {
    if theme::is_narrow(ui.ctx()) { 12 } else { 28 }
}

/// Tab may lead to what is out of sight: the page scrolls to it, once.
fn follow_focus(ui: &Ui, state: &State) {
    let last = egui::Id::unique("page focus");
    let focused = ui.memory(|memory| memory.focused());
    if ui.data(|data| data.get_temp::<Option<egui::Id>>(last)) == Some(focused) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(last, focused));
    if state.reveal.is_some() {
        return;
    }
    let page = ui.min_rect();
    if let Some(response) = focused.and_then(|id| ui.ctx().read_response(id))
        && page.contains_rect(response.rect)
    {
        let mut seen = response.rect.expand(theme::GAP);
        // With the title all that stands above it.
        if focused == Some(super::widgets::title_id()) {
            seen.min.y = page.min.y - theme::SECTION;
        }
        ui.scroll_to_rect(seen, None);
    }
}

fn footer_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let before = session.step.previous().is_some() || !session.been.is_empty();
        if before && ui.button("Back").clicked() {
            out.push(Action::Back);
        }
        if let Some(next) = session.step.next()
            && primary_button(ui, &format!("Next: {}", next.title())).clicked()
        {
            out.push(Action::Next);
        }
    });
}

fn keys_ui(ctx: &egui::Context, out: &mut Vec<Action>) {
    let modal = Dialog::new("keys", 440.0).show(ctx, |ui| {
        subheading(ui, "Keys");
        // What lies around the list takes the rest.
        let most = (ctx.content_rect().height() - 136.0).max(120.0);
        let list = ScrollArea::vertical().max_height(most).min_scrolled_height(most);
        list.auto_shrink([false, true]).show(ui, |ui| {
            egui::Grid::new("keys").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
                for (keys, what) in KEYS {
                    ui.label(RichText::new(keys).color(palette(ui).accent));
                    ui.label(what);
                    ui.end_row();
                }
            });
        });
        ui.add_space(theme::GAP);
        ui.button("Close").clicked()
    });
    if modal.inner || modal.should_close() {
        out.push(Action::ToggleKeys);
    }
}
