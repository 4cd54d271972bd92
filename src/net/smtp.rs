//! The SMTP conversation (RFC 5321), as a client that never sends DATA here:
//! resolve nothing, decide nothing, write everything down.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;

use super::reach::Unreached;
use super::tls::TlsState;
use crate::plan::Address;

/// What to say to one server.
#[derive(Debug, Clone)]
pub struct Script {
    /// The server's name, for TLS and the transcript.
    pub host: String,
    /// Address and port.
    pub at: SocketAddr,
    /// Whether to take STARTTLS up when it is offered.
    pub starttls: bool,
    /// Each MAIL FROM with its recipients, RSET between them.
    pub envelopes: Vec<Envelope>,
}

/// One MAIL FROM and the recipients asked under it.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The sender.
    pub from: Sender,
    /// The recipients, in order.
    pub to: Vec<Address>,
}

/// The envelope sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// `<>`, as bounces have it.
    Null,
    /// An address.
    Address(Address),
}

/// Everything that was said, up to its end. There is no error type: a
/// conversation that broke off is a result as well.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// The server's name as given.
    pub host: String,
    /// Who was talked to.
    pub peer: SocketAddr,
    /// The greeting, 220 or not.
    pub banner: Option<Reply>,
    /// The last EHLO (after TLS where TLS came up), or HELO fallback.
    pub ehlo: Option<Ehlo>,
    /// What the server said to EHLO before TLS came up; `None` without TLS.
    /// It counts no longer (RFC 3207 4.2), but shows what was tampered with.
    pub before_tls: Option<Ehlo>,
    /// How STARTTLS went.
    pub tls: TlsState,
    /// One for each envelope that was begun.
    pub envelopes: Vec<EnvelopeReply>,
    /// How it ended.
    pub ending: Ending,
    /// Every line either way, with times.
    pub transcript: Vec<TranscriptLine>,
}

/// One reply, all its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// Enhanced status code (RFC 3463), if the text begins with one.
    pub enhanced: Option<(u8, u16, u16)>,
    /// The text of each line, without code, control characters escaped.
    pub lines: Vec<String>,
    /// From command to the end of the reply.
    pub took: Duration,
}

/// The answer to EHLO or HELO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ehlo {
    /// The raw reply.
    pub reply: Reply,
    /// Whether EHLO was refused and HELO was said instead.
    pub helo_only: bool,
    /// Keywords with their parameters, upper case keyword, as offered.
    pub keywords: Vec<(String, String)>,
}

/// The replies to one envelope.
#[derive(Debug, Clone)]
pub struct EnvelopeReply {
    /// The sender that was said.
    pub from: Sender,
    /// The reply to MAIL FROM; `None` when the conversation ended first, or
    /// the sender can't be said to this server (no SMTPUTF8).
    pub mail: Option<Reply>,
    /// Each recipient, in order; empty when the sender was not accepted.
    pub rcpts: Vec<RcptReply>,
}

/// The reply to one RCPT TO.
#[derive(Debug, Clone)]
pub struct RcptReply {
    /// Who was asked about.
    pub to: Address,
    /// The reply; `None` when the conversation ended first, or the recipient
    /// can't be named to this server (no SMTPUTF8).
    pub reply: Option<Reply>,
}

/// How a conversation ended. "Unreachable" is said of the path from here,
/// never of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With QUIT.
    Quit,
    /// No connection.
    NotConnected {
        /// Refused, unreachable or silent, as the system said.
        why: String,
        /// What that says of whose fault it is.
        how: Unreached,
    },
    /// A reply took longer than the time-out.
    ReplyTimeout {
        /// What we waited for: `banner`, `EHLO`, `RCPT TO`, ...
        waiting_for: String,
        /// How long.
        seconds: u64,
    },
    /// The server closed the connection.
    Closed {
        /// After which command.
        after: String,
    },
    /// 421, with its reply in the transcript.
    ServiceClosing {
        /// After which command.
        after: String,
    },
    /// The server broke the protocol.
    Garbled {
        /// What was wrong, a sentence.
        why: String,
    },
}

/// One line of the transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptLine {
    /// When it was sent or had arrived.
    pub at: Timestamp,
    /// Who said it.
    pub who: Who,
    /// What, control and bidi characters escaped.
    pub text: String,
}

/// Who speaks in a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// This program.
    Client,
    /// The server.
    Server,
    /// A remark: connected, TLS up, closed.
    Note,
}

impl std::fmt::Display for TranscriptLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = match self.who {
            Who::Client => ">>",
            Who::Server => "<<",
            Who::Note => "--",
        };
        write!(f, "{} {mark} {}", self.at.strftime("%H:%M:%S%.3fZ"), self.text)
    }
}
