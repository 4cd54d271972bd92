//! `sdrctl history`: what was changed in a profile, and when.

use std::path::PathBuf;

use serde_json::json;

use super::report::{Report, safe};
use crate::profile::read_history;

/// What was changed in a profile and when, newest first.
///
/// From history.txt in the profile; each save from the window or by sdrctl
/// adds to it.
#[derive(Debug, clap::Args)]
pub(super) struct History {
    /// Folder of the profile.
    dir: PathBuf,
    /// How many changes at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    most: u32,
}

impl History {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        anyhow::ensure!(
            self.dir.is_dir(),
            "{} is not a folder. Name the folder of a profile.",
            self.dir.display()
        );
        let told = read_history(&self.dir, self.most as usize)?;
        if told.is_empty() {
            report.line("Nothing was changed yet since the profile was made.");
        }
        for change in told {
            report.line(&format!("{}  {}", change.at, safe(&change.what)));
            report.object(&json!({ "at": change.at, "what": change.what }));
        }
        Ok(0)
    }
}
