//! Everything that is handed out for a wave, with its manifest.

use jiff::Timestamp;

use crate::finding::Evidence;
use crate::plan::{Address, Plan, WaveNumber};

/// One file, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the exports folder, `/` between parts.
    pub path: String,
    /// What it is for: a sentence.
    pub purpose: String,
    /// The bytes, byte order mark and line ends as the reader wants them.
    pub bytes: Vec<u8>,
}

/// A person that a format can't say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} can't be written to {file}: {reason}")]
pub struct Refusal {
    /// Who.
    pub address: Address,
    /// Which file.
    pub file: String,
    /// Why, to follow a colon.
    pub reason: String,
}

/// All artefacts of one wave (or of everyone at the host, without one), with
/// `manifest.json` and `README.txt` first; and whoever could not be written.
pub fn export(
    plan: &Plan,
    evidence: &Evidence,
    wave: Option<WaveNumber>,
    now: Timestamp,
) -> (Vec<Artifact>, Vec<Refusal>) {
    let _ = (plan, evidence, wave, now);
    unimplemented!()
}
