//! When a step is asked again without anybody asking for it.

use jiff::{SignedDuration, Timestamp};

use crate::finding::{Finding, State};

/// Between automatic looks at DNS records that are not there yet, in minutes;
/// the last one repeats.
const RECORD_MINUTES: [i64; 5] = [1, 2, 5, 10, 30];

/// The shortest gap before the nth automatic look, in seconds, whatever time
/// a server names: nobody is asked in a tight circle.
const FLOOR_SECONDS: [i64; 5] = [10, 30, 60, 300, 1800];

/// The questions about records that somebody publishes by hand.
const RECORDS: [&str; 3] = ["situation.primary-mx", "subdomain.primary-mx", "subdomain.mx"];

/// When to ask this step again by itself, `tries` automatic looks after the
/// administrator asked: at the time that a waiting finding names, or after a
/// growing while for DNS records that are not as planned yet. `None` where
/// time alone changes nothing.
pub(super) fn next_look(findings: &[Finding], tries: usize, now: Timestamp) -> Option<Timestamp> {
    let floor = after(now, SignedDuration::from_secs(step_of(&FLOOR_SECONDS, tries)));
    let named = findings.iter().filter_map(|finding| match finding.state {
        State::Waiting { again_at } => Some(again_at.max(floor)),
        _ => None,
    });
    let records = findings
        .iter()
        .any(waits_for_records)
        .then(|| after(now, SignedDuration::from_mins(step_of(&RECORD_MINUTES, tries))));
    named.chain(records).min()
}

/// Records are published by hand and then spread: only time is missing.
fn waits_for_records(finding: &Finding) -> bool {
    let question = finding.id.split('@').next().unwrap_or_default();
    finding.state == State::Failed && RECORDS.contains(&question)
}

fn step_of(steps: &[i64; 5], tries: usize) -> i64 {
    steps[tries.min(steps.len() - 1)]
}

fn after(now: Timestamp, gap: SignedDuration) -> Timestamp {
    now.checked_add(gap).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn finding(id: &str, state: State) -> Finding {
        Finding::new(id, state, "", at(0))
    }

    #[test]
    fn a_waiting_finding_is_asked_again_when_it_says() {
        let findings = [
            finding("server.rcpt", State::Waiting { again_at: at(300) }),
            finding("server.banner", State::Passed),
        ];
        assert_eq!(next_look(&findings, 0, at(0)), Some(at(300)));
    }

    #[test]
    fn the_earliest_of_several_times_counts() {
        let findings = [
            finding("subdomain.mx@8.8.8.8", State::Waiting { again_at: at(900) }),
            finding("subdomain.mx@1.1.1.1", State::Waiting { again_at: at(400) }),
        ];
        assert_eq!(next_look(&findings, 0, at(0)), Some(at(400)));
    }

    #[test]
    fn missing_records_are_looked_for_in_growing_gaps() {
        let findings = [finding("subdomain.mx@ns1.example.com", State::Failed)];
        let gaps: Vec<_> = (0..7)
            .map(|tries| {
                next_look(&findings, tries, at(0)).unwrap().as_second() - at(0).as_second()
            })
            .map(|seconds| seconds / 60)
            .collect();
        assert_eq!(gaps, [1, 2, 5, 10, 30, 30, 30]);
    }

    #[test]
    fn a_time_in_the_past_never_makes_a_tight_circle() {
        let findings = [finding("server.rcpt", State::Waiting { again_at: at(-50) })];
        let mut gap = 0;
        for tries in 0..8 {
            let next = next_look(&findings, tries, at(0)).unwrap().as_second() - at(0).as_second();
            assert!(next >= 10 && next >= gap, "try {tries}: {next} s");
            gap = next;
        }
    }

    #[test]
    fn what_time_does_not_heal_is_left_alone() {
        let findings = [
            finding("server.rcpt", State::Failed),
            finding("sdr.external", State::Unknown { why: "port 25".into() }),
            finding("subdomain.mxother", State::Failed),
            finding("subdomain.mx", State::Passed),
        ];
        assert_eq!(next_look(&findings, 0, at(0)), None);
        assert_eq!(next_look(&[], 3, at(0)), None);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let findings = [finding("a.b", State::Waiting { again_at: Timestamp::MAX })];
        assert_eq!(next_look(&findings, 9, Timestamp::MAX), Some(Timestamp::MAX));
    }
}
