//! A state as a painted shape and a word, never as a colour alone.

use eframe::egui::{self, Color32, Pos2, Rect, Response, RichText, Sense, Shape, Stroke, Ui, Vec2};

use crate::app::theme::{Palette, palette};
use crate::finding::State;
use crate::guide::{ExitPoint, Standing};

/// The painted shapes. Each has an outline of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Disc with a tick.
    Passed,
    /// Triangle.
    Warning,
    /// Octagon with a cross.
    Failed,
    /// Clock.
    Waiting,
    /// Ring with a question mark.
    Unknown,
    /// Ring with a bar.
    Skipped,
    /// Diamond.
    Attention,
    /// Ring.
    Open,
    /// Dotted ring.
    NotYet,
}

impl Mark {
    /// Of a finding.
    pub(crate) fn of(state: &State) -> Self {
        match state {
            State::Passed => Self::Passed,
            State::Warning => Self::Warning,
            State::Failed => Self::Failed,
            State::Waiting { .. } => Self::Waiting,
            State::Unknown { .. } => Self::Unknown,
            State::Skipped { .. } => Self::Skipped,
        }
    }

    /// Of a step.
    pub(crate) fn of_step(standing: &Standing) -> Self {
        match standing {
            Standing::Done => Self::Passed,
            // As the page has it: one shape for each state.
            Standing::NeedsAttention(Some(state), _) => Self::of(state),
            Standing::NeedsAttention(None, _) => Self::Attention,
            Standing::Open | Standing::Outdated(_) => Self::Open,
            Standing::NotYet(_) => Self::NotYet,
        }
    }

    /// Of a point of the exit list.
    pub(crate) fn of_point(point: ExitPoint) -> Self {
        match point {
            ExitPoint::Done => Self::Passed,
            ExitPoint::Next => Self::Open,
            ExitPoint::NotYet => Self::NotYet,
            ExitPoint::Attention => Self::Attention,
        }
    }

    /// Its colour.
    pub(crate) fn colour(self, palette: &Palette) -> Color32 {
        match self {
            Self::Passed => palette.good,
            Self::Warning | Self::Attention => palette.warn,
            Self::Failed => palette.bad,
            Self::Waiting => palette.wait,
            Self::Unknown | Self::Skipped | Self::NotYet => palette.weak,
            Self::Open => palette.accent,
        }
    }
}

/// Shape and word.
pub(crate) fn badge(ui: &mut Ui, mark: Mark, word: &str) -> Response {
    paint_mark(ui, mark, 18.0);
    ui.label(RichText::new(word).color(mark.colour(palette(ui))))
}

/// The shape alone, `size` points wide.
pub(crate) fn paint_mark(ui: &mut Ui, mark: Mark, size: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    if ui.is_rect_visible(rect) {
        paint_mark_at(ui, mark, rect);
    }
    response
}

/// The shape in a square.
pub(crate) fn paint_mark_at(ui: &Ui, mark: Mark, rect: Rect) {
    let colours = palette(ui);
    let colour = mark.colour(colours);
    let painter = ui.painter();
    let radius = rect.width() * 0.46;
    let centre = rect.center();
    let at = |x: f32, y: f32| centre + Vec2::new(x, y) * radius;
    let line = (rect.width() / 10.0).max(1.4);
    let ink = Stroke::new(line, colours.ground);
    let pen = Stroke::new(line, colour);
    let polygon = |sides: usize, turn: f32| -> Vec<Pos2> {
        (0..sides)
            .map(|corner| {
                let angle = turn + std::f32::consts::TAU * corner as f32 / sides as f32;
                centre + Vec2::angled(angle) * radius
            })
            .collect()
    };
    let mark_text = |text: &str, colour: Color32| {
        let font = egui::FontId::proportional(rect.width() * 0.72);
        painter.text(centre, egui::Align2::CENTER_CENTER, text, font, colour);
    };
    match mark {
        Mark::Passed => {
            painter.circle_filled(centre, radius, colour);
            let tick = vec![at(-0.45, 0.02), at(-0.12, 0.36), at(0.46, -0.32)];
            painter.add(Shape::line(tick, ink));
        }
        Mark::Failed => {
            let eighth = std::f32::consts::TAU / 16.0;
            painter.add(Shape::convex_polygon(polygon(8, eighth), colour, Stroke::NONE));
            painter.line_segment([at(-0.36, -0.36), at(0.36, 0.36)], ink);
            painter.line_segment([at(0.36, -0.36), at(-0.36, 0.36)], ink);
        }
        Mark::Warning => {
            let corners = vec![at(0.0, -0.95), at(1.0, 0.85), at(-1.0, 0.85)];
            painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
            painter.line_segment([at(0.0, -0.3), at(0.0, 0.25)], ink);
            painter.circle_filled(at(0.0, 0.56), line * 0.6, colours.ground);
        }
        Mark::Attention => {
            painter.add(Shape::convex_polygon(polygon(4, 0.0), colour, Stroke::NONE));
            painter.line_segment([at(0.0, -0.45), at(0.0, 0.12)], ink);
            painter.circle_filled(at(0.0, 0.45), line * 0.6, colours.ground);
        }
        Mark::Waiting => {
            painter.circle_stroke(centre, radius - line / 2.0, pen);
            painter.add(Shape::line(vec![at(0.0, -0.55), at(0.0, 0.0), at(0.4, 0.2)], pen));
        }
        Mark::Unknown => {
            painter.circle_stroke(centre, radius - line / 2.0, pen);
            mark_text("?", colour);
        }
        Mark::Skipped => {
            painter.circle_stroke(centre, radius - line / 2.0, pen);
            painter.line_segment([at(-0.45, 0.0), at(0.45, 0.0)], pen);
        }
        Mark::Open => {
            painter.circle_stroke(centre, radius - line / 2.0, pen);
        }
        Mark::NotYet => {
            let ring: Vec<Pos2> = polygon(24, 0.0);
            painter.extend(Shape::dashed_line(&ring, Stroke::new(line * 0.8, colour), 2.5, 2.5));
        }
    }
}
