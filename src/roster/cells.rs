//! Text into rows of cells, as RFC 4180 has it and as programs write it:
//! quoted cells may hold separators and line breaks, a quote inside is
//! doubled. A quote that is not closed within [`QUOTED_LINES`] is an ordinary
//! character, so that one stray quote never swallows the people below it.

use std::ops::Range;

/// A quoted cell may run over this many lines.
const QUOTED_LINES: usize = 200;

/// One row of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line on which it starts, from 1.
    pub(super) line: u64,
    /// Where it stands in the text, without the line break.
    pub(super) span: Range<usize>,
    /// Its cells, unquoted.
    pub(super) cells: Vec<String>,
}

/// The rows of `text`. The separator is an ASCII character; a line break as
/// separator means that each line is one cell.
pub(super) fn rows(text: &str, separator: char) -> Rows<'_> {
    Rows { text, separator: u8::try_from(separator).unwrap_or(b','), at: 0, line: 1 }
}

pub(super) struct Rows<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
    line: u64,
}

impl Rows<'_> {
    /// The byte at a place; every byte looked at is ASCII, so that places
    /// found are character borders.
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.separator || byte == b'\n' || byte == b'\r'
    }

    /// A cell from `at`: its text, and where it ends.
    fn cell(&self, at: usize) -> (String, usize) {
        let mut open = at;
        while self.byte(open) == Some(b' ') {
            open += 1;
        }
        if self.byte(open) == Some(b'"')
            && let Some((mut cell, close)) = self.quoted(open + 1)
        {
            let end = self.plain_end(close);
            let tail = self.slice(close..end);
            if !tail.trim().is_empty() {
                cell.push_str(tail);
            }
            return (cell, end);
        }
        let end = self.plain_end(at);
        (self.slice(at..end).to_owned(), end)
    }

    fn plain_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().position(|byte| self.ends_cell(*byte)).map_or(self.text.len(), |n| from + n)
    }

    /// What is quoted from `at` on, and the place behind the closing quote.
    fn quoted(&self, mut at: usize) -> Option<(String, usize)> {
        let mut cell = String::new();
        let mut lines = 0;
        loop {
            let rest = self.text.as_bytes().get(at..)?;
            let quote = at + rest.iter().position(|byte| *byte == b'"')?;
            let part = self.slice(at..quote);
            lines += part.matches('\n').count();
            if lines > QUOTED_LINES {
                return None;
            }
            cell.push_str(part);
            if self.byte(quote + 1) != Some(b'"') {
                return Some((cell, quote + 1));
            }
            cell.push('"');
            at = quote + 2;
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.at >= self.text.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        let mut cells = Vec::new();
        let mut at = start;
        loop {
            let (cell, end) = self.cell(at);
            cells.push(cell);
            at = end;
            match self.byte(end) {
                Some(byte) if byte == self.separator && byte != b'\n' => at += 1,
                _ => break,
            }
        }
        let span = start..at;
        at += match (self.byte(at), self.byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        let passed = self.slice(start..at);
        let breaks = passed.matches('\n').count() + lone_returns(passed);
        self.line += breaks as u64;
        self.at = at;
        Some(Row { line, span, cells })
    }
}

/// Line breaks of old Macintosh files.
fn lone_returns(text: &str) -> usize {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    bytes.iter().enumerate().filter(|(at, byte)| **byte == b'\r' && lone(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u64, Vec<String>)> {
        rows(text, ',').map(|row| (row.line, row.cells)).collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn rows_are_split_as_programs_write_them() {
        for (text, expected) in [
            ("", vec![]),
            ("a,b\nc", vec![row(1, &["a", "b"]), row(2, &["c"])]),
            ("a,b\r\nc\r\n", vec![row(1, &["a", "b"]), row(2, &["c"])]),
            ("a\rb", vec![row(1, &["a"]), row(2, &["b"])]),
            ("a,\n\nb", vec![row(1, &["a", ""]), row(2, &[""]), row(3, &["b"])]),
            ("\"a,b\",\"c\"\"d\"\ne", vec![row(1, &["a,b", "c\"d"]), row(2, &["e"])]),
            ("\"a\nb\",c\nd", vec![row(1, &["a\nb", "c"]), row(3, &["d"])]),
            ("a, \"b c\" ,d", vec![row(1, &["a", "b c", "d"])]),
            ("\"a\" b,c", vec![row(1, &["a b", "c"])]),
            ("O\"Brien,x", vec![row(1, &["O\"Brien", "x"])]),
        ] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_stray_quote_swallows_nobody() {
        assert_eq!(cells("\"ann,x\nbob,y\n"), [row(1, &["\"ann", "x"]), row(2, &["bob", "y"])],);
        let many = format!("\"ann\n{}\"end\n", "bob\n".repeat(QUOTED_LINES + 1));
        assert_eq!(cells(&many).len(), QUOTED_LINES + 3);
    }

    #[test]
    fn a_line_break_as_separator_leaves_lines_whole() {
        let lines: Vec<_> =
            rows("Lee, Ann <ann@example.com>\nb", '\n').map(|row| row.cells).collect();
        assert_eq!(lines, [["Lee, Ann <ann@example.com>"], ["b"]]);
    }
}
