//! Keeps the open profile: opens, saves, exports and closes it, one thing
//! after the other in the order asked, so that nothing overtakes a save.

mod opening;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::outbox::Note;
use super::preferred::Preferred;
use super::{Event, Folders, exports, mishap, preferred};
use crate::finding::{Entry, Evidence};
use crate::net::Clock;
use crate::plan::{Domain, Plan, WaveNumber};
use crate::profile::{self, Preferences, Profile, Recent};

/// Changes of the history that are shown.
const CHANGES: usize = 500;

/// What the keeper is asked for.
pub(super) enum Errand {
    Create {
        domain: Domain,
        folder: Option<PathBuf>,
    },
    Open {
        folder: PathBuf,
    },
    Save(SaveRequest),
    SaveElsewhere(PathBuf, SaveRequest),
    /// Answers about single people, for the journal.
    Note(Vec<Entry>),
    Export(ExportRequest),
    History,
    Prefer(Box<Preferences>),
    /// From here on the practice plan is on the desk, which is not written.
    Practise,
    Close,
}

/// The state to be on disk.
pub(super) struct SaveRequest {
    pub(super) plan: Arc<Plan>,
    pub(super) evidence: Arc<Evidence>,
    pub(super) drafts: BTreeMap<String, String>,
}

/// The artefacts to be on disk.
pub(super) struct ExportRequest {
    pub(super) plan: Arc<Plan>,
    pub(super) evidence: Arc<Evidence>,
    pub(super) wave: Option<WaveNumber>,
    pub(super) folder: Option<PathBuf>,
}

/// The keeper's desk: moved into a blocking task and back, so that the disk
/// never holds up anything else.
pub(super) struct Keeper {
    desk: Desk,
    folders: Folders,
    recent: Recent,
    preferred: Preferred,
    clock: Arc<dyn Clock>,
    /// It was said that answers can't be kept: once is enough.
    note_failed: bool,
}

enum Desk {
    Empty,
    Profile(Box<Profile>),
    Practice,
}

impl Keeper {
    pub(super) fn new(folders: Folders, clock: Arc<dyn Clock>) -> Self {
        Self {
            desk: Desk::Empty,
            preferred: Preferred::new(&folders),
            folders,
            recent: Recent::default(),
            clock,
            note_failed: false,
        }
    }

    /// Works until there is nobody to ask any more and every errand is done.
    pub(super) async fn run(
        self,
        mut errands: UnboundedReceiver<Errand>,
        notes: UnboundedSender<Note>,
    ) {
        let tell = |event| {
            let _ = notes.send(Note::Keeper(event));
        };
        let Some((mut keeper, events)) = self.aside("Recent profiles", Self::load_recent).await
        else {
            return;
        };
        events.into_iter().for_each(tell);
        let mut next = errands.recv().await;
        while let Some(errand) = next {
            let mut follower = errands.try_recv().ok();
            // Of a burst of saves only the last one is worth a write.
            if !matches!((&errand, &follower), (Errand::Save(_), Some(Errand::Save(_)))) {
                let what = errand.name();
                let Some((back, events)) =
                    keeper.aside(what, |keeper| keeper.run_errand(errand)).await
                else {
                    return;
                };
                keeper = back;
                follower = follower.or_else(|| errands.try_recv().ok());
                // "Saved" is said of the last state that was sent, not of one before it.
                let newer = matches!(follower, Some(Errand::Save(_)));
                events
                    .into_iter()
                    .filter(|event| !(newer && matches!(event, Event::Saved { .. })))
                    .for_each(tell);
            }
            next = match follower {
                Some(errand) => Some(errand),
                None => errands.recv().await,
            };
        }
    }

    /// Does blocking work where it may block. A mistake in it is told as a
    /// sentence and the desk stays. `None` when the engine is ending.
    async fn aside(
        mut self,
        what: &'static str,
        work: impl FnOnce(&mut Self) -> Vec<Event> + Send + 'static,
    ) -> Option<(Self, Vec<Event>)> {
        let done = tokio::task::spawn_blocking(move || {
            let events = catch_unwind(AssertUnwindSafe(|| work(&mut self)));
            (self, events)
        });
        let (keeper, events) = done.await.ok()?;
        let events = events.unwrap_or_else(|panic| {
            let sentence = mishap::told(&*panic);
            vec![match what {
                SAVE => Event::SaveFailed { sentence },
                _ => Event::Failed { what: what.into(), sentence },
            }]
        });
        Some((keeper, events))
    }

    fn load_recent(&mut self) -> Vec<Event> {
        if let Some(settings) = &self.folders.settings {
            self.recent = Recent::load(settings);
        }
        vec![Event::Recent(self.recent.folders.clone())]
    }

    fn run_errand(&mut self, errand: Errand) -> Vec<Event> {
        match errand {
            Errand::Create { domain, folder } => self.create(domain, folder),
            Errand::Open { folder } => self.open(&folder),
            Errand::Save(request) => self.save(request),
            Errand::SaveElsewhere(folder, request) => self.save_elsewhere(&folder, request),
            Errand::Note(entries) => self.note(entries),
            Errand::Prefer(preferences) => self.preferred.keep(*preferences),
            Errand::Export(request) => vec![self.export(request)],
            Errand::History => self.history(),
            Errand::Practise => {
                self.desk = Desk::Practice;
                Vec::new()
            }
            Errand::Close => {
                self.desk = Desk::Empty;
                Vec::new()
            }
        }
    }

    fn history(&self) -> Vec<Event> {
        let Desk::Profile(profile) = &self.desk else { return Vec::new() };
        match profile::read_history(&profile.folder, CHANGES) {
            Ok(changes) => vec![Event::History(changes)],
            Err(error) => failed(HISTORY, error),
        }
    }

    fn save(&mut self, request: SaveRequest) -> Vec<Event> {
        let profile = match &mut self.desk {
            Desk::Empty => {
                return vec![Event::SaveFailed {
                    sentence: "No profile is open, so nothing was saved. Make or open one first."
                        .into(),
                }];
            }
            Desk::Practice => return vec![Event::Saved { at: self.clock.now() }],
            Desk::Profile(profile) => profile,
        };
        profile.plan = Arc::unwrap_or_clone(request.plan);
        profile.evidence = Arc::unwrap_or_clone(request.evidence);
        profile.drafts = request.drafts;
        profile.remarks.clear();
        let at = self.clock.now();
        let saved = match profile::save(profile) {
            Ok(()) => {
                // The work is on disk; what can't be noted now is noted with the next save.
                let _ = profile::write_history(profile, at);
                Event::Saved { at }
            }
            Err(error) => Event::SaveFailed {
                sentence: format!("{error} Your work is kept in memory until then."),
            },
        };
        // A file that somebody else changed was kept aside: that must not pass in silence.
        let kept = profile.remarks.drain(..);
        let kept = kept.map(|sentence| Event::Failed { what: SAVE.into(), sentence });
        kept.chain([saved]).collect()
    }

    /// Into the journal of an open profile that may be written; elsewhere the
    /// answers are in memory alone.
    fn note(&mut self, entries: Vec<Entry>) -> Vec<Event> {
        let Desk::Profile(profile) = &mut self.desk else { return Vec::new() };
        if profile.lock.is_none() {
            return Vec::new();
        }
        match profile::note(profile, entries) {
            Err(error) if !std::mem::replace(&mut self.note_failed, true) => failed(NOTE, error),
            Err(_) => Vec::new(),
            Ok(()) => {
                self.note_failed = false;
                Vec::new()
            }
        }
    }

    fn export(&self, request: ExportRequest) -> Event {
        let own = match &self.desk {
            Desk::Profile(profile) => Some(profile.folder.join("exports")),
            _ => None,
        };
        let place = match (&request.folder, &self.desk, &own) {
            (Some(folder), ..) => Ok(folder.clone()),
            (None, Desk::Practice, _) => exports::practice_folder(),
            (None, Desk::Profile(profile), Some(own)) if profile.lock.is_some() => Ok(own.clone()),
            (None, Desk::Profile(_), _) => Err("The profile is open in another window, so nothing is written into it from here. Choose another folder for the files.".to_owned()),
            (None, ..) => Err("No profile is open. Choose a folder for the files.".to_owned()),
        };
        let keeps = matches!(&self.desk, Desk::Profile(profile) if profile.lock.is_some());
        let now = self.clock.now();
        place
            .and_then(|folder| {
                let (plan, evidence, own) = (&request.plan, &request.evidence, own.as_deref());
                exports::hand_out(plan, evidence, request.wave, &folder, own, keeps, now)
                    .map_err(|error| error.to_string())
            })
            .map(Event::from)
            .unwrap_or_else(|sentence| Event::Failed { what: EXPORT.into(), sentence })
    }
}

const CREATE: &str = "Make the profile";
const OPEN: &str = "Open the profile";
const SAVE: &str = "Save the profile";
const NOTE: &str = "Keep the answers";
pub(super) const EXPORT: &str = "Write the files";
pub(super) const HISTORY: &str = "Read the history of changes";

impl Errand {
    fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => CREATE,
            Self::Open { .. } => OPEN,
            Self::Save(_) | Self::SaveElsewhere(..) => SAVE,
            Self::Note(_) => NOTE,
            Self::Export(_) => EXPORT,
            Self::History => HISTORY,
            Self::Prefer(_) => preferred::WHAT,
            Self::Practise => "Start the practice world",
            Self::Close => "Close the profile",
        }
    }
}

fn failed(what: &str, sentence: impl ToString) -> Vec<Event> {
    vec![Event::Failed { what: what.into(), sentence: sentence.to_string() }]
}
