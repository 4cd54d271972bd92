//! What the exports in a folder handed out, by their manifests.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::plan::{Address, Handed};
use crate::shown::shown;

/// Sub-folders looked at; a plan has fewer waves.
const MOST_EXPORTS: usize = 10_000;
/// Bytes of one file: a manifest, or a list of forwards.
const MOST_BYTES: u64 = 512 << 20;
/// The list of addresses and targets, below an export's folder.
const LIST: &str = "forwards/forwards.csv";

/// Addresses with their targets.
type Forwards = Vec<(Address, Address)>;

/// What was handed out, and what of it can't be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HandedOut {
    /// The forwards.
    pub handed: Handed,
    /// How many exports tell of them.
    pub exports: usize,
    /// Sentences about exports that can't be read, or were changed since.
    pub remarks: Vec<String>,
}

#[derive(Deserialize)]
struct Manifest {
    made_at: String,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    sha256: String,
}

/// Reads every export below `exports`, the oldest first: of an address that
/// stands in several the latest counts. Nothing there is nothing handed out.
pub fn read_handed_out(exports: &Path) -> HandedOut {
    let mut out = HandedOut::default();
    let Ok(folders) = std::fs::read_dir(exports) else { return out };
    let mut found: Vec<(Timestamp, Forwards)> = Vec::new();
    for folder in folders.flatten().take(MOST_EXPORTS).map(|entry| entry.path()) {
        if !folder.join("manifest.json").is_file() {
            continue;
        }
        match export(&folder) {
            Ok((made_at, forwards, changed)) => {
                if changed {
                    out.remarks.push(format!(
                        "{}: {LIST} was changed after it was handed out; what stands in it now counts.",
                        folder.display()
                    ));
                }
                found.push((made_at, forwards));
            }
            Err(why) => out.remarks.push(format!(
                "{}: what was handed out there can't be told: {why}. Hand it out again.",
                folder.display()
            )),
        }
    }
    found.sort_by_key(|(made_at, _)| *made_at);
    out.exports = found.len();
    out.handed.forwards = found.into_iter().flat_map(|(_, forwards)| forwards).collect();
    out.remarks.sort();
    out
}

/// One export: when, its forwards, and whether they were changed since.
fn export(folder: &Path) -> Result<(Timestamp, Forwards, bool), String> {
    let manifest: Manifest = serde_json::from_slice(&bytes(&folder.join("manifest.json"))?)
        .map_err(|_| "its manifest.json is not one of ours".to_owned())?;
    let made_at: Timestamp = { manifest.made_at.parse() }.map_err(|_| {
        format!("its manifest.json has no time: “{}”", shown(&manifest.made_at, 40))
    })?;
    // An export in which nobody moves hands out no list.
    let Some(file) = manifest.files.iter().find(|file| file.path == LIST) else {
        return Ok((made_at, Vec::new(), false));
    };
    let list = bytes(&LIST.split('/').fold(folder.to_path_buf(), |at, part| at.join(part)))?;
    let sha256: String = Sha256::digest(&list).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(list.as_slice());
    let forwards = reader.records().filter_map(|row| {
        let row = row.ok()?;
        Some((Address::parse(row.get(0)?).ok()?, Address::parse(row.get(1)?).ok()?))
    });
    Ok((made_at, forwards.collect(), sha256 != file.sha256))
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let about = std::fs::metadata(path).map_err(|_| format!("its {name} is missing"))?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return Err(format!("its {name} is no plain file of ours"));
    }
    std::fs::read(path).map_err(|error| format!("its {name} can't be read ({error})"))
}
