//! What the findings of all steps say about the world, for the model.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::forwards::{ACCEPTED, NO_CONTACT};
use super::heard::CONTRADICT;
use super::implicit_mx::by_address;
use super::{extensions, sdr};
use crate::finding::{CHANGED, Evidence, Finding, INVENTORY, State, Word};
use crate::plan::{Address, Authority, Home, Plan, Side};
use crate::route::{MxOwner, OwnSenders, Seen};

/// Reads the latest findings as facts for the model. What no finding settles
/// stays `None`, and the plan's word counts; so does what is about another
/// server, domain or list of people than the plan's.
pub fn seen(plan: &Plan, evidence: &Evidence) -> Seen {
    let evidence = &*evidence.of_plan(plan);
    let settled = |id: &str| evidence.get(id);
    let forwards = settled("forwards.contacts");
    let now = settled("situation.primary-mx").and_then(|finding| primary(plan, finding));
    let changed = settled(CHANGED)
        .filter(|_| now == Some(MxOwner::Host) && plan.situation.primary_mx == Side::External);
    let mut seen = Seen {
        sdr: split_routing(evidence),
        alias: yes_or_no(settled("subdomain.alias")),
        subdomain_mx: settled("subdomain.mx")
            .and_then(|finding| subdomain_mx(plan, evidence, finding)),
        external_mx: yes_or_no(settled("subdomain.external-mx")),
        primary_mx: now,
        host_mailboxes: settled(INVENTORY).and_then(inventory),
        external_authority: settled("server.random-address")
            .and_then(|finding| authority(plan, finding)),
        accepted: at_host(plan, forwards, ACCEPTED),
        without_contact: at_host(plan, forwards, NO_CONTACT),
        primary_ttl: match changed {
            Some(changed) => seconds(&changed.expected),
            None => settled("situation.ttl").and_then(|finding| seconds(&finding.found)),
        },
        primary_changed_for: changed.zip(settled("situation.primary-mx")).map(|(first, last)| {
            let since = last.at.duration_since(first.at).as_secs();
            u32::try_from(since.max(0) / 60).unwrap_or(u32::MAX)
        }),
        external_size: settled("server.size").and_then(size),
        external_smtputf8: settled("server.ehlo").and_then(smtputf8),
        own_senders: settled("server.own-domain").and_then(own_senders),
        roles: roles(plan, evidence),
        refused: Arc::default(),
        confirmed: 0,
    };
    let refused = people_with(plan, evidence, |word| word.refusal().is_some());
    let refused = refused.chain(settled("subdomain.host-mailbox").and_then(|it| missing(plan, it)));
    seen.refused = Arc::new(refused.cloned().collect());
    let vouches = seen.host_vouches(plan);
    seen.confirmed = people_with(plan, evidence, |word| word == Word::Known)
        .filter(|address| {
            let home = plan.roster.get(address).map(|person| person.home);
            home.is_some_and(|home| {
                evidence.people().is_confirmed(address, home) && (home == Home::External || vouches)
            })
        })
        .count();
    seen
}

/// People at the host of whom the external server said this.
fn at_host(plan: &Plan, finding: Option<&Finding>, said: &str) -> Arc<BTreeSet<Address>> {
    let lines = finding.map(|finding| finding.evidence.as_slice()).unwrap_or_default();
    let named = lines.iter().filter_map(|line| Address::parse(line.strip_prefix(said)?).ok());
    let lives_there = |address: &Address| {
        plan.roster.get(address).is_some_and(|person| person.home == Home::Host)
    };
    Arc::new(named.filter(lives_there).collect())
}

/// Whom the host does not know by the routing address.
fn missing<'a>(plan: &'a Plan, finding: &Finding) -> Option<&'a Address> {
    let asked = finding.expected.strip_suffix(" accepted")?;
    let address = Address::parse(asked).ok()?.at(plan.domain());
    let person = plan.roster.get(&address).filter(|person| person.home == Home::Host)?;
    (finding.state == State::Failed).then_some(&person.address)
}

/// People of whom the server of their own side said this.
fn people_with<'a>(
    plan: &'a Plan,
    evidence: &'a Evidence,
    said: impl Fn(Word) -> bool,
) -> impl Iterator<Item = &'a Address> {
    let said = evidence.people().iter().filter(move |(_, answer)| said(answer.word));
    said.filter(|(address, answer)| {
        plan.roster.get(address).is_some_and(|person| person.home == answer.side)
    })
    .map(|(address, _)| address)
}

/// `None` where one of them was not judged.
fn roles(plan: &Plan, evidence: &Evidence) -> Option<Arc<BTreeSet<Address>>> {
    let mut taken = BTreeSet::new();
    for name in ["postmaster", "abuse"] {
        match evidence.get(&format!("server.{name}"))?.state {
            State::Passed => {
                taken.insert(Address::parse(&format!("{name}@{}", plan.domain())).ok()?);
            }
            State::Failed | State::Warning => {}
            _ => return None,
        }
    }
    Some(Arc::new(taken))
}

/// The reply in `550 5.7.60 SMTP; Client ...`, as the finding has it.
fn own_senders(finding: &Finding) -> Option<OwnSenders> {
    let digits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match finding.state {
        State::Passed => Some(OwnSenders::Taken),
        State::Failed => {
            let code: Vec<&str> =
                finding.found.split_whitespace().take(2).take_while(digits).collect();
            Some(OwnSenders::Refused(code.join(" ").into()))
        }
        _ => None,
    }
}

/// The octets in `SIZE 26214400`; 0 stands for no limit.
fn size(finding: &Finding) -> Option<u64> {
    finding.found.strip_prefix("SIZE ")?.trim().parse().ok().filter(|octets| *octets > 0)
}

/// Whether the server named SMTPUTF8 in its last greeting; `None` where it gave
/// none, or where something on the way blots words out of it.
fn smtputf8(finding: &Finding) -> Option<bool> {
    let said = !matches!(finding.state, State::Unknown { .. } | State::Skipped { .. });
    let words = finding.found.rsplit("inside TLS: ").next().unwrap_or_default();
    let masked = extensions::masks(&finding.summary);
    (said && !masked).then(|| words.split(", ").any(|word| word == "SMTPUTF8"))
}

/// The TTL in `3600 s`, as the finding has it.
fn seconds(found: &str) -> Option<u32> {
    found.split_whitespace().next()?.parse().ok()
}

fn yes_or_no(finding: Option<&Finding>) -> Option<bool> {
    match finding?.state {
        State::Passed => Some(true),
        State::Failed => Some(false),
        _ => None,
    }
}

/// On where any of the host's servers passes mail on; off where one says so
/// and none passes.
fn split_routing(evidence: &Evidence) -> Option<bool> {
    let answers = || evidence.of_step("sdr").filter(|finding| !finding.id.contains('@'));
    if answers().any(|finding| finding.state == State::Passed) {
        return Some(true);
    }
    answers()
        .any(|finding| finding.state == State::Failed && finding.summary.starts_with(sdr::OFF))
        .then_some(false)
}

/// The system behind the subdomain's records. Records that fit in part count
/// as the host's: mail gets there. Records that contradict each other settle
/// nothing.
fn subdomain_mx(plan: &Plan, evidence: &Evidence, finding: &Finding) -> Option<Option<MxOwner>> {
    if finding.summary.contains(CONTRADICT) {
        return None;
    }
    match finding.state {
        State::Passed | State::Warning => Some(Some(MxOwner::Host)),
        State::Failed => {
            let external = plan.external.host_name.as_ref().map(|name| name.as_str());
            let by_address = by_address(&finding.found);
            Some(match first_exchange(&finding.found) {
                None if by_address.is_empty() => None,
                None => Some(behind(&by_address, evidence)),
                Some(name) if plan.host.owns_exchange(name) => Some(MxOwner::Host),
                Some(name) if Some(name) == external => Some(MxOwner::External),
                Some(_) => Some(MxOwner::Third),
            })
        }
        _ => None,
    }
}

/// The system at the addresses that mail goes by where no MX record is.
fn behind(addresses: &[IpAddr], evidence: &Evidence) -> MxOwner {
    let its = evidence.get("server.resolve").map(|finding| finding.found.as_str());
    let mut its = its.unwrap_or_default().split(", ").filter_map(|ip| ip.parse().ok());
    match its.any(|ip| addresses.contains(&ip)) {
        true => MxOwner::External,
        false => MxOwner::Third,
    }
}

/// The name in `10 mx1.emailsrvr.com, 20 mx2.emailsrvr.com`, as findings show
/// records; `None` where there are none.
fn first_exchange(found: &str) -> Option<&str> {
    let mut words = found.split(',').next()?.split_whitespace();
    words.next()?.parse::<u16>().ok()?;
    words.next()
}

/// A third system in front hands mail on, one hopes to where the plan says.
pub(super) fn primary(plan: &Plan, finding: &Finding) -> Option<MxOwner> {
    let expected = plan.primary_side();
    match finding.state {
        State::Passed => Some(expected.into()),
        State::Failed => {
            first_exchange(&finding.found)?;
            Some(expected.other().into())
        }
        _ => None,
    }
}

fn inventory(finding: &Finding) -> Option<BTreeSet<Address>> {
    (finding.state == State::Passed)
        .then(|| finding.evidence.iter().filter_map(|line| Address::parse(line).ok()).collect())
}

/// A server that passes unknown addresses on accepts them too, so the plan's
/// word tells the two apart.
fn authority(plan: &Plan, finding: &Finding) -> Option<Authority> {
    match (&finding.state, plan.external.authority) {
        (State::Passed, _) => Some(Authority::Authoritative),
        (State::Warning, Authority::InternalRelay) => Some(Authority::InternalRelay),
        (State::Warning, _) => Some(Authority::AcceptsAnything),
        _ => None,
    }
}
