//! Writing: temp file, fsync, rename.

use std::path::{Path, PathBuf};

use super::{Profile, ProfileError};

/// Saves plan, people, drafts and evidence; files that did not change are not written.
/// Comments and unknown keys of `profile.toml` survive.
///
/// # Errors
/// When the profile is read-only or a file can't be written.
pub fn save(profile: &Profile) -> Result<(), ProfileError> {
    let _ = profile;
    unimplemented!()
}

/// Writes artefacts (path below `folder`, bytes) and returns where they are.
///
/// # Errors
/// When one can't be written.
pub fn write_exports<'a>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<PathBuf>, ProfileError> {
    let _ = (folder, files);
    unimplemented!()
}
