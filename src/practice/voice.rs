//! How the two kinds of mail server put their replies: the decision is the
//! model's, the words are the product's.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::plan::Address;
use crate::route::RcptAnswer;

/// Whose manner of speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// Rackspace's MX: Postfix texts with its own G-codes.
    Host,
    /// Exchange's receive connector.
    Exchange,
}

impl Voice {
    /// The greeting.
    pub(super) fn banner(self, name: &str, now: Timestamp) -> String {
        match self {
            Self::Host => format!("220 {name} ESMTP - practice world"),
            Self::Exchange => {
                let now = now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000");
                format!("220 {name} Microsoft ESMTP MAIL Service ready at {now} (practice world)")
            }
        }
    }

    /// The answer to EHLO, a line each without code.
    pub(super) fn ehlo(self, name: &str, tls_is_up: bool) -> Vec<String> {
        let first = match self {
            Self::Host => name.to_owned(),
            Self::Exchange => format!("{name} Hello [127.0.0.1]"),
        };
        let mut lines = vec![first, format!("SIZE {}", self.largest())];
        lines.extend(["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"].map(str::to_owned));
        if !tls_is_up {
            lines.push("STARTTLS".to_owned());
        }
        lines
    }

    /// Largest message, octets: 50 MB at Rackspace, and the same on the
    /// external server, whose administrator has raised Exchange's 36 MB to it.
    pub(super) fn largest(self) -> u64 {
        52_428_800
    }

    /// MAIL FROM is taken.
    pub(super) fn sender_ok(self) -> &'static str {
        match self {
            Self::Host => "250 2.1.0 Ok",
            Self::Exchange => "250 2.1.0 Sender OK",
        }
    }

    /// What the model says of a recipient, in words.
    pub(super) fn rcpt(self, answer: RcptAnswer, to: &Address) -> String {
        match (self, answer) {
            (Self::Host, RcptAnswer::Accepted) => "250 2.1.5 Ok".to_owned(),
            (Self::Host, RcptAnswer::Unknown) => format!(
                "550 5.1.1 <{to}>: Recipient address rejected: User unknown in relay recipient table (G8)"
            ),
            (Self::Host, RcptAnswer::RelayDenied) => {
                format!("554 5.7.1 <{to}>: Relay access denied")
            }
            (Self::Exchange, RcptAnswer::Accepted) => "250 2.1.5 Recipient OK".to_owned(),
            (Self::Exchange, RcptAnswer::Unknown) => {
                "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
                    .to_owned()
            }
            (Self::Exchange, RcptAnswer::RelayDenied) => {
                "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain".to_owned()
            }
        }
    }

    /// The message is taken.
    pub(super) fn message_ok(self, number: u64) -> String {
        match self {
            Self::Host => format!("250 2.0.0 Ok: queued as {number:010X}"),
            Self::Exchange => {
                format!("250 2.6.0 <{number}@practice.invalid> Queued mail for delivery")
            }
        }
    }

    /// QUIT.
    pub(super) fn bye(self) -> &'static str {
        match self {
            Self::Host => "221 2.0.0 Bye",
            Self::Exchange => "221 2.0.0 Service closing transmission channel",
        }
    }
}

/// Exchange's refusal of a sender in its own domain
/// (`ms-exch-smtp-accept-authoritative-domain-sender` not granted).
pub(super) const OWN_SENDER: &str =
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender";
