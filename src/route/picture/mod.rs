//! The picture of one message's way: what stands in it and what leads where.
//! No painting; the window and the SVG file draw the same picture.

mod column;
mod layout;
mod slant;
mod unseen;

pub use layout::{
    Area, Curve, Inside, Labelled, Layout, Measure, NAME, Point, Spot, Stand, WORDS, layout,
};
pub use unseen::{broken, estimated};

use super::{Origin, Outcome, Rule, System, Trace};
use crate::plan::Address;

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
    /// The message passes here.
    pub visited: bool,
    /// The hops that happen inside, with a few words for each.
    pub inside: Vec<(usize, &'static str)>,
    /// The message was written here.
    pub starts: bool,
    /// The message ends here: delivered or not.
    pub ends: Option<bool>,
    /// It goes round in here for ever, without leaving.
    pub circles: bool,
    /// How many copies stay here, counted; of a loop, those that it leaves
    /// behind.
    pub copies: u32,
    /// In which mailboxes, and how many in each.
    pub who: Vec<(Address, u32)>,
}

/// A line of words in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it says.
    pub words: String,
    /// When in the course of the message it is so.
    pub since: Since,
}

/// From when on something in a box is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// From the start.
    Ever,
    /// When the message has come to this hop.
    Hop(usize),
    /// When it has come to the last hop in this box.
    End,
}

/// A way from one box to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// Which boxes.
    pub between: (Place, Place),
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
                None => arrows.push(Arrow {
                    between: (here, there),
                    hops: vec![index],
                    label: hop.rule.label(),
                    in_loop,
                }),
            }
        }
        change(&mut nodes, here, |node| {
            node.visited = true;
            node.starts |= index == 0;
            if stays {
                node.inside.push((index, hop.rule.label()));
            }
            if next.is_empty() && hop.rule != Rule::PassedOver {
                // What another system does with it is not known; it has it.
                let arrived = matches!(hop.rule, Rule::Mailbox | Rule::Elsewhere);
                node.ends = Some(arrived && node.ends != Some(false));
            }
        });
    }
    if let Outcome::Loop { within: Some(system), .. } = trace.outcome {
        change(&mut nodes, of_system(system), |node| node.circles = true);
    }
    for one in &trace.count.copies {
        change(&mut nodes, of_system(one.at), |node| {
            node.copies += one.copies;
            node.who.push((one.mailbox.clone(), one.copies));
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
    let (inside, who) = (Vec::new(), Vec::new());
    let (starts, ends, circles) = (false, None, false);
    Node { place, visited: false, inside, starts, ends, circles, copies: 0, who }
}

impl Node {
    /// Its name, then what happens in it.
    pub fn lines(&self, host: &str) -> Vec<Line> {
        let name = match self.place {
            Place::Internet => "Internet",
            Place::Host => host,
            Place::External => "External server",
            Place::Elsewhere => "Elsewhere",
        };
        let line = |words: &str, since| Line { words: words.to_owned(), since };
        let mut lines = vec![line(name, Since::Ever)];
        if self.starts {
            lines.push(line("written here", Since::Ever));
        }
        for (hop, words) in &self.inside {
            lines.push(line(&format!("{}  {words}", hop + 1), Since::Hop(*hop)));
        }
        if self.circles {
            lines.push(line("leads back to itself", Since::End));
        }
        if let Some(arrived) = self.ends {
            let words = match (arrived, self.place) {
                (true, Place::Elsewhere) => "handed over here",
                (true, _) => "arrives here",
                (false, _) => "ends here, not delivered",
            };
            lines.push(line(words, Since::End));
        }
        lines.extend(self.copies_text().map(|words| line(&words, Since::End)));
        lines
    }
}

impl Arrow {
    /// "2, 5": the numbers of its hops in the list beside the picture.
    pub fn numbers(&self) -> String {
        let numbers: Vec<String> = self.hops.iter().map(|hop| (hop + 1).to_string()).collect();
        numbers.join(", ")
    }

    /// "2, 5  MX records", and where they lead round a second line that says so.
    pub fn words(&self) -> String {
        let round = if self.in_loop { "\nround and round" } else { "" };
        format!("{}  {}{round}", self.numbers(), self.label)
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

    /// Where everything of it stands in a picture so wide; `host` is the host's name.
    pub fn laid(&self, host: &str, width: f32, measure: Measure<'_>) -> Layout {
        let inside = self.nodes.iter().map(|node| Inside {
            place: node.place,
            lines: node.lines(host).into_iter().map(|line| line.words).collect(),
            mark: node.ends.is_some(),
        });
        let ways = self.arrows.iter().map(|arrow| Labelled {
            between: arrow.between,
            short: arrow.numbers(),
            full: arrow.words(),
            line: if arrow.in_loop { 3.0 } else { 2.0 },
        });
        layout(&inside.collect::<Vec<_>>(), &ways.collect::<Vec<_>>(), width, measure)
    }

    /// Whether a box lies on the circle of a loop.
    pub fn is_in_loop(&self, node: &Node) -> bool {
        let round = self.arrows.iter().any(|arrow| {
            arrow.in_loop && (arrow.between.0 == node.place || arrow.between.1 == node.place)
        });
        node.circles || round
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
        assert_eq!(back.words().lines().last(), Some("round and round"));
        assert!(picture.nodes.iter().all(|node| node.ends.is_none()));
    }
}
