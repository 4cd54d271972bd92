//! `sdrctl generate`: what packages ship beside the program.

use std::path::PathBuf;

use anyhow::Context;
use clap_complete::Shell;

use super::report::Report;

/// Write the manual page or shell completions, for packages.
#[derive(Debug, clap::Args)]
pub(super) struct Generate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Manual page of sdrctl to standard output, or one page a command to a folder.
    Man {
        /// Folder for the pages.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

impl Generate {
    pub(super) fn run(
        &self,
        report: &mut Report,
        mut command: clap::Command,
    ) -> anyhow::Result<u8> {
        match &self.what {
            What::Man { out: None } => {
                let mut page = Vec::new();
                clap_mangen::Man::new(command).render(&mut page).context("manual page")?;
                report.raw(&page);
            }
            What::Man { out: Some(folder) } => {
                std::fs::create_dir_all(folder)
                    .and_then(|()| clap_mangen::generate_to(command, folder))
                    .with_context(|| format!("{} can't be written", folder.display()))?;
            }
            What::Completions { shell } => {
                let mut script = Vec::new();
                clap_complete::generate(*shell, &mut command, "sdrctl", &mut script);
                report.raw(&script);
            }
        }
        Ok(0)
    }
}
