//! A message played through, stop by stop; a loop goes round twice.

use crate::route::{Outcome, Trace};

/// How long a stop takes while it plays: seconds.
const STOP: f64 = 0.8;

/// What is shown of the way.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Play {
    /// All of it.
    #[default]
    Whole,
    /// Up to this stop, at rest.
    At(usize),
    /// It moves.
    Since {
        /// The clock of the window when it began: seconds.
        start: f64,
    },
}

/// How far the message has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Come {
    /// The hops shown so far, the present one last.
    pub(crate) hops: Vec<usize>,
    /// How much of the present hop is done: 0 to 1.
    pub(crate) part: f32,
}

impl Play {
    /// How far it has come at `now`; `None`: the whole way is shown.
    pub(crate) fn come(self, trace: &Trace, now: f64) -> Option<Come> {
        let stops = stops(trace);
        let (at, part) = match self {
            Self::Whole => return None,
            Self::At(at) => (at, 1.0),
            Self::Since { start } => {
                let passed = ((now - start) / STOP).max(0.0);
                (passed as usize, passed.fract() as f32)
            }
        };
        let (at, part) = match at < stops.len() {
            true => (at, part),
            false => (stops.len().checked_sub(1)?, 1.0),
        };
        Some(Come { hops: stops.into_iter().take(at + 1).collect(), part })
    }

    /// Whether a message that moves has reached its end at `now`.
    pub(crate) fn is_over(self, trace: &Trace, now: f64) -> bool {
        matches!(self, Self::Since { start } if now - start >= STOP * stops(trace).len() as f64)
    }

    /// One stop further, from the first; the whole way after the last.
    pub(crate) fn next(self, trace: &Trace) -> Self {
        let at = match self {
            Self::Whole => 0,
            Self::At(at) => at + 1,
            Self::Since { .. } => return last(trace),
        };
        if at < stops(trace).len() { Self::At(at) } else { Self::Whole }
    }
}

/// At rest on the last stop.
pub(crate) fn last(trace: &Trace) -> Play {
    stops(trace).len().checked_sub(1).map_or(Play::Whole, Play::At)
}

/// The hops in the order in which they are shown.
fn stops(trace: &Trace) -> Vec<usize> {
    let all = 0..trace.hops.len();
    match trace.outcome {
        Outcome::Loop { cycle_start, .. } => all.chain(cycle_start..trace.hops.len()).collect(),
        _ => all.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, Mailbox, Plan};
    use crate::route::{Deed, Origin, Phase, follow, world_after};

    fn trace(looped: bool) -> Trace {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let ann = Address::parse("ann@example.com").unwrap();
        plan.roster.add(Mailbox { home: Home::Host, ..Mailbox::new(ann.clone()) }).unwrap();
        let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));
        if looped {
            world.host.mailboxes.clear();
        }
        follow(&world, Origin::Internet, &ann)
    }

    #[test]
    fn a_loop_goes_round_twice_and_ends() {
        let (straight, looped) = (trace(false), trace(true));
        assert_eq!(stops(&straight), [0, 1, 2, 3, 4]);
        let Outcome::Loop { cycle_start, .. } = looped.outcome else { panic!("no loop") };
        assert_eq!(stops(&looped).len(), 2 * looped.hops.len() - cycle_start);
        let play = Play::Since { start: 100.0 };
        assert!(!play.is_over(&straight, 100.1) && play.is_over(&straight, 104.1));
        assert_eq!(play.come(&straight, 101.2).unwrap().hops, [0, 1]);
        assert_eq!(play.come(&straight, 1000.0).unwrap().hops.len(), 5);
    }

    #[test]
    fn stepping_begins_with_the_first_stop_and_ends_with_the_whole_way() {
        let trace = trace(false);
        let mut play = Play::Whole;
        for at in 0..5 {
            play = play.next(&trace);
            assert_eq!(play, Play::At(at));
        }
        assert_eq!(play.next(&trace), Play::Whole);
    }
}
