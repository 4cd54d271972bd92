//! Files to hand out, below a folder and nowhere else.

use std::io;
use std::path::{Path, PathBuf};

use super::{ProfileError, disk, stale};
use crate::shown::shown;

/// Writes artefacts (path below `folder` with `/` between its parts, bytes)
/// and returns where they are. Files that hold these bytes already are left
/// alone. What the `manifest.json` of an earlier export named and the new one
/// does not goes first: a list of yesterday must not be loaded by mistake. Of
/// those, a file that somebody changed since is kept as `<name>.yours-<n>`.
///
/// # Errors
/// When a path leads elsewhere (nothing is written then), or one can't be written.
pub fn write_exports<'a>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<PathBuf>, ProfileError> {
    let files: Vec<(PathBuf, &[u8])> = files
        .into_iter()
        .map(|(path, bytes)| Ok((below(folder, path)?, bytes)))
        .collect::<Result<_, ProfileError>>()?;
    stale::clear(&files)?;
    for (path, bytes) in &files {
        if let Some(parent) = path.parent() {
            disk::make_folder(parent)?;
        }
        disk::write(path, bytes)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// The place of a relative path. Refused is what leads out of the folder on
/// any system, and what no system should have as a name.
pub(super) fn below(folder: &Path, path: &str) -> Result<PathBuf, ProfileError> {
    let is_name = |part: &str| {
        let dots = part.chars().all(|c| c == '.');
        !dots
            && !part.chars().any(|c| {
                c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
            })
    };
    if path.split('/').all(is_name) {
        return Ok(path.split('/').fold(folder.to_owned(), |place, part| place.join(part)));
    }
    Err(ProfileError::Write {
        path: folder.join(shown(path, 80)),
        source: io::Error::new(
            io::ErrorKind::InvalidInput,
            "this path can't be a file below the folder",
        ),
    })
}
