//! Of the questions of one kind only the latest is of interest.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the questions of one kind.
#[derive(Default)]
pub(super) struct Latest(Arc<AtomicU64>);

/// The place of one question among them.
pub(super) struct Turn {
    latest: Arc<AtomicU64>,
    mine: u64,
}

impl Latest {
    /// A new question: those before it are overtaken.
    pub(super) fn turn(&self) -> Turn {
        let mine = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Turn { latest: self.0.clone(), mine }
    }
}

impl Turn {
    /// What `work` comes to; `None` where the question was overtaken before
    /// its turn or while it was worked on.
    pub(super) fn take<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let is_latest = || self.latest.load(Ordering::Relaxed) == self.mine;
        let done = is_latest().then(work)?;
        is_latest().then_some(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_was_overtaken_is_not_worked_on() {
        let latest = Latest::default();
        let (first, second) = (latest.turn(), latest.turn());
        assert_eq!(first.take(|| panic!("overtaken")), None::<u8>);
        assert_eq!(second.take(|| "an"), Some("an"));
        // Overtaken meanwhile.
        assert_eq!(second.take(|| latest.turn().mine), None);
    }
}
