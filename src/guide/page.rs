//! What each step asks of the administrator.

use super::Step;
use crate::plan::{Plan, Task};

/// The words of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The main instruction, on top of the page: a sentence.
    pub instruction: String,
    /// Why this step is there, one click away.
    pub why: String,
    /// "You do": in order.
    pub todo: Vec<Todo>,
    /// What "check now" will do, announced beforehand: who is asked, on which port,
    /// what is said.
    pub announce: Vec<String>,
}

/// One thing for the administrator to do outside of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Ticked off in the plan, where that is needed.
    pub task: Option<Task>,
    /// What to do: a sentence.
    pub text: String,
    /// The clicks, commands or texts, in order.
    pub details: Vec<String>,
    /// Values to copy.
    pub values: Vec<CopyValue>,
    /// How to take it back: a sentence; empty where nothing is changed.
    pub undo: String,
}

/// A value with its own copy button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyValue {
    /// Such as `External Mail Server`.
    pub label: String,
    /// The value, as it must be typed there.
    pub value: String,
}

/// The page of a step for this plan.
pub fn page(step: Step, plan: &Plan) -> Page {
    let _ = (step, plan);
    unimplemented!()
}
