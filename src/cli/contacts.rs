//! `sdrctl contacts`: the list for Exchange alone, to a pipe or a file.

use std::io;
use std::path::PathBuf;

use anyhow::Context;

use super::open_profile::{open, verdict};
use super::report::{Report, complain};
use crate::artifact;
use crate::plan::WaveNumber;
use crate::profile::read_handed_out;

/// Write the list that the scripts for Exchange read, and nothing else, to
/// standard output, by address. `export` writes it with all that belongs to it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 everybody written, 4 somebody can't be, 2 nothing written.")]
pub(super) struct Contacts {
    /// Folder of the profile.
    dir: PathBuf,
    /// One wave only [default: everyone at the host].
    #[arg(long, value_name = "W", value_parser = clap::value_parser!(u16).range(1..))]
    wave: Option<u16>,
}

impl Contacts {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        anyhow::ensure!(
            !report.is_json(),
            "--json: the list is CSV, as the scripts for Exchange read it. Leave --json out."
        );
        let profile = open(&self.dir)?;
        let wave = self.wave.and_then(WaveNumber::new);
        // An object that is there keeps its name.
        let handed = read_handed_out([&*profile.folder.join("exports")]).handed;
        let refused = artifact::exchange_list(&profile.plan, &handed, wave, io::stdout().lock())
            .context("the list can't be written to standard output")?;
        for refusal in &refused {
            complain(&format!("sdrctl: {refusal}"));
        }
        // To free very many people one by one, at the end, only takes time.
        std::mem::forget(profile.plan.roster.clone());
        Ok(verdict(&profile, if refused.is_empty() { 0 } else { 4 }))
    }
}
