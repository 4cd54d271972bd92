//! `sdrctl import-result`: what another machine saw, into a profile.

use std::path::PathBuf;

use super::open_profile::{open_to_write, save, verdict};
use super::pasted::pasted;
use super::report::Report;
use crate::check;
use crate::engine;
use crate::finding;
use crate::net::{Clock, SystemClock};

/// Take over what “sdrctl smtp HOST --address A --json” saw on another machine.
/// It replaces what this one saw of the same step, and says where it is from.
#[derive(Debug, clap::Args)]
pub(super) struct ImportResult {
    /// Folder of the profile.
    dir: PathBuf,
    /// File with the result; -: standard input.
    file: PathBuf,
    /// Where it was seen from, as you name that machine.
    #[arg(long, value_name = "NAME", default_value = "another machine")]
    from: String,
}

impl ImportResult {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let mut profile = open_to_write(&self.dir)?;
        let text = pasted(Some(&self.file), engine::LONGEST_RESULT)?.text;
        let findings = check::from_elsewhere(&text, &profile.plan, &self.from, SystemClock.now())?;
        engine::remember_result(&mut profile.evidence, &findings);
        save(&mut profile)?;
        findings.iter().for_each(|finding| report.finding(finding));
        Ok(verdict(&profile, finding::exit_code(&findings)))
    }
}
