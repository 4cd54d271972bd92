//! Finding things in the DNS: by resolvers, or from the authorities for a zone.

use std::net::{IpAddr, SocketAddr};

use super::Net;
use super::dns::{Answer, Data, DnsError, NameServer, RecordType, ResponseCode};
use super::query::{self, Asked};
use crate::shown::shown;

/// Name servers of a zone that are looked at, and addresses of each.
const MOST_SERVERS: usize = 13;
const MOST_ADDRESSES: usize = 16;

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
        Ok(query::exchange(self, resolver, name, kind, true).await?.answer)
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
        Ok(query::exchange(self, server, name, kind, false).await?.answer)
    }

    /// Asks the resolvers in order until one gives an answer other than
    /// SERVFAIL and REFUSED.
    ///
    /// # Errors
    /// The last resolver's, when none answers.
    pub async fn lookup(&self, name: &str, kind: RecordType) -> Result<Answer, DnsError> {
        Ok(self.resolve(name, kind).await?.answer)
    }

    /// Every address of a host name, IPv4 and IPv6, by the resolvers. Empty
    /// when the name has none.
    ///
    /// # Errors
    /// When no resolver answers, or can say whether there are any.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let (v4, v6) =
            tokio::join!(self.lookup(host, RecordType::A), self.lookup(host, RecordType::Aaaa));
        let mut found: Vec<IpAddr> = Vec::new();
        let mut trouble = None;
        for answer in [v4, v6] {
            match answer {
                Ok(answer) => {
                    for record in answer.of_kind() {
                        let ip = match record.data {
                            Data::A(ip) => IpAddr::from(ip),
                            Data::Aaaa(ip) => IpAddr::from(ip),
                            _ => continue,
                        };
                        if !found.contains(&ip) && found.len() < MOST_ADDRESSES {
                            found.push(ip);
                        }
                    }
                    if !matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain) {
                        trouble = Some(DnsError::NoVerdict {
                            server: answer.asked,
                            name: answer.name,
                            code: answer.code,
                        });
                    }
                }
                Err(error) => trouble = Some(error),
            }
        }
        match trouble {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    /// The name servers of the zone that holds `name`, every address of each:
    /// walks up from `name` to the closest name with NS records. Empty when
    /// none is found below the root, or none of those named has an address.
    ///
    /// # Errors
    /// When no resolver answers.
    pub async fn authorities(&self, name: &str) -> Result<Vec<NameServer>, DnsError> {
        let mut at = name.trim_end_matches('.').to_ascii_lowercase();
        while !at.is_empty() {
            let asked = self.resolve(&at, RecordType::Ns).await?;
            let names = names_of_servers(&asked.answer, &at);
            if !names.is_empty() {
                return self.servers(&at, names).await;
            }
            if !matches!(asked.answer.code, ResponseCode::NoError | ResponseCode::NxDomain) {
                return Err(DnsError::NoVerdict {
                    server: asked.answer.asked,
                    name: shown(&at, 80),
                    code: asked.answer.code,
                });
            }
            at = match asked.zone {
                Some(zone) if is_below(&at, &zone) => zone,
                _ => at.split_once('.').map(|(_, rest)| rest.to_owned()).unwrap_or_default(),
            };
        }
        Ok(Vec::new())
    }

    /// The addresses of name servers. One that has none, or whose name can't
    /// be looked up, is left out while another can be asked.
    async fn servers(&self, zone: &str, names: Vec<String>) -> Result<Vec<NameServer>, DnsError> {
        let mut found = Vec::new();
        let mut trouble = None;
        for name in names {
            match self.addresses(&name).await {
                Ok(addresses) => {
                    found.extend(addresses.into_iter().map(|ip| NameServer {
                        zone: zone.to_owned(),
                        name: name.clone(),
                        at: SocketAddr::new(ip, self.dns_port),
                    }));
                }
                Err(error) => trouble = Some(error),
            }
        }
        match trouble {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    async fn resolve(&self, name: &str, kind: RecordType) -> Result<Asked, DnsError> {
        let mut last = Err(DnsError::NoResolver { why: "none is set".to_owned() });
        for resolver in &self.resolvers {
            let asked = query::exchange(self, *resolver, name, kind, true).await;
            let settled = match &asked {
                Ok(asked) => {
                    !matches!(asked.answer.code, ResponseCode::ServFail | ResponseCode::Refused)
                }
                Err(DnsError::Name { .. }) => return asked,
                Err(_) => false,
            };
            // An answer says more than the silence of the next resolver.
            if settled || asked.is_ok() || last.is_err() {
                last = asked;
            }
            if settled {
                break;
            }
        }
        last
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
        // Windows lists fec0:0:0:ffff::1-3 for adapters that have no server.
        if matches!(server.ip, IpAddr::V6(ip) if ip.segments()[0] & 0xffc0 == 0xfec0) {
            continue;
        }
        if !found.contains(&at) {
            found.push(at);
        }
    }
    if found.is_empty() {
        return Err(DnsError::NoResolver { why: "its settings list none".to_owned() });
    }
    Ok(found)
}

/// The targets of NS records that belong to `owner` itself, not to where a
/// CNAME leads; the root is nobody's server.
fn names_of_servers(answer: &Answer, owner: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for record in answer.of_kind().filter(|record| record.name == owner) {
        if let Data::Ns(name) = &record.data
            && name != "."
            && !names.contains(name)
            && names.len() < MOST_SERVERS
        {
            names.push(name.clone());
        }
    }
    names.sort();
    names
}

fn is_below(name: &str, zone: &str) -> bool {
    zone != "." && name.strip_suffix(zone).is_some_and(|front| front.ends_with('.'))
}
