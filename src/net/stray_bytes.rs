//! Bytes from a server, made safe to show.

use std::fmt::Write as _;

use crate::shown::shown;

/// As [`shown`], for bytes that should have been UTF-8: each stray byte
/// becomes `\xNN`.
pub(super) fn shown_bytes(bytes: &[u8], most: usize) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(&shown(chunk.valid(), most));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    // Escapes are ASCII: the second cut can only shorten them.
    shown(&out, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_change_the_look_of_a_line_is_spelt_out() {
        assert_eq!(shown("a\x1b[31mb\u{202e}c\r\n", 80), "a\\u{1b}[31mb\\u{202e}c\\u{d}\\u{a}");
        assert_eq!(shown("zażółć 日本", 80), "zażółć 日本");
        assert_eq!(shown("abcdef", 3), "abc…");
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_apart() {
        assert_eq!(shown_bytes(b"gr\xfc\xdfe \xe2\x82\xac", 80), "gr\\xfc\\xdfe €");
        assert!(shown_bytes(&vec![0xff; 100_000], 512).chars().count() <= 513);
    }
}
