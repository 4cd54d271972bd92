//! The domain's SPF record: one, within its limits, with both systems in it.

use std::net::IpAddr;

use jiff::Timestamp;

use super::primary_mx::Seen;
use super::spf_expand::{Fault, Leads, Node, expand, records};
use super::spf_record::Qualifier;
use super::told::unsettled;
use crate::finding::{Finding, State};
use crate::net::{Answer, DnsError, Net, RecordType};
use crate::plan::{Plan, Task};

/// Lookups, and lookups that lead nowhere, that a record may cost (RFC 7208 4.6.4).
const MOST_LOOKUPS: usize = 10;
const MOST_VOIDS: usize = 2;
/// Characters of an offered record that are shown.
const LONGEST: usize = 4096;
/// Characters of one string of a TXT record (RFC 1035 3.3.14).
const STRING: usize = 255;

/// What the domain publishes.
pub(super) struct Policy {
    answer: Result<Answer, DnsError>,
    records: Vec<String>,
    /// The record with all that it refers to, where there is one.
    tree: Option<Result<Node, Fault>>,
}

pub(super) async fn look(net: &Net, plan: &Plan) -> Policy {
    let domain = plan.domain().as_str();
    let answer = net.lookup(domain, RecordType::Txt).await;
    let records = answer.as_ref().map(records).unwrap_or_default();
    let tree = match records.as_slice() {
        [text] => Some(expand(net, domain, text).await),
        _ => None,
    };
    Policy { answer, records, tree }
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
    let offer = |tree: Option<&Node>| {
        let merged = merged(&policy.records, tree, plan, &senders);
        let long = match merged.len() > STRING {
            true => " It is longer than 255 characters: enter it as several strings of one record.",
            false => "",
        };
        // What stands in it came from the DNS, and goes to screen and terminal.
        format!("{}{long}", crate::shown::shown(&merged, LONGEST))
    };
    let tree = match (&policy.tree, policy.records.len()) {
        (_, 0) => {
            return make(State::Warning, format!("{domain} has no SPF record."), found)
                .means(format!("Nobody can see that {} and the external server may send for the domain; many receivers distrust such mail.", plan.host.name))
                .advise(format!("Publish one TXT record for {domain}: {}", offer(None)));
        }
        (None, several) => {
            return make(State::Failed, format!("{domain} has {several} SPF records."), found)
                .means(
                    "More than one counts as an error (RFC 7208 4.5): receivers use none of them.",
                )
                .advise(format!("Replace them by this one: {}", offer(None)));
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
            .advise(format!("Remove what no longer sends for the domain. With addresses in place of its own names the record needs fewer: {}", offer(Some(tree))));
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
    let lacking = senders.lacking(plan, tree);
    if !lacking.is_empty() {
        let untold = tree.untold();
        let what = lacking.join(" and ");
        if !untold.is_empty() {
            let why = format!("{} depends on the message and is not executed", untold.join(", "));
            return make(
                State::Unknown { why },
                format!("Whether the SPF record of {domain} lets {what} send can't be told."),
            )
            .means("The rest of the record does not.")
            .advise(format!(
                "Ask whoever wrote the record, or name both systems in it: {}",
                offer(Some(tree))
            ));
        }
        return make(State::Warning, format!("The SPF record of {domain} does not name {what}."))
            .means("Mail that a user sends through that system, and mail that it passes to the other, fails SPF and may be refused or taken for spam (5.7.23).")
            .advise(format!("Publish this record in its place: {}", offer(Some(tree))));
    }
    if tree
        .terms
        .iter()
        .any(|term| matches!(term.leads, Leads::All) && term.text.trim_start_matches('+') == "all")
    {
        return make(
            State::Warning,
            format!("The SPF record of {domain} lets anybody send for it."),
        )
        .means("It ends in “+all”: every address passes.")
        .advise(format!("End it in “~all” or “-all”: {}", offer(Some(tree))));
    }
    let who = match (&senders.external, senders.needed) {
        (addresses, true) if !addresses.is_empty() => "both systems".to_owned(),
        _ => plan.host.name.clone(),
    };
    make(State::Passed, format!("The SPF record of {domain} names {who}."))
        .means(format!("It needs {lookups} of {MOST_LOOKUPS} lookups. Mail from outside that one system forwards to the other still fails SPF there, because it comes from neither's sender: exempt each system's addresses at the other."))
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

/// The external server, which has to be in the record beside the host.
struct Senders {
    /// Its name, where the plan or the MX records give one.
    name: Option<String>,
    external: Vec<IpAddr>,
    /// Whether it still sends: until everything is taken down.
    needed: bool,
}

impl Senders {
    fn of(plan: &Plan, primary: &Seen) -> Self {
        let needed = !plan.done.contains(&Task::TakeDown);
        if let Some(name) = &plan.external.host_name {
            return Self {
                name: Some(name.to_string()),
                external: primary.external.clone(),
                needed,
            };
        }
        let others: Vec<_> = primary
            .exchangers
            .iter()
            .filter(|one| !plan.host.owns_exchange(&one.name) && !one.addresses().is_empty())
            .collect();
        Self {
            name: others.first().map(|one| one.name.clone()),
            external: others.iter().flat_map(|one| one.addresses()).copied().collect(),
            needed,
        }
    }

    /// Those that the record does not let pass, as a sentence names them.
    fn lacking(&self, plan: &Plan, tree: &Node) -> Vec<String> {
        let mut lacking = Vec::new();
        if !tree.includes(plan.host.spf_include.as_str()) {
            lacking.push(format!("{} (include:{})", plan.host.name, plan.host.spf_include));
        }
        let outside = self.external.iter().find(|ip| tree.says(**ip) != Qualifier::Pass);
        if let (true, Some(ip)) = (self.needed, outside) {
            let name = self.name.as_deref().unwrap_or("the external server");
            lacking.push(format!("the external server ({name}, {ip})"));
        }
        lacking
    }
}

/// One record with everything in it that stands in `records`, and both
/// systems. With a tree that needs too many lookups, names of our own become
/// addresses.
fn merged(records: &[String], tree: Option<&Node>, plan: &Plan, senders: &Senders) -> String {
    let mut terms: Vec<String> = Vec::new();
    let mut end = None;
    let mut put = |term: String| {
        if !terms.iter().any(|there| there.eq_ignore_ascii_case(&term)) {
            terms.push(term);
        }
    };
    let heavy = tree.is_some_and(|tree| tree.lookups() > MOST_LOOKUPS);
    for term in records.iter().flat_map(|record| record.split(' ').skip(1)) {
        let bare = term.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
        let resolved = tree.filter(|_| heavy).and_then(|tree| {
            tree.terms.iter().find(|one| one.text == term).and_then(|one| match &one.leads {
                Leads::Looked(ranges) => Some(ranges.clone()),
                _ => None,
            })
        });
        match (bare.as_str(), resolved) {
            ("", _) => {}
            ("all", _) => end = Some(milder(end, term)),
            (_, Some(ranges)) => ranges.iter().for_each(|range| put(range.term())),
            (redirect, _) if redirect.starts_with("redirect=") => {
                put(redirect.replacen("redirect=", "include:", 1));
            }
            _ => put(term.to_owned()),
        }
    }
    let lacks_host = tree.is_none_or(|tree| !tree.includes(plan.host.spf_include.as_str()));
    if lacks_host {
        put(format!("include:{}", plan.host.spf_include));
    }
    let lacks = |ip: &&IpAddr| tree.is_none_or(|tree| tree.says(**ip) != Qualifier::Pass);
    if senders.needed {
        for ip in senders.external.iter().filter(lacks) {
            put(format!("{}:{ip}", if ip.is_ipv4() { "ip4" } else { "ip6" }));
        }
    }
    let end = end.unwrap_or_else(|| "~all".to_owned());
    format!("v=spf1 {} {end}", terms.join(" "))
}

/// Of two ends the one that refuses less, and never one that lets all pass.
fn milder(before: Option<String>, term: &str) -> String {
    match (before.as_deref(), term) {
        (None | Some("-all"), "-all") => "-all",
        (Some("?all"), _) | (_, "?all") => "?all",
        _ => "~all",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Domain;

    #[test]
    fn two_records_become_one_with_both_systems_and_the_milder_end() {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let senders = Senders {
            name: Some("mail.example.com".to_owned()),
            external: vec!["192.0.2.25".parse().unwrap()],
            needed: true,
        };
        let records = [
            "v=spf1 mx include:a.example -all".to_owned(),
            "v=spf1 MX ip4:192.0.2.25 ~all".to_owned(),
        ];
        assert_eq!(
            merged(&records, None, &plan, &senders),
            "v=spf1 mx include:a.example ip4:192.0.2.25 include:emailsrvr.com ~all"
        );
        assert_eq!(
            merged(&[], None, &plan, &senders),
            "v=spf1 include:emailsrvr.com ip4:192.0.2.25 ~all"
        );
        let open = ["v=spf1 redirect=_spf.example.net +all".to_owned()];
        assert_eq!(
            merged(&open, None, &plan, &senders),
            "v=spf1 include:_spf.example.net include:emailsrvr.com ip4:192.0.2.25 ~all"
        );
    }
}
