//! Questions to name servers: any server, any port, with AA, TTL and the SOA
//! of negative answers.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::shown::shown;

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
    /// The records of the answer section that belong to the name, or to where
    /// its CNAME records lead, those included.
    pub records: Vec<Record>,
    /// How long "no such record" may be remembered, in seconds: the smaller
    /// of the SOA's TTL and its MINIMUM (RFC 2308 5). Negative answers only.
    pub negative_ttl: Option<u32>,
    /// The zone to whose servers it points on, where it is no answer itself.
    pub referral: Option<Referral>,
    /// Whether it came by TCP, after a truncated answer by UDP.
    pub by_tcp: bool,
    /// The URL, where it came by HTTPS because port 53 stayed silent.
    pub by_https: Option<String>,
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

/// A server's word that others speak for the name (RFC 1034 4.3.2, 3b).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The zone that they speak for.
    pub zone: String,
    /// Their names, in order.
    pub names: Vec<String>,
    /// The addresses that came with them (glue).
    pub addresses: Vec<(String, IpAddr)>,
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

/// A zone as the resolvers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its apex.
    pub name: String,
    /// Every address of every server that its NS records name, of so many as
    /// are looked at.
    pub servers: Vec<NameServer>,
    /// Servers that are named and have no address.
    pub without_address: Vec<String>,
    /// Servers that are named beyond those that are looked at; in order of
    /// their names, the last ones.
    pub unasked: Vec<String>,
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
    /// Its answer by UDP was cut short, and by TCP there was none.
    #[error("{server} answered by UDP with the beginning only, and by TCP {why}")]
    CutShort {
        /// Who was asked.
        server: SocketAddr,
        /// What came of TCP.
        why: String,
    },
    /// The reply is not DNS, or contradicts itself or the question.
    #[error("{server} sent an answer that makes no sense: {why}")]
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
    /// It answered, but with an error of its own.
    #[error("{server} could not look “{name}” up: {code}")]
    NoVerdict {
        /// Who was asked.
        server: SocketAddr,
        /// For what.
        name: String,
        /// What it said.
        code: ResponseCode,
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
        let mut found: Vec<_> = self
            .records
            .iter()
            .filter_map(|record| match &record.data {
                Data::Mx { preference, exchange } => Some((*preference, exchange.clone())),
                _ => None,
            })
            .collect();
        found.sort();
        found
    }

    /// The raw answer as `dig` would print it: the evidence.
    pub fn lines(&self) -> Vec<String> {
        let mut head =
            format!(";; {} asked for {} {}: {}", self.asked, self.name, self.kind, self.code);
        if self.authoritative {
            head.push_str(", authoritative");
        }
        if self.by_tcp {
            head.push_str(", by TCP");
        }
        if let Some(url) = &self.by_https {
            head.push_str(&format!(", by HTTPS from {url}"));
        }
        if let Some(seconds) = self.negative_ttl {
            head.push_str(&format!(", no such record for {seconds} s"));
        }
        if let Some(referral) = &self.referral {
            let names = referral.names.join(", ");
            head.push_str(&format!(", for {} ask {names}", dotted(&referral.zone)));
        }
        std::iter::once(head).chain(self.records.iter().map(Record::to_string)).collect()
    }
}

impl Data {
    /// The record type of this data; `None` for `Other`.
    pub fn kind(&self) -> Option<RecordType> {
        Some(match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ns(_) => RecordType::Ns,
            Self::Cname(_) => RecordType::Cname,
            Self::Txt(_) => RecordType::Txt,
            Self::Soa(_) => RecordType::Soa,
            Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} IN {}", dotted(&self.name), self.ttl, self.data)
    }
}

/// Type and value as in a zone file.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(ip) => write!(f, "A {ip}"),
            Self::Aaaa(ip) => write!(f, "AAAA {ip}"),
            Self::Mx { preference, exchange } => write!(f, "MX {preference} {}", dotted(exchange)),
            Self::Ns(name) => write!(f, "NS {}", dotted(name)),
            Self::Cname(name) => write!(f, "CNAME {}", dotted(name)),
            Self::Txt(text) => {
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "TXT \"{}\"", shown(&text, 1024))
            }
            Self::Soa(soa) => {
                write!(
                    f,
                    "SOA {} serial {} minimum {}",
                    dotted(&soa.mname),
                    soa.serial,
                    soa.minimum
                )
            }
            Self::Other(text) => f.write_str(&shown(text, 1024)),
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Soa => "SOA",
            Self::Txt => "TXT",
            Self::Cname => "CNAME",
        })
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoError => f.write_str("NOERROR"),
            Self::NxDomain => f.write_str("NXDOMAIN"),
            Self::ServFail => f.write_str("SERVFAIL"),
            Self::Refused => f.write_str("REFUSED"),
            Self::Other(code) => write!(f, "response code {code}"),
        }
    }
}

fn dotted(name: &str) -> String {
    if name == "." { name.to_owned() } else { format!("{name}.") }
}
