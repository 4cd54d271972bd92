//! What the user prefers, kept in the settings folder.

use std::path::PathBuf;

use super::{Event, Folders};
use crate::profile::{Died, Preferences};

pub(super) const WHAT: &str = "Keep what you prefer";

/// The preferences as this window last knew them to be on disk.
pub(super) struct Preferred {
    settings: Option<PathBuf>,
    state: Option<PathBuf>,
    /// Read when something is to be written for the first time.
    known: Option<Preferences>,
}

impl Preferred {
    pub(super) fn new(folders: &Folders) -> Self {
        Self { settings: folders.settings.clone(), state: folders.state.clone(), known: None }
    }

    /// Writes what differs. Silent when all is well: what was chosen is seen
    /// at once in the window.
    pub(super) fn keep(&mut self, now: Preferences) -> Vec<Event> {
        let failed = |sentence| vec![Event::Failed { what: WHAT.into(), sentence }];
        let Some(settings) = &self.settings else {
            return failed("This machine names no folder of your own for settings, so it holds until the window is closed.".to_owned());
        };
        let before = self.known.take().unwrap_or_else(|| Preferences::load(settings).0);
        if let (Some(state), Some(renderer)) = (&self.state, now.renderer)
            && now.renderer != before.renderer
        {
            // Chosen anew: that is a wish to try it again.
            Died::forget(state, renderer);
        }
        match now.save(&before, settings) {
            Ok(kept) => {
                self.known = Some(now);
                kept.map(failed).unwrap_or_default()
            }
            Err(error) => {
                self.known = Some(before);
                failed(format!("{error} It holds until the window is closed."))
            }
        }
    }
}
