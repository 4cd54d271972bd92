//! Blocking work beside the loop.

use tokio::sync::mpsc::UnboundedSender;

use super::outbox::Note;
use super::{Event, mishap};

/// Work that answers with one event, or has nothing to say any more.
pub(super) fn aside(
    what: &'static str,
    session: u64,
    notes: UnboundedSender<Note>,
    work: impl FnOnce() -> Option<Event> + Send + 'static,
) {
    tokio::spawn(async move {
        let event = match tokio::task::spawn_blocking(work).await {
            Ok(event) => event,
            Err(error) => mishap::sentence(error)
                .map(|sentence| Event::Failed { what: what.into(), sentence }),
        };
        let Some(event) = event else { return };
        let _ = notes.send(Note::Done { session, event });
    });
}
