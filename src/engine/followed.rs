//! One message followed for the window: of a million people the world alone
//! takes longer than a picture may.

use std::sync::Arc;

use super::Event;
use crate::check;
use crate::finding::Evidence;
use crate::plan::{Address, Home, Plan};
use crate::route::{Moment, Origin, Phase, Trace, follow_alone};

/// What was asked for, to head a message.
pub(super) const WHAT: &str = "Follow a message";

/// A message to follow.
#[derive(Debug)]
pub struct FollowAsked {
    /// Where it is written.
    pub origin: Origin,
    /// Whom it is to; `None`: the first person at the host, else anybody.
    pub to: Option<Address>,
    /// At which moment; `None`: now, by plan and evidence.
    pub phase: Option<Phase>,
    /// What is wanted.
    pub plan: Arc<Plan>,
    /// What was seen.
    pub evidence: Arc<Evidence>,
}

/// Where it goes.
#[derive(Debug, Clone)]
pub struct Way {
    /// Its stops and its end; `None`: there is nobody to follow.
    pub trace: Option<Trace>,
    /// What the moment rests on, in words; empty for now.
    pub ground: String,
}

/// Follows it. Blocks.
pub(super) fn follow(asked: Arc<FollowAsked>) -> Event {
    let (plan, evidence) = (&asked.plan, &asked.evidence);
    let seen = check::seen(plan, evidence);
    let trace = asked.to.clone().or_else(|| somebody(plan)).map(|to| {
        let world = match asked.phase {
            Some(phase) => Moment::reached(plan, phase, &seen).world(plan),
            None => Moment::now(plan, &seen).world(plan),
        };
        follow_alone(&world, asked.origin, &to)
    });
    let then = asked.phase.map(|phase| check::basis_then(plan, phase, &seen));
    let way = Box::new(Way { trace, ground: then.unwrap_or_default() });
    Event::Followed { asked, way }
}

/// Somebody at the host shows most of the way; else anybody.
fn somebody(plan: &Plan) -> Option<Address> {
    let first = plan.roster.iter().find(|who| who.home == Home::Host);
    first.or(plan.roster.iter().next()).map(|who| who.address.clone())
}
