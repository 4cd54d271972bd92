//! A profile opened and saved by a verb; what was left aside is told.

use std::path::Path;

use super::report::complain;
use crate::net::{Clock, SystemClock};
use crate::profile::{self, Profile, ProfileError};

/// Opens a profile.
pub(super) fn open(folder: &Path) -> anyhow::Result<Profile> {
    let mut profile = profile::open(folder)?;
    tell_remarks(&mut profile);
    for sentence in &profile.unused {
        complain(&format!("sdrctl: {sentence}"));
    }
    Ok(profile)
}

/// The exit code of a judgement: what is said of a profile that could not be
/// read whole never passes.
pub(super) fn verdict(profile: &Profile, code: u8) -> u8 {
    match code {
        0 if profile.flawed => 4,
        code => code,
    }
}

/// Opens a profile that must be writable.
pub(super) fn open_to_write(folder: &Path) -> anyhow::Result<Profile> {
    let profile = open(folder)?;
    match profile.lock {
        Some(_) => Ok(profile),
        None => Err(ProfileError::ReadOnly { path: folder.to_path_buf() }.into()),
    }
}

/// Saves a profile.
pub(super) fn save(profile: &mut Profile) -> anyhow::Result<()> {
    let saved = profile::save(profile);
    tell_remarks(profile);
    saved?;
    // The work is on disk; that its history is not is no failure of the verb.
    if let Err(error) = profile::write_history(profile, SystemClock.now()) {
        complain(&format!("sdrctl: the history of changes was not kept: {error}"));
    }
    Ok(())
}

fn tell_remarks(profile: &mut Profile) {
    for remark in profile.remarks.drain(..) {
        complain(&format!("sdrctl: {remark}"));
    }
}
