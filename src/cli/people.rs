//! `sdrctl people`: each address asked of its server.

use std::path::PathBuf;

use super::check::runtime;
use super::open_profile::{open_to_write, save, verdict};
use super::reach::Reach;
use super::report::{Report, progress};
use crate::check::{self, Ask};
use crate::engine;
use crate::finding::{self, State};

/// Ask each address of its server; goes on where it was stopped.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Addresses that passed are listed with --verbose, and are not asked again for a day."
)]
pub(super) struct People {
    /// Folder of the profile.
    dir: PathBuf,
    #[command(flatten)]
    reach: Reach,
}

/// How many answers may be lost when the program is stopped.
const KEPT_AFTER: usize = 100;

impl People {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let net = self.reach.net()?;
        let mut profile = open_to_write(&self.dir)?;
        anyhow::ensure!(
            !profile.plan.roster.is_empty(),
            "{}: nobody is in the list yet. Read people in with: sdrctl import DIR FILE",
            self.dir.display()
        );
        engine::forget_strangers(&mut profile.evidence, &profile.plan);
        let (plan, earlier) = (profile.plan.clone(), profile.evidence.clone());
        let ask = Ask {
            net: &net,
            plan: &plan,
            evidence: &earlier,
            api_key: None,
            seed: engine::seed_of_the_day(plan.domain(), net.clock.now()),
        };
        let mut findings = Vec::new();
        let mut not_kept = None;
        let mut on_finding = |finding: finding::Finding| {
            let single = finding.id.starts_with(engine::PERSON);
            if !(single && finding.state == State::Passed) || report.shows_all() {
                report.finding(&finding);
            }
            profile.evidence.record(finding.clone());
            findings.push(finding);
            if findings.len() % KEPT_AFTER == 0 {
                progress(&format!("{} of {} asked ...", findings.len(), plan.roster.len()));
                not_kept = save(&mut profile).err();
            }
        };
        runtime()?.block_on(check::ask_people(&ask, &mut on_finding));
        if let Some(error) = not_kept {
            return Err(error);
        }
        save(&mut profile)?;
        Ok(verdict(&profile, finding::exit_code(&findings)))
    }
}
