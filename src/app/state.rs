//! Everything the window shows, as plain data.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::aside::Aside;
use super::commands::CommandList;
use super::field::{FieldId, text_in_plan};
use super::host_key::HostKey;
use super::leaving::Quit;
use super::messages::{Message, Messages, Weight};
use super::picker::Wanted;
use super::preference_field::text_in_preferences;
use super::session::Session;
use crate::engine::Desktop;
use crate::guide::Step;
use crate::profile::{Preferences, ReducedMotion, Zone};

/// Lines of the log that are kept.
const LOGGED: usize = 500;

/// What a page brings into sight by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reveal {
    /// What the checks found.
    Findings,
    /// The message that is followed.
    Message,
    /// A list of people that was read.
    List,
}

/// What is on screen. Drawing reads it; only `action` and `news` change it.
#[derive(Default)]
pub struct State {
    /// The open profile or practice world; `None` shows the start page.
    pub session: Option<Session>,
    /// How many profiles and practice worlds were opened so far: each starts
    /// at the top of its pages.
    pub opened: u64,
    /// Profiles opened lately, latest first.
    pub recent: Vec<PathBuf>,
    /// Fields as typed: those of the start page, and those of the session
    /// that are being edited or do not parse.
    pub texts: BTreeMap<FieldId, FieldText>,
    /// What was told, in sight and before.
    pub messages: Messages,
    /// What happened, oldest first, for whoever helps.
    pub log: VecDeque<(Timestamp, String)>,
    /// The time at which events were taken in last.
    pub now: Timestamp,
    /// What draws the window: renderer and adapter.
    pub drawn_by: String,
    /// The operating system: name and version.
    pub system: String,
    /// The page beside the steps that is open in their place.
    pub aside: Option<Aside>,
    /// The list of commands, while it is open.
    pub commands: Option<CommandList>,
    /// The key to the host's own list, as far as the window knows it.
    pub host_key: HostKey,
    /// A profile is being opened, made or started: what is waited for.
    pub opening: Option<&'static str>,
    /// A dialog of the system is open.
    pub picking: Option<Wanted>,
    /// The field to give the keyboard to when it is drawn next.
    pub focus: Option<FieldId>,
    /// The page on screen is new: its title takes the keyboard.
    pub entered: bool,
    /// The user asked for a check and has done nothing since: its first answers
    /// come into sight.
    pub watching: bool,
    /// What is to be scrolled to when it is drawn next.
    pub reveal: Option<Reveal>,
    /// The key of what was copied last, to say so in place.
    pub copied: Option<String>,
    /// What the user prefers.
    pub preferences: Preferences,
    /// How times are shown.
    pub times: Times,
    /// The picture travels over a network, or the processor draws it.
    pub costly: bool,
    /// What this session's desktop wants of every window.
    pub desktop: Desktop,
    /// Whether the list of keys is open.
    pub show_keys: bool,
    /// How the window stands to its end.
    pub quit: Quit,
}

/// A field as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldText {
    /// The text.
    pub text: String,
    /// Why it can't be taken, once the field was left.
    pub error: Option<String>,
}

/// How times are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Times {
    /// In a zone, with its offset.
    In(Zone),
    /// Always the same text, for pictures that must not change by the day.
    Still,
}

impl State {
    /// Nothing moves by itself: by wish, by the desktop's, or because each
    /// picture costs much.
    pub fn still(&self) -> bool {
        match self.preferences.reduced_motion {
            ReducedMotion::On => true,
            ReducedMotion::Off => false,
            ReducedMotion::Auto => self.costly || self.desktop.still,
        }
    }

    /// The text in a field: as typed, else what the plan holds.
    pub fn text_of(&self, field: FieldId) -> String {
        if let (None, Some(text)) =
            (self.texts.get(&field), text_in_preferences(field, &self.preferences))
        {
            return text;
        }
        match (self.texts.get(&field), &self.session) {
            (Some(typed), _) => typed.text.clone(),
            (None, Some(session)) => text_in_plan(field, &session.plan),
            (None, None) => String::new(),
        }
    }

    /// Why the text in a field can't be taken.
    pub fn error_of(&self, field: FieldId) -> Option<&str> {
        self.texts.get(&field)?.error.as_deref()
    }

    /// Whether a check is under way, or was a moment ago: a busy state too short
    /// to be seen looks like none.
    pub fn is_checking(&self, session: &Session, step: Step) -> bool {
        let until = session.busy_until.get(&step);
        session.running.contains_key(&step) || until.is_some_and(|until| *until > self.now)
    }

    /// Until when a check that is over looks busy still; `None`: none does.
    pub(super) fn busy_left(&self) -> Option<Duration> {
        let session = self.session.as_ref()?;
        let over = session
            .busy_until
            .iter()
            .filter(|(step, until)| **until > self.now && !session.running.contains_key(step));
        let left = over.map(|(_, until)| until.duration_since(self.now).unsigned_abs());
        left.min()
    }

    /// Tells a failure.
    pub fn tell(&mut self, what: impl Into<String>, sentence: impl Into<String>) {
        self.say(what, sentence, Weight::Failure);
    }

    /// Tells something.
    pub fn say(&mut self, what: impl Into<String>, sentence: impl Into<String>, weight: Weight) {
        let message = Message { what: what.into(), sentence: sentence.into(), weight };
        self.messages.tell(message, self.now);
    }

    /// Notes what happened.
    pub fn note(&mut self, line: String) {
        self.log.push_back((self.now, line));
        if self.log.len() > LOGGED {
            self.log.pop_front();
        }
    }

    /// What is typed and not in the plan, to be saved beside it.
    pub fn drafts(&self) -> BTreeMap<String, String> {
        self.texts
            .iter()
            .filter(|(field, _)| field.is_draft())
            .filter(|(_, typed)| !typed.text.is_empty() || typed.error.is_some())
            .map(|(field, typed)| (field.key().into_owned(), typed.text.clone()))
            .collect()
    }
}

impl Default for Times {
    fn default() -> Self {
        Self::In(Zone::System)
    }
}

impl Times {
    /// As preferred; what stands still stays so.
    pub(crate) fn prefer(&mut self, zone: &Zone) {
        if let Self::In(now) = self {
            now.clone_from(zone);
        }
    }

    /// Date, time and offset from UTC.
    pub fn full(&self, at: jiff::Timestamp) -> String {
        self.format(at, "%Y-%m-%d %H:%M:%S UTC%:z", "14:05:00 UTC+00:00")
    }

    /// The time of day to the second, with its offset from UTC; of another day
    /// than `now` the date too.
    pub fn moment(&self, at: jiff::Timestamp, now: jiff::Timestamp) -> String {
        let day = |at: jiff::Timestamp| match self {
            Self::In(zone) => Some(at.to_zoned(zone.time_zone()).date()),
            Self::Still => None,
        };
        match day(at) == day(now) {
            true => self.format(at, "%H:%M:%S UTC%:z", "14:05:00 UTC+00:00"),
            false => self.full(at),
        }
    }

    /// The time of day with its offset from UTC.
    pub fn clock(&self, at: jiff::Timestamp) -> String {
        self.format(at, "%H:%M UTC%:z", "14:05 UTC+00:00")
    }

    fn format(&self, at: jiff::Timestamp, format: &str, still: &str) -> String {
        match self {
            Self::In(zone) => at.to_zoned(zone.time_zone()).strftime(format).to_string(),
            Self::Still => still.to_owned(),
        }
    }
}
