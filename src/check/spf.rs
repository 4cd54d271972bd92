//! The domain's SPF record: one, within its limits, with both systems in it.

use jiff::Timestamp;
use tokio::task::JoinSet;

use super::primary_mx::Seen;
use super::spf_expand::{Fault, Leads, Node, expand, expand_domain, mistaken, records};
use super::spf_merge::{MOST_LOOKUPS, merged};
use super::spf_record::sound;
use super::spf_senders::{Complaint, Host, Senders, UNNAMED, complaints};
use super::told::unsettled;
use crate::finding::{Finding, State};
use crate::net::{Answer, DnsError, Net, RecordType};
use crate::plan::Plan;

/// Lookups that lead nowhere, that a record may cost (RFC 7208 4.6.4).
const MOST_VOIDS: usize = 2;
/// Records of one domain that are looked into, to make one of them.
const MOST_RECORDS: usize = 5;

/// What the domain publishes.
pub(super) struct Policy {
    answer: Result<Answer, DnsError>,
    records: Vec<String>,
    /// The record with all that it refers to, where there is one.
    tree: Option<Result<Node, Fault>>,
    /// Where there are several: what can be used of each.
    several: Vec<Node>,
    host: Host,
}

pub(super) async fn look(net: &Net, plan: &Plan) -> Policy {
    let domain = plan.domain().as_str();
    let include = plan.host.spf_include.as_str();
    let own = async {
        let answer = net.lookup(domain, RecordType::Txt).await;
        let records = answer.as_ref().map(records).unwrap_or_default();
        let (mut tree, mut several) = (None, Vec::new());
        match records.as_slice() {
            [text] => tree = Some(expand(net, domain, text).await),
            all => {
                let mut running = JoinSet::new();
                for (at, text) in all.iter().take(MOST_RECORDS).enumerate() {
                    let (net, domain, text) = (net.clone(), domain.to_owned(), sound(text));
                    running.spawn(async move { (at, expand(&net, &domain, &text).await) });
                }
                let mut nodes = running.join_all().await;
                nodes.sort_by_key(|(at, _)| *at);
                several.extend(nodes.into_iter().filter_map(|(_, node)| node.ok()));
            }
        }
        (answer, records, tree, several)
    };
    let ((answer, records, tree, several), host) = tokio::join!(own, expand_domain(net, include));
    let host = Host { include: include.to_owned(), record: host.ok() };
    Policy { answer, records, tree, several, host }
}

/// `situation.spf`.
pub(super) fn verdict(plan: &Plan, policy: &Policy, primary: &Seen, at: Timestamp) -> Finding {
    let domain = plan.domain();
    let include = format!("include:{}", plan.host.spf_include);
    let make = |state, summary: String, found: String| {
        let finding = Finding::new("situation.spf", state, summary, at)
            .compared(format!("one record, both systems in it, such as {include}"), found);
        match &policy.answer {
            Ok(answer) => {
                let referred = match &policy.tree {
                    Some(Ok(tree)) => tree.lines(),
                    _ => Vec::new(),
                };
                finding
                    .asked(whom(answer))
                    .with_evidence(answer.lines().into_iter().chain(referred))
            }
            Err(error) => finding.asked(error.to_string()),
        }
    };
    if let Some(why) = unsettled(&policy.answer) {
        return make(
            State::Unknown { why },
            format!("The SPF record of {domain} can't be looked up from here."),
            "(no answer)".to_owned(),
        )
        .means("That says nothing about the record.")
        .advise("Check again later, or name another resolver with --resolver.");
    }
    let found = shown(&policy.records);
    let senders = Senders::of(plan, primary);
    let offer = |trees: &[&Node]| merged(trees, &policy.host, &senders).offered();
    let tree = match (&policy.tree, policy.records.len()) {
        (_, 0) => {
            let meant = policy.answer.as_ref().map(mistaken).unwrap_or_default();
            if let Some(text) = meant.first() {
                let text = crate::shown::shown(text, 600);
                return make(State::Warning, format!("{domain} has no SPF record: “{text}” is none."), found)
                    .means("Receivers leave out what does not begin with “v=spf1” and a space to the letter (RFC 7208 4.5), so nobody can see who may send for the domain.")
                    .advise(format!("Correct it, with both systems in it, or publish in its place: {}", offer(&[])));
            }
            return make(State::Warning, format!("{domain} has no SPF record."), found)
                .means(format!("Nobody can see that {} and the external server may send for the domain; many receivers distrust such mail.", plan.host.name))
                .advise(format!("Publish one TXT record for {domain}: {}", offer(&[])));
        }
        (None, several) => {
            return make(State::Failed, format!("{domain} has {several} SPF records."), found)
                .means(
                    "More than one counts as an error (RFC 7208 4.5): receivers use none of them.",
                )
                .advise(format!(
                    "Replace them by this one: {}",
                    offer(&policy.several.iter().collect::<Vec<_>>())
                ));
        }
        (Some(Err(fault)), _) => {
            let what = fault.said().unwrap_or_default();
            return make(
                State::Failed,
                format!("The SPF record of {domain} can't be used: {what}."),
                found,
            )
            .means("Receivers give up on the whole record (permerror, RFC 7208 4.6).")
            .advise("Correct or remove that term.");
        }
        (Some(Ok(tree)), _) => tree,
    };
    let (lookups, voids) = (tree.lookups(), tree.voids());
    let found =
        format!("{found} ({lookups} of {MOST_LOOKUPS} lookups, {voids} of {MOST_VOIDS} void)");
    let make = |state, summary: String| make(state, summary, found.clone());
    let faults = tree.faults();
    if lookups > MOST_LOOKUPS {
        let costly: Vec<String> = tree
            .terms
            .iter()
            .filter(|term| term.lookups() > 0)
            .map(|term| format!("{} {}", crate::shown::shown(&term.text, 100), term.lookups()))
            .collect();
        return make(State::Failed, format!("The SPF record of {domain} needs {lookups} lookups; {MOST_LOOKUPS} are allowed."))
            .means(format!("Receivers stop at the eleventh and use none of it (permerror, RFC 7208 4.6.4). Lookups by term: {}.", costly.join(", ")))
            .advise(format!("Remove what no longer sends for the domain. With addresses in place of its own names the record needs fewer: {}", offer(&[tree])));
    }
    if let Some(what) = faults.iter().find_map(Fault::said) {
        return make(
            State::Failed,
            format!("The SPF record of {domain} refers to one that can't be used: {what}."),
        )
        .means("Receivers give up on the whole record (permerror, RFC 7208 5.2).")
        .advise("Correct or remove the term that leads there.");
    }
    if voids > MOST_VOIDS {
        let nowhere: Vec<String> = tree
            .terms
            .iter()
            .filter(|term| matches!(&term.leads, Leads::Looked(ranges) if ranges.is_empty()))
            .map(|term| crate::shown::shown(&term.text, 100))
            .collect();
        let which =
            if nowhere.is_empty() { String::new() } else { format!(": {}", nowhere.join(", ")) };
        return make(State::Failed, format!("{voids} lookups of the SPF record of {domain} lead nowhere; {MOST_VOIDS} are allowed."))
            .means("Receivers may give up on the whole record (permerror, RFC 7208 4.6.4).")
            .advise(format!("Remove the terms whose names do not exist{which}."));
    }
    if let Some(Fault::NoAnswer(why)) = faults.into_iter().next() {
        return make(
            State::Unknown { why },
            format!("What the SPF record of {domain} refers to can't all be looked up."),
        )
        .means("That says nothing about the record itself; receivers may defer mail meanwhile.")
        .advise("Check again later.");
    }
    let complaints = complaints(plan, tree, &policy.host, &senders);
    if !complaints.is_empty() {
        let joined = |part: fn(&Complaint) -> &String| {
            let parts = complaints.iter().map(part).filter(|part| !part.is_empty());
            parts.cloned().collect::<Vec<_>>()
        };
        let mut meaning = joined(|one| &one.meaning);
        meaning.dedup();
        meaning.extend(complaints.iter().any(|one| one.stops_mail).then(|| UNNAMED.to_owned()));
        let worst = complaints.iter().map(|one| &one.state).min_by_key(|state| state.rank());
        return make(worst.cloned().unwrap_or(State::Passed), joined(|one| &one.summary).join(" "))
            .means(meaning.join(" "))
            .advise(match worst {
                Some(State::Unknown { .. }) => format!(
                    "Ask whoever wrote the record, or name both systems in it: {}",
                    offer(&[tree])
                ),
                _ => format!("Publish this record in its place: {}", offer(&[tree])),
            });
    }
    let who = match (&senders.external, senders.sends) {
        (addresses, true) if !addresses.is_empty() => "both systems".to_owned(),
        _ => plan.host.name.clone(),
    };
    let behind: Vec<String> = tree
        .behind
        .iter()
        .map(|one| format!("“{}”", crate::shown::shown(&one.term, 100)))
        .collect();
    let behind = match behind.is_empty() {
        true => String::new(),
        false => format!(
            " {} stands behind “all” and is never looked at (RFC 7208 5.1).",
            behind.join(", ")
        ),
    };
    make(State::Passed, format!("The SPF record of {domain} names {who}."))
        .means(format!("It needs {lookups} of {MOST_LOOKUPS} lookups. Mail from outside that one system forwards to the other still fails SPF there, because it comes from neither's sender: exempt each system's addresses at the other.{behind}"))
}

/// Who answered.
fn whom(answer: &Answer) -> String {
    match &answer.by_https {
        Some(url) => format!("{url} (DNS over HTTPS)"),
        None => answer.asked.to_string(),
    }
}

fn shown(records: &[String]) -> String {
    let quoted: Vec<String> = records.iter().map(|text| crate::shown::shown(text, 600)).collect();
    if quoted.is_empty() { "(no record)".to_owned() } else { quoted.join(" | ") }
}
