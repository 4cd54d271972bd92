//! `sdrctl check`: every check of a profile.

use std::path::PathBuf;

use anyhow::Context;

use super::import::open;
use super::reach::Reach;
use super::report::{Report, complain, progress};
use crate::check::{self, Ask};
use crate::engine;
use crate::finding::{self, Evidence, Finding};
use crate::guide::Step;
use crate::net::{ApiKey, Net};
use crate::plan::Plan;
use crate::profile;

/// Run every check of a profile, and keep what was seen in it.
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
        let steps = match self.step.as_deref() {
            Some(slug) => vec![Step::from_slug(slug).context("--step: no such step")?],
            None => Step::ALL.to_vec(),
        };
        let walk = Walk { net: &net, plan: &profile.plan, api_key: None, seed: fastrand::u64(..) };
        let findings = walk.steps(&steps, &mut profile.evidence, report)?;
        if profile.lock.is_some() {
            profile::save(&mut profile)?;
        } else {
            complain(&format!(
                "sdrctl: {} is open in another window, so what was seen is not kept in it.",
                self.dir.display()
            ));
        }
        Ok(finding::exit_code(&findings))
    }
}

/// A walk through steps, one after the other.
pub(super) struct Walk<'a> {
    pub(super) net: &'a Net,
    pub(super) plan: &'a Plan,
    pub(super) api_key: Option<&'a ApiKey>,
    pub(super) seed: u64,
}

impl Walk<'_> {
    /// Checks the steps, tells each finding when it is there, and keeps it in
    /// `evidence`, where later steps see it.
    pub(super) fn steps(
        &self,
        steps: &[Step],
        evidence: &mut Evidence,
        report: &mut Report,
    ) -> anyhow::Result<Vec<Finding>> {
        let runtime = runtime()?;
        let mut all = Vec::new();
        for &step in steps {
            report.step(step);
            progress(&format!("Checking {}: {} of 8 ...", step.title(), step.number()));
            let earlier = evidence.clone();
            let ask = Ask {
                net: self.net,
                plan: self.plan,
                evidence: &earlier,
                api_key: self.api_key,
                seed: self.seed,
            };
            let mut findings = Vec::new();
            runtime.block_on(check::check(step, &ask, &mut |finding| {
                report.finding(&finding);
                findings.push(finding);
            }));
            engine::renew(evidence, step, &findings);
            all.extend(findings);
        }
        Ok(all)
    }
}

/// Where questions run.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads to work with")
}
