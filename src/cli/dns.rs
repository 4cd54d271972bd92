//! `sdrctl dns`: the DNS checks alone.

use anyhow::Context;

use super::check::Walk;
use super::reach::Reach;
use super::report::Report;
use crate::finding::{self, Evidence};
use crate::guide::Step;
use crate::plan::{Domain, Plan};

/// Check the routing subdomain's records on every name server.
#[derive(Debug, clap::Args)]
pub(super) struct Dns {
    /// Primary domain.
    domain: String,
    /// Routing subdomain, or its label.
    #[arg(long)]
    subdomain: String,
    #[command(flatten)]
    reach: Reach,
}

impl Dns {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let net = self.reach.net()?;
        let plan = self.plan()?;
        let walk = Walk { net: &net, plan: &plan, api_key: None, seed: fastrand::u64(..) };
        let findings = walk.steps(&[Step::Subdomain], &mut Evidence::default(), report)?;
        Ok(finding::exit_code(&findings))
    }

    fn plan(&self) -> anyhow::Result<Plan> {
        let mut plan =
            Plan::new(Domain::from_pasted(&self.domain).context("DOMAIN")?).context("DOMAIN")?;
        let name = if self.subdomain.contains('.') {
            Domain::parse(&self.subdomain)
        } else {
            plan.domain().child(&self.subdomain)
        };
        plan.set_routing_subdomain(name.context("--subdomain")?).context("--subdomain")?;
        Ok(plan)
    }
}
