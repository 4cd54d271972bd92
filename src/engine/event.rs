//! What the window is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::order::JudgedOrder;
use super::{Desktop, FollowAsked, HeadersAsked, Outstanding, Way, Written};
use crate::check::Progress;
use crate::finding::{Entry, Evidence, Finding};
use crate::guide::{self, Explained, PathTaken, Step};
use crate::plan::{Plan, Roster};
use crate::practice::Switches;
use crate::profile::Change;
use crate::roster::{Arrangement, Changes, Disagreement, People, Table};
use crate::route::{Audit, Phase};

/// One answer of the engine.
#[derive(Debug, Clone)]
pub enum Event {
    /// Profiles opened lately, latest first; sent at the start and on change.
    Recent(Vec<PathBuf>),
    /// A profile is open.
    Opened {
        /// Its folder.
        folder: PathBuf,
        /// The plan.
        plan: Box<Plan>,
        /// What was seen.
        evidence: Evidence,
        /// Fields as typed where they do not parse.
        drafts: BTreeMap<String, String>,
        /// Another window may write, this one may not.
        read_only: bool,
        /// Sentences about what was left aside.
        remarks: Vec<String>,
        /// What deserves a look since the last sitting.
        since: Vec<String>,
    },
    /// An order of actions, and what becomes of it.
    OrderJudged(Box<JudgedOrder>),
    /// What was changed in the open profile, newest first.
    History(Vec<Change>),
    /// Everything up to the last `Save` is on disk.
    Saved {
        /// When.
        at: Timestamp,
    },
    /// The last `Save` is not on disk; the window keeps the work.
    SaveFailed {
        /// What was seen, what to do.
        sentence: String,
    },
    /// The profile lives in this folder from now on.
    Moved {
        /// The folder.
        folder: PathBuf,
    },
    /// It could not be saved there; nothing changed.
    NotMoved {
        /// What was seen, what to do.
        sentence: String,
    },
    /// A list was read into rows.
    TableRead {
        /// File name, or "Pasted list".
        name: String,
        /// The rows.
        table: Arc<Table>,
    },
    /// Rows became people.
    PeopleTaken {
        /// The people, and who is none.
        people: People,
        /// What taking them would change.
        changes: Changes,
    },
    /// Both inventories, side by side.
    Compared {
        /// The people of the plan that was compared.
        roster: Roster,
        /// Where they disagree, the worst first.
        found: Vec<Disagreement>,
        /// Whether the host's own list was read.
        host_read: bool,
    },
    /// The table of people, searched and ordered.
    PeopleArranged {
        /// As in the command.
        roster: Roster,
        /// As in the command.
        arrangement: Arrangement,
        /// Rows of the roster, in order.
        rows: Vec<u32>,
    },
    /// A step's checks began.
    CheckStarted {
        /// The step.
        step: Step,
    },
    /// One finding of a running check.
    Found {
        /// The step.
        step: Step,
        /// The finding.
        finding: Finding,
    },
    /// A step's checks ended.
    CheckEnded {
        /// The step.
        step: Step,
        /// Whether the user stopped them.
        cancelled: bool,
        /// When the engine will ask again by itself, if it will.
        again_at: Option<Timestamp>,
    },
    /// Each address is being asked of its server.
    AskingStarted,
    /// Answers about single people, a burst of them, and how far it is.
    PeopleHeard {
        /// For [`Evidence::hear`], in order.
        entries: Vec<Entry>,
        /// How far it is, if that was told.
        progress: Option<Progress>,
    },
    /// A finding about the people: one side in one line, or one of the first
    /// with whom something is not as planned.
    PersonAsked {
        /// The finding.
        finding: Finding,
    },
    /// That ended.
    AskingEnded {
        /// Whether the user stopped it.
        cancelled: bool,
        /// When the engine will ask again by itself, if it will.
        again_at: Option<Timestamp>,
    },
    /// An audit is done.
    Audited {
        /// As in the command.
        phase: Option<Phase>,
        /// The result.
        audit: Arc<Audit>,
    },
    /// Artefacts were written.
    Exported {
        /// The folder that holds them.
        folder: PathBuf,
        /// The files: those with which one begins, then in the order of use.
        files: Vec<Written>,
        /// What is missing from them, and who could not be written: a sentence each.
        left_out: Vec<String>,
    },
    /// The waves beside what was handed out of them.
    WavesSeen {
        /// The plan that was looked at.
        plan: Arc<Plan>,
        /// What has to be handed out yet.
        outstanding: Arc<Outstanding>,
    },
    /// What another machine saw, read and about this plan.
    ResultTaken {
        /// The findings, marked with where they were seen from.
        findings: Vec<Finding>,
    },
    /// A bounce, explained.
    BounceExplained {
        /// As in the command.
        text: Arc<str>,
        /// What it says.
        explained: Box<Explained>,
    },
    /// Headers, read.
    HeadersRead {
        /// As in the command.
        asked: Arc<HeadersAsked>,
        /// The path in them, and how it stands beside the model's.
        path: Box<(PathTaken, guide::Compared)>,
    },
    /// A message, followed.
    Followed {
        /// As in the command.
        asked: Arc<FollowAsked>,
        /// Its way.
        way: Box<Way>,
    },
    /// How this session's desktop wants windows to look.
    Desktop(Desktop),
    /// A test message was sent, or not.
    TestSent {
        /// What became of it.
        finding: Finding,
    },
    /// A text was written.
    TextSaved {
        /// Where.
        path: PathBuf,
    },
    /// A practice world runs.
    PracticeStarted {
        /// Its plan.
        plan: Box<Plan>,
        /// How its switches stand.
        switches: Switches,
    },
    /// The practice world's switches stand like this now.
    PracticeSwitched(Switches),
    /// The key is in this system's key store.
    KeyKept,
    /// The key that was kept there is in use; nobody is told which.
    KeyFetched,
    /// It is in the store no more.
    KeyDeleted,
    /// A command could not be done.
    Failed {
        /// What was asked for: "Open profile".
        what: String,
        /// What was seen, what to do.
        sentence: String,
    },
}
