//! Finding things in the DNS: by the resolvers, or by asking one server.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::answer::Asked;
use super::dns::{Answer, Data, DnsError, RecordType, ResponseCode};
use super::public::{PublicResolver, Silent};
use super::query;
use super::{Net, doh};

/// Addresses of one name that are looked at.
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
        Ok(self.by_port_53(resolver, name, kind).await?.answer)
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
        let asked = query::exchange(self, server, name, kind, false).await;
        match &asked {
            Err(DnsError::Timeout { .. }) => self.silent.note(server),
            Ok(_) => self.silent.forget(server),
            Err(_) => {}
        }
        Ok(asked?.answer)
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
    /// when the name has none: that is believed of two resolvers only, where
    /// two can be asked.
    ///
    /// # Errors
    /// When no resolver answers, or can say whether there are any.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        let mut first = Box::pin(self.addresses_by(host, None));
        let mut second = Box::pin(async {
            match self.second() {
                Some(other) => self.addresses_by(host, Some(&other)).await.ok(),
                None => None,
            }
        });
        // Asked at the same time, and waited for only where it matters.
        let (found, other) = tokio::select! {
            found = &mut first => (found, None),
            other = &mut second => (first.await, Some(other)),
        };
        if found.as_ref().is_ok_and(|found| !found.is_empty()) {
            return found;
        }
        let other = match other {
            Some(other) => other,
            None => second.await,
        };
        match other {
            Some(other) if !other.is_empty() || found.is_err() => Ok(other),
            _ => found,
        }
    }

    async fn addresses_by(
        &self,
        host: &str,
        resolver: Option<&Other>,
    ) -> Result<Vec<IpAddr>, DnsError> {
        let ask = |kind| async move {
            match resolver {
                Some(other) => self.ask_other(other, host, kind).await,
                None => self.lookup(host, kind).await,
            }
        };
        let (v4, v6) = tokio::join!(ask(RecordType::A), ask(RecordType::Aaaa));
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

    /// A resolver beside the first, not known to be silent.
    fn second(&self) -> Option<Other> {
        self.others().into_iter().find(|other| !other.is_silent(&self.silent))
    }

    /// The resolvers beside the first one.
    fn others(&self) -> Vec<Other> {
        let own = self.resolvers.iter().skip(1).map(|at| Other::Own(*at));
        own.chain(self.public.iter().cloned().map(Other::Public)).collect()
    }

    async fn ask_other(
        &self,
        other: &Other,
        name: &str,
        kind: RecordType,
    ) -> Result<Answer, DnsError> {
        match other {
            Other::Own(at) => self.ask_resolver(*at, name, kind).await,
            Other::Public(resolver) => self.ask_public(resolver, name, kind).await,
        }
    }

    /// What each of the resolvers beside the first says, of those that answer
    /// within `patience`.
    pub(super) async fn ask_others(
        &self,
        name: &str,
        kind: RecordType,
        patience: Duration,
    ) -> Vec<Answer> {
        let mut running = JoinSet::new();
        for (index, other) in self.others().into_iter().enumerate() {
            if other.is_silent(&self.silent) {
                continue;
            }
            let (net, name) = (self.clone(), name.to_owned());
            running.spawn(async move { (index, net.ask_other(&other, &name, kind).await) });
        }
        let deadline = Instant::now() + patience;
        let mut found = Vec::new();
        while let Ok(Some(done)) = timeout_at(deadline, running.join_next()).await {
            if let Ok((index, Ok(answer))) = done {
                found.push((index, answer));
            }
        }
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, answer)| answer).collect()
    }

    /// Asks a public resolver by port 53, and by HTTPS where that stays silent.
    ///
    /// # Errors
    /// When neither way leads to an answer: both reasons.
    pub async fn ask_public(
        &self,
        resolver: &PublicResolver,
        name: &str,
        kind: RecordType,
    ) -> Result<Answer, DnsError> {
        Ok(self.by_either_way(resolver, name, kind).await?.answer)
    }

    async fn by_either_way(
        &self,
        resolver: &PublicResolver,
        name: &str,
        kind: RecordType,
    ) -> Result<Asked, DnsError> {
        let why = if self.silent.has(resolver.at) {
            "port 53 stayed silent".to_owned()
        } else {
            match self.by_port_53(resolver.at, name, kind).await {
                Err(DnsError::Timeout { seconds, .. }) => {
                    format!("nothing came back on port 53 within {seconds} s")
                }
                Err(DnsError::Unreachable { why, .. }) => {
                    self.silent.note(resolver.at);
                    format!("port 53: {why}")
                }
                Err(DnsError::CutShort { why, .. }) => format!("port 53: by TCP {why}"),
                other => return other,
            }
        };
        // Of a size and a type of its own: an HTTP client is large.
        let by_https: Pin<Box<dyn Future<Output = Result<Asked, DnsError>> + Send + '_>> =
            Box::pin(doh::exchange(self, resolver, name, kind));
        let asked = by_https.await;
        self.silent.by_https(resolver, asked.is_ok());
        asked.map_err(|error| match error {
            DnsError::Unreachable { server, why: and } => {
                DnsError::Unreachable { server, why: format!("{why}; {and}") }
            }
            other => other,
        })
    }

    async fn by_port_53(
        &self,
        resolver: SocketAddr,
        name: &str,
        kind: RecordType,
    ) -> Result<Asked, DnsError> {
        let asked = query::exchange(self, resolver, name, kind, true).await;
        match &asked {
            Err(DnsError::Timeout { .. } | DnsError::Unreachable { .. }) => {
                self.silent.note(resolver);
            }
            Ok(_) => self.silent.forget(resolver),
            Err(_) => {}
        }
        asked
    }

    /// The resolvers in order, the public ones in their place where none of
    /// them answers; those that were silent before come last among their kind.
    pub(super) async fn resolve(&self, name: &str, kind: RecordType) -> Result<Asked, DnsError> {
        let mut last = Err(DnsError::NoResolver { why: "none is set".to_owned() });
        let mut own = self.resolvers.clone();
        own.sort_by_key(|at| self.silent.has(*at));
        // Silent a moment ago, and somebody else is there to ask.
        if !self.public.is_empty() || own.iter().any(|at| !self.silent.has(*at)) {
            own.retain(|at| !self.silent.has(*at));
        }
        for resolver in own {
            let asked = self.by_port_53(resolver, name, kind).await;
            if is_settled(&asked) || matches!(asked, Err(DnsError::Name { .. })) {
                return asked;
            }
            // An answer says more than the silence of the next resolver.
            if asked.is_ok() || last.is_err() {
                last = asked;
            }
        }
        if last.is_ok() {
            return last;
        }
        for resolver in &self.public {
            let asked = self.by_either_way(resolver, name, kind).await;
            let settled = is_settled(&asked);
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

/// A resolver beside the first.
enum Other {
    Own(SocketAddr),
    Public(PublicResolver),
}

impl Other {
    fn is_silent(&self, silent: &Silent) -> bool {
        match self {
            Self::Own(at) => silent.has(*at),
            Self::Public(resolver) => silent.has_public(resolver),
        }
    }
}

fn is_settled(asked: &Result<Asked, DnsError>) -> bool {
    asked.as_ref().is_ok_and(|asked| {
        !matches!(asked.answer.code, ResponseCode::ServFail | ResponseCode::Refused)
    })
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
