//! A profile folder: created, opened, listed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Lock;
use crate::finding::Evidence;
use crate::plan::Plan;

/// An open profile.
#[derive(Debug)]
pub struct Profile {
    /// Its folder.
    pub folder: PathBuf,
    /// What the administrator wants.
    pub plan: Plan,
    /// What was seen of the world.
    pub evidence: Evidence,
    /// Fields as typed where they do not parse, by field name: nothing typed
    /// is lost.
    pub drafts: BTreeMap<String, String>,
    /// Held while this window may write; `None`: read-only, another window
    /// has it.
    pub lock: Option<Lock>,
    /// Sentences about what could not be read and was left aside, file kept.
    pub remarks: Vec<String>,
}

/// Why a profile could not be opened or saved. Each is a sentence that says
/// what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ProfileError {
    #[error("{} can't be read: {source}. Check that the folder exists and that you may open it.", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} can't be written: {source}. Choose a folder that you may write to; your work is kept in memory.", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} is not a profile: {why}. The file is left as it is.", path.display())]
    Malformed { path: PathBuf, why: String },
    #[error("{} was written by a newer version of this program (schema {found}; this one knows {known}). Open it there, or update.", path.display())]
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    #[error("{} holds a profile already. Open it, or choose another folder.", path.display())]
    Exists { path: PathBuf },
    #[error("{} is open in another window, so nothing was saved from here.", path.display())]
    ReadOnly { path: PathBuf },
}

/// Makes a new profile in `folder`, which must not hold one.
///
/// # Errors
/// When it holds one, or can't be written.
pub fn create(folder: &Path, plan: Plan) -> Result<Profile, ProfileError> {
    let _ = (folder, plan);
    unimplemented!()
}

/// Opens a profile; read-only when another process holds its lock.
///
/// # Errors
/// When it can't be read, is no profile, or is of a newer schema.
pub fn open(folder: &Path) -> Result<Profile, ProfileError> {
    let _ = folder;
    unimplemented!()
}

/// The profile folders directly below `parent`, by name.
pub fn list(parent: &Path) -> Vec<PathBuf> {
    let _ = parent;
    unimplemented!()
}
