//! Which profiles were open lately, and where new ones go.

use std::path::{Path, PathBuf};

/// The list of recent profiles, kept in the settings folder. Never fails to
/// load: an unreadable list is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recent {
    /// Latest first, at most ten.
    pub folders: Vec<PathBuf>,
}

impl Recent {
    /// Reads the list from `settings`.
    pub fn load(settings: &Path) -> Self {
        let _ = settings;
        unimplemented!()
    }

    /// Puts a folder on top and writes the list to `settings`.
    ///
    /// # Errors
    /// When the list can't be written.
    pub fn remember(&mut self, settings: &Path, folder: &Path) -> std::io::Result<()> {
        let _ = (settings, folder);
        unimplemented!()
    }
}

/// The folder below which new profiles are made; `None` without a home.
pub fn default_folder() -> Option<PathBuf> {
    unimplemented!()
}
