//! Questions put to the real world, and what each answer means.

mod address_set;
mod addresses;
mod alias;
mod allow_list;
mod asking;
mod beside;
mod connection;
mod contradiction;
mod cutover;
mod delay;
mod dmarc;
mod dns;
mod duties;
mod each_server;
mod elsewhere;
mod envelopes;
mod exchangers;
mod extensions;
mod external_mx;
mod flow;
mod forwards;
mod glue;
mod greeting;
mod heard;
mod hearing;
mod implicit_mx;
mod inventories;
mod lookout;
mod meaning;
mod mta_sts;
mod mx_owners;
mod name_servers;
mod no_domain;
mod own_domain;
mod people;
mod port_53;
mod primary_mx;
mod probe;
mod published;
mod questions;
mod recipient;
mod routing_answer;
mod routing_mx;
mod routing_whole;
mod sdr;
mod seen;
mod senders;
mod server;
mod situation;
mod spf;
mod spf_ahead;
mod spf_cost;
mod spf_expand;
mod spf_lookup;
mod spf_macro;
mod spf_merge;
mod spf_passing;
mod spf_record;
mod spf_senders;
mod subdomain;
mod told;
mod too_early;
mod ttl;

pub use allow_list::{AllowList, allow_list};
pub use asking::{News, Progress, ask_people, broken_off, person_finding};
pub use cutover::may_change_mx;
pub use dns::dns_alone;
pub use elsewhere::{ElsewhereError, from_elsewhere, steps_of};
pub use flow::{as_planned, astray, astray_summary, basis, basis_then, by_plan, cause_id};
pub use inventories::inventories;
pub use seen::seen;

use crate::finding::{Evidence, Finding};
use crate::guide::{Step, gloss};
use crate::net::{ApiKey, Net};
use crate::plan::{Address, HostName, Plan};

/// What a check works with.
pub struct Ask<'a> {
    /// The way to the world.
    pub net: &'a Net,
    /// What the administrator wants.
    pub plan: &'a Plan,
    /// What earlier checks saw.
    pub evidence: &'a Evidence,
    /// The host's API, when the administrator gave a key for this session.
    pub api_key: Option<&'a ApiKey>,
    /// Seed of random recipients.
    pub seed: u64,
}

/// Runs the checks of one step; each finding is handed on as soon as it is
/// there, worst cause first where one explains the others. Dropping the
/// future cancels.
pub async fn check(step: Step, ask: &Ask<'_>, on_finding: &mut (dyn FnMut(Finding) + Send)) {
    let net = &ask.net.afresh();
    let plan = ask.plan;
    let ask = &Ask { net, evidence: &ask.evidence.of_plan(plan), ..*ask };
    let on_finding: &mut (dyn FnMut(Finding) + Send) =
        &mut |finding| on_finding(glossed(finding).about(plan));
    match step {
        Step::Situation => Box::pin(situation::run(ask, on_finding)).await,
        Step::People => people::run(ask, on_finding),
        Step::Server => {
            let (list, ()) = tokio::join!(allow_list::finding(ask), server::run(ask, on_finding));
            on_finding(list);
        }
        Step::Sdr => sdr::run(ask, on_finding).await,
        Step::Subdomain => Box::pin(subdomain::run(ask, on_finding)).await,
        Step::Forwards => forwards::run(ask, on_finding).await,
        Step::Flow => flow::run(ask, on_finding).await,
        Step::Cutover => cutover::run(ask, on_finding),
    }
}

/// The finding, with the meaning of what only its maker's papers explain in
/// the reply that it rests on.
fn glossed(mut finding: Finding) -> Finding {
    if !finding.is_fine()
        && let Some(gloss) = gloss(&finding.found)
    {
        let space = if finding.meaning.is_empty() { "" } else { " " };
        finding.meaning = format!("{}{space}{gloss}", finding.meaning);
    }
    finding
}

/// The server test alone, as `sdrctl smtp` runs it: `host` and `address` need
/// no profile. The domain is the address's own.
pub async fn server_alone(
    net: &Net,
    host: &HostName,
    address: &Address,
    seed: u64,
    on_finding: &mut (dyn FnMut(Finding) + Send),
) {
    match Plan::new(address.domain().clone()) {
        Ok(mut plan) => {
            plan.external.host_name = Some(host.clone());
            plan.external.verification_address = Some(address.clone());
            // There is no plan whose word on authority could be judged.
            let mut seen = |finding: Finding| {
                if !finding.id.starts_with("server.authority") {
                    on_finding(glossed(finding));
                }
            };
            let evidence = &Evidence::default();
            let ask = Ask { net, plan: &plan, evidence, api_key: None, seed };
            server::test(&ask, host, &mut seen).await;
        }
        Err(error) => on_finding(
            Finding::new(
                "server.resolve",
                crate::finding::State::Unknown { why: error.to_string() },
                "The test can't be made for this domain.",
                net.clock.now(),
            )
            .means("No routing subdomain fits below it.")
            .advise("Use an address in a shorter domain."),
        ),
    }
}
