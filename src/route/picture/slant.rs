//! Arrows from the left column to the right one and back, and a free place for
//! the words of each.

use super::Place;
use super::layout::{Area, Curve, Labelled, Measure, Point, Spot, Stand, WORDS};

/// Between words and whatever is beside them.
const CLEAR: f32 = 5.0;
/// Where along an arrow its words may stand, the best place first.
const PARTS: [f32; 9] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

/// The arrows, whose words stay within the frame between the columns; and
/// whether all words stand free.
pub(super) fn slanted(
    boxes: &[Stand],
    ways: &[Labelled],
    frame: Area,
    short: bool,
    measure: Measure<'_>,
) -> (Vec<Curve>, bool) {
    let within = frame.max.x - frame.min.x - 2.0 * CLEAR;
    let across: Vec<&Labelled> =
        ways.iter().filter(|one| one.between.0.is_left() != one.between.1.is_left()).collect();
    let mut laid: Vec<Curve> = Vec::new();
    for one in &across {
        let between = one.between;
        let from = touch(boxes, &across, between, between.0);
        let to = touch(boxes, &across, between, between.1);
        let (Some(from), Some(to)) = (from, to) else { continue };
        let bend = from.towards(to, 0.5);
        let text = if short { &one.short } else { &one.full };
        let area = Area::sized(bend, measure(text, WORDS, within));
        let words = Spot { area, within };
        laid.push(Curve { between, from, bend, to, words, short });
    }
    let mut free = true;
    for at in 0..laid.len() {
        let clear = |way: &Curve| {
            let line = across.iter().find(|one| one.between == way.between);
            CLEAR + line.map_or(0.0, |one| one.line / 2.0)
        };
        let place = places(&laid[at], frame, clear(&laid[at])).find(|area| {
            let mut lines = laid.iter().enumerate().filter(|(other, _)| *other != at);
            let mut words = laid[..at].iter().map(|other| other.words.area);
            frame.holds(area)
                && !lines.any(|(_, other)| other.touches(&grown(*area, clear(other))))
                && !words.any(|other| grown(other, CLEAR).meets(area))
        });
        free &= place.is_some();
        if let Some(area) = place {
            laid[at].words.area = area;
        }
    }
    (laid, free)
}

/// Where an arrow touches a box: its arrows share the border, in the order in
/// which their other ends stand.
fn touch(
    boxes: &[Stand],
    across: &[&Labelled],
    between: (Place, Place),
    of: Place,
) -> Option<Point> {
    let middle = |place: Place| {
        boxes.iter().find(|one| one.place == place).map_or(0.0, |one| one.area.middle().y)
    };
    let area = boxes.iter().find(|one| one.place == of)?.area;
    let mut here: Vec<(Place, Place)> = across
        .iter()
        .map(|one| one.between)
        .filter(|(from, to)| *from == of || *to == of)
        .collect();
    let other = |(from, to): (Place, Place)| if from == of { to } else { from };
    // The way there runs above the way back, at both ends.
    here.sort_by(|a, b| middle(other(*a)).total_cmp(&middle(other(*b))).then(a.cmp(b)));
    let at = here.iter().position(|one| *one == between)?;
    let part = (at + 1) as f32 / (here.len() + 1) as f32;
    let x = if of.is_left() { area.max.x } else { area.min.x };
    Some(Point { x, y: area.min.y + (area.max.y - area.min.y) * part })
}

/// Places for the words of an arrow, clear of its own line: on the outer side
/// of its slope first.
fn places(way: &Curve, frame: Area, clear: f32) -> impl Iterator<Item = Area> {
    let size =
        (way.words.area.max.x - way.words.area.min.x, way.words.area.max.y - way.words.area.min.y);
    let (left, right) = if way.from.x < way.to.x { (way.from, way.to) } else { (way.to, way.from) };
    let slope = (right.y - left.y) / (right.x - left.x).max(1.0);
    let outer = if slope < 0.0 { -1.0 } else { 1.0 };
    let (least, most) = (frame.min.x + CLEAR + size.0 / 2.0, frame.max.x - CLEAR - size.0 / 2.0);
    [outer, -outer].into_iter().flat_map(move |side| {
        PARTS.into_iter().map(move |part| {
            let x = left.towards(right, part).x.min(most).max(least);
            let y = left.y + slope * (x - left.x);
            let away = slope.abs() * size.0 / 2.0 + size.1 / 2.0 + clear;
            Area::sized(Point { x: x - size.0 / 2.0, y: y + side * away - size.1 / 2.0 }, size)
        })
    })
}

fn grown(area: Area, by: f32) -> Area {
    Area { min: area.min.moved(-by, -by), max: area.max.moved(by, by) }
}
