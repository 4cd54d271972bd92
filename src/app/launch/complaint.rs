//! What is said where no window can be opened.

use super::ladder::{Tried, name};
use crate::app::caption::PROGRAM;

/// Says it on stderr, and in a box of the system for whoever started the
/// program without a terminal.
#[allow(clippy::print_stderr)]
pub(super) fn complain(sentence: &str) {
    eprintln!("sdr-wizard: {sentence}");
    // On Linux the box is zenity's; without it or a display there is none.
    if super::has_display() {
        rfd::MessageDialog::new()
            .set_level(rfd::MessageLevel::Error)
            .set_title(PROGRAM)
            .set_description(sentence)
            .show();
    }
}

/// Says it on stderr alone: the ladder goes on.
#[allow(clippy::print_stderr)]
pub(super) fn note(sentence: &str) {
    eprintln!("sdr-wizard: {sentence}");
}

/// That there is nothing to draw on; `why` follows a colon.
pub(super) fn no_display(why: &str) -> String {
    format!(
        "There is no display here: {why}. Start it on a desktop, or do the same work in a terminal with sdrctl (sdrctl --help)."
    )
}

/// What was tried, and the way out.
pub(super) fn no_rung_left(tried: &[Tried]) -> String {
    let tried: Vec<String> = tried
        .iter()
        .map(|tried| format!("  {}: {}", name(tried.renderer), tried.reason.trim_end_matches('.')))
        .collect();
    format!(
        "The window can't be drawn on this machine. Tried:\n{}\n\
         Over Remote Desktop, SSH and in virtual machines the graphics driver is often missing: \
         start it on a desktop, or do the same work in a terminal with sdrctl (sdrctl --help).",
        tried.join("\n")
    )
}
