//! What one name server's answer about the routing subdomain means.

use jiff::Timestamp;

use super::implicit_mx::ImplicitMx;
use super::primary_mx::host_mx;
use super::probe::later;
use super::published::Published;
use super::told::{Told, cname, remembered, shown_mx};
use crate::finding::{Finding, State};
use crate::net::{Answer, ResponseCode};
use crate::plan::Plan;

/// How long an old or missing record is taken to live where the answer does
/// not say, in seconds.
pub(super) const USUAL_TTL: u32 = 3600;

/// What is known beside the answers themselves.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Whether any authoritative server has the right records.
    pub(super) somewhere: bool,
    /// The name with the zone's name doubled, where the records are there.
    pub(super) doubled: Option<String>,
    /// What a wildcard of the zone answers for any name: MX records or a CNAME.
    pub(super) wildcard: Option<Wildcard>,
    /// Where no MX record is: the addresses that mail goes by in their place.
    pub(super) implicit: Option<ImplicitMx>,
    /// Seconds that “no such name” may be remembered.
    pub(super) negative_ttl: Option<u32>,
}

/// What a wildcard record of the zone answers.
#[derive(Debug, PartialEq)]
pub(super) enum Wildcard {
    Mx(Vec<(u16, String)>),
    Cname(String),
}

impl Wildcard {
    pub(super) fn of(answer: &Answer) -> Option<Self> {
        if let Some(target) = cname(answer) {
            return Some(Self::Cname(target.to_owned()));
        }
        let mx = answer.mx();
        (!mx.is_empty()).then_some(Self::Mx(mx))
    }
}

/// What one authoritative server's records mean.
pub(super) fn at_authority(
    plan: &Plan,
    told: &Told,
    published: &Published,
    around: &Around,
    at: Timestamp,
) -> Finding {
    let subdomain = plan.routing_subdomain();
    let records = host_mx(plan);
    let make = |state, summary: String| base(plan, told, state, summary, at);
    let answer = told.answer.as_ref().ok().and_then(Wildcard::of);
    let hidden = answer.is_some() && answer == around.wildcard && *published != Published::Right;
    match published {
        _ if hidden => hidden_by_wildcard(plan, told, around, at),
        Published::Missing(_) if around.somewhere => make(State::Waiting { again_at: later(at, 600) }, format!("{} does not have the MX records of {subdomain} yet.", told.server))
            .means(match &around.implicit {
                Some(implicit) => format!("Another name server of the zone has them, so this one has not followed yet. Until then part of the senders go by what it has. {}", implicit.meaning(plan)),
                None => "Another name server of the zone has them, so this one has not followed yet. Until then part of the senders find nothing.".to_owned(),
            })
            .advise("Check again after the time shown. If it stays, look at the zone's serial number: it must have been raised with the change."),
        Published::Missing(_) => match &around.doubled {
            Some(name) => make(State::Failed, format!("The MX records of {subdomain} were published under a doubled name."))
                .means(format!("They are at {name}: the DNS panel appended the zone to a name that was complete already. Under the right name there is nothing."))
                .advise(format!("At the DNS host, change the record's name to “{}” alone, or to “{subdomain}.” with a dot at its end.", subdomain.label())),
            None => {
                let finding = match &around.implicit {
                    Some(implicit) => {
                        let mut finding = make(State::Failed, implicit.summary(plan)).means(implicit.meaning(plan));
                        finding.found = implicit.found();
                        finding
                    }
                    None => make(State::Failed, format!("{subdomain} has no MX record."))
                        .means("Forwards on the external server send to this name. Without the records their mail finds no server and bounces."),
                };
                finding.advise(format!("At the DNS host of {}, publish {records} for {subdomain} (name “{}” in most panels). Leave the records of {0} as they are.", plan.domain(), subdomain.label()))
            }
        },
        Published::Right if answer.is_some() && answer == around.wildcard => make(State::Passed, format!("{} has the MX records of {subdomain}, or only a wildcard that gives the same.", told.server))
            .means(format!("*.{} gives the same for any name that is not there, so whether {subdomain} has records of its own can't be seen. Mail to any other name below the domain goes to {} too.", plan.domain(), plan.host.name)),
        Published::NoAnswer(_) if around.somewhere && told.at.is_ipv6() && told.answer.is_err() => {
            let because = "it has an IPv6 address only, and this machine may have no IPv6".to_owned();
            make(State::Skipped { because }, format!("{} was not reached from here.", told.server))
        }
        Published::NoAnswer(_) if around.somewhere && told.answer.is_ok() => make(State::Warning, format!("{} is named for the zone and does not speak for it.", told.server))
            .means("Other name servers have the records; whoever asks this one has to try another. Step 1 says more about the name servers.")
            .advise("Ask the DNS host whether this server should serve the zone; otherwise take it out of the NS records and out of the list at the registrar."),
        _ => judge(plan, told, published, at),
    }
}

/// A wildcard of the zone answers in place of the records that are missing.
fn hidden_by_wildcard(plan: &Plan, told: &Told, around: &Around, at: Timestamp) -> Finding {
    let (subdomain, domain, records) = (plan.routing_subdomain(), plan.domain(), host_mx(plan));
    let what = match &around.wildcard {
        Some(Wildcard::Cname(target)) => format!("a CNAME for {target}"),
        Some(Wildcard::Mx(mx)) => shown_mx(mx),
        None => "its records".to_owned(),
    };
    let elsewhere = match &around.doubled {
        Some(name) => format!(
            " The records were published as {name}: the DNS panel appended the zone to a name that was complete already."
        ),
        None => String::new(),
    };
    base(plan, told, State::Failed, format!("{subdomain} has no MX record of its own: a wildcard answers in its place."), at)
        .means(format!("*.{domain} gives {what} for any name that is not there, so it looks as if there were records. Forwarded mail goes there.{elsewhere}"))
        .advise(format!("Publish {records} for {subdomain} (name “{}” in most panels); records of its own go before the wildcard.", subdomain.label()))
}

/// What is said in the same words of any server.
fn judge(plan: &Plan, told: &Told, published: &Published, at: Timestamp) -> Finding {
    let subdomain = plan.routing_subdomain();
    let records = host_mx(plan);
    let host = &plan.host.name;
    let make = |state, summary: String| base(plan, told, state, summary, at);
    match published {
        Published::Right => make(State::Passed, format!("{} has the MX records of {subdomain}.", told.server)),
        Published::Part(lacking) => make(State::Warning, format!("{subdomain} has MX records, but not {}.", lacking.join(", ")))
            .means("Mail flows while the other server answers, and waits when it does not.")
            .advise(format!("Publish all of them: {records}.")),
        Published::Swapped(name) => make(State::Warning, format!("The MX records of {subdomain} have their order swapped: {name} is tried first."))
            .means(format!("Mail arrives, by the server that {host} keeps as the second."))
            .advise(format!("Set the priorities as the host has them: {records}.")),
        Published::Level => make(State::Warning, format!("The MX records of {subdomain} have one preference, where {host} has an order."))
            .means(format!("Mail arrives. Senders take either server at random (RFC 5321 5.1), and {host} asks for {records}."))
            .advise(format!("Set the priorities as the host has them: {records}.")),
        Published::Literal(name) => make(State::Failed, format!("An MX record of {subdomain} names an IP address: {name}."))
            .means("An MX record must name a server (RFC 1035 3.3.9): senders look the address up as a name and find nothing.")
            .advise(format!("Replace it by {records}.")),
        Published::Extra(name, true) => make(State::Failed, format!("The MX records of {subdomain} name another server first: {name}."))
            .means(format!("Forwarded mail goes there and not to {host}."))
            .advise(format!("Remove that record; only {records} belong there.")),
        Published::Extra(name, false) => make(State::Warning, format!("The MX records of {subdomain} name another server too: {name}."))
            .means(format!("When {host} does not answer at once, forwarded mail goes there."))
            .advise(format!("Remove that record; only {records} belong there.")),
        Published::Wrong => make(State::Failed, format!("The MX records of {subdomain} name other servers than {host}'s."))
            .means("Forwarded mail goes elsewhere, often in a circle back to the external server. A wildcard record of the zone answers like this too.")
            .advise(format!("Publish {records} for {subdomain} in their place.")),
        Published::DoubledTarget(name) => make(State::Failed, format!("An MX record of {subdomain} names {name}, which is no server."))
            .means("The DNS panel appended the zone to a server name that was complete already.")
            .advise("Write the mail servers' names with a dot at their end, or as the panel wants complete names."),
        Published::Alias(target) => make(State::Failed, format!("{subdomain} is a CNAME, another name for {target}."))
            .means("A name with a CNAME can't have MX records (RFC 1034 3.6.2); mail follows the other name's.")
            .advise(format!("Remove the CNAME of {subdomain} and publish {records} for it.")),
        Published::NullMx => make(State::Failed, format!("{subdomain} says that it takes no mail (null MX)."))
            .means("Forwarded mail bounces at once (RFC 7505).")
            .advise(format!("Replace that record by {records}.")),
        Published::NullAmong => make(State::Failed, format!("{subdomain} says that it takes no mail (null MX), and names mail servers too."))
            .means("The two contradict each other (RFC 7505 3): some senders bounce all mail at once.")
            .advise("Remove the record “0 .”."),
        Published::Missing(_) => make(State::Failed, format!("{} knows no MX record of {subdomain}.", told.server))
            .means(format!("Forwards on the external server send to this name. Who asks there does not find {host}."))
            .advise(format!("Publish {records} for {subdomain}.")),
        Published::NoAnswer(why) => make(State::Unknown { why: why.clone() }, format!("{} gave no usable answer.", told.server))
            .means("That says nothing about the records; other servers may answer.")
            .advise("Check again later. If it stays, ask the DNS host whether this server should serve the zone; SERVFAIL from a resolver alone often means broken DNSSEC."),
    }
}

/// What a resolver's answer means once the authoritative servers are known;
/// `visible` where another resolver shows the records.
pub(super) fn at_resolver(
    plan: &Plan,
    told: &Told,
    published: &Published,
    around: &Around,
    visible: bool,
    at: Timestamp,
) -> Finding {
    if visible && told.answer.is_err() {
        let because =
            "nothing came back from it, and another resolver shows the records".to_owned();
        let summary = format!("{} did not answer.", told.server);
        return base(plan, told, State::Skipped { because }, summary, at);
    }
    let old = match published {
        Published::Missing(ttl) => Some(ttl.or(around.negative_ttl).unwrap_or(USUAL_TTL)),
        Published::Right | Published::NoAnswer(_) => None,
        _ => told
            .answer
            .as_ref()
            .ok()
            .and_then(|answer| answer.of_kind().map(|record| record.ttl).max()),
    };
    match old {
        Some(seconds) if around.somewhere => {
            let again_at = later(at, seconds.max(30));
            base(plan, told, State::Waiting { again_at }, format!("{} still remembers the answer from before.", told.server), at)
                .means(format!("The authoritative servers have the records. This resolver may give its old answer {}.", remembered(at, seconds)))
                .advise("Nothing to do: check again after the time shown. If it says the same then, it is told something else than this machine: a zone of the same name inside its network, or a name server that does not follow.")
        }
        _ => judge(plan, told, published, at),
    }
}

fn base(plan: &Plan, told: &Told, state: State, summary: String, at: Timestamp) -> Finding {
    let found = match &told.answer {
        Ok(answer) if matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain) => {
            shown_mx(&answer.mx())
        }
        Ok(answer) => answer.code.to_string(),
        Err(_) => "(no answer)".to_owned(),
    };
    Finding::new(format!("subdomain.mx@{}", told.server), state, summary, at)
        .compared(host_mx(plan), found)
        .asked(told.whom())
        .with_evidence(told.lines())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::published::read;
    use super::super::routing_whole::summary;
    use super::*;
    use crate::net::{Data, Record, RecordType};
    use crate::plan::Domain;

    fn plan() -> Plan {
        Plan::new(Domain::parse("example.com").unwrap()).unwrap()
    }

    fn told(server: &str, exchanges: &[&str], negative_ttl: Option<u32>) -> Told {
        let at = "192.0.2.53:53".parse().unwrap();
        let record = |(preference, name): (u16, &&str)| Record {
            name: "rackspace.example.com".to_owned(),
            ttl: 7200,
            data: Data::Mx { preference, exchange: (*name).to_owned() },
        };
        let answer = Answer {
            asked: at,
            name: "rackspace.example.com".to_owned(),
            kind: RecordType::Mx,
            code: ResponseCode::NoError,
            authoritative: true,
            records: (1..).zip(exchanges).map(record).collect(),
            negative_ttl,
            referral: None,
            by_tcp: false,
            by_https: None,
            took: Duration::ZERO,
        };
        Told { server: server.to_owned(), at, answer: Ok(answer), beside: Vec::new() }
    }

    const OURS: [&str; 2] = ["mx1.emailsrvr.com", "mx2.emailsrvr.com"];

    #[test]
    fn a_resolver_that_remembers_the_past_is_asked_again_when_it_forgets() {
        let at = Timestamp::UNIX_EPOCH;
        let there = Around { somewhere: true, ..Around::default() };
        let negative = told("resolver", &[], Some(900));
        let finding =
            at_resolver(&plan(), &negative, &read(&plan(), &negative, false), &there, false, at);
        assert_eq!(finding.state, State::Waiting { again_at: later(at, 900) });
        assert!(
            finding.meaning.contains("15 minutes more, until 00:15 UTC"),
            "{}",
            finding.meaning
        );
        let old = told("resolver", &["mail.example.com"], None);
        let finding = at_resolver(&plan(), &old, &read(&plan(), &old, false), &there, false, at);
        assert_eq!(finding.state, State::Waiting { again_at: later(at, 7200) });
        // Nothing is right anywhere: then nothing is waited for.
        let finding =
            at_resolver(&plan(), &old, &read(&plan(), &old, false), &Around::default(), false, at);
        assert_eq!(finding.state, State::Failed);
    }

    #[test]
    fn a_secondary_that_lags_is_waited_for_and_named() {
        let at = Timestamp::UNIX_EPOCH;
        let around = Around { somewhere: true, ..Around::default() };
        let servers = [told("ns1", &OURS, None), told("ns2", &[], Some(900))];
        let each: Vec<Finding> = servers
            .iter()
            .map(|told| at_authority(&plan(), told, &read(&plan(), told, true), &around, at))
            .collect();
        assert_eq!(each[0].state, State::Passed);
        assert!(matches!(each[1].state, State::Waiting { .. }));
        let said = servers.map(|told| {
            let published = read(&plan(), &told, true);
            (told, published)
        });
        let all = summary(&plan(), &said, &each, at);
        assert!(matches!(all.state, State::Waiting { .. }));
        for words in ["contradict each other", "ns2 says (no record)", "Right at 1 of 2"] {
            assert!(all.summary.contains(words), "{}", all.summary);
        }
    }

    #[test]
    fn a_doubled_name_is_the_cause_and_its_cure_is_the_label() {
        let at = Timestamp::UNIX_EPOCH;
        let empty = told("ns1", &[], None);
        let doubled = Some("rackspace.example.com.example.com".to_owned());
        let around = Around { doubled, ..Around::default() };
        let finding = at_authority(&plan(), &empty, &Published::Missing(None), &around, at);
        assert_eq!(finding.state, State::Failed);
        assert!(finding.meaning.contains("rackspace.example.com.example.com"));
        assert!(finding.action.contains("“rackspace” alone"), "{}", finding.action);
    }
}
