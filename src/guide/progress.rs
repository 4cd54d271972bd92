//! How far the plan has come: computed from plan and findings, never stored.

use super::Step;
use crate::finding::Evidence;
use crate::plan::Plan;

/// A field of the plan that the administrator fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Field {
    Domain,
    Panel,
    People,
    ExternalHost,
    VerificationAddress,
    RoutingSubdomain,
}

/// Something in the way of leaving a step, said when *Next* is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field to go to.
    pub field: Field,
    /// What is missing, a sentence.
    pub sentence: String,
}

/// How a step stands in the step list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Filled in, and checked where there is something to check.
    Done,
    /// Something failed, warned or can't be told: a short reason.
    NeedsAttention(String),
    /// Can be worked on.
    Open,
    /// Makes no sense yet: a short reason. Still open to look at.
    NotYet(String),
}

/// How `step` stands.
pub fn standing(step: Step, plan: &Plan, evidence: &Evidence) -> Standing {
    let _ = (step, plan, evidence);
    unimplemented!()
}

/// The step on which a profile opens: the first that is not done.
pub fn opening_step(plan: &Plan, evidence: &Evidence) -> Step {
    let _ = (plan, evidence);
    unimplemented!()
}

/// What is missing in a step, in the order of its fields.
pub fn problems(step: Step, plan: &Plan) -> Vec<Problem> {
    let _ = (step, plan);
    unimplemented!()
}
