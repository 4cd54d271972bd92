//! Starts of the window that died before they drew anything: remembered
//! before the first picture, so that the next start does not die of the same.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::preferences::Renderer;
use super::value::word_of;

/// A start on its way to its first pictures. While this is held another
/// process does not take it for dead; when this process dies, the file that
/// stays behind says so.
#[derive(Debug)]
pub struct Starting {
    path: PathBuf,
    _file: File,
}

/// What became of earlier starts with a renderer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Died {
    /// Nothing is known against it.
    No,
    /// The last one ended before its first pictures.
    Yes,
}

impl Starting {
    /// Remembers that a start with this renderer begins. `None` where that
    /// can't be written, or another process is starting just now: the start
    /// goes on all the same.
    pub fn with(state: &Path, renderer: Renderer) -> Option<Self> {
        fs::create_dir_all(state).ok()?;
        let path = file(state, renderer);
        let file = File::options().write(true).create(true).truncate(false).open(&path).ok()?;
        file.try_lock().ok()?;
        // It must be there after a crash of the whole machine, too.
        let _ = file.set_len(0).and_then(|()| file.sync_all());
        Some(Self { path, _file: file })
    }

    /// It drew: nothing is to be remembered.
    pub fn drew(self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Died {
    /// Looks at what an earlier start left in the state folder.
    pub fn of(state: &Path, renderer: Renderer) -> Self {
        let Ok(left) = File::options().write(true).open(file(state, renderer)) else {
            return Self::No;
        };
        match left.try_lock() {
            Ok(()) => Self::Yes,
            // Somebody holds it: a start that is still on its way.
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Self::No,
        }
    }

    /// Forgets it, for another try.
    pub fn forget(state: &Path, renderer: Renderer) {
        let _ = fs::remove_file(file(state, renderer));
    }
}

fn file(state: &Path, renderer: Renderer) -> PathBuf {
    state.join(format!("starting-{}", word_of(renderer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_that_never_drew_is_remembered_and_one_that_did_is_not() {
        let state = tempfile::tempdir().unwrap();
        let below = state.path().join("new");
        let died = |renderer| Died::of(&below, renderer);
        assert_eq!(died(Renderer::Glow), Died::No);
        let start = Starting::with(&below, Renderer::Glow).unwrap();
        assert_eq!(died(Renderer::Glow), Died::No, "it is still on its way");
        // As when the process dies: the lock goes, the file stays.
        drop(start);
        assert_eq!(died(Renderer::Glow), Died::Yes);
        assert_eq!(died(Renderer::Wgpu), Died::No);
        Starting::with(&below, Renderer::Glow).unwrap().drew();
        assert_eq!(died(Renderer::Glow), Died::No);
        drop(Starting::with(&below, Renderer::Wgpu));
        Died::forget(&below, Renderer::Wgpu);
        assert_eq!(died(Renderer::Wgpu), Died::No);
    }

    #[test]
    fn where_nothing_can_be_written_the_start_goes_on() {
        let state = tempfile::tempdir().unwrap();
        fs::write(state.path().join("file"), "").unwrap();
        assert!(Starting::with(&state.path().join("file"), Renderer::Native).is_none());
        assert_eq!(Died::of(&state.path().join("file"), Renderer::Native), Died::No);
    }
}
