//! The picture on the screen.

use eframe::egui::{
    Color32, CornerRadius, CursorIcon, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, epaint::QuadraticBezierShape,
};

use super::board::Board;
use super::play::Come;
use crate::app::action::Action;
use crate::app::spelling::spelled;
use crate::app::theme::{Palette, palette};
use crate::app::widgets::{Mark, paint_mark_at};
use crate::guide::{Step, step_of_hop, step_of_place};
use crate::plan::Plan;
use crate::route::{Arrow, NAME, Node, Picture, Since, Trace, WORDS, picture, trace_text};

/// The picture while it is drawn.
struct Canvas<'a> {
    colours: &'static Palette,
    board: Board,
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
    let drawn = picture(trace);
    let board = Board::new(ui, |width, measure| drawn.laid(&plan.host.name, width, measure));
    // Screen readers get the hops as one description.
    let words = spelled(ui, &trace_text(trace).join(" "));
    board.response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, true, format!("Picture of the way: {words}"))
    });
    let canvas = Canvas { colours: palette(ui), board, drawn, trace, plan, come };
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
    /// Whether the message has come to this hop.
    fn reached(&self, hop: usize) -> bool {
        self.come.is_none_or(|come| come.hops.contains(&hop))
    }

    fn node_ui(&self, ui: &Ui, node: &Node, out: &mut Vec<Action>) {
        let colours = self.colours;
        let Some(stand) = self.board.laid.stand_of(node.place) else { return };
        let rect = self.board.rect(stand.area);
        let lines = node.lines(&self.plan.host.name);
        let name = lines.first().map_or("", |line| &line.words);
        let response = leads_to(ui, rect, name, step_of_place(node.place), out);
        let here = node.inside.last().is_none_or(|(hop, _)| self.reached(*hop));
        let edge = match (node.ends, self.drawn.is_in_loop(node), node.visited) {
            (Some(true), false, _) if here => Stroke::new(2.0, colours.good),
            (Some(false), _, _) if here => Stroke::new(2.0, colours.bad),
            (_, true, _) if here => Stroke::new(2.0, colours.bad),
            (_, _, true) if here => Stroke::new(1.5, colours.accent),
            _ => Stroke::new(1.0, colours.line),
        };
        let ground = if response.hovered() { colours.hover } else { colours.ground };
        ui.painter().rect(rect, CornerRadius::same(6), ground, edge, StrokeKind::Inside);
        for (at, (line, spot)) in lines.iter().zip(&stand.lines).enumerate() {
            let (shown, quiet) = match line.since {
                Since::Ever => (true, at > 0 || !node.visited),
                Since::Hop(hop) => (self.reached(hop), false),
                Since::End => (here, false),
            };
            if shown {
                let size = if at == 0 { NAME } else { WORDS };
                let colour = if quiet { colours.weak } else { colours.text };
                self.board.write(ui, *spot, &line.words, size, colour);
            }
        }
        if let Some(arrived) = node.ends.filter(|_| here) {
            let corner =
                Rect::from_min_size(rect.right_top() + Vec2::new(-28.0, 9.0), Vec2::splat(18.0));
            paint_mark_at(ui, if arrived { Mark::Passed } else { Mark::Failed }, corner);
        }
    }

    fn arrow_ui(&self, ui: &Ui, arrow: &Arrow) {
        let Some(way) = self.board.laid.curve_between(arrow.between) else { return };
        let lit = arrow.hops.iter().any(|hop| self.reached(*hop));
        let colour = match (lit, arrow.in_loop) {
            (false, _) => self.colours.line,
            (true, true) => self.colours.bad,
            (true, false) => self.colours.accent,
        };
        let stroke = Stroke::new(if arrow.in_loop { 3.0 } else { 2.0 }, colour);
        curve(ui.painter(), self.board.points(way), stroke, arrow.in_loop);
    }

    /// Numbers and words beside an arrow.
    fn words_ui(&self, ui: &Ui, arrow: &Arrow, out: &mut Vec<Action>) {
        let Some(way) = self.board.laid.curve_between(arrow.between) else { return };
        let hop = arrow.hops.first().and_then(|hop| self.trace.hops.get(*hop));
        let Some(step) = hop.map(|hop| step_of_hop(hop, self.plan)) else { return };
        let name = format!("Way {}, {}", arrow.numbers(), arrow.label);
        let rect = self.board.rect(way.words.area).expand(2.0);
        let response = leads_to(ui, rect, &name, step, out);
        if response.hovered() {
            ui.painter().rect_filled(rect, CornerRadius::same(3), self.colours.hover);
        }
        let words = if way.short { arrow.numbers() } else { arrow.words() };
        self.board.write(ui, way.words, &words, WORDS, self.colours.text);
    }

    /// The message itself, where it is now.
    fn token_ui(&self, ui: &Ui) {
        let Some((come, hop)) = self.come.and_then(|come| Some((come, *come.hops.last()?))) else {
            return;
        };
        let laid = &self.board.laid;
        let at = match (self.drawn.arrow_of(hop), self.drawn.node_of(hop)) {
            (Some(arrow), _) => laid.curve_between(arrow.between).map(|way| way.at(come.part)),
            (None, Some(node)) => laid.stand_of(node.place).map(|stand| stand.area.middle()),
            (None, None) => None,
        };
        let Some(at) = at.map(|at| self.board.at(at)) else { return };
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
