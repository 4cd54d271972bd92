//! `sdrctl check`: every check of a profile.

use std::path::PathBuf;

use anyhow::Context;
use tokio::runtime::Runtime;

use super::open_profile::{open, save, verdict};
use super::reach::Reach;
use super::report::{Report, complain, progress};
use crate::check::{self, Ask};
use crate::engine;
use crate::finding::{self, Evidence, Finding};
use crate::guide::Step;
use crate::net::{ApiKey, Net};
use crate::plan::Plan;

/// Run every check of a profile, and keep what was seen in it.
///
/// With SDRCTL_API_KEY and SDRCTL_API_SECRET in the environment, the host's
/// API is read as well: its list of mailboxes shows loops that no server's
/// answer can show. Neither is ever saved.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Folder of the profile.
    dir: PathBuf,
    /// One step only.
    #[arg(long, value_name = "NAME", value_parser = step_names())]
    step: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

fn step_names() -> clap::builder::PossibleValuesParser {
    Step::ALL.map(Step::slug).into()
}

impl Check {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let net = self.reach.net()?;
        let mut profile = open(&self.dir)?;
        if profile.lock.is_none() {
            let dir = self.dir.display();
            complain(&match profile.in_use {
                true => format!(
                    "sdrctl: {dir} is open in another window, so what is seen now is not kept in it."
                ),
                false => format!("sdrctl: What is seen now is not kept in {dir}."),
            });
        }
        let only = match self.step.as_deref() {
            Some(slug) => Some(Step::from_slug(slug).context("--step: no such step")?),
            None => None,
        };
        let steps = only.map_or(Step::ALL.to_vec(), |step| vec![step]);
        let seed = engine::seed_of_the_day(profile.plan.domain(), net.clock.now());
        let walk = Walk { runtime: runtime()?, net, api_key: api_key()?, seed };
        let mut findings = Vec::new();
        for step in steps {
            findings.extend(walk.step(step, &profile.plan, &mut profile.evidence, report));
            // Kept step by step: whoever stops the program keeps what was seen so far.
            if profile.lock.is_some() {
                save(&mut profile)?;
            }
        }
        Ok(match finding::exit_code(&findings) {
            // “check --step cutover && ...” must not go ahead too early.
            0 if only == Some(Step::Cutover) && !check::may_change_mx(&findings) => 3,
            code => verdict(&profile, code),
        })
    }
}

/// A walk through steps.
pub(super) struct Walk {
    pub(super) runtime: Runtime,
    pub(super) net: Net,
    pub(super) api_key: Option<ApiKey>,
    pub(super) seed: u64,
}

impl Walk {
    /// Checks one step, tells each finding when it is there, and keeps it in
    /// `evidence`, where later steps see it.
    pub(super) fn step(
        &self,
        step: Step,
        plan: &Plan,
        evidence: &mut Evidence,
        report: &mut Report,
    ) -> Vec<Finding> {
        report.step(step);
        progress(&format!("Checking step {} of 8, {} ...", step.number(), step.title()));
        let api_key = self.api_key.as_ref();
        let ask = Ask { net: &self.net, plan, evidence, api_key, seed: self.seed };
        let mut findings = Vec::new();
        self.runtime.block_on(check::check(step, &ask, &mut |finding| {
            report.finding(&finding);
            findings.push(finding);
        }));
        engine::renew(evidence, step, &findings);
        findings
    }
}

/// The host API's key of this session: from the environment, because options
/// stand in the list of processes and files outlive the session.
fn api_key() -> anyhow::Result<Option<ApiKey>> {
    let given = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (given("SDRCTL_API_KEY"), given("SDRCTL_API_SECRET")) {
        (Some(user_key), Some(secret)) => Ok(Some(ApiKey { user_key, secret })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            anyhow::bail!("SDRCTL_API_KEY is set, SDRCTL_API_SECRET is not: set both")
        }
        (None, Some(_)) => {
            anyhow::bail!("SDRCTL_API_SECRET is set, SDRCTL_API_KEY is not: set both")
        }
    }
}

/// Where questions run.
pub(super) fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads to work with")
}
