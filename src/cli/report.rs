//! What is written to the terminal: findings, lines, JSON.

use std::io::{ErrorKind, IsTerminal, Write};

use anyhow::Context;
use jiff::Timestamp;
use serde::Serialize;

use crate::finding::{Finding, State};
use crate::guide::Step;
use crate::shown::{escaped, is_hidden};

/// Width of the column that holds the state.
const COLUMN: usize = 12;

/// The one way to standard output. A reader that goes away (`| head`) ends
/// the writing, not the work; any other failure is told at the end.
pub(super) struct Report {
    out: Box<dyn Write + Send>,
    json: bool,
    verbose: bool,
    /// Why nothing is written any more.
    stopped: Option<std::io::Error>,
}

impl Report {
    pub(super) fn to_stdout(json: bool, verbose: bool) -> Self {
        Self { out: Box::new(std::io::stdout()), json, verbose, stopped: None }
    }

    /// Whether JSON was asked for.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether what passed is worth telling one by one.
    pub(super) fn shows_all(&self) -> bool {
        self.json || self.verbose
    }

    /// The head of a step's findings; nothing in JSON.
    pub(super) fn step(&mut self, step: Step) {
        self.text(&format!("\n{}. {}\n", step.number(), step.title()));
    }

    /// One finding.
    pub(super) fn finding(&mut self, finding: &Finding) {
        if self.json {
            self.object(finding);
        } else {
            let text = finding_text(finding, self.verbose);
            self.text(&text);
        }
    }

    /// A line of plain text; nothing in JSON.
    pub(super) fn line(&mut self, line: &str) {
        self.text(&format!("{}\n", safe(line)));
    }

    /// Text as it is; nothing in JSON.
    pub(super) fn text(&mut self, text: &str) {
        if !self.json {
            self.raw(text.as_bytes());
        }
    }

    /// One object on a line; nothing without JSON.
    pub(super) fn object(&mut self, object: &impl Serialize) {
        if !self.json {
            return;
        }
        match serde_json::to_string(object) {
            Ok(line) => self.raw(format!("{line}\n").as_bytes()),
            Err(error) => self.stopped = Some(error.into()),
        }
    }

    /// Bytes for another program.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        if self.stopped.is_some() {
            return;
        }
        if let Err(error) = self.out.write_all(bytes).and_then(|()| self.out.flush()) {
            self.stopped = Some(error);
        }
    }

    /// Whether all that was written arrived.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        match self.stopped.take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(error).context("standard output")
            }
            _ => Ok(()),
        }
    }
}

/// One line to standard error.
pub(super) fn complain(line: &str) {
    // Nobody is left to tell when this fails.
    let _ = writeln!(std::io::stderr().lock(), "{}", safe(line));
}

/// One line of progress, to people only.
pub(super) fn progress(line: &str) {
    if std::io::stderr().is_terminal() {
        complain(line);
    }
}

fn finding_text(finding: &Finding, verbose: bool) -> String {
    let word = finding.state.word();
    let mut text = format!("{word:<COLUMN$}{}\n", safe(&finding.summary));
    let mut detail = |label: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("{:COLUMN$}{label:<10}{}\n", "", safe(value)));
        }
    };
    match &finding.state {
        State::Waiting { again_at } => detail("again at", &moment(*again_at, finding.at)),
        State::Unknown { why: because } | State::Skipped { because } => detail("because", because),
        State::Passed | State::Warning | State::Failed => {}
    }
    if finding.state != State::Passed {
        detail("expected", &finding.expected);
        detail("found", &finding.found);
        detail("asked", &finding.asked);
        detail("seen from", &finding.seen_from);
        detail("meaning", &finding.meaning);
        detail("action", &finding.action);
    }
    if verbose {
        for line in &finding.evidence {
            detail("evidence", line);
        }
    }
    text
}

/// A moment to come, as people say it: "18:28 UTC (in 5 minutes)", with its
/// date where it is on another day than `now`.
fn moment(then: Timestamp, now: Timestamp) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let clock = if day(then) == day(now) { "%H:%M UTC" } else { "%Y-%m-%d %H:%M UTC" };
    // Rounded up: asked a second too early, the answer is the same once more.
    let minutes = (then.duration_since(now).as_secs().max(0) + 59) / 60;
    let span = match minutes {
        ..=1 => "in a minute".to_owned(),
        2..=119 => format!("in {minutes} minutes"),
        120..=2879 => format!("in {} hours", (minutes + 59) / 60),
        _ => format!("in {} days", (minutes + 1439) / 1440),
    };
    format!("{} ({span})", then.strftime(clock))
}

/// Text of unknown origin for a terminal: what could move the cursor or turn
/// the reading direction is written as its code.
pub(super) fn safe(text: &str) -> String {
    escaped(text, is_hidden).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_come_back_is_told_as_people_say_it() {
        let now: Timestamp = "2026-11-22T18:23:38.58484665Z".parse().unwrap();
        let told = |then: &str| moment(then.parse().unwrap(), now);
        assert_eq!(told("2026-11-22T18:28:38.58484665Z"), "18:28 UTC (in 5 minutes)");
        assert_eq!(told("2026-11-22T18:23:39Z"), "18:23 UTC (in a minute)");
        assert_eq!(told("2026-11-23T00:10:00Z"), "2026-11-23 00:10 UTC (in 6 hours)");
        assert_eq!(told("2020-01-01T00:00:00Z"), "2020-01-01 00:00 UTC (in a minute)");
    }

    #[test]
    fn what_passed_is_one_line_and_what_did_not_says_what_to_do() {
        let passed = Finding::new("a.b", State::Passed, "All well.", Timestamp::UNIX_EPOCH)
            .compared("x", "x")
            .advise("nothing");
        assert_eq!(finding_text(&passed, false), "Passed      All well.\n");
        let unknown = State::Unknown { why: "port 25 is closed here".into() };
        let unknown = Finding::new("a.c", unknown, "No answer.", Timestamp::UNIX_EPOCH)
            .means("Mail may still arrive.")
            .with_evidence(["<< 220 hi".to_owned()]);
        assert_eq!(
            finding_text(&unknown, false),
            "Can't tell  No answer.\n            because   port 25 is closed here\n            meaning   Mail may still arrive.\n"
        );
        assert!(finding_text(&unknown, true).contains("evidence  << 220 hi\n"));
    }

    #[test]
    fn a_servers_text_can_not_steer_the_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\u{202e}c\nd"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}d");
        let finding = Finding::new("a.b", State::Failed, "x\r\ny", Timestamp::UNIX_EPOCH);
        assert_eq!(finding_text(&finding, true).lines().count(), 1);
    }

    struct Broken(ErrorKind);
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error_and_a_full_disk_is() {
        for (kind, quiet) in [(ErrorKind::BrokenPipe, true), (ErrorKind::StorageFull, false)] {
            let mut report =
                Report { out: Box::new(Broken(kind)), json: false, verbose: false, stopped: None };
            report.line("one");
            report.line("two");
            assert_eq!(report.finish().is_ok(), quiet, "{kind:?}");
        }
    }
}
