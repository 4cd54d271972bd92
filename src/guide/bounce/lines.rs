//! Lines of a notice as its server meant them: what was folded, wrapped or
//! quoted on the way into a paste is put together again, and what follows
//! each other without a blank line is kept apart.

use super::notice::{code_at, enhanced};
use super::whom;
use crate::guide::folded::{MOST_LINES, cut, field, unquoted};

/// Characters of one line that are kept.
const MOST_TEXT: usize = 4000;
/// Lines that are put onto one that is not folded by the rules.
const MOST_WRAPPED: usize = 12;
/// From this length on a line may have been wrapped.
const WRAPPED_FROM: usize = 40;

/// The line in hand, as far as it decides what belongs to it.
struct Open {
    /// How far in the address stood that the line began with.
    address: Option<usize>,
    /// The physical line that was added last.
    last: String,
    wrapped: usize,
}

/// The lines, each whole.
pub(super) fn whole(text: &str) -> Vec<String> {
    let indent = common_indent(text);
    let mut lines: Vec<String> = Vec::new();
    let mut open: Option<Open> = None;
    for line in text.lines().take(MOST_LINES) {
        let line = unquoted(line);
        let line = cut(line.get(indent.min(line.len())..).unwrap_or(line));
        if line.trim().is_empty() {
            lines.push(String::new());
            open = None;
            continue;
        }
        if let (Some(hand), Some(whole)) = (&mut open, lines.last_mut())
            && let Some(rest) = hand.takes(whole, line)
        {
            if whole.len() < MOST_TEXT {
                whole.push(' ');
                whole.push_str(rest);
            }
            hand.last.clear();
            hand.last.push_str(line);
            continue;
        }
        let address = whom::alone(line).map(|_| indent_of(line));
        open = Some(Open { address, last: line.to_owned(), wrapped: 0 });
        lines.push(line.to_owned());
    }
    lines
}

impl Open {
    /// What of the line belongs to the one in hand, if any of it does.
    fn takes<'a>(&mut self, whole: &str, line: &'a str) -> Option<&'a str> {
        let folded = line.starts_with([' ', '\t']);
        let trimmed = line.trim();
        if let Some(indent) = self.address {
            // qmail writes below `<ann@example.com>:` without an indent.
            let qmail = whole.trim_end().ends_with(">:") || self.wrapped > 0;
            if qmail && whole.trim_start().starts_with('<') {
                self.wrapped += 1;
                let next = trimmed.starts_with('<') && trimmed.ends_with(">:");
                return (!next).then_some(trimmed);
            }
            return (folded && indent_of(line) > indent).then_some(trimmed);
        }
        // What swaks says to the server: ` ~> RCPT TO:<ann@example.com>`.
        let said = trimmed.starts_with("~>") || trimmed.starts_with("->");
        if folded && !said {
            return Some(trimmed);
        }
        if let Some(rest) = same_reply(&self.last, trimmed) {
            return Some(rest);
        }
        if self.wrapped >= MOST_WRAPPED || starts_something(trimmed) || whole.len() >= MOST_TEXT {
            return None;
        }
        let wrapped = field(whole, "diagnostic-code").is_some()
            || quotes(whole)
            || self.last.trim_end().len() >= WRAPPED_FROM
                && trimmed.starts_with(|c: char| c.is_lowercase() || c == '(')
                && is_coded(whole)
            || ends_with_a_code(whole);
        self.wrapped += usize::from(wrapped);
        wrapped.then_some(trimmed)
    }
}

/// The words of the next line of a reply (RFC 5321 4.2.1): `550-5.1.1 ...`.
fn same_reply<'a>(last: &str, line: &'a str) -> Option<&'a str> {
    let last = last.trim_start_matches(super::said::quoting);
    let line = line.trim_start_matches(super::said::quoting);
    let code = last.get(..4)?;
    let digits = code.get(..3)?;
    let begins = code.ends_with('-') && digits.bytes().all(|b| b.is_ascii_digit());
    let rest = line.strip_prefix(digits).filter(|_| begins)?;
    let rest = rest.strip_prefix(['-', ' '])?;
    // The status stands on every line of it.
    let status = last.get(4..)?.split(' ').next()?;
    let again = rest.strip_prefix(status).filter(|_| enhanced(status).is_some());
    Some(again.unwrap_or(rest).trim_start())
}

/// Whether a line is the first of something of its own.
fn starts_something(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    let is_field = line.contains(':')
        && name.contains('-')
        && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    is_field
        || line.starts_with("--")
        || code_at(line) == Some(true)
        || line.starts_with('<')
            && line.split_once('>').is_some_and(|(name, rest)| {
                name.contains('@') && rest.starts_with(':') && rest.contains(" said: ")
            })
        || whom::alone(line).is_some() && !line.starts_with('<')
}

/// Whether a quotation of Exchange is still open: `Remote Server returned '550 ...`.
fn quotes(whole: &str) -> bool {
    let lower = whole.to_ascii_lowercase();
    [("returned '", '\''), ("returned ‘", '’'), ("returned \"", '"')].iter().any(
        |(opens, closes)| {
            lower.rsplit_once(opens).is_some_and(|(_, rest)| {
                let behind = |at: usize| rest.get(at + closes.len_utf8()..).unwrap_or_default();
                // The mark in “can't” closes nothing.
                let closed = |(at, _)| !behind(at).starts_with(char::is_alphanumeric);
                !rest.match_indices(*closes).any(closed)
            })
        },
    )
}

fn is_coded(whole: &str) -> bool {
    code_at(whole).is_some() || enhanced(whole).is_some()
}

/// `... said: 550 5.1.1`, and the words on the next line.
fn ends_with_a_code(whole: &str) -> bool {
    let tail = whole.trim_end().rsplit(' ').next().unwrap_or_default();
    let digits = tail.len() == 3 && tail.bytes().all(|b| b.is_ascii_digit());
    let status = tail.starts_with(['4', '5']) && enhanced(tail).is_some();
    (digits || status) && is_coded(whole)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Spaces before every line: a paste from a ticket or a mail program.
fn common_indent(text: &str) -> usize {
    let lines = text.lines().take(MOST_LINES).map(unquoted).filter(|line| !line.trim().is_empty());
    lines.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or(0)
}
