//! Text of unknown origin, safe to show.

/// One line of at most `most` characters: control, invisible and bidi
/// characters stand as `\u{..}`, what was cut ends in `…`.
pub fn shown(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    for c in rest.by_ref().take(most) {
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    if rest.next().is_some() {
        out.push('…');
    }
    out
}

/// Whether a character draws nothing, breaks the line or turns its direction.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_reaches_the_screen() {
        assert_eq!(shown("a\0b\u{202e}c\nd", 40), "a\\u{0}b\\u{202e}c\\u{a}d");
        assert_eq!(shown("Zoë 李", 40), "Zoë 李");
        assert_eq!(shown("abcdef", 3), "abc…");
        assert_eq!(shown("abc", 3), "abc");
    }
}
