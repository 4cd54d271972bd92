//! One question to several name servers, and what each of them said.

use std::net::SocketAddr;

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::probe::{LONGEST_WAIT, later};
use crate::net::{
    Answer, Data, DnsError, NameServer, Net, PublicResolver, RecordType, ResponseCode,
};

/// Addresses of name servers of one zone that are asked.
const ADDRESSES: usize = 16;
/// Resolvers of this machine that are asked.
const RESOLVERS: usize = 2;

/// What one name server said.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Its name, or its address where it has none.
    pub(super) server: String,
    /// Where it was asked.
    pub(super) at: SocketAddr,
    /// Its answer, or why there is none.
    pub(super) answer: Result<Answer, DnsError>,
    /// The same server at its other addresses, where it said the same.
    pub(super) beside: Vec<Told>,
}

impl Told {
    /// Who was asked, as findings name it.
    pub(super) fn whom(&self) -> String {
        let mut at = self.at.to_string();
        if let Some(url) = self.answer.as_ref().ok().and_then(|answer| answer.by_https.as_deref()) {
            at = url.to_owned();
        }
        for other in &self.beside {
            at.push_str(&format!(" and {}", other.at));
        }
        if self.server == self.at.to_string() || self.server == self.at.ip().to_string() {
            at
        } else {
            format!("{}, {at}", self.server)
        }
    }

    /// The answer as evidence.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = match &self.answer {
            Ok(answer) => answer.lines(),
            Err(error) => vec![error.to_string()],
        };
        lines.extend(self.beside.iter().flat_map(Self::lines));
        lines
    }

    /// The target of a CNAME that the name itself has.
    pub(super) fn cname(&self) -> Option<&str> {
        self.answer.as_ref().ok().and_then(cname)
    }

    /// Whether it says what is there, or that nothing is.
    pub(super) fn settles(&self) -> bool {
        unsettled(&self.answer).is_none()
    }

    /// Whether it speaks for the zone, as an authoritative server does.
    pub(super) fn speaks(&self) -> bool {
        self.answer.as_ref().is_ok_and(|answer| answer.authoritative)
    }

    /// Whether nothing at all came back.
    pub(super) fn is_silent(&self) -> bool {
        matches!(self.answer, Err(DnsError::Timeout { .. } | DnsError::Unreachable { .. }))
    }

    /// Whether both said the same of the question.
    fn agrees(&self, other: &Self) -> bool {
        match (&self.answer, &other.answer) {
            (Ok(a), Ok(b)) => {
                let records = |answer: &Answer| {
                    let mut rows: Vec<String> =
                        answer.records.iter().map(|record| record.data.to_string()).collect();
                    rows.sort();
                    rows
                };
                (a.code, a.authoritative) == (b.code, b.authoritative) && records(a) == records(b)
            }
            (Err(_), Err(_)) => true,
            _ => false,
        }
    }
}

/// The target of a CNAME that the name asked for has itself.
pub(super) fn cname(answer: &Answer) -> Option<&str> {
    answer.records.iter().find_map(|record| match &record.data {
        Data::Cname(target) if record.name == answer.name => Some(target.as_str()),
        _ => None,
    })
}

/// Asks name servers for what they know themselves, each at every address.
pub(super) async fn ask_each(
    net: &Net,
    mut servers: Vec<NameServer>,
    name: &str,
    kind: RecordType,
) -> Vec<Told> {
    servers.sort_by(|a, b| (&a.name, a.at.is_ipv6(), a.at).cmp(&(&b.name, b.at.is_ipv6(), b.at)));
    servers.truncate(ADDRESSES);
    let mut running = JoinSet::new();
    for (index, server) in servers.into_iter().enumerate() {
        let (net, name) = (net.clone(), name.to_owned());
        running.spawn(async move {
            let answer = net.ask(server.at, &name, kind).await;
            (index, Told { server: server.name, at: server.at, answer, beside: Vec::new() })
        });
    }
    by_server(in_order(running).await)
}

/// Asks this machine's resolvers and the public ones.
pub(super) async fn ask_resolvers(net: &Net, name: &str, kind: RecordType) -> Vec<Told> {
    ask_some(net, resolvers(net), name, kind).await
}

/// Asks these resolvers.
pub(super) async fn ask_some(
    net: &Net,
    resolvers: Vec<Resolver>,
    name: &str,
    kind: RecordType,
) -> Vec<Told> {
    let mut running = JoinSet::new();
    for (index, resolver) in resolvers.into_iter().enumerate() {
        let (net, name) = (net.clone(), name.to_owned());
        running.spawn(async move { (index, resolver.ask(&net, &name, kind).await) });
    }
    in_order(running).await
}

/// Name and address of each resolver that [`ask_resolvers`] asks.
pub(super) fn whom_to_ask(net: &Net) -> Vec<(String, SocketAddr)> {
    let all = resolvers(net).into_iter().map(|resolver| match resolver {
        Resolver::Own(at) => (at.to_string(), at),
        Resolver::Public(resolver) => (resolver.name, resolver.at),
    });
    all.collect()
}

/// A public one that this machine is set to use counts as public: it can be
/// asked by HTTPS too.
pub(super) fn resolvers(net: &Net) -> Vec<Resolver> {
    let is_public = |at: &SocketAddr| net.public.iter().any(|public| public.at == *at);
    let own = net.resolvers.iter().take(RESOLVERS).filter(|at| !is_public(at));
    let public = net.public.iter().cloned().map(Resolver::Public);
    own.map(|at| Resolver::Own(*at)).chain(public).collect()
}

/// Who is asked to find an answer.
pub(super) enum Resolver {
    Own(SocketAddr),
    Public(PublicResolver),
}

impl Resolver {
    /// Whether it did not answer when it was asked last.
    pub(super) fn is_silent(&self, net: &Net) -> bool {
        match self {
            Self::Own(at) => net.silent.has(*at),
            Self::Public(resolver) => net.silent.has_public(resolver),
        }
    }

    pub(super) fn is_public(&self) -> bool {
        matches!(self, Self::Public(_))
    }

    async fn ask(self, net: &Net, name: &str, kind: RecordType) -> Told {
        match self {
            Self::Own(at) => {
                let answer = net.ask_resolver(at, name, kind).await;
                Told { server: at.to_string(), at, answer, beside: Vec::new() }
            }
            Self::Public(resolver) => {
                let answer = net.ask_public(&resolver, name, kind).await;
                Told { server: resolver.name, at: resolver.at, answer, beside: Vec::new() }
            }
        }
    }
}

async fn in_order(running: JoinSet<(usize, Told)>) -> Vec<Told> {
    let mut told = running.join_all().await;
    told.sort_by_key(|(index, _)| *index);
    told.into_iter().map(|(_, told)| told).collect()
}

/// One entry a server where all of its addresses say the same; an address
/// that says something else gets its own. IPv6 without an answer counts for
/// nothing beside an answer by IPv4: this machine may have none.
fn by_server(told: Vec<Told>) -> Vec<Told> {
    let mut servers: Vec<Told> = Vec::new();
    for one in told {
        match servers.iter_mut().find(|first| first.server == one.server) {
            None => servers.push(one),
            Some(first) if first.agrees(&one) => first.beside.push(one),
            Some(first) if one.at.is_ipv6() && one.answer.is_err() => first.beside.push(one),
            Some(_) => {
                servers.push(Told { server: format!("{}/{}", one.server, one.at.ip()), ..one });
            }
        }
    }
    servers
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
    match mx.len().saturating_sub(rows.len()) {
        0 => rows.join(", "),
        more => format!("{} and {more} more", rows.join(", ")),
    }
}

/// A span as people say it.
pub(super) fn duration(seconds: u32) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}

/// How long an answer may still be remembered: the span and its end, the same
/// of both. The number comes from a server, and nobody keeps it for more than
/// a week (RFC 2308 5, and the stock settings of resolvers).
pub(super) fn remembered(at: Timestamp, seconds: u32) -> String {
    let seconds = seconds.min(LONGEST_WAIT);
    format!("for {} more, until {}", duration(seconds), until(at, seconds))
}

/// The clock time `seconds` from now, with the day where that may be another.
fn until(at: Timestamp, seconds: u32) -> String {
    let form = if seconds < 12 * 3600 { "%H:%M UTC" } else { "%H:%M UTC on %-d %B" };
    later(at, seconds).strftime(form).to_string()
}

/// Why an answer settles nothing, to follow "because"; `None` where it says
/// what is there, or that nothing is.
pub(super) fn unsettled(answer: &Result<Answer, DnsError>) -> Option<String> {
    match answer {
        Ok(answer) if matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain) => None,
        Ok(answer) => Some(format!("{} answered {}", answer.asked, answer.code)),
        Err(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(server: &str, at: &str, answers: bool) -> Told {
        let at: SocketAddr = at.parse().unwrap();
        let answer = if answers {
            Ok(Answer {
                asked: at,
                name: "example.com".to_owned(),
                kind: RecordType::Mx,
                code: crate::net::ResponseCode::NoError,
                authoritative: true,
                records: Vec::new(),
                negative_ttl: None,
                referral: None,
                by_tcp: false,
                by_https: None,
                took: std::time::Duration::ZERO,
            })
        } else {
            Err(DnsError::Timeout { server: at, seconds: 5 })
        };
        Told { server: server.to_owned(), at, answer, beside: Vec::new() }
    }

    #[test]
    fn a_server_is_one_entry_until_one_of_its_addresses_says_something_else() {
        let one = by_server(vec![
            told("ns1", "192.0.2.1:53", true),
            told("ns1", "192.0.2.2:53", true),
            told("ns1", "[2001:db8::1]:53", false),
            told("ns2", "192.0.2.3:53", false),
        ]);
        let named: Vec<&str> = one.iter().map(|told| told.server.as_str()).collect();
        assert_eq!(named, ["ns1", "ns2"]);
        assert_eq!(one[0].whom(), "ns1, 192.0.2.1:53 and 192.0.2.2:53 and [2001:db8::1]:53");
        let two =
            by_server(vec![told("ns1", "192.0.2.1:53", true), told("ns1", "192.0.2.2:53", false)]);
        let named: Vec<&str> = two.iter().map(|told| told.server.as_str()).collect();
        assert_eq!(named, ["ns1", "ns1/192.0.2.2"]);
    }
}
