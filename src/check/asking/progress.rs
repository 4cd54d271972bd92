//! How far a run is: answers, rate, time left. Told ten times a second at most.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

/// How far a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// People with an answer, those of an earlier run among them.
    pub answered: usize,
    /// Everybody who is asked about.
    pub of: usize,
    /// Answers a second, lately.
    pub per_second: f64,
    /// About how long the rest takes; `None` before that can be told.
    pub left: Option<Duration>,
    /// Until when nothing is asked, to give the server rest.
    pub rests_until: Option<Timestamp>,
}

/// Between two pieces of news about the progress.
const GAP: Duration = Duration::from_millis(100);
/// How far back the rate looks.
const LATELY: Duration = Duration::from_secs(20);

/// Counts a run.
#[derive(Debug)]
pub(super) struct Meter {
    of: usize,
    answered: usize,
    /// Time and answers at each telling within `LATELY`.
    marks: VecDeque<(Duration, usize)>,
}

impl Meter {
    /// Before the first answer of this run: `answered` were there already.
    pub(super) fn new(answered: usize, of: usize) -> Self {
        Self { of, answered, marks: VecDeque::from([(Duration::ZERO, answered)]) }
    }

    /// That many more answers.
    pub(super) fn add(&mut self, answers: usize) {
        self.answered += answers;
    }

    /// Answers, those of an earlier run among them.
    pub(super) fn answered(&self) -> usize {
        self.answered
    }

    /// How far it is at `now`, since the start of the run; `None` where that
    /// was told a moment ago. What `urges` is told at once.
    pub(super) fn told(
        &mut self,
        now: Duration,
        rests_until: Option<Timestamp>,
        urges: bool,
    ) -> Option<Progress> {
        let last = self.marks.back().map_or(Duration::ZERO, |(at, _)| *at);
        if !urges && now < last + GAP {
            return None;
        }
        while self.marks.len() > 1 && self.marks.front().is_some_and(|(at, _)| *at + LATELY < now) {
            self.marks.pop_front();
        }
        self.marks.push_back((now, self.answered));
        let (since, before) = self.marks.front().copied().unwrap_or_default();
        let seconds = now.saturating_sub(since).as_secs_f64();
        let gained = self.answered.saturating_sub(before);
        let per_second = if seconds > 0.0 { gained as f64 / seconds } else { 0.0 };
        let rest = self.of.saturating_sub(self.answered);
        let left = (per_second > 0.0)
            .then(|| Duration::try_from_secs_f64(rest as f64 / per_second).ok())
            .flatten();
        Some(Progress { answered: self.answered, of: self.of, per_second, left, rests_until })
    }
}

impl Progress {
    /// On one line: "1,234 of 10,000, 85 a second, about 2 minutes left".
    pub fn in_words(&self) -> String {
        let mut words = format!("{} of {}", self.answered, self.of);
        if self.per_second >= 0.05 {
            let rate = match self.per_second {
                few if few < 10.0 => format!("{few:.1}"),
                many => format!("{many:.0}"),
            };
            words.push_str(&format!(", {rate} a second"));
        }
        if let Some(left) = self.left.filter(|_| self.answered < self.of) {
            words.push_str(&format!(", about {} left", span(left)));
        }
        words
    }
}

/// A span of time as people say it.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        ..=1 => "a second".to_owned(),
        2..=99 => format!("{seconds} seconds"),
        100..=5399 => format!("{} minutes", (seconds + 30) / 60),
        5400..=172_799 => format!("{} hours", (seconds + 1800) / 3600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_come_from_what_was_answered_lately() {
        let mut meter = Meter::new(1000, 10_000);
        meter.add(600);
        let told = meter.told(Duration::from_secs(10), None, false).unwrap();
        assert_eq!((told.answered, told.of), (1600, 10_000));
        assert_eq!(told.in_words(), "1600 of 10000, 60 a second, about 2 minutes left");
        // The slow start is forgotten.
        meter.add(4000);
        let told = meter.told(Duration::from_secs(30), None, false).unwrap();
        assert_eq!(told.per_second.round(), 200.0);
        meter.add(400);
        let told = meter.told(Duration::from_secs(50), None, false).unwrap();
        assert_eq!(told.per_second.round(), 20.0);
    }

    #[test]
    fn it_is_told_ten_times_a_second_at_most() {
        let mut meter = Meter::new(0, 100_000);
        let told = (0..1000).filter(|tick| {
            meter.add(7);
            meter.told(Duration::from_millis(tick * 3), None, false).is_some()
        });
        assert!(told.count() <= 30);
    }
}
