//! The way without split domain routing: the MX records of the second routing
//! subdomain, by which the host reaches the external server. Only the zone's
//! own servers are asked: a resolver that is asked too early remembers that
//! there is nothing.

use super::lookout::Lookout;
use super::routing_whole;
use super::told::{Told, unsettled};
use crate::finding::{Finding, State};
use crate::net::{DnsError, RecordType};
use crate::plan::{Plan, RoutingSubdomain};

/// `subdomain.external-mx`; nothing in a plan with split domain routing.
pub(super) async fn run(lookout: &Lookout<'_>) -> Option<Finding> {
    let (net, plan) = (lookout.net, lookout.plan);
    let way = plan.way_without_sdr()?;
    let told = lookout.ask(way.as_str(), RecordType::Mx).await;
    let (state, words) = judge(plan, &way, &told);
    let told = told.unwrap_or_default();
    let found = told.iter().map(records).collect::<std::collections::BTreeSet<_>>();
    let found = found.into_iter().collect::<Vec<_>>().join(" | ");
    let whom: Vec<String> = told.iter().map(Told::whom).collect();
    Some(
        Finding::new("subdomain.external-mx", state, words.summary, net.clock.now())
            .compared(wanted(plan), if found.is_empty() { "(no answer)".to_owned() } else { found })
            .asked(whom.join("; "))
            .means(words.meaning)
            .advise(words.action)
            .with_evidence(told.iter().flat_map(Told::lines)),
    )
}

/// What a finding says.
#[derive(Default)]
struct Words {
    summary: String,
    meaning: String,
    action: String,
}

/// The worst that one of the zone's servers says: each is met by some senders.
fn judge(
    plan: &Plan,
    way: &RoutingSubdomain,
    told: &Result<Vec<Told>, DnsError>,
) -> (State, Words) {
    let unknown = |why: String| {
        let words = Words {
            summary: format!("The MX records of {way} can't be looked up from here."),
            meaning: "That says nothing about the records.".to_owned(),
            action: "Check again later, or name another resolver with --resolver.".to_owned(),
        };
        (State::Unknown { why }, words)
    };
    let told = match told {
        Ok(told) => told,
        Err(error) => return unknown(error.to_string()),
    };
    let publish = format!(
        "Publish {} for {way} on every name server of {}. Leave the MX records of {} itself as they are.",
        wanted(plan),
        plan.domain(),
        plan.domain()
    );
    let failed = |summary, meaning: &str| {
        let words = Words { summary, meaning: meaning.to_owned(), action: publish.clone() };
        (State::Failed, words)
    };
    let settled = || told.iter().filter(|told| told.settles());
    let names = |told: &Told| exchangers(told);
    if let Some(empty) = settled().find(|told| names(told).is_empty()) {
        return failed(
            match empty.cname() {
                Some(target) => format!("{way} is another name of {target}, and has no MX record."),
                None => format!("{way} has no MX record at {}.", empty.server),
            },
            "The aliases at the host lead there: mail of the host's users to people on the external server finds no server and bounces.",
        );
    }
    let at_host = |told: &&Told| names(told).iter().any(|name| plan.host.owns_exchange(name));
    if settled().any(|told| at_host(&told)) {
        return failed(
            format!("The MX records of {way} name {}.", plan.host.name),
            "What the aliases send out comes back to the host, until a hop limit ends it.",
        );
    }
    if let Some(why) = told.iter().find_map(|told| unsettled(&told.answer)) {
        return unknown(why);
    }
    let Some(server) = plan.external.host_name.as_ref().map(|name| name.as_str()) else {
        return unknown("the plan names no external server yet".to_owned());
    };
    if let Some(other) = settled().flat_map(names).find(|name| name != server) {
        let words = Words {
            summary: format!("The MX records of {way} name {other}, not {server} alone."),
            meaning: "Whether that leads to the external server can't be told from here; it may be another name of it, or a filter in front.".to_owned(),
            action: format!("See that {other} hands mail for {way} to {server}."),
        };
        return (State::Warning, words);
    }
    let summary = format!("The MX records of {way} name the external server, {server}.");
    (State::Passed, Words { summary, ..Words::default() })
}

/// The names of its MX records, as one server of the zone gives them.
fn exchangers(told: &Told) -> Vec<String> {
    let mx = told.answer.as_ref().map(|answer| answer.mx()).unwrap_or_default();
    mx.into_iter().map(|(_, name)| name).collect()
}

fn records(told: &Told) -> String {
    told.answer.as_ref().map_or_else(|_| "(no answer)".to_owned(), routing_whole::records)
}

fn wanted(plan: &Plan) -> String {
    match &plan.external.host_name {
        Some(name) => format!("10 {name}"),
        None => "an MX record that names the external server".to_owned(),
    }
}
