//! `sdrctl bounce`: a non-delivery report explained.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::report::{Report, complain};
use crate::engine;
use crate::guide::{self, Notice};

/// Explain a bounce, a server's reply or a line of a mail log: the cause, what
/// it means, what to do and which step mends it. Asks nobody.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 explained, 3 refused for a reason that is not known, or no refusal found."
)]
pub(super) struct Bounce {
    /// File with the text; - or none: standard input.
    file: Option<PathBuf>,
}

/// Bytes that are taken from standard input; the decoder looks at the first.
const MOST: u64 = 16 * 1024 * 1024;

impl Bounce {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let text = pasted(self.file.as_deref())?;
        let explained = guide::explain(&text);
        if explained.cut {
            complain(
                "sdrctl: Only the first megabyte was read; the cause stands at the beginning.",
            );
        }
        for notice in &explained.notices {
            report.object(notice);
            tell(notice, report);
        }
        if explained.notices.is_empty() {
            complain(
                "sdrctl: No refusal was found in the text. Paste the whole report, with the server's reply (such as 550 5.1.1 ...) in it.",
            );
        }
        let known = |notice: &Notice| notice.cause != guide::BounceCause::Other;
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
    for (label, value) in [
        ("recipient", notice.recipient.as_deref().unwrap_or_default()),
        ("refused by", notice.by.as_deref().unwrap_or_default()),
        ("codes", &codes.join(" ")),
        ("said", &notice.said),
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

/// A text out of a file or from standard input; bytes that are no text are
/// shown as such.
pub(super) fn pasted(file: Option<&Path>) -> anyhow::Result<String> {
    let bytes = match file {
        Some(path) if path != Path::new("-") => {
            engine::file_bytes(path).map_err(anyhow::Error::msg)?
        }
        _ => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(MOST).read_to_end(&mut bytes).context("standard input")?;
            bytes
        }
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
