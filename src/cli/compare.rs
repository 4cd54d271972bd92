//! `sdrctl compare`: both inventories side by side.

use std::path::PathBuf;

use serde_json::json;

use super::open_profile::{open, verdict};
use super::report::{Report, safe};
use crate::check;
use crate::roster::Discord;

/// Where the plan, the host's own list of mailboxes and the external server's
/// answers disagree, each with its remedy. Asks nobody: `sdrctl check` with an
/// API key reads the host's list, `sdrctl people` asks the servers.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 they agree, 1 mail loops, bounces or splits, 3 they agree as \
                  far as can be told without the host's list, 4 something is to be tidied up."
)]
pub(super) struct Compare {
    /// Folder of the profile.
    dir: PathBuf,
}

/// People named one by one for each disagreement.
const NAMED: usize = 20;

impl Compare {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let profile = open(&self.dir)?;
        let (found, host_read) = check::inventories(&profile.plan, &profile.evidence);
        if !host_read {
            report.line(
                "The host's own list was not read: what it alone can tell is missing here. Run sdrctl check with SDRCTL_API_KEY and SDRCTL_API_SECRET.",
            );
        }
        for kind in Discord::ALL {
            let of_kind: Vec<_> = found.iter().filter(|one| one.kind == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            report.line(&format!("{} ({})", kind.heading(), of_kind.len()));
            let named = if report.shows_all() { of_kind.len() } else { NAMED };
            for one in of_kind.iter().take(named) {
                report.line(&safe(format!("  {} {}", one.address, one.what).trim_end()));
            }
            if of_kind.len() > named {
                report.line(&format!("  {} more; --verbose names them.", of_kind.len() - named));
            }
            report.line(&format!("  {}", kind.remedy()));
            for one in of_kind {
                report.object(&json!({
                    "kind": kind.heading(), "address": one.address, "what": one.what,
                    "other": one.other, "action": kind.remedy(),
                }));
            }
        }
        let asked = profile.evidence.people().about(&profile.plan).len();
        report.object(&json!({
            "disagree": found.len(), "asked": asked, "host_list_read": host_read,
        }));
        if found.is_empty() {
            report.line(&match asked {
                0 => "They agree, as far as was seen: no server was asked about anybody yet (sdrctl people).".to_owned(),
                asked => format!("They agree, and no server refused any of the {asked} people that it was asked about."),
            });
        }
        let code = match (found.first().map(|worst| worst.kind), host_read) {
            (Some(worst), _) if worst <= Discord::OnlyAtHost => 1,
            (Some(_), _) => 4,
            (None, false) => 3,
            (None, true) => 0,
        };
        Ok(verdict(&profile, code))
    }
}
