//! `sdrctl dns`: the DNS checks alone.

use anyhow::Context;

use super::check::runtime;
use super::reach::Reach;
use super::report::Report;
use crate::check;
use crate::finding;
use crate::plan::{Domain, HostPreset, Plan};

/// Check the MX records of the domain and of its routing subdomain on every name server.
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
    #[command(flatten)]
    reach: Reach,
}

impl Dns {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let plan = self.plan()?;
        let net = self.reach.net_with("--server", &self.server)?;
        let mut findings = Vec::new();
        let mut on_finding = |finding| {
            report.finding(&finding);
            findings.push(finding);
        };
        let subdomain = plan.routing_subdomain().as_domain();
        runtime()?.block_on(check::dns_alone(
            &net,
            plan.domain(),
            Some(subdomain),
            &HostPreset::rackspace(),
            &mut on_finding,
        ));
        Ok(finding::exit_code(&findings))
    }

    /// A plan that says nothing but the names.
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
        Ok(plan)
    }
}
