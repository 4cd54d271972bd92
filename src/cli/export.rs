//! `sdrctl export`: all artefacts of a profile.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;

use super::open_profile::{open, verdict};
use super::report::{Report, complain};
use crate::engine::{FORGOTTEN, HandedOut, hand_out};
use crate::net::{Clock, SystemClock};
use crate::plan::WaveNumber;
use crate::profile::{ProfileError, was_exported};
use crate::shown::shown;

/// Write all files to hand out: records, forwards, scripts, run-book.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 all written, 4 somebody or something is missing from \
                  the files, 2 nothing written. With SOURCE_DATE_EPOCH set, the files carry that time.")]
pub(super) struct Export {
    /// Folder of the profile.
    dir: PathBuf,
    /// One wave only [default: everyone at the host].
    #[arg(long, value_name = "W", value_parser = clap::value_parser!(u16).range(1..))]
    wave: Option<u16>,
    /// Folder for the files [default: exports in the profile].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let profile = open(&self.dir)?;
        // Files for a name that nobody chose would be wrong.
        if let Some(text) = profile.drafts.get("routing-subdomain") {
            anyhow::bail!(
                "{}: the routing subdomain “{}” can't be taken. Correct it in profile.toml first; nothing was written.",
                self.dir.display(),
                shown(text, 60)
            );
        }
        let own = profile.folder.join("exports");
        let folder = match &self.out {
            Some(folder) => folder.clone(),
            None if profile.lock.is_some() => own.clone(),
            None => return Err(ProfileError::ReadOnly { path: self.dir.clone() }.into()),
        };
        let wave = self.wave.and_then(WaveNumber::new);
        if let Some(wave) = wave {
            // One that was handed out and that everybody left tells what to take off.
            let handed_out = |folder: &Path| was_exported(folder, &format!("wave-{wave}"));
            anyhow::ensure!(
                profile.plan.wave_numbers().contains(&wave)
                    || handed_out(&folder)
                    || handed_out(&own),
                "--wave: nobody moves in wave {wave}. Leave --wave out for everyone at the host."
            );
        }
        let (plan, evidence) = (&profile.plan, &profile.evidence);
        let keeps = profile.lock.is_some();
        let written = hand_out(plan, evidence, wave, &folder, Some(&own), keeps, made_at()?)?;
        tell(&written, report);
        let complete = written.refusals.is_empty()
            && written.missing.is_empty()
            && written.in_the_way.is_empty()
            && !written.apart.iter().any(|one| one.is_earlier);
        Ok(verdict(&profile, if complete { 0 } else { 4 }))
    }
}

/// The time that the files carry: the machine's, or that of `SOURCE_DATE_EPOCH`
/// (reproducible-builds.org), in seconds.
fn made_at() -> anyhow::Result<Timestamp> {
    let Some(said) = std::env::var_os("SOURCE_DATE_EPOCH") else { return Ok(SystemClock.now()) };
    let seconds = said.to_str().and_then(|text| text.parse().ok());
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or_else(|| {
        anyhow::anyhow!(
            "SOURCE_DATE_EPOCH is no number of seconds since 1970; nothing was written."
        )
    })
}

/// Tells what was written, and who could not be.
pub(super) fn tell(written: &HandedOut, report: &mut Report) {
    report.line(&format!(
        "{} files written to {}:",
        written.artifacts.len(),
        written.folder.display()
    ));
    let width = written.artifacts.iter().map(|file| file.path.len()).max().unwrap_or(0);
    for file in &written.artifacts {
        report.line(&format!("  {:width$}  {}", file.path, file.purpose));
        report.object(&json!({
            "path": written.folder.join(&file.path), "purpose": file.purpose, "bytes": file.bytes.len(),
        }));
    }
    for what in &written.missing {
        complain(&format!("sdrctl: not chosen yet: {what}"));
    }
    if let Some(collision) = written.collision() {
        complain(&format!("sdrctl: {collision}"));
    }
    if written.forgotten {
        complain(&format!("sdrctl: {FORGOTTEN}"));
    }
    for one in &written.apart {
        complain(&format!("sdrctl: {}", one.words));
    }
    for refusal in &written.refusals {
        complain(&format!("sdrctl: {refusal}"));
    }
}
