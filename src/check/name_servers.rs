//! The name servers of the domain: whether each speaks for it, whether the
//! zone above names the same, and whether all have the same version.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::glue::{Moved, glue_of, other_mx};
use super::lookout::Lookout;
use super::port_53::Line;
use super::told::{Told, ask_each};
use crate::finding::{Finding, State};
use crate::net::{Data, Delegation, DnsError, NameServer, RecordType, ResponseCode};

/// What was seen.
struct Seen {
    zone: String,
    /// Names in the zone's own NS records.
    own: BTreeSet<String>,
    without_address: Vec<String>,
    /// Names beyond those that are asked.
    unasked: Vec<String>,
    delegation: Option<Delegation>,
    /// Those that the zone above gives other addresses.
    moved: Vec<Moved>,
    /// Other MX records at servers that only the zone above knows, in sentences.
    other_mx: Vec<String>,
    /// The SOA, as each server gives it.
    told: Vec<Told>,
    /// Where all of them are silent: whether others answer on port 53.
    line: Option<Line>,
}

/// Servers that only the zone above names and that are asked.
const MOST_OTHERS: usize = 32;

/// How one that denies its own zone stands.
const DENIES: &str = "says that it does not exist";

/// How one server stands.
enum Stand {
    Serial(u32),
    Lame(String),
    Silent(String),
    /// By UDP it answers with the beginning only, by TCP not at all.
    CutShort(String),
}

/// The findings, most telling first; empty where the zone is not known.
pub(super) async fn run(lookout: &Lookout<'_>) -> Vec<Finding> {
    // Of a size of its own: what waits for it waits for much beside it.
    let Some(seen) = Box::pin(look(lookout)).await else { return Vec::new() };
    let at = lookout.net.clock.now();
    let mut findings = vec![of_how_many(speaking(&seen, at), &seen)];
    findings.extend(above(&seen, at));
    findings.extend(serials(&seen, at));
    findings
}

async fn look(lookout: &Lookout<'_>) -> Option<Seen> {
    let net = lookout.net;
    let domain = lookout.plan.domain().as_str();
    let (zone, delegation) = tokio::join!(lookout.zone(), lookout.delegation());
    let zone = zone.as_ref().ok()?.as_ref()?;
    let own: BTreeSet<String> = zone
        .servers
        .iter()
        .map(|server| server.name.clone())
        .chain(zone.without_address.iter().chain(&zone.unasked).cloned())
        .collect();
    // Where the domain is no zone of its own, what is above it is not asked.
    let delegation = delegation.filter(|_| zone.name == domain).cloned();
    let mut unasked = zone.unasked.clone();
    let mut others: Vec<String> = delegation
        .iter()
        .flat_map(|delegation| delegation.names.iter())
        .filter(|name| !own.contains(*name))
        .cloned()
        .collect();
    unasked.extend(others.split_off(others.len().min(MOST_OTHERS)));
    let moved = delegation.as_ref().map(|above| Moved::of(above, zone)).unwrap_or_default();
    let of_zone = ask_each(net, zone.servers.clone(), &zone.name, RecordType::Soa);
    let of_others = async {
        let mut without_address = Vec::new();
        let mut servers: Vec<NameServer> =
            moved.iter().flat_map(|moved| moved.servers(zone, net.dns_port)).collect();
        for (name, addresses) in net.addresses_of(others).await {
            let mut found = addresses.clone().unwrap_or_default();
            let glue = delegation.iter().flat_map(|above| glue_of(above, &name));
            found.extend(glue.filter(|ip| !addresses.iter().flatten().any(|one| one == ip)));
            if found.is_empty() && addresses.is_ok() {
                without_address.push(name.clone());
            }
            servers.extend(found.into_iter().map(|ip| NameServer {
                zone: zone.name.clone(),
                name: name.clone(),
                at: (ip, net.dns_port).into(),
            }));
        }
        let (told, other_mx) = tokio::join!(
            ask_each(net, servers.clone(), &zone.name, RecordType::Soa),
            Box::pin(other_mx(lookout, servers))
        );
        (told, without_address, other_mx)
    };
    let (mut told, (more, nowhere, other_mx)) = tokio::join!(of_zone, of_others);
    told.extend(more);
    let dark = !told.is_empty() && told.iter().all(Told::is_silent);
    let line = if dark { Some(lookout.line().await.clone()) } else { None };
    // One with an address above is reached by that.
    let here = zone.without_address.iter().filter(|name| !moved.iter().any(|one| one.is(name)));
    let without_address = here.cloned().chain(nowhere).collect();
    let zone = zone.name.clone();
    Some(Seen { zone, own, without_address, unasked, delegation, moved, other_mx, told, line })
}

/// Says of whom it is, where not everybody was asked.
fn of_how_many(mut finding: Finding, seen: &Seen) -> Finding {
    if let Some(first) = seen.unasked.first() {
        let all: BTreeSet<&String> =
            seen.own.iter().chain(seen.delegation.iter().flat_map(|above| &above.names)).collect();
        let asked = all.len().saturating_sub(seen.unasked.len());
        finding.summary = format!(
            "{} That is said of {asked} of {} name servers: the others, from {first} on, were not asked.",
            finding.summary,
            all.len()
        );
    }
    finding
}

fn stand(told: &Told) -> Stand {
    let answer = match &told.answer {
        Ok(answer) => answer,
        Err(error @ DnsError::CutShort { .. }) => return Stand::CutShort(error.to_string()),
        Err(error) => return Stand::Silent(error.to_string()),
    };
    let serial = answer.of_kind().find_map(|record| match &record.data {
        Data::Soa(soa) => Some(soa.serial),
        _ => None,
    });
    match (answer.code, answer.authoritative, serial) {
        (ResponseCode::NoError, true, Some(serial)) => Stand::Serial(serial),
        (ResponseCode::NxDomain, true, _) => Stand::Lame(DENIES.to_owned()),
        (ResponseCode::NoError, ..) => Stand::Lame("answers without authority".to_owned()),
        (code, ..) => Stand::Lame(format!("answers {code}")),
    }
}

/// `situation.name-servers`: whether each server that is named speaks.
fn speaking(seen: &Seen, at: Timestamp) -> Finding {
    let zone = &seen.zone;
    let mut lame = Vec::new();
    let mut silent = Vec::new();
    let mut by_ipv6 = 0_usize;
    let mut short = Vec::new();
    let mut speak = 0_usize;
    for told in &seen.told {
        match stand(told) {
            Stand::Serial(_) => speak += 1,
            Stand::Lame(how) => lame.push(format!("{} {how}", told.server)),
            // This machine may have no IPv6.
            Stand::Silent(_) if told.at.is_ipv6() => by_ipv6 += 1,
            Stand::Silent(why) => silent.push((told.server.clone(), why)),
            Stand::CutShort(why) => short.push((told.server.clone(), why)),
        }
    }
    let make = |state, summary: String| {
        finding("situation.name-servers", seen, state, summary, at).compared(
            format!("every name server speaks for {zone}"),
            format!(
                "{speak} speak, {} do not, {} silent, {} without an address",
                lame.len(),
                silent.len() + short.len() + by_ipv6 * usize::from(speak == 0),
                seen.without_address.len()
            ),
        )
    };
    if let Some(first) = lame.first() {
        let (state, how_many) = match speak {
            0 => (State::Failed, "No name server that is named for the domain speaks for it"),
            _ => {
                (State::Warning, "A name server is named for the domain and does not speak for it")
            }
        };
        if first.ends_with(DENIES) {
            return make(state, format!("A name server of the domain denies it: {first}."))
                .means("Whoever asks this server takes its word and asks no other: for part of the senders the domain does not exist, and their mail bounces.")
                .advise(format!("Have {zone} set up on that server, or take the server out of the NS records of {zone} and out of the list at the registrar."));
        }
        return make(state, format!("{how_many} (lame delegation): {first}."))
            .means("Whoever asks this server gets nothing and has to try another. Part of the questions about the domain take long or fail, and mail with them.")
            .advise(format!("Have {zone} set up on that server, or take the server out of the NS records of {zone} and out of the list at the registrar."));
    }
    if let Some(name) = seen.without_address.first() {
        return make(State::Warning, format!("The name server {name} has no address."))
            .means("It is named for the domain and nobody can reach it: questions go to the others.")
            .advise(format!("Correct the name in the NS records of {zone} and at the registrar, or give it an address record."));
    }
    if let Some((server, why)) = short.first() {
        return make(State::Warning, format!("The name server {server} gives longer answers to nobody."))
            .means(format!("{why}. Answers that do not fit into one packet come by TCP (RFC 7766): who needs one from this server gets nothing."))
            .advise(format!("Open port 53 by TCP at {server}. If it is open, a firewall on this side stops it: check from another network."));
    }
    match (silent.first(), speak) {
        (Some((server, why)), 0) => match &seen.line {
            Some(line @ Line::Open(_)) => make(State::Warning, format!("None of the name servers of {zone} answered this machine."))
                .means(format!("{}. {}", why, line.meaning()))
                .advise(line.action()),
            line => make(State::Unknown { why: why.clone() }, format!("{server} and the other name servers did not answer this machine."))
                .means(line.as_ref().map(Line::meaning).unwrap_or_default())
                .advise("Check from another network. The findings of resolvers say what others see."),
        },
        (Some((server, why)), _) => make(State::Warning, format!("The name server {server} did not answer this machine."))
            .means(format!("{why}. The others did, so the line is open; whoever asks this one has to wait and try another."))
            .advise(format!("Ask the DNS host whether {server} is up and should serve {zone}.")),
        (None, 0) if by_ipv6 > 0 => make(State::Unknown { why: "they have IPv6 addresses only, and this machine may have no IPv6".to_owned() }, format!("The name servers of {zone} can't be asked from here."))
            .means(Line::OnlyIpv6.meaning())
            .advise(Line::OnlyIpv6.action()),
        (None, 0) => make(State::Unknown { why: "no address of a name server is known".to_owned() }, "No name server could be asked.".to_owned())
            .means("That says nothing about the zone.")
            .advise("Check this machine's network, or name another resolver with --resolver."),
        (None, n) => make(State::Passed, format!("{} speaks for {zone}.", if n == 1 { "The name server".to_owned() } else { format!("Each of the {n} name servers") })),
    }
}

/// `situation.delegation`: whether the zone above names the same servers;
/// `None` where it was not heard.
fn above(seen: &Seen, at: Timestamp) -> Option<Finding> {
    let delegation = seen.delegation.as_ref()?;
    let (zone, parent) = (&seen.zone, &delegation.parent);
    let named: BTreeSet<String> = delegation.names.iter().cloned().collect();
    let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    let make = |state, summary: String| {
        Finding::new("situation.delegation", state, summary, at)
            .compared(list(&named), list(&seen.own))
            .asked(format!("{}, {}", delegation.asked.name, delegation.asked.at))
    };
    let says: String = seen.other_mx.iter().map(|says| format!(" {says}")).collect();
    if named == seen.own && !seen.moved.is_empty() {
        let moved: Vec<String> = seen.moved.iter().map(Moved::shown).collect();
        return Some(
            make(State::Warning, format!("{parent} gives other addresses for name servers of {zone} than the zone does: {}.", moved.join(", ")))
                .means(format!("Whoever comes from above is sent to the addresses that the registrar knows (glue). A change that is made at the others only is not seen there.{says}"))
                .advise("Have the registrar change the addresses of the name servers (host records, glue) to those in the zone, and the zone taken off a server that should no longer serve it. Inside a network with a zone of its own the addresses may differ on purpose: then check from outside."),
        );
    }
    if named == seen.own {
        return Some(make(
            State::Passed,
            format!("{parent} and {zone} name the same name servers."),
        ));
    }
    let difference: Vec<String> = named.symmetric_difference(&seen.own).cloned().collect();
    Some(
        make(State::Warning, format!("{parent} and {zone} name different name servers: {}.", difference.join(", ")))
            .means(format!("Whoever comes from above asks the servers that the registrar knows, others those in the zone. A change that is made on one set only is seen by part of the senders.{says}"))
            .advise(format!("Make the list at the registrar and the NS records of {zone} the same. A name server that only your own network knows belongs in neither.")),
    )
}

/// `situation.serial`: whether all have the same version of the zone; `None`
/// where fewer than two gave theirs.
fn serials(seen: &Seen, at: Timestamp) -> Option<Finding> {
    let rows: Vec<(&str, u32)> = seen
        .told
        .iter()
        .filter_map(|told| match stand(told) {
            Stand::Serial(serial) => Some((told.server.as_str(), serial)),
            _ => None,
        })
        .collect();
    let (_, first) = *rows.first()?;
    if rows.len() < 2 {
        return None;
    }
    let found: Vec<String> =
        rows.iter().map(|(server, serial)| format!("{server}: {serial}")).collect();
    let zone = &seen.zone;
    let same = rows.iter().all(|(_, serial)| *serial == first);
    let summary = match same {
        true => format!("All name servers have the same version of {zone}."),
        false => {
            format!("The name servers have different versions of {zone}: {}.", found.join(", "))
        }
    };
    let state = if same { State::Passed } else { State::Warning };
    let finding = finding("situation.serial", seen, state, summary, at)
        .compared("one serial number", found.join(", "));
    Some(if same {
        finding
    } else {
        finding
            .means("A change has not reached all of them (SOA serial, RFC 1035 3.3.13): until it has, senders see one or the other.")
            .advise("Check again in some minutes. If it stays, the transfer to the server with the lower number does not work: ask the DNS host.")
    })
}

fn finding(id: &str, seen: &Seen, state: State, summary: String, at: Timestamp) -> Finding {
    let whom: Vec<String> = seen.told.iter().map(Told::whom).collect();
    Finding::new(id, state, summary, at)
        .asked(whom.join("; "))
        .with_evidence(seen.told.iter().flat_map(Told::lines))
}
