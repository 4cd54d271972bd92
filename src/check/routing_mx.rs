//! The routing subdomain's MX records: read at every authoritative server,
//! then at the resolvers.

use std::net::SocketAddr;

use jiff::Timestamp;

use super::dns::{Told, ask_all, ask_authorities, ask_resolvers, shown_mx};
use super::primary_mx::host_mx;
use super::probe::later;
use super::published::{Published, read};
use crate::finding::{Finding, State, worst};
use crate::net::{Net, RecordType, ResponseCode};
use crate::plan::Plan;

/// How long an old or missing record is taken to live where the answer does
/// not say, in seconds.
const USUAL_TTL: u32 = 3600;

pub(super) async fn run(net: &Net, plan: &Plan, out: &mut (dyn FnMut(Finding) + Send)) {
    let authorities = match authorities(net, plan).await {
        Ok(told) => told,
        Err(why) => {
            out(no_servers(plan, why, net.clock.now()));
            Vec::new()
        }
    };
    let at = net.clock.now();
    let answers: Vec<(Told, Published)> = authorities
        .into_iter()
        .map(|told| {
            let published = read(plan, &told, true);
            (told, published)
        })
        .collect();
    let missing = answers.iter().find(|(_, published)| matches!(published, Published::Missing(_)));
    let doubled = match missing {
        Some((told, _)) => doubled_owner(net, plan, told.at).await,
        None => None,
    };
    let somewhere = answers.iter().any(|(_, published)| *published == Published::Right);
    let each: Vec<Finding> = answers
        .iter()
        .map(|(told, published)| {
            at_authority(plan, told, published, somewhere, doubled.as_deref(), at)
        })
        .collect();
    if !each.is_empty() {
        out(summary(plan, &each, at));
    }
    each.iter().cloned().for_each(&mut *out);

    if let Some((_, Published::Missing(ttl))) = missing {
        for resolver in net.resolvers.iter().take(2) {
            out(too_early(plan, *resolver, *ttl, at));
        }
        return;
    }
    for told in ask_resolvers(net, plan.routing_subdomain().as_str(), RecordType::Mx).await {
        let published = read(plan, &told, false);
        out(at_resolver(plan, &told, &published, somewhere, net.clock.now()));
    }
}

/// Asks the servers of the primary domain's zone; where they point on to a
/// zone of the subdomain's own, its servers. The resolvers are not asked for
/// the subdomain until it is there, or they would remember that it is not.
async fn authorities(net: &Net, plan: &Plan) -> Result<Vec<Told>, String> {
    let subdomain = plan.routing_subdomain().as_str();
    let told = ask_authorities(net, plan.domain().as_str(), subdomain, RecordType::Mx)
        .await
        .map_err(|error| error.to_string())?;
    let pointed_on = !told.is_empty()
        && told.iter().all(|told| {
            told.answer.as_ref().is_ok_and(|answer| {
                !answer.authoritative
                    && answer.code == ResponseCode::NoError
                    && answer.mx().is_empty()
            })
        });
    if !pointed_on {
        return Ok(told);
    }
    ask_authorities(net, subdomain, subdomain, RecordType::Mx)
        .await
        .map_err(|error| error.to_string())
}

/// The records with the zone's name doubled (`rackspace.example.com.example.com`),
/// as panels make them that append the zone: the name, if it is there.
async fn doubled_owner(net: &Net, plan: &Plan, server: SocketAddr) -> Option<String> {
    let name = format!("{}.{}", plan.routing_subdomain(), plan.domain());
    let told = ask_all(net, vec![(server.to_string(), server)], &name, RecordType::Mx).await;
    let found = told.first()?.answer.as_ref().ok()?.mx();
    found.iter().any(|(_, exchange)| plan.host.owns_exchange(exchange)).then_some(name)
}

/// What one authoritative server's records mean.
fn at_authority(
    plan: &Plan,
    told: &Told,
    published: &Published,
    somewhere: bool,
    doubled: Option<&str>,
    at: Timestamp,
) -> Finding {
    let subdomain = plan.routing_subdomain();
    let records = host_mx(plan);
    let make = |state, summary: String| base(plan, told, state, summary, at);
    match published {
        Published::Missing(_) if somewhere => make(State::Waiting { again_at: later(at, 600) }, format!("{} does not have the MX records of {subdomain} yet.", told.server))
            .means("Another name server of the zone has them, so this one has not followed yet. Until then part of the senders find nothing.")
            .advise("Check again after the time shown. If it stays, look at the zone's serial number: it must have been raised with the change."),
        Published::Missing(_) => match doubled {
            Some(name) => make(State::Failed, format!("The MX records of {subdomain} were published under a doubled name."))
                .means(format!("They are at {name}: the DNS panel appended the zone to a name that was complete already. Under the right name there is nothing."))
                .advise(format!("At the DNS host, change the record's name to “{}” alone, or to “{subdomain}.” with a dot at its end.", subdomain.label())),
            None => make(State::Failed, format!("{subdomain} has no MX record."))
                .means("Forwards on the external server send to this name. Without the records their mail finds no server and bounces.")
                .advise(format!("At the DNS host of {}, publish {records} for {subdomain} (name “{}” in most panels). Leave the records of {0} as they are.", plan.domain(), subdomain.label())),
        },
        _ => judge(plan, told, published, at),
    }
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
        Published::Missing(_) => make(State::Failed, format!("{} knows no MX record of {subdomain}.", told.server))
            .means("Forwards on the external server send to this name, and their mail finds no server.")
            .advise(format!("Publish {records} for {subdomain}.")),
        Published::NoAnswer(why) => make(State::Unknown { why: why.clone() }, format!("{} gave no usable answer.", told.server))
            .means("That says nothing about the records; other servers may answer.")
            .advise("Check again later. If it stays, ask the DNS host whether this server should serve the zone; SERVFAIL from a resolver alone often means broken DNSSEC."),
    }
}

/// What a resolver's answer means once the authoritative servers are known.
fn at_resolver(
    plan: &Plan,
    told: &Told,
    published: &Published,
    somewhere: bool,
    at: Timestamp,
) -> Finding {
    let old = match published {
        Published::Missing(ttl) => Some(ttl.unwrap_or(USUAL_TTL)),
        Published::Right | Published::NoAnswer(_) => None,
        _ => told
            .answer
            .as_ref()
            .ok()
            .and_then(|answer| answer.of_kind().map(|record| record.ttl).max()),
    };
    match old {
        Some(seconds) if somewhere => base(plan, told, State::Waiting { again_at: later(at, seconds.max(30)) }, format!("{} still remembers the answer from before.", told.server), at)
            .means(format!("The authoritative servers have the records. This resolver gives its old answer for up to {} more.", duration(seconds)))
            .advise("Nothing to do: check again after the time shown."),
        _ => judge(plan, told, published, at),
    }
}

fn base(plan: &Plan, told: &Told, state: State, summary: String, at: Timestamp) -> Finding {
    let found = match &told.answer {
        Ok(answer) if matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain) => {
            shown_mx(&answer.mx())
        }
        Ok(answer) => format!("{:?}", answer.code),
        Err(_) => "(no answer)".to_owned(),
    };
    Finding::new(format!("subdomain.mx@{}", told.server), state, summary, at)
        .compared(host_mx(plan), found)
        .asked(told.whom())
        .with_evidence(told.lines())
}

/// `subdomain.mx`: all authoritative servers together.
fn summary(plan: &Plan, each: &[Finding], at: Timestamp) -> Finding {
    let state = worst(each).cloned().unwrap_or(State::Passed);
    let fine = each.iter().filter(|finding| finding.state == State::Passed).count();
    let whom: Vec<&str> = each.iter().map(|finding| finding.asked.as_str()).collect();
    let cause = each.iter().find(|finding| finding.state == state);
    let mut finding = match cause {
        Some(cause) if state != State::Passed => {
            Finding { id: "subdomain.mx".to_owned(), ..cause.clone() }
        }
        _ => Finding::new(
            "subdomain.mx",
            State::Passed,
            format!("{} has its MX records.", plan.routing_subdomain()),
            at,
        )
        .compared(host_mx(plan), host_mx(plan)),
    };
    if each.len() > 1 {
        finding.summary =
            format!("{} Right at {fine} of {} authoritative servers.", finding.summary, each.len());
    }
    finding.asked = whom.join("; ");
    finding
}

fn no_servers(plan: &Plan, why: String, at: Timestamp) -> Finding {
    Finding::new(
        "subdomain.mx",
        State::Unknown { why },
        format!("The name servers of {} can't be found from here.", plan.domain()),
        at,
    )
    .compared(host_mx(plan), "(no answer)")
    .means(
        "No resolver told which servers speak for the zone. That says nothing about the records.",
    )
    .advise("Check this machine's network, or name another resolver with --resolver.")
}

/// A resolver that was left alone.
fn too_early(plan: &Plan, resolver: SocketAddr, ttl: Option<u32>, at: Timestamp) -> Finding {
    let because = format!(
        "the authoritative servers lack the records, and a resolver that is asked too early remembers that for {}",
        duration(ttl.unwrap_or(USUAL_TTL))
    );
    Finding::new(
        format!("subdomain.mx@{resolver}"),
        State::Skipped { because },
        "This resolver was not asked yet.",
        at,
    )
    .compared(host_mx(plan), "(not asked)")
    .asked(resolver.to_string())
}

/// A span as people say it.
fn duration(seconds: u32) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::net::{Answer, Data, Record};
    use crate::plan::Domain;

    fn plan() -> Plan {
        Plan::new(Domain::parse("example.com").unwrap()).unwrap()
    }

    fn told(server: &str, exchanges: &[&str], negative_ttl: Option<u32>) -> Told {
        let at = "192.0.2.53:53".parse().unwrap();
        let record = |name: &&str| Record {
            name: "rackspace.example.com".to_owned(),
            ttl: 7200,
            data: Data::Mx { preference: 10, exchange: (*name).to_owned() },
        };
        let answer = Answer {
            asked: at,
            name: "rackspace.example.com".to_owned(),
            kind: RecordType::Mx,
            code: ResponseCode::NoError,
            authoritative: true,
            records: exchanges.iter().map(record).collect(),
            negative_ttl,
            referral: None,
            by_tcp: false,
            by_https: None,
            took: Duration::ZERO,
        };
        Told { server: server.to_owned(), at, answer: Ok(answer) }
    }

    const OURS: [&str; 2] = ["mx1.emailsrvr.com", "mx2.emailsrvr.com"];

    #[test]
    fn a_resolver_that_remembers_the_past_is_asked_again_when_it_forgets() {
        let at = Timestamp::UNIX_EPOCH;
        let negative = told("resolver", &[], Some(900));
        let finding = at_resolver(&plan(), &negative, &read(&plan(), &negative, false), true, at);
        assert_eq!(finding.state, State::Waiting { again_at: later(at, 900) });
        assert!(finding.meaning.contains("15 minutes"), "{}", finding.meaning);
        let old = told("resolver", &["mail.example.com"], None);
        let finding = at_resolver(&plan(), &old, &read(&plan(), &old, false), true, at);
        assert_eq!(finding.state, State::Waiting { again_at: later(at, 7200) });
        // Nothing is right anywhere: then nothing is waited for.
        let finding = at_resolver(&plan(), &old, &read(&plan(), &old, false), false, at);
        assert_eq!(finding.state, State::Failed);
    }

    #[test]
    fn a_secondary_that_lags_is_waited_for_and_named() {
        let at = Timestamp::UNIX_EPOCH;
        let servers = [told("ns1", &OURS, None), told("ns2", &[], Some(900))];
        let each: Vec<Finding> = servers
            .iter()
            .map(|told| at_authority(&plan(), told, &read(&plan(), told, true), true, None, at))
            .collect();
        assert_eq!(each[0].state, State::Passed);
        assert!(matches!(each[1].state, State::Waiting { .. }));
        let all = summary(&plan(), &each, at);
        assert!(matches!(all.state, State::Waiting { .. }));
        assert!(all.summary.contains("ns2") && all.summary.contains("1 of 2"), "{}", all.summary);
    }

    #[test]
    fn a_doubled_name_is_the_cause_and_its_cure_is_the_label() {
        let at = Timestamp::UNIX_EPOCH;
        let empty = told("ns1", &[], None);
        let doubled = Some("rackspace.example.com.example.com");
        let finding = at_authority(&plan(), &empty, &Published::Missing(None), false, doubled, at);
        assert_eq!(finding.state, State::Failed);
        assert!(finding.meaning.contains("rackspace.example.com.example.com"));
        assert!(finding.action.contains("“rackspace” alone"), "{}", finding.action);
    }
}
