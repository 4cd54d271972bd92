//! What another machine saw, read for the window.

use super::files::{LONGEST_RESULT, file_start};
use super::{Event, ResultSource};
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
        ResultSource::File(path) => match file_start(path, LONGEST_RESULT) {
            Ok(beginning) => beginning.text,
            Err(sentence) => return failed(sentence),
        },
    };
    match check::from_elsewhere(&text, plan, seen_from, SystemClock.now()) {
        Ok(findings) => Event::ResultTaken { findings },
        Err(error) => failed(error.to_string()),
    }
}
