//! The host API's key in this system's key store.

use tokio::sync::mpsc::UnboundedSender;

use super::Event;
use super::outbox::Note;
use crate::net::ApiKey;
use crate::plan::Domain;
use crate::profile;

/// What is done, to head a message.
pub(super) const KEEP: &str = "Keep the key";
/// The same.
pub(super) const FETCH: &str = "Take the kept key";
/// The same.
pub(super) const DELETE: &str = "Delete the kept key";

/// What is done with the store.
pub(super) enum KeyErrand {
    /// Keeps this one.
    Keep(ApiKey),
    /// Takes the one that was kept.
    Fetch,
    /// Deletes the one that was kept.
    Delete,
}

/// Does it aside: the store may ask the user first.
pub(super) fn aside(errand: KeyErrand, domain: Domain, session: u64, notes: UnboundedSender<Note>) {
    tokio::task::spawn_blocking(move || {
        let (event, key) = run(&errand, &domain);
        let _ = notes.send(Note::KeyStore { session, event, key });
    });
}

/// What is told, and the key where one was fetched. Blocks.
fn run(errand: &KeyErrand, domain: &Domain) -> (Event, Option<ApiKey>) {
    let (what, done) = match errand {
        KeyErrand::Keep(key) => {
            (KEEP, profile::keep_key(domain, key).map(|()| (Event::KeyKept, None)))
        }
        KeyErrand::Fetch => {
            (FETCH, profile::kept_key(domain).map(|key| (Event::KeyFetched, Some(key))))
        }
        KeyErrand::Delete => {
            (DELETE, profile::delete_key(domain).map(|()| (Event::KeyDeleted, None)))
        }
    };
    done.unwrap_or_else(|error| {
        (Event::Failed { what: what.into(), sentence: error.to_string() }, None)
    })
}
