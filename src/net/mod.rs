//! The only sockets of the program: name servers, mail servers, the host's
//! API; and the clock. Real, or led to a practice world on loopback.

mod answer;
mod api_client;
mod certificate;
mod channel;
mod clock;
mod conversation;
mod dns;
mod doh;
#[doc(hidden)]
pub mod hostile;
mod http;
mod patience;
mod policy;
mod public;
mod query;
mod reach;
mod reply;
mod resolve;
mod session;
mod signature;
mod smtp;
mod stray_bytes;
mod test_message;
mod tls;
mod wire;
mod zone;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use clock::{Clock, FixedClock, SystemClock};
pub use conversation::converse;
pub use dns::{
    Answer, Data, DnsError, NameServer, Record, RecordType, Referral, ResponseCode, Soa, Zone,
};
pub use http::{ApiError, ApiMailbox, HostApi, MailboxList};
pub use patience::Window;
pub use public::{PublicResolver, Silent, name_server_at};
pub use reach::{Lead, Leads, Reach, Unreached};
pub use session::{Asked, Manner, Outcome, Session};
pub use signature::{ApiKey, sign};
pub use smtp::{
    Conversation, Ehlo, Ending, Envelope, EnvelopeReply, RcptReply, Reply, Script, Sender,
    TranscriptLine, Who,
};
pub use test_message::{Handover, TestMessage, TestMessageError, Text, send_test_message};
pub use tls::{CertificateReport, TlsFault, TlsState, TrustVerdict};
pub use zone::Delegation;

/// The way to the world: everything that leaves the program goes through it.
#[derive(Clone)]
pub struct Net {
    /// Where packets really go.
    pub reach: Reach,
    /// Resolvers to ask, in order. Never empty once built by [`Net::system`].
    pub resolvers: Vec<SocketAddr>,
    /// Resolvers for anybody that are asked beside them, and in their place
    /// where none of them answers. Empty where resolvers were named by hand:
    /// nobody else is asked then.
    pub public: Vec<PublicResolver>,
    /// Name servers that were silent so far.
    pub silent: Silent,
    /// Port of name servers found in the DNS, 53.
    pub dns_port: u16,
    /// Port of mail servers, 25.
    pub smtp_port: u16,
    /// The name said in EHLO; where it is empty or no name, the address
    /// literal of our end of the connection (RFC 5321 4.1.4).
    pub helo: String,
    /// How long a connection may take to come up, 15 s by default; a shorter
    /// reply time-out shortens it too.
    pub connect_timeout: Duration,
    /// How long each reply of a mail server may take, 30 s by default.
    pub reply_timeout: Duration,
    /// How long one conversation with a mail server may last, all its
    /// connections together, five minutes by default.
    pub talk_timeout: Duration,
    /// The first rest given to a mail server that asks for one, by 421 or by
    /// hanging up; 2 s by default, doubled each time.
    pub rest: Duration,
    /// How long each question to a name server may take, 3 s by default;
    /// asked again after half of it before it counts as silence.
    pub dns_timeout: Duration,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Net {
    /// The real world, with the resolvers that this machine is set to use and
    /// the public ones that are built in.
    ///
    /// # Errors
    /// When the machine's resolver settings can't be read or name none: the
    /// sentence says to name one.
    pub fn system() -> Result<Self, DnsError> {
        let resolvers = resolve::system_resolvers()?;
        Ok(Self { public: PublicResolver::built_in(), ..Self::with_resolvers(resolvers) })
    }

    /// The real world, with these resolvers and no others.
    pub fn with_resolvers(resolvers: Vec<SocketAddr>) -> Self {
        Self {
            reach: Reach::World,
            resolvers,
            public: Vec::new(),
            silent: Silent::default(),
            dns_port: 53,
            smtp_port: 25,
            helo: String::new(),
            connect_timeout: Duration::from_secs(15),
            reply_timeout: Duration::from_secs(30),
            talk_timeout: Duration::from_secs(5 * 60),
            rest: Duration::from_secs(2),
            dns_timeout: Duration::from_secs(3),
            clock: Arc::new(SystemClock),
        }
    }

    /// The same way, with who was silent forgotten: for a new round of questions.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self { silent: Silent::default(), ..self.clone() }
    }

    /// A practice world: names are asked of `resolvers`, and nothing but what
    /// `map` leads to is there. `roots` are certificate authorities (DER) that
    /// count as trusted in there.
    pub fn practice(resolvers: Vec<SocketAddr>, map: Leads, roots: Vec<Vec<u8>>) -> Self {
        Self {
            reach: Reach::Practice { map, roots: Arc::new(roots) },
            ..Self::with_resolvers(resolvers)
        }
    }
}
