//! The routing subdomain's MX records: read at every authoritative server,
//! then at the resolvers.

use std::net::SocketAddr;

use jiff::Timestamp;

use super::exchangers;
use super::implicit_mx::ImplicitMx;
use super::lookout::Lookout;
use super::port_53::Line;
use super::primary_mx::host_mx;
use super::probe::LONGEST_WAIT;
use super::published::{Published, read};
use super::routing_answer::{Around, USUAL_TTL, Wildcard, at_authority, at_resolver};
use super::routing_whole::summary;
use super::told::{Told, ask_each, ask_resolvers, duration, whom_to_ask};
use crate::finding::{Finding, State};
use crate::net::{Answer, DnsError, NameServer, RecordType};
use crate::plan::Plan;

/// A label that nobody has: what is there for it is there for every name.
const NOBODY: &str = "no-such-name-sdr-wizard";

pub(super) async fn run(lookout: &Lookout<'_>) -> Vec<Finding> {
    let (net, plan) = (lookout.net, lookout.plan);
    let subdomain = plan.routing_subdomain().as_str();
    let around = around(lookout);
    let (authorities, around) = tokio::join!(authorities(lookout), around);
    let at = net.clock.now();
    let authorities = match authorities {
        Ok(told) => told,
        // No resolver answered: nor will it now.
        Err(error) => return vec![no_servers(plan, error.to_string(), at)],
    };
    let answers: Vec<(Told, Published)> = authorities
        .into_iter()
        .map(|told| {
            let published = read(plan, &told, true);
            (told, published)
        })
        .collect();
    let missing = answers.iter().find_map(|(_, published)| match published {
        Published::Missing(ttl) => Some(*ttl),
        _ => None,
    });
    let implicit = match missing {
        Some(_) => Box::pin(ImplicitMx::of(lookout, &nobody(plan))).await,
        None => None,
    };
    let around = Around {
        somewhere: answers.iter().any(|(_, published)| *published == Published::Right),
        implicit,
        ..around
    };
    let each: Vec<Finding> = answers
        .iter()
        .map(|(told, published)| at_authority(plan, told, published, &around, at))
        .collect();
    let dark = !answers.is_empty() && answers.iter().all(|(told, _)| told.is_silent());

    if let Some(ttl) = missing {
        let mut findings = vec![summary(plan, &answers, &each, at)];
        findings.extend(each);
        let left_alone = whom_to_ask(net).into_iter();
        findings.extend(
            left_alone.map(|(server, resolver)| too_early(plan, &server, resolver, ttl, at)),
        );
        return findings;
    }
    let records = answers.iter().filter_map(|(told, _)| told.answer.as_ref().ok());
    let mx = records.map(|answer| answer.mx()).find(|mx| !mx.is_empty()).unwrap_or_default();
    let (told, exchangers) = tokio::join!(
        ask_resolvers(net, subdomain, RecordType::Mx),
        exchangers::look(&lookout.hearing, &mx)
    );
    let at = net.clock.now();
    let seen: Vec<(Told, Published)> = told
        .into_iter()
        .map(|told| {
            let published = read(plan, &told, false);
            (told, published)
        })
        .collect();
    let visible = seen.iter().any(|(_, published)| *published == Published::Right);
    let resolvers = seen
        .iter()
        .map(|(told, published)| at_resolver(plan, told, published, &around, visible, at));
    let mut findings = Vec::new();
    if dark && visible {
        let line = match answers.iter().all(|(told, _)| told.at.is_ipv6()) {
            true => &Line::OnlyIpv6,
            false => lookout.line().await,
        };
        findings.push(out_of_reach(plan, &each, line, at));
        findings.extend(each.into_iter().map(|finding| walled(finding, line)));
    } else {
        if !each.is_empty() {
            findings.push(summary(plan, &answers, &each, at));
        }
        findings.extend(each);
    }
    findings.extend(resolvers);
    findings.extend(exchangers::verdict(
        "subdomain.exchangers",
        subdomain,
        &exchangers,
        &plan.host,
        at,
    ));
    findings
}

/// Asks the servers of the primary domain's zone; where they point on to a
/// zone of the subdomain's own, its servers. The resolvers are not asked for
/// the subdomain until it is there, or they would remember that it is not.
async fn authorities(lookout: &Lookout<'_>) -> Result<Vec<Told>, DnsError> {
    let (net, subdomain) = (lookout.net, lookout.plan.routing_subdomain().as_str());
    let told = lookout.ask(subdomain, RecordType::Mx).await?;
    let mut referrals = told.iter().filter_map(|told| told.answer.as_ref().ok()).map(|answer| {
        answer
            .referral
            .as_ref()
            .filter(|referral| referral.zone == subdomain && !answer.authoritative)
    });
    let Some(Some(referral)) = referrals.next() else { return Ok(told) };
    if referrals.any(|other| other.is_none()) {
        return Ok(told);
    }
    let glued = referral.addresses.iter().map(|(name, ip)| NameServer {
        zone: subdomain.to_owned(),
        name: name.clone(),
        at: (*ip, net.dns_port).into(),
    });
    let mut servers: Vec<NameServer> = glued.collect();
    let others: Vec<String> = referral
        .names
        .iter()
        .filter(|name| !servers.iter().any(|server| server.name == **name))
        .cloned()
        .collect();
    if !others.is_empty() {
        servers.extend(net.zone(subdomain, others).await?.servers);
    }
    Ok(ask_each(net, servers, subdomain, RecordType::Mx).await)
}

/// Asks the first servers of the zone for the doubled name
/// (`rackspace.example.com.example.com`, as panels make it that append the
/// zone) and for a name that nobody has.
async fn around(lookout: &Lookout<'_>) -> Around {
    let (net, plan) = (lookout.net, lookout.plan);
    let Ok(mut servers) = lookout.servers().await else { return Around::default() };
    servers.sort_by_key(|server| server.at.is_ipv6());
    servers.truncate(2);
    let double = format!("{}.{}", plan.routing_subdomain(), plan.domain());
    let nobody = nobody(plan);
    let (at_double, at_nobody) = tokio::join!(
        ask_each(net, servers.clone(), &double, RecordType::Mx),
        ask_each(net, servers, &nobody, RecordType::Mx)
    );
    let spoken = |told: Vec<Told>| {
        let answers = told.into_iter().filter_map(|told| told.answer.ok());
        answers.filter(|answer| answer.authoritative).collect::<Vec<_>>()
    };
    let is_there =
        |answer: &Answer| answer.mx().iter().any(|(_, name)| plan.host.owns_exchange(name));
    let at_nobody = spoken(at_nobody);
    Around {
        somewhere: false,
        implicit: None,
        doubled: spoken(at_double).iter().any(is_there).then_some(double),
        wildcard: at_nobody.iter().find_map(Wildcard::of),
        negative_ttl: at_nobody.iter().filter_map(|answer| answer.negative_ttl).max(),
    }
}

fn nobody(plan: &Plan) -> String {
    format!("{NOBODY}.{}", plan.domain())
}

/// The authoritative servers stayed out of reach, and others see the records.
fn out_of_reach(plan: &Plan, each: &[Finding], line: &Line, at: Timestamp) -> Finding {
    let whom: Vec<&str> = each.iter().map(|finding| finding.asked.as_str()).collect();
    let subdomain = plan.routing_subdomain();
    Finding::new("subdomain.mx", State::Warning, format!("{subdomain} has its MX records, as far as resolvers see it."), at)
        .compared(host_mx(plan), host_mx(plan))
        .asked(whom.join("; "))
        .means(format!("None of the authoritative servers answered. {} Whether every one of them has the records is not known.", line.meaning()))
        .advise(line.action())
}

/// A server's own silence says nothing of it unless the line is open.
fn walled(finding: Finding, line: &Line) -> Finding {
    let because = match line {
        Line::Open(_) => return finding,
        Line::Inside(_) => "none of the name servers answered, and this network's resolver did",
        Line::OnlyIpv6 => "it has an IPv6 address only, and this machine may have no IPv6",
        Line::Closed => "port 53 is closed in this network",
    };
    Finding { state: State::Skipped { because: because.to_owned() }, ..finding }
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
fn too_early(
    plan: &Plan,
    server: &str,
    resolver: SocketAddr,
    ttl: Option<u32>,
    at: Timestamp,
) -> Finding {
    let because = format!(
        "the authoritative servers lack the records, and a resolver that is asked too early remembers that for {}",
        duration(ttl.unwrap_or(USUAL_TTL).min(LONGEST_WAIT))
    );
    Finding::new(
        format!("subdomain.mx@{server}"),
        State::Skipped { because },
        "This resolver was not asked yet.",
        at,
    )
    .compared(host_mx(plan), "(not asked)")
    .asked(resolver.to_string())
}
