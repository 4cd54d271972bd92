//! The refusals in a text: the fields of a delivery status notification
//! (RFC 3464) where there are any, else the lines that carry a code.

use super::cause::Cause;
use super::said;
use crate::guide::folded::{cut, field, unfolded};

/// Lines that carry a refusal, of those that are read without fields.
const MOST_LINES: usize = 2000;

/// One refusal as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Raw {
    pub(super) recipient: Option<String>,
    pub(super) by: Option<String>,
    pub(super) code: Option<u16>,
    pub(super) enhanced: Option<(u8, u16, u16)>,
    pub(super) host_code: Option<u8>,
    pub(super) text: String,
    pub(super) fate: Fate,
}

/// What became of the mail (RFC 3464 2.3.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    #[default]
    Failed,
    /// Not yet; the sender goes on trying.
    Delayed,
    Delivered,
    /// Passed on to a server that sends no such notices.
    Relayed,
    /// Given to everybody behind the address.
    Expanded,
    /// A server said yes.
    Taken,
}

/// Every refusal in the text.
pub(super) fn read(text: &str) -> Vec<Raw> {
    let lines = unfolded(text);
    let fields = status_fields(&lines);
    if !fields.is_empty() {
        return fields;
    }
    let mut found = Vec::new();
    let mut by = None;
    // Exchange writes the recipient on a line of its own above the reply.
    let mut above: Option<String> = None;
    for line in &lines {
        if let Some(server) = field(line, "generating server").or(field(line, "reporting-mta")) {
            by = Some(bare(server).to_owned());
        }
        let mut raw = Raw::of_line(line);
        if raw.recipient.is_some() && !line.trim().contains(char::is_whitespace) {
            above = raw.recipient;
            continue;
        }
        let yes = said::accepts(line);
        if yes {
            raw = Raw { fate: Fate::Taken, ..Raw::of_line(line) };
        }
        if yes || said::refuses(line, &raw, above.is_some()) {
            if !yes && raw.is_temporary() && !said::gives_up(line) {
                raw.fate = Fate::Delayed;
            }
            raw.recipient = raw.recipient.or_else(|| above.take());
            raw.by = raw.by.or_else(|| by.clone());
            found.push(raw);
            if found.len() == MOST_LINES {
                break;
            }
        }
    }
    // An old address alone says enough.
    if found.is_empty() {
        found.extend(
            above.map(|line| Raw::of_line(&line)).filter(|raw| raw.cause() != Cause::Other),
        );
    }
    found
}

impl Raw {
    /// What one line says.
    pub(super) fn of_line(line: &str) -> Self {
        let text = cut(line);
        let enhanced = enhanced(text);
        Self {
            recipient: address(text),
            by: server(text),
            code: code(text, enhanced.is_some()),
            enhanced,
            host_code: host_code(text),
            text: text.to_owned(),
            fate: Fate::default(),
        }
    }
}

/// The per-recipient fields (RFC 3464 2.3), each recipient for itself.
fn status_fields(lines: &[String]) -> Vec<Raw> {
    let mut found: Vec<Raw> = Vec::new();
    let mut reporter = None;
    let mut current: Option<Raw> = None;
    // Whether the block in hand says what was done.
    let mut acted = false;
    for line in lines.iter().map(String::as_str).chain([""]) {
        if let Some(server) = field(line, "reporting-mta") {
            reporter = Some(bare(server).to_owned());
        } else if line.trim().is_empty() {
            found.extend(current.take().filter(Raw::says_something));
        } else if let Some(to) = field(line, "final-recipient") {
            found.extend(current.take().filter(Raw::says_something));
            let recipient = Some(bare(to).trim_matches(['<', '>']).to_owned());
            acted = false;
            current = Some(Raw { recipient, by: reporter.clone(), ..Raw::default() });
        } else if let Some(raw) = &mut current {
            if let Some(action) = field(line, "action") {
                let fate = Fate::of_action(action);
                acted |= fate.is_some();
                raw.fate = fate.unwrap_or(raw.fate);
                raw.says(action);
            } else if let Some(status) = field(line, "status") {
                raw.enhanced = raw.enhanced.or_else(|| enhanced(status));
                if !acted && status.starts_with("2.") {
                    raw.fate = Fate::Taken;
                }
                raw.says(status);
            } else if let Some(server) = field(line, "remote-mta") {
                raw.by = Some(bare(server).to_owned());
            } else if let Some(words) = field(line, "diagnostic-code") {
                let words = Raw::of_line(bare(words));
                // The server's own words are closer to the cause than the
                // status that the reporter made of them.
                raw.enhanced = words.enhanced.or(raw.enhanced);
                raw.code = words.code;
                raw.host_code = words.host_code;
                raw.text = words.text;
            }
        }
    }
    found
}

impl Raw {
    /// A block with a recipient alone says nothing of its fate.
    fn says_something(&self) -> bool {
        !self.text.is_empty()
    }

    fn says(&mut self, words: &str) {
        if self.text.is_empty() || Fate::of_action(&self.text).is_some() {
            self.text = words.to_owned();
        }
    }
}

impl Fate {
    fn of_action(action: &str) -> Option<Self> {
        let word = action.split([' ', '(']).next().unwrap_or_default();
        Some(match word.to_ascii_lowercase().as_str() {
            "failed" => Self::Failed,
            "delayed" => Self::Delayed,
            "delivered" => Self::Delivered,
            "relayed" => Self::Relayed,
            "expanded" => Self::Expanded,
            _ => return None,
        })
    }
}

/// Without the type in front: `dns; mail.example.com`, `smtp; 550 ...`.
fn bare(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest))
            if kind.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/') =>
        {
            rest.trim()
        }
        _ => value.trim(),
    }
}

/// The first enhanced status code: class 4 or 5, subjects as RFC 3463 has
/// them. Not part of an address or a longer number.
fn enhanced(text: &str) -> Option<(u8, u16, u16)> {
    let inner = |c: char| c.is_ascii_digit() || c == '.';
    text.split(|c| !inner(c)).find_map(|word| {
        let word = word.trim_end_matches('.');
        let mut parts =
            word.split('.').map(|part| part.parse::<u16>().ok().filter(|_| part.len() <= 3));
        let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
        let fits = matches!(class, 4 | 5) && subject <= 7 && parts.next().is_none();
        fits.then(|| Some((u8::try_from(class).ok()?, subject, detail))).flatten()
    })
}

/// A reply code: three digits from 400 to 599, at the start of the text or of
/// a quotation, or beside an enhanced code.
fn code(text: &str, beside: bool) -> Option<u16> {
    found_code(text, beside).map(|(code, _)| code)
}

/// Whether a line has a reply code where servers put it; true where that is
/// the front of the line, false behind a quotation mark or “said:”.
pub(super) fn code_at(line: &str) -> Option<bool> {
    let text = line.trim_start_matches(said::quoting);
    found_code(text, enhanced(text).is_some()).map(|(_, front)| front)
}

fn found_code(text: &str, beside: bool) -> Option<(u16, bool)> {
    // Exim: “SMTP error from remote mail server after RCPT TO:<...>: 550 ...”.
    let beside = beside || text.contains("SMTP error from remote");
    let words: Vec<&str> =
        text.split([' ', '-', '\'', '"', '“', '#', '<', '>', '(', ':', ';']).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let digits = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        let code: u16 = word.parse().ok().filter(|code| digits && (400..600).contains(code))?;
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
        let next = words.get(at + 1).is_some_and(|next| enhanced(next).is_some());
        let quoted = before.eq_ignore_ascii_case("said")
            || before.is_empty() && (beside || ends_a_word(&words, at, "said"))
            || before.eq_ignore_ascii_case("smtp");
        (at == 0 || next || quoted).then_some((code, at == 0))
    })
}

/// Whether the last word before place `at` is this one, whatever marks stand between.
fn ends_a_word(words: &[&str], at: usize, wanted: &str) -> bool {
    let before = words.get(..at).unwrap_or_default();
    before
        .iter()
        .rev()
        .find(|word| !word.is_empty())
        .is_some_and(|word| word.eq_ignore_ascii_case(wanted))
}

/// `(G8)`, as the host ends its replies.
fn host_code(text: &str) -> Option<u8> {
    text.match_indices("(G").find_map(|(at, _)| {
        let (digits, _) = text.get(at + 2..)?.split_once(')')?;
        (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
    })
}

/// The first address in the text.
fn address(text: &str) -> Option<String> {
    let words = text.split([' ', '<', '>', '(', ')', '\'', '"', ',', ';', '[', ']', '\t']);
    let mut words =
        words.map(|word| word.trim_end_matches([':', '.']).trim_start_matches("mailto:"));
    let is_one = |word: &&str| {
        word.len() <= 320
            && word.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !domain.contains('@')
            })
    };
    words.find(is_one).map(|word| word.trim_start_matches("to=").to_owned())
}

/// `host mail.example.com[192.0.2.25] said`, `relay=mail.example.com[...]`.
fn server(text: &str) -> Option<String> {
    let after = ["host ", "relay="].iter().find_map(|mark| {
        let at = text.find(mark)? + mark.len();
        text.get(at..)
    })?;
    let name = after.split([' ', '[', ',', ':']).next()?;
    let fits = name.contains('.') && name.len() <= 255;
    fits.then(|| name.to_owned())
}
