//! `sdrctl import`: people out of a file, into a profile.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::open_profile::{open_to_write, save};
use super::report::{Report, complain};
use crate::engine;
use crate::roster::{self, Reject};

/// Read people into a profile. Of whoever is there already, only what the
/// list says changes: no column or an empty cell leaves it as it is, except
/// that an empty wave takes the person out of their wave.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 everybody taken, 4 some rejected, 2 nobody taken.")]
pub(super) struct Import {
    /// Folder of the profile.
    dir: PathBuf,
    /// List of people: CSV (comma, tab or semicolon, in any usual encoding),
    /// XLSX, LDIF, a Postfix map, or what Zimbra and cPanel write.
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
        let columns = roster::guess(&table);
        complain(&format!("{file}: {}", table.format.label()));
        if let Some(note) = &table.note {
            complain(&format!("{file}: {note}"));
        }
        for column in &columns {
            complain(&format!("{file}: {}: {}", column.name, column.column.words()));
        }
        if let Some(remark) = roster::without_home(&table.columns) {
            complain(&format!("{file}: {remark}"));
        }
        for remark in &people.remarks {
            complain(&format!("{file}: {remark}"));
        }
        for Reject { line, reason, .. } in &people.rejects {
            complain(&format!("{file}:{line}: {reason}"));
        }
        let (taken, rejected) = (people.listed.len(), people.rejects.len());
        anyhow::ensure!(
            taken > 0,
            "{file}: nobody in it could be taken. Each line needs an address at {}.",
            profile.plan.domain()
        );
        let roster = &mut profile.plan.roster;
        let updated = people.listed.into_iter().map(|listed| roster.merge(listed));
        let updated = updated.filter(|was_there| *was_there).count();
        save(&mut profile)?;
        report.line(&format!(
            "{taken} taken ({} new, {updated} brought up to date), {rejected} rejected. {} in the list now.",
            taken - updated,
            profile.plan.roster.len()
        ));
        report.object(&json!({
            "taken": taken, "updated": updated, "rejected": rejected,
            "columns": columns.iter().map(|column| json!({
                "name": column.name, "meaning": column.column.words(),
            })).collect::<Vec<_>>(),
            "remarks": people.remarks,
            "rejects": people.rejects.iter().map(|reject| json!({
                "line": reject.line, "reason": reject.reason, "text": reject.text,
            })).collect::<Vec<_>>(),
        }));
        Ok(if rejected == 0 { 0 } else { 4 })
    }
}
