//! The only sockets of the program: name servers, mail servers, the host's
//! API; and the clock. Real, or led to a practice world on loopback.

mod clock;
mod dns;
mod http;
mod smtp;
mod tls;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub use clock::{Clock, FixedClock, SystemClock};
pub use dns::{Answer, Data, DnsError, NameServer, Record, RecordType, ResponseCode, Soa};
pub use http::{ApiError, ApiKey, ApiMailbox, HostApi, sign};
pub use smtp::{
    Conversation, Ehlo, Ending, Envelope, EnvelopeReply, RcptReply, Reply, Script, Sender,
    TranscriptLine, Who, converse,
};
pub use tls::{CertificateReport, TlsState, TrustVerdict};

/// The way to the world: everything that leaves the program goes through it.
#[derive(Clone)]
pub struct Net {
    /// Where packets really go.
    pub reach: Reach,
    /// Resolvers to ask, in order. Never empty once built by [`Net::system`].
    pub resolvers: Vec<SocketAddr>,
    /// Port of name servers found in the DNS, 53.
    pub dns_port: u16,
    /// Port of mail servers, 25.
    pub smtp_port: u16,
    /// The name said in EHLO.
    pub helo: String,
    /// How long each reply of a mail server may take, 30 s by default.
    pub reply_timeout: Duration,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Where packets really go.
#[derive(Clone, Debug)]
pub enum Reach {
    /// To the address that was asked for.
    World,
    /// To a practice world: only addresses in the map are there, all others
    /// are unreachable. Nothing leaves loopback.
    Practice {
        /// Address and port as the practice DNS has them -> the real
        /// loopback socket.
        map: Arc<BTreeMap<SocketAddr, SocketAddr>>,
        /// Certificate authorities (DER) that count as trusted in there.
        roots: Arc<Vec<Vec<u8>>>,
    },
}

impl Net {
    /// The real world, with the resolvers that this machine is set to use.
    ///
    /// # Errors
    /// When the machine's resolver settings can't be read or name none: the
    /// sentence says to name one.
    pub fn system() -> Result<Self, DnsError> {
        unimplemented!()
    }

    /// The real world, with these resolvers.
    pub fn with_resolvers(resolvers: Vec<SocketAddr>) -> Self {
        let _ = resolvers;
        unimplemented!()
    }
}
