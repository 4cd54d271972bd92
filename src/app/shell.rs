//! The frame around every page: what lies where, messages, Back and Next.

use eframe::egui::{
    self, CentralPanel, Frame, Label, Margin, Panel, RichText, ScrollArea, Stroke, Ui, UiBuilder,
    Vec2,
};

use super::action::Action;
use super::header::{header_ui, live};
use super::keys::KEYS;
use super::practice_panel::practice_ui;
use super::rail::rail_ui;
use super::session::Session;
use super::start_page::start_ui;
use super::state::State;
use super::steps::step_ui;
use super::theme::{self, palette};
use super::widgets::{Mark, named_button, notice, primary_button};

const FOOTER: f32 = 56.0;

/// Draws the whole window.
pub(crate) fn window_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let side = Frame::new().fill(palette(ui).side);
    Panel::top("header")
        .frame(side.inner_margin(Margin::symmetric(16, 10)))
        .show(ui, |ui| header_ui(ui, state, out));
    if let Some(session) = &state.session {
        Panel::left("steps")
            .exact_size(theme::rail(ui.ctx()))
            .resizable(false)
            .frame(side.inner_margin(Margin::symmetric(8, 10)))
            .show(ui, |ui| rail_ui(ui, session, out));
        if let Some(switches) = session.practice.as_ref().filter(|_| session.practice_open) {
            Panel::bottom("practice").frame(side.inner_margin(Margin::symmetric(16, 8))).show(
                ui,
                |ui| {
                    // The page keeps most of a small window.
                    let most = ui.ctx().content_rect().height() * 0.3;
                    ScrollArea::vertical()
                        .max_height(most)
                        .min_scrolled_height(most)
                        .show(ui, |ui| practice_ui(ui, switches, out));
                },
            );
        }
    }
    let ground = Frame::new().fill(palette(ui).ground);
    CentralPanel::default().frame(ground).show(ui, |ui| centre_ui(ui, state, out));
    if state.show_keys {
        keys_ui(ui.ctx(), out);
    }
}

/// Page first, Back and Next after it: that is the order of Tab, too.
fn centre_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let full = ui.max_rect();
    let footer = if state.session.is_some() { FOOTER } else { 0.0 };
    let mut page = full;
    page.max.y -= footer;
    ui.scope_builder(UiBuilder::new().max_rect(page), |ui| {
        messages_ui(ui, state, out);
        let place = state.session.as_ref().map(|session| session.step);
        ScrollArea::vertical().id_salt(("page", state.opened, place)).auto_shrink(false).show(
            ui,
            |ui| {
                Frame::new().inner_margin(Margin::symmetric(side(ui), 20)).show(ui, |ui| {
                    let most = if state.session.is_some() { theme::MEASURE } else { theme::START };
                    ui.set_width(ui.available_width().min(most));
                    match &state.session {
                        Some(session) => step_ui(ui, state, session, out),
                        None => start_ui(ui, state, out),
                    }
                    follow_focus(ui);
                    ui.add_space(theme::SECTION);
                });
            },
        );
    });
    if let Some(session) = &state.session {
        let mut rect = full;
        rect.min.y = page.max.y;
        ui.painter().hline(rect.x_range(), rect.min.y, Stroke::new(1.0, palette(ui).line));
        let inner = rect.shrink2(Vec2::new(f32::from(side(ui)), 12.0));
        ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| footer_ui(ui, session, out));
    }
}

/// Space left and right of the page: points.
fn side(ui: &Ui) -> i8 {
    if theme::is_narrow(ui.ctx()) { 12 } else { 28 }
}

/// Tab may lead to what is out of sight: the page scrolls to it, once.
fn follow_focus(ui: &Ui) {
    let last = egui::Id::unique("page focus");
    let focused = ui.memory(|memory| memory.focused());
    if ui.data(|data| data.get_temp::<Option<egui::Id>>(last)) == Some(focused) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(last, focused));
    let page = ui.min_rect();
    if let Some(response) = focused.and_then(|id| ui.ctx().read_response(id))
        && page.contains_rect(response.rect)
    {
        ui.scroll_to_rect(response.rect.expand(theme::GAP), None);
    }
}

fn footer_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if session.step.previous().is_some() && ui.button("Back").clicked() {
            out.push(Action::Back);
        }
        if let Some(next) = session.step.next()
            && primary_button(ui, &format!("Next: {}", next.title())).clicked()
        {
            out.push(Action::Next);
        }
    });
}

fn messages_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    if state.messages.is_empty() {
        return;
    }
    Frame::new().inner_margin(Margin::symmetric(side(ui), 8)).show(ui, |ui| {
        ui.set_max_width(theme::MEASURE);
        for (at, message) in state.messages.iter().enumerate() {
            let mark = if message.failed { Mark::Failed } else { Mark::Skipped };
            notice(ui, mark, |ui| {
                ui.horizontal(|ui| {
                    let response = ui.label(&message.what);
                    live(ui, &response);
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        let name = format!("Dismiss: {}", message.what);
                        if named_button(ui, "Dismiss", &name).clicked() {
                            out.push(Action::Dismiss(at));
                        }
                    });
                });
                ui.add(Label::new(super::widgets::safe(&message.sentence)).wrap());
            });
        }
    });
}

fn keys_ui(ctx: &egui::Context, out: &mut Vec<Action>) {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(16));
    let modal = egui::Modal::new(egui::Id::unique("keys")).frame(frame).show(ctx, |ui| {
        ui.set_width(440.0);
        super::widgets::subheading(ui, "Keys");
        egui::Grid::new("keys").num_columns(2).spacing([24.0, 6.0]).show(ui, |ui| {
            for (keys, what) in KEYS {
                ui.label(RichText::new(keys).color(palette(ui).accent));
                ui.label(what);
                ui.end_row();
            }
        });
        ui.add_space(theme::GAP);
        ui.button("Close").clicked()
    });
    if modal.inner || modal.should_close() {
        out.push(Action::ToggleKeys);
    }
}
