//! Artefacts and single texts onto the disk.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Event;
use crate::artifact;
use crate::finding::Evidence;
use crate::plan::{Plan, WaveNumber};
use crate::profile;

/// Writes all artefacts below `folder`. Blocks.
pub(super) fn write(
    plan: &Plan,
    evidence: &Evidence,
    wave: Option<WaveNumber>,
    folder: &Path,
    now: Timestamp,
) -> Result<Event, String> {
    let (artifacts, refusals) = artifact::export(plan, evidence, wave, now);
    let files = artifacts.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
    let mut files = profile::write_exports(folder, files).map_err(|error| error.to_string())?;
    files.sort_by_key(|path| path.file_name().is_none_or(|name| name != "README.txt"));
    Ok(Event::Exported {
        folder: folder.to_path_buf(),
        files,
        refusals: refusals.iter().map(ToString::to_string).collect(),
    })
}

/// A fresh folder for what practice hands out, below the system's temporary one.
///
/// # Errors
/// A sentence, when none can be made.
pub fn practice_folder() -> Result<PathBuf, String> {
    let parent = std::env::temp_dir();
    for _ in 0..100 {
        let folder = parent.join(format!("sdr-practice-{:08x}", fastrand::u32(..)));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(format!(
                    "{} can't be written: {error}. Choose a folder for the files.",
                    parent.display()
                ));
            }
        }
    }
    Err(format!(
        "{} has no room for another folder. Choose a folder for the files.",
        parent.display()
    ))
}

/// Writes one text. Blocks.
pub(super) fn save_text(path: &Path, text: &str) -> Event {
    let said = match (path.parent(), path.file_name().and_then(|name| name.to_str())) {
        (Some(folder), Some(name)) => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            profile::write_exports(folder, [(name, text.as_bytes())])
                .map_err(|error| error.to_string())
        }
        _ => Err(format!("{} does not name a file. Choose a file name.", path.display())),
    };
    match said {
        Ok(_) => Event::TextSaved { path: path.to_path_buf() },
        Err(sentence) => Event::Failed { what: "Save the text".into(), sentence },
    }
}
