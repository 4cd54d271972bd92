//! Bounces explained: what a non-delivery report, a server's reply or a line
//! of a mail log says, why, and which step mends it. Input is anybody's:
//! bounded, and escaped wherever it is shown.

mod advice;
mod cause;
mod html;
mod lines;
mod meaning;
mod notice;
mod parts;
mod plain;
mod said;
mod status;
mod whom;
mod why;
mod wording;
mod x500;

pub use cause::Cause;

use std::collections::HashSet;

use serde::Serialize;

use super::Step;
use crate::shown::shown;
use notice::{Fate, Raw, read};

/// Bytes that are read; the cause of a bounce stands at its beginning.
const MOST_BYTES: usize = 1024 * 1024;
/// Notices that are told of.
const MOST: usize = 20;
/// Refusals that are looked at to find them: one cause may be told in many ways.
const MOST_READ: usize = 500;

/// What is told where a text holds nothing of a mail server.
pub const NOTHING_SAID: &str = "There is nothing in it that a mail server says. Paste the whole report, with the server's reply (such as 550 5.1.1 ...) in it.";
/// What is told where the end of a text was left aside.
pub const CUT: &str = "Only the first megabyte was read; the cause stands at the beginning.";

/// What a pasted text says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// One for each recipient and cause, in the order of the text.
    pub notices: Vec<Notice>,
    /// Refusals beyond those that were seen and not explained.
    pub more: usize,
    /// Whether the end of the text was left aside.
    pub cut: bool,
}

impl Explained {
    /// That there are more refusals than are told of, where that is so.
    pub fn beyond(&self) -> Option<String> {
        (self.more > 0).then(|| {
            format!("At least {} more are in it, for other recipients or in other words. These are the first.", self.more)
        })
    }
}

/// One refusal, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Whose mail it was, as the text has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The server that said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The server that reports it, where it is not said who said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<String>,
    /// Three digits (RFC 5321 4.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// Enhanced status code (RFC 3463), such as `5.1.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<String>,
    /// The host's own code, such as `G8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_code: Option<String>,
    /// The words that were read.
    pub said: String,
    /// What became of the mail.
    pub upshot: Upshot,
    /// What it is.
    pub cause: Cause,
    /// The cause in a sentence.
    pub summary: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub action: &'static str,
    /// The step that mends it.
    pub step: Step,
    /// For a reply to old mail: the proxy address that the recipient lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x500: Option<String>,
}

/// What became of the mail that a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Upshot {
    /// Taken, or no mail that is missing.
    Success,
    /// A final no.
    Refused,
    /// The sending server goes on trying.
    Delayed,
    /// The sending server tried until its time was up.
    GivenUp,
    /// There was no mail: a server asked about the address.
    Asked,
}

impl Notice {
    /// The server that the notice names, behind a label that says what it did.
    pub fn server(&self) -> Option<(&'static str, &str)> {
        let Some(by) = &self.by else {
            return self.reporter.as_deref().map(|reporter| ("Reported by", reporter));
        };
        let label = match self.upshot {
            Upshot::Success => "Taken by",
            _ if self.cause.is_of_the_way() => "Tried",
            Upshot::Delayed | Upshot::GivenUp => "Put off by",
            Upshot::Refused | Upshot::Asked => "Refused by",
        };
        Some((label, by))
    }

    /// Whether the other notice tells the same again.
    fn is_also(&self, other: &Self) -> bool {
        let of_sender = matches!(self.cause, Cause::SenderNoMailbox | Cause::SenderUnknown);
        self.cause == other.cause
            && (self.recipient == other.recipient
                || other.recipient.is_none()
                || of_sender && self.recipient.is_none())
    }

    /// Whether the message is lost, where that is not plain from the cause.
    pub fn so_far(&self) -> Option<&'static str> {
        match self.upshot {
            Upshot::Success | Upshot::Refused => None,
            Upshot::Delayed => Some("delayed, not refused: the sending server goes on trying"),
            Upshot::GivenUp => Some(
                "given up: nobody tries again. Once the cause is mended, send the message again",
            ),
            Upshot::Asked => Some("a question about the address, no message: nothing is lost"),
        }
    }
}

/// Explains a bounce, a reply or a line of a log.
pub fn explain(text: &str) -> Explained {
    let end = text.floor_char_boundary(MOST_BYTES);
    let mut notices: Vec<Notice> = Vec::new();
    let raws = distinct(read(&html::without_tags(parts::own_words(&text[..end]))));
    let mut looked_at = 0;
    for raw in raws.iter().take(MOST_READ) {
        if notices.len() == MOST {
            break;
        }
        looked_at += 1;
        let notice = told(raw);
        match notices.iter_mut().find(|other| other.is_also(&notice)) {
            // The same is told again, by name.
            Some(other) if other.by.is_none() && other.code == notice.code => {
                other.reporter = other.reporter.take().filter(|_| notice.by.is_none());
                other.by = notice.by;
                other.recipient = other.recipient.take().or(notice.recipient);
            }
            Some(other) => other.recipient = other.recipient.take().or(notice.recipient),
            None => notices.push(notice),
        }
    }
    let more = raws.len() - looked_at;
    // "Something was refused" says nothing beside a cause that is known, unless
    // it is somebody else's mail.
    let known: Vec<Option<String>> = notices
        .iter()
        .filter(|notice| notice.cause.is_known())
        .map(|notice| notice.recipient.clone())
        .collect();
    // Nor does a yes on the way to a refusal.
    let refused = notices.iter().any(|notice| notice.upshot != Upshot::Success);
    notices.retain(|notice| match notice.cause {
        Cause::Taken => !refused || notice.recipient.is_some(),
        cause if cause.is_known() => true,
        _ => known.is_empty() || notice.recipient.is_some() && !known.contains(&notice.recipient),
    });
    Explained { notices, more, cut: end < text.len() }
}

/// Each refusal once, in the order of the text.
fn distinct(mut raws: Vec<Raw>) -> Vec<Raw> {
    let mut seen = HashSet::new();
    raws.retain(|raw| seen.insert(raw.clone()));
    raws
}

/// What a server's reply means where it carries a code that only its maker's
/// papers explain: the host's G-codes, Exchange's own, addresses of old mail.
/// A sentence; `None` where the reply speaks for itself.
pub fn gloss(reply: &str) -> Option<String> {
    let raw = Raw::of_line(reply);
    let told = |code: &str, cause: Cause| Some(format!("{code} in the reply: {}", cause.summary()));
    if let Some(code) = raw.host_code.filter(|code| Cause::of_host_code(*code).is_some()) {
        return told(&format!("G{code}"), raw.cause());
    }
    match raw.enhanced {
        Some(
            code @ ((5, 1, 8 | 10)
            | (5, 4, 1 | 6 | 14 | 300 | 310 | 312 | 316 | 317)
            | (5, 7, 23 | 51 | 57 | 124 | 129 | 133..=136)),
        ) => told(&dotted(code), raw.cause()),
        _ => x500::in_text(reply).map(|x500| {
            format!("An address of old mail: the recipient lacks the proxy address {x500}.")
        }),
    }
}

fn told(raw: &Raw) -> Notice {
    let cause = raw.cause();
    let upshot = match raw.fate {
        Fate::Failed => Upshot::Refused,
        Fate::GivenUp => Upshot::GivenUp,
        Fate::Delayed => Upshot::Delayed,
        Fate::Asked => Upshot::Asked,
        Fate::Delivered | Fate::Relayed | Fate::Expanded | Fate::Taken => Upshot::Success,
    };
    let reporter = raw.reporter.as_deref().filter(|_| raw.by.is_none());
    Notice {
        recipient: raw.recipient.as_deref().map(|text| shown(text, 320)),
        by: raw.by.as_deref().map(|text| shown(text, 255)),
        reporter: reporter.map(|text| shown(text, 255)),
        code: raw.code,
        enhanced: raw.enhanced.map(dotted),
        host_code: raw.host_code.map(|code| format!("G{code}")),
        said: shown(raw.text.trim(), 400),
        upshot,
        cause,
        summary: cause.summary(),
        meaning: cause.meaning(),
        action: cause.action(upshot),
        step: cause.step(),
        x500: x500::in_text(&raw.text).or_else(|| x500::in_text(raw.recipient.as_deref()?)),
    }
}

fn dotted((class, subject, detail): (u8, u16, u16)) -> String {
    format!("{class}.{subject}.{detail}")
}

#[cfg(test)]
mod tests;
