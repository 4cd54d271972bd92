//! The refusals in a text: the fields of a delivery status notification
//! (RFC 3464) where there are any, else the lines that carry a code.

use super::cause::Cause;
use crate::guide::folded::{cut, field, unfolded};

/// One refusal as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) recipient: Option<String>,
    pub(super) by: Option<String>,
    pub(super) code: Option<u16>,
    pub(super) enhanced: Option<(u8, u16, u16)>,
    pub(super) host_code: Option<u8>,
    pub(super) text: String,
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
        let coded = raw.enhanced.is_some() || raw.host_code.is_some() || raw.code.is_some();
        if coded || raw.cause() != Cause::Other {
            raw.recipient = raw.recipient.or_else(|| above.take());
            raw.by = raw.by.or_else(|| by.clone());
            found.push(raw);
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
        }
    }
}

/// The per-recipient fields (RFC 3464 2.3), each recipient for itself.
fn status_fields(lines: &[String]) -> Vec<Raw> {
    let mut found: Vec<Raw> = Vec::new();
    let mut reporter = None;
    let mut current: Option<Raw> = None;
    let mut failed = true;
    for line in lines.iter().map(String::as_str).chain([""]) {
        if let Some(server) = field(line, "reporting-mta") {
            reporter = Some(bare(server).to_owned());
        } else if line.trim().is_empty() {
            found.extend(current.take().filter(|_| failed));
            failed = true;
        } else if let Some(to) = field(line, "final-recipient") {
            found.extend(current.take().filter(|_| failed));
            failed = true;
            let recipient = Some(bare(to).trim_matches(['<', '>']).to_owned());
            current = Some(Raw { recipient, by: reporter.clone(), ..Raw::default() });
        } else if let Some(raw) = &mut current {
            if let Some(action) = field(line, "action") {
                failed = matches!(action.to_ascii_lowercase().as_str(), "failed" | "delayed");
            } else if let Some(status) = field(line, "status") {
                raw.enhanced = raw.enhanced.or_else(|| enhanced(status));
                if raw.text.is_empty() {
                    raw.text = status.to_owned();
                }
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
    let words: Vec<&str> =
        text.split([' ', '-', '\'', '"', '“', '#', '<', '>', '(', ':']).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let digits = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        let code: u16 = word.parse().ok().filter(|code| digits && (400..600).contains(code))?;
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
        let next = words.get(at + 1).is_some_and(|next| enhanced(next).is_some());
        (at == 0 || next || before.is_empty() && beside || before.eq_ignore_ascii_case("said"))
            .then_some(code)
    })
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
