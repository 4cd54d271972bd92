//! What the names in MX records lead to: an address, a CNAME, or nothing.

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::told::cname;
use crate::finding::{Finding, State};
use crate::net::{Answer, Data, DnsError, Net, RecordType, ResponseCode};
use crate::plan::HostPreset;

/// Exchangers of one name that are looked at.
const MOST: usize = 10;

/// What one exchanger leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leads {
    /// Addresses.
    To(Vec<IpAddr>),
    /// It is an address itself, where a name must stand.
    Literal,
    /// It is another name for this one, and that one's addresses.
    Alias(String, Vec<IpAddr>),
    /// Nowhere.
    Nowhere,
    /// Can't be told: why.
    Untold(String),
}

/// One exchanger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchanger {
    pub(super) name: String,
    pub(super) leads: Leads,
    /// Raw answers.
    lines: Vec<String>,
}

impl Exchanger {
    pub(super) fn addresses(&self) -> &[IpAddr] {
        match &self.leads {
            Leads::To(found) | Leads::Alias(_, found) => found,
            _ => &[],
        }
    }
}

/// Whether the exchanger is an IP address where a name must stand: `192.0.2.1`
/// or what panels make of it, `192.0.2.1.example.com`.
pub(super) fn is_literal(exchange: &str) -> bool {
    let labels: Vec<&str> = exchange.split('.').collect();
    let first = labels.get(..4).unwrap_or_default().join(".");
    first.parse::<Ipv4Addr>().is_ok() || exchange.contains(':') || exchange.starts_with('[')
}

/// Looks the names up, all at once.
pub(super) async fn look(net: &Net, mx: &[(u16, String)]) -> Vec<Exchanger> {
    let mut running = JoinSet::new();
    let names = mx.iter().map(|(_, name)| name).filter(|name| *name != "." && !name.is_empty());
    for (index, name) in names.take(MOST).cloned().enumerate() {
        let net = net.clone();
        running.spawn(async move { (index, one(&net, name).await) });
    }
    let mut found = running.join_all().await;
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, found)| found).collect()
}

async fn one(net: &Net, name: String) -> Exchanger {
    if is_literal(&name) {
        return Exchanger { name, leads: Leads::Literal, lines: Vec::new() };
    }
    let (v4, v6) =
        tokio::join!(net.lookup(&name, RecordType::A), net.lookup(&name, RecordType::Aaaa));
    let lines = [&v4, &v6].into_iter().flat_map(|answer| match answer {
        Ok(answer) => answer.lines(),
        Err(error) => vec![error.to_string()],
    });
    let lines = lines.collect();
    Exchanger { name, leads: read(&v4, &v6), lines }
}

fn read(v4: &Result<Answer, DnsError>, v6: &Result<Answer, DnsError>) -> Leads {
    let answers = || [v4, v6].into_iter().filter_map(|answer| answer.as_ref().ok());
    let mut addresses: Vec<IpAddr> = Vec::new();
    for record in answers().flat_map(|answer| answer.records.iter()) {
        match record.data {
            Data::A(ip) => addresses.push(ip.into()),
            Data::Aaaa(ip) => addresses.push(ip.into()),
            _ => {}
        }
    }
    addresses.dedup();
    if let Some(target) = answers().find_map(cname) {
        return Leads::Alias(target.to_owned(), addresses);
    }
    if !addresses.is_empty() {
        return Leads::To(addresses);
    }
    // No IPv6 is as usual; only what is said of IPv4 settles it.
    match v4 {
        Ok(answer) if matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain) => {
            Leads::Nowhere
        }
        Ok(answer) => Leads::Untold(format!("{} answered {}", answer.asked, answer.code)),
        Err(error) => Leads::Untold(error.to_string()),
    }
}

/// The finding about all of them; `None` where there is none to look at. The
/// host's own are the host's affair, and step 4 talks to them.
pub(super) fn verdict(
    id: &str,
    owner: &str,
    exchangers: &[Exchanger],
    host: &HostPreset,
    asked: String,
    at: Timestamp,
) -> Option<Finding> {
    let usable = exchangers.iter().any(|one| !one.addresses().is_empty());
    let others = exchangers.iter().filter(|one| !host.owns_exchange(&one.name));
    let exchangers: Vec<&Exchanger> = others.collect();
    if exchangers.is_empty() {
        return None;
    }
    let found: Vec<String> = exchangers.iter().map(|one| shown(one)).collect();
    let make = |state, summary: String| {
        Finding::new(id, state, summary, at)
            .compared("names with addresses of their own", found.join(", "))
            .asked(asked.clone())
            .with_evidence(exchangers.iter().flat_map(|one| one.lines.clone()))
    };
    let first = |is: fn(&Leads) -> bool| exchangers.iter().find(|one| is(&one.leads));
    let hurt = |state| if usable { State::Warning } else { state };
    Some(if let Some(one) = first(|leads| *leads == Leads::Literal) {
        make(State::Failed, format!("An MX record of {owner} names an IP address: {}.", one.name))
            .means("An MX record must name a server (RFC 1035 3.3.9). Senders look the address up as if it were a name, find nothing, and try the next record or give up.")
            .advise(format!("Give the server a name with an A record, and write that name into the MX record of {owner}."))
    } else if let Some(one) = first(|leads| *leads == Leads::Nowhere) {
        make(hurt(State::Failed), format!("{}, named by an MX record of {owner}, has no address.", one.name))
            .means("Senders that take this record find no server there.")
            .advise(format!("Check the spelling of {}; if it is right, add an A record for it, or remove the MX record.", one.name))
    } else if let Some(one) = first(|leads| matches!(leads, Leads::Alias(..))) {
        let Leads::Alias(target, _) = &one.leads else { return None };
        make(State::Warning, format!("{}, named by an MX record of {owner}, is a CNAME for {target}.", one.name))
            .means("An MX record must not name a CNAME (RFC 2181 10.3). Many servers put up with it, some refuse or loop.")
            .advise(format!("Name {target} in the MX record, or give {} address records of its own.", one.name))
    } else if let Some(one) = exchangers.iter().find(|one| matches!(one.leads, Leads::Untold(_))) {
        let Leads::Untold(why) = &one.leads else { return None };
        make(
            State::Unknown { why: why.clone() },
            format!("Whether {} has an address can't be told from here.", one.name),
        )
        .means("That says nothing about the server.")
        .advise("Check again later, or name another resolver with --resolver.")
    } else {
        let what =
            if exchangers.len() == 1 { "The mail exchanger" } else { "Every mail exchanger" };
        make(State::Passed, format!("{what} of {owner} has an address."))
    })
}

fn shown(one: &Exchanger) -> String {
    let what = match &one.leads {
        Leads::To(found) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Leads::Literal => "an IP address in place of a name".to_owned(),
        Leads::Alias(target, _) => format!("CNAME {target}"),
        Leads::Nowhere => "(no address)".to_owned(),
        Leads::Untold(_) => "(no answer)".to_owned(),
    };
    format!("{}: {what}", one.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_name_that_begins_with_digits() {
        for literal in ["192.0.2.1", "192.0.2.1.example.com", "[192.0.2.1]", "2001:db8::1"] {
            assert!(is_literal(literal), "{literal}");
        }
        for name in ["mail.example.com", "1.example.com", "300.0.2.1.example.com", "10.mx.a.b"] {
            assert!(!is_literal(name), "{name}");
        }
    }
}
