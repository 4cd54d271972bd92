//! `sdrctl bounce`: a non-delivery report explained.

use std::path::PathBuf;

use super::pasted::pasted;
use super::report::{Report, complain};
use crate::engine;
use crate::guide::{self, Notice};

/// Explain a bounce, a server's reply or a line of a mail log: the cause, what
/// it means, what to do and which step mends it. Asks nobody.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 explained, 3 refused or put off for a reason that is not known, or nothing in it that a mail server says."
)]
pub(super) struct Bounce {
    /// File with the text; - or none: standard input.
    file: Option<PathBuf>,
}

impl Bounce {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let given = pasted(self.file.as_deref(), engine::LONGEST_MAIL)?;
        let explained = guide::explain(&given.text);
        if let Some(left) = &given.left {
            complain(&format!("sdrctl: {left} The cause of a bounce stands at its beginning."));
        } else if explained.cut {
            complain(&format!("sdrctl: {}", guide::CUT));
        }
        for notice in &explained.notices {
            report.object(notice);
            tell(notice, report);
        }
        if let Some(beyond) = explained.beyond() {
            complain(&format!("sdrctl: {beyond}"));
        }
        if explained.notices.is_empty() {
            complain(&format!("sdrctl: {}", guide::NOTHING_SAID));
        }
        let known = |notice: &Notice| notice.cause.is_known();
        let all_known = !explained.notices.is_empty() && explained.notices.iter().all(known);
        Ok(if all_known { 0 } else { 3 })
    }
}

fn tell(notice: &Notice, report: &mut Report) {
    report.line(notice.summary);
    let step = format!("{}, {}", notice.step.number(), notice.step.title());
    let codes = [
        notice.code.map(|code| code.to_string()),
        notice.enhanced.clone(),
        notice.host_code.clone(),
    ];
    let codes: Vec<String> = codes.into_iter().flatten().collect();
    let (whose, by) = notice.server().unwrap_or_default();
    for (label, value) in [
        ("recipient", notice.recipient.as_deref().unwrap_or_default()),
        (&whose.to_lowercase(), by),
        ("codes", &codes.join(" ")),
        ("said", &notice.said),
        ("so far", notice.so_far().unwrap_or_default()),
        ("meaning", notice.meaning),
        ("action", notice.action),
        ("step", &step),
        ("add", notice.x500.as_deref().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            report.line(&format!("    {label:<12}{value}"));
        }
    }
}
