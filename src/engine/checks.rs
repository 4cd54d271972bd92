//! The questions that run, one run of each kind, and those that wait for their time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use super::inquiry::{Heard, Inquiry};
use super::outbox::Note;
use super::{Event, mishap, recheck, seed_of_the_day};
use crate::check::Ask;
use crate::finding::{Evidence, Finding};
use crate::net::{ApiKey, Clock, Net};
use crate::plan::Plan;

/// The longest sleep before the wall clock is read again: a machine that was
/// suspended wakes to the right time.
const LONGEST_NAP: Duration = Duration::from_secs(15);

/// Questions about one plan.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) inquiry: Inquiry,
    pub(super) plan: Arc<Plan>,
    pub(super) evidence: Arc<Evidence>,
}

pub(super) struct Checks {
    slots: BTreeMap<Inquiry, Slot>,
    last_run: u64,
    notes: UnboundedSender<Note>,
    clock: Arc<dyn Clock>,
}

/// What is known of a run that was asked for.
struct Slot {
    question: Question,
    /// How often it was asked again by itself since somebody asked.
    tries: usize,
    state: Doing,
}

enum Doing {
    /// Findings of another run number come too late and are dropped.
    Running { run: u64, abort: AbortHandle, findings: Vec<Finding> },
    /// Asked again at this time.
    Scheduled { at: Timestamp },
    /// Nothing is under way.
    Idle,
}

impl Checks {
    pub(super) fn new(notes: UnboundedSender<Note>, clock: Arc<dyn Clock>) -> Self {
        Self { slots: BTreeMap::new(), last_run: 0, notes, clock }
    }

    /// Starts counting automatic looks from none.
    pub(super) fn asked_by_hand(&mut self, inquiry: Inquiry) {
        if let Some(slot) = self.slots.get_mut(&inquiry) {
            slot.tries = 0;
        }
    }

    /// Puts the questions, in place of those of the kind that run.
    pub(super) fn start(&mut self, question: Question, net: Net, api_key: Option<ApiKey>) {
        let inquiry = question.inquiry;
        let tries = self.slots.get(&inquiry).map_or(0, |slot| slot.tries);
        self.stop(inquiry);
        self.last_run += 1;
        let run = self.last_run;
        let (notes, asked) = (self.notes.clone(), question.clone());
        let seed = seed_of_the_day(question.plan.domain(), net.clock.now());
        let task = tokio::spawn(async move {
            let ask = Ask {
                net: &net,
                plan: &asked.plan,
                evidence: &asked.evidence,
                api_key: api_key.as_ref(),
                seed,
            };
            let mut tell = |heard| {
                let _ = notes.send(Note::Heard { inquiry, run, heard });
            };
            inquiry.ask(&ask, &mut tell).await;
        });
        let abort = task.abort_handle();
        let notes = self.notes.clone();
        tokio::spawn(async move {
            let mishap = task.await.err().and_then(mishap::sentence);
            let _ = notes.send(Note::Ended { inquiry, run, mishap });
        });
        let state = Doing::Running { run, abort, findings: Vec::new() };
        self.slots.insert(inquiry, Slot { question, tries, state });
    }

    /// Whether what was heard belongs to the run that is on.
    pub(super) fn heard(&mut self, inquiry: Inquiry, run: u64, heard: &Heard) -> bool {
        let Some(slot) = self.slots.get_mut(&inquiry) else { return false };
        match &mut slot.state {
            Doing::Running { run: current, findings, .. } if *current == run => match heard {
                Heard::Finding(finding) => findings.push(finding.clone()),
                Heard::People(entries, _) => {
                    let evidence = Arc::make_mut(&mut slot.question.evidence);
                    entries.iter().cloned().for_each(|entry| evidence.hear(entry));
                }
            },
            _ => return false,
        }
        true
    }

    /// Takes the end of a run in. `None` when it is not the one that is on;
    /// otherwise when it will be asked again, if at all.
    pub(super) fn ended(&mut self, inquiry: Inquiry, run: u64) -> Option<Option<Timestamp>> {
        let slot = self.slots.get_mut(&inquiry)?;
        let Doing::Running { run: current, findings, .. } = &mut slot.state else { return None };
        if *current != run {
            return None;
        }
        let findings = std::mem::take(findings);
        let again_at = recheck::next_look(&findings, slot.tries, self.clock.now());
        inquiry.remember(Arc::make_mut(&mut slot.question.evidence), &findings);
        slot.state = again_at.map_or(Doing::Idle, |at| Doing::Scheduled { at });
        Some(again_at)
    }

    /// Stops a run and does not come back to it by itself.
    pub(super) fn stop(&mut self, inquiry: Inquiry) {
        let slot = self.slots.remove(&inquiry);
        if let Some(Slot { state: Doing::Running { abort, .. }, .. }) = slot {
            abort.abort();
        }
    }

    /// Stops all; an event for each step of which one was still expected.
    pub(super) fn stop_all(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for slot in std::mem::take(&mut self.slots).into_values() {
            let inquiry = slot.question.inquiry;
            match slot.state {
                Doing::Running { abort, .. } => abort.abort(),
                Doing::Scheduled { .. } => {}
                Doing::Idle => continue,
            }
            events.push(inquiry.ended(true, None));
        }
        events
    }

    /// A changed plan makes waiting questions pointless: they are about the
    /// old one. An event for each that is taken back.
    pub(super) fn plan_is_now(&mut self, plan: &Arc<Plan>, evidence: &Arc<Evidence>) -> Vec<Event> {
        let mut events = Vec::new();
        for slot in self.slots.values_mut() {
            let Doing::Scheduled { .. } = slot.state else { continue };
            if Arc::ptr_eq(&slot.question.plan, plan) || slot.question.plan == *plan {
                slot.question.evidence = evidence.clone();
                continue;
            }
            slot.state = Doing::Idle;
            let inquiry = slot.question.inquiry;
            events.push(inquiry.ended(false, None));
        }
        events
    }

    /// Returns when it is worth looking whether something is due; never, while
    /// nothing waits.
    pub(super) fn next_look(&self) -> impl Future<Output = ()> + Send + use<> {
        let first = self.scheduled().min();
        let gap = first
            .map(|at| Duration::try_from(at.duration_since(self.clock.now())).unwrap_or_default());
        async move {
            match gap {
                Some(gap) => tokio::time::sleep(gap.min(LONGEST_NAP)).await,
                None => std::future::pending().await,
            }
        }
    }

    /// The questions whose time has come.
    pub(super) fn due(&mut self) -> Vec<Question> {
        let now = self.clock.now();
        let mut due = Vec::new();
        for slot in self.slots.values_mut() {
            if matches!(slot.state, Doing::Scheduled { at } if at <= now) {
                slot.tries += 1;
                slot.state = Doing::Idle;
                due.push(slot.question.clone());
            }
        }
        due
    }

    fn scheduled(&self) -> impl Iterator<Item = Timestamp> {
        self.slots.values().filter_map(|slot| match slot.state {
            Doing::Scheduled { at } => Some(at),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::State;
    use crate::guide::Step;
    use crate::net::FixedClock;
    use crate::plan::Domain;

    const STEP: Inquiry = Inquiry::Step(Step::Subdomain);

    fn checks_at(now: Timestamp) -> Checks {
        let (notes, _) = tokio::sync::mpsc::unbounded_channel();
        Checks::new(notes, Arc::new(FixedClock(now)))
    }

    fn start(checks: &mut Checks) -> u64 {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let question = Question { inquiry: STEP, plan: Arc::new(plan), evidence: Arc::default() };
        // Nobody answers there, and no answer is waited for.
        let net = Net::with_resolvers(vec!["127.0.0.1:9".parse().unwrap()]);
        checks.start(question, net, None);
        checks.last_run
    }

    fn missing() -> Finding {
        Finding::new("subdomain.mx", State::Failed, "No record.", Timestamp::UNIX_EPOCH)
    }

    fn told() -> Heard {
        Heard::Finding(missing())
    }

    #[tokio::test]
    async fn what_an_earlier_run_finds_comes_too_late() {
        let mut checks = checks_at(Timestamp::UNIX_EPOCH);
        let first = start(&mut checks);
        let second = start(&mut checks);
        assert!(!checks.heard(STEP, first, &told()));
        assert_eq!(checks.ended(STEP, first), None);
        assert!(checks.heard(STEP, second, &told()));
        checks.stop(STEP);
        assert!(!checks.heard(STEP, second, &told()));
        assert_eq!(checks.ended(STEP, second), None);
        assert!(!checks.heard(Inquiry::Everybody, second, &told()));
    }

    #[tokio::test]
    async fn looks_come_in_growing_gaps_until_somebody_asks() {
        let minute = |count: i64| Timestamp::from_second(count * 60).unwrap();
        let mut checks = checks_at(minute(0));
        let mut at = 0;
        let mut round = |checks: &mut Checks| {
            checks.clock = Arc::new(FixedClock(minute(at)));
            let run = start(checks);
            assert!(checks.heard(STEP, run, &told()));
            let again_at = checks.ended(STEP, run).unwrap().unwrap();
            assert!(checks.due().is_empty());
            let gap = again_at.as_second() / 60 - at;
            at += gap;
            checks.clock = Arc::new(FixedClock(minute(at)));
            let due = checks.due();
            assert_eq!(due.len(), 1);
            assert_eq!(due[0].evidence.get("subdomain.mx"), Some(&missing()), "it is remembered");
            gap
        };
        assert_eq!([(); 6].map(|()| round(&mut checks)), [1, 2, 5, 10, 30, 30]);
        checks.asked_by_hand(STEP);
        assert_eq!([(); 2].map(|()| round(&mut checks)), [1, 2]);
    }
}
