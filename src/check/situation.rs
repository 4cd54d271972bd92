//! The situation: what the panel offers, and where mail enters today.

use jiff::Timestamp;
use tokio::sync::watch;

use super::Ask;
use super::contradiction::only_remembered;
use super::heard::CONTRADICT;
use super::lookout::Lookout;
use super::mx_owners::Records;
use super::primary_mx::{self, Seen};
use super::seen::primary;
use super::spf_senders::Senders;
use super::{dmarc, exchangers, mta_sts, name_servers, no_domain, spf, ttl};
use crate::finding::{BEFORE, CHANGED, Finding, State};
use crate::plan::{PanelOffer, Plan, Side, Task};
use crate::route::MxOwner;

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let lookout = Lookout::new(ask.net, ask.plan);
    let Look { primary, beside } = look(&lookout).await;
    let at = ask.net.clock.now();
    let expected = Some(ask.plan.primary_side());
    let mut verdict = primary_mx::verdict("situation.primary-mx", ask.plan, &primary, expected, at);
    let before = ask.evidence.get(BEFORE);
    if let (State::Failed, Some(before)) = (&verdict.state, before) {
        verdict.action = format!(
            "{} When they were last as planned they were: {}.",
            verdict.action, before.found
        );
    }
    let snapshot = snapshot(ask.plan, &verdict);
    let changed = changed(ask, &verdict);
    out(verdict);
    snapshot.into_iter().chain(changed).for_each(&mut *out);
    let each = primary_mx::each(&lookout, "situation.primary-mx", &primary, at).await;
    let each = each.into_iter().map(|finding| match (&primary.records, &finding.state) {
        // That another one does not know it either is no good news.
        (Records::NoDomain, State::Passed) => no_domain::skipped(finding, ask.plan.domain()),
        _ => finding,
    });
    each.chain(beside).for_each(&mut *out);
    out(panel(ask.plan, at));
}

/// The primary MX records as they are before the cutover, to go back to. What
/// was changed by mistake never takes their place.
fn snapshot(plan: &Plan, verdict: &Finding) -> Option<Finding> {
    let as_planned = matches!(verdict.state, State::Passed | State::Warning)
        && !verdict.summary.contains(CONTRADICT);
    let before = as_planned && !plan.done.contains(&Task::ChangePrimaryMx);
    before.then(|| {
        let summary =
            format!("The MX records of {} are written down for the way back.", plan.domain());
        Finding::new(BEFORE, State::Passed, summary, verdict.at)
            .compared("", verdict.found.clone())
            .asked(verdict.asked.clone())
    })
}

/// Since when the primary MX records were seen to name the host where the plan
/// began with the external server: from then on the records of before run out.
fn changed(ask: &Ask<'_>, verdict: &Finding) -> Option<Finding> {
    let plan = ask.plan;
    let now_host = plan.situation.primary_mx == Side::External
        && primary(plan, verdict) == Some(MxOwner::Host);
    let earlier = ask.evidence.get(CHANGED).filter(|earlier| earlier.found == verdict.found);
    now_host.then(|| {
        // The last check but this one saw how long those of before lived.
        let ttl = || ask.evidence.get(BEFORE).and(ask.evidence.get("situation.ttl"));
        let lived = || ttl().map(|ttl| ttl.found.clone()).unwrap_or_default();
        earlier.cloned().unwrap_or_else(|| {
            let summary = format!("The MX records of {} were first seen changed.", plan.domain());
            Finding::new(CHANGED, State::Passed, summary, verdict.at)
                .compared(lived(), verdict.found.clone())
                .asked(verdict.asked.clone())
        })
    })
}

/// What the domain's own records say.
pub(super) struct Look {
    pub(super) primary: Seen,
    /// The findings about everything else than whom the MX records name.
    pub(super) beside: Vec<Finding>,
}

/// Asks for all of it at once.
pub(super) async fn look(lookout: &Lookout<'_>) -> Look {
    let (net, plan) = (lookout.net, lookout.plan);
    // The SPF record may ask by macro about the addresses that the MX records
    // lead to.
    let (tell, senders) = watch::channel(None);
    let primary = async {
        let primary = primary_mx::look(lookout).await;
        tell.send_replace(Some(Senders::of(plan, &primary).external));
        primary
    };
    let (primary, servers, policy, dmarc, sts) = tokio::join!(
        primary,
        name_servers::run(lookout),
        spf::look(lookout, senders),
        dmarc::look(lookout),
        mta_sts::look(lookout),
    );
    let at = net.clock.now();
    let domain = plan.domain().as_str();
    let mut beside = Vec::new();
    beside.extend(exchangers::verdict(
        "situation.exchangers",
        domain,
        &primary.exchangers,
        &plan.host,
        at,
    ));
    beside.extend(ttl::verdict(plan, &primary, at));
    beside.extend(servers);
    let verdict = spf::verdict(plan, &policy, &primary, at);
    let both_pass = spf::both_pass(plan, &primary, &verdict);
    beside.push(only_remembered(verdict, &policy.heard));
    beside.extend(spf::each(lookout, &policy, &primary.heard, at).await);
    let verdict = dmarc::verdict(plan, &dmarc, both_pass, at);
    beside.push(only_remembered(verdict, dmarc.heard()));
    beside.extend(dmarc::each(lookout, &dmarc, &primary.heard, at).await);
    let verdict = mta_sts::verdict(plan, &sts, &primary, at);
    beside.push(only_remembered(verdict, sts.heard()));
    beside.extend(mta_sts::each(lookout, &sts, &primary.heard, at).await);
    if primary.records == Records::NoDomain {
        let skip = |finding| no_domain::skipped(finding, plan.domain());
        beside = beside.into_iter().map(skip).collect();
    }
    Look { primary, beside }
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
        PanelOffer::NotOffered if let Some(way) = plan.external_subdomain() => make(State::Passed, format!("The control panel of {} does not offer Split Domain; the plan goes the way without it, by {way}.", host.name), "not offered")
            .means("The host reaches people on the external server by an alias for each of them."),
        PanelOffer::NotOffered => make(State::Failed, format!("The control panel of {} does not offer Split Domain.", host.name), "not offered")
            .means(format!("{} The host will not pass on what it does not have, so its users can't write to people on the external server.", host.offer))
            .advise(format!("Ask the host's support whether they can switch it on. If not, go the way without it: a second routing subdomain (such as exchange.{domain}) whose MX names the external server and which is accepted there, and at the host one alias per external person, user@{domain} to user@exchange.{domain}. Resellers and other hosts still sell split domain routing.")),
    }
}
