//! `sdrctl smtp`: the server test alone.

use anyhow::Context;

use super::check::runtime;
use super::reach::Reach;
use super::report::Report;
use crate::check;
use crate::engine;
use crate::finding;
use crate::plan::{Address, HostName};

/// Test a mail server: connect, EHLO, STARTTLS, and ask for an address. Sends no mail.
#[derive(Debug, clap::Args)]
pub(super) struct Smtp {
    /// Host name of the server.
    host: String,
    /// Address that should exist there.
    #[arg(long)]
    address: String,
    /// Port of the server [default: 25].
    #[arg(long, value_name = "N", conflicts_with = "smtp_port", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    #[command(flatten)]
    reach: Reach,
}

impl Smtp {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let host = HostName::parse(&self.host).context("HOST")?;
        let address = Address::parse(&self.address).context("--address")?;
        let mut net = self.reach.net()?;
        net.smtp_port = self.port.unwrap_or(net.smtp_port);
        let mut findings = Vec::new();
        let mut on_finding = |finding| {
            report.finding(&finding);
            findings.push(finding);
        };
        let seed = engine::seed_of_the_day(address.domain(), net.clock.now());
        runtime()?.block_on(check::server_alone(&net, &host, &address, seed, &mut on_finding));
        Ok(finding::exit_code(&findings))
    }
}
