//! What a run of questions is about, and how it is told.

use jiff::Timestamp;

use super::{Event, memory};
use crate::check::{self, Ask, News, Progress};
use crate::finding::{Entry, Evidence, Finding};
use crate::guide::Step;

/// One run of questions; each kind runs once at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Inquiry {
    /// The checks of a step.
    Step(Step),
    /// Each address asked of its server.
    Everybody,
}

/// What a run tells.
#[derive(Debug, Clone)]
pub(super) enum Heard {
    /// A finding.
    Finding(Finding),
    /// A burst of answers about single people, and how far that is.
    People(Vec<Entry>, Option<Progress>),
}

impl Inquiry {
    /// Puts the questions; each answer is handed on when it is there, those
    /// about single people by the burst.
    pub(super) async fn ask(self, ask: &Ask<'_>, tell: &mut (dyn FnMut(Heard) + Send)) {
        let step = match self {
            Self::Step(step) => step,
            Self::Everybody => return ask_everybody(ask, tell).await,
        };
        check::check(step, ask, &mut |finding| tell(Heard::Finding(finding))).await;
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

    pub(super) fn heard(self, heard: Heard) -> Event {
        match (self, heard) {
            (_, Heard::People(entries, progress)) => Event::PeopleHeard { entries, progress },
            (Self::Step(step), Heard::Finding(finding)) => Event::Found { step, finding },
            (Self::Everybody, Heard::Finding(finding)) => Event::PersonAsked { finding },
        }
    }

    pub(super) fn ended(self, cancelled: bool, again_at: Option<Timestamp>) -> Event {
        match self {
            Self::Step(step) => Event::CheckEnded { step, cancelled, again_at },
            Self::Everybody => Event::AskingEnded { cancelled, again_at },
        }
    }
}

/// Ten bursts a second at most, as often as the progress is told.
async fn ask_everybody(ask: &Ask<'_>, tell: &mut (dyn FnMut(Heard) + Send)) {
    let mut pending = Vec::new();
    check::ask_people(ask, &mut |news| match news {
        News::Entry(entry) => {
            // That a run began is told at once: it may be stopped before its first answer.
            let begins = matches!(entry, Entry::Begun(_));
            pending.push(entry);
            if begins {
                tell(Heard::People(std::mem::take(&mut pending), None));
            }
        }
        News::Progress(far) => tell(Heard::People(std::mem::take(&mut pending), Some(far))),
        News::Finding(finding) => {
            if !pending.is_empty() {
                tell(Heard::People(std::mem::take(&mut pending), None));
            }
            tell(Heard::Finding(*finding));
        }
    })
    .await;
    if !pending.is_empty() {
        tell(Heard::People(pending, None));
    }
}
