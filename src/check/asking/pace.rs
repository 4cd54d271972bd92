//! How hard a server is pressed: numbers from the RFCs, from the stock
//! settings of mail servers, and from what hosts say of themselves.

use std::time::Duration;

/// The numbers of one run.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    /// Recipients of one envelope (RFC 5321 4.5.3.1.8).
    pub(super) per_envelope: usize,
    /// Refusals in one conversation: Postfix waits a second before each answer
    /// from the tenth on, and hangs up at the twentieth.
    pub(super) errors: usize,
    /// Connections at once: Rackspace takes five from one client (G2).
    pub(super) lines: usize,
    /// Envelopes of one conversation: Postfix counts more than 100 RSET as errors.
    pub(super) envelopes: usize,
    /// Answers between two looks at the known address and the random one.
    pub(super) between_checks: usize,
    /// An answer slower than this on average is a server that asks for rest.
    pub(super) slow: Duration,
    /// How long an envelope may take: what it brought is told at its end.
    pub(super) envelope: Duration,
    /// Recipients that it has even so: each brings its controls again.
    pub(super) fewest: usize,
    /// The first pause after a 421 or a lost connection; doubled each time.
    pub(super) pause: Duration,
    /// The longest one.
    pub(super) longest_pause: Duration,
    /// The pause once the server refuses whom it knows.
    pub(super) distrust: Duration,
    /// When a deferred address is asked again: outlasts usual greylisting.
    pub(super) deferred: Duration,
    /// Batches without an answer that end a run which had some.
    pub(super) in_vain: usize,
}

impl Pace {
    /// The pace at which `rest` is the first rest.
    pub(super) fn resting(rest: Duration) -> Self {
        Self {
            per_envelope: 100,
            errors: 8,
            lines: 4,
            envelopes: 50,
            between_checks: 500,
            slow: Duration::from_millis(1500),
            envelope: Duration::from_secs(5),
            fewest: 4,
            pause: rest,
            longest_pause: rest * 60,
            distrust: rest * 30,
            deferred: Duration::from_secs(300),
            in_vain: 5,
        }
    }
}

/// How many connections there may be now, and until when none asks.
#[derive(Debug)]
pub(super) struct Tempo {
    pace: Pace,
    lines: usize,
    paused_until: Duration,
    pauses: u32,
    /// Batches that were quick, one after the other.
    calm: usize,
}

impl Tempo {
    pub(super) fn new(pace: &Pace) -> Self {
        let pace = pace.clone();
        Self { lines: pace.lines, pace, paused_until: Duration::ZERO, pauses: 0, calm: 0 }
    }

    /// How many recipients an envelope has time for, where answers take so long.
    pub(super) fn in_time(&self, slow: Duration) -> usize {
        let most = self.pace.envelope.as_nanos() / slow.as_nanos().max(1);
        usize::try_from(most).unwrap_or(usize::MAX).max(self.pace.fewest)
    }

    /// Connections at once.
    pub(super) fn lines(&self) -> usize {
        self.lines.max(1)
    }

    /// Until when nothing is asked, if that is later than `now`.
    pub(super) fn paused(&self, now: Duration) -> Option<Duration> {
        Some(self.paused_until).filter(|until| *until > now)
    }

    /// Half the connections.
    pub(super) fn halve(&mut self) {
        self.lines = (self.lines / 2).max(1);
        self.calm = 0;
    }

    /// A rest, longer each time until something goes well.
    pub(super) fn pause(&mut self, now: Duration) {
        let rest = self.pace.pause * 2_u32.saturating_pow(self.pauses.min(16));
        self.pauses += 1;
        self.calm = 0;
        self.paused_until = now + rest.min(self.pace.longest_pause);
    }

    /// The next rest is short again.
    pub(super) fn went_well(&mut self) {
        self.pauses = 0;
    }

    /// One connection for the rest of the run.
    pub(super) fn alone(&mut self) {
        (self.pace.lines, self.lines) = (1, 1);
    }

    /// One connection, after a rest.
    pub(super) fn distrust(&mut self, long: bool, now: Duration) {
        self.alone();
        match long {
            true => self.paused_until = now + self.pace.distrust,
            false => self.pause(now),
        }
    }

    /// So many answers took so long, on average: slow ones ask for rest, the
    /// more of them the longer, and for fewer connections, ten quick batches
    /// give one back.
    pub(super) fn took(&mut self, answers: usize, slow: Duration, now: Duration) {
        if slow >= self.pace.slow {
            self.halve();
            let answers = u32::try_from(answers).unwrap_or(u32::MAX);
            let rest = (slow * answers.min(16) / 4).min(self.pace.longest_pause);
            self.paused_until = self.paused_until.max(now + rest);
            return;
        }
        self.calm += 1;
        if self.calm >= 10 && self.lines < self.pace.lines {
            self.lines += 1;
            self.calm = 0;
        }
    }
}
