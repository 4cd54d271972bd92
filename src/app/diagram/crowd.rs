//! Everybody's ways at once: the wider an arrow, the more take it.

use eframe::egui::{
    Align2, Color32, CornerRadius, FontId, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, emath::RectTransform, pos2,
};

use super::paint::{SHAPE, curve, leads_to};
use crate::app::action::Action;
use crate::app::theme::palette;
use crate::guide::step_of_place;
use crate::plan::Plan;
use crate::route::{Arrow, Crowd, Origin, Place, Point, area, place_name};
use crate::shown::capital;

/// Widths of the arrow that fewest and that most take: points.
const WIDTHS: (f32, f32) = (1.5, 12.0);

/// Draws them, those of one origin or of all. A system leads to the step that
/// looks after it.
pub(crate) fn crowd_ui(
    ui: &mut Ui,
    crowd: &Crowd,
    from: Option<Origin>,
    plan: &Plan,
    out: &mut Vec<Action>,
) {
    let width = ui.available_width().min(760.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, width * SHAPE), Sense::hover());
    response.widget_info(|| {
        let words = crowd.text(from, &plan.host.name).join(". ");
        WidgetInfo::labeled(Role::Image, true, format!("Picture of everybody's ways: {words}"))
    });
    let colours = palette(ui);
    let unit = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let place = RectTransform::from_to(unit, rect.shrink(8.0));
    let at = |point: Point| place.transform_pos(pos2(point.x, point.y));
    let line = Stroke::new(1.0, colours.line);
    ui.painter().rect(rect, CornerRadius::same(8), colours.card, line, StrokeKind::Inside);
    let arrows = crowd.arrows(from);
    let most = arrows.iter().map(|(_, ways, _)| *ways).max().unwrap_or(1).max(1);
    for (arrow, ways, astray) in &arrows {
        let points = [arrow.from, arrow.bend, arrow.to].map(at);
        curve(ui.painter(), points, Stroke::new(thick(*ways, most), colours.accent), false);
        if *astray > 0 {
            // Those that end where they should not, as their share of the arrow.
            curve(ui.painter(), points, Stroke::new(thick(*astray, most), colours.bad), true);
        }
    }
    for (arrow, ways, astray) in &arrows {
        label(ui, &at, arrow, *ways, *astray);
    }
    let mut places = vec![Place::Internet, Place::Host, Place::External];
    if arrows.iter().any(|(arrow, ..)| arrow.between.1 == Place::Elsewhere) {
        places.push(Place::Elsewhere);
    }
    for shown in places {
        let area = area(shown);
        let rect = Rect::from_min_max(at(area.min), at(area.max));
        box_ui(ui, crowd, from, (shown, rect), plan, out);
    }
}

/// By area, not by length: four times as many are twice as wide.
fn thick(ways: usize, most: usize) -> f32 {
    let share = (ways as f32 / most as f32).sqrt();
    WIDTHS.0 + share * (WIDTHS.1 - WIDTHS.0)
}

fn box_ui(
    ui: &Ui,
    crowd: &Crowd,
    from: Option<Origin>,
    (place, rect): (Place, Rect),
    plan: &Plan,
    out: &mut Vec<Action>,
) {
    let colours = palette(ui);
    let name = place_name(place, &plan.host.name);
    let step = step_of_place(place);
    let response = leads_to(ui, rect, &format!("Everybody, {name}"), step, out);
    let ground = if response.hovered() { colours.chosen } else { colours.ground };
    let edge = Stroke::new(1.5, colours.accent);
    ui.painter().rect(rect, CornerRadius::same(6), ground, edge, StrokeKind::Inside);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let mut top = rect.min + Vec2::new(12.0, 9.0);
    let mut line = |text: &str, size: f32, colour: Color32| {
        painter.text(top, Align2::LEFT_TOP, text, FontId::proportional(size), colour);
        top.y += size + 5.0;
    };
    line(&capital(name.trim_start_matches("the ")), 15.0, colours.text);
    let (arrived, returned) = crowd.ending(place, from);
    if arrived > 0 {
        line(&format!("{arrived} arrive here"), 12.5, colours.text);
    }
    if returned > 0 {
        line(&format!("{returned} returned from here"), 12.5, colours.text);
    }
}

fn label(ui: &Ui, at: &impl Fn(Point) -> Pos2, arrow: &Arrow, ways: usize, astray: usize) {
    let colours = palette(ui);
    let words = match astray {
        0 => ways.to_string(),
        some => format!("{ways}, {some} not as planned"),
    };
    let middle = at(arrow.at(0.5));
    let upright = (arrow.to.x - arrow.from.x).abs() < 0.05;
    let (place, align) = match (upright, arrow.between.0 < arrow.between.1) {
        (true, true) => (middle + Vec2::new(14.0, 0.0), Align2::LEFT_CENTER),
        (true, false) => (middle - Vec2::new(14.0, 0.0), Align2::RIGHT_CENTER),
        (false, _) => (middle, Align2::CENTER_CENTER),
    };
    let colour = if astray > 0 { colours.bad } else { colours.text };
    let galley = ui.painter().layout_no_wrap(words, FontId::proportional(12.5), colour);
    let text = align.anchor_size(place, galley.size());
    ui.painter().rect_filled(
        text.expand2(Vec2::new(5.0, 2.0)),
        CornerRadius::same(4),
        colours.card,
    );
    ui.painter().galley(text.min, galley, colour);
}
