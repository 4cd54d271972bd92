//! `sdrctl import`: people out of a file, into a profile.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::open_profile::{open_to_write, save};
use super::report::{Report, complain};
use crate::engine;
use crate::plan::Plan;
use crate::roster::{self, Reject};

/// Read people into a profile; whoever is there already is replaced.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 everybody taken, 4 some rejected, 2 nobody taken.")]
pub(super) struct Import {
    /// Folder of the profile.
    dir: PathBuf,
    /// List of people: CSV, tab or semicolon separated, in any usual encoding.
    file: PathBuf,
}

impl Import {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let mut profile = open_to_write(&self.dir)?;
        let file = self.file.display();
        let bytes = engine::file_bytes(&self.file).map_err(anyhow::Error::msg)?;
        let table = roster::read_table(&bytes).with_context(|| file.to_string())?;
        let people = roster::take_people(&table, &table.columns, profile.plan.domain())
            .with_context(|| file.to_string())?;
        for Reject { line, reason, .. } in &people.rejects {
            complain(&format!("{file}:{line}: {reason}"));
        }
        let (taken, rejected) = (people.mailboxes.len(), people.rejects.len());
        anyhow::ensure!(
            taken > 0,
            "{file}: nobody in it could be taken. Each line needs an address at {}.",
            profile.plan.domain()
        );
        let replaced = merge(&mut profile.plan, people.mailboxes);
        save(&mut profile)?;
        report.line(&format!(
            "{taken} taken ({} new, {replaced} replaced), {rejected} rejected. {} in the list now.",
            taken - replaced,
            profile.plan.roster.len()
        ));
        report.object(&json!({
            "taken": taken, "replaced": replaced, "rejected": rejected,
            "rejects": people.rejects.iter().map(|reject| json!({
                "line": reject.line, "reason": reject.reason, "text": reject.text,
            })).collect::<Vec<_>>(),
        }));
        Ok(if rejected == 0 { 0 } else { 4 })
    }
}

/// How many were there already.
fn merge(plan: &mut Plan, mailboxes: Vec<crate::plan::Mailbox>) -> usize {
    mailboxes.into_iter().filter_map(|mailbox| plan.roster.put(mailbox)).count()
}
