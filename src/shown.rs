//! Text of unknown origin, made safe to show: what a server, a file or a
//! paste says may hold characters that move a cursor, turn the reading
//! direction or can't be seen.

use std::borrow::Cow;

/// Whether a character is not seen, breaks the line, or changes how its
/// neighbours are seen.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character in a person's name is hidden: joiners and variation
/// selectors belong to the writing of some languages and stay.
pub fn is_hidden_in_names(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// The text with every character that `hidden` names written as `\u{..}`.
pub fn escaped(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// The first `most` characters, escaped; `…` stands for the rest.
pub fn shown(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => escaped(text, is_hidden).into_owned(),
        Some((end, _)) => format!("{}…", escaped(&text[..end], is_hidden)),
    }
}

/// With a capital letter in front.
pub(crate) fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// Megabytes to a tenth, below one kilobytes, below one of those bytes.
pub fn megabytes(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let tenths = bytes.saturating_mul(10) >> 20;
    match (tenths / 10, tenths % 10) {
        (0, _) => format!("{} KB", bytes >> 10),
        (mega, 0) => format!("{mega} MB"),
        (mega, tenth) => format!("{mega}.{tenth} MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_written_out_and_long_text_is_cut() {
        assert_eq!(shown("a\0b\u{202e}c\nd", 40), "a\\u{0}b\\u{202e}c\\u{a}d");
        assert_eq!(shown("a\x1b[31mb", 4), "a\\u{1b}[3…");
        assert_eq!(shown("jörg", 4), "jörg");
        assert_eq!(escaped("می\u{200c}خواهم", is_hidden_in_names), "می\u{200c}خواهم");
        assert_eq!(shown("x\u{200c}", 9), "x\\u{200c}");
    }
}
