//! An open profile, or a practice world.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::field::FieldId;
use super::flow_view::FlowView;
use super::mail_action::MailView;
use super::people_view::PeopleView;
use super::undoing::Untyped;
use crate::check::{self, Progress, broken_off};
use crate::engine::{Outstanding, Written};
use crate::finding::{Evidence, Finding};
use crate::guide::{self, Page, Problem, Standing, Step};
use crate::plan::{Plan, Roster, WaveNumber};
use crate::practice::Switches;
use crate::profile::Change;
use crate::roster::{Changes, Columns, Disagreement, People, Reject, Table, Tally};
use crate::route::{Audit, Seen};

/// How many steps back Ctrl+Z goes.
const UNDO_DEPTH: usize = 100;

/// What is open.
pub struct Session {
    /// Its folder; `None` in practice.
    pub folder: Option<PathBuf>,
    /// What the administrator wants.
    pub plan: Arc<Plan>,
    /// What was seen of the world.
    pub evidence: Arc<Evidence>,
    /// Another window may write, this one may not.
    pub read_only: bool,
    /// The practice world's switches; `None`: this is the real world.
    pub practice: Option<Switches>,
    /// Whether the work is on disk.
    pub saved: Saved,
    /// The user wants to leave, and waits for the save.
    pub closing: bool,
    /// That save failed, and the user was told.
    pub warned: bool,
    /// The step on screen.
    pub step: Step,
    /// The steps before it, as they were gone through.
    pub been: Vec<Step>,
    /// Running checks and how many findings each has brought.
    pub running: BTreeMap<Step, usize>,
    /// Until when each check looks busy at least.
    pub busy_until: BTreeMap<Step, Timestamp>,
    /// What the check before the last one of a step had found.
    pub(crate) found_before: BTreeMap<Step, Vec<Finding>>,
    /// How the last check of a step ended, where there is something to say.
    pub ended: BTreeMap<Step, Ended>,
    /// Whether each address is being asked of its server.
    pub asking: Asking,
    /// What deserves a look since the last sitting, until it is dismissed.
    pub since: Vec<String>,
    /// What was in the way when Next was pressed.
    pub complaints: Vec<Problem>,
    /// Fields that were in its way, by what was typed in them.
    pub(crate) wrong: Vec<FieldId>,
    /// What was typed, could not be taken and was taken back: the last one last.
    pub(crate) untyped: Vec<Untyped>,
    /// A list that was read and waits for its columns to be confirmed.
    pub import: Option<Import>,
    /// What the last import did, and whom it could not take.
    pub imported: Option<Imported>,
    /// Both sides, as compared last.
    pub compared: Option<Compared>,
    /// The table of people.
    pub people: PeopleView,
    /// The latest audit.
    pub audit: Option<Arc<Audit>>,
    /// The audit is older than the plan or the evidence.
    pub audit_stale: bool,
    /// The message that is followed.
    pub(crate) flow: FlowView,
    /// Real mail: what was pasted and sent.
    pub(crate) mail: MailView,
    /// What was changed and when, once it was asked for.
    pub history: Option<Vec<Change>>,
    /// The waves beside what was handed out; `None`: not looked at yet.
    pub outstanding: Option<Arc<Outstanding>>,
    /// What was written last.
    pub exported: Option<Exported>,
    /// An export is under way.
    pub exporting: bool,
    /// How many findings of a step are listed at most.
    pub shown_findings: usize,
    /// Whether the practice panel is open.
    pub practice_open: bool,
    /// Computed from plan, evidence and step.
    pub derived: Derived,
    undo: Vec<Arc<Plan>>,
    redo: Vec<Arc<Plan>>,
}

/// Whether the work is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Nothing was changed since it was opened.
    Unchanged,
    /// A save is under way.
    Saving,
    /// On disk.
    At(Timestamp),
    /// Not on disk, and why.
    Failed(String),
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The user stopped it.
    pub cancelled: bool,
    /// When it ended, where the window saw that.
    pub at: Option<Timestamp>,
    /// How many answers are others than those before; `None`: there were none.
    pub changed: Option<usize>,
    /// When the engine asks again by itself.
    pub again_at: Option<Timestamp>,
}

/// Each address asked of its server.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Asking {
    /// Not in this session.
    #[default]
    Never,
    /// Under way, and how far.
    Running(Option<Progress>),
    /// Over.
    Over(Ended),
}

/// A list that was read.
pub struct Import {
    /// File name, or "Pasted list".
    pub name: String,
    /// The rows.
    pub table: Arc<Table>,
    /// What each column means, as confirmed so far.
    pub columns: Columns,
    /// The people made of them, where others are in the plan already: shown
    /// before they are taken.
    pub taken: Option<Box<Taken>>,
}

/// People of a list, and what taking them changes.
pub struct Taken {
    /// The people.
    pub people: People,
    /// Beside the plan as it was.
    pub changes: Changes,
}

/// Both inventories side by side, as they were compared last.
pub struct Compared {
    /// The people at that time.
    pub roster: Roster,
    /// Where the sides disagree, the worst first.
    pub found: Vec<Disagreement>,
    /// Whether the host's own list was among what was compared.
    pub host_read: bool,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// How many were new, brought up to date, or as the list has them.
    pub taken: Tally,
    /// Rows that became nobody.
    pub rejects: Vec<Reject>,
    /// What of the people taken was left out, with its line.
    pub remarks: Vec<String>,
    /// The plan with them in it.
    pub(crate) plan: Option<Arc<Plan>>,
}

/// What an export wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The folder that holds the files.
    pub folder: PathBuf,
    /// The files: those with which one begins, then in the order of use.
    pub files: Vec<Written>,
    /// What is missing from them, and who could not be written: a sentence each.
    pub left_out: Vec<String>,
}

/// What is computed and kept until plan, evidence or step change.
pub struct Derived {
    /// How each step stands, in order.
    pub standings: Vec<Standing>,
    /// The words of the step on screen.
    pub page: Page,
    /// What was seen of the world, as far as it is about the plan as it is;
    /// `None`: all of it.
    pub seen: Option<Evidence>,
    /// The findings of the step on screen, in the order in which they are told.
    pub findings: Vec<Finding>,
    /// Those that are about the plan as it was, and what of it: "mail.example.com".
    pub outdated: (Vec<Finding>, String),
    /// What the checks saw of the world.
    pub known: Seen,
    /// People of each wave.
    pub waves: Vec<(WaveNumber, usize)>,
    /// Of a run about the people that was broken off: how many have their
    /// answer, and of how many.
    pub broken_off: Option<(usize, usize)>,
}

impl Session {
    /// A session on the step that plan and evidence call for.
    pub fn new(plan: Plan, evidence: Evidence) -> Self {
        let step = guide::opening_step(&plan, &evidence);
        let mut people = PeopleView::default();
        let _ = people.refresh(&plan.roster);
        Self {
            folder: None,
            derived: derive(step, &plan, &evidence),
            plan: Arc::new(plan),
            evidence: Arc::new(evidence),
            read_only: false,
            practice: None,
            saved: Saved::Unchanged,
            closing: false,
            warned: false,
            step,
            been: Vec::new(),
            running: BTreeMap::new(),
            busy_until: BTreeMap::new(),
            found_before: BTreeMap::new(),
            ended: BTreeMap::new(),
            asking: Asking::default(),
            since: Vec::new(),
            complaints: Vec::new(),
            wrong: Vec::new(),
            untyped: Vec::new(),
            import: None,
            imported: None,
            compared: None,
            people,
            audit: None,
            audit_stale: true,
            flow: FlowView::default(),
            mail: MailView::default(),
            history: None,
            outstanding: None,
            exported: None,
            exporting: false,
            shown_findings: 50,
            practice_open: true,
            undo: Vec::new(),
            redo: Vec::new(),
        }
    }

    /// Changes the plan; the plan before is kept for undo. Nothing happens
    /// when the change changes nothing.
    pub fn edit(&mut self, change: impl FnOnce(&mut Plan)) -> bool {
        let mut plan = (*self.plan).clone();
        change(&mut plan);
        if plan == *self.plan {
            return false;
        }
        self.undo.push(std::mem::replace(&mut self.plan, Arc::new(plan)));
        if self.undo.len() > UNDO_DEPTH {
            self.undo.remove(0);
        }
        self.redo.clear();
        self.untyped.clear();
        true
    }

    /// Takes the last change of the plan back. Says whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else { return false };
        self.redo.push(std::mem::replace(&mut self.plan, before));
        true
    }

    /// Makes the last undone change again. Says whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.redo.pop() else { return false };
        self.undo.push(std::mem::replace(&mut self.plan, after));
        true
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// How many changes of the plan can be made again.
    pub(super) fn undone(&self) -> usize {
        self.redo.len()
    }

    /// Whether there is something to make again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty() || !self.untyped.is_empty()
    }

    /// What was seen of the world, as far as it is about the plan as it is.
    pub fn seen(&self) -> &Evidence {
        self.derived.seen.as_ref().unwrap_or(&self.evidence)
    }

    /// Computes what depends on plan, evidence and step.
    pub fn derive(&mut self) {
        self.derived = derive(self.step, &self.plan, &self.evidence);
        let standing = guide::problems(self.step, &self.plan);
        self.complaints.retain(|complaint| standing.contains(complaint));
    }

    /// How a step stands.
    pub fn standing(&self, step: Step) -> &Standing {
        static OPEN: Standing = Standing::Open;
        self.derived.standings.get(usize::from(step.number()) - 1).unwrap_or(&OPEN)
    }
}

fn derive(step: Step, plan: &Plan, evidence: &Evidence) -> Derived {
    let people = plan.roster.census().everybody();
    let seen = evidence.of_plan(plan);
    let seen = if let Cow::Owned(current) = seen { Some(current) } else { None };
    let current = seen.as_ref().unwrap_or(evidence);
    let findings = current.of_step(step.slug()).cloned().collect();
    let outdated = evidence.outdated(step.slug(), plan).map(|(finding, _)| finding.clone());
    let outdated = guide::in_order(step, outdated.collect());
    Derived {
        standings: Step::ALL.iter().map(|&step| guide::standing(step, plan, evidence)).collect(),
        page: guide::page(step, plan),
        findings: guide::in_order(step, findings),
        known: check::seen(plan, current),
        waves: plan.wave_numbers().into_iter().map(|wave| (wave, people.in_wave(wave))).collect(),
        outdated: (outdated, guide::outdated(step, plan, evidence).unwrap_or_default()),
        broken_off: current
            .people()
            .begun()
            .and_then(|begun| broken_off(plan, current.people(), begun)),
        seen,
    }
}
