//! Which profiles were open lately.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ProfileError, disk};

/// The list of recent profiles, kept in the settings folder. Never fails to
/// load: an unreadable list is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recent {
    /// Latest first, at most ten.
    pub folders: Vec<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Listed {
    folders: Vec<String>,
}

impl Recent {
    const FILE: &'static str = "recent.toml";
    const MOST: usize = 10;
    const BYTES: u64 = 1 << 20;

    /// Reads the list from `settings`.
    pub fn load(settings: &Path) -> Self {
        let bytes =
            disk::read(&settings.join(Self::FILE), Self::BYTES).ok().flatten().unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let listed = toml::from_str::<Listed>(&text).map(|listed| listed.folders);
        let mut recent = Self::default();
        for folder in listed.unwrap_or_default().iter().filter(|folder| !folder.is_empty()) {
            recent.add_last(Path::new(folder));
        }
        recent
    }

    /// Puts a folder on top and writes the list to `settings`. What another
    /// window put there meanwhile stays.
    ///
    /// # Errors
    /// When the list can't be written; the list in memory is right all the same.
    pub fn remember(&mut self, settings: &Path, folder: &Path) -> io::Result<()> {
        let before = std::mem::take(self);
        // A relative path means something else the next time.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        self.add_last(&folder);
        for known in Self::load(settings).folders.iter().chain(&before.folders) {
            self.add_last(known);
        }
        // A path that is no Unicode can't stand in a text file.
        let folders =
            self.folders.iter().filter_map(|path| path.to_str()).map(str::to_owned).collect();
        let text = toml::to_string(&Listed { folders }).map_err(io::Error::other)?;
        fs::create_dir_all(settings)?;
        match disk::write(&settings.join(Self::FILE), text.as_bytes()) {
            Err(ProfileError::Write { source, .. }) => Err(source),
            other => other.map_err(io::Error::other),
        }
    }

    fn add_last(&mut self, folder: &Path) {
        if self.folders.len() < Self::MOST && !self.folders.iter().any(|known| known == folder) {
            self.folders.push(folder.to_owned());
        }
    }
}
