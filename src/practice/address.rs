//! The addresses that the practice DNS publishes: documentation ranges
//! (RFC 5737), which no packet ever leaves for.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// `mail.example.com`.
pub(super) const EXTERNAL: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 25);
/// `ns1.example.com`.
pub(super) const NS1: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 53);
/// `ns2.example.com`.
pub(super) const NS2: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 54);
/// `www.example.com`: published, and nobody there.
pub(super) const WEB: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 80);
/// `mx1.emailsrvr.com`.
pub(super) const MX1: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
/// `mx2.emailsrvr.com`.
pub(super) const MX2: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 2);
/// `ns1.emailsrvr.com`.
pub(super) const HOST_NS: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 53);
/// `api.emailsrvr.com`.
pub(super) const API: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 80);
/// The two public resolvers.
pub(super) const RESOLVERS: [Ipv4Addr; 2] =
    [Ipv4Addr::new(203, 0, 113, 53), Ipv4Addr::new(203, 0, 113, 54)];

/// An address with its port.
pub(super) fn at(address: Ipv4Addr, port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(address), port)
}
