//! The domain's SPF record: one, within its limits, with both systems in it.

use std::net::IpAddr;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::contradiction::contradicted_text;
use super::each_server::{Subject, each_server};
use super::heard::{CONTRADICT, Heard, Word};
use super::hearing::Wanted;
use super::lookout::Lookout;
use super::primary_mx::Seen;
use super::spf_ahead::look_ahead;
use super::spf_expand::{Fault, Mail, Node, expand, expand_domain, mistaken, records};
use super::spf_lookup::{no_spf, of_spf};
use super::spf_merge::{MOST_LOOKUPS, merged};
use super::spf_record::sound;
use super::spf_senders::{Complaint, Host, Senders, UNNAMED, complaints};
use crate::finding::{Finding, State};
use crate::net::{Answer, RecordType};
use crate::plan::Plan;

/// Lookups that lead nowhere, that a record may cost (RFC 7208 4.6.4).
const MOST_VOIDS: usize = 2;
/// Records of one domain that are looked into, to make one of them.
const MOST_RECORDS: usize = 5;

/// What the domain publishes.
pub(super) struct Policy {
    pub(super) heard: Heard,
    records: Vec<String>,
    /// The record with all that it refers to, where there is one.
    tree: Option<Result<Node, Fault>>,
    /// Where there are several: what can be used of each.
    several: Vec<Node>,
    host: Host,
    /// What was said of the records that can't be used.
    faulty: Vec<String>,
    /// Whether there is one resolver alone to ask about names of others.
    alone: bool,
}

/// Looks the record up, and all that it refers to. `senders`: the addresses
/// of the external server, as soon as they are known.
pub(super) async fn look(
    lookout: &Lookout<'_>,
    senders: watch::Receiver<Option<Vec<IpAddr>>>,
) -> Policy {
    let (hearing, plan) = (&lookout.hearing, lookout.plan);
    let domain = plan.domain().as_str();
    let include = plan.host.spf_include.as_str();
    let mail = Mail { origin: Some(domain.to_owned()), senders: Some(senders) };
    let own = async {
        let heard = lookout.hear(domain, RecordType::Txt).await;
        let records = match heard.word(of_spf, no_spf) {
            Word::One(told) => told.answer.as_ref().map(records).unwrap_or_default(),
            _ => Vec::new(),
        };
        let (mut tree, mut several) = (None, Vec::new());
        match records.as_slice() {
            [text] => tree = Some(expand(hearing, &mail, domain, text).await),
            all => {
                let mut running = JoinSet::new();
                for (at, text) in all.iter().take(MOST_RECORDS).enumerate() {
                    let (hearing, mail) = (hearing.clone(), mail.clone());
                    let (domain, text) = (domain.to_owned(), sound(text));
                    running
                        .spawn(async move { (at, expand(&hearing, &mail, &domain, &text).await) });
                }
                let mut nodes = running.join_all().await;
                nodes.sort_by_key(|(at, _)| *at);
                several.extend(nodes.into_iter().filter_map(|(_, node)| node.ok()));
            }
        }
        (heard, records, tree, several)
    };
    let ((heard, records, tree, several), host, ()) =
        tokio::join!(own, expand_domain(hearing, &mail, include), look_ahead(hearing, domain));
    let mut faulty = Vec::new();
    if let Some(Ok(tree)) = &tree {
        for name in tree.faults().iter().filter_map(Fault::domain) {
            // Heard before: nobody is asked again.
            faulty.extend(hearing.hear(name, RecordType::Txt, Wanted::Two).await.lines());
        }
    }
    let host = Host { include: include.to_owned(), record: host.ok() };
    let alone = lookout.net.resolvers.len() + lookout.net.public.len() < 2;
    Policy { heard, records, tree, several, host, faulty, alone }
}

/// `situation.spf@SERVER`, of each that says something else than what counts.
pub(super) async fn each(
    lookout: &Lookout<'_>,
    policy: &Policy,
    primary: &Heard,
    at: Timestamp,
) -> Vec<Finding> {
    let subject = Subject {
        id: "situation.spf",
        record: "SPF record",
        name: lookout.plan.domain().as_str(),
        reading: of_spf,
        beside: Some(primary),
    };
    each_server(lookout, &policy.heard, &subject, at).await
}

/// Whether the record lets both systems send, by its verdict; `None`: the
/// external server's addresses are not known, or the record is not.
pub(super) fn both_pass(plan: &Plan, primary: &Seen, verdict: &Finding) -> Option<bool> {
    match verdict.state {
        State::Passed => Senders::of(plan, primary).needed().next().map(|_| true),
        State::Unknown { .. } => None,
        _ => Some(false),
    }
}

/// `situation.spf`.
pub(super) fn verdict(plan: &Plan, policy: &Policy, primary: &Seen, at: Timestamp) -> Finding {
    let domain = plan.domain();
    let include = format!("include:{}", plan.host.spf_include);
    let make = |state, summary: String, found: String| {
        let finding = Finding::new("situation.spf", state, summary, at)
            .compared(format!("one record, both systems in it, such as {include}"), found);
        let referred = match &policy.tree {
            Some(Ok(tree)) => tree.lines(),
            _ => Vec::new(),
        };
        finding
            .asked(policy.heard.asked().join("; "))
            .with_evidence(policy.heard.lines().into_iter().chain(referred))
            .with_evidence(policy.faulty.clone())
    };
    let answer: &Answer = match policy.heard.word(of_spf, no_spf) {
        Word::Contradicted(says) => {
            let what = format!("the SPF record of {domain}");
            return contradicted_text(&what, &says, policy.heard.by_authority(), make);
        }
        Word::One(told) if let Ok(answer) = &told.answer => answer,
        Word::One(told) => return untold(plan, told.why_unsettled(), make),
        Word::Untold(why) => return untold(plan, why, make),
    };
    let only_one = match policy.alone {
        true => {
            " Only one resolver was asked about names outside the domain: name another with --resolver and check again before you change anything."
        }
        false => "",
    };
    let found = shown(&policy.records);
    let senders = Senders::of(plan, primary);
    let offer = |trees: &[&Node]| merged(trees, &policy.host, &senders).offered();
    let tree = match (&policy.tree, policy.records.len()) {
        (_, 0) => {
            let meant = mistaken(answer);
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
            .advise("Correct that term; remove it only if nothing of yours sends by it.");
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
        .advise(format!("Correct the term that leads there; remove it only if nothing of yours sends by it.{only_one}"));
    }
    if voids > MOST_VOIDS {
        let nowhere: Vec<String> = tree
            .terms
            .iter()
            .filter(|term| term.leads_nowhere())
            .map(|term| crate::shown::shown(&term.text, 100))
            .collect();
        let which =
            if nowhere.is_empty() { String::new() } else { format!(": {}", nowhere.join(", ")) };
        return make(State::Failed, format!("{voids} lookups of the SPF record of {domain} lead nowhere; {MOST_VOIDS} are allowed."))
            .means("Receivers may give up on the whole record (permerror, RFC 7208 4.6.4).")
            .advise(format!("Correct the names in the terms that lead nowhere{which}. Remove one only if nothing of yours sends by it.{only_one}"));
    }
    if let Some(Fault::NoAnswer(why)) = faults.into_iter().next() {
        return make(
            State::Unknown { why: why.clone() },
            match why.contains(CONTRADICT) {
                true => format!(
                    "The answers about what the SPF record of {domain} refers to {CONTRADICT}."
                ),
                false => {
                    format!("What the SPF record of {domain} refers to can't all be looked up.")
                }
            },
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
    let who = match senders.needed().next() {
        Some(_) => "both systems".to_owned(),
        None => plan.host.name.clone(),
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

fn untold(plan: &Plan, why: String, make: impl Fn(State, String, String) -> Finding) -> Finding {
    let summary = format!("The SPF record of {} can't be looked up from here.", plan.domain());
    make(State::Unknown { why }, summary, "(no answer)".to_owned())
        .means("That says nothing about the record.")
        .advise("Check again later, or name another resolver with --resolver.")
}

fn shown(records: &[String]) -> String {
    let quoted: Vec<String> = records.iter().map(|text| crate::shown::shown(text, 600)).collect();
    if quoted.is_empty() { "(no record)".to_owned() } else { quoted.join(" | ") }
}
