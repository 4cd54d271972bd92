//! The readers of a profile's files, one function each, for those who throw
//! bytes at them: `tests/fuzz` and the replay of its corpus. No file.

use std::collections::BTreeMap;
use std::path::Path;

use super::{evidence_file, journal, plan_edit, plan_file, roster_file};
use crate::finding::{Answers, Evidence};
use crate::plan::{Plan, Roster};

/// What a `profile.toml` says.
#[derive(Debug)]
pub struct PlanRead {
    /// The plan, without people.
    pub plan: Plan,
    /// Texts that do not parse, by draft name.
    pub drafts: BTreeMap<String, String>,
    /// Sentences about what was passed over.
    pub remarks: Vec<String>,
}

/// A `profile.toml`; the sentence where it is none.
///
/// # Errors
/// When it is no TOML, of a newer schema, or its domain is unreadable.
pub fn plan(text: &str) -> Result<PlanRead, String> {
    let file =
        plan_file::read(Path::new("profile.toml"), text).map_err(|error| error.to_string())?;
    let remarks = file.remarks.into_iter().chain(file.unused).collect();
    Ok(PlanRead { plan: file.plan, drafts: file.drafts, remarks })
}

/// The text with the plan and the drafts in it; `None` where it is laid out so
/// that they would not be read back.
pub fn edited(text: &str, plan: &Plan, drafts: &BTreeMap<String, String>) -> Option<String> {
    plan_edit::edited(text, plan, drafts)
}

/// A `roster.csv`: the people, the remarks, and the file written anew.
pub fn roster(bytes: &[u8]) -> (Roster, Vec<String>, std::io::Result<Vec<u8>>) {
    let file = roster_file::read(bytes.to_vec());
    let anew = roster_file::render(&file.roster, &file.layout);
    (file.roster, file.remarks, anew)
}

/// An `evidence.json`: the findings, the remarks, and the file written anew.
pub fn evidence(bytes: &[u8]) -> (Evidence, Vec<String>, std::io::Result<Vec<u8>>) {
    let (evidence, remarks) = evidence_file::read(bytes);
    let anew = evidence_file::render(&evidence);
    (evidence, remarks, anew)
}

/// A `people.journal`: the answers in it, and the remark about it.
pub fn people(bytes: &[u8]) -> (Answers, Option<String>) {
    journal::read(bytes)
}
