//! Lines of SMTP, in and out, with bounds.

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// Longest command line. RFC 5321 4.5.3.1.4 asks for 512 octets; extensions add to it.
const LONGEST: usize = 2048;
/// Octets of a message after which the connection is given up.
const LARGEST_MESSAGE: u64 = 100 << 20;
/// Octets of the header in which a Subject is looked for.
const HEADER: usize = 16 << 10;

/// One line from a client.
pub(super) enum Line {
    /// Without its line break.
    Text(String),
    /// Not UTF-8.
    NotText,
    /// No end within bounds.
    TooLong,
    /// The client is gone.
    End,
}

/// What is kept of a message.
pub(super) struct Message {
    /// Octets.
    pub(super) size: u64,
    /// Escaped, cut to 200 characters.
    pub(super) subject: String,
}

/// Reads one command line.
pub(super) async fn read(wire: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Line> {
    let mut line = Vec::new();
    wire.take(LONGEST as u64).read_until(b'\n', &mut line).await?;
    if line.pop_if(|last| *last == b'\n').is_none() {
        return Ok(if line.len() >= LONGEST { Line::TooLong } else { Line::End });
    }
    line.pop_if(|last| *last == b'\r');
    Ok(String::from_utf8(line).map_or(Line::NotText, Line::Text))
}

/// Reads a message up to the line that holds nothing but a dot.
///
/// # Errors
/// When the client is gone first, or the message has no end in sight.
pub(super) async fn read_message(
    wire: &mut (impl AsyncBufRead + Unpin),
) -> std::io::Result<Message> {
    let (mut size, mut header) = (0, Vec::new());
    let mut at_line_start = true;
    loop {
        let mut piece = Vec::new();
        (&mut *wire).take(LONGEST as u64).read_until(b'\n', &mut piece).await?;
        if piece.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if at_line_start && matches!(piece.as_slice(), b".\r\n") {
            return Ok(Message { size, subject: subject(&header) });
        }
        // A leading dot is doubled on the wire (RFC 5321 4.5.2).
        let stuffed = at_line_start && piece.first() == Some(&b'.');
        let content = piece.get(usize::from(stuffed)..).unwrap_or_default();
        at_line_start = piece.ends_with(b"\r\n");
        size += content.len() as u64;
        if size > LARGEST_MESSAGE {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        if header.len() < HEADER {
            header.extend_from_slice(content);
        }
    }
}

/// A reply of several lines, without the last line break.
pub(super) fn multiline(code: u16, lines: &[String]) -> String {
    let last = lines.len().saturating_sub(1);
    let marked = lines.iter().enumerate().map(|(at, line)| {
        let mark = if at == last { ' ' } else { '-' };
        format!("{code}{mark}{line}")
    });
    marked.collect::<Vec<_>>().join("\r\n")
}

fn subject(header: &[u8]) -> String {
    let text = String::from_utf8_lossy(header);
    let lines = text.lines().take_while(|line| !line.is_empty());
    let found = lines
        .filter_map(|line| line.split_once(':'))
        .find_map(|(name, value)| name.eq_ignore_ascii_case("subject").then_some(value.trim()));
    crate::shown::shown(found.unwrap_or_default(), 200)
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;

    use super::*;

    async fn message(wire: &[u8]) -> std::io::Result<Message> {
        read_message(&mut BufReader::new(wire)).await
    }

    #[tokio::test]
    async fn a_message_ends_with_its_dot_and_nowhere_else() {
        let wire = b"Subject: hi\x07\r\n\r\n..\r\n.hidden\r\nlone\n.\nno end\r\n.\r\nQUIT\r\n";
        let message = message(wire).await.unwrap();
        assert_eq!(message.subject, "hi\\u{7}");
        assert_eq!(message.size, 13 + 1 + 2 + 3 + 8 + 5 + 2 + 8);
        assert!(super::tests::message(b"Subject: hi\r\n").await.is_err());
    }

    #[tokio::test]
    async fn a_line_without_end_is_cut_off() {
        let long = vec![b'a'; 1 << 20];
        assert!(matches!(read(&mut BufReader::new(&long[..])).await.unwrap(), Line::TooLong));
        assert!(matches!(
            read(&mut BufReader::new(&b"\xff\r\n"[..])).await.unwrap(),
            Line::NotText
        ));
        assert!(matches!(read(&mut BufReader::new(&b"QUIT"[..])).await.unwrap(), Line::End));
    }
}
