//! The HTTP clients: one base, no redirects, and in a
//! practice world no way out of it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::tls::provider;
use super::{Net, Reach, certificate};

/// How long one request may take from start to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client for `base`, and the base as the client is to be given it.
///
/// # Errors
/// A sentence part that says what is wrong with `base`.
pub(super) fn build(net: &Net, base: &str) -> Result<(Client, Url), String> {
    let mut url = Url::parse(base).map_err(|error| format!("this is not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() {
        return Err("the base of an API is a plain https URL".to_owned());
    }
    let secure = url.scheme() == "https";
    let config = tls(net, secure)?;
    let mut builder = Client::builder()
        .tls_backend_preconfigured(config)
        // A signed request goes to the base and nowhere else.
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(net.connect_timeout)
        .timeout(PATIENCE);
    match &net.reach {
        Reach::World if !secure && !is_loopback(&url) => {
            return Err("the key would cross the network in plain text; use https".to_owned());
        }
        Reach::World => {}
        Reach::Practice { .. } => {
            // An address is connected to as it stands, past every resolver.
            if url.domain().is_none() {
                return Err("in a practice world the API has a name, not an address".to_owned());
            }
            let port = url.port_or_known_default().unwrap_or(443);
            // Without a port in the URL the one that the map leads to is taken.
            let _ = url.set_port(None);
            builder = builder.no_proxy().dns_resolver(Arc::new(Map { net: net.clone(), port }));
        }
    }
    let client = builder.build().map_err(|error| in_words(&error))?;
    Ok((client, url))
}

/// A client for one `https` URL whose host is looked up by the resolvers of
/// `net` in every world: for what senders fetch, seen as they see it.
///
/// # Errors
/// As [`build`].
pub(super) fn by_our_resolvers(net: &Net, url: &str) -> Result<(Client, Url), String> {
    let url = Url::parse(url).map_err(|error| format!("this is not a URL: {error}"))?;
    let port = url.port_or_known_default().unwrap_or(443);
    let client = Client::builder()
        .tls_backend_preconfigured(tls(net, true)?)
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(net.connect_timeout)
        .timeout(PATIENCE)
        .no_proxy()
        .dns_resolver(Arc::new(Map { net: net.clone(), port }))
        .build()
        .map_err(|error| in_words(&error))?;
    Ok((client, url))
}

/// Certificates are judged as everywhere in `net`.
fn tls(net: &Net, secure: bool) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    match certificate::verifier(&net.reach) {
        Ok(verifier) => {
            Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
        }
        Err(why) if secure => Err(format!("certificates can't be checked here: {why}")),
        // Plain text asks nobody for a certificate.
        Err(_) => Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()),
    }
}

/// What went wrong, without the URL, from the outside in.
pub(super) fn in_words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long to answer".to_owned();
    }
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    let said = source.to_string();
    let plain = said.split(" (os error").next().unwrap_or(&said);
    crate::shown::shown(plain, 200)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Names by our resolvers, addresses by the map where there is one.
struct Map {
    net: Net,
    port: u16,
}

impl Resolve for Map {
    fn resolve(&self, name: Name) -> Resolving {
        let (net, port) = (self.net.clone(), self.port);
        Box::pin(async move {
            let mut last = "no address is known for it".to_owned();
            for ip in net.addresses(name.as_str()).await? {
                match net.reach.way_to(SocketAddr::new(ip, port), net.connect_timeout).await {
                    Ok(socket) => {
                        return Ok(Box::new(std::iter::once(socket)) as Addrs);
                    }
                    Err(error) => last = error.why,
                }
            }
            Err(last.into())
        })
    }
}
