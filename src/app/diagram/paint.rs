//! The picture on the screen.

use eframe::egui::{
    self, Align2, Color32, CornerRadius, FontId, Label, Pos2, Rect, RichText, Sense, Shape, Stroke,
    StrokeKind, Ui, Vec2, emath::RectTransform, epaint::QuadraticBezierShape, pos2,
};

use super::layout::{Arrow, Node, Picture, Place, picture};
use crate::app::theme::{Palette, palette};
use crate::app::widgets::{Mark, paint_mark, paint_mark_at, safe};
use crate::route::{Outcome, Trace, trace_text};

/// Height of the picture for its width.
const SHAPE: f32 = 0.4;

/// Draws the way of a message; `host` is the host's name on screen.
pub(crate) fn picture_ui(ui: &mut Ui, trace: &Trace, host: &str) {
    let width = ui.available_width().min(760.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, width * SHAPE), Sense::hover());
    // Screen readers get the hops as one description.
    response.widget_info(|| {
        let words = format!("Picture of the way: {}", trace_text(trace).join(" "));
        egui::WidgetInfo::labeled(egui::Role::Image, true, words)
    });
    if !ui.is_rect_visible(rect) {
        return;
    }
    let colours = palette(ui);
    let unit = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let place = RectTransform::from_to(unit, rect.shrink(8.0));
    let drawn = picture(trace);
    let line = Stroke::new(1.0, colours.line);
    ui.painter().rect(rect, CornerRadius::same(8), colours.card, line, StrokeKind::Inside);
    for arrow in &drawn.arrows {
        arrow_ui(ui, colours, &place, arrow);
    }
    for node in &drawn.nodes {
        node_ui(ui, colours, &place, node, host, &drawn);
    }
}

fn node_ui(
    ui: &Ui,
    colours: &Palette,
    place: &RectTransform,
    node: &Node,
    host: &str,
    drawn: &Picture,
) {
    let rect = place.transform_rect(node.rect);
    let looped = drawn.arrows.iter().any(|arrow| {
        arrow.in_loop && (arrow.between.0 == node.place || arrow.between.1 == node.place)
    });
    let edge = match (node.ends, looped, node.visited) {
        (Some(true), false, _) => Stroke::new(2.0, colours.good),
        (Some(false), _, _) | (_, true, _) => Stroke::new(2.0, colours.bad),
        (_, _, true) => Stroke::new(1.5, colours.accent),
        _ => Stroke::new(1.0, colours.line),
    };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect(rect, CornerRadius::same(6), colours.ground, edge, StrokeKind::Inside);
    let ink = if node.visited { colours.text } else { colours.weak };
    let name = match node.place {
        Place::Internet => "Internet",
        Place::Host => host,
        Place::External => "External server",
        Place::Elsewhere => "Elsewhere",
    };
    let mut at = rect.min + Vec2::new(12.0, 9.0);
    let line = |at: Pos2, text: &str, size: f32, colour: Color32| {
        painter.text(at, Align2::LEFT_TOP, text, FontId::proportional(size), colour);
    };
    line(at, name, 15.0, ink);
    at.y += 22.0;
    if node.starts {
        line(at, "written here", 12.5, colours.weak);
        at.y += 17.0;
    }
    for words in &node.inside {
        line(at, words, 12.5, colours.text);
        at.y += 17.0;
    }
    if let Some(arrived) = node.ends {
        let corner =
            Rect::from_min_size(rect.right_top() + Vec2::new(-28.0, 9.0), Vec2::splat(18.0));
        paint_mark_at(ui, if arrived { Mark::Passed } else { Mark::Failed }, corner);
    }
}

fn arrow_ui(ui: &Ui, colours: &Palette, place: &RectTransform, arrow: &Arrow) {
    let [from, bend, to] =
        [arrow.from, arrow.bend, arrow.to].map(|point| place.transform_pos(point));
    let colour = if arrow.in_loop { colours.bad } else { colours.accent };
    let stroke = Stroke::new(if arrow.in_loop { 3.0 } else { 2.0 }, colour);
    let along = (to - bend).normalized();
    let neck = to - along * 11.0;
    let curve = QuadraticBezierShape::from_points_stroke(
        [from, bend, neck],
        false,
        Color32::TRANSPARENT,
        stroke,
    );
    let line = curve.flatten(Some(0.3));
    let painter = ui.painter();
    if arrow.in_loop {
        painter.extend(Shape::dashed_line(&line, stroke, 8.0, 5.0));
    } else {
        painter.add(Shape::line(line, stroke));
    }
    let across = along.rot90() * 5.0;
    let head = vec![to, neck + across, neck - across];
    painter.add(Shape::convex_polygon(head, colour, Stroke::NONE));

    let middle = curve.sample(0.5);
    let end = if arrow.in_loop { "\nround and round" } else { "" };
    let words = format!("{}  {}{end}", arrow.numbers, arrow.label);
    let upright = (to.x - from.x).abs() < 40.0;
    let (at, align) = match (upright, arrow.between.0 < arrow.between.1) {
        (true, true) => (middle + Vec2::new(12.0, 0.0), Align2::LEFT_CENTER),
        (true, false) => (middle - Vec2::new(12.0, 0.0), Align2::RIGHT_CENTER),
        (false, _) => {
            let (side, align) = match to.y < from.y {
                true => (-9.0, Align2::RIGHT_BOTTOM),
                false => (9.0, Align2::RIGHT_TOP),
            };
            (middle + Vec2::new(10.0, side), align)
        }
    };
    let galley = painter.layout_no_wrap(words, FontId::proportional(12.5), colours.text);
    // Never beyond the frame of the picture.
    let text = align.anchor_size(at, galley.size());
    let over = (text.right() - place.to().right()).max(0.0);
    let text = text.translate(Vec2::new(-over, 0.0));
    painter.rect_filled(text.expand(2.0), CornerRadius::same(3), colours.card);
    painter.galley(text.min, galley, colours.text);
}

/// The hops as a list: the picture's twin.
pub(crate) fn hops_ui(ui: &mut Ui, trace: &Trace) {
    let mut lines = trace_text(trace);
    let end = lines.pop().unwrap_or_default();
    for line in lines {
        ui.add(Label::new(safe(&line)).wrap());
    }
    let mark = match trace.outcome {
        Outcome::Delivered { .. } => Mark::Passed,
        Outcome::Bounced { .. } => Mark::Skipped,
        _ => Mark::Failed,
    };
    ui.horizontal_top(|ui| {
        paint_mark(ui, mark, 18.0);
        let words = RichText::new(safe(&end)).color(mark.colour(palette(ui)));
        ui.add(Label::new(words).wrap());
    });
}
