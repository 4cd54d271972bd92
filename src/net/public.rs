//! Resolvers for anybody, as data, and which name servers stayed silent.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Url;
use serde::Deserialize;

/// A resolver that answers anybody: by port 53, and where that stays silent
/// by HTTPS (RFC 8484).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicResolver {
    /// Who runs it, as on screen.
    pub name: String,
    /// Where it is asked first.
    pub at: SocketAddr,
    /// Its URL for DNS over HTTPS. The host in it is an IP address: where
    /// port 53 is closed there is nobody to look a name up.
    pub https: String,
}

impl PublicResolver {
    /// Those that are asked in the real world: `assets/resolvers/public.toml`.
    pub fn built_in() -> Vec<Self> {
        #[derive(Deserialize)]
        struct File {
            resolver: Vec<PublicResolver>,
        }
        let file: File = toml::from_str(include_str!("../../assets/resolvers/public.toml"))
            .expect("the list that is built in is well-formed");
        file.resolver
    }

    /// One by its URL alone. Plain `http` is for loopback, where labs are.
    ///
    /// # Errors
    /// What is wrong with the URL, a sentence.
    pub fn by_url(text: &str) -> Result<Self, String> {
        let fault = "Write the URL with an IP address in it, such as https://1.1.1.1/dns-query.";
        let url = Url::parse(text.trim()).map_err(|_| fault.to_owned())?;
        let ip = url.host_str().unwrap_or_default().trim_matches(['[', ']']).parse();
        let ip: IpAddr = ip.map_err(|_| fault.to_owned())?;
        let safe = url.scheme() == "https" || (url.scheme() == "http" && ip.is_loopback());
        if !safe || !url.username().is_empty() {
            return Err(fault.to_owned());
        }
        Ok(Self { name: ip.to_string(), at: SocketAddr::new(ip, 53), https: url.to_string() })
    }
}

/// A name server by address, with or without port: `192.0.2.53`, `[::1]:5353`.
///
/// # Errors
/// What is wrong with the text, a sentence.
pub fn name_server_at(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(ip, 53));
    }
    match text.parse::<SocketAddr>() {
        Ok(at) if at.port() != 0 => Ok(at),
        _ => Err("this is not an IP address with or without a port. Write 192.0.2.53, 192.0.2.53:5353, 2001:db8::53 or [2001:db8::53]:5353".to_owned()),
    }
}

/// The name servers that were asked twice and stayed silent. Others are asked
/// before them, so that a dead resolver costs its time-out once and not with
/// each name. Shared by the clones of a [`super::Net`].
#[derive(Debug, Clone, Default)]
pub struct Silent(Arc<Mutex<Quiet>>);

#[derive(Debug, Default)]
struct Quiet {
    port_53: BTreeSet<SocketAddr>,
    https: BTreeSet<String>,
}

impl Silent {
    fn quiet(&self) -> MutexGuard<'_, Quiet> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, server: SocketAddr) {
        self.quiet().port_53.insert(server);
    }

    pub(super) fn forget(&self, server: SocketAddr) {
        self.quiet().port_53.remove(&server);
    }

    /// How `resolver` answered by HTTPS.
    pub(super) fn by_https(&self, resolver: &PublicResolver, answered: bool) {
        let mut quiet = self.quiet();
        match answered {
            true => quiet.https.remove(&resolver.https),
            false => quiet.https.insert(resolver.https.clone()),
        };
    }

    /// Whether `server` was silent when it was asked last.
    pub fn has(&self, server: SocketAddr) -> bool {
        self.quiet().port_53.contains(&server)
    }

    /// Whether `resolver` was silent both ways when it was asked last.
    pub fn has_public(&self, resolver: &PublicResolver) -> bool {
        let quiet = self.quiet();
        quiet.port_53.contains(&resolver.at) && quiet.https.contains(&resolver.https)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_built_in_can_be_asked_both_ways_without_a_name() {
        let all = PublicResolver::built_in();
        assert!(all.len() >= 2);
        for resolver in all {
            let by_url = PublicResolver::by_url(&resolver.https).unwrap();
            assert_eq!(by_url.at, resolver.at, "{}", resolver.name);
        }
    }

    #[test]
    fn what_would_leak_or_need_a_name_is_refused() {
        for bad in
            ["", "1.1.1.1", "http://1.1.1.1/dns-query", "https://dns.example/q", "ftp://127.0.0.1/"]
        {
            assert!(PublicResolver::by_url(bad).is_err(), "{bad}");
        }
        assert!(PublicResolver::by_url("http://127.0.0.1:8053/dns-query").is_ok());
        assert!(PublicResolver::by_url("https://[2606:4700:4700::1111]/dns-query").is_ok());
    }

    #[test]
    fn servers_are_taken_as_people_write_them() {
        for (text, at) in [
            ("192.0.2.1", "192.0.2.1:53"),
            ("192.0.2.1:5353", "192.0.2.1:5353"),
            ("2001:db8::1", "[2001:db8::1]:53"),
            ("[2001:db8::1]", "[2001:db8::1]:53"),
            (" [::1]:5353 ", "[::1]:5353"),
        ] {
            assert_eq!(name_server_at(text).unwrap().to_string(), at, "{text}");
        }
        for text in ["", "ns1.example.com", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000", "::1:"]
        {
            assert!(name_server_at(text).is_err(), "{text}");
        }
    }
}
