//! Who speaks for a name: the name servers of its zone, and what the zone
//! above says of them.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::task::JoinSet;

use super::Net;
use super::dns::{Answer, Data, DnsError, NameServer, RecordType, ResponseCode, Zone};
use crate::plan::is_within;
use crate::shown::shown;

/// Name servers of a zone that are read and compared by name.
pub(super) const MOST_NAMES: usize = 256;
/// Those of them that are looked up and asked: the first by name. The root
/// and the largest zones have 13.
const MOST_SERVERS: usize = 32;
/// Their addresses that are asked.
const MOST_AT: usize = 128;
/// Name servers of the zone above that are asked.
const PARENTS: usize = 2;

/// How long resolvers beside the first may take to say who serves a zone.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the zone above says of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// The zone above.
    pub parent: String,
    /// Its server that said so.
    pub asked: NameServer,
    /// The servers that it names, in order.
    pub names: Vec<String>,
    /// The addresses that it gives for them (glue), where they are below the
    /// zone itself; resolvers go by these.
    pub glue: Vec<(String, IpAddr)>,
}

impl Net {
    /// The name servers of the zone that holds `name`, every address of each:
    /// walks up from `name` to the closest name of which a resolver knows NS
    /// records. Empty when
    /// none is found below the root, or none of those named has an address.
    ///
    /// # Errors
    /// When no resolver answers.
    pub async fn authorities(&self, name: &str) -> Result<Vec<NameServer>, DnsError> {
        Ok(self.zone_of(name).await?.map(|zone| zone.servers).unwrap_or_default())
    }

    /// The zone that holds `name`, as [`Net::authorities`] finds it; `None`
    /// where there is none below the root.
    ///
    /// # Errors
    /// When no resolver answers, or can say what the servers' addresses are.
    pub async fn zone_of(&self, name: &str) -> Result<Option<Zone>, DnsError> {
        let mut at = name.trim_end_matches('.').to_ascii_lowercase();
        while !at.is_empty() {
            // One resolver may lie or live in the past: those whom any of them
            // sends there are asked.
            let (asked, others) = tokio::join!(
                self.resolve(&at, RecordType::Ns),
                self.ask_others(&at, RecordType::Ns, PATIENCE)
            );
            let told = asked.iter().map(|asked| &asked.answer).chain(&others);
            let mut names: Vec<String> =
                told.flat_map(|answer| names_of_servers(answer, &at)).collect();
            names.sort();
            names.dedup();
            names.truncate(MOST_NAMES);
            if !names.is_empty() {
                return self.zone(&at, names).await.map(Some);
            }
            let asked = asked?;
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
        Ok(None)
    }

    /// A zone whose servers' names are known. A server whose name can't be
    /// looked up is left out while another can be asked; of very many the
    /// first are looked at.
    ///
    /// # Errors
    /// When no resolver can say what their addresses are.
    pub async fn zone(&self, name: &str, mut servers: Vec<String>) -> Result<Zone, DnsError> {
        servers.sort();
        let unasked = servers.split_off(servers.len().min(MOST_SERVERS));
        let (name_servers, without_address) = (Vec::new(), Vec::new());
        let mut zone =
            Zone { name: name.to_owned(), servers: name_servers, without_address, unasked };
        let mut trouble = None;
        for (server, addresses) in self.addresses_of(servers).await {
            match addresses {
                Ok(addresses) if addresses.is_empty() => zone.without_address.push(server),
                Ok(addresses) if zone.servers.len() + addresses.len() > MOST_AT => {
                    zone.unasked.push(server);
                }
                Ok(addresses) => zone.servers.extend(addresses.into_iter().map(|ip| NameServer {
                    zone: name.to_owned(),
                    name: server.clone(),
                    at: SocketAddr::new(ip, self.dns_port),
                })),
                Err(error) => trouble = Some(error),
            }
        }
        match trouble {
            Some(error) if zone.servers.is_empty() => Err(error),
            _ => Ok(zone),
        }
    }

    /// The addresses of several hosts, all looked up at once, in their order.
    pub async fn addresses_of(
        &self,
        hosts: Vec<String>,
    ) -> Vec<(String, Result<Vec<IpAddr>, DnsError>)> {
        let mut running = JoinSet::new();
        for (index, host) in hosts.into_iter().enumerate() {
            let net = self.clone();
            running.spawn(async move {
                let addresses = net.addresses(&host).await;
                (index, (host, addresses))
            });
        }
        let mut found = running.join_all().await;
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// What the zone above `zone` says of its name servers, asked of that
    /// zone's own servers; `None` where nobody above below the root says
    /// anything, or the servers there speak for `zone` themselves.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn delegation(&self, zone: &str) -> Result<Option<Delegation>, DnsError> {
        let above: Vec<String> =
            std::iter::successors(Some(zone), |name| name.split_once('.').map(|(_, rest)| rest))
                .skip(1)
                .map(str::to_owned)
                .collect();
        let mut running = JoinSet::new();
        for (index, name) in above.into_iter().enumerate() {
            let net = self.clone();
            running.spawn(async move {
                let asked = net.lookup(&name, RecordType::Ns).await;
                (index, name, asked)
            });
        }
        let mut answers = running.join_all().await;
        answers.sort_by_key(|(index, ..)| *index);
        let mut trouble = None;
        for (_, name, asked) in answers {
            match asked {
                Ok(answer) => {
                    let names = names_of_servers(&answer, &name);
                    if !names.is_empty() {
                        return self.asked_above(zone, &name, names).await;
                    }
                }
                Err(error) => trouble = Some(error),
            }
        }
        trouble.map_or(Ok(None), Err)
    }

    async fn asked_above(
        &self,
        zone: &str,
        parent: &str,
        names: Vec<String>,
    ) -> Result<Option<Delegation>, DnsError> {
        let names = names.into_iter().take(PARENTS).collect();
        let servers = self.zone(parent, names).await?.servers;
        let mut running = JoinSet::new();
        // By IPv4: a machine without IPv6 would take the zone for dead.
        for server in servers.into_iter().filter(|server| server.at.is_ipv4()).take(PARENTS) {
            let (net, zone) = (self.clone(), zone.to_owned());
            running.spawn(async move {
                let answer = net.ask(server.at, &zone, RecordType::Ns).await;
                (server, answer)
            });
        }
        let mut last = Ok(None);
        while let Some(done) = running.join_next().await {
            let Ok((asked, answer)) = done else { continue };
            match answer {
                Ok(Answer { referral: Some(referral), .. }) if referral.zone == zone => {
                    let (parent, names) = (parent.to_owned(), referral.names);
                    // What is elsewhere is looked up there.
                    let own = |(name, _): &(String, IpAddr)| is_within(name, zone);
                    let glue = referral.addresses.into_iter().filter(own).collect();
                    return Ok(Some(Delegation { parent, asked, names, glue }));
                }
                Ok(_) => last = Ok(None),
                Err(error) => last = Err(error),
            }
        }
        last
    }
}

/// The targets of NS records that belong to `owner` itself, not to where a
/// CNAME leads; the root is nobody's server.
fn names_of_servers(answer: &Answer, owner: &str) -> Vec<String> {
    let own = answer.of_kind().filter(|record| record.name == owner);
    let names: BTreeSet<&str> = own
        .filter_map(|record| match &record.data {
            Data::Ns(name) if name != "." => Some(name.as_str()),
            _ => None,
        })
        .collect();
    names.into_iter().take(MOST_NAMES).map(str::to_owned).collect()
}

fn is_below(name: &str, zone: &str) -> bool {
    zone != "." && name.strip_suffix(zone).is_some_and(|front| front.ends_with('.'))
}
