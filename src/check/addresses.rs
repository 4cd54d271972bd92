//! The addresses behind the external server's name.

use std::net::{IpAddr, Ipv4Addr};

use super::server::ADDRESSES;
use crate::finding::{Finding, State};
use crate::net::{DnsError, Net};
use crate::plan::HostName;

/// `server.resolve`: the addresses behind the name, IPv4 first.
pub(super) async fn resolve(net: &Net, host: &HostName) -> (Finding, Vec<IpAddr>) {
    let looked_up = net.addresses(host.as_str()).await;
    let at = net.clock.now();
    let asked = net.resolvers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let finding = |state, summary: String, found: String| {
        Finding::new("server.resolve", state, summary, at)
            .compared("an address record", found)
            .asked(asked.clone())
    };
    match looked_up {
        Err(DnsError::NoVerdict { server, code, .. }) => {
            let why = format!("{server} answered {code}");
            let finding = finding(State::Unknown { why }, format!("{host} can't be looked up from here."), code.to_string())
                .means(format!("The name server answered, but with an error of its own ({code}). That says nothing about the name."))
                .advise("Check again later, or name another resolver with --resolver. SERVFAIL often means broken DNSSEC or a name server of the zone that does not answer.");
            (finding, Vec::new())
        }
        Err(error) => {
            let finding = finding(
                State::Unknown { why: error.to_string() },
                format!("{host} can't be looked up from here."),
                "(no answer)".to_owned(),
            )
            .means("No name server answered this machine. That says nothing about the name.")
            .advise("Check this machine's network, or name another resolver with --resolver.");
            (finding, Vec::new())
        }
        Ok(addresses) if addresses.is_empty() => {
            let finding = finding(State::Failed, format!("{host} has no address."), "(no record)".to_owned())
                .means("The host connects to the external server by this name and will find nothing.")
                .advise("Check the spelling, or add an A record for it at the DNS host; usually the name that the primary MX record gives is right.");
            (finding, addresses)
        }
        Ok(mut addresses) => {
            addresses.sort_by_key(|ip| (ip.is_ipv6(), *ip));
            let found = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let finding = match addresses.iter().find(|ip| is_private(ip)) {
                Some(ip) => finding(State::Warning, format!("{host} leads to {ip}, an address inside a private network."), found)
                    .means("This machine's resolver gives the inside address. The host connects from the Internet and needs the public one; whether the name has that outside can't be seen with this resolver.")
                    .advise("Ask a public resolver (--resolver 1.1.1.1), and check that the firewall leads port 25 of the public address to this server."),
                None if addresses.len() > ADDRESSES => finding(State::Warning, format!("{host} has {}.", count(&addresses)), found)
                    .means("What the others answer is not known. Senders take any of them.")
                    .advise("Take addresses of servers that are gone out of the DNS, or test each of the others by a name that leads to it alone."),
                None => finding(State::Passed, format!("{host} has {}.", count(&addresses)), found),
            };
            (finding, addresses)
        }
    }
}

fn count(addresses: &[IpAddr]) -> String {
    match addresses.len() {
        1 => "one address".to_owned(),
        more if more > ADDRESSES => format!("{more} addresses, of which {ADDRESSES} are tried"),
        more => format!("{more} addresses"),
    }
}

/// Ranges of RFC 1918 and RFC 4193. Loopback is left out: laboratories live there.
pub(super) fn is_private(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Addresses that are the asker's own machine wherever they are asked for. The
/// other loopback addresses are left out: laboratories live there.
pub(super) fn is_nobody(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => *ip == Ipv4Addr::LOCALHOST || ip.is_unspecified(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified(),
    }
}
