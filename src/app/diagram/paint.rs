//! The picture on the screen.

use eframe::egui::{
    Align2, Color32, CornerRadius, CursorIcon, FontId, Painter, Pos2, Rect, Response, Role, Sense,
    Shape, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, emath::RectTransform,
    epaint::QuadraticBezierShape, pos2,
};

use super::play::Come;
use crate::app::action::Action;
use crate::app::theme::{Palette, palette};
use crate::app::widgets::{Mark, paint_mark_at};
use crate::guide::{Step, step_of_hop, step_of_place};
use crate::plan::Plan;
use crate::route::{Area, Arrow, Node, Picture, Place, Point, Trace, picture, trace_text};

/// Height of the picture for its width.
pub(super) const SHAPE: f32 = 0.4;

/// The picture while it is drawn.
struct Canvas<'a> {
    colours: &'static Palette,
    place: RectTransform,
    drawn: Picture,
    trace: &'a Trace,
    plan: &'a Plan,
    come: Option<&'a Come>,
}

/// Draws the way of a message, as far as it has `come`. A system or a way
/// leads to the step that looks after it.
pub(crate) fn picture_ui(
    ui: &mut Ui,
    trace: &Trace,
    plan: &Plan,
    come: Option<&Come>,
    out: &mut Vec<Action>,
) {
    let width = ui.available_width().min(760.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, width * SHAPE), Sense::hover());
    // Screen readers get the hops as one description.
    response.widget_info(|| {
        let words = format!("Picture of the way: {}", trace_text(trace).join(" "));
        WidgetInfo::labeled(Role::Image, true, words)
    });
    let colours = palette(ui);
    let unit = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    let place = RectTransform::from_to(unit, rect.shrink(8.0));
    let canvas = Canvas { colours, place, drawn: picture(trace), trace, plan, come };
    let line = Stroke::new(1.0, colours.line);
    ui.painter().rect(rect, CornerRadius::same(8), colours.card, line, StrokeKind::Inside);
    for arrow in &canvas.drawn.arrows {
        canvas.arrow_ui(ui, arrow);
    }
    for node in &canvas.drawn.nodes {
        canvas.node_ui(ui, node, out);
    }
    for arrow in &canvas.drawn.arrows {
        canvas.words_ui(ui, arrow, out);
    }
    canvas.token_ui(ui);
}

impl Canvas<'_> {
    fn at(&self, point: Point) -> Pos2 {
        self.place.transform_pos(pos2(point.x, point.y))
    }

    fn rect(&self, area: Area) -> Rect {
        Rect::from_min_max(self.at(area.min), self.at(area.max))
    }

    /// Whether the message has come to this hop.
    fn reached(&self, hop: usize) -> bool {
        self.come.is_none_or(|come| come.hops.contains(&hop))
    }

    fn node_ui(&self, ui: &Ui, node: &Node, out: &mut Vec<Action>) {
        let colours = self.colours;
        let rect = self.rect(node.area);
        let name = match node.place {
            Place::Internet => "Internet",
            Place::Host => &self.plan.host.name,
            Place::External => "External server",
            Place::Elsewhere => "Elsewhere",
        };
        let response = leads_to(ui, rect, name, step_of_place(node.place), out);
        let here = node.inside.last().is_none_or(|(hop, _)| self.reached(*hop));
        let edge = match (node.ends, self.drawn.is_in_loop(node), node.visited) {
            (Some(true), false, _) if here => Stroke::new(2.0, colours.good),
            (Some(false), _, _) if here => Stroke::new(2.0, colours.bad),
            (_, true, _) if here => Stroke::new(2.0, colours.bad),
            (_, _, true) if here => Stroke::new(1.5, colours.accent),
            _ => Stroke::new(1.0, colours.line),
        };
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let ground = if response.hovered() { colours.chosen } else { colours.ground };
        painter.rect(rect, CornerRadius::same(6), ground, edge, StrokeKind::Inside);
        let mut at = rect.min + Vec2::new(12.0, 9.0);
        let mut line = |text: &str, size: f32, colour: Color32| {
            painter.text(at, Align2::LEFT_TOP, text, FontId::proportional(size), colour);
            at.y += size + 5.0;
        };
        line(name, 15.0, if node.visited { colours.text } else { colours.weak });
        if node.starts {
            line("written here", 12.5, colours.weak);
        }
        for (hop, words) in node.inside.iter().filter(|(hop, _)| self.reached(*hop)) {
            line(&format!("{}  {words}", hop + 1), 12.5, colours.text);
        }
        if let Some(words) = node.copies_text().filter(|_| here) {
            line(&words, 12.5, colours.text);
        }
        if let Some(arrived) = node.ends.filter(|_| here) {
            let corner =
                Rect::from_min_size(rect.right_top() + Vec2::new(-28.0, 9.0), Vec2::splat(18.0));
            paint_mark_at(ui, if arrived { Mark::Passed } else { Mark::Failed }, corner);
        }
    }

    fn arrow_ui(&self, ui: &Ui, arrow: &Arrow) {
        let [from, bend, to] = [arrow.from, arrow.bend, arrow.to].map(|point| self.at(point));
        let lit = arrow.hops.iter().any(|hop| self.reached(*hop));
        let colour = match (lit, arrow.in_loop) {
            (false, _) => self.colours.line,
            (true, true) => self.colours.bad,
            (true, false) => self.colours.accent,
        };
        let stroke = Stroke::new(if arrow.in_loop { 3.0 } else { 2.0 }, colour);
        curve(ui.painter(), [from, bend, to], stroke, arrow.in_loop);
    }

    /// Numbers and words beside the middle of an arrow.
    fn words_ui(&self, ui: &Ui, arrow: &Arrow, out: &mut Vec<Action>) {
        let (from, to) = (self.at(arrow.from), self.at(arrow.to));
        let middle = self.at(arrow.at(0.5));
        let numbers = arrow.numbers();
        let end = if arrow.in_loop { "\nround and round" } else { "" };
        let words = format!("{numbers}  {}{end}", arrow.label);
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
        let painter = ui.painter();
        let galley = painter.layout_no_wrap(words, FontId::proportional(12.5), self.colours.text);
        // Never beyond the frame of the picture.
        let text = align.anchor_size(at, galley.size());
        let over = (text.right() - self.place.to().right()).max(0.0);
        let text = text.translate(Vec2::new(-over, 0.0)).expand(2.0);
        let hop = arrow.hops.first().and_then(|hop| self.trace.hops.get(*hop));
        let Some(step) = hop.map(|hop| step_of_hop(hop, self.plan)) else { return };
        let name = format!("Way {numbers}, {}", arrow.label);
        let response = leads_to(ui, text, &name, step, out);
        let ground = if response.hovered() { self.colours.chosen } else { self.colours.card };
        painter.rect_filled(text, CornerRadius::same(3), ground);
        painter.galley(text.min + Vec2::splat(2.0), galley, self.colours.text);
    }

    /// The message itself, where it is now.
    fn token_ui(&self, ui: &Ui) {
        let Some((come, hop)) = self.come.and_then(|come| Some((come, *come.hops.last()?))) else {
            return;
        };
        let at = match (self.drawn.arrow_of(hop), self.drawn.node_of(hop)) {
            (Some(arrow), _) => self.at(arrow.at(come.part)),
            (None, Some(node)) => self.at(node.area.min.towards(node.area.max, 0.5)),
            (None, None) => return,
        };
        ui.painter().circle(at, 7.0, self.colours.accent, Stroke::new(2.0, self.colours.ground));
    }
}

/// An arrow from the first point to the last one, bent by the one between.
pub(super) fn curve(painter: &Painter, [from, bend, to]: [Pos2; 3], stroke: Stroke, dashed: bool) {
    let along = (to - bend).normalized();
    let neck = to - along * (9.0 + stroke.width);
    let points = [from, bend, neck];
    let curve =
        QuadraticBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke);
    let line = curve.flatten(Some(0.3));
    if dashed {
        painter.extend(Shape::dashed_line(&line, stroke, 8.0, 5.0));
    } else {
        painter.add(Shape::line(line, stroke));
    }
    let across = along.rot90() * (4.0 + stroke.width * 0.6);
    let head = vec![to, neck + across, neck - across];
    painter.add(Shape::convex_polygon(head, stroke.color, Stroke::NONE));
}

/// A part of the picture that leads to the step that looks after it.
pub(super) fn leads_to(
    ui: &Ui,
    rect: Rect,
    name: &str,
    step: Step,
    out: &mut Vec<Action>,
) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(("leads to", name)), Sense::click());
    let words = format!("Step {}, {}", step.number(), step.title());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}: {words}")));
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette(ui).accent);
        ui.painter().rect_stroke(rect, CornerRadius::same(6), ring, StrokeKind::Outside);
    }
    if response.clicked() {
        out.push(Action::Goto(step));
    }
    response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(words)
}
