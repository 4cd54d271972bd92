//! The message that is followed on the page of the mail flow.

use std::sync::Arc;

use super::diagram::Play;
use crate::engine::{FollowAsked, JudgedOrder, Way};
use crate::finding::Evidence;
use crate::plan::{Address, Plan};
use crate::route::{Origin, Phase, Trace};

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
    /// The question that is not answered yet.
    asked: Option<Arc<FollowAsked>>,
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
            asked: None,
            play: Play::Whole,
            crowd: None,
            order: None,
            judging: false,
        }
    }
}

impl FlowView {
    /// A question for the engine: the way of a message to `text`, and without a
    /// text to somebody at the host. The way before stays until it is answered.
    ///
    /// # Errors
    /// The sentence that says why there is no way; there is none then.
    pub(crate) fn question(
        &mut self,
        text: &str,
        plan: &Arc<Plan>,
        evidence: &Arc<Evidence>,
    ) -> Result<Arc<FollowAsked>, String> {
        let to = match text.trim().is_empty() {
            true => Ok(None),
            false => Address::parse(text).map(Some),
        };
        let to = to.map_err(|error| {
            (self.trace, self.asked) = (None, None);
            error.to_string()
        })?;
        let asked = Arc::new(FollowAsked {
            origin: self.origin,
            to,
            phase: self.phase,
            plan: plan.clone(),
            evidence: evidence.clone(),
        });
        self.asked = Some(asked.clone());
        Ok(asked)
    }

    /// The way that was asked for; of another question it is none.
    pub(crate) fn followed(&mut self, asked: &Arc<FollowAsked>, way: Way) {
        if self.asked.as_ref().is_some_and(|latest| Arc::ptr_eq(latest, asked)) {
            self.asked = None;
            self.ground = way.ground;
            if self.trace != way.trace {
                (self.trace, self.play) = (way.trace, Play::Whole);
            }
        }
    }
}
