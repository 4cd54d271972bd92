//! Where everything stands in the picture: a unit square, no painting.

use eframe::egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::route::{Origin, Outcome, Rule, System, Trace};

/// A place in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
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
pub(crate) struct Node {
    /// Which.
    pub(crate) place: Place,
    /// Its box.
    pub(crate) rect: Rect,
    /// The message passes here.
    pub(crate) visited: bool,
    /// Numbers and words of what happens inside: "3 domain alias".
    pub(crate) inside: Vec<String>,
    /// The message was written here.
    pub(crate) starts: bool,
    /// The message ends here: delivered or not.
    pub(crate) ends: Option<bool>,
}

/// A way from one box to another; a quadratic curve from border to border.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arrow {
    /// Which boxes.
    pub(crate) between: (Place, Place),
    /// On the border of the first box.
    pub(crate) from: Pos2,
    /// What bends it.
    pub(crate) bend: Pos2,
    /// On the border of the second box.
    pub(crate) to: Pos2,
    /// "2, 5".
    pub(crate) numbers: String,
    /// "MX records".
    pub(crate) label: String,
    /// Part of the circle of a loop.
    pub(crate) in_loop: bool,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// The boxes.
    pub(crate) nodes: Vec<Node>,
    /// The ways.
    pub(crate) arrows: Vec<Arrow>,
}

/// How far from the middle arrows in opposite directions stand: part of the width.
const APART: f32 = 0.075;

/// Lays a trace out.
pub(crate) fn picture(trace: &Trace) -> Picture {
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
            let number = (index + 1).to_string();
            match arrows.iter_mut().find(|arrow| arrow.between == (here, there)) {
                Some(arrow) => {
                    arrow.numbers = format!("{}, {number}", arrow.numbers);
                    arrow.in_loop |= in_loop;
                }
                None => arrows.push(arrow(here, there, number, hop.rule.label(), in_loop)),
            }
        }
        change(&mut nodes, here, |node| {
            node.visited = true;
            node.starts |= index == 0;
            if stays {
                node.inside.push(format!("{}  {}", index + 1, hop.rule.label()));
            }
            if next.is_empty() {
                let arrived = matches!(hop.rule, Rule::Mailbox);
                node.ends = Some(arrived && node.ends != Some(false));
            }
        });
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
    let (centre, size) = match place {
        Place::Internet => (pos2(0.11, 0.5), vec2(0.2, 0.3)),
        Place::Host => (pos2(0.7, 0.19), vec2(0.4, 0.36)),
        Place::External => (pos2(0.7, 0.81), vec2(0.4, 0.36)),
        Place::Elsewhere => (pos2(0.11, 0.88), vec2(0.2, 0.22)),
    };
    let rect = Rect::from_center_size(centre, size);
    Node { place, rect, visited: false, inside: Vec::new(), starts: false, ends: None }
}

fn arrow(from: Place, to: Place, numbers: String, label: &str, in_loop: bool) -> Arrow {
    let server = |place| matches!(place, Place::Host | Place::External);
    // The way back stands beside the way there.
    let upright = server(from) && server(to);
    let aside = match (upright, from < to) {
        (true, true) => vec2(APART, 0.0),
        (true, false) => vec2(-APART, 0.0),
        (false, true) => Vec2::ZERO,
        (false, false) => vec2(0.0, 0.06),
    };
    let (start, end) = (anchor(from, to) + aside, anchor(to, from) + aside);
    let middle = start + (end - start) * 0.5;
    Arrow {
        between: (from, to),
        from: start,
        bend: if upright { middle + aside * 0.8 } else { middle },
        to: end,
        numbers,
        label: label.to_owned(),
        in_loop,
    }
}

/// The point on the border of `of` where arrows to or from `other` touch.
fn anchor(of: Place, other: Place) -> Pos2 {
    let rect = node(of).rect;
    match (of, other) {
        (Place::Host, Place::External) => rect.center_bottom(),
        (Place::External, Place::Host) => rect.center_top(),
        (Place::Host | Place::External, _) => rect.left_center(),
        (Place::Internet, Place::Host) => rect.right_center() - vec2(0.0, 0.07),
        (Place::Internet, Place::External) => rect.right_center() + vec2(0.0, 0.07),
        (Place::Internet, _) => rect.right_center(),
        (Place::Elsewhere, _) => rect.right_center(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, Mailbox, Plan};
    use crate::route::{Phase, World, follow, world_after};

    fn traced(origin: Origin, who: &str, spoil: impl FnOnce(&mut World)) -> Trace {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for (name, home) in [("ann", Home::Host), ("bob", Home::External)] {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            plan.roster.add(Mailbox { home, ..Mailbox::new(address) }).unwrap();
        }
        let mut world = world_after(&plan, Phase::ForwardsLoaded);
        spoil(&mut world);
        follow(&world, origin, &Address::parse(who).unwrap())
    }

    fn on_border(rect: Rect, point: Pos2) -> bool {
        let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
        rect.expand(1e-4).contains(point)
            && (near(point.x, rect.left())
                || near(point.x, rect.right())
                || near(point.y, rect.top())
                || near(point.y, rect.bottom()))
    }

    #[test]
    fn boxes_never_overlap_and_arrows_touch_their_borders() {
        let unit = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        for origin in Origin::ALL {
            for who in ["ann@example.com", "bob@example.com", "nobody@example.com"] {
                let picture = picture(&traced(origin, who, |_| {}));
                for (at, one) in picture.nodes.iter().enumerate() {
                    assert!(unit.contains_rect(one.rect));
                    for other in &picture.nodes[at + 1..] {
                        assert!(!one.rect.intersects(other.rect), "{one:?} {other:?}");
                    }
                }
                let rect =
                    |place| picture.nodes.iter().find(|node| node.place == place).unwrap().rect;
                for arrow in &picture.arrows {
                    assert!(on_border(rect(arrow.between.0), arrow.from), "{arrow:?}");
                    assert!(on_border(rect(arrow.between.1), arrow.to), "{arrow:?}");
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
