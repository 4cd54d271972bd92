//! What the exports in a folder handed out, by their manifests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::elsewhere::is_removed_there;
use crate::plan::{Address, ContactName, Handed, Home, Mailbox, Plan, Removal, Task, WaveNumber};
use crate::shown::shown;

/// Sub-folders looked at; a plan has fewer waves.
const MOST_EXPORTS: usize = 10_000;
/// Bytes of one file: a manifest, or a list of forwards.
const MOST_BYTES: u64 = 512 << 20;
/// What says that a folder is an export.
pub(super) const MANIFEST: &str = "manifest.json";
/// The list of addresses and targets, below an export's folder.
pub(super) const LIST: &str = "forwards/forwards.csv";

/// The list of forwards to take off. Whoever has taken them off deletes it.
pub(super) const TO_REMOVE: &str = "forwards/to-remove.csv";
/// What Exchange's objects are called, below an export's folder.
pub(super) const CONTACTS: &str = "exchange/contacts.for-exchange.csv";

/// Addresses with their targets.
type Forwards = Vec<(Address, Address)>;

/// What one export tells.
#[derive(Default)]
struct Told {
    made_at: Timestamp,
    wave: Option<WaveNumber>,
    forwards: Forwards,
    /// Whether the list of them was changed since.
    changed: bool,
    to_remove: Vec<(Address, Removal)>,
    /// Whether the list of those was deleted since.
    removed: bool,
    names: Vec<(Address, ContactName)>,
}

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
    #[serde(default)]
    wave: Option<WaveNumber>,
    files: Vec<File>,
    #[serde(default)]
    to_remove: Vec<Removed>,
}

#[derive(Deserialize)]
struct Removed {
    address: Address,
    target: Address,
    #[serde(default)]
    until_wave: Option<WaveNumber>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    sha256: String,
}

/// Reads every export below these folders, the oldest first: of an address that
/// stands in several the latest counts. Nothing there is nothing handed out.
pub fn read_handed_out<'a>(folders: impl IntoIterator<Item = &'a Path>) -> HandedOut {
    let (found, remarks) = exports(folders);
    let mut out = HandedOut { exports: found.len(), remarks, ..HandedOut::default() };
    for (_, told) in found {
        add(&mut out.handed, told);
    }
    out
}

/// What each export tells, the oldest first, and sentences about what can't be
/// told.
fn exports<'a>(folders: impl IntoIterator<Item = &'a Path>) -> (Vec<(PathBuf, Told)>, Vec<String>) {
    let mut remarks = Vec::new();
    let folders = folders.into_iter().filter_map(|folder| std::fs::read_dir(folder).ok());
    let mut found: Vec<(PathBuf, Told)> = Vec::new();
    for folder in folders.flatten().flatten().take(MOST_EXPORTS).map(|entry| entry.path()) {
        if !folder.join(MANIFEST).is_file() {
            continue;
        }
        match export(&folder) {
            Ok(told) => {
                if told.changed {
                    remarks.push(format!(
                        "{}: {LIST} was changed after it was handed out; what stands in it now counts.",
                        folder.display()
                    ));
                }
                found.push((folder, told));
            }
            Err(why) => remarks.push(format!(
                "{}: what was handed out there can't be told: {why}. Hand it out again.",
                folder.display()
            )),
        }
    }
    found.sort_by(|(a, one), (b, two)| one.made_at.cmp(&two.made_at).then_with(|| a.cmp(b)));
    remarks.sort();
    (found, remarks)
}

/// What a tick for all forwards at once counts for: what had been handed out when
/// `profile.toml` was written last, wave by wave; where no export in the folder
/// tells of any, the forwards of those who live at the host.
pub(super) fn loaded_by_then(
    folder: &Path,
    plan: &Plan,
    then: Option<SystemTime>,
) -> BTreeSet<Task> {
    let then = then.and_then(|then| Timestamp::try_from(then).ok());
    // Manifests tell seconds, so one of the same second may be later.
    let by_then = |at: Timestamp| then.is_none_or(|then| at.as_second() < then.as_second());
    let (found, _) = exports(std::iter::once(&*folder.join("exports")));
    let nothing_told = found.is_empty();
    let mut handed = Handed::default();
    found
        .into_iter()
        .filter(|(_, told)| by_then(told.made_at))
        .for_each(|(_, told)| add(&mut handed, told));
    // Whoever stays outside needs none.
    let needs = |who: &&Mailbox| {
        who.address.domain() == plan.domain() && (who.home == Home::Host || who.wave.is_some())
    };
    let counts = |who: &Mailbox| match nothing_told {
        true => who.home == Home::Host,
        false => handed.forwards.contains_key(&who.address),
    };
    let (mut loaded, mut missing) = (BTreeSet::new(), BTreeSet::new());
    for who in plan.roster.iter().filter(needs) {
        match counts(who) {
            true => loaded.insert(Task::loads(who.wave)),
            false => missing.insert(Task::loads(who.wave)),
        };
    }
    loaded.difference(&missing).copied().collect()
}

/// What the next export tells, on top of those before it.
fn add(handed: &mut Handed, told: Told) {
    for (address, target) in told.forwards {
        handed.withdrawn.remove(&address);
        handed.put_off.remove(&address);
        handed.with.insert(address.clone(), told.wave);
        handed.forwards.insert(address, target);
    }
    for (address, Removal { target, until }) in told.to_remove {
        // Whoever was put off to this wave goes now, and is loaded on its day.
        if until.is_none() || until != told.wave {
            handed.forwards.remove(&address);
            handed.with.remove(&address);
        }
        if told.removed {
            handed.withdrawn.remove(&address);
            handed.put_off.remove(&address);
            continue;
        }
        if until.is_some() {
            handed.put_off.insert(address.clone());
        }
        handed.withdrawn.insert(address, target);
    }
    handed.names.extend(told.names);
}

/// One export.
fn export(folder: &Path) -> Result<Told, String> {
    let manifest: Manifest = serde_json::from_slice(&bytes(&folder.join(MANIFEST))?)
        .map_err(|_| "its manifest.json is not one of ours".to_owned())?;
    let made_at: Timestamp = { manifest.made_at.parse() }.map_err(|_| {
        format!("its manifest.json has no time: “{}”", shown(&manifest.made_at, 40))
    })?;
    let place = |path: &str| path.split('/').fold(folder.to_path_buf(), |at, part| at.join(part));
    let named = |path: &str| manifest.files.iter().find(|file| file.path == path);
    let wave = manifest.wave;
    let removed = !place(TO_REMOVE).exists() || is_removed_there(folder);
    let mut told = Told { made_at, wave, removed, ..Told::default() };
    // An export in which nobody moves hands out no list.
    if let Some(file) = named(LIST) {
        let list = bytes(&place(LIST))?;
        told.changed = sha256(&list) != file.sha256;
        told.forwards = rows(&list, |row| {
            Some((Address::parse(row.get(0)?).ok()?, Address::parse(row.get(1)?).ok()?))
        });
    }
    // Without the list, its names are free again for all that is known.
    if let Some(list) = named(CONTACTS).and_then(|_| bytes(&place(CONTACTS)).ok()) {
        told.names = rows(&list, |row| {
            let (name, alias) = (row.get(0)?.to_owned(), row.get(1)?.to_owned());
            Some((Address::parse(row.get(5)?).ok()?, ContactName { name, alias }))
        });
    }
    let to_remove = manifest.to_remove.into_iter();
    let removal = |gone: Removed| Removal { target: gone.target, until: gone.until_wave };
    told.to_remove = to_remove.map(|gone| (gone.address.clone(), removal(gone))).collect();
    Ok(told)
}

fn rows<T>(list: &[u8], row: impl Fn(&csv::StringRecord) -> Option<T>) -> Vec<T> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(list);
    reader.records().filter_map(|record| row(&record.ok()?)).collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let about = std::fs::metadata(path).map_err(|_| format!("its {name} is missing"))?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return Err(format!("its {name} is no plain file of ours"));
    }
    std::fs::read(path).map_err(|error| format!("its {name} can't be read ({error})"))
}
