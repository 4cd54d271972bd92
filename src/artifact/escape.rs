//! The same text for readers of different kinds.

use std::borrow::Cow;
use std::io;

use crate::shown::{escaped, is_hidden_in_names as hidden};

/// Byte order mark: Windows PowerShell 5.1, Excel and Notepad take a file for
/// UTF-8 by it.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Text for programs of Windows: UTF-8 with byte order mark, CRLF.
pub(super) fn for_windows(text: &str) -> Vec<u8> {
    let mut bytes = BOM.to_vec();
    bytes.extend_from_slice(crlf(text).as_bytes());
    bytes
}

/// Line ends of Windows, whatever they were.
pub(super) fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// A table as RFC 4180 has it: comma, CRLF, quotes where asked for.
pub(super) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    quotes: csv::QuoteStyle,
) -> Vec<u8> {
    // A Vec takes every write, and every row has N cells by its type.
    let Ok(mut writer) = table_to(Vec::new(), &header, quotes) else { return Vec::new() };
    for row in rows {
        let _ = writer.write_record(row.each_ref().map(String::as_str));
    }
    writer.into_inner().unwrap_or_default()
}

/// The same, to be written row by row behind its header.
pub(super) fn table_to<W: io::Write>(
    mut to: W,
    header: &[&str],
    quotes: csv::QuoteStyle,
) -> io::Result<csv::Writer<W>> {
    to.write_all(BOM)?;
    let mut writer = rows_to(to, quotes);
    writer.write_record(header)?;
    Ok(writer)
}

/// A part of one, without what stands above its rows.
pub(super) fn rows_to<W: io::Write>(to: W, quotes: csv::QuoteStyle) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(quotes)
        .buffer_capacity(64 << 10)
        .from_writer(to)
}

/// The same without the byte order mark, which programs other than those of
/// Windows read as a part of the first column's name.
pub(super) fn plain_table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Vec<u8> {
    table(header, rows, csv::QuoteStyle::Necessary).split_off(BOM.len())
}

/// The same as what Windows calls Unicode: UTF-16, low octet first, with its mark.
pub(super) fn unicode_table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Vec<u8> {
    // The mark of the table becomes the mark of UTF-16.
    let table = table(header, rows, csv::QuoteStyle::Necessary);
    String::from_utf8_lossy(&table).encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// For people: hidden characters as `\u{..}`, so that the text is what it seems.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, hidden)
}

/// A name without hidden characters, and no longer than `most` UTF-16 units,
/// which is what Exchange and Windows count in. Borrowed where nothing had to
/// be changed.
pub(super) fn tidy(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most
        && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
    {
        return Cow::Borrowed(text);
    }
    let spaced = |c: char| if hidden(c) || c.is_whitespace() { ' ' } else { c };
    let untouched = !text.contains(hidden)
        && text.trim() == text
        && text.chars().all(|c| !c.is_whitespace() || c == ' ')
        && text.encode_utf16().count() <= most;
    if untouched {
        return Cow::Borrowed(text);
    }
    let spaced: String = text.chars().map(spaced).collect();
    Cow::Owned(cut(&spaced.split_whitespace().collect::<Vec<_>>().join(" "), most).to_owned())
}

/// The front of a text, at most `most` UTF-16 units, no space at its end.
pub(super) fn cut(text: &str, most: usize) -> &str {
    // No octet is more than one unit.
    if text.len() <= most {
        let whole = text.as_bytes().last().is_some_and(u8::is_ascii_graphic);
        return if whole { text } else { text.trim_end() };
    }
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(_, c)| {
            units += c.len_utf16();
            units > most
        })
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text).trim_end()
}

/// A cell that a spreadsheet shows as text: what would start a formula gets
/// an apostrophe before it.
pub(super) fn no_formula(cell: &str) -> String {
    let first = cell.trim_start_matches([' ', '\u{a0}', '\u{3000}']).chars().next();
    let formula = matches!(
        first,
        Some(
            '=' | '+'
                | '-'
                | '@'
                | '\t'
                | '\r'
                | '\n'
                | '|'
                | '\u{ff1d}'
                | '\u{ff0b}'
                | '\u{ff0d}'
                | '\u{ff20}'
        )
    );
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Text inside of HTML, in an element or a quoted attribute.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Text inside of a Markdown paragraph or table cell: every character that
/// could mean something is escaped (CommonMark 2.4).
pub(super) fn markdown(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let marks = matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!'
        ) || (at == 0 && matches!(c, '-' | '+' | '='));
        // `1.` and `1)` at the start of a line begin a list.
        let list = matches!(c, '.' | ')')
            && at > 0
            && text.get(..at).is_some_and(|front| front.bytes().all(|b| b.is_ascii_digit()))
            && text.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        if marks || list {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_reaches_a_reader() {
        assert_eq!(visible("a\u{202e}b\0c\n"), "a\\u{202e}b\\u{0}c\\u{a}");
        assert_eq!(visible("Jörg 渡辺"), "Jörg 渡辺");
        assert_eq!(html("<b a='\"'>&\u{202e}"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;\\u{202e}");
    }

    #[test]
    fn a_tidy_name_is_one_line_and_fits() {
        assert_eq!(tidy("Ann Lee", 64), Cow::Borrowed("Ann Lee"));
        assert!(matches!(tidy("Ann Lee", 64), Cow::Borrowed(_)));
        assert_eq!(tidy(" Ann\r\n\tLee\u{202e} ", 64), "Ann Lee");
        assert_eq!(tidy("Ann  Lee", 64), "Ann  Lee", "inner spaces are the person's own");
        assert_eq!(tidy(&"ä".repeat(70), 64).chars().count(), 64);
        // Two UTF-16 units each: never half of one.
        assert_eq!(tidy(&"\u{1f600}".repeat(40), 63).chars().count(), 31);
    }

    #[test]
    fn a_formula_is_defused_and_nothing_else_is_touched() {
        for formula in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", " =1", "\u{ff1d}1"] {
            assert_eq!(no_formula(formula), format!("'{formula}"));
        }
        for text in ["ann@example.com", "", "'quoted", "a=b"] {
            assert_eq!(no_formula(text), text);
        }
    }

    #[test]
    fn markdown_shows_the_text_and_means_nothing() {
        assert_eq!(markdown("a|b `c` <d>"), "a\\|b \\`c\\` \\<d\\>");
        assert_eq!(markdown("1. one"), "1\\. one");
        assert_eq!(markdown("192.0.2.1"), "192.0.2.1");
        assert_eq!(markdown("- x"), "\\- x");
        assert_eq!(markdown("[x](javascript:1)"), "\\[x\\](javascript:1)");
    }
}
