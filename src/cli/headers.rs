//! `sdrctl headers`: the path that a message really took.

use std::path::PathBuf;

use serde_json::json;

use super::open_profile::open;
use super::pasted::pasted;
use super::report::{Report, complain};
use crate::engine;
use crate::guide::{self, CAN_NOT_PROVE, PathTaken};
use crate::plan::Address;
use crate::route::{Origin, System, follow};

/// Draw the path that a message really took from its headers, beside the one
/// that the model expects. Asks nobody.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 as the model expects, 1 another way, 3 no path in the text, only the end of one, or one whose end or recipient leaves it open."
)]
pub(super) struct Headers {
    /// Folder of the profile.
    dir: PathBuf,
    /// File with the headers; - or none: standard input.
    file: Option<PathBuf>,
    /// To whom the message went.
    #[arg(long, value_name = "ADDRESS")]
    to: Address,
}

impl Headers {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let profile = open(&self.dir)?;
        let given = pasted(self.file.as_deref(), engine::LONGEST_MAIL)?;
        let mut path = guide::read_headers(&given.text, &profile.plan);
        path.cut |= given.left.is_some() && !path.ended;
        if let (Some(left), false) = (&given.left, path.ended) {
            complain(&format!("sdrctl: {left}"));
        } else if path.cut {
            complain("sdrctl: There is more in the headers than is drawn.");
        }
        let world = engine::world_now(&profile.plan, &profile.evidence);
        let compared = path.compared(&follow(&world, Origin::Internet, &self.to));
        report.object(&json!({ "path": path, "compared": compared }));
        draw(&path, report);
        compared.told.iter().for_each(|line| report.line(line));
        for check in &path.checks {
            report.line(&format!("A receiver said: {check}"));
        }
        report.line("");
        CAN_NOT_PROVE.iter().for_each(|line| report.line(line));
        Ok(match compared.as_expected {
            None => 3,
            Some(true) => 0,
            Some(false) => 1,
        })
    }
}

fn draw(path: &PathTaken, report: &mut Report) {
    if let Some(token) = &path.token {
        report.line(&format!("Test message {token}"));
    }
    for (at, stop) in path.stops.iter().enumerate() {
        if at == 0 && !stop.from.is_empty() {
            report.line(&format!("    {}", stop.from));
        }
        let wait = stop.after_seconds.map(|seconds| format!(", after {seconds} s"));
        let with = stop.with.as_deref().map(|with| format!(" {with}")).unwrap_or_default();
        report.line(&format!("      |{with}{}", wait.unwrap_or_default()));
        let when = stop.at.map(|at| at.strftime("%H:%M:%S UTC").to_string()).unwrap_or_default();
        let whose = stop.system.map(System::label).unwrap_or("not a server that the plan names");
        report.line(&format!("{:>3} {} ({whose}) {when}", at + 1, stop.by));
    }
}
