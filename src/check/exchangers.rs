//! What the names in MX records lead to: an address, a CNAME, or nothing.

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::addresses::{is_nobody, is_private};
use super::heard::{Heard, Word, addresses, is_absent};
use super::hearing::{Hearing, Wanted};
use super::told::cname;
use crate::finding::{Finding, State};
use crate::net::{Answer, RecordType};
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
    /// It is another name for this one, and that leads nowhere.
    Dangling(String),
    /// Nowhere.
    Nowhere,
    /// Can't be told: why, and the addresses that somebody gives.
    Untold(String, Vec<IpAddr>),
}

/// One exchanger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchanger {
    pub(super) name: String,
    pub(super) leads: Leads,
    /// Who was asked.
    asked: Vec<String>,
    /// Raw answers.
    lines: Vec<String>,
}

impl Exchanger {
    pub(super) fn addresses(&self) -> &[IpAddr] {
        match &self.leads {
            Leads::To(found) | Leads::Alias(_, found) | Leads::Untold(_, found) => found,
            _ => &[],
        }
    }

    /// Who says what of its addresses, where that is not the same.
    pub(super) fn doubt(&self) -> Option<&str> {
        match &self.leads {
            Leads::Untold(why, found) if !found.is_empty() => Some(why),
            _ => None,
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
pub(super) async fn look(hearing: &Hearing, mx: &[(u16, String)]) -> Vec<Exchanger> {
    let mut running = JoinSet::new();
    let names = mx.iter().map(|(_, name)| name).filter(|name| *name != "." && !name.is_empty());
    for (index, name) in names.take(MOST).cloned().enumerate() {
        let hearing = hearing.clone();
        running.spawn(async move { (index, one(&hearing, name).await) });
    }
    let mut found = running.join_all().await;
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, found)| found).collect()
}

/// Looks one name up.
pub(super) async fn one(hearing: &Hearing, name: String) -> Exchanger {
    if is_literal(&name) {
        return Exchanger { name, leads: Leads::Literal, asked: Vec::new(), lines: Vec::new() };
    }
    let (v4, v6) = tokio::join!(
        hearing.hear(&name, RecordType::A, Wanted::Two),
        hearing.hear(&name, RecordType::Aaaa, Wanted::Two)
    );
    let lines = v4.lines().into_iter().chain(v6.lines()).collect();
    Exchanger { name, leads: read(&v4, &v6), asked: v4.asked(), lines }
}

fn read(v4: &Heard, v6: &Heard) -> Leads {
    let answers = || [v4, v6].into_iter().flat_map(Heard::witnesses);
    let mut found: Vec<IpAddr> =
        answers().filter_map(|told| told.answer.as_ref().ok()).flat_map(addresses).collect();
    found.sort();
    found.dedup();
    let owned = || [v4, v6].into_iter().flat_map(Heard::all);
    if let Some(target) = owned().find_map(|told| told.answer.as_ref().ok().and_then(cname)) {
        // That there is nothing behind it is for those to say who follow it.
        let nothing = found.is_empty() && matches!(v4.word(has_address, is_absent), Word::One(_));
        return match nothing {
            true => Leads::Dangling(target.to_owned()),
            false => Leads::Alias(target.to_owned(), found),
        };
    }
    let words = [v4, v6].map(|heard| heard.word(has_address, is_absent));
    for word in &words {
        if let Word::Contradicted(says) = word {
            return Leads::Untold(says.clone(), found);
        }
    }
    if !found.is_empty() {
        return Leads::To(found);
    }
    // No IPv6 is as usual; only what is said of IPv4 settles it.
    match &words[0] {
        Word::One(_) => Leads::Nowhere,
        Word::Contradicted(why) | Word::Untold(why) => Leads::Untold(why.clone(), found),
    }
}

/// Addresses that turn with each answer, or with the place, are as usual; that
/// there are none is not.
fn has_address(answer: &Answer) -> String {
    let there = !addresses(answer).is_empty() || cname(answer).is_some();
    if there { "(an address)".to_owned() } else { "(no address)".to_owned() }
}

/// The finding about all of them; `None` where there is none to look at. The
/// host's own are the host's affair, and step 4 talks to them.
pub(super) fn verdict(
    id: &str,
    owner: &str,
    exchangers: &[Exchanger],
    host: &HostPreset,
    at: Timestamp,
) -> Option<Finding> {
    let usable = exchangers.iter().any(|one| one.addresses().iter().any(|ip| !is_nobody(ip)));
    let others = exchangers.iter().filter(|one| !host.owns_exchange(&one.name));
    let exchangers: Vec<&Exchanger> = others.collect();
    if exchangers.is_empty() {
        return None;
    }
    let found: Vec<String> = exchangers.iter().map(|one| shown(one)).collect();
    let mut whom: Vec<String> = Vec::new();
    for one in exchangers.iter().flat_map(|one| &one.asked) {
        if !whom.contains(one) {
            whom.push(one.clone());
        }
    }
    let make = |state, summary: String| {
        Finding::new(id, state, summary, at)
            .compared("names with addresses of their own", found.join(", "))
            .asked(whom.join("; "))
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
    } else if let Some(one) = first(|leads| matches!(leads, Leads::Dangling(_))) {
        let Leads::Dangling(target) = &one.leads else { return None };
        make(hurt(State::Failed), format!("{}, named by an MX record of {owner}, is a CNAME for {target}, which has no address.", one.name))
            .means("Senders that take this record find no server there.")
            .advise(format!("Name a server that has an address in the MX record of {owner}, or correct where the CNAME of {} leads.", one.name))
    } else if let Some(finding) = inside(owner, &exchangers, usable, make) {
        finding
    } else if let Some(one) = first(|leads| matches!(leads, Leads::Alias(..))) {
        let Leads::Alias(target, _) = &one.leads else { return None };
        make(State::Warning, format!("{}, named by an MX record of {owner}, is a CNAME for {target}.", one.name))
            .means("An MX record must not name a CNAME (RFC 2181 10.3). Many servers put up with it, some refuse or loop.")
            .advise(format!("Name {target} in the MX record, or give {} address records of its own.", one.name))
    } else if let Some(one) = exchangers.iter().find(|one| matches!(one.leads, Leads::Untold(..))) {
        let Leads::Untold(why, _) = &one.leads else { return None };
        make(
            State::Unknown { why: why.clone() },
            format!("Whether {} has an address can't be told from here.", one.name),
        )
        .means("That says nothing about the server itself.")
        .advise("Check again later, or name another resolver with --resolver.")
    } else {
        let what =
            if exchangers.len() == 1 { "The mail exchanger" } else { "Every mail exchanger" };
        make(State::Passed, format!("{what} of {owner} has an address."))
    })
}

/// An exchanger with an address that senders on the Internet can't reach.
fn inside(
    owner: &str,
    exchangers: &[&Exchanger],
    usable: bool,
    make: impl Fn(State, String) -> Finding,
) -> Option<Finding> {
    let with = |is: fn(&IpAddr) -> bool| {
        exchangers.iter().find_map(|one| Some((one, one.addresses().iter().find(|ip| is(ip))?)))
    };
    if let Some((one, ip)) = with(is_nobody) {
        let state = if usable { State::Warning } else { State::Failed };
        return Some(
            make(state, format!("{}, named by an MX record of {owner}, leads to {ip}, which is every sender's own machine.", one.name))
                .means("Senders that take this address try to deliver to themselves: the mail goes in a circle or bounces.")
                .advise(format!("Give {} the public address of the mail server.", one.name)),
        );
    }
    let (one, ip) = with(is_private)?;
    Some(
        make(State::Warning, format!("{}, named by an MX record of {owner}, leads to {ip}, an address inside a private network.", one.name))
            .means("Senders on the Internet can't reach it. If the name servers that were asked are those inside your network, others may be told the public address; that can't be seen from here.")
            .advise(format!("Give {} its public address in the zone that the Internet sees, or check again from another network.", one.name)),
    )
}

fn shown(one: &Exchanger) -> String {
    let what = match &one.leads {
        Leads::To(found) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Leads::Literal => "an IP address in place of a name".to_owned(),
        Leads::Alias(target, _) => format!("CNAME {target}"),
        Leads::Dangling(target) => format!("CNAME {target} (no address)"),
        Leads::Nowhere => "(no address)".to_owned(),
        Leads::Untold(_, found) if found.is_empty() => "(no answer)".to_owned(),
        Leads::Untold(..) => "(contradictory answers)".to_owned(),
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
