//! `sdrctl send-test`: one message, on request only.

use std::path::PathBuf;

use anyhow::Context;

use super::check::runtime;
use super::open_profile::open;
use super::reach::Reach;
use super::report::Report;
use crate::engine;
use crate::finding;
use crate::guide;
use crate::plan::Address;

/// Send one test message with a token, as somebody on the Internet would:
/// to the first mail exchanger of the recipient's domain. The only verb that
/// sends mail.
#[derive(Debug, clap::Args)]
#[command(after_help = "Without --send nothing is sent: what would be said is shown, exit code 2.")]
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
        if !self.send {
            report.line(&guide::announce_test_message(&from, &to));
            anyhow::bail!("nothing was sent. With --send it is");
        }
        let net = self.reach.net()?;
        let told = runtime()?.block_on(engine::send_test(&net, &from, &to));
        report.finding(&told);
        Ok(finding::exit_code([&told]))
    }
}
