//! `sdrctl dns`: the DNS checks alone.

use anyhow::Context;
use serde::Serialize;

use super::check::runtime;
use super::new::{Mx, Situation};
use super::reach::Reach;
use super::report::{Report, complain};
use crate::check;
use crate::finding;
use crate::net::Net;
use crate::plan::{Domain, HostName, Plan, Purpose, Side};

/// Check what the DNS says of the domain and of its routing subdomain, on
/// every name server.
#[derive(Debug, clap::Args)]
pub(super) struct Dns {
    /// Primary domain.
    domain: String,
    /// Routing subdomain, or its label [default: rackspace. before the domain].
    #[arg(long)]
    subdomain: Option<String>,
    /// Name server to ask, as --resolver.
    #[arg(long, value_name = "IP[:PORT]")]
    server: Vec<String>,
    /// Migration under way, or a split for good: with either, the primary MX
    /// records are judged by it.
    #[arg(long, value_enum)]
    situation: Option<Situation>,
    /// Where the primary MX records should point now.
    #[arg(long, value_enum)]
    mx: Option<Mx>,
    /// Name of the external mail server [default: whom the primary MX records name].
    #[arg(long, value_name = "HOST")]
    external_host: Option<String>,
    /// Print the networks that the host sends from, one a line, for the
    /// firewall before port 25, and nothing else.
    #[arg(long)]
    allow_list: bool,
    #[command(flatten)]
    reach: Reach,
}

/// A line of the allow-list in JSON.
#[derive(Serialize)]
struct Allowed<'a> {
    network: &'a str,
    include: &'a str,
}

impl Dns {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let plan = self.plan()?;
        let net = self.reach.net_with("--server", &self.server)?;
        if self.allow_list {
            return allow_list(&net, &plan, report);
        }
        let stated = self.mx.is_some() || self.situation.is_some();
        let primary = stated.then_some(plan.situation.primary_mx);
        let mut findings = Vec::new();
        let mut on_finding = |finding| {
            report.finding(&finding);
            findings.push(finding);
        };
        runtime()?.block_on(check::dns_alone(&net, &plan, primary, &mut on_finding));
        Ok(finding::exit_code(&findings))
    }

    /// A plan that says nothing but the names, and what the options say.
    fn plan(&self) -> anyhow::Result<Plan> {
        let domain = Domain::from_pasted(&self.domain).context("DOMAIN")?;
        let mut plan = Plan::new(domain).context("DOMAIN")?;
        if let Some(text) = &self.subdomain {
            let name = match text.contains('.') {
                true => Domain::parse(text),
                false => plan.domain().child(text),
            };
            plan.set_routing_subdomain(name.context("--subdomain")?).context("--subdomain")?;
        }
        if let Some(text) = &self.external_host {
            plan.external.host_name = Some(HostName::parse(text).context("--external-host")?);
        }
        plan.situation.purpose = match self.situation {
            Some(Situation::Permanent) => Purpose::Permanent,
            Some(Situation::Migration) | None => Purpose::Migration,
        };
        plan.situation.primary_mx = match self.mx {
            Some(Mx::Host) => Side::Host,
            Some(Mx::External) | None => Side::External,
        };
        Ok(plan)
    }
}

fn allow_list(net: &Net, plan: &Plan, report: &mut Report) -> anyhow::Result<u8> {
    let include = plan.host.spf_include.as_str();
    let list = match runtime()?.block_on(check::allow_list(net, &plan.host)) {
        Ok(list) => list,
        Err(why) => {
            complain(&format!(
                "sdrctl: The networks behind include:{include} can't be listed: {why}."
            ));
            return Ok(3);
        }
    };
    if list.anybody {
        complain(&format!(
            "sdrctl: The SPF record behind include:{include} lets anybody send: it is no list for a firewall, and none is printed."
        ));
        return Ok(1);
    }
    for network in &list.networks {
        report.line(network);
        report.object(&Allowed { network, include });
    }
    for gap in &list.gaps {
        complain(&format!("sdrctl: The list may lack some: {gap}."));
    }
    Ok(if list.gaps.is_empty() { 0 } else { 3 })
}
