//! What the title bar, the task bar and the list of windows say: the plan, and
//! whether it is saved.

use eframe::egui::{Context, ViewportCommand};

use super::header::saved_words;
use super::state::State;
use crate::shown::shown;

/// The program, as title bars and message boxes name it.
pub(crate) const PROGRAM: &str = "Split Domain Routing wizard";

/// Title bars cut off what is longer anyhow.
const MOST: usize = 60;

/// The title as the system was told it last.
#[derive(Debug)]
pub(crate) struct Caption(String);

impl Default for Caption {
    fn default() -> Self {
        Self(PROGRAM.to_owned())
    }
}

impl Caption {
    /// Tells the system when the title changed: each telling is a repaint.
    pub(crate) fn follow(&mut self, ctx: &Context, state: &State) {
        let title = title(state);
        if title != self.0 {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.0 = title;
        }
    }
}

/// "example.com – saved 11:03 UTC+01:00 – Split Domain Routing wizard".
fn title(state: &State) -> String {
    let Some(session) = &state.session else { return PROGRAM.to_owned() };
    let plan = shown(&session.plan.domain().to_unicode(), MOST);
    match saved_words(state, session) {
        Some(words) => {
            // The words begin a label elsewhere.
            let mut rest = words.chars();
            let first = rest.next().map(|first| first.to_lowercase().to_string());
            let (first, rest) = (first.unwrap_or_default(), rest.as_str());
            format!("{plan} – {first}{rest} – {PROGRAM}")
        }
        None => format!("{plan} – {PROGRAM}"),
    }
}
