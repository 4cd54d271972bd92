//! The frame around every page: header, step list, messages, Back and Next.

use eframe::egui::{
    self, CentralPanel, CornerRadius, Frame, Label, Margin, Panel, Rect, Response, RichText, Role,
    ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, UiBuilder, Vec2, WidgetInfo,
};

use super::action::Action;
use super::keys::KEYS;
use super::practice_panel::practice_ui;
use super::session::{Saved, Session};
use super::start_page::start_ui;
use super::state::State;
use super::steps::step_ui;
use super::theme::{self, palette};
use super::widgets::{Mark, named_button, notice, paint_mark_at, primary_button};
use crate::guide::{Standing, Step};

const FOOTER: f32 = 56.0;

/// Draws the whole window.
pub(crate) fn window_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let side = Frame::new().fill(palette(ui).side);
    Panel::top("header")
        .frame(side.inner_margin(Margin::symmetric(16, 10)))
        .show(ui, |ui| header_ui(ui, state, out));
    if let Some(session) = &state.session {
        Panel::left("steps")
            .exact_size(theme::RAIL)
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

fn header_ui(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        match &state.session {
            Some(session) => {
                let name = session.plan.domain().to_unicode();
                ui.add(Label::new(RichText::new(name).text_style(theme::subheading())).truncate());
                ui.add_space(4.0);
                saved_ui(ui, state, session);
            }
            None => {
                let name = RichText::new("Split Domain Routing").text_style(theme::subheading());
                ui.label(name);
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Keys").clicked() {
                out.push(Action::ToggleKeys);
            }
            theme_ui(ui);
            let Some(session) = &state.session else { return };
            if named_button(ui, "Close", "Close profile").clicked() {
                out.push(Action::CloseSession);
            }
            if ui.add_enabled(session.can_undo(), egui::Button::new("Undo")).clicked() {
                out.push(Action::Undo);
            }
            if session.practice.is_some() {
                let words =
                    if session.practice_open { "Hide practice panel" } else { "Practice panel" };
                if ui.button(words).clicked() {
                    out.push(Action::TogglePractice);
                }
            }
        });
    });
}

/// "Saved 14:05", announced to screen readers when it changes.
fn saved_ui(ui: &mut Ui, state: &State, session: &Session) {
    let colours = palette(ui);
    let (words, colour) = if session.practice.is_some() {
        ("Practice: nothing is saved".to_owned(), colours.wait)
    } else if session.read_only {
        ("Read-only: open in another window".to_owned(), colours.warn)
    } else {
        match &session.saved {
            Saved::Unchanged => (String::new(), colours.weak),
            Saved::Saving => ("Saving ...".to_owned(), colours.weak),
            Saved::At(at) => (format!("Saved {}", state.times.short(*at)), colours.weak),
            Saved::Failed(_) => ("Not saved".to_owned(), colours.bad),
        }
    };
    if words.is_empty() {
        return;
    }
    let response = ui.add(Label::new(RichText::new(words).small().color(colour)).truncate());
    live(ui, &response);
}

/// Read out politely when it changes.
pub(crate) fn live(ui: &Ui, response: &Response) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
    });
}

fn theme_ui(ui: &mut Ui) {
    let now = ui.ctx().options(|options| options.theme_preference);
    let (face, next) = match now {
        egui::ThemePreference::System => ("System", egui::ThemePreference::Light),
        egui::ThemePreference::Light => ("Light", egui::ThemePreference::Dark),
        egui::ThemePreference::Dark => ("Dark", egui::ThemePreference::System),
    };
    let name = format!("Theme: {face}");
    if named_button(ui, &name, &name).clicked() {
        ui.ctx().set_theme(next);
        ui.ctx().request_repaint();
    }
}

fn rail_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for step in Step::ALL {
            let running = session.running.contains_key(&step);
            let current = session.step == step;
            if rail_row(ui, step, session.standing(step), current, running).clicked() {
                out.push(Action::Goto(step));
            }
        }
    });
}

fn rail_row(
    ui: &mut Ui,
    step: Step,
    standing: &Standing,
    current: bool,
    running: bool,
) -> Response {
    let colours = palette(ui);
    let (mut mark, mut words) = match standing {
        Standing::Done => (Mark::of_step(standing), "Done".to_owned()),
        Standing::NeedsAttention(reason) => (Mark::of_step(standing), reason.clone()),
        Standing::Open => (Mark::of_step(standing), "To do".to_owned()),
        Standing::NotYet(reason) => (Mark::of_step(standing), format!("Not yet: {reason}")),
    };
    if running {
        (mark, words) = (Mark::Waiting, "Checking ...".to_owned());
    }
    let width = ui.available_width();
    let wrap = width - 48.0;
    let title = format!("{}  {}", step.number(), step.title());
    let layout = |style: TextStyle, text: &str, colour| {
        let font = style.resolve(ui.style());
        let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, colour, wrap);
        job.wrap.max_rows = 2;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let title_galley = layout(TextStyle::Body, &title, colours.text);
    let below = layout(TextStyle::Small, &words, mark.colour(colours));
    let height = title_galley.size().y + below.size().y + 14.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::click());
    response.widget_info(|| {
        let name = format!("{} {}: {words}", step.number(), step.title());
        WidgetInfo::selected(Role::Button, true, current, name)
    });
    let painter = ui.painter();
    let radius = CornerRadius::same(6);
    if current || response.hovered() {
        painter.rect_filled(rect, radius, if current { colours.chosen } else { colours.card });
    }
    if current {
        let bar = Rect::from_min_size(rect.min, Vec2::new(3.0, rect.height()));
        painter.rect_filled(bar, CornerRadius::same(2), colours.accent);
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, colours.accent);
        painter.rect_stroke(rect, radius, ring, StrokeKind::Inside);
    }
    let mark_at = Rect::from_min_size(rect.min + Vec2::new(12.0, 8.0), Vec2::splat(18.0));
    let title_at = rect.min + Vec2::new(40.0, 6.0);
    let below_at = title_at + Vec2::new(0.0, title_galley.size().y + 1.0);
    painter.galley(title_at, title_galley, colours.text);
    painter.galley(below_at, below, colours.weak);
    paint_mark_at(ui, mark, mark_at);
    response.on_hover_text(words)
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
                Frame::new().inner_margin(Margin::symmetric(28, 20)).show(ui, |ui| {
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
        let inner = rect.shrink2(Vec2::new(28.0, 12.0));
        ui.scope_builder(UiBuilder::new().max_rect(inner), |ui| footer_ui(ui, session, out));
    }
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
    Frame::new().inner_margin(Margin::symmetric(28, 8)).show(ui, |ui| {
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
    let modal = egui::Modal::new(egui::Id::unique("keys")).show(ctx, |ui| {
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
