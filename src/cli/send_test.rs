//! `sdrctl send-test`: one message, on request only.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::check::runtime;
use super::open_profile::open;
use super::reach::Reach;
use super::report::Report;
use crate::engine::{self, Addressed};
use crate::finding;
use crate::guide;
use crate::plan::Address;

/// Send one test message with a token, as somebody on the Internet would:
/// to the first mail exchanger of the recipient's domain. The only verb that
/// sends mail.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --send nothing is sent: whom it would go to and what it would say is looked up and shown, exit code 2."
)]
pub(super) struct SendTest {
    /// Folder of the profile.
    dir: PathBuf,
    /// A person of the plan.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// Your own address, where a bounce would go.
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// Really send it.
    #[arg(long)]
    send: bool,
    #[command(flatten)]
    reach: Reach,
}

impl SendTest {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let plan = open(&self.dir)?.plan;
        let to = Address::parse(&self.to).context("--to")?;
        let from = Address::parse(&self.from).context("--from")?;
        anyhow::ensure!(
            plan.roster.get(&to).is_some()
                || plan.external.verification_address.as_ref() == Some(&to),
            "--to: {to} is nobody of this plan. A test message goes to people of the plan only"
        );
        let net = self.reach.net()?;
        if !self.send {
            let found = runtime()?.block_on(engine::address_test(&net, &from, &to));
            let addressed = found.map_err(|(why, action)| {
                anyhow::anyhow!("nothing was sent, and could not be: {why}. {action}")
            })?;
            announce(&addressed, &from, &to, net.smtp_port, report);
            anyhow::bail!("nothing was sent. With --send it is");
        }
        let told = runtime()?.block_on(engine::send_test(&net, &from, &to));
        report.finding(&told);
        Ok(finding::exit_code([&told]))
    }
}

/// Whom it would go to and what it would say. Date and token are of the moment.
fn announce(addressed: &Addressed, from: &Address, to: &Address, port: u16, report: &mut Report) {
    let Addressed { message, servers } = addressed;
    let named: Vec<String> =
        servers.iter().map(|(host, at)| format!("{host} ({})", at.ip())).collect();
    report.line(&guide::announce_test_message(from, to, port, &named));
    report.line("");
    report.line("The message, with the date and the token of this moment:");
    message.text().lines().for_each(|line| report.line(&format!("    {line}")));
    report.object(&json!({
        "sent": false,
        "from": from,
        "to": to,
        "servers": servers.iter().map(|(host, at)| json!({
            "host": host, "ip": at.ip(), "port": at.port(),
        })).collect::<Vec<_>>(),
        "token": message.token(),
        "message": message.text(),
    }));
}
