//! Everybody's ways at once: the wider an arrow, the more take it.

use eframe::egui::{CornerRadius, Role, Stroke, StrokeKind, Ui, WidgetInfo};

use super::board::Board;
use super::paint::{curve, leads_to};
use crate::app::action::Action;
use crate::app::theme::palette;
use crate::guide::step_of_place;
use crate::plan::Plan;
use crate::route::{Crowd, Inside, Labelled, NAME, Origin, Place, WORDS, layout, place_name};
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
    let arrows = crowd.arrows(from);
    let mut places = vec![Place::Internet, Place::Host, Place::External];
    if arrows.iter().any(|((_, to), ..)| *to == Place::Elsewhere) {
        places.push(Place::Elsewhere);
    }
    let inside: Vec<Inside> = places
        .into_iter()
        .map(|place| Inside { place, lines: lines(crowd, from, place, plan), mark: false })
        .collect();
    let most = arrows.iter().map(|(_, ways, _)| *ways).max().unwrap_or(1).max(1);
    let labelled = arrows.iter().map(|(between, ways, astray)| Labelled {
        between: *between,
        short: ways.to_string(),
        full: label(*ways, *astray),
        line: thick(*ways, most),
    });
    let labelled: Vec<Labelled> = labelled.collect();
    let board = Board::new(ui, |width, measure| layout(&inside, &labelled, width, measure));
    board.response.widget_info(|| {
        let words = crowd.text(from, &plan.host.name).join(". ");
        WidgetInfo::labeled(Role::Image, true, format!("Picture of everybody's ways: {words}"))
    });
    let colours = palette(ui);
    for (between, ways, astray) in &arrows {
        let Some(way) = board.laid.curve_between(*between) else { continue };
        let points = board.points(way);
        curve(ui.painter(), points, Stroke::new(thick(*ways, most), colours.accent), false);
        if *astray > 0 {
            // Those that end where they should not, as their share of the arrow.
            curve(ui.painter(), points, Stroke::new(thick(*astray, most), colours.bad), true);
        }
    }
    for (one, (.., astray)) in labelled.iter().zip(&arrows) {
        let Some(way) = board.laid.curve_between(one.between) else { continue };
        let words = if way.short { &one.short } else { &one.full };
        let colour = if *astray > 0 { colours.bad } else { colours.text };
        board.write(ui, way.words, words, WORDS, colour);
    }
    for one in &inside {
        box_ui(ui, &board, one, plan, out);
    }
}

/// By area, not by length: four times as many are twice as wide.
fn thick(ways: usize, most: usize) -> f32 {
    let share = (ways as f32 / most as f32).sqrt();
    WIDTHS.0 + share * (WIDTHS.1 - WIDTHS.0)
}

fn lines(crowd: &Crowd, from: Option<Origin>, place: Place, plan: &Plan) -> Vec<String> {
    let name = place_name(place, &plan.host.name);
    let mut lines = vec![capital(name.trim_start_matches("the "))];
    let (arrived, returned) = crowd.ending(place, from);
    if arrived > 0 {
        lines.push(format!("{arrived} arrive here"));
    }
    if returned > 0 {
        lines.push(format!("{returned} returned from here"));
    }
    lines
}

fn label(ways: usize, astray: usize) -> String {
    match astray {
        0 => ways.to_string(),
        some => format!("{ways}, {some} not as planned"),
    }
}

fn box_ui(ui: &Ui, board: &Board, one: &Inside, plan: &Plan, out: &mut Vec<Action>) {
    let Some(stand) = board.laid.stand_of(one.place) else { return };
    let colours = palette(ui);
    let rect = board.rect(stand.area);
    let name = format!("Everybody, {}", place_name(one.place, &plan.host.name));
    let response = leads_to(ui, rect, &name, step_of_place(one.place), out);
    let ground = if response.hovered() { colours.chosen } else { colours.ground };
    let edge = Stroke::new(1.5, colours.accent);
    ui.painter().rect(rect, CornerRadius::same(6), ground, edge, StrokeKind::Inside);
    for (at, (words, spot)) in one.lines.iter().zip(&stand.lines).enumerate() {
        let size = if at == 0 { NAME } else { WORDS };
        board.write(ui, *spot, words, size, colours.text);
    }
}
