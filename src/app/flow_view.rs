//! The message that is followed on the page of the mail flow.

use super::diagram::Play;
use crate::check;
use crate::engine::{JudgedOrder, world_now};
use crate::finding::Evidence;
use crate::plan::{Address, Home, Plan};
use crate::route::{Moment, Origin, Phase, Trace, follow_alone};

/// What is followed, and its way.
#[derive(Debug, Clone)]
pub(crate) struct FlowView {
    /// Where it is written.
    pub(crate) origin: Origin,
    /// At which moment; `None`: now, by plan and evidence.
    pub(crate) phase: Option<Phase>,
    /// What that moment rests on, in words; empty for now.
    pub(crate) ground: String,
    /// The way, when the address is one.
    pub(crate) trace: Option<Trace>,
    /// What is shown of it.
    pub(crate) play: Play,
    /// Whose ways the picture of everybody shows; `None`: all.
    pub(crate) crowd: Option<Origin>,
    /// The order of the actions as judged last; `None`: of an older plan.
    pub(crate) order: Option<Box<JudgedOrder>>,
    /// It is being judged.
    pub(crate) judging: bool,
}

impl Default for FlowView {
    fn default() -> Self {
        Self {
            origin: Origin::Internet,
            phase: None,
            ground: String::new(),
            trace: None,
            play: Play::Whole,
            crowd: None,
            order: None,
            judging: false,
        }
    }
}

impl FlowView {
    /// Follows a message to `text` again; without a text, to the first person
    /// at the host. The sentence says why there is no way.
    pub(crate) fn refresh(
        &mut self,
        text: &str,
        plan: &Plan,
        evidence: &Evidence,
    ) -> Result<(), String> {
        let before = self.trace.take();
        let then = self.phase.map(|phase| (phase, check::seen(plan, evidence)));
        self.ground = { then.as_ref() }
            .map_or_else(String::new, |(phase, seen)| check::basis_then(plan, *phase, seen));
        let address = if text.trim().is_empty() {
            match default_address(plan) {
                Some(address) => address,
                None => return Ok(()),
            }
        } else {
            Address::parse(text).map_err(|error| error.to_string())?
        };
        let world = match then {
            Some((phase, seen)) => Moment::reached(plan, phase, &seen).world(plan),
            None => world_now(plan, evidence),
        };
        self.trace = Some(follow_alone(&world, self.origin, &address));
        if self.trace != before {
            self.play = Play::Whole;
        }
        Ok(())
    }
}

/// Somebody at the host shows most of the way; else anybody.
fn default_address(plan: &Plan) -> Option<Address> {
    let first = plan.roster.iter().find(|who| who.home == Home::Host);
    first.or(plan.roster.iter().next()).map(|who| who.address.clone())
}
