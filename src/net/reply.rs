//! Reading one SMTP reply out of its lines (RFC 5321 4.2): strict about what
//! it means, tolerant about how it looks. No I/O.

use std::time::Duration;

use super::smtp::Reply;
use super::stray_bytes::shown_bytes;

/// Lines of one reply, and characters kept of each.
const MOST_LINES: usize = 128;
const MOST_SHOWN: usize = 512;
/// Bytes of one reply.
const MOST_BYTES: usize = 64 * 1024;

/// A reply as it comes in.
#[derive(Debug, Default)]
pub(super) struct Reading {
    codes: Vec<u16>,
    lines: Vec<String>,
    bytes: usize,
    bare_lf: bool,
}

/// What a line did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// More lines follow.
    More,
    /// It was the last.
    Last,
}

impl Reading {
    /// Takes one line, its line end included.
    ///
    /// # Errors
    /// A sentence part that says how the line breaks the protocol.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<Taken, String> {
        self.bytes += line.len();
        if self.bytes > MOST_BYTES {
            return Err(format!("one reply is longer than {} KB", MOST_BYTES / 1024));
        }
        if self.lines.len() == MOST_LINES {
            return Err(format!("one reply has more than {MOST_LINES} lines"));
        }
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let text = match bare.strip_suffix(b"\r") {
            Some(text) => text,
            None => {
                self.bare_lf = true;
                bare
            }
        };
        let (code, mark, rest) = split(text).ok_or_else(|| {
            format!("“{}” is not a reply of a mail server", shown_bytes(text, 80))
        })?;
        self.codes.push(code);
        self.lines.push(shown_bytes(rest, MOST_SHOWN));
        if mark == b'-' {
            return Ok(Taken::More);
        }
        match self.codes.iter().find(|other| *other / 100 != code / 100) {
            Some(other) => {
                Err(format!("the lines of one reply carry the codes {other} and {code}"))
            }
            None => Ok(Taken::Last),
        }
    }

    /// What was odd about it, though it could be read.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.bare_lf {
            remarks.push("the server ends lines with a bare line feed (LF)".to_owned());
        }
        if let [.., last] = self.codes.as_slice()
            && let Some(other) = self.codes.iter().find(|code| *code != last)
        {
            remarks.push(format!(
                "the lines of this reply carry the codes {other} and {last}; the last one counts"
            ));
        }
        remarks
    }

    /// The whole reply; `None` before its last line.
    pub(super) fn finish(self, took: Duration) -> Option<Reply> {
        let code = *self.codes.last()?;
        let enhanced = self.lines.first().and_then(|line| enhanced(line));
        Some(Reply { code, enhanced, lines: self.lines, took })
    }
}

/// Code, `-` or space, text. A code alone is the last line with no text.
fn split(line: &[u8]) -> Option<(u16, u8, &[u8])> {
    let digits = line.get(..3)?;
    if !digits.iter().all(u8::is_ascii_digit) || !(b'2'..=b'5').contains(digits.first()?) {
        return None;
    }
    let code = digits.iter().fold(0_u16, |code, digit| code * 10 + u16::from(digit - b'0'));
    match line.get(3) {
        None => Some((code, b' ', &[])),
        Some(mark @ (b' ' | b'-')) => Some((code, *mark, line.get(4..).unwrap_or_default())),
        Some(_) => None,
    }
}

/// `5.1.1` at the start of a text (RFC 3463 2).
fn enhanced(text: &str) -> Option<(u8, u16, u16)> {
    let word = text.split(' ').next()?;
    let mut parts = word.split('.');
    let class = part(parts.next()?, 1)?;
    let subject = part(parts.next()?, 3)?;
    let detail = part(parts.next()?, 3)?;
    if parts.next().is_some() || !matches!(class, 2 | 4 | 5) {
        return None;
    }
    Some((u8::try_from(class).ok()?, subject, detail))
}

fn part(digits: &str, most: usize) -> Option<u16> {
    let fits = (1..=most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(lines: &[&[u8]]) -> Result<(Reply, Vec<String>), String> {
        let mut reading = Reading::default();
        for (count, line) in lines.iter().enumerate() {
            let last = count + 1 == lines.len();
            assert_eq!(reading.take(line)? == Taken::Last, last, "line {count}");
        }
        let remarks = reading.remarks();
        Ok((reading.finish(Duration::ZERO).unwrap(), remarks))
    }

    #[test]
    fn a_reply_of_many_lines_is_one_reply() {
        let (reply, remarks) =
            read(&[b"250-mail.example.com\r\n", b"250-SIZE 100\r\n", b"250\r\n"]).unwrap();
        assert_eq!(reply.code, 250);
        assert_eq!(reply.lines, ["mail.example.com", "SIZE 100", ""]);
        assert_eq!(reply.enhanced, None);
        assert!(remarks.is_empty());
    }

    #[test]
    fn enhanced_codes_are_read_where_they_are_one() {
        for (line, code) in [
            ("550 5.1.1 no such user\r\n", Some((5, 1, 1))),
            ("450 4.7.100 later\r\n", Some((4, 7, 100))),
            ("250 2.0.0\r\n", Some((2, 0, 0))),
            ("550 5.1 no\r\n", None),
            ("550 5.1.1.1 no\r\n", None),
            ("550 9.1.1 no\r\n", None),
            ("550 5.9999.1 no\r\n", None),
            ("550 5.+1.1 no\r\n", None),
            ("220 10.0.0.1 ready\r\n", None),
        ] {
            assert_eq!(read(&[line.as_bytes()]).unwrap().0.enhanced, code, "{line}");
        }
    }

    #[test]
    fn codes_that_differ_are_told_and_those_that_contradict_are_refused() {
        let (reply, remarks) = read(&[b"250-ok\r\n", b"251 ok\r\n"]).unwrap();
        assert_eq!(reply.code, 251);
        assert!(remarks[0].contains("250 and 251"));
        assert!(read(&[b"250-ok\r\n", b"550 no\r\n"]).unwrap_err().contains("250 and 550"));
    }

    #[test]
    fn what_no_mail_server_says_is_refused() {
        for line in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"\r\n",
            b"25\r\n",
            b"2500 ok\r\n",
            b"250_ok\r\n",
            b"150 ok\r\n",
            b"650 ok\r\n",
            b"SSH-2.0-OpenSSH\r\n",
            b"\xff\xfe2\x002\x00\r\n",
        ] {
            assert!(Reading::default().take(line).is_err(), "{line:?}");
        }
    }

    #[test]
    fn odd_bytes_are_kept_readable() {
        let (reply, remarks) = read(&[b"220 gr\xfc\xdfe\x07\xe2\x80\xae!\n"]).unwrap();
        assert_eq!(reply.lines, ["gr\\xfc\\xdfe\\u{7}\\u{202e}!"]);
        assert!(remarks[0].contains("bare line feed"));
    }

    #[test]
    fn a_reply_that_never_ends_is_cut_off() {
        let mut reading = Reading::default();
        let fate = (0..1000).find_map(|_| reading.take(b"220-x\r\n").err()).unwrap();
        assert!(fate.contains("128 lines"));
        let mut reading = Reading::default();
        let long = [b"220-".as_slice(), &[b'x'; 4000], b"\r\n"].concat();
        let fate = (0..1000).find_map(|_| reading.take(&long).err()).unwrap();
        assert!(fate.contains("64 KB"));
        assert!(reading.lines.iter().all(|line| line.chars().count() <= MOST_SHOWN + 1));
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..8)) {
            let mut reading = Reading::default();
            for line in lines {
                if reading.take(&line).is_err() {
                    break;
                }
            }
            let _ = reading.remarks();
            if let Some(reply) = reading.finish(Duration::ZERO) {
                prop_assert!(reply.lines.iter().all(|line| !line.chars().any(char::is_control)));
            }
        }
    }
}
