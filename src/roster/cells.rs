//! Text into rows of cells, as RFC 4180 has it and as programs write it:
//! quoted cells may hold separators and line breaks, a quote inside is
//! doubled. A quote that is not closed within [`QUOTED_LINES`] is an ordinary
//! character, so that one stray quote never swallows the people below it.

use std::borrow::Cow;
use std::ops::Range;

/// A quoted cell may run over this many lines.
const QUOTED_LINES: usize = 200;

/// One row of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row<'a> {
    /// The line on which it starts, from 1.
    pub(crate) line: u64,
    /// Where it stands in the text, without the line break.
    pub(super) span: Range<usize>,
    /// Its cells, unquoted.
    pub(crate) cells: Vec<Cow<'a, str>>,
}

/// The rows of `text`. The separator is an ASCII character; a line break as
/// separator means that each line is one cell.
pub(super) fn rows(text: &str, separator: char) -> Rows<'_> {
    let separator = u8::try_from(separator).unwrap_or(b',');
    Rows { text, separator, at: 0, line: 1, width: 0, goes_on: false, cut: false }
}

pub(super) struct Rows<'a> {
    text: &'a str,
    separator: u8,
    at: usize,
    line: u64,
    /// Cells of the row before: nearly always those of the next one.
    width: usize,
    /// Whether the text is the front of a longer one: a row that may go on
    /// behind its end is left out then.
    pub(super) goes_on: bool,
    cut: bool,
}

impl<'a> Rows<'a> {
    /// Where the next row starts, and on which line.
    pub(super) fn place(&self) -> (usize, u64) {
        (self.at, self.line)
    }

    /// The byte at a place; every byte looked at is ASCII, so that places
    /// found are character borders.
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.separator || byte == b'\n' || byte == b'\r'
    }

    /// A cell from `at`: its text, and where it ends.
    fn cell(&mut self, at: usize) -> (Cow<'a, str>, usize) {
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
                cell.to_mut().push_str(tail);
            }
            return (cell, end);
        }
        let end = self.plain_end(at);
        (Cow::Borrowed(self.slice(at..end)), end)
    }

    fn plain_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().position(|byte| self.ends_cell(*byte)).map_or(self.text.len(), |n| from + n)
    }

    /// What is quoted from `at` on, and the place behind the closing quote.
    fn quoted(&mut self, mut at: usize) -> Option<(Cow<'a, str>, usize)> {
        let mut cell = Cow::Borrowed("");
        let mut lines = 0;
        loop {
            let rest = self.text.as_bytes().get(at..)?;
            let Some(quote) = rest.iter().position(|byte| *byte == b'"') else {
                let feeds = rest.iter().filter(|byte| **byte == b'\n').count();
                self.cut |= self.goes_on && lines + feeds <= QUOTED_LINES;
                return None;
            };
            let quote = at + quote;
            let part = self.slice(at..quote);
            lines += part.matches('\n').count();
            if lines > QUOTED_LINES {
                return None;
            }
            match cell.is_empty() {
                true => cell = Cow::Borrowed(part),
                false => cell.to_mut().push_str(part),
            }
            if self.byte(quote + 1) != Some(b'"') {
                return Some((cell, quote + 1));
            }
            cell.to_mut().push('"');
            at = quote + 2;
        }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if self.cut || self.at >= self.text.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        let mut cells = Vec::with_capacity(self.width.max(1));
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
        if self.cut {
            return None;
        }
        self.width = cells.len();
        let span = start..at;
        at += match (self.byte(at), self.byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        self.line += breaks(self.slice(start..at));
        self.at = at;
        Some(Row { line, span, cells })
    }
}

/// Line breaks; a lone return is one too, in files of old Macintoshes.
fn breaks(text: &str) -> u64 {
    let count = |wanted: u8| text.bytes().filter(|byte| *byte == wanted).count();
    let (feeds, returns) = (count(b'\n'), count(b'\r'));
    let lone = match returns {
        0 => 0,
        1 if text.ends_with("\r\n") => 0,
        _ => returns - text.matches("\r\n").count(),
    };
    (feeds + lone) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u64, Vec<String>)> {
        let owned = |row: Row<'_>| row.cells.into_iter().map(Cow::into_owned).collect();
        rows(text, ',').map(|row| (row.line, owned(row))).collect()
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
