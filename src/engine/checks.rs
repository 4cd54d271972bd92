//! The checks that run, one per step, and those that wait for their time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use super::dispatch::Note;
use super::{Event, memory, mishap, recheck, seed_of_the_day};
use crate::check::{self, Ask};
use crate::finding::{Evidence, Finding};
use crate::guide::Step;
use crate::net::{ApiKey, Clock, Net};
use crate::plan::Plan;

/// The longest sleep before the wall clock is read again: a machine that was
/// suspended wakes to the right time.
const LONGEST_NAP: Duration = Duration::from_secs(15);

/// One step's questions about one plan.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) step: Step,
    pub(super) plan: Arc<Plan>,
    pub(super) evidence: Arc<Evidence>,
}

pub(super) struct Checks {
    /// By step number: a step runs once at a time.
    by_step: BTreeMap<u8, Slot>,
    last_run: u64,
    notes: UnboundedSender<Note>,
    clock: Arc<dyn Clock>,
}

/// What is known of a step that was asked.
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
        Self { by_step: BTreeMap::new(), last_run: 0, notes, clock }
    }

    /// Starts counting automatic looks from none.
    pub(super) fn asked_by_hand(&mut self, step: Step) {
        if let Some(slot) = self.by_step.get_mut(&step.number()) {
            slot.tries = 0;
        }
    }

    /// Runs a step's checks, in place of those that run.
    pub(super) fn start(&mut self, question: Question, net: Net, api_key: Option<ApiKey>) {
        let step = question.step;
        let tries = self.by_step.get(&step.number()).map_or(0, |slot| slot.tries);
        self.stop(step);
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
            let mut on_finding = |finding| {
                let _ = notes.send(Note::Found { step, run, finding });
            };
            check::check(step, &ask, &mut on_finding).await;
        });
        let abort = task.abort_handle();
        let notes = self.notes.clone();
        tokio::spawn(async move {
            let mishap = task.await.err().and_then(mishap::sentence);
            let _ = notes.send(Note::Ended { step, run, mishap });
        });
        let state = Doing::Running { run, abort, findings: Vec::new() };
        self.by_step.insert(step.number(), Slot { question, tries, state });
    }

    /// Whether a finding belongs to the run that is on.
    pub(super) fn heard(&mut self, step: Step, run: u64, finding: &Finding) -> bool {
        match self.by_step.get_mut(&step.number()).map(|slot| &mut slot.state) {
            Some(Doing::Running { run: current, findings, .. }) if *current == run => {
                findings.push(finding.clone());
                true
            }
            _ => false,
        }
    }

    /// Takes the end of a run in. `None` when it is not the one that is on;
    /// otherwise when the step will be asked again, if at all.
    pub(super) fn ended(&mut self, step: Step, run: u64) -> Option<Option<Timestamp>> {
        let slot = self.by_step.get_mut(&step.number())?;
        let Doing::Running { run: current, findings, .. } = &mut slot.state else { return None };
        if *current != run {
            return None;
        }
        let findings = std::mem::take(findings);
        let again_at = recheck::next_look(&findings, slot.tries, self.clock.now());
        memory::renew(Arc::make_mut(&mut slot.question.evidence), step, &findings);
        slot.state = again_at.map_or(Doing::Idle, |at| Doing::Scheduled { at });
        Some(again_at)
    }

    /// Stops a step's checks and does not come back to them by itself.
    pub(super) fn stop(&mut self, step: Step) {
        let slot = self.by_step.remove(&step.number());
        if let Some(Slot { state: Doing::Running { abort, .. }, .. }) = slot {
            abort.abort();
        }
    }

    /// Stops all; an event for each step of which one was still expected.
    pub(super) fn stop_all(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for slot in std::mem::take(&mut self.by_step).into_values() {
            let step = slot.question.step;
            match slot.state {
                Doing::Running { abort, .. } => abort.abort(),
                Doing::Scheduled { .. } => {}
                Doing::Idle => continue,
            }
            events.push(Event::CheckEnded { step, cancelled: true, again_at: None });
        }
        events
    }

    /// A changed plan makes waiting questions pointless: they are about the
    /// old one. An event for each that is taken back.
    pub(super) fn plan_is_now(&mut self, plan: &Arc<Plan>, evidence: &Arc<Evidence>) -> Vec<Event> {
        let mut events = Vec::new();
        for slot in self.by_step.values_mut() {
            let Doing::Scheduled { .. } = slot.state else { continue };
            if Arc::ptr_eq(&slot.question.plan, plan) || slot.question.plan == *plan {
                slot.question.evidence = evidence.clone();
                continue;
            }
            slot.state = Doing::Idle;
            let step = slot.question.step;
            events.push(Event::CheckEnded { step, cancelled: false, again_at: None });
        }
        events
    }

    /// Returns when it is worth looking whether something is due; never, while
    /// nothing waits.
    pub(super) fn next_look(&self) -> impl Future<Output = ()> + Send + use<> {
        let first = self.scheduled().map(|(at, _)| at).min();
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
        for slot in self.by_step.values_mut() {
            if matches!(slot.state, Doing::Scheduled { at } if at <= now) {
                slot.tries += 1;
                slot.state = Doing::Idle;
                due.push(slot.question.clone());
            }
        }
        due
    }

    fn scheduled(&self) -> impl Iterator<Item = (Timestamp, Step)> {
        self.by_step.values().filter_map(|slot| match slot.state {
            Doing::Scheduled { at } => Some((at, slot.question.step)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::State;
    use crate::net::FixedClock;
    use crate::plan::Domain;

    const STEP: Step = Step::Subdomain;

    fn checks_at(now: Timestamp) -> Checks {
        let (notes, _) = tokio::sync::mpsc::unbounded_channel();
        Checks::new(notes, Arc::new(FixedClock(now)))
    }

    fn start(checks: &mut Checks) -> u64 {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let question = Question { step: STEP, plan: Arc::new(plan), evidence: Arc::default() };
        // Nobody answers there, and no answer is waited for.
        let net = Net::with_resolvers(vec!["127.0.0.1:9".parse().unwrap()]);
        checks.start(question, net, None);
        checks.last_run
    }

    fn missing() -> Finding {
        Finding::new("subdomain.mx", State::Failed, "No record.", Timestamp::UNIX_EPOCH)
    }

    #[tokio::test]
    async fn what_an_earlier_run_finds_comes_too_late() {
        let mut checks = checks_at(Timestamp::UNIX_EPOCH);
        let first = start(&mut checks);
        let second = start(&mut checks);
        assert!(!checks.heard(STEP, first, &missing()));
        assert_eq!(checks.ended(STEP, first), None);
        assert!(checks.heard(STEP, second, &missing()));
        checks.stop(STEP);
        assert!(!checks.heard(STEP, second, &missing()));
        assert_eq!(checks.ended(STEP, second), None);
        assert!(!checks.heard(Step::Server, second, &missing()));
    }

    #[tokio::test]
    async fn looks_come_in_growing_gaps_until_somebody_asks() {
        let minute = |count: i64| Timestamp::from_second(count * 60).unwrap();
        let mut checks = checks_at(minute(0));
        let mut at = 0;
        let mut round = |checks: &mut Checks| {
            checks.clock = Arc::new(FixedClock(minute(at)));
            let run = start(checks);
            assert!(checks.heard(STEP, run, &missing()));
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
