//! `sdrctl new`: a profile from nothing.

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use serde_json::json;

use super::report::Report;
use crate::plan::{
    Address, Authority, Domain, ExternalSystem, HostName, PanelOffer, Plan, Purpose, Side,
};
use crate::profile;

/// Make a profile.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// Folder of the profile; made if it is not there.
    dir: PathBuf,
    /// Primary domain, such as example.com.
    #[arg(long)]
    domain: String,
    /// Routing subdomain, or its label [default: rackspace. before the domain].
    #[arg(long)]
    subdomain: Option<String>,
    /// Second routing subdomain, or its label, by which the host reaches the
    /// external server: the way without split domain routing.
    #[arg(long, value_name = "SUBDOMAIN")]
    external_subdomain: Option<String>,
    /// Host name of the external mail server.
    #[arg(long, value_name = "HOST")]
    external_host: Option<String>,
    /// Address that exists on the external mail server.
    #[arg(long, value_name = "ADDRESS")]
    verification_address: Option<String>,
    /// Whether the split ends one day [default: migration].
    #[arg(long, value_enum)]
    situation: Option<Situation>,
    /// System that the primary domain's MX records name today [default: external].
    #[arg(long, value_enum)]
    mx: Option<Mx>,
    /// Product on the external side [default: exchange-server].
    #[arg(long, value_name = "NAME", value_parser = system_names())]
    system: Option<String>,
    /// Whether the host's control panel shows Split Domain for the domain
    /// [default: nobody has looked].
    #[arg(long, value_enum)]
    panel: Option<Panel>,
    /// What the external server does with addresses that it does not have
    /// [default: authoritative].
    #[arg(long, value_enum)]
    authority: Option<Unknown>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Panel {
    Offered,
    NotOffered,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Unknown {
    Authoritative,
    InternalRelay,
    AcceptsAnything,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Situation {
    Migration,
    Permanent,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Mx {
    External,
    Host,
}

fn system_names() -> clap::builder::PossibleValuesParser {
    ExternalSystem::ALL.map(ExternalSystem::as_str).into()
}

impl New {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let plan = self.plan()?;
        let profile = profile::create(&self.dir, plan)?;
        report.line(&format!(
            "Made a profile for {} in {}.",
            profile.plan.domain().in_both_forms(),
            profile.folder.display()
        ));
        report.line(&format!(
            "Next: sdrctl import {} FILE, with the people of the domain.",
            profile.folder.display()
        ));
        report.object(&json!({
            "folder": profile.folder,
            "domain": profile.plan.domain(),
            "subdomain": profile.plan.routing_subdomain().as_str(),
        }));
        Ok(0)
    }

    fn plan(&self) -> anyhow::Result<Plan> {
        let domain = Domain::from_pasted(&self.domain).context("--domain")?;
        let mut plan = Plan::new(domain).context("--domain")?;
        if let Some(text) = &self.subdomain {
            let name = match text.contains('.') {
                true => Domain::parse(text),
                false => plan.domain().child(text),
            };
            plan.set_routing_subdomain(name.context("--subdomain")?).context("--subdomain")?;
        }
        if let Some(text) = &self.external_subdomain {
            let name = match text.contains('.') {
                true => Domain::parse(text),
                false => plan.domain().child(text),
            };
            let name = name.context("--external-subdomain")?;
            plan.set_external_subdomain(Some(name)).context("--external-subdomain")?;
        }
        if let Some(text) = &self.external_host {
            let name = HostName::parse(text).context("--external-host")?;
            refuse_a_loop(&plan, &name)?;
            plan.external.host_name = Some(name);
        }
        if let Some(text) = &self.verification_address {
            let address = Address::parse(text).context("--verification-address")?;
            anyhow::ensure!(
                address.domain() == plan.domain(),
                "--verification-address: {address} does not lie in {}. Name an address of the domain that exists on the external server.",
                plan.domain()
            );
            plan.external.verification_address = Some(address);
        }
        match self.situation {
            Some(Situation::Migration) => plan.situation.purpose = Purpose::Migration,
            Some(Situation::Permanent) => plan.situation.purpose = Purpose::Permanent,
            None => {}
        }
        match self.mx {
            Some(Mx::External) => plan.situation.primary_mx = Side::External,
            Some(Mx::Host) => plan.situation.primary_mx = Side::Host,
            None => {}
        }
        if let Some(name) = &self.system {
            let known = ExternalSystem::ALL.into_iter().find(|system| system.as_str() == name);
            plan.external.system = known.context("--system: no such product")?;
        }
        match self.panel {
            Some(Panel::Offered) => plan.situation.panel = PanelOffer::Offered,
            Some(Panel::NotOffered) => plan.situation.panel = PanelOffer::NotOffered,
            None => {}
        }
        match self.authority {
            Some(Unknown::Authoritative) => plan.external.authority = Authority::Authoritative,
            Some(Unknown::InternalRelay) => plan.external.authority = Authority::InternalRelay,
            Some(Unknown::AcceptsAnything) => plan.external.authority = Authority::AcceptsAnything,
            None => {}
        }
        Ok(plan)
    }
}

/// What the host passes on must not come back to it.
fn refuse_a_loop(plan: &Plan, name: &HostName) -> anyhow::Result<()> {
    let subdomain = plan.routing_subdomain();
    anyhow::ensure!(
        !plan.host.owns_exchange(name.as_str()),
        "--external-host: {name} is a mail server of {} itself, which would pass mail on to itself in a loop. Name the other server.",
        plan.host.name
    );
    anyhow::ensure!(
        name.as_str() != subdomain.as_str(),
        "--external-host: {name} is the routing subdomain, whose mail goes to {}: a loop. Name the external server itself.",
        plan.host.name
    );
    Ok(())
}
