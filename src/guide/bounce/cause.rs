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
    /// The MX records lead back to the server that sends: nothing went round.
    MxAtItself,
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
    /// It says that it takes no mail (RFC 7505).
    NullMx,
    /// Exim knows no way to the address.
    Unrouteable,
    /// Exchange takes mail for it from certain senders only.
    Restricted,
    /// 5.1.8: the sender's domain is not in the DNS.
    SenderUnknown,
    /// 5.7.25: the sending address has no name.
    NoReverseName,
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
    /// The server is short of something, or busy.
    Busy,
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
        if let Some(cause) = by_plain_words(&has) {
            return cause;
        }
        match self.enhanced {
            Some((4 | 5, 1, 8)) => Cause::SenderUnknown,
            Some((5, 7, 25)) => Cause::NoReverseName,
            Some((5, 7, 124 | 129 | 133..=136)) => Cause::Restricted,
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
            Some((5, 1, 2) | (5, 4, 4) | (4 | 5, 4, 310 | 312)) => Cause::NoExchanger,
            Some((4 | 5, 4, 316 | 317)) => Cause::NoConnection,
            _ => self.by_words(&has),
        }
    }

    /// Whether a code says “not now”.
    pub(super) fn is_temporary(&self) -> bool {
        match self.code {
            Some(code) => code < 500,
            None => self.enhanced.is_some_and(|(class, ..)| class == 4),
        }
    }

    fn by_words(&self, has: &dyn Fn(&[&str]) -> bool) -> Cause {
        let temporary = self.is_temporary();
        if has(&[
            "hop count exceeded",
            "too many hops",
            "too many \"received\"",
            "too many received",
            "mail loop",
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
            "mx records point to non-existent hosts",
        ]) {
            return Cause::NoExchanger;
        }
        let comes_back = ["later", "again", "tempora", "retry", "wait", "delayed"];
        if has(&["greylist", "graylist", "postgrey"])
            || temporary && matches!(self.enhanced, Some((4, 7, 1) | (4, 2, 0))) && has(&comes_back)
        {
            return Cause::Greylisted;
        }
        if has(&[
            "connection timed out",
            "connection refused",
            "no route to host",
            "lost connection",
            "delivery time expired",
            "retry timeout exceeded",
            "could not be delivered within",
        ]) || matches!(self.enhanced, Some((4, 4, 1 | 2 | 7) | (5, 4, 7)))
        {
            return Cause::NoConnection;
        }
        let short = matches!(self.enhanced, Some((4, 3, 0..=2) | (4, 7, 500..=599) | (5, 3, 1)));
        if short
            || temporary
                && has(&[
                    "insufficient system",
                    "server busy",
                    "system storage",
                    "temporarily deferred",
                    "too many connections",
                    "lookup failure",
                ])
        {
            return Cause::Busy;
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

/// Words that say more than the code beside them, which servers share out as
/// they please: 5.4.6 is Postfix's for a record that leads to itself, 5.1.10
/// RFC 7505's for a null MX, 4.7.1 anybody's.
fn by_plain_words(has: &dyn Fn(&[&str]) -> bool) -> Option<Cause> {
    let sender = has(&["sender address", "sender verify", "sender domain", "address of sender"]);
    Some(
        if has(&[
            "loops back to myself",
            "loops back to me",
            "mx record points to local host",
            "mx records point to local host",
        ]) {
            Cause::MxAtItself
        } else if has(&["nullmx", "null mx"]) {
            if sender { Cause::SenderUnknown } else { Cause::NullMx }
        } else if sender && has(&["domain not found", "not exist", "not resolve", "must exist"]) {
            Cause::SenderUnknown
        } else if has(&[
            "find your hostname",
            "find your reverse",
            "reverse dns",
            "reverse hostname",
            "reverse host name",
            "ptr record",
        ]) {
            Cause::NoReverseName
        } else if has(&["resolver.rst.sendernot"]) {
            Cause::Restricted
        } else if has(&["unrouteable address", "unroutable address"]) {
            Cause::Unrouteable
        } else {
            return None;
        },
    )
}

impl Cause {
    /// Whether it says why.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Other | Self::Delayed)
    }

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
