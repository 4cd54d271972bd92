//! One writer per profile.

use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Held while this process may write the profile; released on drop, and by
/// the system when the process dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// What came of asking for the lock.
pub(super) enum Asked {
    /// It is ours.
    Taken(Lock),
    /// Another window has it.
    Busy,
    /// There can't be one here.
    Impossible(std::io::Error),
}

impl Lock {
    const FILE: &'static str = ".lock";

    /// Asks for the lock of a profile folder; returns at once.
    pub(super) fn ask(folder: &Path) -> Asked {
        let path = folder.join(Self::FILE);
        if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Asked::Impossible(std::io::Error::other(".lock is not an ordinary file"));
        }
        let opened = File::options().write(true).create(true).truncate(false).open(&path);
        let file = match opened {
            Ok(file) => file,
            Err(error) => return Asked::Impossible(error),
        };
        match file.try_lock() {
            Ok(()) => Asked::Taken(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Asked::Busy,
            Err(TryLockError::Error(error)) => Asked::Impossible(error),
        }
    }
}
