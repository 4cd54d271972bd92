//! The order of a plan's actions: whether one loses, loops or splits mail on
//! its way, and when each may start.
//!
//! An action is safe where no way of a message is worse off with it than
//! without it, at any moment at which some servers go by the old state and
//! some by the new one. The shortest safe order is for [`super::search`].

use std::collections::BTreeSet;

use serde::Serialize;

use super::harm::{Fate, Harm};
use super::sofar::done_already;
use super::watch::Watch;
use super::window::{MAILBOX, primary_runs_on};
use super::{Basis, Deed, Origin, Seen, Window, span};
use crate::counted;
use crate::plan::Plan;

/// What is promised of an order that is called safe.
pub const SAFE: &str = "Safe means: with each of these actions, nobody's mail is worse off than before it, at any moment at which some servers go by the old state and some by the new one. Nothing that arrived is lost, goes round or ends where its person does not look, and mail to addresses that nobody has goes round nowhere. Between making the mailboxes of a wave and importing its contacts its mail splits, in every order; a safe order keeps that as short as it can be. In the way without split domain routing it bounces meanwhile between deleting the aliases of a wave and making its mailboxes, from where the host is asked for it: a mailbox there may not share a name with an alias.";

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

/// An order in which each action is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SafeOrder {
    /// When each may start.
    pub starts: Vec<Start>,
    /// What is wrong before the first of them, the worst first.
    pub before: Vec<Harm>,
    /// What is still wrong after the last of them.
    pub after: Vec<Harm>,
}

/// When an action may start in an order that is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Start {
    /// The action, as in options.
    pub action: String,
    /// What is done, in words.
    pub label: String,
    /// Minutes from the beginning, by the windows that are known; no earlier than
    /// the action before it.
    pub minute: u32,
    /// The actions before it that have to be seen by the checks first, because
    /// nobody can tell how long they take.
    pub after_seeing: Vec<String>,
    /// The actions before it whose window has to run out first.
    pub after_waiting: Vec<String>,
    /// How long some servers go by the state before it, minutes; `None`: until
    /// the checks see it.
    pub window: Option<u32>,
    /// What the window rests on; `None`: there is none.
    pub window_basis: Option<Basis>,
    /// What becomes of mail meanwhile, a sentence; empty where nothing does.
    pub meanwhile: String,
    /// What ends with it, a sentence; empty where nothing does.
    pub ends: String,
}

impl Start {
    /// When it may start, by the windows that are known: "after 48 h".
    pub fn when(&self) -> String {
        match self.minute {
            0 => "at once".to_owned(),
            minute => format!("after {}", span(minute)),
        }
    }
}

/// Minutes from which on an action is begun early, so that its time runs.
const A_DAY: u32 = 24 * 60;

/// Whether this order of what is left to do is safe, and when each action may
/// start. What was seen counts as done, and replaces what is assumed.
///
/// # Errors
/// The first action that must not come where it stands.
pub fn check_order(plan: &Plan, seen: &Seen, order: &[Deed]) -> Result<SafeOrder, Refusal> {
    let mut watch = Watch::new(plan, seen);
    let begun = begun(plan, seen);
    let mut done = begun.clone();
    for (at, &deed) in order.iter().enumerate() {
        watch.refuse(&done, deed, order.get(at + 1..).unwrap_or_default())?;
        done.insert(deed);
    }
    Ok(safe(&mut watch, begun, order))
}

/// What is done before the first action.
pub(super) fn begun(plan: &Plan, seen: &Seen) -> BTreeSet<Deed> {
    done_already(plan, seen).into_iter().map(|(deed, _)| deed).collect()
}

/// An order that is known to be safe.
pub(super) fn safe(watch: &mut Watch<'_>, begun: BTreeSet<Deed>, order: &[Deed]) -> SafeOrder {
    let before = watch.harms(&begun);
    let mut progress = Progress { in_turn: true, ..Progress::after(begun, watch.seen) };
    let starts = order.iter().map(|deed| progress.begin(watch, *deed)).collect();
    SafeOrder { starts, before, after: watch.harms(&progress.done) }
}

/// The actions of an order so far, and when each is seen everywhere.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub(super) done: BTreeSet<Deed>,
    /// In the order in which they were begun, with the minute of their end.
    ends: Vec<(Deed, u32)>,
    /// Whether each action is begun no earlier than the one before it, as an
    /// order is gone through; otherwise as early as mail allows.
    in_turn: bool,
    /// When the last one was begun.
    last: u32,
    /// How many of them were begun before, and are not seen everywhere yet.
    before: usize,
    /// The last end of all.
    pub(super) over: u32,
    /// How often something has to be seen before the next one.
    pub(super) waits: usize,
    /// How far behind those stand that take long: the sum of their places.
    pub(super) delay: usize,
}

/// What an action has to wait for.
#[derive(Default)]
struct Wait {
    minute: u32,
    seeing: Vec<Deed>,
    waiting: Vec<Deed>,
}

impl Wait {
    /// Waits for all that another one waits for too.
    fn joins(&mut self, other: Self) {
        self.minute = self.minute.max(other.minute);
        for (all, more) in [(&mut self.seeing, other.seeing), (&mut self.waiting, other.waiting)] {
            let new: Vec<Deed> = more.into_iter().filter(|deed| !all.contains(deed)).collect();
            all.extend(new);
        }
    }

    fn takes(&mut self, deed: Deed, before: Deed, end: u32, seen: &Seen) {
        self.minute = self.minute.max(end);
        match before.window(seen) {
            // What a wave waited for is over when it has moved.
            _ if before.wave().is_some() && deed.wave().is_none() => {}
            Window::UntilSeen => self.seeing.push(before),
            Window::AtMost(1.., _) => self.waiting.push(before),
            Window::AtMost(0, _) => {}
        }
    }
}

impl Progress {
    /// Nothing begun, after what is done already.
    pub(super) fn after(done: BTreeSet<Deed>, seen: &Seen) -> Self {
        let runs_on = primary_runs_on(seen);
        let running =
            (done.contains(&Deed::PrimaryMx) && runs_on > 0).then_some((Deed::PrimaryMx, runs_on));
        let ends: Vec<(Deed, u32)> = running.into_iter().collect();
        Self { done, before: ends.len(), ends, ..Self::default() }
    }

    /// Begins one more: an action need not wait for another one's window where
    /// it is safe beside the old state too.
    pub(super) fn begin(&mut self, watch: &mut Watch<'_>, deed: Deed) -> Start {
        let mut wait = self.wait(watch, deed);
        let before = std::mem::take(&mut self.done);
        self.done = before.clone();
        self.done.insert(deed);
        let mut meanwhile = String::new();
        let ends = watch.ends_with(&before, &self.done);
        // What harms a wave meanwhile does not begin before it can be ended.
        if let Deed::AliasesDeleted(wave) = deed {
            wait.joins(self.wait(watch, Deed::MailboxesMade(wave)));
            wait.joins(self.wait(watch, Deed::Contacts(wave)));
            let from = watch.whence(&self.done, wave, Fate::Lost);
            meanwhile = bounces(&from, watch.people_of(wave));
        }
        if let Deed::MailboxesMade(wave) = deed {
            wait.joins(self.wait(watch, Deed::Contacts(wave)));
            let from = watch.whence(&self.done, wave, Fate::Early);
            meanwhile = splits(&from, watch.people_of(wave));
        }
        if self.in_turn {
            wait.minute = wait.minute.max(self.last);
            self.last = wait.minute;
        }
        let window = deed.window(watch.seen);
        let length = window.minutes().unwrap_or_default();
        if length >= A_DAY && deed != Deed::PrimaryMx {
            self.delay += self.ends.len();
        }
        let end = wait.minute + length;
        self.ends.push((deed, end));
        self.over = self.over.max(end);
        self.waits += usize::from(!wait.seeing.is_empty());
        let names = |deeds: Vec<Deed>| deeds.iter().map(ToString::to_string).collect();
        Start {
            action: deed.to_string(),
            label: deed.label(),
            minute: wait.minute,
            after_seeing: names(wait.seeing),
            after_waiting: names(wait.waiting),
            window: window.minutes(),
            window_basis: match window {
                Window::AtMost(1.., basis) => Some(basis),
                Window::AtMost(0, _) | Window::UntilSeen => None,
            },
            meanwhile,
            ends,
        }
    }

    fn wait(&self, watch: &mut Watch<'_>, deed: Deed) -> Wait {
        let mut wait = Wait::default();
        let mut by_model = Vec::new();
        for &(before, end) in self.ends.iter().filter(|(before, _)| *before != deed) {
            // Another wave's actions never hold this one's up.
            let apart = before.wave().zip(deed.wave()).is_some_and(|(one, other)| one != other);
            if deed.comes_after(before) || deed.waits_for(before) {
                wait.takes(deed, before, end, watch.seen);
            } else if !apart {
                by_model.push((before, end));
            }
        }
        for (before, end) in by_model {
            // A wave that is over by then holds nothing up.
            let over = before.wave().is_some() && end <= wait.minute;
            if !over && watch.needs(&self.done, deed, before) {
                wait.takes(deed, before, end, watch.seen);
            }
        }
        wait
    }

    /// The actions in their order.
    pub(super) fn order(&self) -> Vec<Deed> {
        self.ends.iter().skip(self.before).map(|(deed, _)| *deed).collect()
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

/// "Until their mailboxes are there, mail for 2 people bounces that ...".
fn bounces(lost: &[Origin], people: usize) -> String {
    if lost.is_empty() {
        return String::new();
    }
    let (who, from) = of_whom(lost, people);
    format!(
        "Until their mailboxes are there (up to {}, assumed), mail for {who} that comes from {from} bounces",
        span(MAILBOX)
    )
}

/// "Until their contacts are imported, mail for 50 people splits: ...".
fn splits(early: &[Origin], people: usize) -> String {
    if early.is_empty() {
        return String::new();
    }
    let (who, from) = of_whom(early, people);
    format!(
        "Until their contacts are imported, mail for {who} splits: what comes from {from} goes to the new mailbox, all other to the old one"
    )
}

/// "2 people", and from where: "the Internet or from a user of the host".
fn of_whom(origins: &[Origin], people: usize) -> (String, String) {
    let from: Vec<&str> = origins.iter().map(|origin| origin.label()).collect();
    (counted::people(people), from.join(" or from "))
}
