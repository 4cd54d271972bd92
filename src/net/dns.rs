//! Questions to name servers: any server, any port, with AA, TTL and the SOA
//! of negative answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use super::Net;

/// The record types that the checks ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum RecordType {
    A,
    Aaaa,
    Mx,
    Ns,
    Soa,
    Txt,
    Cname,
}

/// What a server says of the question as a whole (RFC 1035 4.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ResponseCode {
    NoError,
    NxDomain,
    ServFail,
    Refused,
    Other(u16),
}

/// One server's answer to one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The server.
    pub asked: SocketAddr,
    /// The name asked for, lower case, no trailing dot.
    pub name: String,
    /// The type asked for.
    pub kind: RecordType,
    /// The server's verdict.
    pub code: ResponseCode,
    /// Whether it speaks for the zone (AA).
    pub authoritative: bool,
    /// Every record of the answer section, CNAMEs included.
    pub records: Vec<Record>,
    /// How long "no such record" may be remembered, in seconds: the smaller
    /// of the SOA's TTL and its MINIMUM (RFC 2308 5). Negative answers only.
    pub negative_ttl: Option<u32>,
    /// Whether it came by TCP, after a truncated answer by UDP.
    pub by_tcp: bool,
    /// From question to answer.
    pub took: Duration,
}

/// One record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Owner, lower case, no trailing dot.
    pub name: String,
    /// Seconds that it may be remembered.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a record says; names lower case, without trailing dot ("." for the root).
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Data {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Mx {
        preference: u16,
        exchange: String,
    },
    Ns(String),
    Cname(String),
    /// The strings of one record, joined; bytes that are no UTF-8 replaced.
    Txt(String),
    Soa(Soa),
    /// A type that was not asked for, in presentation form.
    Other(String),
}

/// Start of authority, the parts that the checks read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    /// Primary server.
    pub mname: String,
    /// Version of the zone.
    pub serial: u32,
    /// Bound of the negative TTL, in seconds.
    pub minimum: u32,
}

/// A name server that the DNS names for a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameServer {
    /// The zone that it serves.
    pub zone: String,
    /// Its name.
    pub name: String,
    /// Where to ask it: address and port.
    pub at: SocketAddr,
}

/// Why there is no answer. The sentence names who was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// No reply in time.
    #[error("{server} did not answer within {seconds} s")]
    Timeout {
        /// Who was asked.
        server: SocketAddr,
        /// How long we waited.
        seconds: u64,
    },
    /// The packet could not be sent or the connection failed.
    #[error("{server} can't be reached from here: {why}")]
    Unreachable {
        /// Who was asked.
        server: SocketAddr,
        /// What the system said.
        why: String,
    },
    /// The reply made no sense.
    #[error("{server} sent an answer that is not DNS: {why}")]
    Garbled {
        /// Who was asked.
        server: SocketAddr,
        /// What was wrong with it.
        why: String,
    },
    /// The name can't be asked for.
    #[error("“{name}” is not a name that can be looked up")]
    Name {
        /// The name, escaped.
        name: String,
    },
    /// No resolver is known.
    #[error("this machine names no DNS resolver ({why}); name one yourself")]
    NoResolver {
        /// What reading the settings said.
        why: String,
    },
}

impl Answer {
    /// The records of the type that was asked for.
    pub fn of_kind(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.data.kind() == Some(self.kind))
    }

    /// The MX records, preference and exchange, in order of preference.
    pub fn mx(&self) -> Vec<(u16, String)> {
        unimplemented!()
    }

    /// The raw answer as `dig` would print it: the evidence.
    pub fn lines(&self) -> Vec<String> {
        unimplemented!()
    }
}

impl Data {
    /// The record type of this data; `None` for `Other`.
    pub fn kind(&self) -> Option<RecordType> {
        unimplemented!()
    }
}

impl Net {
    /// Asks one resolver to find an answer for us (RD set), otherwise as
    /// [`Net::ask`].
    ///
    /// # Errors
    /// When there is no usable answer.
    pub async fn ask_resolver(
        &self,
        resolver: SocketAddr,
        name: &str,
        kind: RecordType,
    ) -> Result<Answer, DnsError> {
        let _ = (resolver, name, kind);
        unimplemented!()
    }

    /// Asks one server for what it knows itself (RD clear), as one asks the
    /// authority for a zone: UDP, then TCP on truncation; retried once on
    /// silence.
    ///
    /// # Errors
    /// When there is no usable answer. NXDOMAIN, SERVFAIL and REFUSED are answers.
    pub async fn ask(
        &self,
        server: SocketAddr,
        name: &str,
        kind: RecordType,
    ) -> Result<Answer, DnsError> {
        let _ = (server, name, kind);
        unimplemented!()
    }

    /// Asks the resolvers in order until one gives an answer other than
    /// SERVFAIL and REFUSED.
    ///
    /// # Errors
    /// The last resolver's, when none answers.
    pub async fn lookup(&self, name: &str, kind: RecordType) -> Result<Answer, DnsError> {
        let _ = (name, kind);
        unimplemented!()
    }

    /// Every address of a host name, IPv4 and IPv6, by the resolvers. Empty
    /// when the name has none.
    ///
    /// # Errors
    /// When no resolver answers.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let _ = host;
        unimplemented!()
    }

    /// The name servers of the zone that holds `name`, every address of each:
    /// walks up from `name` to the closest name with NS records.
    ///
    /// # Errors
    /// When no resolver answers.
    pub async fn authorities(&self, name: &str) -> Result<Vec<NameServer>, DnsError> {
        let _ = name;
        unimplemented!()
    }
}

/// The resolvers that this machine is set to use.
pub(super) fn system_resolvers() -> Result<Vec<SocketAddr>, DnsError> {
    let (config, _) = hickory_resolver::system_conf::read_system_conf()
        .map_err(|error| DnsError::NoResolver { why: error.to_string() })?;
    let mut found = Vec::new();
    for server in config.name_servers() {
        let port = server.connections.first().map_or(53, |connection| connection.port);
        let at = SocketAddr::new(server.ip, port);
        if !found.contains(&at) {
            found.push(at);
        }
    }
    if found.is_empty() {
        return Err(DnsError::NoResolver { why: "its settings list none".to_owned() });
    }
    Ok(found)
}
