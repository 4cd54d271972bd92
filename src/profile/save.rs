//! Saving: what differs is written, and what somebody else wrote meanwhile is
//! never overwritten without a copy.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::folder::{EVIDENCE, EVIDENCE_BYTES, PLAN, PLAN_BYTES, ROSTER, ROSTER_BYTES};
use super::roster_file::{Layout, RosterFile};
use super::{Profile, ProfileError, disk, evidence_file, plan_edit, plan_file, roster_file};
use crate::plan::Roster;
use crate::shown::shown;

/// What the files held when they were last read or written.
#[derive(Debug, Default)]
pub(super) struct OnDisk {
    /// The text of `profile.toml`.
    plan: Option<String>,
    people: People,
    /// What a process that died here left is gone.
    swept: bool,
}

#[derive(Debug, Default)]
struct People {
    /// Columns and the user's own cells.
    layout: Layout,
    /// SHA-256 of the bytes of `roster.csv`.
    bytes: Option<Vec<u8>>,
    /// Who is in it.
    saved: Option<Roster>,
    /// Whether it holds rows that are not among the people.
    flawed: bool,
}

impl OnDisk {
    /// After reading; `people` is the [`sum`] of their file.
    pub(super) fn of(plan: String, people: Option<Vec<u8>>, file: &mut RosterFile) -> Self {
        let layout = std::mem::take(&mut file.layout);
        let saved = people.as_ref().map(|_| file.roster.clone());
        let flawed = !file.remarks.is_empty();
        let people = People { layout, bytes: people, saved, flawed };
        Self { plan: Some(plan), people, swept: false }
    }
}

/// Saves plan, people, drafts and evidence; files that did not change are not
/// written. Comments and unknown keys of `profile.toml` survive, and the
/// user's own columns of `roster.csv`. A file that was changed by somebody
/// else meanwhile, or that holds what could not be read, is kept aside before
/// it is overwritten, and `profile.remarks` says so.
///
/// # Errors
/// When the profile is read-only or a file can't be written. What was
/// written before that file stays written.
pub fn save(profile: &mut Profile) -> Result<(), ProfileError> {
    if profile.lock.is_none() {
        return Err(ProfileError::ReadOnly { path: profile.folder.clone() });
    }
    if !std::mem::replace(&mut profile.on_disk.swept, true) {
        disk::sweep(&profile.folder, &[PLAN, ROSTER, EVIDENCE]);
    }
    save_plan(profile)?;
    save_people(profile)?;
    save_evidence(profile)
}

fn save_plan(profile: &mut Profile) -> Result<(), ProfileError> {
    let path = profile.folder.join(PLAN);
    let (drafts, too_long) = fitting(&profile.drafts);
    let (plan, drafts) = (&profile.plan, &drafts);
    for name in too_long {
        let remark = format!(
            "What was typed as “{}” is too long for {PLAN} and is not saved. Put it into a file and open that.",
            shown(&name, 40)
        );
        if !profile.remarks.contains(&remark) {
            profile.remarks.push(remark);
        }
    }
    let exists = std::fs::symlink_metadata(&path).is_ok();
    let known = profile.on_disk.plan.as_deref();
    let wanted = known.and_then(|text| plan_edit::edited(text, plan, drafts));
    if exists && wanted.is_some() && wanted.as_deref() == known {
        return Ok(());
    }
    // The file of now is the base, so that comments written meanwhile stay.
    let there = match disk::read(&path, PLAN_BYTES) {
        Ok(Some(bytes)) => Some(
            crate::roster::decode(&bytes).map(|(text, _)| text.into_owned()).unwrap_or_default(),
        ),
        Ok(None) => None,
        Err(ProfileError::Malformed { .. }) => Some(String::new()),
        Err(error) => return Err(error),
    };
    let based = there.as_deref().and_then(|text| plan_edit::edited(text, plan, drafts));
    let must_keep = match (&there, known) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(_), Some(_)) if based.is_none() => true,
        (Some(there), Some(known)) => there != known && !mean_the_same(&path, there, known),
    };
    let text = based.or(wanted).or_else(|| plan_edit::fresh(plan, drafts)).ok_or_else(|| {
        let source = io::Error::other("the plan can't be written down as TOML");
        ProfileError::Write { path: path.clone(), source }
    })?;
    if must_keep {
        let aside = disk::keep_aside(&path, "yours")?;
        profile.remarks.push(changed_meanwhile(PLAN, &aside));
    }
    disk::write(&path, text.as_bytes())?;
    profile.on_disk.plan = Some(text);
    Ok(())
}

/// The drafts that `profile.toml` can hold and still be opened, and the names
/// of those that it can't: the longest ones.
fn fitting(drafts: &BTreeMap<String, String>) -> (BTreeMap<String, String>, Vec<String>) {
    const MOST: usize = PLAN_BYTES as usize / 2;
    let mut kept = drafts.clone();
    let mut dropped = Vec::new();
    let typed: usize = drafts.iter().map(|(name, text)| name.len() + text.len()).sum();
    // No character takes more than six when it is escaped.
    if typed > MOST / 6 {
        let written = |name: &str, text: &str| {
            toml_edit::Value::from(name).to_string().len()
                + toml_edit::Value::from(text).to_string().len()
        };
        let mut sizes: Vec<(usize, String)> =
            drafts.iter().map(|(name, text)| (written(name, text), name.clone())).collect();
        sizes.sort();
        let mut total: usize = sizes.iter().map(|(size, _)| size).sum();
        while total > MOST
            && let Some((size, name)) = sizes.pop()
        {
            total -= size;
            kept.remove(&name);
            dropped.push(name);
        }
    }
    (kept, dropped)
}

fn mean_the_same(path: &Path, one: &str, other: &str) -> bool {
    match (plan_file::read(path, one), plan_file::read(path, other)) {
        (Ok(one), Ok(other)) => plan_edit::same_values(&one, &other),
        _ => false,
    }
}

fn save_people(profile: &mut Profile) -> Result<(), ProfileError> {
    let path = profile.folder.join(ROSTER);
    let people = &mut profile.on_disk.people;
    let now = &profile.plan.roster;
    let exists = std::fs::symlink_metadata(&path).is_ok();
    // An empty list in place of a lost one would hide that it is lost.
    let lost = !exists && now.is_empty() && !now.is_whole();
    if lost || (exists && people.saved.as_ref() == Some(now)) {
        return Ok(());
    }
    let bytes = roster_file::render(now, &people.layout)
        .map_err(|source| ProfileError::Write { path: path.clone(), source })?;
    let there = match disk::read(&path, ROSTER_BYTES) {
        Ok(there) => there.as_deref().map(sum),
        // Too large to read is not what we wrote.
        Err(ProfileError::Malformed { .. }) => Some(Vec::new()),
        Err(error) => return Err(error),
    };
    if there.is_some() && there != people.bytes {
        let aside = disk::keep_aside(&path, "yours")?;
        profile.remarks.push(changed_meanwhile(ROSTER, &aside));
    } else if there.is_some() && people.flawed {
        let aside = disk::keep_aside(&path, "before")?;
        profile.remarks.push(format!(
            "The rows of {ROSTER} that could not be read are kept in {}.",
            aside.display()
        ));
    }
    disk::write(&path, &bytes)?;
    people.bytes = Some(sum(&bytes));
    people.saved = Some(now.clone());
    people.flawed = false;
    Ok(())
}

fn save_evidence(profile: &mut Profile) -> Result<(), ProfileError> {
    let path = profile.folder.join(EVIDENCE);
    let bytes = evidence_file::render(&profile.evidence)
        .map_err(|source| ProfileError::Write { path: path.clone(), source })?;
    let there = match disk::read(&path, EVIDENCE_BYTES) {
        Ok(None) if profile.evidence.is_empty() => return Ok(()),
        Ok(there) => there,
        Err(ProfileError::Malformed { .. }) => Some(Vec::new()),
        // Asked of the world again rather than lost: say what is in the way.
        Err(error) => return if profile.evidence.is_empty() { Ok(()) } else { Err(error) },
    };
    if let Some(there) = there {
        if there == bytes {
            return Ok(());
        }
        let unread = there.is_empty() || !evidence_file::read(&there).1.is_empty();
        if unread && profile.evidence.is_empty() {
            return Ok(());
        }
        if unread {
            let aside = disk::keep_aside(&path, "before")?;
            profile.remarks.push(format!(
                "The {EVIDENCE} that could not be read is kept as {}.",
                aside.display()
            ));
        }
    }
    disk::write(&path, &bytes)
}

fn changed_meanwhile(file: &str, aside: &Path) -> String {
    format!(
        "{file} was changed outside of this window while it was open here. What stood there is kept as {}; the window's own was saved. Take over by hand what you need.",
        aside.display()
    )
}

/// SHA-256.
pub(super) fn sum(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}
