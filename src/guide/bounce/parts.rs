//! The parts of a notice that are the reporting server's own (RFC 6522): its
//! text for people and the delivery status, decoded. What it gives back of the
//! message was written by its sender, who can write anything, refusals too.

use std::iter::Peekable;
use std::str::Lines;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{Encoding, UTF_8};
use quoted_printable::ParseMode;

use crate::guide::folded::{cut, field, unquoted};

/// Parts within parts that are followed.
const DEEPEST: usize = 20;

/// The text without what is given back of the message, and in the clear. A
/// text that is no mail at all comes back as it is.
pub(super) fn own_words(text: &str) -> String {
    let mut reader = Reader::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        reader.take(line, &mut lines);
    }
    reader.part_ends();
    reader.own
}

#[derive(Default)]
struct Reader {
    own: String,
    /// Of the multiparts that are open, the innermost last.
    boundaries: Vec<Boundary>,
    /// Content fields of the part in hand, until its body begins.
    head: Vec<String>,
    body: Body,
}

struct Boundary {
    text: String,
    /// `multipart/report`, lower case.
    kind: String,
}

/// What happens to the lines of a body.
#[derive(Default)]
enum Body {
    #[default]
    Plain,
    Base64 {
        charset: &'static Encoding,
        lines: String,
    },
    Quoted {
        charset: &'static Encoding,
        lines: String,
    },
    /// The sender's, or nothing to read.
    Aside,
}

impl Reader {
    fn take(&mut self, line: &str, rest: &mut Peekable<Lines<'_>>) {
        let bare = unquoted(line);
        if let Some(name) = bare.strip_prefix("--")
            && self.delimits(name.trim_end(), rest.peek().map(|line| unquoted(line)))
        {
            return;
        }
        match &mut self.body {
            Body::Aside => {}
            Body::Quoted { lines, .. } => {
                lines.push_str(bare);
                lines.push('\n');
            }
            Body::Base64 { lines, .. } if bare.trim().bytes().all(in_base64) => {
                lines.push_str(bare.trim());
            }
            Body::Base64 { .. } => {
                self.part_ends();
                self.plain(line);
            }
            Body::Plain => self.plain(line),
        }
    }

    /// Whether this is the line between two parts, or the one behind the last.
    fn delimits(&mut self, name: &str, next: Option<&str>) -> bool {
        let known = self.boundaries.iter().rposition(|boundary| {
            name.strip_prefix(&boundary.text).is_some_and(|rest| matches!(rest, "" | "--"))
        });
        if let Some(at) = known {
            let closes = self.boundaries.get(at).is_some_and(|boundary| boundary.text != name);
            self.part_ends();
            self.boundaries.truncate(if closes { at } else { at + 1 });
            return true;
        }
        // A paste may begin within a multipart.
        let is_head =
            |line: &str| line.get(..8).is_some_and(|s| s.eq_ignore_ascii_case("content-"));
        if matches!(self.body, Body::Aside) || name.is_empty() || !next.is_some_and(is_head) {
            return false;
        }
        self.part_ends();
        self.opens(name.to_owned(), "multipart/report".to_owned());
        true
    }

    fn opens(&mut self, text: String, kind: String) {
        if self.boundaries.len() < DEEPEST {
            self.boundaries.push(Boundary { text, kind });
        }
    }

    fn plain(&mut self, line: &str) {
        let bare = unquoted(line);
        let folded = bare.starts_with([' ', '\t']) && !bare.trim().is_empty();
        match self.head.last_mut() {
            Some(last) if folded => {
                if last.len() < 4000 {
                    last.push_str(cut(bare));
                }
                return;
            }
            _ => {}
        }
        if is_content(bare) {
            self.head.push(cut(bare).to_owned());
        } else if bare.trim().is_empty() && !self.head.is_empty() {
            self.body_begins();
            self.own.push('\n');
        } else if gives_back(bare) {
            self.body = Body::Aside;
        } else if field(bare, "subject").is_none() {
            // What the message was called is its sender's word.
            self.own.push_str(line);
            self.own.push('\n');
        }
    }

    fn body_begins(&mut self) {
        let head = std::mem::take(&mut self.head);
        let value = |name| head.iter().find_map(|line| field(line, name)).unwrap_or_default();
        let content = value("content-type");
        let kind = content.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let within = self.boundaries.last().map_or("multipart/report", |boundary| &boundary.kind);
        let own = match kind.as_str() {
            "" | "text" | "text/plain" => true,
            "text/html" => within != "multipart/alternative",
            "message/delivery-status" | "message/global-delivery-status" => true,
            // Somebody passed the notice on.
            "message/rfc822" | "message/global" => within != "multipart/report",
            kind => kind.starts_with("multipart/"),
        };
        if let (true, Some(text)) = (kind.starts_with("multipart/"), parameter(content, "boundary"))
        {
            self.opens(text, kind);
        }
        let charset = parameter(content, "charset")
            .and_then(|label| Encoding::for_label(label.as_bytes()))
            .unwrap_or(UTF_8);
        let encoding = value("content-transfer-encoding").to_ascii_lowercase();
        self.body = match encoding.as_str() {
            _ if !own => Body::Aside,
            "base64" => Body::Base64 { charset, lines: String::new() },
            "quoted-printable" => Body::Quoted { charset, lines: String::new() },
            _ => Body::Plain,
        };
    }

    fn part_ends(&mut self) {
        self.head.clear();
        let (charset, bytes) = match std::mem::take(&mut self.body) {
            Body::Base64 { charset, lines } => (charset, from_base64(&lines)),
            Body::Quoted { charset, lines } => {
                let bytes = quoted_printable::decode(&lines, ParseMode::Robust);
                (charset, bytes.unwrap_or(lines.into_bytes()))
            }
            Body::Plain | Body::Aside => return,
        };
        self.own.push_str(&charset.decode(&bytes).0);
        self.own.push('\n');
    }
}

fn is_content(line: &str) -> bool {
    field(line, "content-type").or(field(line, "content-transfer-encoding")).is_some()
}

/// `name=value` or `name="value"` behind a field's first semicolon.
fn parameter(value: &str, name: &str) -> Option<String> {
    let wanted = |part: &&str| {
        part.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case(name))
    };
    let part = value.split(';').skip(1).find(wanted)?;
    let value = part.split_once('=')?.1.trim().trim_matches('"');
    (!value.is_empty() && value.len() <= 200).then(|| value.to_owned())
}

/// Where a notice without parts begins to give the message back: Exim, qmail,
/// Sendmail, Exchange.
fn gives_back(line: &str) -> bool {
    let lower = cut(line).trim().to_lowercase();
    let ruled = lower.strip_prefix("--").map(|rest| rest.trim_start_matches(['-', ' ']));
    ruled.is_some_and(|rest| {
        [
            "this is a copy of the message",
            "this is a copy of your message",
            "below this line is a copy of the message",
            "enclosed is a copy of the message",
            "original message follows",
            "message header follows",
            "unsent message follows",
            "unsent message below",
        ]
        .iter()
        .any(|words| rest.starts_with(words))
    }) || lower == "original message headers:"
}

fn in_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// As much of it as is whole.
fn from_base64(text: &str) -> Vec<u8> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let text = text.split('=').next().unwrap_or_default();
    let whole = text.len() - usize::from(text.len() % 4 == 1);
    let whole = text.get(..whole).unwrap_or_default();
    GeneralPurpose::new(&STANDARD, config).decode(whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Cause, explain};
    use super::*;

    const NOTICE: &str = "From: MAILER-DAEMON@mail.example.com\n\
        Subject: Undelivered Mail: 550 5.1.1 User unknown (G7)\n\
        Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"BB\"\nMIME-Version: 1.0\n\n\
        --BB\nContent-Type: text/plain; charset=us-ascii\n\nThis is the mail system at host mail.example.com.\n\n\
        --BB\nContent-Type: message/delivery-status\n\n\
        Reporting-MTA: dns; mail.example.com\n\n\
        Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 full\n\n\
        --BB\nContent-Type: message/rfc822\n\n\
        Subject: 550 5.1.1 User unknown (G7)\nContent-Type: multipart/mixed; boundary=inner\n\n\
        --inner\nContent-Type: message/delivery-status\n\n\
        Final-Recipient: rfc822; evil@example.com\nAction: failed\nStatus: 5.7.1\n\
        Diagnostic-Code: smtp; 550 5.7.1 Relay access denied (G7)\n\n--inner--\n--BB--\n";

    fn causes(text: &str) -> Vec<(Cause, Option<String>)> {
        let notices = explain(text).notices;
        notices.into_iter().map(|notice| (notice.cause, notice.recipient)).collect()
    }

    #[test]
    fn what_the_returned_message_says_counts_for_nothing() {
        let full = [(Cause::MailboxFull, Some("ann@example.com".to_owned()))];
        let headers = NOTICE.replace("message/rfc822", "text/rfc822-headers");
        let quoted: String = NOTICE.lines().map(|line| format!("> {line}\n")).collect();
        let middle = NOTICE.split_once("1.0\n\n").unwrap().1;
        let without_parts = "Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.2.2\n\n\
            Content-Type: message/rfc822\n\nFinal-Recipient: rfc822; evil@example.com\nStatus: 5.7.1\n";
        for text in [NOTICE, &headers, &quoted, middle, without_parts] {
            assert_eq!(causes(text), full, "{text}");
        }
        for rule in [
            "------ This is a copy of the message, including all the headers. ------",
            "--- Below this line is a copy of the message.",
            "   ----- Original message follows -----",
            "Original message headers:",
        ] {
            let text = format!(
                "<ann@example.com>: 552 5.2.2 full\n\n{rule}\n\nSubject: x\n\n<evil@example.com>: 550 5.1.1 unknown\n"
            );
            assert_eq!(causes(&text), full, "{rule}");
        }
        assert_eq!(causes("Subject: about 550 5.1.1 errors\n\nHello\n"), []);
    }

    #[test]
    fn a_notice_that_was_passed_on_is_read() {
        let forwarded = format!(
            "Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: text/plain\n\nWhat is this?\n\n\
            --outer\nContent-Type: message/rfc822\n\n{NOTICE}\n--outer--\n"
        );
        assert_eq!(causes(&forwarded), [(Cause::MailboxFull, Some("ann@example.com".to_owned()))]);
    }

    #[test]
    fn parts_are_decoded() {
        let words = "Remote Server returned \u{bb}550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@example.com not found\u{ab}\n";
        let latin: Vec<u8> = words.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let coded = base64::engine::general_purpose::STANDARD.encode(&latin);
        let lines: Vec<&str> =
            (0..coded.len()).step_by(60).map(|at| &coded[at..coded.len().min(at + 60)]).collect();
        let quoted = "Remote Server returned =BB550 5=\n.1.10 RESOLVER=2EADR.RecipientNotFound; Recipient ann=40example.com not fo=\nund=AB\n";
        for (encoding, body) in
            [("base64", lines.join("\n")), ("Quoted-Printable", quoted.to_owned())]
        {
            let part = format!(
                "Content-Type: text/plain; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: {encoding}\n\n{body}"
            );
            let whole =
                format!("Content-Type: multipart/mixed; boundary=x\n\n--x\n{part}\n--x--\n");
            for text in [&part, &whole] {
                assert!(own_words(text).contains(words.trim()), "{}", own_words(text));
                let ann = Some("ann@example.com".to_owned());
                assert_eq!(causes(text), [(Cause::NotInExchange, ann)], "{text}");
            }
        }
    }

    #[test]
    fn a_text_that_is_no_mail_is_left_as_it_is() {
        for text in ["550 5.1.1 no\n", "> 550 5.1.1 no\n>\n> (G8)\n", "-- \nAnn\n--\n--x\n"] {
            assert_eq!(own_words(text), text);
        }
        for text in [
            "Content-Transfer-Encoding: base64\n\nQQ\nQ\n",
            "Content-Transfer-Encoding: base64\n\n====\n",
        ] {
            assert!(own_words(text).len() <= text.len(), "{text}");
        }
        let deep = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(20_000);
        assert!(own_words(&deep).len() <= deep.len());
    }
}
