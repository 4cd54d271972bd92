//! What a check found out: a state with its evidence, plain data.

mod about;
mod answers;

use std::borrow::Cow;
use std::ops::Bound;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::plan::{Address, Plan};

pub use about::About;
pub use answers::{Answer, Answers, Entry, Proof, Word};

/// Id of the finding that keeps the primary MX records of before the cutover.
/// It belongs to no step, so that no later check forgets it.
pub const BEFORE: &str = "before.primary-mx";

/// The finding that keeps since when the primary MX records were seen changed,
/// and how long those of before lived. It belongs to no step either.
pub const CHANGED: &str = "after.primary-mx";

/// One answer to one question put to the world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable name, `step.question` or `step.question@whom`, such as
    /// `subdomain.mx@ns1.example.com`. The latest finding of an id replaces
    /// the one before.
    pub id: String,
    /// How it stands.
    #[serde(flatten)]
    pub state: State,
    /// One line: what was seen.
    pub summary: String,
    /// What the plan needs to see; empty where nothing in particular.
    pub expected: String,
    /// What was seen, as the answerer wrote it; "(no record)" where empty.
    pub found: String,
    /// Who was asked: server, address and port.
    pub asked: String,
    /// The other machine that asked, as its administrator names it; empty
    /// where this one did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen_from: String,
    /// When the answer came.
    pub at: Timestamp,
    /// What it means for mail; empty where it goes without saying.
    pub meaning: String,
    /// What to do; empty where nothing is to be done.
    pub action: String,
    /// Raw answers or transcript, a line each, unredacted only where nothing secret can be in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// What of the plan it is about; empty where that is not known.
    #[serde(default, skip_serializing_if = "About::is_empty")]
    pub about: About,
}

/// How a question stands. Never a bare yes or no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum State {
    /// As the plan needs it.
    Passed,
    /// Works, but will hurt.
    Warning,
    /// Not as the plan needs it.
    Failed,
    /// Will be asked again at a stated time.
    Waiting {
        /// When asking again makes sense.
        again_at: Timestamp,
    },
    /// Can't be told from here.
    Unknown {
        /// Why not, to follow "because".
        why: String,
    },
    /// Not asked.
    Skipped {
        /// Because of what, to follow "because".
        because: String,
    },
}

impl State {
    /// The word on screen.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "Passed",
            Self::Warning => "Warning",
            Self::Failed => "Failed",
            Self::Waiting { .. } => "Waiting",
            Self::Unknown { .. } => "Can't tell",
            Self::Skipped { .. } => "Skipped",
        }
    }

    /// Worst first: what to look at before the rest, from 0.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Waiting { .. } => 1,
            Self::Unknown { .. } => 2,
            Self::Warning => 3,
            Self::Skipped { .. } => 4,
            Self::Passed => 5,
        }
    }
}

impl Finding {
    /// A finding with a state and a summary; the rest is added by the
    /// builder-style methods below.
    pub fn new(
        id: impl Into<String>,
        state: State,
        summary: impl Into<String>,
        at: Timestamp,
    ) -> Self {
        Self {
            id: id.into(),
            state,
            summary: summary.into(),
            expected: String::new(),
            found: String::new(),
            asked: String::new(),
            seen_from: String::new(),
            at,
            meaning: String::new(),
            action: String::new(),
            evidence: Vec::new(),
            about: About::default(),
        }
    }

    /// The same, as an answer about this plan.
    #[must_use]
    pub fn about(mut self, plan: &Plan) -> Self {
        self.about = About::of(&self.id, plan);
        self
    }

    /// What the plan needed, and what was there.
    #[must_use]
    pub fn compared(mut self, expected: impl Into<String>, found: impl Into<String>) -> Self {
        self.expected = expected.into();
        self.found = found.into();
        self
    }

    /// Who was asked.
    #[must_use]
    pub fn asked(mut self, whom: impl Into<String>) -> Self {
        self.asked = whom.into();
        self
    }

    /// What it means.
    #[must_use]
    pub fn means(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }

    /// What to do.
    #[must_use]
    pub fn advise(mut self, action: impl Into<String>) -> Self {
        self.action = action.into();
        self
    }

    /// The raw answers.
    #[must_use]
    pub fn with_evidence(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(lines);
        self
    }

    /// Whether the plan can go on as far as this is concerned.
    pub fn is_fine(&self) -> bool {
        matches!(self.state, State::Passed | State::Skipped { .. })
    }
}

/// The worst state among findings; `None` where there are none.
pub fn worst<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Option<&'a State> {
    findings.into_iter().map(|finding| &finding.state).min_by_key(|state| state.rank())
}

/// The exit code that says how findings stand: 0 all passed, 1 something
/// failed, 3 something can't be told or is waiting, 4 passed with warnings.
/// Where all was skipped nothing passed: 3.
pub fn exit_code<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> u8 {
    let mut passed = false;
    let findings = findings.into_iter().inspect(|finding| passed |= finding.state == State::Passed);
    match worst(findings) {
        Some(State::Failed) => 1,
        Some(State::Waiting { .. } | State::Unknown { .. }) => 3,
        Some(State::Warning) => 4,
        Some(State::Skipped { .. }) if !passed => 3,
        Some(State::Skipped { .. } | State::Passed) | None => 0,
    }
}

/// How the finding about one person's address begins; the address follows.
pub const PERSON: &str = "people.rcpt@";

/// The finding that keeps the host's mailboxes, one address a line.
pub const INVENTORY: &str = "flow.inventory";

/// One line about each side, given with the answers about single people.
pub const SIDES: [&str; 2] = ["people.external", "people.host"];

/// The latest finding of each id, and the answers about each person: what the
/// profile remembers of the world. The answers have a file of their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Evidence {
    findings: std::collections::BTreeMap<String, Finding>,
    #[serde(skip)]
    people: Answers,
}

impl Evidence {
    /// Takes a finding in, in place of an older one of the same id.
    pub fn record(&mut self, finding: Finding) {
        self.findings.insert(finding.id.clone(), finding);
    }

    /// Takes news about the people in. A run that begins makes what was found
    /// of them before give way.
    pub fn hear(&mut self, entry: Entry) {
        if matches!(entry, Entry::Begun(_)) {
            self.forget_people();
        }
        self.people.hear(entry);
    }

    /// What the servers said of each person.
    pub fn people(&self) -> &Answers {
        &self.people
    }

    /// Puts the answers in, as they were read.
    pub fn set_people(&mut self, people: Answers) {
        self.people = people;
    }

    /// Forgets the answers about those whom `stays` does not want. Whether
    /// there were any.
    pub fn keep_people(&mut self, stays: impl Fn(&Address) -> bool) -> bool {
        self.people.keep(stays)
    }

    /// Forgets the findings about single people, and what sums them up.
    pub fn forget_people(&mut self) {
        self.findings.retain(|id, _| !id.starts_with(PERSON) && !SIDES.contains(&id.as_str()));
    }

    /// As far as it is about the plan as it is: without the answers about
    /// another domain, server or list of people.
    pub fn of_plan(&self, plan: &Plan) -> Cow<'_, Self> {
        let outdated = |finding: &Finding| finding.about.other_than(plan).is_some();
        if self.people.are_about(plan) && !self.findings.values().any(outdated) {
            return Cow::Borrowed(self);
        }
        let current = self.findings.iter().filter(|(_, finding)| !outdated(finding));
        Cow::Owned(Self {
            findings: current.map(|(id, finding)| (id.clone(), finding.clone())).collect(),
            people: self.people.about(plan),
        })
    }

    /// The findings of one step that are about the plan as it was, and about
    /// what of it, to follow "was about".
    pub fn outdated<'a>(
        &'a self,
        step: &'a str,
        plan: &'a Plan,
    ) -> impl Iterator<Item = (&'a Finding, String)> {
        self.of_step(step).filter_map(|finding| Some((finding, finding.about.other_than(plan)?)))
    }

    /// Takes what does not say what it is about, as in files of before, for
    /// answers about the plan beside it.
    pub fn adopt(&mut self, plan: &Plan) {
        for finding in self.findings.values_mut().filter(|finding| finding.about.is_empty()) {
            finding.about = About::of(&finding.id, plan);
        }
    }

    /// The latest finding of this id.
    pub fn get(&self, id: &str) -> Option<&Finding> {
        self.findings.get(id)
    }

    /// The findings of one step: those whose id starts with `step.`.
    pub fn of_step<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Finding> {
        let first = format!("{step}.");
        self.findings
            .range::<str, _>((Bound::Included(first.as_str()), Bound::Unbounded))
            .take_while(move |(id, _)| {
                id.strip_prefix(step).is_some_and(|rest| rest.starts_with('.'))
            })
            .map(|(_, finding)| finding)
    }

    /// Forgets a step before it is asked again, so that no answer to an old
    /// question stays behind.
    pub fn forget_step(&mut self, step: &str) {
        self.findings
            .retain(|id, _| !id.strip_prefix(step).is_some_and(|rest| rest.starts_with('.')));
    }

    /// All findings, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values()
    }

    /// Whether there is no finding.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}
