//! Boxes that stand one above another, and the arrows between them.

use super::Place;
use super::layout::{Area, Curve, Inside, Labelled, Measure, NAME, Point, Spot, Stand, WORDS};

/// Beside and above the words in a box.
const PAD: (f32, f32) = (12.0, 9.0);
/// Between two lines in a box.
const LEADING: f32 = 3.0;
/// What the mark beside a name takes.
const MARK: f32 = 26.0;
/// Between an arrow and its words, and what it takes on its other side.
const BESIDE: f32 = 12.0;
/// How high an arrow between two boxes is at least; between boxes without one.
const ARROW: f32 = 64.0;
const APART: f32 = 20.0;
/// How far from their middle two arrows in opposite directions stand: at least,
/// and by the width of the picture.
const SPREAD: (f32, f32) = (14.0, 0.075);
/// How wide a column of boxes is at least and at most, by the picture's width.
pub(super) const LEFT: (f32, f32) = (0.2, 0.28);
const RIGHT: (f32, f32) = (0.36, 0.44);

/// Boxes and the arrows between them, measured.
pub(super) struct Column {
    /// How wide it is.
    pub(super) width: f32,
    boxes: Vec<Measured>,
    upright: Vec<Upright>,
    /// Where the arrows stand, from the left, and how far apart.
    middle: f32,
    spread: f32,
    between: f32,
    /// The upper of two boxes stands so far down, as a share of what is free.
    down: f32,
}

struct Measured {
    place: Place,
    height: f32,
    /// From the upper left corner of the box.
    lines: Vec<Spot>,
}

struct Upright {
    between: (Place, Place),
    size: (f32, f32),
    within: f32,
}

impl Upright {
    /// The way down stands right of the way up.
    fn is_down(&self) -> bool {
        self.between.0 < self.between.1
    }
}

impl Column {
    /// Of one side of a picture so wide; with the words of its arrows it takes no
    /// more than `room`.
    pub(super) fn new(
        left: bool,
        inside: &[Inside],
        ways: &[Labelled],
        whole: f32,
        room: f32,
        measure: Measure<'_>,
    ) -> Self {
        let (least, most) = if left { LEFT } else { RIGHT };
        let mut boxes: Vec<&Inside> =
            inside.iter().filter(|one| one.place.is_left() == left).collect();
        boxes.sort_by_key(|one| one.place);
        let natural = |one: &&Inside| {
            let line = |(at, line): (usize, &String)| {
                measure(line, size(at), f32::INFINITY).0 + beside(one, at)
            };
            one.lines.iter().enumerate().map(line).fold(0.0, f32::max)
        };
        let widest = boxes.iter().map(natural).fold(0.0, f32::max) + 2.0 * PAD.0;
        let width = widest.ceil().clamp(whole * least, whole * most);

        let own = |(from, to): (Place, Place)| from.is_left() == left && to.is_left() == left;
        let upright: Vec<&Labelled> = ways.iter().filter(|one| own(one.between)).collect();
        let (upright, spread) = beside_each_other(&upright, room, whole, measure);
        let reach = |down: bool| {
            let words = upright.iter().filter(|one| one.is_down() == down).map(|one| one.size.0);
            spread * OUTWARD + BESIDE + words.fold(0.0, f32::max)
        };
        let width = match upright.is_empty() {
            true => width,
            false => width.max(reach(false) + reach(true)),
        };
        let middle = match upright.is_empty() {
            true => width / 2.0,
            false => (width / 2.0).max(reach(false)).min(width - reach(true)),
        };
        let highest = upright.iter().map(|one| one.size.1 + 2.0 * LEADING).fold(ARROW, f32::max);
        Self {
            width,
            boxes: boxes.into_iter().map(|one| measured(one, width, measure)).collect(),
            between: if upright.is_empty() { APART } else { highest },
            upright,
            middle,
            spread,
            down: if left { 0.4 } else { 0.0 },
        }
    }

    /// How high it has to be.
    pub(super) fn height(&self) -> f32 {
        let gaps = self.boxes.len().saturating_sub(1) as f32;
        self.boxes.iter().map(|one| one.height).sum::<f32>() + gaps * self.between
    }

    /// Stands it from a corner down to a height.
    pub(super) fn stand(&self, corner: Point, height: f32) -> (Vec<Stand>, Vec<Curve>) {
        let free = height - self.height();
        let last = self.boxes.len().saturating_sub(1);
        let stand = |(at, one): (usize, &Measured)| {
            let y = match at {
                _ if last == 0 => free / 2.0,
                0 => free * self.down,
                _ => height - one.height,
            };
            let min = corner.moved(0.0, y);
            let line = |spot: &Spot| Spot {
                area: Area {
                    min: spot.area.min.moved(min.x, min.y),
                    max: spot.area.max.moved(min.x, min.y),
                },
                within: spot.within,
            };
            let area = Area::sized(min, (self.width, one.height));
            Stand { place: one.place, area, lines: one.lines.iter().map(line).collect() }
        };
        let boxes: Vec<Stand> = self.boxes.iter().enumerate().map(stand).collect();
        let [upper, .., lower] = boxes.as_slice() else { return (boxes, Vec::new()) };
        let (above, below) = (upper.area.max.y, lower.area.min.y);
        let ways = self.upright.iter().map(|one| {
            let side = if one.is_down() { 1.0 } else { -1.0 };
            let x = corner.x + self.middle + side * self.spread;
            let (top, bottom) = (Point { x, y: above }, Point { x, y: below });
            let (from, to) = if one.is_down() { (top, bottom) } else { (bottom, top) };
            let middle = top.towards(bottom, 0.5);
            let (width, height) = one.size;
            let beside = side * (self.spread * (OUTWARD - 1.0) + BESIDE);
            let beside = if one.is_down() { beside } else { beside - width };
            let area = Area::sized(middle.moved(beside, -height / 2.0), one.size);
            let bend = middle.moved(side * self.spread * BEND, 0.0);
            let words = Spot { area, within: one.within };
            Curve { between: one.between, from, bend, to, words, short: false }
        });
        let ways = ways.collect();
        (boxes, ways)
    }
}

/// What bends two arrows away from each other, by how far they stand apart; half
/// of it is seen.
const BEND: f32 = 0.8;
const OUTWARD: f32 = 1.0 + BEND / 2.0;

/// The words of arrows in opposite directions, and how far apart these stand;
/// a single one stands in the middle. Where room is scarce the arrows come
/// closer, then the words break.
fn beside_each_other(
    ways: &[&Labelled],
    room: f32,
    whole: f32,
    measure: Measure<'_>,
) -> (Vec<Upright>, f32) {
    let sized = |within: f32| {
        let one = |one: &&Labelled| Upright {
            between: one.between,
            size: measure(&one.full, WORDS, within),
            within,
        };
        ways.iter().map(one).collect::<Vec<_>>()
    };
    let arrows = |spread: f32| 2.0 * (spread * OUTWARD + BESIDE);
    let natural = sized(f32::INFINITY);
    let words: f32 = natural.iter().map(|one| one.size.0).sum();
    let (close, wide) = match ways.len() {
        0 | 1 => (0.0, 0.0),
        _ => (SPREAD.0, (whole * SPREAD.1).max(SPREAD.0)),
    };
    if words + arrows(wide) <= room {
        return (natural, wide);
    }
    if words + arrows(close) <= room {
        return (natural, close);
    }
    (sized((room - arrows(close)) / ways.len().max(1) as f32), close)
}

fn measured(one: &Inside, width: f32, measure: Measure<'_>) -> Measured {
    let mut y = PAD.1;
    let line = |(at, words): (usize, &String)| {
        let within = width - 2.0 * PAD.0 - beside(one, at);
        let size = measure(words, size(at), within);
        let area = Area::sized(Point { x: PAD.0, y }, size);
        y += size.1 + LEADING;
        Spot { area, within }
    };
    let lines = one.lines.iter().enumerate().map(line).collect();
    Measured { place: one.place, height: y - LEADING + PAD.1, lines }
}

/// The first line is the name.
fn size(line: usize) -> f32 {
    if line == 0 { NAME } else { WORDS }
}

fn beside(one: &Inside, line: usize) -> f32 {
    if line == 0 && one.mark { MARK } else { 0.0 }
}
