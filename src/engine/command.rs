//! What the window asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::{FollowAsked, HeadersAsked};
use crate::finding::Evidence;
use crate::guide::Step;
use crate::net::ApiKey;
use crate::plan::{Address, Domain, Plan, Roster, WaveNumber};
use crate::practice::{Fault, Switches};
use crate::profile::Preferences;
use crate::roster::{Arrangement, Columns, Table};
use crate::route::{Deed, Phase};

/// Where a result comes from.
#[derive(Debug, Clone)]
pub enum ResultSource {
    /// Pasted.
    Text(String),
    /// A file.
    File(PathBuf),
}

/// One request. Each is answered by one event or more.
#[derive(Debug, Clone)]
pub enum Command {
    /// Makes a profile for this domain below the default folder (or in
    /// `folder`), and opens it. Answer: `Opened` or `Failed`.
    Create {
        /// The primary domain.
        domain: Domain,
        /// Where, when not in the default place.
        folder: Option<PathBuf>,
    },
    /// Opens a profile. Answer: `Opened` or `Failed`.
    Open {
        /// Its folder.
        folder: PathBuf,
    },
    /// Saves, at once; a burst is saved once. Answer: `Saved` or `SaveFailed`.
    Save {
        /// What the administrator wants.
        plan: Arc<Plan>,
        /// What was seen.
        evidence: Arc<Evidence>,
        /// Fields as typed where they do not parse.
        drafts: BTreeMap<String, String>,
    },
    /// Lets go of the open profile and of a practice world.
    Close,
    /// Reads a list of people. Answer: `TableRead` or `Failed`.
    ReadFile {
        /// The file.
        path: PathBuf,
    },
    /// Reads a pasted list. Answer: `TableRead` or `Failed`.
    ReadPaste {
        /// The text.
        text: String,
    },
    /// Makes people of a table. Answer: `PeopleTaken` or `Failed`.
    TakePeople {
        /// The table.
        table: Arc<Table>,
        /// The confirmed columns.
        columns: Columns,
        /// The primary domain.
        domain: Domain,
        /// The people who are there already: what changes is told beside them.
        roster: Roster,
    },
    /// Puts both inventories side by side. Answer: `Compared`.
    Compare {
        /// What is wanted.
        plan: Arc<Plan>,
        /// What was seen.
        evidence: Arc<Evidence>,
    },
    /// Searches and orders the table of people; the latest question wins.
    /// Answer: `PeopleArranged`, or none where another question came.
    Arrange {
        /// The people.
        roster: Roster,
        /// Search and order.
        arrangement: Arrangement,
    },
    /// Runs a step's checks; one that runs already is started afresh.
    /// Answers: `CheckStarted`, `Found` ..., `CheckEnded`.
    Check {
        /// The step.
        step: Step,
        /// The plan to check against.
        plan: Arc<Plan>,
        /// What earlier checks saw.
        evidence: Arc<Evidence>,
    },
    /// Stops a step's checks. Answer: `CheckEnded`.
    CancelCheck {
        /// The step.
        step: Step,
    },
    /// Asks each address of its server; those that passed within a day, by the
    /// evidence, are not asked again. Answers: `AskingStarted`, `PersonAsked`
    /// ..., `AskingEnded`.
    AskPeople {
        /// The plan that says who is where.
        plan: Arc<Plan>,
        /// What earlier checks saw.
        evidence: Arc<Evidence>,
    },
    /// Stops that. Answer: `AskingEnded`.
    CancelAskPeople,
    /// Follows everybody from everywhere. Answer: `Audited`.
    Audit {
        /// The plan.
        plan: Arc<Plan>,
        /// What the checks saw: it replaces what is assumed.
        evidence: Arc<Evidence>,
        /// The moment; `None`: now, by plan and evidence.
        phase: Option<Phase>,
    },
    /// Writes the artefacts. Answer: `Exported` or `Failed`.
    Export {
        /// The plan.
        plan: Arc<Plan>,
        /// For the run-book.
        evidence: Arc<Evidence>,
        /// Which wave; `None`: everyone at the host.
        wave: Option<WaveNumber>,
        /// Where, when not below the profile.
        folder: Option<PathBuf>,
    },
    /// Saves the open profile in another folder and goes on there. Answers:
    /// `Moved` and `Saved`, or `NotMoved`.
    SaveElsewhere {
        /// Where; it must hold no profile.
        folder: PathBuf,
        /// The plan.
        plan: Arc<Plan>,
        /// What was seen.
        evidence: Arc<Evidence>,
        /// What was typed and is not in the plan.
        drafts: BTreeMap<String, String>,
    },
    /// Puts the waves beside what was handed out of them. Answer: `WavesSeen`.
    LookAtWaves {
        /// The plan.
        plan: Arc<Plan>,
        /// The folder of the exports.
        folder: PathBuf,
    },
    /// Reads what the test of the server saw on another machine. Answer:
    /// `ResultTaken` or `Failed`.
    TakeResult {
        /// The plan that it must be about.
        plan: Arc<Plan>,
        /// The name of that machine.
        seen_from: String,
        /// The result.
        source: ResultSource,
    },
    /// Explains a bounce; of several the latest. Answer: `BounceExplained`, or
    /// none where another one came.
    ExplainBounce {
        /// As pasted.
        text: Arc<str>,
    },
    /// Reads the headers of a message that arrived. Answer: `HeadersRead`.
    ReadHeaders(Arc<HeadersAsked>),
    /// Follows one message; of several the latest. Answer: `Followed`, or none
    /// where another one came.
    Follow(Arc<FollowAsked>),
    /// Sends one test message: the user confirmed it. Answer: `TestSent`.
    SendTest {
        /// The administrator's own address.
        from: Address,
        /// Who gets it.
        to: Address,
    },
    /// Writes one text. Answer: `TextSaved` or `Failed`.
    SaveText {
        /// Where.
        path: PathBuf,
        /// What.
        text: String,
    },
    /// Starts a practice world in which nothing is done yet, for the person at
    /// the practice panel to do, and opens its plan. Answer: `PracticeStarted`
    /// or `Failed`.
    Practice {
        /// What is spoiled from the start.
        faults: BTreeSet<Fault>,
    },
    /// Judges an order of actions; an empty one: the recommended one. Answer:
    /// `OrderJudged`.
    JudgeOrder {
        /// The plan.
        plan: Arc<Plan>,
        /// What was seen: it counts as done.
        evidence: Arc<Evidence>,
        /// The actions that are left, first one first.
        order: Vec<Deed>,
    },
    /// Asks this session's desktop how windows should look, and goes on
    /// listening. Answers: `Desktop`, now and on each change; none where there
    /// is no desktop that tells.
    WatchDesktop,
    /// Reads what was changed in the open profile. Answer: `History`.
    ReadHistory,
    /// Turns the practice world's switches. Answer: `PracticeSwitched`.
    SetSwitches(Switches),
    /// Keeps what the user prefers. Answer: none, or `Failed`.
    Prefer(Box<Preferences>),
    /// The host API's key while this profile is open; never saved, and
    /// forgotten when the profile is closed or another one is opened.
    SetApiKey(Option<ApiKey>),
    /// The same, and it is kept in this system's key store. Answer: `KeyKept`
    /// or `Failed`.
    KeepApiKey {
        /// Whose host it opens.
        domain: Domain,
        /// The key.
        key: ApiKey,
    },
    /// Uses the key that was kept for this domain. Answer: `KeyFetched` or
    /// `Failed`.
    FetchApiKey(Domain),
    /// Deletes it from the store. Answer: `KeyDeleted` or `Failed`.
    DeleteApiKey(Domain),
}
