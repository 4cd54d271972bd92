//! Artefacts and single texts onto the disk.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Event;
use crate::artifact::{self, Artifact, NotInMap, Refusal};
use crate::finding::Evidence;
use crate::plan::{Address, Plan, WaveNumber};
use crate::profile::{self, ProfileError};

/// What is done, to head a message.
pub(super) const SAVE_TEXT: &str = "Save the text";

/// What was handed out.
pub struct HandedOut {
    /// The folder that holds it.
    pub folder: PathBuf,
    /// Each file, by its path below the folder.
    pub artifacts: Vec<Artifact>,
    /// Who could not be written.
    pub refusals: Vec<Refusal>,
    /// Values that are not chosen yet, with the files that wait for them.
    pub missing: Vec<&'static str>,
    /// Who gets a contact though Exchange has a mailbox of theirs.
    pub in_the_way: Vec<Address>,
    /// Waves that a map leaves out though they may be loaded.
    pub apart: Vec<NotInMap>,
    /// Whether the profile, which is read-only here, does not remember it.
    pub forgotten: bool,
}

/// What to know of an export that the profile does not remember.
pub const FORGOTTEN: &str = "The profile is read-only here, so it does not remember this export, and the next one does not know whom this one handed out.";

/// Writes all artefacts below `folder`, in the light of what was handed out there
/// before, and in the profile's `own` folder of exports where that is another.
/// That one remembers the export then, if it `keeps`: not of a profile that is
/// read-only here. Blocks.
///
/// # Errors
/// When a folder can't be written, or somebody may be missing from the people
/// whose forwards were handed out before.
pub fn hand_out(
    plan: &Plan,
    evidence: &Evidence,
    wave: Option<WaveNumber>,
    folder: &Path,
    own: Option<&Path>,
    keeps: bool,
    now: Timestamp,
) -> Result<HandedOut, ProfileError> {
    let handed = profile::read_handed_out(own.into_iter().chain([folder])).handed;
    if !plan.roster.is_whole() && !handed.unclaimed(plan).is_empty() {
        return Err(ProfileError::PeopleMissing);
    }
    let (artifacts, refusals) = artifact::export(plan, evidence, &handed, wave, now);
    let files = artifacts.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
    profile::write_exports(folder, files.clone())?;
    // `None`: both are one folder, or the export is nobody's.
    let own = own.filter(|own| !is_same(own, folder));
    if let Some(own) = own.filter(|_| keeps) {
        profile::remember_elsewhere(own, folder, files)?;
    }
    let forgotten = own.is_some() && !keeps;
    let missing = artifact::missing(plan);
    let apart = artifact::not_in_the_map(plan, &handed, wave, now);
    let in_the_way = artifact::in_the_way(plan, wave);
    let folder = folder.to_path_buf();
    Ok(HandedOut { folder, artifacts, refusals, missing, in_the_way, apart, forgotten })
}

fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || real(one).is_some_and(|one| Some(one) == real(other))
}

/// A file on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Its place below the folder of its export, `/` between parts.
    pub place: String,
    /// What it is for: a sentence.
    pub purpose: String,
    /// One begins with it.
    pub first: bool,
}

/// People named one by one in a sentence.
const NAMED: usize = 5;

impl HandedOut {
    /// Who collides when the files are loaded, and which ways there are: a few
    /// sentences. `None`: nobody, as far as the list tells.
    pub fn collision(&self) -> Option<String> {
        let names: Vec<String> =
            self.in_the_way.iter().take(NAMED).map(ToString::to_string).collect();
        let more = match self.in_the_way.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!names.is_empty()).then(|| {
            format!(
                "By the list of people Exchange has a mailbox of {}{more}, and the strategy is \
                 contact: apply.ps1 leaves them out while it is there. Choose forward (it stays and \
                 forwards) or retire in step 2, or by importing a list with the columns address and \
                 strategy; or let go of the mailbox right before apply.ps1, as README.txt says.",
                names.join(", ")
            )
        })
    }
}

impl From<HandedOut> for Event {
    fn from(out: HandedOut) -> Self {
        let first = artifact::first_places(&out.artifacts);
        let turn = |place: &str| first.iter().position(|one| one == place);
        let written = |file: &Artifact| {
            let place = artifact::place_of(file).to_owned();
            Written {
                path: file.path.split('/').fold(out.folder.clone(), |at, part| at.join(part)),
                first: turn(&place).is_some(),
                purpose: file.purpose.clone(),
                place,
            }
        };
        let mut files: Vec<Written> = out.artifacts.iter().map(written).collect();
        files.sort_by_key(|file| turn(&file.place).unwrap_or(first.len()));
        let missing = out.missing.iter().map(|what| format!("Not chosen yet: {what}."));
        let collision = out.collision();
        let apart = out.apart.into_iter().map(|one| one.words);
        let refused = out.refusals.iter().map(ToString::to_string);
        let forgotten = out.forgotten.then(|| FORGOTTEN.to_owned());
        let left_out =
            missing.chain(collision).chain(apart).chain(forgotten).chain(refused).collect();
        Self::Exported { folder: out.folder, files, left_out }
    }
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
        Err(sentence) => Event::Failed { what: SAVE_TEXT.into(), sentence },
    }
}
