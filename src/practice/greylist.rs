//! Greylisting: what is seen for the first time must come back later.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Pairs remembered; beyond it everything is forgotten, as after a restart.
const PAIRS: usize = 4096;

/// The memory of a greylisting server.
pub(super) struct Greylist {
    window: SignedDuration,
    seen: Mutex<HashMap<(String, String), Timestamp>>,
}

impl Greylist {
    /// Defers every pair of sender and recipient for `window` from the first
    /// time that it is seen.
    pub(super) fn new(window: Duration) -> Self {
        let window = SignedDuration::try_from(window).unwrap_or(SignedDuration::MAX);
        Self { window, seen: Mutex::default() }
    }

    /// Whole seconds that this pair still has to wait at `now`, at least 1;
    /// `None` once it has waited.
    pub(super) fn defers(&self, sender: &str, recipient: &str, now: Timestamp) -> Option<u64> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (sender.to_ascii_lowercase(), recipient.to_ascii_lowercase());
        if seen.len() >= PAIRS && !seen.contains_key(&pair) {
            seen.clear();
        }
        let first = *seen.entry(pair).or_insert(now);
        let left = self.window.saturating_sub(now.duration_since(first));
        (left > SignedDuration::ZERO).then(|| u64::try_from(left.as_secs()).unwrap_or(1).max(1))
    }

    /// Forgets everybody.
    pub(super) fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_taken_once_it_has_waited() {
        let list = Greylist::new(Duration::from_secs(300));
        let start: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap();
        let after = |seconds| start + SignedDuration::from_secs(seconds);
        assert_eq!(list.defers("a@x.org", "b@example.com", start), Some(300));
        assert_eq!(list.defers("A@x.org", "b@example.com", after(299)), Some(1));
        assert_eq!(list.defers("a@x.org", "b@example.com", after(300)), None);
        assert_eq!(list.defers("", "b@example.com", after(300)), Some(300));
        for n in 0..2 * PAIRS {
            list.defers("a@x.org", &format!("{n}@example.com"), after(400));
        }
        assert!(list.seen.lock().unwrap().len() <= PAIRS);
    }
}
