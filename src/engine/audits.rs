//! Audits: one at a time for each moment of the plan, the latest question wins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::mishap;
use super::outbox::Note;
use crate::check;
use crate::finding::Evidence;
use crate::plan::Plan;
use crate::route::{self, Moment, Phase, Survey, World};

/// The world as it is now, by the plan and what the checks saw of it.
pub fn world_now(plan: &Plan, evidence: &Evidence) -> World {
    route::world_now(plan, &check::seen(plan, evidence))
}

pub(super) struct Audits {
    at_work: BTreeMap<Option<Phase>, Work>,
    last_run: u64,
    /// The latest of each moment: of the next only who changed is looked at.
    surveys: Arc<Mutex<BTreeMap<Option<Phase>, Survey>>>,
    notes: UnboundedSender<Note>,
}

/// Ways kept of each cause for the window.
const SHOWN: usize = 500;

/// One moment of the plan that is being worked on.
struct Work {
    run: u64,
    /// The question that came meanwhile.
    next: Option<Asked>,
}

type Asked = (Arc<Plan>, Arc<Evidence>);

impl Audits {
    pub(super) fn new(notes: UnboundedSender<Note>) -> Self {
        Self { at_work: BTreeMap::new(), last_run: 0, surveys: Arc::default(), notes }
    }

    /// Audits now, or as soon as the audit of the same moment that runs is done.
    pub(super) fn ask(&mut self, plan: Arc<Plan>, evidence: Arc<Evidence>, phase: Option<Phase>) {
        match self.at_work.get_mut(&phase) {
            Some(work) => work.next = Some((plan, evidence)),
            None => self.start(phase, (plan, evidence)),
        }
    }

    /// Takes the end of an audit in, and starts the next one of that moment.
    /// Whether the result is still of interest.
    pub(super) fn ended(&mut self, phase: Option<Phase>, run: u64) -> bool {
        let Some(work) = self.at_work.get_mut(&phase).filter(|work| work.run == run) else {
            return false;
        };
        let next = work.next.take();
        self.at_work.remove(&phase);
        if let Some(asked) = next {
            self.start(phase, asked);
        }
        true
    }

    /// Wants no answer any more.
    pub(super) fn forget(&mut self) {
        self.at_work.clear();
        self.surveys.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn start(&mut self, phase: Option<Phase>, (plan, evidence): Asked) {
        self.last_run += 1;
        let run = self.last_run;
        self.at_work.insert(phase, Work { run, next: None });
        let (notes, surveys) = (self.notes.clone(), Arc::clone(&self.surveys));
        tokio::spawn(async move {
            let work = move || {
                let seen = check::seen(&plan, &evidence);
                let moment = match phase {
                    Some(phase) => Moment::reached(&plan, phase, &seen),
                    None => Moment::now(&plan, &seen),
                };
                let kept = || surveys.lock().unwrap_or_else(PoisonError::into_inner);
                let before = kept().remove(&phase);
                let survey = match before {
                    Some(mut survey) => {
                        survey.renew(&plan, moment);
                        survey
                    }
                    None => Survey::new(&plan, moment),
                };
                let audit = Arc::new(survey.audit(SHOWN, None));
                kept().insert(phase, survey);
                audit
            };
            let result = match tokio::task::spawn_blocking(work).await {
                Ok(audit) => Ok(audit),
                Err(error) => match mishap::sentence(error) {
                    Some(sentence) => Err(sentence),
                    None => return,
                },
            };
            let _ = notes.send(Note::Audited { phase, run, result });
        });
    }
}
