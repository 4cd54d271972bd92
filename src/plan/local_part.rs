//! What stands before the `@`: what may, and one spelling of it.

use crate::shown::is_hidden;

/// A quoted local part without the quotes where the name does not need them,
/// else with no more escapes than it needs (RFC 5321 4.1.2).
pub(super) fn without_quotes(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (mut name, mut again) = (String::new(), String::from("\""));
    let mut chars = inner.unwrap_or_default().chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' { chars.next().unwrap_or(c) } else { c };
        name.push(c);
        if matches!(c, '"' | '\\') {
            again.push('\\');
        }
        again.push(c);
    }
    again.push('"');
    let is_bare = !name.starts_with('"') && local_fault(&name).is_none();
    if is_bare { name } else { again }
}

/// RFC 5321 dot-string or quoted-string, with RFC 6531's UTF-8.
pub(super) fn local_fault(local: &str) -> Option<&'static str> {
    if local.len() <= 64 && is_plain(local) {
        return None;
    }
    let lower = local.to_ascii_lowercase();
    if local.is_empty() {
        return Some("it is empty");
    }
    if local.len() > 64 {
        return Some("it is longer than 64 characters");
    }
    if local.chars().any(is_hidden) {
        return Some("it contains a control or invisible character");
    }
    if lower.contains("%0a") || lower.contains("%0d") || lower.contains("%00") {
        return Some("it contains an encoded line break");
    }
    if let Some(inner) = local.strip_prefix('"') {
        let Some(inner) = inner.strip_suffix('"') else { return Some("the quotes are not closed") };
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => return Some("a quote inside must be written \\\""),
                '<' | '>' => return Some("angle brackets are not allowed"),
                '\\' if chars.next().is_none() => return Some("the quotes are not closed"),
                _ => {}
            }
        }
        return None;
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Some("dots may only stand between other characters");
    }
    let atom = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~.".contains(c)
            || (!c.is_ascii() && !c.is_whitespace())
    };
    if local.chars().any(char::is_whitespace) {
        return Some("it contains a space");
    }
    if !local.chars().all(atom) {
        return Some("it contains a character that addresses don't have");
    }
    None
}

/// Letters, digits, hyphens and underscores, with single dots between them: as
/// nearly all are.
fn is_plain(local: &str) -> bool {
    let mut after_dot = true;
    for byte in local.bytes() {
        let dot = byte == b'.';
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !plain && (after_dot || !dot) {
            return false;
        }
        after_dot = dot;
    }
    !after_dot
}
