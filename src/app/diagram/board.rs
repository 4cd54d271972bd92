//! The board that a picture is drawn on: its words measured by the window's
//! fonts, its layout brought to the place on screen.

use eframe::egui::{Color32, CornerRadius, FontId, Pos2, Rect, Response, Sense, Stroke};
use eframe::egui::{StrokeKind, Ui, Vec2, pos2};

use crate::app::spelling::spelled;
use crate::app::theme::{self, palette};
use crate::route::{Area, Curve, Layout, Measure, Point, Spot};

/// A framed piece of the page, and what stands where on it.
pub(super) struct Board {
    /// Where everything stands, from the corner of the board.
    pub(super) laid: Layout,
    /// The board itself.
    pub(super) response: Response,
}

impl Board {
    /// As wide as there is room, as high as `lay` says.
    pub(super) fn new(ui: &mut Ui, lay: impl FnOnce(f32, Measure<'_>) -> Layout) -> Self {
        let (ctx, painter) = (ui.ctx().clone(), ui.painter().clone());
        let measure = |words: &str, size: f32, within: f32| {
            let font = FontId::proportional(size);
            let galley = painter.layout(spelled(&ctx, words), font, Color32::PLACEHOLDER, within);
            (galley.size().x, galley.size().y)
        };
        let laid = lay(ui.available_width().min(theme::MEASURE), &measure);
        let size = Vec2::new(laid.width, laid.height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let colours = palette(ui);
        let line = Stroke::new(1.0, colours.line);
        ui.painter().rect(rect, CornerRadius::same(8), colours.card, line, StrokeKind::Inside);
        Self { laid, response }
    }

    /// A point of the layout on screen.
    pub(super) fn at(&self, point: Point) -> Pos2 {
        self.response.rect.min + pos2(point.x, point.y).to_vec2()
    }

    /// An area of the layout on screen.
    pub(super) fn rect(&self, area: Area) -> Rect {
        Rect::from_min_max(self.at(area.min), self.at(area.max))
    }

    /// From where, bent by what, to where.
    pub(super) fn points(&self, way: &Curve) -> [Pos2; 3] {
        [way.from, way.bend, way.to].map(|point| self.at(point))
    }

    /// Words where they were measured.
    pub(super) fn write(&self, ui: &Ui, spot: Spot, words: &str, size: f32, colour: Color32) {
        let font = FontId::proportional(size);
        let galley = ui.painter().layout(spelled(ui, words), font, colour, spot.within);
        ui.painter().galley(self.at(spot.area.min), galley, colour);
    }
}
