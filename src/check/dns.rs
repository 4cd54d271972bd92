//! The same question to every name server that should know, and the DNS
//! checks alone.

use std::net::SocketAddr;

use tokio::task::JoinSet;

use super::{primary_mx, routing_mx};
use crate::finding::{Finding, State};
use crate::net::{Answer, Data, DnsError, NameServer, Net, RecordType};
use crate::plan::{Domain, HostPreset, Plan};

/// Name servers of one zone that are asked.
const SERVERS: usize = 12;
/// Resolvers that are asked.
const RESOLVERS: usize = 2;

/// The DNS checks alone, as `sdrctl dns` runs them: who the primary MX
/// records name, and whether the routing subdomain's are published. Without
/// `subdomain` the host's customary one is looked for.
pub async fn dns_alone(
    net: &Net,
    domain: &Domain,
    subdomain: Option<&Domain>,
    host: &HostPreset,
    on_finding: &mut (dyn FnMut(Finding) + Send),
) {
    let plan = Plan::new(domain.clone()).and_then(|mut plan| {
        plan.host = host.clone();
        let subdomain = match subdomain {
            Some(name) => Some(name.clone()),
            None => domain.child(&host.routing_label).ok(),
        };
        subdomain.map_or(Ok(()), |name| plan.set_routing_subdomain(name))?;
        Ok(plan)
    });
    match plan {
        Ok(plan) => {
            let seen = primary_mx::look(net, &plan).await;
            let at = net.clock.now();
            on_finding(primary_mx::verdict("subdomain.primary-mx", &plan, &seen, None, at));
            routing_mx::run(net, &plan, on_finding).await;
        }
        Err(error) => on_finding(
            Finding::new(
                "subdomain.mx",
                State::Failed,
                "These names can't be used together.",
                net.clock.now(),
            )
            .means(error.to_string())
            .advise("Name a subdomain that lies below the domain."),
        ),
    }
}

/// What one name server said.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Its name, or its address where it has none.
    pub(super) server: String,
    /// Where it was asked.
    pub(super) at: SocketAddr,
    /// Its answer, or why there is none.
    pub(super) answer: Result<Answer, DnsError>,
}

impl Told {
    /// Who was asked, as findings name it.
    pub(super) fn whom(&self) -> String {
        if self.server == self.at.to_string() || self.server == self.at.ip().to_string() {
            self.at.to_string()
        } else {
            format!("{}, {}", self.server, self.at)
        }
    }

    /// The answer as evidence.
    pub(super) fn lines(&self) -> Vec<String> {
        match &self.answer {
            Ok(answer) => answer.lines(),
            Err(error) => vec![error.to_string()],
        }
    }

    /// The target of a CNAME that the name itself has.
    pub(super) fn cname(&self) -> Option<&str> {
        let answer = self.answer.as_ref().ok()?;
        answer.records.iter().find_map(|record| match &record.data {
            Data::Cname(target) if record.name == answer.name => Some(target.as_str()),
            _ => None,
        })
    }
}

/// Asks every authoritative server of the zone that holds `zone_of`, each at
/// one address.
///
/// # Errors
/// When no resolver answers who they are.
pub(super) async fn ask_authorities(
    net: &Net,
    zone_of: &str,
    name: &str,
    kind: RecordType,
) -> Result<Vec<Told>, DnsError> {
    let servers = one_address_each(net.authorities(zone_of).await?);
    Ok(ask_all(net, servers, name, kind).await)
}

/// Asks the first resolvers.
pub(super) async fn ask_resolvers(net: &Net, name: &str, kind: RecordType) -> Vec<Told> {
    let resolvers = net.resolvers.iter().take(RESOLVERS);
    ask_all(net, resolvers.map(|at| (at.to_string(), *at)).collect(), name, kind).await
}

/// Asks these servers, all at once, and keeps their order.
pub(super) async fn ask_all(
    net: &Net,
    servers: Vec<(String, SocketAddr)>,
    name: &str,
    kind: RecordType,
) -> Vec<Told> {
    let mut running = JoinSet::new();
    for (index, (server, at)) in servers.into_iter().enumerate() {
        let (net, name) = (net.clone(), name.to_owned());
        running.spawn(async move {
            let answer = net.ask(at, &name, kind).await;
            (index, Told { server, at, answer })
        });
    }
    let mut told = Vec::new();
    while let Some(done) = running.join_next().await {
        told.extend(done.ok());
    }
    told.sort_by_key(|(index, _)| *index);
    told.into_iter().map(|(_, told)| told).collect()
}

/// IPv4 first: a machine without IPv6 would take half of the servers for dead.
fn one_address_each(mut servers: Vec<NameServer>) -> Vec<(String, SocketAddr)> {
    servers.sort_by(|a, b| (&a.name, a.at.is_ipv6(), a.at).cmp(&(&b.name, b.at.is_ipv6(), b.at)));
    servers.dedup_by(|later, first| later.name == first.name);
    servers.into_iter().map(|server| (server.name, server.at)).take(SERVERS).collect()
}

/// MX records as a finding shows them.
pub(super) fn shown_mx(mx: &[(u16, String)]) -> String {
    if mx.is_empty() {
        return "(no record)".to_owned();
    }
    let rows: Vec<String> = mx
        .iter()
        .take(10)
        .map(|(preference, exchange)| format!("{preference} {exchange}"))
        .collect();
    rows.join(", ")
}
