//! What comes back: notes of tasks to the loop, events to whoever draws.

use std::sync::{Arc, mpsc};

use super::Event;
use super::inquiry::{Heard, Inquiry};
use crate::net::ApiKey;
use crate::route::{Audit, Phase};

/// The way out: an event, then a nudge to whoever draws.
#[derive(Clone)]
pub(super) struct Outbox {
    events: mpsc::Sender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outbox {
    pub(super) fn new(events: mpsc::Sender<Event>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { events, wake }
    }

    pub(super) fn say(&self, event: Event) {
        if self.events.send(event).is_ok() {
            (self.wake)();
        }
    }
}

/// What tasks report to the loop.
pub(super) enum Note {
    /// The keeper has an answer.
    Keeper(Event),
    /// A task that stands for itself has its answer, asked for while the
    /// profile with this number was open.
    Done { session: u64, event: Event },
    /// A check found something.
    Heard { inquiry: Inquiry, run: u64, heard: Heard },
    /// A check ended; with a sentence when it was by a mistake of ours.
    Ended { inquiry: Inquiry, run: u64, mishap: Option<String> },
    /// This system's key store answered, with a key where one was fetched.
    KeyStore { session: u64, event: Event, key: Option<ApiKey> },
    /// An audit ended.
    Audited { phase: Option<Phase>, run: u64, result: Result<Arc<Audit>, String> },
}
