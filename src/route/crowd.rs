//! Everybody's ways at once: how many take each arrow of the picture, and how
//! many end in each box.

use crate::counted::counted;
use serde::Serialize;

use super::{Origin, Outcome, Place, Trace, picture};

/// Everybody's ways, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Crowd {
    /// From one place to another.
    pub streams: Vec<Stream>,
    /// Where they end.
    pub ends: Vec<End>,
}

/// The ways from one place to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stream {
    /// Where the messages are written.
    pub origin: Origin,
    /// The arrow.
    pub between: (Place, Place),
    /// How many ways, an address from an origin, take it.
    pub ways: usize,
    /// How many of them do not end as the plan wants.
    pub astray: usize,
}

/// The ways that end in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct End {
    /// Where the messages are written.
    pub origin: Origin,
    /// The place.
    pub place: Place,
    /// Delivered there.
    pub arrived: usize,
    /// Returned from there.
    pub returned: usize,
}

impl Crowd {
    /// So many people fare like this.
    pub(super) fn add(&mut self, trace: &Trace, people: usize, astray: bool) {
        if people == 0 {
            return;
        }
        let origin = trace.origin;
        let drawn = picture(trace);
        for arrow in &drawn.arrows {
            let between = arrow.between;
            let same = |one: &&mut Stream| one.origin == origin && one.between == between;
            let stream = match self.streams.iter_mut().find(same) {
                Some(stream) => stream,
                None => self.streams.push_mut(Stream { origin, between, ways: 0, astray: 0 }),
            };
            stream.ways += people;
            stream.astray += if astray { people } else { 0 };
        }
        // What goes round in a loop ends nowhere.
        if matches!(trace.outcome, Outcome::Loop { .. }) {
            return;
        }
        for (place, arrived) in drawn.nodes.iter().filter_map(|node| Some((node.place, node.ends?)))
        {
            let same = |one: &&mut End| one.origin == origin && one.place == place;
            let end = match self.ends.iter_mut().find(same) {
                Some(end) => end,
                None => self.ends.push_mut(End { origin, place, arrived: 0, returned: 0 }),
            };
            match arrived {
                true => end.arrived += people,
                false => end.returned += people,
            }
        }
    }

    /// The arrows, from where to where, with how many ways take each and how many
    /// of these do not end as planned: those of one origin or of all.
    pub fn arrows(&self, from: Option<Origin>) -> Vec<((Place, Place), usize, usize)> {
        let mut arrows: Vec<((Place, Place), usize, usize)> = Vec::new();
        for stream in self.streams.iter().filter(|one| from.is_none_or(|from| one.origin == from)) {
            match arrows.iter_mut().find(|(between, ..)| *between == stream.between) {
                Some((_, ways, astray)) => {
                    *ways += stream.ways;
                    *astray += stream.astray;
                }
                None => arrows.push((stream.between, stream.ways, stream.astray)),
            }
        }
        arrows.sort_by_key(|(between, ..)| *between);
        arrows
    }

    /// How many ways of one origin, or of all, arrive in a place and are
    /// returned from there.
    pub fn ending(&self, place: Place, from: Option<Origin>) -> (usize, usize) {
        let of = |one: &&End| one.place == place && from.is_none_or(|from| one.origin == from);
        let ends = self.ends.iter().filter(of);
        ends.fold((0, 0), |(arrived, returned), end| {
            (arrived + end.arrived, returned + end.returned)
        })
    }

    /// The same in words, an arrow and an end each a line.
    pub fn text(&self, from: Option<Origin>, host: &str) -> Vec<String> {
        let name = |place| place_name(place, host);
        let arrows = self.arrows(from).into_iter().map(|((a, b), ways, astray)| {
            let astray = match astray {
                0 => String::new(),
                some => format!(", {some} of them not as planned"),
            };
            format!("{} to {}: {}{astray}", name(a), name(b), counted(ways, "way", "ways"))
        });
        let places = [Place::Host, Place::External, Place::Elsewhere, Place::Internet];
        let ends = places.into_iter().filter_map(|place| {
            let told = match self.ending(place, from) {
                (0, 0) => return None,
                (arrived, 0) => format!("{} arrive", counted(arrived, "way", "ways")),
                (0, returned) => format!("{} returned", counted(returned, "way", "ways")),
                (arrived, returned) => {
                    format!("{} arrive, {returned} returned", counted(arrived, "way", "ways"))
                }
            };
            Some(format!("At {}: {told}", name(place)))
        });
        arrows.chain(ends).collect()
    }
}

/// As the places of the picture are called.
pub fn place_name(place: Place, host: &str) -> String {
    match place {
        Place::Internet => "the Internet".to_owned(),
        Place::Host => host.to_owned(),
        Place::External => "the external server".to_owned(),
        Place::Elsewhere => "elsewhere".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, Mailbox, Plan};
    use crate::route::{Deed, Moment, Phase, Survey};

    #[test]
    fn many_people_are_counted_on_the_arrows_that_each_would_take() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for number in 0..50 {
            let address = Address::parse(&format!("p{number}@example.com")).unwrap();
            let home = if number < 20 { Home::Host } else { Home::External };
            plan.roster.put(Mailbox { home, ..Mailbox::new(address) });
        }
        let survey = Survey::new(&plan, Moment::after(&plan, Phase::After(Deed::FirstContacts)));
        let audit = survey.audit(10, None);
        let from = Some(Origin::Internet);
        let told = audit.crowd.arrows(from);
        // Fifty people and one address that nobody has.
        assert_eq!(
            told,
            [((Place::Internet, Place::External), 51, 0), ((Place::External, Place::Host), 20, 0)]
        );
        assert_eq!(audit.crowd.ending(Place::Host, from), (20, 0));
        assert_eq!(audit.crowd.ending(Place::External, from), (30, 1));
        // One origin or all: the same ways as the audit counts.
        let ends = |from| {
            [Place::Host, Place::External, Place::Elsewhere, Place::Internet]
                .map(|place| audit.crowd.ending(place, from))
                .into_iter()
                .map(|(arrived, returned)| arrived + returned)
                .sum::<usize>()
        };
        assert_eq!(ends(None), audit.routes());
        let words = audit.crowd.text(from, "Rackspace Email");
        assert_eq!(words[0], "the Internet to the external server: 51 ways");
    }
}
