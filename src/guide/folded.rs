//! Lines of mail as people paste them: folded, quoted, cut.

/// Characters of one line that are kept, and lines that are looked at.
const MOST_TEXT: usize = 4000;
pub(super) const MOST_LINES: usize = 50_000;
const DEEPEST_QUOTE: usize = 20;

/// Lines with what was folded onto the next ones (RFC 5322 2.2.3) put back.
pub(super) fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().take(MOST_LINES) {
        let line = unquoted(line);
        match lines.last_mut() {
            Some(last)
                if line.starts_with([' ', '\t'])
                    && !line.trim().is_empty()
                    && !last.trim().is_empty() =>
            {
                if last.len() < MOST_TEXT {
                    last.push(' ');
                    last.push_str(cut(line.trim()));
                }
            }
            _ => lines.push(cut(line).to_owned()),
        }
    }
    lines
}

/// How often the line was quoted.
pub(super) fn quotes(line: &str) -> usize {
    let marks = line.len() - unquoted(line).len();
    line.get(..marks).unwrap_or_default().matches('>').count()
}

/// The line without the marks of a quotation, however often it was quoted.
pub(super) fn unquoted(line: &str) -> &str {
    let mut rest = line;
    for _ in 0..DEEPEST_QUOTE {
        match rest.strip_prefix('>') {
            Some(behind) => rest = behind.strip_prefix(' ').unwrap_or(behind),
            None => break,
        }
    }
    rest
}

/// The value of `name: value`.
pub(super) fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (front, value) = line.split_once(':')?;
    front.trim().eq_ignore_ascii_case(name).then(|| value.trim())
}

/// The first characters of a line, as many as are kept.
pub(super) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_TEXT)]
}
