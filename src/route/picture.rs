//! The picture of one message's way: where everything stands in it, in a unit
//! square. No painting; the window and the SVG file draw the same picture.

use super::{Origin, Outcome, Rule, System, Trace};

/// A point of the unit square, from its upper left corner.
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

/// A place in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// Anybody outside.
    Internet,
    /// The host.
    Host,
    /// The external mail server.
    External,
    /// Another system.
    Elsewhere,
}

/// A box.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Which.
    pub place: Place,
    /// Its box.
    pub area: Area,
    /// The message passes here.
    pub visited: bool,
    /// The hops that happen inside, with a few words for each.
    pub inside: Vec<(usize, &'static str)>,
    /// The message was written here.
    pub starts: bool,
    /// The message ends here: delivered or not.
    pub ends: Option<bool>,
    /// How many copies stay here, counted; of a loop, those that it leaves
    /// behind.
    pub copies: u32,
}

/// A way from one box to another; a quadratic curve from border to border.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// Which boxes.
    pub between: (Place, Place),
    /// On the border of the first box.
    pub from: Point,
    /// What bends it.
    pub bend: Point,
    /// On the border of the second box.
    pub to: Point,
    /// The hops that take it.
    pub hops: Vec<usize>,
    /// "MX records", by the first of them.
    pub label: &'static str,
    /// Part of the circle of a loop.
    pub in_loop: bool,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The ways.
    pub arrows: Vec<Arrow>,
}

/// How far from the middle arrows in opposite directions stand: part of the width.
const APART: f32 = 0.075;

/// Lays a trace out.
pub fn picture(trace: &Trace) -> Picture {
    let cycle = match trace.outcome {
        Outcome::Loop { cycle_start, .. } => Some(cycle_start),
        _ => None,
    };
    let mut arrows: Vec<Arrow> = Vec::new();
    let mut nodes = vec![node(Place::Internet), node(Place::Host), node(Place::External)];
    for (index, hop) in trace.hops.iter().enumerate() {
        let here = match index {
            0 if trace.origin == Origin::Internet => Place::Internet,
            _ => of_system(hop.at),
        };
        let next = hop.next();
        let mut stays = next.is_empty();
        for (system, _) in &next {
            let there = of_system(*system);
            if there == here {
                stays = true;
                continue;
            }
            change(&mut nodes, there, |node| node.visited = true);
            let in_loop = cycle.is_some_and(|start| index >= start);
            match arrows.iter_mut().find(|arrow| arrow.between == (here, there)) {
                Some(arrow) => {
                    arrow.hops.push(index);
                    arrow.in_loop |= in_loop;
                }
                None => arrows.push(arrow(here, there, index, hop.rule.label(), in_loop)),
            }
        }
        change(&mut nodes, here, |node| {
            node.visited = true;
            node.starts |= index == 0;
            if stays {
                node.inside.push((index, hop.rule.label()));
            }
            if next.is_empty() {
                // What another system does with it is not known; it has it.
                let arrived = matches!(hop.rule, Rule::Mailbox | Rule::Elsewhere);
                node.ends = Some(arrived && node.ends != Some(false));
            }
        });
    }
    for one in &trace.count.copies {
        change(&mut nodes, of_system(one.at), |node| node.copies += one.copies);
    }
    Picture { nodes, arrows }
}

fn of_system(system: System) -> Place {
    match system {
        System::Host => Place::Host,
        System::External => Place::External,
        System::Third | System::Nobody => Place::Elsewhere,
    }
}

/// Changes a box; one that is not there yet is put in.
fn change(nodes: &mut Vec<Node>, place: Place, change: impl FnOnce(&mut Node)) {
    if let Some(node) = nodes.iter_mut().find(|node| node.place == place) {
        change(node);
    } else {
        let mut new = node(place);
        change(&mut new);
        nodes.push(new);
    }
}

fn node(place: Place) -> Node {
    let (area, inside) = (area(place), Vec::new());
    Node { place, area, visited: false, inside, starts: false, ends: None, copies: 0 }
}

/// The box of a place.
pub fn area(place: Place) -> Area {
    let (x, y, width, height) = match place {
        Place::Internet => (0.11, 0.5, 0.2, 0.3),
        Place::Host => (0.7, 0.19, 0.4, 0.36),
        Place::External => (0.7, 0.81, 0.4, 0.36),
        Place::Elsewhere => (0.11, 0.88, 0.2, 0.22),
    };
    let (right, down) = (width / 2.0, height / 2.0);
    Area { min: Point { x: x - right, y: y - down }, max: Point { x: x + right, y: y + down } }
}

/// An arrow from one box to another, by its first hop.
pub(super) fn arrow(
    from: Place,
    to: Place,
    hop: usize,
    label: &'static str,
    in_loop: bool,
) -> Arrow {
    let server = |place| matches!(place, Place::Host | Place::External);
    // The way back stands beside the way there.
    let upright = server(from) && server(to);
    let (x, y) = match (upright, from < to) {
        (true, true) => (APART, 0.0),
        (true, false) => (-APART, 0.0),
        (false, true) => (0.0, 0.0),
        (false, false) => (0.0, 0.06),
    };
    let (start, end) = (anchor(from, to).moved(x, y), anchor(to, from).moved(x, y));
    let middle = start.towards(end, 0.5);
    Arrow {
        between: (from, to),
        from: start,
        bend: if upright { middle.moved(x * 0.8, y * 0.8) } else { middle },
        to: end,
        hops: vec![hop],
        label,
        in_loop,
    }
}

/// The point on the border of `of` where arrows to or from `other` touch.
fn anchor(of: Place, other: Place) -> Point {
    let Area { min, max } = area(of);
    let (x, y) = ((min.x + max.x) / 2.0, (min.y + max.y) / 2.0);
    match (of, other) {
        (Place::Host, Place::External) => Point { x, y: max.y },
        (Place::External, Place::Host) => Point { x, y: min.y },
        (Place::Host | Place::External, _) => Point { x: min.x, y },
        (Place::Internet, Place::Host) => Point { x: max.x, y: y - 0.07 },
        (Place::Internet, Place::External) => Point { x: max.x, y: y + 0.07 },
        (Place::Internet | Place::Elsewhere, _) => Point { x: max.x, y },
    }
}

impl Point {
    fn moved(self, x: f32, y: f32) -> Self {
        Self { x: self.x + x, y: self.y + y }
    }

    /// The point `part` of the way to `other`.
    pub fn towards(self, other: Self, part: f32) -> Self {
        self.moved((other.x - self.x) * part, (other.y - self.y) * part)
    }
}

impl Area {
    /// Whether the two have a point in common.
    pub fn meets(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }
}

impl Arrow {
    /// The point `part` of the way along the curve.
    pub fn at(&self, part: f32) -> Point {
        let first = self.from.towards(self.bend, part);
        first.towards(self.bend.towards(self.to, part), part)
    }

    /// "2, 5": the numbers of its hops in the list beside the picture.
    pub fn numbers(&self) -> String {
        let numbers: Vec<String> = self.hops.iter().map(|hop| (hop + 1).to_string()).collect();
        numbers.join(", ")
    }
}

impl Picture {
    /// The arrow that a hop takes out of its box.
    pub fn arrow_of(&self, hop: usize) -> Option<&Arrow> {
        self.arrows.iter().find(|arrow| arrow.hops.contains(&hop))
    }

    /// The box in which a hop happens.
    pub fn node_of(&self, hop: usize) -> Option<&Node> {
        self.nodes.iter().find(|node| node.inside.iter().any(|(at, _)| *at == hop))
    }

    /// Whether a box lies on the circle of a loop.
    pub fn is_in_loop(&self, node: &Node) -> bool {
        self.arrows.iter().any(|arrow| {
            arrow.in_loop && (arrow.between.0 == node.place || arrow.between.1 == node.place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, Mailbox, Plan};
    use crate::route::{Deed, Phase, World, follow, world_after};

    fn traced(origin: Origin, who: &str, spoil: impl FnOnce(&mut World)) -> Trace {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for (name, home) in [("ann", Home::Host), ("bob", Home::External)] {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            plan.roster.add(Mailbox { home, ..Mailbox::new(address) }).unwrap();
        }
        let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
        spoil(&mut world);
        follow(&world, origin, &Address::parse(who).unwrap())
    }

    fn on_border(area: Area, point: Point) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
        let within = |low: f32, at: f32, high: f32| low - 1e-4 <= at && at <= high + 1e-4;
        within(area.min.x, point.x, area.max.x)
            && within(area.min.y, point.y, area.max.y)
            && (near(point.x, area.min.x)
                || near(point.x, area.max.x)
                || near(point.y, area.min.y)
                || near(point.y, area.max.y))
    }

    #[test]
    fn boxes_never_overlap_and_arrows_touch_their_borders() {
        for origin in Origin::ALL {
            for who in ["ann@example.com", "bob@example.com", "nobody@example.com"] {
                let picture = picture(&traced(origin, who, |_| {}));
                for (at, one) in picture.nodes.iter().enumerate() {
                    let Area { min, max } = one.area;
                    assert!(min.x >= 0.0 && min.y >= 0.0 && max.x <= 1.0 && max.y <= 1.0);
                    for other in &picture.nodes[at + 1..] {
                        assert!(!one.area.meets(&other.area), "{one:?} {other:?}");
                    }
                }
                let area =
                    |place| picture.nodes.iter().find(|node| node.place == place).unwrap().area;
                for arrow in &picture.arrows {
                    assert!(on_border(area(arrow.between.0), arrow.from), "{arrow:?}");
                    assert!(on_border(area(arrow.between.1), arrow.to), "{arrow:?}");
                }
            }
        }
    }

    #[test]
    fn a_moved_person_is_reached_by_way_of_the_external_server() {
        let picture = picture(&traced(Origin::Internet, "ann@example.com", |_| {}));
        let ways: Vec<_> = picture.arrows.iter().map(|arrow| arrow.between).collect();
        assert_eq!(ways, [(Place::Internet, Place::External), (Place::External, Place::Host)]);
        let end = picture.nodes.iter().find(|node| node.ends.is_some()).unwrap();
        assert_eq!((end.place, end.ends), (Place::Host, Some(true)));
    }

    #[test]
    fn a_loop_shows_both_ways_apart_and_marked() {
        let picture = picture(&traced(Origin::Internet, "ann@example.com", |world| {
            world.host.mailboxes.clear();
        }));
        let way = |from, to| picture.arrows.iter().find(|arrow| arrow.between == (from, to));
        let there = way(Place::External, Place::Host).unwrap();
        let back = way(Place::Host, Place::External).unwrap();
        assert!(there.in_loop && back.in_loop);
        assert!((there.from.x - back.to.x).abs() >= APART);
        assert!(picture.nodes.iter().all(|node| node.ends.is_none()));
    }
}
