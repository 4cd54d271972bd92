//! Where mail goes for want of MX records: to the name's own address
//! (RFC 5321 5.1).

use std::net::IpAddr;

use super::heard::addresses;
use super::lookout::Lookout;
use super::told::{Told, ask_each};
use crate::net::RecordType;
use crate::plan::Plan;

/// Addresses that are named.
const MOST: usize = 4;
/// How a finding's `found` begins that says so; the addresses follow.
const FOUND: &str = "(no MX record, but an address) ";

/// The addresses of the routing subdomain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImplicitMx {
    addresses: Vec<IpAddr>,
    /// Whether a name that nobody has gets the same.
    wildcard: bool,
}

impl ImplicitMx {
    /// Asks the zone's servers, and them alone, for the routing subdomain's
    /// addresses and for those of `nobody`; `None` where it has none.
    pub(super) async fn of(lookout: &Lookout<'_>, nobody: &str) -> Option<Self> {
        let subdomain = lookout.plan.routing_subdomain().as_str();
        let servers = lookout.servers().await.unwrap_or_default();
        let ask = |name, kind| ask_each(lookout.net, servers.clone(), name, kind);
        let (v4, v6, nobody_v4, nobody_v6) = tokio::join!(
            ask(subdomain, RecordType::A),
            ask(subdomain, RecordType::Aaaa),
            ask(nobody, RecordType::A),
            ask(nobody, RecordType::Aaaa)
        );
        let given = |told: [Vec<Told>; 2]| {
            let spoken = told.into_iter().flatten().filter(Told::speaks);
            let answers = spoken.filter_map(|told| told.answer.ok());
            let mut found: Vec<IpAddr> = answers.flat_map(|answer| addresses(&answer)).collect();
            found.sort();
            found.dedup();
            found
        };
        let its = given([v4, v6]);
        let of_all = given([nobody_v4, nobody_v6]);
        let wildcard = its == of_all;
        (!its.is_empty()).then_some(Self { addresses: its, wildcard })
    }

    fn listed(&self) -> String {
        let shown: Vec<String> =
            self.addresses.iter().take(MOST).map(ToString::to_string).collect();
        shown.join(", ")
    }

    pub(super) fn summary(&self, plan: &Plan) -> String {
        let subdomain = plan.routing_subdomain();
        match self.wildcard {
            true => format!("{subdomain} has no MX record: a wildcard gives it an address."),
            false => format!("{subdomain} has no MX record, but an address."),
        }
    }

    pub(super) fn meaning(&self, plan: &Plan) -> String {
        let from = match self.wildcard {
            true => format!(", which *.{} gives for any name that is not there", plan.domain()),
            false => String::new(),
        };
        format!(
            "Forwards on the external server send to this name. Without MX records senders go by its address (RFC 5321 5.1): {}{from}. Forwarded mail goes there and not to {}; what becomes of it there can't be seen from here.",
            self.listed(),
            plan.host.name
        )
    }

    pub(super) fn found(&self) -> String {
        format!("{FOUND}{}", self.listed())
    }
}

/// The addresses in a finding's `found`; empty where it says nothing of any.
pub(super) fn by_address(found: &str) -> Vec<IpAddr> {
    let listed = found.strip_prefix(FOUND).unwrap_or_default();
    listed.split(", ").filter_map(|ip| ip.parse().ok()).collect()
}
