//! `sdrctl import`: people out of a file, into a profile.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::open_profile::{open, open_to_write, save};
use super::report::{Report, complain, safe};
use crate::engine;
use crate::roster::{self, Changes, Column, Format, Reject, Table, Tally};

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
    /// What the file is, where it is taken for something else.
    #[arg(long, value_name = "FORMAT", value_parser = Format::BY_NAME.map(|(name, _)| name))]
    format: Option<String>,
    /// What a column means, such as "Kennung=address" or "Column 2=wave";
    /// remembered in the profile. May be given several times.
    #[arg(long, value_name = "HEADER=MEANING")]
    column: Vec<String>,
    /// Only show what would change: new, changed field by field, unchanged,
    /// and who is in the profile but not on the list.
    #[arg(long)]
    preview: bool,
}

impl Import {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        // A preview changes nothing, so that it needs no right to.
        let mut profile = if self.preview { open(&self.dir)? } else { open_to_write(&self.dir)? };
        let file = self.file.display();
        let bytes = engine::file_bytes(&self.file).map_err(anyhow::Error::msg)?;
        let named = Format::BY_NAME.iter().find(|(name, _)| self.format.as_deref() == Some(name));
        let mut table = match named {
            Some((_, format)) => roster::read_as(&bytes, *format),
            None => roster::read_table(&bytes),
        }
        .with_context(|| file.to_string())?;
        let said = self.column.iter().filter_map(|said| said.rsplit_once('='));
        let said: Vec<&str> = said.map(|(name, _)| name.trim()).collect();
        let known = &profile.plan.columns;
        roster::with_header(&mut table, |name| said.contains(&name) || known.contains_key(name));
        let guessed = table.columns.clone();
        table.columns = roster::remembered(&table, &profile.plan.columns);
        self.correct(&mut table)?;
        let people = roster::take_people(&table, &table.columns, profile.plan.domain())
            .with_context(|| file.to_string())?;
        let columns = roster::guess(&table);
        complain(&format!("{file}: {}", table.format.label()));
        if let Some(note) = &table.note {
            complain(&format!("{file}: {note}"));
        }
        for column in &columns {
            let mut words = format!("{file}: {}: {}", column.name, column.column.words());
            if self.preview && !column.samples.is_empty() {
                words.push_str(&format!(", as in “{}”", column.samples.join("”, “")));
            }
            complain(&words);
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
            "{file}: nobody in it could be taken. Each line needs an address at {}. It was read as: \
             {}; if it is something else, say so with --format.",
            profile.plan.domain(),
            table.format.label()
        );
        if self.preview {
            preview(&roster::changes(&profile.plan.roster, &people.listed), report);
            return Ok(if rejected == 0 { 0 } else { 4 });
        }
        let columns_said = std::mem::replace(&mut table.columns, guessed);
        roster::remember(&table, &columns_said, &mut profile.plan.columns);
        let Tally { added, updated, unchanged } =
            roster::take_into(&mut profile.plan.roster, people.listed);
        save(&mut profile)?;
        report.line(&format!(
            "{taken} taken ({added} new, {updated} brought up to date, {unchanged} unchanged), \
             {rejected} rejected. {} in the list now.",
            profile.plan.roster.len()
        ));
        report.object(&json!({
            "taken": taken, "updated": updated, "unchanged": unchanged, "rejected": rejected,
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

impl Import {
    /// Puts what `--column` says into the table.
    fn correct(&self, table: &mut Table) -> anyhow::Result<()> {
        for said in &self.column {
            let (name, words) = said.rsplit_once('=').with_context(|| {
                format!("--column: “{}” has no =; write HEADER=MEANING", safe(said))
            })?;
            let meaning = Column::from_words(words.trim()).with_context(|| {
                let known = Column::ALL.map(Column::words).join(", ");
                format!("--column: “{}” is no meaning; known are: {known}", safe(words))
            })?;
            let guesses = roster::guess(table);
            let at = guesses.iter().position(|column| column.name == name.trim());
            let at = at.with_context(|| {
                let names: Vec<_> = guesses.iter().map(|column| column.name.as_str()).collect();
                format!("--column: no column “{}”; there are: {}", safe(name), names.join(", "))
            })?;
            roster::set_column(&mut table.columns, at, meaning);
        }
        Ok(())
    }
}

/// What would change, a line for each person.
fn preview(changes: &Changes, report: &mut Report) {
    let Changes { new, changed, unchanged, missing } = changes;
    new.iter().for_each(|who| report.line(&format!("new      {who}")));
    for one in changed {
        report.line(&format!("changed  {}", one.address));
        for field in &one.fields {
            let (from, to) = (safe(&field.from), safe(&field.to));
            report.line(&format!("           {}: “{from}” becomes “{to}”", field.what));
        }
    }
    missing.iter().for_each(|who| report.line(&format!("missing  {who}, stays as it is")));
    report.line(&format!(
        "{} new, {} changed, {unchanged} unchanged, {} not on the list. Nothing was taken.",
        new.len(),
        changed.len(),
        missing.len()
    ));
    report.object(&json!({
        "new": new, "unchanged": unchanged, "missing": missing,
        "changed": changed.iter().map(|one| json!({
            "address": one.address,
            "fields": one.fields.iter().map(|field| json!({
                "what": field.what, "from": field.from, "to": field.to,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    }));
}
