//! What an earlier export left that the new one no longer has.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::exports::below;
use super::{ProfileError, disk};

/// The file that says what an export holds.
const MANIFEST: &str = "manifest.json";

/// Bytes of a manifest or of a file that it names; ours are far below.
const LIMIT: u64 = 64 << 20;

/// As much of a manifest as is needed here.
#[derive(Deserialize)]
struct Manifest {
    files: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    path: String,
    sha256: String,
}

/// Before `files` are written: for each manifest among them, removes what the
/// manifest in its place names and the new one does not. Only ordinary files
/// that still are as they were written; a changed one gets another name. A
/// manifest that can't be read names nothing.
///
/// # Errors
/// When a file can't be removed or kept: it would pass for a part of the export.
pub(super) fn clear(files: &[(PathBuf, &[u8])]) -> Result<(), ProfileError> {
    for (place, bytes) in files {
        let Some(folder) = place.parent().filter(|_| place.ends_with(MANIFEST)) else { continue };
        let Some(new) = parsed(bytes) else { continue };
        let Some(old) = disk::read(place, LIMIT).ok().flatten().and_then(|old| parsed(&old)) else {
            continue;
        };
        // Names that differ in case alone are one file on some systems.
        let stays = |path: &Path| {
            let same = |other: &Path| {
                other.to_string_lossy().to_lowercase() == path.to_string_lossy().to_lowercase()
            };
            files.iter().any(|(other, _)| same(other))
                || new.files.iter().any(|named| same(&folder.join(&named.path)))
        };
        for named in old.files {
            match below(folder, &named.path) {
                Ok(path) if !stays(&path) && !through_a_link(folder, &path) => {
                    clear_one(&path, &named.sha256)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn clear_one(path: &Path, sha256: &str) -> Result<(), ProfileError> {
    // What can't be read as an ordinary file is not what was written.
    let Ok(Some(bytes)) = disk::read(path, LIMIT) else { return Ok(()) };
    let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if hash != sha256 {
        disk::keep_aside(path, "yours")?;
    }
    fs::remove_file(path).map_err(|source| ProfileError::Write { path: path.to_owned(), source })
}

/// Whether a folder between `folder` and the file is a link, which leads out.
fn through_a_link(folder: &Path, path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .take_while(|above| *above != folder)
        .any(|above| fs::symlink_metadata(above).is_ok_and(|metadata| metadata.is_symlink()))
}

fn parsed(bytes: &[u8]) -> Option<Manifest> {
    serde_json::from_slice(bytes).ok()
}
