//! Where boxes, arrows and words of a picture stand. The words are measured
//! first and everything else makes room for them, so nothing is cut and nothing
//! lies on something else. No painting: the window and the SVG file draw the
//! same layout, each with its own way to measure. Everything is in points from
//! the upper left corner of the picture.

use super::Place;
use super::column::{Column, LEFT};
use super::slant::slanted;

/// A point of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

/// An upright box in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Its upper left corner.
    pub min: Point,
    /// Its lower right corner.
    pub max: Point,
}

/// Size of a box's name: points.
pub const NAME: f32 = 15.0;
/// Size of all other words: points.
pub const WORDS: f32 = 12.5;

/// What stands in a box.
#[derive(Debug, Clone)]
pub struct Inside {
    /// Which box.
    pub place: Place,
    /// Its name, then what happens there.
    pub lines: Vec<String>,
    /// A mark stands beside the name.
    pub mark: bool,
}

/// A way from one box to another, and the words beside it.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Which boxes.
    pub between: (Place, Place),
    /// What has to stand beside it.
    pub short: String,
    /// What stands there where there is room.
    pub full: String,
    /// How wide its line is: points.
    pub line: f32,
}

/// Width and height of words of a size that break where they would be wider
/// than the last number says.
pub type Measure<'a> = &'a dyn Fn(&str, f32, f32) -> (f32, f32);

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// What they cover.
    pub area: Area,
    /// How wide they may be before they break.
    pub within: f32,
}

/// A box where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stand {
    /// Which.
    pub place: Place,
    /// Its border.
    pub area: Area,
    /// Each of its lines.
    pub lines: Vec<Spot>,
}

/// An arrow where it runs: a quadratic curve from border to border.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Which boxes.
    pub between: (Place, Place),
    /// On the border of the first box.
    pub from: Point,
    /// What bends it.
    pub bend: Point,
    /// On the border of the second box.
    pub to: Point,
    /// The words beside it.
    pub words: Spot,
    /// There was only room for the short ones.
    pub short: bool,
}

/// Everything in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// How wide it is.
    pub width: f32,
    /// How high it is.
    pub height: f32,
    /// The boxes, in the order in which they were asked for.
    pub boxes: Vec<Stand>,
    /// The arrows, in the order in which they were asked for.
    pub ways: Vec<Curve>,
}

/// Around everything.
const EDGE: f32 = 10.0;
/// Between the columns at least, by the width.
const CROSSED: f32 = 0.17;
/// Height for the width, where the words need no more.
const SHAPE: f32 = 0.32;
/// How often the picture is made higher, and by how much, until all words of
/// the arrows that cross it stand free; before only the short ones are drawn.
const TRIES: u8 = 16;
const HIGHER: f32 = 8.0;

/// Lays it out in a picture so wide; how high it becomes follows.
pub fn layout(inside: &[Inside], ways: &[Labelled], width: f32, measure: Measure<'_>) -> Layout {
    let inner = width - 2.0 * EDGE;
    let left = Column::new(true, inside, ways, inner, inner * LEFT.1, measure);
    let room = inner - left.width - inner * CROSSED;
    let right = Column::new(false, inside, ways, inner, room, measure);
    let least = (inner * SHAPE).max(left.height()).max(right.height());
    let mut tries = [false, true].into_iter().flat_map(|short| {
        (0..TRIES).map(move |higher| (short, least + f32::from(higher) * HIGHER))
    });
    let (short, height) = tries
        .find(|(short, height)| stand(&left, &right, ways, width, (*short, *height), measure).1)
        .unwrap_or((true, least));
    let mut laid = stand(&left, &right, ways, width, (short, height), measure).0;
    let order = |place| inside.iter().position(|one| one.place == place);
    laid.boxes.sort_by_key(|one| order(one.place));
    let order = |between| ways.iter().position(|one| one.between == between);
    laid.ways.sort_by_key(|one| order(one.between));
    laid
}

/// Both columns and what is between them, so high; and whether all words stand free.
fn stand(
    left: &Column,
    right: &Column,
    ways: &[Labelled],
    width: f32,
    (short, height): (bool, f32),
    measure: Measure<'_>,
) -> (Layout, bool) {
    let (mut boxes, mut arrows) = left.stand(Point { x: EDGE, y: EDGE }, height);
    let (more, upright) = right.stand(Point { x: width - EDGE - right.width, y: EDGE }, height);
    boxes.extend(more);
    arrows.extend(upright);
    let frame = Area {
        min: Point { x: EDGE + left.width, y: EDGE },
        max: Point { x: width - EDGE - right.width, y: EDGE + height },
    };
    let (across, free) = slanted(&boxes, ways, frame, short, measure);
    arrows.extend(across);
    (Layout { width, height: height + 2.0 * EDGE, boxes, ways: arrows }, free)
}

impl Place {
    /// Whether its box stands on the left.
    pub(super) fn is_left(self) -> bool {
        matches!(self, Self::Internet | Self::Elsewhere)
    }
}

impl Layout {
    /// The box of a place.
    pub fn stand_of(&self, place: Place) -> Option<&Stand> {
        self.boxes.iter().find(|one| one.place == place)
    }

    /// The arrow between two places.
    pub fn curve_between(&self, between: (Place, Place)) -> Option<&Curve> {
        self.ways.iter().find(|one| one.between == between)
    }
}

impl Point {
    pub(super) fn moved(self, x: f32, y: f32) -> Self {
        Self { x: self.x + x, y: self.y + y }
    }

    /// The point `part` of the way to `other`.
    pub fn towards(self, other: Self, part: f32) -> Self {
        self.moved((other.x - self.x) * part, (other.y - self.y) * part)
    }
}

impl Area {
    /// From its upper left corner and its size.
    pub(super) fn sized(min: Point, (width, height): (f32, f32)) -> Self {
        Self { min, max: min.moved(width, height) }
    }

    /// Its middle.
    pub fn middle(&self) -> Point {
        self.min.towards(self.max, 0.5)
    }

    /// Whether the two have a point in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Whether the other lies in it.
    pub fn holds(&self, other: &Self) -> bool {
        self.min.x <= other.min.x
            && other.max.x <= self.max.x
            && self.min.y <= other.min.y
            && other.max.y <= self.max.y
    }
}

impl Curve {
    /// The point `part` of the way along the curve.
    pub fn at(&self, part: f32) -> Point {
        let first = self.from.towards(self.bend, part);
        first.towards(self.bend.towards(self.to, part), part)
    }

    /// Whether it touches an area; by points that lie closer than words are high.
    pub fn touches(&self, area: &Area) -> bool {
        (0..=100u8)
            .map(|part| self.at(f32::from(part) / 100.0))
            .any(|at| area.meets(&Area { min: at, max: at }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::estimated;
    use super::*;

    const WAYS: [(Place, Place); 7] = [
        (Place::Internet, Place::Host),
        (Place::Internet, Place::External),
        (Place::Internet, Place::Elsewhere),
        (Place::Host, Place::External),
        (Place::Host, Place::Elsewhere),
        (Place::External, Place::Host),
        (Place::External, Place::Elsewhere),
    ];

    fn inside(host: &str, hops: usize) -> Vec<Inside> {
        let one = |place, name: &str, hops: usize| Inside {
            place,
            lines: [name.to_owned(), "written here".to_owned()]
                .into_iter()
                .chain((0..hops).map(|hop| format!("{}  contact or forward", hop + 1)))
                .collect(),
            mark: true,
        };
        vec![
            one(Place::Internet, "Internet", 0),
            one(Place::Host, host, hops),
            one(Place::External, "External server", hops),
            one(Place::Elsewhere, "Elsewhere", 0),
        ]
    }

    /// Every set of ways that a message or a crowd can take, in narrow windows
    /// and wide ones, with short names and long ones.
    fn every(mut look: impl FnMut(&Layout, &[Inside], &[Labelled])) {
        for set in 0..1 << WAYS.len() {
            let ways: Vec<Labelled> = WAYS
                .iter()
                .enumerate()
                .filter(|(at, _)| set >> at & 1 == 1)
                .map(|(at, between)| Labelled {
                    between: *between,
                    short: format!("{at}, 12"),
                    full: format!("{at}, 12  split domain routing"),
                    line: 2.0,
                })
                .collect();
            for (width, host, hops) in [
                (360.0, "Rackspace Email", 2),
                (402.0, "外部メールサーバー株式会社のメールボックス", 1),
                (402.0, "Donaudampfschifffahrtsgesellschaftskapitaensmailserver", 4),
                (760.0, "Rackspace Email", 3),
            ] {
                let inside = inside(host, hops);
                look(&layout(&inside, &ways, width, &estimated), &inside, &ways);
            }
        }
    }

    #[test]
    fn nothing_is_cut_and_nothing_lies_on_something_else() {
        every(|laid, inside, ways| {
            let corner = Point { x: 0.0, y: 0.0 };
            let frame = Area::sized(corner, (laid.width, laid.height));
            let words = |one: &Curve| one.words.area;
            for (at, stand) in laid.boxes.iter().enumerate() {
                assert!(frame.holds(&stand.area), "{stand:?} {laid:?}");
                assert!(laid.boxes[at + 1..].iter().all(|one| !one.area.meets(&stand.area)));
                assert!(laid.ways.iter().all(|one| !words(one).meets(&stand.area)), "{laid:?}");
                for (at, spot) in stand.lines.iter().enumerate() {
                    assert!(stand.area.holds(&spot.area), "{stand:?}");
                    assert!(stand.lines[at + 1..].iter().all(|one| !one.area.meets(&spot.area)));
                    let size = if at == 0 { NAME } else { WORDS };
                    let line =
                        &inside.iter().find(|one| one.place == stand.place).unwrap().lines[at];
                    let (width, height) = estimated(line, size, spot.within);
                    assert!((spot.area.min.x + width - spot.area.max.x).abs() < 0.01, "{spot:?}");
                    assert!((spot.area.min.y + height - spot.area.max.y).abs() < 0.01, "{spot:?}");
                }
            }
            for (at, way) in laid.ways.iter().enumerate() {
                assert!(frame.holds(&words(way)), "{way:?}");
                assert!(laid.ways.iter().all(|one| !one.touches(&words(way))), "{ways:?} {laid:?}");
                assert!(laid.ways[at + 1..].iter().all(|one| !words(one).meets(&words(way))));
            }
        });
    }

    #[test]
    fn arrows_run_from_border_to_border() {
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        let on = |area: Area, at: Point| {
            (area.min.x - 0.01..=area.max.x + 0.01).contains(&at.x)
                && (area.min.y - 0.01..=area.max.y + 0.01).contains(&at.y)
                && (near(at.x, area.min.x)
                    || near(at.x, area.max.x)
                    || near(at.y, area.min.y)
                    || near(at.y, area.max.y))
        };
        every(|laid, _, ways| {
            assert_eq!(laid.ways.len(), ways.len());
            for way in &laid.ways {
                assert!(on(laid.stand_of(way.between.0).unwrap().area, way.from), "{way:?}");
                assert!(on(laid.stand_of(way.between.1).unwrap().area, way.to), "{way:?}");
            }
        });
    }
}
