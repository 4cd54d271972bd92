//! The addresses that the zone above gives for the domain's name servers
//! (glue). Resolvers are sent there whatever the zone itself says, so who is
//! there is asked like the others.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::heard::{Word, is_absent, of_mx};
use super::lookout::Lookout;
use super::told::{Told, ask_each};
use crate::net::{Delegation, NameServer, RecordType, Zone};

/// A server that the zone above gives another address than the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    name: String,
    above: BTreeSet<IpAddr>,
    /// Those in the zone; none where it has none.
    here: BTreeSet<IpAddr>,
}

impl Moved {
    /// Each server of `zone` with an address above that is not in the zone.
    /// Where its address could not be looked up nothing is held against it.
    pub(super) fn of(delegation: &Delegation, zone: &Zone) -> Vec<Self> {
        let mut names: Vec<&String> = delegation.glue.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        let moved = names.into_iter().filter_map(|name| {
            let its = zone.servers.iter().filter(|server| server.name == *name);
            let here: BTreeSet<IpAddr> = its.map(|server| server.at.ip()).collect();
            if here.is_empty() && !zone.without_address.contains(name) {
                return None;
            }
            let above = glue_of(delegation, name).filter(|ip| !here.contains(ip)).collect();
            Some(Self { name: name.clone(), above, here })
        });
        moved.filter(|moved| !moved.above.is_empty()).collect()
    }

    /// Where it is to be asked too. The address is part of the name, as
    /// another one of that name may be asked as well.
    pub(super) fn servers(&self, zone: &Zone, port: u16) -> Vec<NameServer> {
        let above = self.above.iter().map(|ip| NameServer {
            zone: zone.name.clone(),
            name: match self.here.is_empty() {
                true => self.name.clone(),
                false => format!("{}/{ip}", self.name),
            },
            at: (*ip, port).into(),
        });
        above.collect()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// `ns2.example.com 192.0.2.9 (in the zone: 192.0.2.54)`.
    pub(super) fn shown(&self) -> String {
        let list = |ips: &BTreeSet<IpAddr>| {
            let shown: Vec<String> = ips.iter().take(4).map(ToString::to_string).collect();
            if shown.is_empty() { "none".to_owned() } else { shown.join(" ") }
        };
        format!("{} {} (in the zone: {})", self.name, list(&self.above), list(&self.here))
    }
}

/// The addresses that the zone above gives for `name`.
pub(super) fn glue_of<'a>(
    delegation: &'a Delegation,
    name: &'a str,
) -> impl Iterator<Item = IpAddr> + 'a {
    delegation.glue.iter().filter(move |(of, _)| of == name).map(|(_, ip)| *ip)
}

/// What servers that only the zone above knows say of the domain's MX records,
/// where that is not what the zone's own servers say; a sentence for each.
pub(super) async fn other_mx(lookout: &Lookout<'_>, outside: Vec<NameServer>) -> Vec<String> {
    if outside.is_empty() {
        return Vec::new();
    }
    let domain = lookout.plan.domain().as_str();
    let (heard, told) = tokio::join!(
        lookout.hear(domain, RecordType::Mx),
        ask_each(lookout.net, outside, domain, RecordType::Mx)
    );
    let said = |told: &Told| told.answer.as_ref().map(of_mx).unwrap_or_default();
    let Word::One(inside) = heard.word(of_mx, is_absent) else { return Vec::new() };
    let inside = said(inside);
    let differ = told
        .iter()
        .filter(|told| told.speaks() && told.settles() && said(told) != inside)
        .map(|told| {
            format!(
                "{} says “{}” of the MX records of {domain}, the zone's own servers say “{inside}”: mail of whoever is sent there goes by that.",
                told.whom(),
                said(told)
            )
        });
    differ.collect()
}
