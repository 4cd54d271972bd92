//! Who the primary domain's MX records name.

use jiff::Timestamp;

use super::beside;
use super::contradiction::Contradiction;
use super::each_server::{Subject, each_server};
use super::exchangers::{self, Exchanger};
use super::heard::{Heard, Word, is_absent, of_mx, who_says_what};
use super::lookout::Lookout;
use super::mx_owners::{Owner, Records, read};
use super::told::{Told, shown_mx};
use super::too_early::changed_too_early;
use crate::finding::{Finding, State};
use crate::net::{Answer, RecordType};
use crate::plan::{Plan, Side};

/// What the name servers say of the primary domain.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Every authoritative server and the resolvers.
    pub(super) heard: Heard,
    /// The records that count.
    pub(super) records: Records,
    /// What the exchangers in them lead to.
    pub(super) exchangers: Vec<Exchanger>,
    /// The plan's external server.
    pub(super) external: Option<Exchanger>,
    /// Where the host is named too early: whether the routing subdomain names it too.
    subdomain: Option<bool>,
}

/// Asks every authoritative server and the resolvers.
pub(super) async fn look(lookout: &Lookout<'_>) -> Seen {
    let plan = lookout.plan;
    let external = async {
        let name = plan.external.host_name.as_ref()?;
        Some(exchangers::one(&lookout.hearing, name.to_string()).await)
    };
    let (heard, external) =
        tokio::join!(lookout.hear(plan.domain().as_str(), RecordType::Mx), external);
    // Where they contradict each other, whatever any of those says who count.
    let mut mx: Vec<(u16, String)> = heard.witnesses().into_iter().flat_map(rows).collect();
    mx.sort();
    mx.dedup_by(|a, b| a.1 == b.1);
    let early = plan.primary_side() == Side::External
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
    let (exchangers, subdomain) = tokio::join!(exchangers::look(&lookout.hearing, &mx), subdomain);
    let addresses = external.as_ref().map(Exchanger::addresses).unwrap_or_default();
    let records = match heard.word(of_mx, is_absent) {
        Word::Untold(why) => Records::NoAnswer(why),
        Word::Contradicted(says) => {
            let above = lookout.delegation().await;
            Records::Contradicted(Contradiction::of(&heard, says, above))
        }
        Word::One(told) => match read(plan, told, &exchangers, addresses) {
            // Said by the zone's servers, and denied by a resolver.
            Records::NoDomain | Records::None if heard.resolvers.iter().any(has_mx) => {
                let denied: Vec<&Told> = heard.resolvers.iter().filter(|one| has_mx(one)).collect();
                let all: Vec<&Told> = heard.witnesses().into_iter().chain(denied).collect();
                let says = who_says_what(&all, of_mx);
                Records::Contradicted(Contradiction::of(&heard, says, None))
            }
            records => records,
        },
    };
    Seen { heard, records, exchangers, external, subdomain }
}

fn has_mx(told: &Told) -> bool {
    !rows(told).is_empty()
}

fn rows(told: &Told) -> Vec<(u16, String)> {
    told.answer.as_ref().map(Answer::mx).unwrap_or_default()
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
    let (whom, evidence) = (seen.heard.asked(), seen.heard.lines());
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
            let mut answers = seen.heard.all().filter_map(|told| told.answer.as_ref().ok());
            if let Some(answer) = answers.next() {
                return make(State::Unknown { why: why.clone() }, format!("The MX records of {domain} can't be told from the answers."), answer.code.to_string())
                    .means(format!("{why}. That says nothing about the records."))
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
        Records::Contradicted(one) => {
            return one.told(&format!("the MX records of {domain}"), make);
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
        (Owner::Presumed, Side::External) if beside::stray(owned, Side::External).is_some() => {
            beside::as_planned(make, plan, owned, Side::External, found)
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

/// What each server says of the records, under ids that begin with `id`.
pub(super) async fn each(
    lookout: &Lookout<'_>,
    id: &str,
    seen: &Seen,
    at: Timestamp,
) -> Vec<Finding> {
    let subject = Subject {
        id,
        record: "MX record",
        name: lookout.plan.domain().as_str(),
        reading: of_mx,
        beside: None,
    };
    each_server(lookout, &seen.heard, &subject, at).await
}

/// The host's MX records on one line.
pub(super) fn host_mx(plan: &Plan) -> String {
    let rows: Vec<(u16, String)> =
        plan.host.mx.iter().map(|mx| (mx.preference, mx.exchange.as_str().to_owned())).collect();
    shown_mx(&rows)
}
