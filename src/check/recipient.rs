//! What a server's answer to one recipient says: the one place where reply
//! codes get a meaning.

use super::probe::said;
use crate::net::{Conversation, EnvelopeReply, Reply};
use crate::plan::Address;

/// What a server said of one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 2xx.
    Accepted,
    /// No such recipient there.
    Unknown,
    /// The domain is not one that this server takes.
    RelayDenied,
    /// The sender is refused, whoever the recipient is.
    SenderRefused,
    /// SPF or DMARC: this machine may not write in the sender's name.
    SpfRefused,
    /// This machine is refused, whoever writes to whom: block lists, missing
    /// reverse name, rate limits.
    ClientRefused,
    /// The host says that the external server refused the recipient (G7).
    PeerRefused,
    /// The host says that it could not ask the external server (G6).
    PeerUnreachable,
    /// The mailbox is there, but takes nothing: full or disabled.
    MailboxClosed,
    /// Whoever writes must log in first.
    LoginWanted,
    /// What the server says to everybody, those who must exist among them: not
    /// an answer about this one. Only [`Heard::amid`] finds that out.
    SaidToAll,
    /// Another refusal.
    Refused,
    /// 4xx: come back later.
    Deferred,
    /// The conversation ended before the question, or in place of an answer.
    Unanswered,
}

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

    /// Whether the server gave a final no to this recipient itself.
    pub(super) fn is_no(&self) -> bool {
        matches!(self.kind, Kind::Unknown | Kind::RelayDenied | Kind::PeerRefused | Kind::Refused)
    }

    /// Whether it is a final no, of whatever kind.
    pub(super) fn is_refusal(&self) -> bool {
        self.is_no()
            || matches!(self.kind, Kind::ClientRefused | Kind::LoginWanted | Kind::SaidToAll)
    }

    /// The same answer, given that the server says `to_all` the same.
    pub(super) fn amid(self, to_all: bool) -> Self {
        match to_all && self.is_refusal() {
            true => Self { kind: Kind::SaidToAll, ..self },
            false => self,
        }
    }

    /// What is left of a refusal without the address that it names: code and
    /// words. The same for everybody, it is about none of them.
    pub(super) fn refrain(&self) -> Option<String> {
        let reply = self.reply.filter(|_| self.is_refusal())?;
        let words = reply.lines.iter().flat_map(|line| line.split_whitespace());
        let words = words.filter(|word| !word.contains('@'));
        Some(words.fold(reply.code.to_string(), |all, word| all + " " + &word.to_lowercase()))
    }

    /// Seconds that the reply took.
    pub(super) fn seconds(&self) -> Option<f64> {
        self.reply.map(|reply| reply.took.as_secs_f64())
    }
}

/// What was said of `to` in the envelope at `index`.
pub(super) fn heard<'a>(talk: &'a Conversation, index: usize, to: &Address) -> Heard<'a> {
    talk.envelopes.get(index).map_or(NOTHING, |envelope| heard_in(envelope, to))
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
        at_once @ (Kind::Deferred | Kind::SpfRefused | Kind::ClientRefused) => at_once,
        _ => Kind::SenderRefused,
    }
}

/// How servers say that a domain is not theirs to take.
const RELAYING: [&str; 6] = [
    "relay access denied",
    "relaying denied",
    "relay not permitted",
    "unable to relay",
    "relay denied",
    "not permitted to relay",
];

/// The meaning of a reply to RCPT TO. Enhanced codes first (RFC 3463), then
/// what Postfix, Exchange, Exim and the host write beside them.
pub(super) fn kind(reply: &Reply) -> Kind {
    let text = reply.lines.join(" ").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match reply.code {
        200..=299 => return Kind::Accepted,
        // Too much of something in this conversation: not an answer at all.
        421 => return Kind::Unanswered,
        400..=499 if reply.enhanced == Some((4, 5, 3)) || has(&["too many recipients"]) => {
            return Kind::Unanswered;
        }
        400..=499 if has(&["(g6)"]) || reply.enhanced == Some((4, 4, 1)) => {
            return Kind::PeerUnreachable;
        }
        // Postfix puts strangers' relaying off rather than refuse it
        // (defer_unauth_destination, its default): meant as a no.
        400..=499 if has(&RELAYING) => return Kind::RelayDenied,
        400..=499 => return Kind::Deferred,
        500..=599 => {}
        _ => return Kind::Refused,
    }
    if has(&["(g7)"]) {
        return Kind::PeerRefused;
    }
    if has(&["(g8)", "(g9)", "relay recipient table"]) {
        return Kind::Unknown;
    }
    if has(&["spf", "dmarc", "not allowed to send", "not authorized to send on behalf"])
        || matches!(reply.enhanced, Some((5, 7, 23 | 26)))
    {
        return Kind::SpfRefused;
    }
    if has(&[
        "blocked using",
        "client host",
        "block list",
        "blocklist",
        "blacklist",
        "spamhaus",
        "reputation",
        "reverse dns",
        "ptr record",
    ]) || matches!(reply.enhanced, Some((5, 7, 25 | 606 | 708)))
    {
        return Kind::ClientRefused;
    }
    if matches!(reply.code, 530 | 535 | 538)
        || has(&["authentication required", "authentication is required", "must authenticate"])
    {
        return Kind::LoginWanted;
    }
    // About how we speak, not of whom (RFC 5321 4.2.2; RFC 3463 3.6).
    if matches!(reply.code, 500..=504)
        || matches!(reply.enhanced, Some((5, 5, _)))
        || has(&["helo command rejected", "ehlo command rejected"])
    {
        return Kind::ClientRefused;
    }
    if has(&[
        "sender address",
        "sender rejected",
        "sender denied",
        "send as this sender",
        "sender verify",
    ]) || matches!(reply.enhanced, Some((5, 1, 7 | 8)) | Some((5, 7, 60)))
    {
        return Kind::SenderRefused;
    }
    if has(&RELAYING) || matches!(reply.enhanced, Some((5, 7, 54))) {
        return Kind::RelayDenied;
    }
    match reply.enhanced {
        // Exchange Online's answer for an address that its directory lacks.
        Some((5, 4, 1)) if has(&["access denied"]) => Kind::Unknown,
        Some((5, 2, 1 | 2)) => Kind::MailboxClosed,
        Some((5, 1, _)) | Some((5, 2, 4)) => Kind::Unknown,
        // A plain 550 or 551 is "no such mailbox" (RFC 5321 4.2.3).
        None if matches!(reply.code, 550 | 551 | 553) => Kind::Unknown,
        _ => Kind::Refused,
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
    fn replies_seen_in_the_field_mean_what_their_servers_meant() {
        for (code, enhanced, text, meaning) in [
            (250, Some((2, 1, 5)), "2.1.5 Ok", Kind::Accepted),
            (
                550,
                Some((5, 1, 1)),
                "5.1.1 <x@y.z>: Recipient address rejected: User unknown in relay recipient table (G8)",
                Kind::Unknown,
            ),
            (550, Some((5, 1, 10)), "5.1.10 RESOLVER.ADR.RecipientNotFound", Kind::Unknown),
            (
                550,
                Some((5, 4, 1)),
                "5.4.1 Recipient address rejected: Access denied. AS(201806281)",
                Kind::Unknown,
            ),
            (554, Some((5, 7, 1)), "5.7.1 <x@y.z>: Relay access denied", Kind::RelayDenied),
            (454, Some((4, 7, 1)), "4.7.1 <x@y.z>: Relay access denied", Kind::RelayDenied),
            (
                550,
                Some((5, 7, 54)),
                "5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                Kind::RelayDenied,
            ),
            (550, None, "no such user here", Kind::Unknown),
            (
                550,
                Some((5, 7, 1)),
                "5.7.1 recipient refused by the external server (G7)",
                Kind::PeerRefused,
            ),
            (450, Some((4, 4, 1)), "4.4.1 connection timed out (G6)", Kind::PeerUnreachable),
            (
                451,
                Some((4, 7, 1)),
                "4.7.1 Greylisting in action, please come back later",
                Kind::Deferred,
            ),
            (
                554,
                Some((5, 7, 1)),
                "5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
                Kind::ClientRefused,
            ),
            (
                550,
                Some((5, 7, 23)),
                "5.7.23 The message was rejected because of Sender Policy Framework violation",
                Kind::SpfRefused,
            ),
            (
                550,
                Some((5, 7, 60)),
                "5.7.60 SMTP; Client does not have permissions to send as this sender",
                Kind::SenderRefused,
            ),
            (552, Some((5, 2, 2)), "5.2.2 mailbox full", Kind::MailboxClosed),
            (530, Some((5, 7, 1)), "5.7.1 Authentication required", Kind::LoginWanted),
            (
                504,
                Some((5, 5, 2)),
                "5.5.2 <x>: Helo command rejected: need a full name",
                Kind::ClientRefused,
            ),
            (452, Some((4, 5, 3)), "4.5.3 Error: too many recipients", Kind::Unanswered),
            (421, Some((4, 7, 0)), "4.7.0 mx Error: too many errors", Kind::Unanswered),
        ] {
            assert_eq!(kind(&reply(code, enhanced, text)), meaning, "{code} {text}");
        }
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
