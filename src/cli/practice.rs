//! `sdrctl practice`: the whole path in a mail world of its own.

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;

use super::check::{Walk, runtime};
use super::export::tell;
use super::report::Report;
use crate::engine::{hand_out, practice_folder};
use crate::finding::{self, Evidence};
use crate::guide::Step;
use crate::practice::{Fault, PracticeWorld};

/// Walk the whole path in a practice world on this machine; nothing leaves it.
#[derive(Debug, clap::Args)]
pub(super) struct Practice {
    /// What goes wrong in there; may be given several times.
    #[arg(long, value_name = "NAME", value_enum)]
    fault: Vec<Fault>,
    /// Folder for the files that are handed out [default: a new temporary one;
    /// with --json none is written].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The same practice asks for the same random recipients.
const SEED: u64 = 1;

impl Practice {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let runtime = runtime()?;
        let faults = self.fault.iter().copied().collect();
        let world = runtime
            .block_on(PracticeWorld::start(faults))
            .context("the practice servers could not start on this machine")?;
        let (net, plan, api_key) = (world.net(), world.plan(), world.api_key());
        report.line(&format!(
            "Practice world for {}: {} people, {} waves; nothing leaves this machine.",
            plan.domain(),
            plan.roster.len(),
            plan.wave_numbers().len()
        ));
        for fault in &self.fault {
            let name = fault.to_possible_value();
            report.line(&format!(
                "Gone wrong in it: {}.",
                name.as_ref().map_or("a fault", |name| name.get_name())
            ));
        }
        let mut evidence = Evidence::default();
        let mut findings = Vec::new();
        let clock = net.clock.clone();
        let walk = Walk { runtime, net, api_key: Some(api_key), seed: SEED };
        for step in Step::ALL {
            findings.extend(walk.step(step, &plan, &mut evidence, report));
        }
        let mut code = finding::exit_code(&findings);
        if let Some(folder) = self.folder(report)? {
            let written = hand_out(&plan, &evidence, None, &folder, None, false, clock.now())?;
            // JSON is findings only: one kind of object.
            if !report.is_json() {
                report.text("\n");
                tell(&written, report);
            }
            if code == 0 && !written.refusals.is_empty() {
                code = 4;
            }
        }
        Ok(code)
    }

    /// Where files go; with JSON nobody would learn of a temporary folder.
    fn folder(&self, report: &Report) -> anyhow::Result<Option<PathBuf>> {
        match &self.out {
            Some(folder) => Ok(Some(folder.clone())),
            None if report.is_json() => Ok(None),
            None => practice_folder().map(Some).map_err(anyhow::Error::msg),
        }
    }
}
