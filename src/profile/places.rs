//! Where things lie on this machine, by the customs of its system.

use std::path::PathBuf;

use directories::{ProjectDirs, UserDirs};

/// The folder below which new profiles are made; `None` without a home.
pub fn default_folder() -> Option<PathBuf> {
    let user = UserDirs::new()?;
    let documents = user.document_dir().unwrap_or(user.home_dir());
    Some(documents.join("Split domain profiles"))
}

/// The folder of what the user prefers and had open: `~/.config/sdr-wizard`,
/// `%APPDATA%\sdr-wizard\config`, `~/Library/Application Support/sdr-wizard`;
/// `None` without a home.
pub fn settings_folder() -> Option<PathBuf> {
    Some(own()?.config_dir().to_owned())
}

/// The folder of what is of no use on another machine:
/// `~/.local/state/sdr-wizard`, `%LOCALAPPDATA%\sdr-wizard\data`; `None`
/// without a home.
pub fn state_folder() -> Option<PathBuf> {
    let own = own()?;
    Some(own.state_dir().unwrap_or(own.data_local_dir()).to_owned())
}

fn own() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "sdr-wizard")
}
