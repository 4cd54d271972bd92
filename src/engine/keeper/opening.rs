//! A profile put on the keeper's desk: a new one, or one that is there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{CREATE, Desk, Keeper, OPEN, SaveRequest, failed};
use crate::engine::Event;
use crate::finding::Entry;
use crate::guide::since_you_left;
use crate::plan::{Domain, Plan};
use crate::profile::{self, Profile};

impl Keeper {
    pub(super) fn create(&mut self, domain: Domain, folder: Option<PathBuf>) -> Vec<Event> {
        let Some(folder) = folder
            .or_else(|| self.folders.profiles.as_ref().map(|parent| parent.join(domain.as_str())))
        else {
            return failed(
                CREATE,
                "This machine names no folder of your own for profiles. Choose a folder for this one.",
            );
        };
        let plan = match Plan::new(domain) {
            Ok(plan) => plan,
            Err(error) => return failed(CREATE, error),
        };
        match profile::create(&folder, plan) {
            Ok(profile) => self.take(profile),
            Err(error) => failed(CREATE, error),
        }
    }

    /// The work goes into another folder, and is kept there from now on.
    pub(super) fn save_elsewhere(&mut self, folder: &Path, request: SaveRequest) -> Vec<Event> {
        let made = profile::create(folder, Arc::unwrap_or_clone(request.plan));
        let made = made.and_then(|mut profile| {
            profile.evidence = Arc::unwrap_or_clone(request.evidence);
            profile.drafts = request.drafts;
            profile::note_all(&profile)?;
            profile::save(&mut profile).map(|()| profile)
        });
        let profile = match made {
            Ok(profile) => profile,
            Err(error) => return vec![Event::NotMoved { sentence: error.to_string() }],
        };
        let folder = profile.folder.clone();
        self.desk = Desk::Profile(Box::new(profile));
        let mut events = vec![Event::Moved { folder: folder.clone() }];
        events.push(Event::Saved { at: self.clock.now() });
        events.extend(self.remember(&folder));
        events
    }

    pub(super) fn open(&mut self, folder: &Path) -> Vec<Event> {
        // Opened again: our own lock must not make it read-only.
        if matches!(&self.desk, Desk::Profile(open) if same_folder(&open.folder, folder)) {
            self.desk = Desk::Empty;
        }
        match profile::open(folder) {
            Ok(profile) => self.take(profile),
            Err(error) => failed(OPEN, error),
        }
    }

    fn take(&mut self, mut profile: Profile) -> Vec<Event> {
        // A run of long ago is not gone on with.
        let (people, now) = (profile.evidence.people(), self.clock.now());
        if people.begun().is_some() && people.goes_on_from(now).is_none() {
            profile.evidence.hear(Entry::Finished(now));
        }
        let today = now.to_zoned(jiff::tz::TimeZone::system()).date();
        let since =
            since_you_left(&profile.plan, &profile.evidence.of_plan(&profile.plan), now, today);
        let opened = Event::Opened {
            since,
            folder: profile.folder.clone(),
            plan: Box::new(profile.plan.clone()),
            evidence: profile.evidence.clone(),
            drafts: profile.drafts.clone(),
            read_only: profile.lock.is_none(),
            remarks: profile.remarks.clone(),
        };
        let folder = profile.folder.clone();
        self.desk = Desk::Profile(Box::new(profile));
        std::iter::once(opened).chain(self.remember(&folder)).collect()
    }

    fn remember(&mut self, folder: &Path) -> Option<Event> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let settings = self.folders.settings.as_ref()?;
        // A list that can't be written costs a convenience, not the work.
        let _ = self.recent.remember(settings, &folder);
        Some(Event::Recent(self.recent.folders.clone()))
    }
}

fn same_folder(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
