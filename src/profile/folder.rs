//! A profile folder: created, opened, listed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::history::HISTORY;
use super::journal::{self, JOURNAL, JOURNAL_BYTES, Journal};
use super::lock::{Asked, Lock};
use super::refused::{advice, cause};
use super::save::{OnDisk, save, sum};
use super::{disk, evidence_file, handed_out, plan_file, roster_file};
use crate::finding::Evidence;
use crate::plan::Plan;

/// The plan, in a profile folder.
pub(super) const PLAN: &str = "profile.toml";
/// The people, in a profile folder.
pub(super) const ROSTER: &str = "roster.csv";
/// The findings, in a profile folder.
pub(super) const EVIDENCE: &str = "evidence.json";

/// Bytes that a `profile.toml` may have; drafts of pasted lists are in it.
pub(super) const PLAN_BYTES: u64 = 16 << 20;
/// Bytes that a `roster.csv` may have.
pub(super) const ROSTER_BYTES: u64 = 1 << 30;
/// Bytes that an `evidence.json` may have.
pub(super) const EVIDENCE_BYTES: u64 = 64 << 20;

/// An open profile.
#[derive(Debug)]
pub struct Profile {
    /// Its folder.
    pub folder: PathBuf,
    /// What the administrator wants.
    pub plan: Plan,
    /// What was seen of the world.
    pub evidence: Evidence,
    /// Fields as typed where they do not parse, by field name (see
    /// [`draft`](super::draft)): nothing typed is lost.
    pub drafts: BTreeMap<String, String>,
    /// Held while this window may write; `None`: read-only, another window
    /// has it or the folder can't be written.
    pub lock: Option<Lock>,
    /// Whether another window held the lock when this one asked.
    pub in_use: bool,
    /// Sentences about what could not be read and was left aside, file kept.
    /// Saving adds to them when it kept a file aside.
    pub remarks: Vec<String>,
    /// Sentences about what was typed on an earlier day and is not used, for
    /// whoever has no fields to show it in.
    pub unused: Vec<String>,
    /// Whether something in the files was not used when they were opened:
    /// what is said of this plan then is not said of all that they hold.
    pub flawed: bool,
    /// The plan as the history knows it.
    pub(super) recorded: Plan,
    /// What the files held when they were last read or written from here.
    pub(super) on_disk: OnDisk,
    /// Open once something was written to it from here.
    pub(super) journal: Option<Journal>,
}

/// Why a profile could not be opened or saved. Each is a sentence that says
/// what to do.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ProfileError {
    #[error("{} can't be read: {source}. Check that the folder exists and that you may open it.", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} can't be written: {}. {}", path.display(), cause(source), advice(source))]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} is not a profile: {why}. Nothing was changed there.", path.display())]
    Malformed { path: PathBuf, why: String },
    #[error("{} is {what}, where an ordinary file belongs. Move it away, then open the profile again.", path.display())]
    NotAFile { path: PathBuf, what: &'static str },
    #[error("{} was written by a newer version of this program (schema {found}; this one knows {known}). Open it there, or update.", path.display())]
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    #[error("{} holds a profile already. Open it, or choose another folder.", path.display())]
    Exists { path: PathBuf },
    #[error(
        "Not everybody in roster.csv could be read, and whoever is missing would be taken for somebody who has left. Correct what is named there, or import these people again, and open the profile again; nothing was written."
    )]
    PeopleMissing,
    #[error("{} was opened for reading only, because another window has it or it can't be written. Nothing was saved from here; close the other window and open it again.", path.display())]
    ReadOnly { path: PathBuf },
}

/// Makes a new profile in `folder`, which must not hold one. People's lists
/// that are there already are kept aside.
///
/// # Errors
/// When it holds one, or can't be written.
pub fn create(folder: &Path, plan: Plan) -> Result<Profile, ProfileError> {
    disk::make_folder(folder)?;
    let exists = || ProfileError::Exists { path: folder.to_owned() };
    if fs::symlink_metadata(folder.join(PLAN)).is_ok() {
        return Err(exists());
    }
    let lock = match Lock::ask(folder) {
        Asked::Taken(lock) => lock,
        Asked::Busy => return Err(exists()),
        Asked::Impossible(source) => {
            return Err(ProfileError::Write { path: folder.to_owned(), source });
        }
    };
    if fs::symlink_metadata(folder.join(PLAN)).is_ok() {
        return Err(exists());
    }
    let mut profile = Profile {
        folder: folder.to_owned(),
        recorded: plan.clone(),
        plan,
        evidence: Evidence::default(),
        drafts: BTreeMap::new(),
        lock: Some(lock),
        in_use: false,
        remarks: Vec::new(),
        unused: Vec::new(),
        flawed: false,
        on_disk: OnDisk::default(),
        journal: None,
    };
    save(&mut profile)?;
    Ok(profile)
}

/// Opens a profile by its folder, or by the `profile.toml` in it; read-only
/// when another process holds its lock. Changes nothing in the folder.
///
/// # Errors
/// When it can't be read, is no profile, or is of a newer schema.
pub fn open(folder: &Path) -> Result<Profile, ProfileError> {
    let folder = match folder.parent() {
        Some(parent) if folder.file_name() == Some(PLAN.as_ref()) && !folder.is_dir() => parent,
        _ => folder,
    };
    let unread = |source| ProfileError::Read { path: folder.to_owned(), source };
    if !fs::metadata(folder).map_err(unread)?.is_dir() {
        return Err(unread(io::Error::new(
            io::ErrorKind::NotADirectory,
            "it is a file, not a folder",
        )));
    }
    let no_plan = || ProfileError::Malformed {
        path: folder.to_owned(),
        why: format!("the folder holds no {PLAN}"),
    };
    match fs::symlink_metadata(folder.join(PLAN)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(no_plan()),
        Err(error) => return Err(unread(error)),
    }
    let mut remarks = Vec::new();
    let mut not_writable = None;
    // Before reading, so that nobody writes in between.
    let asked = Lock::ask(folder);
    let in_use = matches!(asked, Asked::Busy);
    let lock = match asked {
        Asked::Taken(lock) => Some(lock),
        Asked::Busy => None,
        Asked::Impossible(error) => {
            not_writable = Some(format!(
                "The profile is open for reading only, because {} can't be written ({error}). Copy the folder to where you may write.",
                folder.display()
            ));
            None
        }
    };
    let path = folder.join(PLAN);
    let bytes = disk::read(&path, PLAN_BYTES)?.ok_or_else(no_plan)?;
    let (text, _) = crate::roster::decode(&bytes)
        .map_err(|why| ProfileError::Malformed { path: path.clone(), why })?;
    let read = plan_file::read(&path, &text)?;
    remarks.extend(read.remarks);
    let mut plan = read.plan;

    let people = disk::read(&folder.join(ROSTER), ROSTER_BYTES)?;
    // One that was made by hand may hold its plan alone.
    let lived_in = || [EVIDENCE, "exports", HISTORY].iter().any(|name| folder.join(name).exists());
    let lost = people.is_none() && lived_in();
    if lost {
        remarks.push(format!("The folder holds no {ROSTER}, so nobody is in the list. Put it back from a copy if there were people, or import them again."));
    }
    let sum = people.as_deref().map(sum);
    let mut file = people.map(roster_file::read).unwrap_or_default();
    let on_disk = OnDisk::of(text.into_owned(), sum, &mut file);
    if !file.remarks.is_empty() {
        remarks.extend(file.remarks);
        remarks.push("roster.csv stays as it is until the people are changed here; a copy is kept beside it then.".to_owned());
    }
    plan.roster = file.roster;
    if lost {
        plan.roster.note_unread();
    }
    if read.loaded_of_old {
        let since = fs::metadata(&path).and_then(|file| file.modified()).ok();
        plan.done.extend(handed_out::loaded_by_then(folder, &plan, since));
    }

    let mut evidence = match disk::read(&folder.join(EVIDENCE), EVIDENCE_BYTES) {
        Ok(None) => Evidence::default(),
        Ok(Some(bytes)) => {
            let (evidence, unread) = evidence_file::read(&bytes);
            remarks.extend(unread);
            evidence
        }
        // What was seen can be seen again; the plan must not wait for it.
        Err(error) => {
            remarks.push(error.to_string());
            Evidence::default()
        }
    };
    match disk::read(&folder.join(JOURNAL), JOURNAL_BYTES) {
        Ok(None) => {}
        Ok(Some(bytes)) => {
            let (people, unread) = journal::read(&bytes);
            remarks.extend(unread);
            evidence.set_people(people);
        }
        Err(error) => remarks.push(error.to_string()),
    }
    evidence.adopt(&plan);
    let flawed = !remarks.is_empty() || !read.unused.is_empty();
    Ok(Profile {
        folder: folder.to_owned(),
        recorded: plan.clone(),
        plan,
        evidence,
        drafts: read.drafts,
        lock,
        in_use,
        remarks: not_writable.into_iter().chain(remarks).collect(),
        unused: read.unused,
        flawed,
        on_disk,
        journal: None,
    })
}

/// The profile folders directly below `parent`, by name.
pub fn list(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join(PLAN).is_file())
        .collect();
    folders.sort();
    folders
}
