//! What a server said of one recipient, found in a conversation.

pub(super) use super::meaning::{Kind, kind};
use super::probe::said;
use crate::net::{Conversation, EnvelopeReply, Reply};
use crate::plan::Address;

/// The answer with the reply that carried it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard<'a> {
    /// Its meaning.
    pub(super) kind: Kind,
    /// The reply; `None` only for [`Kind::Unanswered`].
    pub(super) reply: Option<&'a Reply>,
}

impl Heard<'_> {
    /// The reply as it goes into a finding.
    pub(super) fn said(&self) -> String {
        self.reply.map_or_else(|| "(no reply)".to_owned(), said)
    }

    /// Whether it was taken, with a look at it or without.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self.kind, Kind::Accepted | Kind::Uncommitted)
    }

    /// Whether the server gave a final no to this recipient itself.
    pub(super) fn is_no(&self) -> bool {
        matches!(self.kind, Kind::Unknown | Kind::RelayDenied | Kind::PeerRefused | Kind::Refused)
    }

    /// Whether it is a final no, of whatever kind.
    pub(super) fn is_refusal(&self) -> bool {
        self.is_no()
            || matches!(
                self.kind,
                Kind::ClientRefused | Kind::LoginWanted | Kind::TooMuch | Kind::SaidToAll
            )
    }

    /// The same answer, given that the server says `to_all` the same.
    pub(super) fn amid(self, to_all: bool) -> Self {
        match to_all && self.is_refusal() {
            true => Self { kind: Kind::SaidToAll, ..self },
            false => self,
        }
    }

    /// Whether both are refusals in the same words, whoever they name: what is
    /// said to everybody is about nobody.
    pub(super) fn repeats(&self, other: &Heard<'_>) -> bool {
        self.refrain().is_some_and(|words| other.refrain() == Some(words))
    }

    /// Whether it is what everybody gets in this conversation: `other` too, of
    /// whom something else must be said, or, where it does not even say
    /// “unknown”, the `random` one that nobody has.
    pub(super) fn is_said_to_all(&self, random: &Heard<'_>, other: &Heard<'_>) -> bool {
        self.repeats(other) || self.kind == Kind::Refused && self.repeats(random)
    }

    /// What is left of a refusal without the address or domain that it names:
    /// code and words.
    pub(super) fn refrain(&self) -> Option<String> {
        let reply = self.reply.filter(|_| self.is_refusal())?;
        let words = reply.lines.iter().flat_map(|line| line.split_whitespace());
        let words = words.filter(|word| !names_somebody(word));
        Some(words.fold(reply.code.to_string(), |all, word| all + " " + &word.to_lowercase()))
    }

    /// Seconds that the reply took.
    pub(super) fn seconds(&self) -> Option<f64> {
        self.reply.map(|reply| reply.took.as_secs_f64())
    }
}

/// Whether a word is an address or a domain.
fn names_somebody(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.contains('@') || (bare.contains('.') && bare.chars().any(char::is_alphabetic))
}

/// What was said of `to` in the envelope at `index`.
pub(super) fn heard<'a>(talk: &'a Conversation, index: usize, to: &Address) -> Heard<'a> {
    talk.envelopes.get(index).map_or(NOTHING, |envelope| heard_in(envelope, to))
}

/// What was said of `to` in whatever envelope it was asked about in.
pub(super) fn heard_anywhere<'a>(talk: &'a Conversation, to: &Address) -> Heard<'a> {
    let asked = talk.envelopes.iter().find(|one| one.rcpts.iter().any(|rcpt| rcpt.to == *to));
    let refused =
        || talk.envelopes.iter().find(|one| one.mail.as_ref().is_some_and(|mail| mail.code >= 400));
    asked.or_else(refused).map_or(NOTHING, |envelope| heard_in(envelope, to))
}

/// What was said of `to` in one envelope. A refused MAIL FROM is the answer
/// to each of its recipients.
pub(super) fn heard_in<'a>(envelope: &'a EnvelopeReply, to: &Address) -> Heard<'a> {
    if let Some(mail) = &envelope.mail
        && mail.code >= 400
    {
        return Heard { kind: refused_sender(mail), reply: Some(mail) };
    }
    let reply =
        envelope.rcpts.iter().find(|rcpt| &rcpt.to == to).and_then(|rcpt| rcpt.reply.as_ref());
    reply.map_or(NOTHING, |reply| Heard { kind: kind(reply), reply: Some(reply) })
}

const NOTHING: Heard<'static> = Heard { kind: Kind::Unanswered, reply: None };

fn refused_sender(mail: &Reply) -> Kind {
    match kind(mail) {
        // 421 is the end of the conversation, a login demanded is of everybody.
        at_once @ (Kind::Deferred
        | Kind::SpfRefused
        | Kind::ClientRefused
        | Kind::LoginWanted
        | Kind::TooMuch
        | Kind::Unanswered) => at_once,
        _ => Kind::SenderRefused,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reply(code: u16, enhanced: Option<(u8, u16, u16)>, text: &str) -> Reply {
        Reply { code, enhanced, lines: vec![text.to_owned()], took: Duration::ZERO }
    }

    #[test]
    fn a_refusal_without_the_address_is_the_same_for_everybody() {
        let refrain = |text: &str| {
            let reply = reply(550, Some((5, 1, 1)), text);
            Heard { kind: kind(&reply), reply: Some(&reply) }.refrain()
        };
        let ann = refrain("5.1.1 <ann@example.com>: no such user");
        assert_eq!(ann, refrain("5.1.1 <bob@example.com>: No such user"));
        assert_ne!(ann, refrain("5.1.1 <ann@example.com>: relay access denied"));
        let domain = refrain("5.1.1 nothing here for example.com.");
        assert_eq!(domain, refrain("5.1.1 nothing here for example.net."));
    }

    #[test]
    fn a_refused_mail_from_answers_for_its_recipients() {
        let to = Address::parse("ann@example.com").unwrap();
        let envelope = EnvelopeReply {
            from: crate::net::Sender::Null,
            mail: Some(reply(550, Some((5, 7, 1)), "5.7.1 no mail from outside in our name")),
            rcpts: Vec::new(),
        };
        assert_eq!(heard_in(&envelope, &to).kind, Kind::SenderRefused);
        let silent = EnvelopeReply { mail: None, ..envelope };
        assert_eq!(heard_in(&silent, &to).kind, Kind::Unanswered);
    }
}
