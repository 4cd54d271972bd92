//! Why mail was refused, and what to do: the host's codes first, then
//! enhanced codes, then words.

use serde::Serialize;

use super::notice::{Fate, Raw};
use super::x500;

/// The cause of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// G2.
    TooManyConnections,
    /// G6: the host got no final answer from the external server.
    ExternalUnreachable,
    /// G7: the external server said no to the host.
    ExternalRefused,
    /// G8, G9: neither side has the address, or split domain routing is off.
    NeitherSide,
    /// G15, 5.7.23: SPF or DMARC.
    Forged,
    /// G16, 4.4.6, 5.4.6, 5.4.14: round and round.
    Loop,
    /// An address of old mail (IMCEAEX).
    OldAddress,
    /// 5.7.60 and the like: the own domain from outside.
    OwnDomain,
    /// 5.7.520: automatic forwarding is not allowed.
    ForwardingBlocked,
    /// 5.1.10, 5.4.1: Exchange does not have the address.
    NotInExchange,
    /// The domain is not one that the server takes.
    RelayDenied,
    /// The domain has no mail exchanger, or none that can be found.
    NoExchanger,
    /// 5.1.1: no such mailbox.
    NoMailbox,
    /// 5.2.2.
    MailboxFull,
    /// 5.3.4.
    TooLarge,
    /// The sending address is on a block list.
    Blocked,
    /// Strangers are asked to come back.
    Greylisted,
    /// No connection, or no answer in time.
    NoConnection,
    /// Something else.
    Other,
    /// No refusal: put off, for a reason that is not said.
    Delayed,
    /// No refusal: it is in the mailbox.
    Delivered,
    /// No refusal: handed to a server that sends no notices.
    Relayed,
    /// No refusal: given to everybody behind a list.
    Expanded,
    /// No refusal: a server's yes.
    Taken,
}

impl Raw {
    /// Why.
    pub(super) fn cause(&self) -> Cause {
        match (self.fate, self.refusal()) {
            (Fate::Delivered, _) => Cause::Delivered,
            (Fate::Relayed, _) => Cause::Relayed,
            (Fate::Expanded, _) => Cause::Expanded,
            (Fate::Taken, _) => Cause::Taken,
            (Fate::Delayed, Cause::Other) => Cause::Delayed,
            (Fate::Delayed | Fate::Failed, cause) => cause,
        }
    }

    fn refusal(&self) -> Cause {
        if let Some(cause) = self.host_code.and_then(Cause::of_host_code) {
            return cause;
        }
        let text = self.text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["imceaex-"]) && x500::in_text(&self.text).is_some()
            || self.recipient.as_deref().is_some_and(|to| x500::in_text(to).is_some())
        {
            return Cause::OldAddress;
        }
        match self.enhanced {
            Some((5, 1, 10)) => Cause::NotInExchange,
            Some((5, 4, 1)) if has(&["access denied"]) => Cause::NotInExchange,
            Some((5, 4, 6 | 14) | (4, 4, 6)) => Cause::Loop,
            Some((5, 7, 23 | 26)) => Cause::Forged,
            Some((5, 7, 60)) => Cause::OwnDomain,
            Some((5, 7, 520)) => Cause::ForwardingBlocked,
            Some((5, 7, 54)) => Cause::RelayDenied,
            Some((5, 7, 606..=649 | 708)) => Cause::Blocked,
            Some((_, 2, 2)) => Cause::MailboxFull,
            Some((5, 3, 4) | (5, 2, 3)) => Cause::TooLarge,
            Some((5, 1, 2) | (5, 4, 4)) => Cause::NoExchanger,
            _ => self.by_words(&has),
        }
    }

    fn by_words(&self, has: &dyn Fn(&[&str]) -> bool) -> Cause {
        let temporary = self.code.is_some_and(|code| code < 500)
            || self.enhanced.is_some_and(|(class, ..)| class == 4);
        if has(&[
            "hop count exceeded",
            "too many hops",
            "too many \"received\"",
            "too many received",
            "mail loop",
            "loops back to myself",
            "routing loop",
        ]) {
            return Cause::Loop;
        }
        if has(&["relay recipient table"]) {
            return Cause::NeitherSide;
        }
        if has(&[
            "relay access denied",
            "relaying denied",
            "relay not permitted",
            "unable to relay",
            "not permitted to relay",
        ]) {
            return Cause::RelayDenied;
        }
        if has(&["recipientnotfound", "resolver.adr"]) {
            return Cause::NotInExchange;
        }
        if has(&["send as this sender", "our own domain", "anti-spoof", "antispoof"]) {
            return Cause::OwnDomain;
        }
        if has(&["sender policy framework", "spf check", "spf fail", "dmarc"]) {
            return Cause::Forged;
        }
        if has(&["blocked using", "spamhaus", "block list", "blocklist", "blacklist"]) {
            return Cause::Blocked;
        }
        if has(&["message size exceeds", "message too large", "size limit"]) {
            return Cause::TooLarge;
        }
        if has(&["mailbox full", "over quota", "quota exceeded"]) {
            return Cause::MailboxFull;
        }
        if has(&[
            "host or domain name not found",
            "name service error",
            "domain not found",
            "no mx record",
        ]) {
            return Cause::NoExchanger;
        }
        if has(&["greylist", "graylist", "postgrey"])
            || temporary && matches!(self.enhanced, Some((4, 7, 1) | (4, 2, 0)))
        {
            return Cause::Greylisted;
        }
        if has(&[
            "connection timed out",
            "connection refused",
            "no route to host",
            "lost connection",
            "delivery time expired",
            "could not be delivered within",
        ]) || matches!(self.enhanced, Some((4, 4, 1 | 2 | 7) | (5, 4, 7)))
        {
            return Cause::NoConnection;
        }
        if self.enhanced.is_some_and(|code| matches!(code, (5, 1, 1) | (5, 1, 0)))
            || has(&[
                "user unknown",
                "no such user",
                "unknown user",
                "mailbox unavailable",
                "recipient rejected",
            ])
        {
            return Cause::NoMailbox;
        }
        Cause::Other
    }
}

impl Cause {
    /// Whether it tells of success, so that nothing needs to be mended.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Delivered | Self::Relayed | Self::Expanded | Self::Taken)
    }

    /// The cause behind one of the host's own codes; `None` where its meaning
    /// is not public.
    pub(super) fn of_host_code(code: u8) -> Option<Self> {
        Some(match code {
            2 => Self::TooManyConnections,
            6 => Self::ExternalUnreachable,
            7 => Self::ExternalRefused,
            8 | 9 => Self::NeitherSide,
            15 => Self::Forged,
            16 => Self::Loop,
            _ => return None,
        })
    }
}
