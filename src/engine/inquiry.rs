//! What a run of questions is about, and how it is told.

use jiff::Timestamp;

use super::{Event, memory};
use crate::check::{self, Ask};
use crate::finding::{Evidence, Finding};
use crate::guide::Step;

/// One run of questions; each kind runs once at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Inquiry {
    /// The checks of a step.
    Step(Step),
    /// Each address asked of its server.
    Everybody,
}

impl Inquiry {
    /// Puts the questions; each answer is handed on when it is there.
    pub(super) async fn ask(self, ask: &Ask<'_>, on_finding: &mut (dyn FnMut(Finding) + Send)) {
        match self {
            Self::Step(step) => check::check(step, ask, on_finding).await,
            Self::Everybody => check::ask_people(ask, on_finding).await,
        }
    }

    /// Takes the answers into what is known.
    pub(super) fn remember(self, evidence: &mut Evidence, findings: &[Finding]) {
        match self {
            Self::Step(step) => memory::renew(evidence, step, findings),
            Self::Everybody => findings.iter().cloned().for_each(|one| evidence.record(one)),
        }
    }

    /// As a failure names it.
    pub(super) fn what(self) -> String {
        match self {
            Self::Step(step) => format!("Check {}", step.title()),
            Self::Everybody => "Ask about each person".to_owned(),
        }
    }

    pub(super) fn started(self) -> Event {
        match self {
            Self::Step(step) => Event::CheckStarted { step },
            Self::Everybody => Event::AskingStarted,
        }
    }

    pub(super) fn found(self, finding: Finding) -> Event {
        match self {
            Self::Step(step) => Event::Found { step, finding },
            Self::Everybody => Event::PersonAsked { finding },
        }
    }

    pub(super) fn ended(self, cancelled: bool, again_at: Option<Timestamp>) -> Event {
        match self {
            Self::Step(step) => Event::CheckEnded { step, cancelled, again_at },
            Self::Everybody => Event::AskingEnded { cancelled, again_at },
        }
    }
}
