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
use super::theme::{Rail, is_short, palette};
use super::widgets::{Mark, paint_mark_at};
use crate::guide::{Standing, Step};

/// Draws it, with as many words as there is room for. Beside the steps, on a
/// page such as Settings, the step one came from is marked, not lit.
pub(crate) fn rail_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for step in Step::ALL {
            let running = state.is_checking(session, step);
            let here = match (session.step == step, state.aside) {
                (false, _) => Here::Elsewhere,
                (true, None) => Here::Shown,
                (true, Some(_)) => Here::Before,
            };
            if row_ui(ui, step, session.standing(step), here, running).clicked() {
                out.push(Action::Goto(step));
            }
        }
    });
}

/// How a step stands to what is on screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    /// It is on screen.
    Shown,
    /// It was, and will be again.
    Before,
    /// Another one is.
    Elsewhere,
}

fn row_ui(ui: &mut Ui, step: Step, standing: &Standing, here: Here, running: bool) -> Response {
    let room = Rail::of(ui.ctx());
    let colours = palette(ui);
    let mut mark = Mark::of_step(standing);
    let mut words = match standing {
        Standing::Done => "Done".to_owned(),
        Standing::NeedsAttention(_, reason) => spelled(ui, reason),
        Standing::Open => "To do".to_owned(),
        Standing::Outdated(was) => format!("To do: was about {was}, check again"),
        Standing::NotYet(reason) => format!("Not yet: {}", spelled(ui, reason)),
    };
    if running {
        (mark, words) = (Mark::Waiting, "Checking ...".to_owned());
    }
    let width = ui.available_width();
    let full = room == Rail::Full;
    let (beside, after, above) = if full { (40.0, 8.0, 6.0) } else { (30.0, 2.0, 3.0) };
    let layout = |style: TextStyle, text: String, colour, rows| {
        let font = style.resolve(ui.style());
        let mut job = LayoutJob::simple(text, font, colour, (width - beside - after).max(24.0));
        job.wrap.max_rows = rows;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    };
    let (style, rows) = match full {
        true => (TextStyle::Body, 3),
        // All eight in sight, rather than every name in full.
        false => (TextStyle::Small, if is_short(ui.ctx()) { 1 } else { 2 }),
    };
    let title = layout(style, format!("{}  {}", step.number(), step.title()), colours.text, rows);
    let told = match standing {
        _ if full || running => words.clone(),
        standing => short_words(standing).to_owned(),
    };
    let below = layout(TextStyle::Small, told, mark.colour(colours), if full { 3 } else { 1 });
    let height = title.size().y + below.size().y + 2.0 * above + 2.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::click());
    response.widget_info(|| {
        let was = if here == Here::Before { ", where you were" } else { "" };
        let name = format!("{} {}: {words}{was}", step.number(), step.title());
        WidgetInfo::selected(Role::Button, true, here == Here::Shown, name)
    });
    let painter = ui.painter();
    let radius = CornerRadius::same(6);
    if here == Here::Shown || response.hovered() {
        let fill = if here == Here::Shown { colours.chosen } else { colours.hover };
        painter.rect_filled(rect, radius, fill);
    }
    if here != Here::Elsewhere {
        let bar = Rect::from_min_size(rect.min, Vec2::new(3.0, rect.height()));
        let colour = if here == Here::Shown { colours.accent } else { colours.edge };
        painter.rect_filled(bar, CornerRadius::same(2), colour);
    }
    if response.has_focus() {
        let ring = Stroke::new(2.0, colours.accent);
        painter.rect_stroke(rect, radius, ring, StrokeKind::Inside);
    }
    let mark_at = match full {
        true => Vec2::new(12.0, above + 2.0),
        false => Vec2::new(7.0, above),
    };
    let mark_at = Rect::from_min_size(rect.min + mark_at, Vec2::splat(18.0));
    let title_at = rect.min + Vec2::new(beside, above);
    let below_at = title_at + Vec2::new(0.0, title.size().y + 1.0);
    painter.galley(title_at, title, colours.text);
    painter.galley(below_at, below, colours.weak);
    paint_mark_at(ui, mark, mark_at);
    response.on_hover_text(match full {
        true => words,
        false => format!("{}: {words}", step.title()),
    })
}

/// How a step stands, in a word or two: the reason is on its page.
fn short_words(standing: &Standing) -> &'static str {
    match standing {
        Standing::Done => "Done",
        Standing::NeedsAttention(Some(state), _) => state.word(),
        Standing::NeedsAttention(None, _) => "Look at it",
        Standing::Open | Standing::Outdated(_) => "To do",
        Standing::NotYet(_) => "Not yet",
    }
}
