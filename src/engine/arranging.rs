//! The table of people, arranged: the latest question wins, and one that was
//! overtaken before its turn is not worked on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Event;
use crate::plan::Roster;
use crate::roster::Arrangement;

#[derive(Default)]
pub(super) struct Arranging {
    latest: Arc<AtomicU64>,
}

impl Arranging {
    /// The work for one question, to be done aside; `None` where it was
    /// overtaken by another.
    pub(super) fn question(
        &self,
        roster: Roster,
        arrangement: Arrangement,
    ) -> impl FnOnce() -> Option<Event> + Send + 'static {
        let latest = self.latest.clone();
        let mine = latest.fetch_add(1, Ordering::Relaxed) + 1;
        move || {
            let is_latest = || latest.load(Ordering::Relaxed) == mine;
            let rows = is_latest().then(|| arrangement.rows(&roster))?;
            is_latest().then_some(Event::PeopleArranged { roster, arrangement, rows })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_was_overtaken_has_no_answer() {
        let arranging = Arranging::default();
        let search = |text: &str| Arrangement { search: text.to_owned(), ..Default::default() };
        let first = arranging.question(Roster::default(), search("a"));
        let second = arranging.question(Roster::default(), search("an"));
        assert!(first().is_none());
        let Some(Event::PeopleArranged { arrangement, .. }) = second() else {
            panic!("the latest question is answered");
        };
        assert_eq!(arrangement.search, "an");
    }
}
