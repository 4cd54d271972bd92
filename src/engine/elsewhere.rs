//! What another machine saw, read for the window.

use super::{Event, ResultSource, people};
use crate::check;
use crate::net::{Clock, SystemClock};
use crate::plan::Plan;

/// As a failure names it.
pub(super) const WHAT: &str = "Take the result over";

/// Reads a result. Blocks.
pub(super) fn take(plan: &Plan, seen_from: &str, source: &ResultSource) -> Event {
    let failed = |sentence| Event::Failed { what: WHAT.into(), sentence };
    let text = match source {
        ResultSource::Text(text) => text.clone(),
        ResultSource::File(path) => match people::file_bytes(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(sentence) => return failed(sentence),
        },
    };
    match check::from_elsewhere(&text, plan, seen_from, SystemClock.now()) {
        Ok(findings) => Event::ResultTaken { findings },
        Err(error) => failed(error.to_string()),
    }
}
