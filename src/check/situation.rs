//! The situation: what the panel offers, and where mail enters today.

use jiff::Timestamp;

use super::Ask;
use super::dns::{Told, shown_mx};
use super::primary_mx::{self, Seen, expected};
use crate::finding::{Finding, State};
use crate::net::ResponseCode;
use crate::plan::{PanelOffer, Plan};

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let seen = primary_mx::look(ask.net, ask.plan).await;
    let at = ask.net.clock.now();
    out(primary_mx::verdict("situation.primary-mx", ask.plan, &seen, Some(expected(ask.plan)), at));
    for finding in each_server(&seen, at) {
        out(finding);
    }
    out(panel(ask.plan, at));
}

/// `situation.primary-mx@SERVER`: whether every name server says the same.
fn each_server(seen: &Seen, at: Timestamp) -> Vec<Finding> {
    let all = || seen.authorities.iter().flatten().chain(&seen.resolvers);
    let rows = |told: &Told| {
        let mut rows = told.answer.as_ref().map(|answer| answer.mx()).unwrap_or_default();
        rows.sort();
        rows
    };
    let Some(first) = all().find(|told| settled(told)) else { return Vec::new() };
    let wanted = rows(first);
    let judge = |told: &Told| {
        let id = format!("situation.primary-mx@{}", told.server);
        let make = |state, summary: String, found: String| {
            Finding::new(id.clone(), state, summary, at)
                .compared(shown_mx(&wanted), found)
                .asked(told.whom())
                .with_evidence(told.lines())
        };
        match &told.answer {
            Ok(_) if settled(told) && rows(told) == wanted => {
                make(State::Passed, format!("{} says the same.", told.server), shown_mx(&wanted))
            }
            Ok(_) if settled(told) => make(State::Warning, format!("{} names other MX records.", told.server), shown_mx(&rows(told)))
                .means("While name servers differ, part of the mail enters at one system and part at another.")
                .advise("If the records were changed lately, wait until the old ones have run out (their TTL). Otherwise look why this name server does not follow: the zone's serial number, or a second zone of the same name."),
            Ok(answer) => make(State::Unknown { why: format!("{} answered {}", told.whom(), answer.code) }, format!("{} does not answer for the domain.", told.server), answer.code.to_string())
                .means("This name server is named for the domain but does not serve it, or it does not serve this machine.")
                .advise("Ask the DNS host whether the server should be listed."),
            Err(error) => make(State::Unknown { why: error.to_string() }, format!("{} can't be asked from here.", told.server), "(no answer)".to_owned())
                .means("That says nothing about its records.")
                .advise("Check again later, or from another network."),
        }
    };
    all().map(judge).collect()
}

fn settled(told: &Told) -> bool {
    told.answer
        .as_ref()
        .is_ok_and(|answer| matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain))
}

/// `situation.panel`: the administrator's own look.
fn panel(plan: &Plan, at: Timestamp) -> Finding {
    let (host, domain) = (&plan.host, plan.domain());
    let make = |state, summary: String, found: &str| {
        Finding::new("situation.panel", state, summary, at)
            .compared("Split Domain is offered", found)
            .asked("the plan")
    };
    match plan.situation.panel {
        PanelOffer::Offered => make(State::Passed, format!("By the plan, the control panel of {} offers Split Domain.", host.name), "offered"),
        PanelOffer::NotLooked => make(State::Unknown { why: "nobody has looked into the control panel yet".to_owned() }, format!("Whether {} still offers Split Domain is not known.", host.name), "not looked")
            .means(format!("{} Without it the plan can't work as it is.", host.offer))
            .advise(format!("Sign in to {}, look for Domains > Split Domain, and answer the question in step 1.", host.panel_url)),
        PanelOffer::NotOffered => make(State::Failed, format!("The control panel of {} does not offer Split Domain.", host.name), "not offered")
            .means(format!("{} The host will not pass on what it does not have, so its users can't write to people on the external server.", host.offer))
            .advise(format!("Ask the host's support whether they can switch it on. If not, go the way without it: a second routing subdomain (such as exchange.{domain}) whose MX names the external server and which is accepted there, and at the host one alias per external person, user@{domain} to user@exchange.{domain}. Resellers and other hosts still sell split domain routing.")),
    }
}
