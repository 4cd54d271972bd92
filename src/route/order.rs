//! The order of a plan's actions: whether one loses, loops or splits mail on
//! its way, and when each may start.
//!
//! An action is safe where no way of a message is worse off with it than
//! without it, at any moment at which some servers go by the old state and
//! some by the new one. The shortest safe order is for [`super::search`].

use std::collections::BTreeSet;

use serde::Serialize;

use super::Deed;
use super::deed::Window;
use super::watch::Watch;
use crate::plan::Plan;

/// An action that must not come at its place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The action.
    pub deed: Deed,
    /// What it would do, and to how many people: one sentence.
    pub why: String,
    /// How many people are concerned.
    pub people: usize,
    /// The first way that breaks, in words.
    pub example: String,
}

/// When an action may start in an order that is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Start {
    /// The action, as in options.
    pub action: String,
    /// What is done, in words.
    pub label: String,
    /// Minutes from the beginning, by the windows that are known.
    pub minute: u32,
    /// The actions before it that have to be seen by the checks first, because
    /// nobody can tell how long they take.
    pub after_seeing: Vec<String>,
    /// The actions before it whose window has to run out first.
    pub after_waiting: Vec<String>,
}

impl Start {
    /// When it may start, by the windows that are known: "after 48 h".
    pub fn when(&self) -> String {
        match self.minute {
            0 => "at once".to_owned(),
            minute if minute % 60 == 0 => format!("after {} h", minute / 60),
            minute => format!("after {minute} min"),
        }
    }
}

/// Minutes from which on an action is begun early, so that its time runs.
const A_DAY: u32 = 24 * 60;

/// Whether this order is safe, and when each action may start.
///
/// # Errors
/// The first action that must not come where it stands.
pub fn check_order(plan: &Plan, order: &[Deed]) -> Result<Vec<Start>, Refusal> {
    let mut watch = Watch::new(plan);
    let mut done = BTreeSet::new();
    for &deed in order {
        watch.refuse(&done, deed)?;
        done.insert(deed);
    }
    Ok(timeline(&mut watch, order))
}

/// When each may start.
pub(super) fn timeline(watch: &mut Watch<'_>, order: &[Deed]) -> Vec<Start> {
    let mut progress = Progress::default();
    order.iter().map(|deed| progress.begin(watch, *deed)).collect()
}

/// The actions of an order so far, and when each is seen everywhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub(super) done: BTreeSet<Deed>,
    /// In the order in which they were begun, with the minute of their end.
    ends: Vec<(Deed, u32)>,
    /// The last end of all.
    pub(super) over: u32,
    /// How often something has to be seen before the next one.
    pub(super) waits: usize,
    /// How far behind those stand that take long: the sum of their places.
    pub(super) delay: usize,
}

impl Progress {
    /// Begins one more: an action need not wait for another one's window where
    /// it is safe beside the old state too.
    pub(super) fn begin(&mut self, watch: &mut Watch<'_>, deed: Deed) -> Start {
        let (mut minute, mut seeing, mut waiting) = (0, Vec::new(), Vec::new());
        for &(before, end) in &self.ends {
            let mut without = self.done.clone();
            without.remove(&before);
            let mut then = without.clone();
            then.insert(deed);
            if !deed.comes_after(before) && !watch.is_worse(&without, &then) {
                continue;
            }
            minute = minute.max(end);
            match before.window() {
                Window::UntilSeen => seeing.push(before.to_string()),
                Window::AtMost(_) => waiting.push(before.to_string()),
            }
        }
        let length = match deed.window() {
            Window::AtMost(minutes) => minutes,
            Window::UntilSeen => 0,
        };
        if length >= A_DAY {
            self.delay += self.ends.len();
        }
        let end = minute + length;
        self.ends.push((deed, end));
        self.done.insert(deed);
        self.over = self.over.max(end);
        self.waits += usize::from(!seeing.is_empty());
        Start {
            action: deed.to_string(),
            label: deed.label(),
            minute,
            after_seeing: seeing,
            after_waiting: waiting,
        }
    }

    /// The actions in their order.
    pub(super) fn order(&self) -> Vec<Deed> {
        self.ends.iter().map(|(deed, _)| *deed).collect()
    }

    /// Whether nothing that comes later can do better after `other`, which has
    /// the same actions done: all of them end as early here.
    pub(super) fn is_as_good_as(&self, other: &Self) -> bool {
        let end_of =
            |deed: Deed| other.ends.iter().find(|(one, _)| *one == deed).map(|(_, at)| *at);
        self.waits <= other.waits
            && self.delay <= other.delay
            && self.ends.iter().all(|(deed, end)| end_of(*deed).is_some_and(|at| *end <= at))
    }
}
