//! How the world is reached: the options that every asking verb shares.

use std::time::Duration;

use anyhow::Context;

use crate::net::{Net, PublicResolver, name_server_at};
use crate::plan::HostName;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Whom to ask")]
pub(super) struct Reach {
    /// Resolver to ask instead of the system's and the public ones; IPv6 with a
    /// port as [::1]:53. The name servers that it names for the domain and the
    /// zone above are still asked themselves, on port 53: what each of them
    /// publishes is what is checked. Where a firewall keeps them out of reach,
    /// the resolver's answers stand and the rest says so.
    #[arg(long, value_name = "IP[:PORT]")]
    pub(super) resolver: Vec<String>,
    /// DNS over HTTPS, for where port 53 gets no answer: a URL with an IP
    /// address in it, such as https://1.1.1.1/dns-query.
    #[arg(long, value_name = "URL")]
    pub(super) doh: Vec<String>,
    /// Port of mail servers.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) smtp_port: Option<u16>,
    /// Port of the name servers that the DNS names: for a lab that has them elsewhere.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), hide = true)]
    pub(super) dns_port: Option<u16>,
    /// Name to say in EHLO, instead of this machine's.
    #[arg(long, value_name = "NAME")]
    pub(super) helo: Option<String>,
    /// Seconds that each reply of a mail server may take [default: 30].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(super) timeout: Option<u64>,
}

impl Reach {
    /// The way to the world by these options.
    pub(super) fn net(&self) -> anyhow::Result<Net> {
        self.net_with("--resolver", &[])
    }

    /// As `net`, with more resolvers, given with `option`.
    pub(super) fn net_with(&self, option: &str, more: &[String]) -> anyhow::Result<Net> {
        let given = self.resolver.iter().map(|text| ("--resolver", text));
        let more = more.iter().map(|text| (option, text));
        let resolvers = given
            .chain(more)
            .map(|(option, text)| {
                name_server_at(text)
                    .map_err(anyhow::Error::msg)
                    .with_context(|| format!("{option} {text}"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut net = if resolvers.is_empty() {
            Net::system().context("no resolver")?
        } else {
            Net::with_resolvers(resolvers)
        };
        if !self.doh.is_empty() {
            net.public = self
                .doh
                .iter()
                .map(|url| PublicResolver::by_url(url).map_err(anyhow::Error::msg))
                .collect::<Result<_, _>>()
                .context("--doh")?;
        }
        net.smtp_port = self.smtp_port.unwrap_or(net.smtp_port);
        net.dns_port = self.dns_port.unwrap_or(net.dns_port);
        if let Some(helo) = &self.helo {
            net.helo = match is_literal(helo) {
                true => helo.clone(),
                false => HostName::parse(helo).context("--helo")?.to_string(),
            };
        }
        if let Some(seconds) = self.timeout {
            net.reply_timeout = Duration::from_secs(seconds);
        }
        Ok(net)
    }
}

/// `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 4.1.3).
fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|inner| match inner.strip_prefix("IPv6:") {
        Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => inner.parse::<std::net::Ipv4Addr>().is_ok(),
    })
}
