//! The step list at the left: every step with its state in words, always free
//! to go to.

use eframe::egui::text::LayoutJob;
use eframe::egui::{
    CornerRadius, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind, TextStyle, Ui, Vec2,
    WidgetInfo,
};

use super::action::Action;
use super::session::Session;
use super::spelling::spelled;
use super::state::State;
use super::theme::{self, palette};
use super::widgets::{Mark, paint_mark_at};
use crate::guide::{Standing, Step};

/// Draws it; in a narrow window as marks and numbers only.
pub(crate) fn rail_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for step in Step::ALL {
            let running = state.is_checking(session, step);
            let current = session.step == step;
            if row_ui(ui, step, session.standing(step), current, running).clicked() {
                out.push(Action::Goto(step));
            }
        }
    });
}

fn row_ui(ui: &mut Ui, step: Step, standing: &Standing, current: bool, running: bool) -> Response {
    let narrow = theme::is_narrow(ui.ctx());
    let colours = palette(ui);
    let mut mark = Mark::of_step(standing);
    let mut words = match standing {
        Standing::Done => "Done".to_owned(),
        Standing::NeedsAttention(reason) => spelled(ui, reason),
        Standing::Open => "To do".to_owned(),
        Standing::Outdated(was) => format!("To do: was about {was}, check again"),
        Standing::NotYet(reason) => format!("Not yet: {}", spelled(ui, reason)),
    };
    if running {
        (mark, words) = (Mark::Waiting, "Checking ...".to_owned());
    }
    let width = ui.available_width();
    let layout = |style: TextStyle, text: String, colour| {
        let font = style.resolve(ui.style());
        let mut job = LayoutJob::simple(text, font, colour, (width - 48.0).max(24.0));
        job.wrap.max_rows = 3;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let title = match narrow {
        true => step.number().to_string(),
        false => format!("{}  {}", step.number(), step.title()),
    };
    let title = layout(TextStyle::Body, title, colours.text);
    let below = (!narrow).then(|| layout(TextStyle::Small, words.clone(), mark.colour(colours)));
    let height = title.size().y + below.as_ref().map_or(2.0, |below| below.size().y) + 14.0;
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
    let title_at = match narrow {
        // Alone beside its mark, it stands at the middle of it.
        true => rect.min + Vec2::new(36.0, mark_at.center().y - rect.min.y - title.size().y / 2.0),
        false => rect.min + Vec2::new(40.0, 6.0),
    };
    let below_at = title_at + Vec2::new(0.0, title.size().y + 1.0);
    painter.galley(title_at, title, colours.text);
    if let Some(below) = below {
        painter.galley(below_at, below, colours.weak);
    }
    paint_mark_at(ui, mark, mark_at);
    response.on_hover_text(match narrow {
        true => format!("{}: {words}", step.title()),
        false => words,
    })
}
