//! The path that a message really took, read from its headers, beside the one
//! that the model expects.

mod received;

use jiff::Timestamp;
use serde::Serialize;

use super::folded::{MOST_LINES, field, quotes, unfolded, unquoted};
use crate::plan::{Plan, is_within};
use crate::route::{Outcome, System, Trace};
use crate::shown::shown;

/// Bytes that are read.
const MOST_BYTES: usize = 1024 * 1024;
/// Stops that are told: servers end a loop at a hundred or before (RFC 5321 6.3).
const MOST_STOPS: usize = 150;

/// What headers can't prove, sentences for whoever reads the path.
pub const CAN_NOT_PROVE: [&str; 3] = [
    "Each server writes its own line on top and can write anything: what stands below the first server that you trust may be made up.",
    "Times are each server's own clock; a wrong clock makes a wait look longer, or negative.",
    "They show the way of this one copy. Other copies, and loops that ended elsewhere, are not in them.",
];

/// A path, first stop first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathTaken {
    /// One for each Received line that could be read.
    pub stops: Vec<Stop>,
    /// The token of a test message of this program, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What receivers said of SPF, DKIM and DMARC, as they wrote it.
    pub checks: Vec<String>,
    /// Whether the beginning of the path is missing: there are more stops than
    /// are told, or the text was too long.
    pub cut: bool,
    /// Whether the end of the headers was seen.
    #[serde(skip)]
    pub ended: bool,
}

/// One server that took the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// Who handed it over, as this server wrote it; empty where it did not say.
    pub from: String,
    /// This server's name for itself.
    pub by: String,
    /// For whom, where the server says so.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub whom: Option<String>,
    /// How it came: `ESMTPS`, `HTTP`, ...
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// When, by its own clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Seconds since the stop before; negative where clocks differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_seconds: Option<i64>,
    /// Which of the plan's systems it belongs to, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<System>,
}

/// Reads the headers of a message, pasted in any of the usual ways.
pub fn read_headers(text: &str, plan: &Plan) -> PathTaken {
    let end = text.floor_char_boundary(MOST_BYTES);
    let (mut stops, mut checks, mut token) = (Vec::new(), Vec::new(), None);
    let mut cut = false;
    let (lines, ended) = header_lines(unfolded(&evenly_quoted(&text[..end])));
    for line in lines {
        if let Some(value) = field(&line, "received") {
            match received::stop(value, plan) {
                Some(stop) if stops.len() < MOST_STOPS => stops.push(stop),
                Some(_) => cut = true,
                None => {}
            }
        } else if let Some(value) = field(&line, "authentication-results") {
            if checks.len() < 10 {
                checks.push(shown(value, 300));
            }
        } else if let Some(value) = field(&line, "x-sdr-test") {
            token = Some(shown(value, 40));
        }
    }
    // The last server wrote on top.
    stops.reverse();
    let mut before = None;
    for stop in &mut stops {
        stop.after_seconds = before
            .zip(stop.at)
            .map(|(before, at): (Timestamp, Timestamp)| at.as_second() - before.as_second());
        before = stop.at.or(before);
    }
    let unread = end < text.len() || text.lines().nth(MOST_LINES).is_some();
    PathTaken { stops, token, checks, cut: cut || !ended && unread, ended }
}

/// Whether a line begins a header.
fn is_header(line: &str) -> bool {
    line.split_once(':')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()))
}

/// Without the lines that are quoted more often than the first Received line
/// is: they are of another message.
fn evenly_quoted(text: &str) -> String {
    let first =
        text.lines().take(MOST_LINES).find(|line| field(unquoted(line), "received").is_some());
    let depth = first.map_or(0, quotes);
    let lines = text.lines().filter(|line| quotes(line) <= depth);
    lines.collect::<Vec<_>>().join("\n")
}

/// The lines before the first empty one (RFC 5322 2.1): what stands below it
/// is the message's text, and may quote anything. Lines that are empty, or of
/// somebody's own, above the first header count for nothing. And whether there
/// was such a line.
fn header_lines(lines: Vec<String>) -> (Vec<String>, bool) {
    let mut lines: Vec<String> = lines.into_iter().skip_while(|line| !is_header(line)).collect();
    let end = lines.iter().position(|line| matches!(line.trim(), "" | ">"));
    lines.truncate(end.unwrap_or(lines.len()));
    (lines, end.is_some())
}

/// The path beside the one that the model expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The systems that it passed, in order, each once in a row.
    pub taken: Vec<System>,
    /// Those that the model says.
    pub expected: Vec<System>,
    /// What that says, sentences.
    pub told: Vec<String>,
    /// Whether it is the way that the model says; `None` where that can't be told.
    #[serde(skip)]
    pub as_expected: Option<bool>,
}

impl PathTaken {
    /// The path in the plan's two systems, beside `trace`.
    pub fn compared(&self, trace: &Trace) -> Compared {
        let taken = in_a_row(self.stops.iter().filter_map(|stop| stop.system));
        let ours = |system: &System| matches!(system, System::Host | System::External);
        let expected = in_a_row(trace.hops.iter().map(|hop| hop.at).filter(ours));
        let names = |systems: &[System]| {
            let labels: Vec<&str> = systems.iter().map(|system| system.label()).collect();
            labels.join(", then ")
        };
        let mut told = Vec::new();
        let (stranger, others) = (self.stranger(), self.for_others(trace));
        let mut as_expected = (!taken.is_empty()).then_some(taken == expected);
        if self.stops.is_empty() {
            told.push(
                "No Received line was found. Paste the whole headers of the message, not its text."
                    .to_owned(),
            );
        } else if taken.is_empty() {
            told.push("None of the servers in the headers has a name that belongs to the plan's two systems.".to_owned());
        } else if let (true, Some(first)) = (self.cut, self.stops.first()) {
            told.push(format!(
                "Only the last {} servers in the headers are read: where the message was before {} can't be told.",
                self.stops.len(),
                first.by
            ));
            told.push(format!(
                "From there it went by {}; the model expects {} for the whole way.",
                names(&taken),
                names(&expected)
            ));
            as_expected = as_expected.filter(|_| !expected.ends_with(&taken));
        } else if let (true, Some((stop, before))) = (taken == expected, stranger) {
            told.push(format!(
                "The message went by {}, as the model expects, and from {before} on to {}, which is not a server that the plan names: whether it ended where the model says can't be told.",
                names(&taken),
                stop.by
            ));
            as_expected = None;
        } else if taken == expected {
            told.push(format!(
                "The message took the way that the model expects: {}.",
                names(&taken)
            ));
        } else {
            told.push(format!(
                "The message went by {}; the model expects {}.",
                names(&taken),
                names(&expected)
            ));
        }
        if let Some(other) = others {
            told.push(format!(
                "The headers name {other} as the recipient, not {}: it may be another message, or an address that forwards.",
                trace.address
            ));
            as_expected = as_expected.filter(|as_expected| !as_expected);
        }
        let away = |whom: &&str| {
            let domain = whom.rsplit_once('@').map(|(_, domain)| domain);
            domain.is_some_and(|domain| !within(domain, trace.address.domain().as_str()))
        };
        if let Some(away) = stranger.and_then(|(stop, _)| stop.whom.as_deref()).filter(away) {
            told.push(format!("It left the plan's two systems for {away}."));
            as_expected = Some(false);
        }
        if taken.len() > 3 {
            told.push(
                "It went back and forth between the two systems: the start of a loop.".to_owned(),
            );
        }
        let last = taken.last();
        if let Outcome::Delivered { copies } = &trace.outcome
            && let (Some(last), [(there, _)]) = (last, copies.as_slice())
            && last != there
            && stranger.is_none()
        {
            told.push(format!(
                "It ended at {}, where the plan has no mailbox for {}.",
                last.label(),
                trace.address
            ));
        }
        if let Some(stop) = self.slowest() {
            told.push(format!("The longest wait was {} s, before {}.", stop.1, stop.0));
        }
        Compared { taken, expected, told, as_expected }
    }

    /// The last stop, where it is no server of the plan's, and the name of the
    /// plan's last one before it.
    fn stranger(&self) -> Option<(&Stop, &str)> {
        let last = self.stops.last().filter(|stop| stop.system.is_none())?;
        let before = self.stops.iter().rfind(|stop| stop.system.is_some())?;
        Some((last, &before.by))
    }

    /// Whom the last server that says so names, where none names the address
    /// in question, as it is or in a subdomain.
    fn for_others(&self, trace: &Trace) -> Option<&str> {
        let address = trace.address.to_string().to_ascii_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        let named: Vec<&str> = self.stops.iter().filter_map(|stop| stop.whom.as_deref()).collect();
        let is_it = |whom: &&str| {
            let whom = whom.to_ascii_lowercase();
            whom.rsplit_once('@').is_some_and(|(name, at)| name == local && within(at, domain))
        };
        named.last().copied().filter(|_| !named.iter().any(is_it))
    }

    /// The stop with the longest wait before it, where it was worth a word.
    fn slowest(&self) -> Option<(&str, i64)> {
        let waits =
            self.stops.iter().filter_map(|stop| Some((stop.by.as_str(), stop.after_seconds?)));
        waits.filter(|(_, seconds)| *seconds >= 60).max_by_key(|(_, seconds)| *seconds)
    }
}

/// Whether a name is a domain or one below it.
fn within(name: &str, domain: &str) -> bool {
    is_within(&name.to_ascii_lowercase(), &domain.to_ascii_lowercase())
}

fn in_a_row(systems: impl Iterator<Item = System>) -> Vec<System> {
    let mut row: Vec<System> = systems.collect();
    row.dedup();
    row
}

#[cfg(test)]
mod tests;
