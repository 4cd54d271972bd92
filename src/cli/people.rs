//! `sdrctl people`: each address asked of its server.

use std::path::PathBuf;

use super::reach::Reach;
use super::report::Report;

/// Ask each address of its server; goes on where it was stopped.
#[derive(Debug, clap::Args)]
pub(super) struct People {
    /// Folder of the profile.
    dir: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

impl People {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let _ = (&self.dir, &self.reach, report);
        unimplemented!()
    }
}
