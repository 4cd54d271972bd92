//! The refusals in a text: the fields of a delivery status notification
//! where there are any, else the lines that carry a code.

use super::cause::Cause;
use super::wording::wording;
use super::{lines, said, status, whom};
use crate::guide::folded::{cut, field};

/// Lines that carry a refusal, of those that are read without fields.
const MOST_LINES: usize = 2000;

/// Lines below an address that are about it.
const NEAR: u8 = 3;

/// One refusal as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Raw {
    pub(super) recipient: Option<String>,
    /// The server that said so.
    pub(super) by: Option<String>,
    /// The server that reports it.
    pub(super) reporter: Option<String>,
    pub(super) code: Option<u16>,
    pub(super) enhanced: Option<(u8, u16, u16)>,
    pub(super) host_code: Option<u8>,
    pub(super) text: String,
    /// The text in lower case, without names.
    pub(super) words: String,
    pub(super) fate: Fate,
}

/// What became of the mail (RFC 3464 2.3.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    #[default]
    Failed,
    /// Put off until the sender had tried for too long.
    GivenUp,
    /// Not yet; the sender goes on trying.
    Delayed,
    /// There was no mail: somebody asked about the address.
    Asked,
    Delivered,
    /// Passed on to a server that sends no such notices.
    Relayed,
    /// Given to everybody behind the address.
    Expanded,
    /// A server said yes.
    Taken,
}

/// Every refusal in the text.
pub(super) fn read(text: &str) -> Vec<Raw> {
    let lines = lines::whole(text);
    let fields = status::fields(&lines);
    if !fields.is_empty() {
        return fields;
    }
    let mut reader = Reader::default();
    for line in &lines {
        reader.take(line);
        if reader.found.len() == MOST_LINES {
            break;
        }
    }
    reader.end()
}

/// What the lines above say of the ones below.
#[derive(Default)]
struct Reader {
    found: Vec<Raw>,
    reporter: Option<String>,
    /// Exchange writes the recipient on a line of its own above the reply,
    /// and below it the server that gave it.
    above: Option<String>,
    /// How many lines from here on may be about it without a code.
    near: u8,
    server: Option<String>,
    /// The one that Exchange Online says it talked to.
    receiving: Option<String>,
    /// Whom a sentence above names.
    named: Option<String>,
    /// Whether the notice is one of failure; false: of delay.
    failed: Option<bool>,
    /// Whether the line above is a reply in a transcript.
    transcript: bool,
}

impl Reader {
    fn take(&mut self, line: &str) {
        let lower = line.to_lowercase();
        self.failed = said::is_of_failure(&lower).or(self.failed);
        self.reporter = status::reporter(line).or(self.reporter.take());
        if let Some(address) = whom::alone(line) {
            self.above = Some(address.to_owned());
            self.near = NEAR;
            self.server = None;
            return;
        }
        if let Some(server) = field(line, "receiving server") {
            self.receiving = whom::first_named(server);
            return;
        }
        let talking = lower.contains("while talking to ").then(|| whom::server(line)).flatten();
        let alone = self.above.as_ref().and_then(|_| whom::named(line));
        if let Some(server) = talking.or(alone) {
            self.server = Some(server);
            return;
        }
        let below_address = self.above.is_some() && self.near > 0;
        self.near = self.near.saturating_sub(1);
        let mut raw = Raw::of_line(line);
        // Sendmail gives the reply, then its own name for it and whose it was.
        let own_name = self.transcript && said::is_name_by_sendmail(line);
        self.transcript =
            raw.code.is_some() && (line.starts_with("<<< ") || own_name || raw.recipient.is_none());
        if own_name {
            if let Some(last) = self.found.last_mut() {
                last.recipient = last.recipient.take().or(raw.recipient);
            }
            return;
        }
        if said::accepts(line) {
            raw.fate = Fate::Taken;
        } else if said::refuses(line, &raw, below_address || self.is_told_of(&lower)) {
            raw.fate = self.fate(&lower, &raw);
        } else {
            let told = said::tells_of_delivery(&lower).then_some(raw.recipient).flatten();
            self.named = told.or(self.named.take());
            return;
        }
        self.complete(&mut raw);
        self.found.push(raw);
    }

    /// `ann wasn't found at example.com`, which is all that the people's part
    /// of Exchange Online's notices says.
    fn is_told_of(&self, lower: &str) -> bool {
        let at = lower.split_once(" wasn't found at ").and_then(|(_, at)| whom::first_named(at));
        self.failed == Some(true) && at.is_some()
    }

    fn fate(&self, lower: &str, raw: &Raw) -> Fate {
        let ended = self.failed == Some(true) || said::is_final(lower);
        if said::is_question(lower) {
            Fate::Asked
        } else if said::expired(lower) || ended && raw.is_put_off() {
            Fate::GivenUp
        } else if said::is_deferred(lower)
            || raw.is_temporary()
            || self.failed == Some(false) && raw.is_put_off()
        {
            Fate::Delayed
        } else {
            Fate::Failed
        }
    }

    /// With what the lines above say.
    fn complete(&mut self, raw: &mut Raw) {
        if raw.recipient.is_none() {
            raw.recipient = self.above.take().or_else(|| self.named.clone());
        }
        raw.reporter.clone_from(&self.reporter);
        // A server that the other one quotes did not speak to this one.
        let quoted = raw.words.trim_start().starts_with("remote server returned");
        let inline = raw.by.take();
        let above = self.server.clone().or_else(|| self.receiving.clone());
        raw.by = if quoted { above.or(inline) } else { inline.or(above) };
        // Up to 2010 Exchange writes the other server in front: `mx.example.com #550`.
        let own =
            raw.text.trim_start().starts_with("#4") || raw.text.trim_start().starts_with("#5");
        if raw.by.is_none() && (own || said::by_exchange(&raw.words)) {
            raw.by.clone_from(&self.reporter);
        }
    }

    fn end(self) -> Vec<Raw> {
        let Self { mut found, above, .. } = self;
        // An old address alone says enough.
        if found.is_empty() {
            let old = above.map(|line| Raw::of_line(&line));
            found.extend(old.filter(|raw| raw.cause() != Cause::Other));
        }
        found
    }
}

impl Raw {
    /// What one line says.
    pub(super) fn of_line(line: &str) -> Self {
        let text = cut(line);
        let words = wording(text);
        // Exchange Online quotes the other server behind its own code.
        let quoted = words.split_once("-> ").map_or(words.as_str(), |(_, quoted)| quoted);
        let inner = enhanced(quoted);
        // Code and status of one and the same reply.
        let own = text.split_once("-> ").map_or(text, |(_, quoted)| quoted);
        let own = if inner.is_some() { code(own, true) } else { None };
        let enhanced = inner.or_else(|| enhanced(&words));
        Self {
            recipient: whom::recipient(text),
            by: whom::server(text),
            reporter: None,
            code: own.or_else(|| code(text, enhanced.is_some())),
            enhanced,
            host_code: host_code(&words),
            text: text.to_owned(),
            words: words.to_lowercase(),
            fate: Fate::default(),
        }
    }

    /// Whether it is of the kind that is tried again.
    pub(super) fn is_put_off(&self) -> bool {
        self.is_temporary() || self.cause().passes()
    }

    /// Whether a code says “not now”.
    pub(super) fn is_temporary(&self) -> bool {
        // The verdict is in front of the reply that it quotes.
        let front = self.text.split_once("-> ").and_then(|(front, _)| code(front, true));
        match front.or(self.code) {
            Some(code) => code < 500,
            None => self.enhanced.is_some_and(|(class, ..)| class == 4),
        }
    }
}

/// The first enhanced status code: class 4 or 5, subjects as RFC 3463 has
/// them. Not part of an address or a longer number.
pub(super) fn enhanced(text: &str) -> Option<(u8, u16, u16)> {
    let inner = |c: char| c.is_ascii_digit() || c == '.';
    text.split(|c| !inner(c)).find_map(|word| {
        let word = word.trim_end_matches('.');
        let mut parts =
            word.split('.').map(|part| part.parse::<u16>().ok().filter(|_| part.len() <= 3));
        let (class, subject, detail) = (parts.next()??, parts.next()??, parts.next()??);
        let fits = matches!(class, 4 | 5) && subject <= 7 && parts.next().is_none();
        fits.then(|| Some((u8::try_from(class).ok()?, subject, detail))).flatten()
    })
}

/// A reply code: three digits from 400 to 599, at the start of the text or of
/// a quotation, or beside an enhanced code.
fn code(text: &str, beside: bool) -> Option<u16> {
    found_code(text, beside).map(|(code, _)| code)
}

/// Whether a line has a reply code where servers put it; true where that is
/// the front of the line, false behind a quotation mark or “said:”.
pub(super) fn code_at(line: &str) -> Option<bool> {
    let text = line.trim_start_matches(said::quoting);
    found_code(text, enhanced(text).is_some()).map(|(_, front)| front)
}

fn found_code(text: &str, beside: bool) -> Option<(u16, bool)> {
    // Exim: “SMTP error from remote mail server after RCPT TO:<...>: 550 ...”.
    let beside = beside || text.contains("SMTP error from remote") || text.contains("talk to me:");
    let words: Vec<&str> =
        text.split([' ', '-', '=', '\'', '"', '“', '#', '<', '>', '(', ':', ';', ',']).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let digits = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        let code: u16 = word.parse().ok().filter(|code| digits && (400..600).contains(code))?;
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
        let next = words.get(at + 1).is_some_and(|next| enhanced(next).is_some());
        let quoted = before.eq_ignore_ascii_case("said")
            || before.is_empty() && (beside || ends_a_word(&words, at, "said"))
            || before.eq_ignore_ascii_case("smtp");
        (at == 0 || next || quoted).then_some((code, at == 0))
    })
}

/// Whether the last word before place `at` is this one, whatever marks stand between.
fn ends_a_word(words: &[&str], at: usize, wanted: &str) -> bool {
    let before = words.get(..at).unwrap_or_default();
    before
        .iter()
        .rev()
        .find(|word| !word.is_empty())
        .is_some_and(|word| word.eq_ignore_ascii_case(wanted))
}

/// `(G8)`, as the host ends its replies.
fn host_code(text: &str) -> Option<u8> {
    text.match_indices("(G").find_map(|(at, _)| {
        let (digits, _) = text.get(at + 2..)?.split_once(')')?;
        (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
    })
}
