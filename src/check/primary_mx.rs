//! Who the primary domain's MX records name.

use std::net::IpAddr;

use jiff::Timestamp;

use super::beside;
use super::exchangers::{self, Exchanger};
use super::lookout::Lookout;
use super::told::{Told, ask_resolvers, shown_mx, speaker};
use crate::finding::{Finding, State};
use crate::net::{RecordType, ResponseCode};
use crate::plan::{Plan, Purpose, Side, Task};

/// Records that are looked at: far more than any domain has.
const MOST: usize = 100;

/// What the name servers say of the primary domain.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Every authoritative server, or why they are not known.
    pub(super) authorities: Result<Vec<Told>, String>,
    /// The resolvers.
    pub(super) resolvers: Vec<Told>,
    /// The records that count: of the first server that speaks for the zone,
    /// else of the first resolver.
    pub(super) records: Records,
    /// What the exchangers in them lead to.
    pub(super) exchangers: Vec<Exchanger>,
    /// The addresses of the plan's external server.
    pub(super) external: Vec<IpAddr>,
    /// Where the host is named too early: whether the routing subdomain names it too.
    subdomain: Option<bool>,
}

/// The primary MX records, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Records {
    /// Nobody answered: why.
    NoAnswer(String),
    /// The domain does not exist (NXDOMAIN).
    NoDomain,
    /// It has no MX record.
    None,
    /// It says that it takes no mail (RFC 7505).
    NullMx,
    /// It says so, and names servers as well: all of them.
    NullAmong(String),
    /// By preference, each with the system behind it.
    Some(Vec<(u16, String, Owner)>),
}

/// The system behind a mail exchanger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// One of the plan's two systems.
    Known(Side),
    /// Not the host; taken for the external server, which the plan does not name yet.
    Presumed,
    /// Neither.
    Other,
}

/// The system that the plan expects behind the primary MX records now.
pub(super) fn expected(plan: &Plan) -> Side {
    let cut_over =
        plan.situation.purpose == Purpose::Migration && plan.done.contains(&Task::ChangePrimaryMx);
    if cut_over { Side::Host } else { plan.situation.primary_mx }
}

/// Asks every authoritative server and the resolvers.
pub(super) async fn look(lookout: &Lookout<'_>) -> Seen {
    let (net, plan) = (lookout.net, lookout.plan);
    let domain = plan.domain().as_str();
    let external = async {
        match &plan.external.host_name {
            Some(name) => net.addresses(name.as_str()).await.unwrap_or_default(),
            None => Vec::new(),
        }
    };
    let (authorities, resolvers, external) = tokio::join!(
        lookout.ask(domain, RecordType::Mx),
        ask_resolvers(net, domain, RecordType::Mx),
        external
    );
    let authorities = authorities.map_err(|error| error.to_string());
    let told = speaker(authorities.as_deref().unwrap_or_default(), &resolvers);
    let mx = told
        .and_then(|told| told.answer.as_ref().ok())
        .map(|answer| answer.mx())
        .unwrap_or_default();
    let early = expected(plan) == Side::External
        && mx.iter().any(|(_, exchange)| plan.host.owns_exchange(exchange));
    let subdomain = async {
        // Which records were changed: these alone, or those that should be.
        if !early {
            return None;
        }
        let told = lookout.ask(plan.routing_subdomain().as_str(), RecordType::Mx).await.ok()?;
        let answers = told.iter().filter_map(|told| told.answer.as_ref().ok());
        answers
            .filter(|answer| answer.authoritative)
            .map(|answer| answer.mx().iter().any(|(_, name)| plan.host.owns_exchange(name)))
            .max()
    };
    let (exchangers, subdomain) = tokio::join!(exchangers::look(net, &mx), subdomain);
    let records = match told {
        Some(told) => read(plan, told, &exchangers, &external),
        None => Records::NoAnswer(silence(&authorities, &resolvers)),
    };
    Seen { authorities, resolvers, records, exchangers, external, subdomain }
}

fn silence(authorities: &Result<Vec<Told>, String>, resolvers: &[Told]) -> String {
    let said = |told: &Told| match &told.answer {
        Ok(answer) => format!("{} answered {}", told.whom(), answer.code),
        Err(error) => error.to_string(),
    };
    match (authorities, resolvers.first()) {
        (_, Some(told)) => said(told),
        (Err(error), None) => error.clone(),
        (Ok(told), None) => told.first().map_or("no name server is known".to_owned(), said),
    }
}

fn read(plan: &Plan, told: &Told, exchangers: &[Exchanger], external: &[IpAddr]) -> Records {
    let Ok(answer) = &told.answer else { return Records::NoAnswer(String::new()) };
    let mx = answer.mx();
    if mx.is_empty() {
        return if answer.code == ResponseCode::NxDomain {
            Records::NoDomain
        } else {
            Records::None
        };
    }
    if let Some(records) = null_mx(&mx) {
        return records;
    }
    let rows = mx.into_iter().take(MOST).map(|(preference, exchange)| {
        let owner = owner(plan, &exchange, exchangers, external);
        (preference, exchange, owner)
    });
    Records::Some(rows.collect())
}

/// The records that say “no mail”, alone or with others beside them.
fn null_mx(mx: &[(u16, String)]) -> Option<Records> {
    let is_null = |exchange: &String| exchange == "." || exchange.is_empty();
    match mx.iter().filter(|(_, exchange)| is_null(exchange)).count() {
        0 => None,
        some if some == mx.len() => Some(Records::NullMx),
        _ => Some(Records::NullAmong(shown_mx(mx))),
    }
}

fn owner(plan: &Plan, exchange: &str, exchangers: &[Exchanger], external: &[IpAddr]) -> Owner {
    if plan.host.owns_exchange(exchange) {
        return Owner::Known(Side::Host);
    }
    match &plan.external.host_name {
        None => Owner::Presumed,
        Some(name) if name.as_str() == exchange => Owner::Known(Side::External),
        Some(_) => {
            let mut its =
                exchangers.iter().filter(|one| one.name == exchange).flat_map(Exchanger::addresses);
            if its.any(|ip| external.contains(ip)) {
                Owner::Known(Side::External)
            } else {
                Owner::Other
            }
        }
    }
}

/// The finding about the whole, under the id that the step wants. Without
/// `expected` it only says who is named.
pub(super) fn verdict(
    id: &str,
    plan: &Plan,
    seen: &Seen,
    expected: Option<Side>,
    at: Timestamp,
) -> Finding {
    let domain = plan.domain();
    let told = seen.authorities.iter().flatten().chain(&seen.resolvers);
    let whom: Vec<String> = told.clone().map(Told::whom).collect();
    let evidence: Vec<String> = told.flat_map(Told::lines).collect();
    let wanted = match expected {
        Some(Side::External) => "MX at the external server".to_owned(),
        Some(Side::Host) => format!("MX at {}", plan.host.name),
        None => "MX records".to_owned(),
    };
    let make = |state, summary: String, found: String| {
        Finding::new(id, state, summary, at)
            .compared(wanted.clone(), found)
            .asked(whom.join("; "))
            .with_evidence(evidence.clone())
    };
    let owned = match &seen.records {
        Records::NoAnswer(why) => {
            let mut answers = seen
                .authorities
                .iter()
                .flatten()
                .chain(&seen.resolvers)
                .filter_map(|told| told.answer.as_ref().ok());
            if let Some(answer) = answers.next() {
                return make(State::Unknown { why: why.clone() }, format!("The MX records of {domain} can't be told from the answers."), answer.code.to_string())
                    .means(format!("{}, with an error of its own in place of the records. That says nothing about the records.", why))
                    .advise("Check again later. SERVFAIL often means broken DNSSEC or a name server of the zone that does not answer; REFUSED means that this machine may not ask there: name another resolver with --resolver.");
            }
            return make(
                State::Unknown { why: why.clone() },
                format!("The MX records of {domain} can't be looked up from here."),
                "(no answer)".to_owned(),
            )
            .means("No name server answered this machine. That says nothing about the records.")
            .advise("Check this machine's network, or name another resolver with --resolver.");
        }
        Records::NoDomain => {
            return make(State::Failed, format!("{domain} does not exist in the DNS."), "(no such domain)".to_owned())
                .means("No mail can reach the domain.")
                .advise("Check the spelling of the domain. If it is right, look whether its registration has ended.");
        }
        Records::None => {
            return make(State::Failed, format!("{domain} has no MX record."), "(no record)".to_owned())
                .means("Senders fall back to the address of the web site, if there is one; mail is lost or bounces.")
                .advise(format!("Publish an MX record for {domain} that names the system where mail should arrive today."));
        }
        Records::NullMx => {
            return make(State::Failed, format!("{domain} says that it takes no mail (null MX)."), "0 .".to_owned())
                .means("Every sender bounces its mail at once (RFC 7505).")
                .advise(format!("Replace the null MX of {domain} by records that name the system where mail should arrive today."));
        }
        Records::NullAmong(found) => {
            return make(State::Failed, format!("{domain} says that it takes no mail (null MX), and names mail servers too."), found.clone())
                .means("The two contradict each other (RFC 7505 3): some senders bounce all mail at once, others deliver it.")
                .advise(format!("Remove the record “0 .” of {domain}."));
        }
        Records::Some(owned) => owned,
    };
    let rows: Vec<(u16, String)> =
        owned.iter().map(|(preference, exchange, _)| (*preference, exchange.clone())).collect();
    let found = shown_mx(&rows);
    let first = owned.first().map(|(_, _, owner)| *owner).unwrap_or(Owner::Other);
    let named = |side: Side| match side {
        Side::Host => plan.host.name.clone(),
        Side::External => "the external server".to_owned(),
    };
    let Some(wanted_side) = expected else {
        if first == Owner::Known(Side::Host) {
            return make(State::Warning, format!("The MX records of {domain} name {} already.", plan.host.name), found)
                .means("In a migration that is the last step: until then mail should enter at the external server, and only the routing subdomain gets the host's records. In a permanent split it may be meant so.")
                .advise(format!("If a migration is under way, set the MX records of {domain} back to the external server. If mail should enter at {}, say so: “sdrctl dns” with --mx host, or step 1.", plan.host.name));
        }
        let by_name = matches!(first, Owner::Known(Side::External) | Owner::Presumed);
        if let (true, Some((preference, exchange, _))) =
            (by_name, beside::stray(owned, Side::External))
        {
            return make(
                State::Warning,
                format!("The MX records of {domain} name both systems."),
                found,
            )
            .means(format!(
                "Part of the mail enters at {}, by {preference} {exchange}, and part at {}.",
                plan.host.name,
                named(Side::External)
            ))
            .advise(format!(
                "Leave in the MX records of {domain} only the system where mail should enter."
            ));
        }
        let who = match first {
            Owner::Known(side) => named(side),
            Owner::Presumed | Owner::Other => format!("servers that are not {}", plan.host.name),
        };
        return make(State::Passed, format!("The MX records of {domain} name {who}."), found);
    };
    match (first, wanted_side) {
        (Owner::Known(side), wanted) if side == wanted => {
            beside::as_planned(make, plan, owned, side, found)
        }
        (Owner::Presumed, Side::External) => make(State::Passed, format!("The MX records of {domain} do not name {}.", plan.host.name), found)
            .means("They are taken to name the external server, which the plan does not know yet."),
        (Owner::Known(Side::Host), _) => changed_too_early(make, plan, seen.subdomain, found),
        (Owner::Known(Side::External) | Owner::Presumed, _) => make(State::Failed, format!("The primary MX records name the external server, not {}.", plan.host.name), found)
            .means("By the plan mail from the Internet enters at the host. In fact it enters at the external server, so the host filters nothing, and mail for people at the host depends on the forwards there.")
            .advise(format!("If mail should enter at {}, change the MX records of {domain} to {}. If it should stay as it is, set “primary MX” in step 1 to the external server.", plan.host.name, host_mx(plan))),
        (Owner::Other, _) => make(State::Warning, format!("The MX records of {domain} name neither of the two systems."), found)
            .means("A third system, such as a spam filter, takes the mail first. Where it hands it on can't be seen from here.")
            .advise("Look there where it delivers the domain: it must be the system that the plan names. If this is the external server under another name, enter that name in step 3."),
    }
}

/// The host is named although the plan says external: in a migration the
/// wrong records were changed.
fn changed_too_early(
    make: impl Fn(State, String, String) -> Finding,
    plan: &Plan,
    subdomain_too: Option<bool>,
    found: String,
) -> Finding {
    let (domain, subdomain) = (plan.domain(), plan.routing_subdomain());
    let instead = match &plan.external.host_name {
        Some(host) => format!("the records that name {host}"),
        None => "those of the external server".to_owned(),
    };
    if plan.situation.purpose == Purpose::Migration {
        let which = match subdomain_too {
            Some(true) => {
                "The primary MX records were changed as well as the routing subdomain's.".to_owned()
            }
            Some(false) => {
                "The primary MX records were changed instead of the routing subdomain's.".to_owned()
            }
            None => format!("The primary MX records name {} already.", plan.host.name),
        };
        let publish = match subdomain_too {
            Some(true) => format!("Leave those of {subdomain} as they are."),
            _ => format!("Publish {} for {subdomain} instead.", host_mx(plan)),
        };
        make(State::Failed, which, found)
            .means(format!("All mail from the Internet for {domain} enters at {} now. In a migration that is the last step: until then the primary MX records stay at the external server, and only {subdomain} gets the host's records.", plan.host.name))
            .advise(format!("At the DNS host, set the MX records of {domain} back to the external server ({instead}). {publish} If the change was meant, say so in step 1 or tick it off in step 8."))
    } else {
        make(State::Failed, format!("The primary MX records name {}, not the external server.", plan.host.name), found)
            .means("By the plan mail from the Internet enters at the external server. In fact it enters at the host.")
            .advise(format!("If it should stay at the host, set “primary MX” in step 1 to the host. If not, set the MX records of {domain} back ({instead}); the host's records belong to {subdomain}."))
    }
}

/// The host's MX records on one line.
pub(super) fn host_mx(plan: &Plan) -> String {
    let rows: Vec<(u16, String)> =
        plan.host.mx.iter().map(|mx| (mx.preference, mx.exchange.as_str().to_owned())).collect();
    shown_mx(&rows)
}
