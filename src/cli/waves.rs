//! `sdrctl waves`: who moves when, and what of it was handed out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::open_profile::{open, open_to_write, save, verdict};
use super::report::{Report, complain, safe};
use crate::counted;
use crate::engine;
use crate::plan::{Address, Handing, Home, Mailbox, Plan, WaveNumber};
use crate::profile::{self, HandedOut};
use crate::roster::{self, Arrangement, Reject};

/// List the waves: name, day, people, and what was not handed out yet. With
/// --wave, name or date one, or put people in it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "People who are at the host already stay there. --verbose lists each person."
)]
pub(super) struct Waves {
    /// Folder of the profile.
    dir: PathBuf,
    /// The wave that is changed.
    #[arg(long, value_name = "W", value_parser = clap::value_parser!(u16).range(1..))]
    wave: Option<u16>,
    /// Its name.
    #[arg(long, requires = "wave")]
    name: Option<String>,
    /// The day on which it moves, such as 2027-01-31.
    #[arg(long, requires = "wave", value_name = "DAY")]
    date: Option<String>,
    /// Put everybody of this department in it.
    #[arg(long, requires = "wave")]
    department: Option<String>,
    /// Put everybody in it whom a search for this finds, as in the window.
    #[arg(long, requires = "wave", value_name = "TEXT")]
    search: Option<String>,
    /// Put everybody on this list in it.
    #[arg(long, requires = "wave", value_name = "FILE")]
    list: Option<PathBuf>,
}

impl Waves {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let Some(number) = self.wave.and_then(WaveNumber::new) else {
            let profile = open(&self.dir)?;
            let handed_out = profile::read_handed_out([&*profile.folder.join("exports")]);
            tell(&profile.plan, &handed_out, report);
            return Ok(verdict(&profile, 0));
        };
        let mut profile = open_to_write(&self.dir)?;
        self.name_and_date(&mut profile.plan, number)?;
        let who = self.people(&profile.plan)?;
        let (mut put, mut at_host) = (0, 0);
        let mut left: BTreeMap<WaveNumber, usize> = BTreeMap::new();
        for address in who {
            let before = profile.plan.roster.get(&address).map(|who| (who.home, who.wave));
            match before {
                Some((Home::External, wave)) => {
                    if let Some(wave) = wave.filter(|wave| *wave != number) {
                        *left.entry(wave).or_default() += 1;
                    }
                    profile.plan.roster.edit(&address, |who| who.wave = Some(number));
                    put += 1;
                }
                Some((Home::Host, _)) => at_host += 1,
                None => complain(&format!(
                    "sdrctl: {address} is not in the list of people; import them first"
                )),
            }
        }
        if self.department.is_some() || self.search.is_some() || self.list.is_some() {
            complain(&format!(
                "sdrctl: {put} put in wave {number}, {at_host} are at the host already"
            ));
            for (wave, people) in left {
                complain(&format!("sdrctl: {people} of them were in wave {wave} before"));
            }
        }
        save(&mut profile)?;
        let handed_out = profile::read_handed_out([&*profile.folder.join("exports")]);
        tell(&profile.plan, &handed_out, report);
        Ok(verdict(&profile, 0))
    }

    fn name_and_date(&self, plan: &mut Plan, number: WaveNumber) -> anyhow::Result<()> {
        if self.name.is_none() && self.date.is_none() {
            return Ok(());
        }
        let date = match self.date.as_deref() {
            None => None,
            Some(text) => Some(text.trim().parse().map_err(|_| {
                anyhow::anyhow!("--date: “{}” is no day; write one such as 2027-01-31", safe(text))
            })?),
        };
        plan.edit_wave(number, |wave| {
            wave.date = date.or(wave.date);
            if let Some(name) = &self.name {
                wave.name = name.trim().to_owned();
            }
        });
        Ok(())
    }

    /// Everybody whom an option names.
    fn people(&self, plan: &Plan) -> anyhow::Result<Vec<Address>> {
        let mut who = Vec::new();
        if let Some(department) = &self.department {
            let wanted = department.trim().to_lowercase();
            let there = |who: &&Mailbox| who.department().trim().to_lowercase() == wanted;
            who.extend(plan.roster.iter().filter(there).map(|who| who.address.clone()));
            anyhow::ensure!(
                !who.is_empty(),
                "--department: nobody in the list is in “{}”. Import a list that tells departments.",
                safe(department)
            );
        }
        if let Some(search) = &self.search {
            let view = Arrangement { search: search.clone(), ..Arrangement::default() };
            let rows = view.rows(&plan.roster).into_iter();
            let found = rows.filter_map(|row| plan.roster.at(row as usize));
            who.extend(found.map(|who| who.address.clone()));
        }
        if let Some(list) = &self.list {
            let file = list.display();
            let bytes = engine::file_bytes(list).map_err(anyhow::Error::msg)?;
            let table = roster::read_table(&bytes).with_context(|| file.to_string())?;
            let people = roster::take_people(&table, &table.columns, plan.domain())
                .with_context(|| file.to_string())?;
            for Reject { line, reason, .. } in &people.rejects {
                complain(&format!("{file}:{line}: {reason}"));
            }
            who.extend(people.listed.into_iter().map(|listed| listed.address));
        }
        Ok(who)
    }
}

fn tell(plan: &Plan, out: &HandedOut, report: &mut Report) {
    for remark in &out.remarks {
        complain(&format!("sdrctl: {}", safe(remark)));
    }
    let waves = plan.wave_numbers().into_iter().map(Some);
    for wave in waves.chain([None]) {
        let people: Vec<&Mailbox> = match wave {
            Some(number) => plan.roster.iter().filter(|who| who.wave == Some(number)).collect(),
            None => plan.roster.iter().filter(|who| who.home == Home::Host).collect(),
        };
        let lists = wave.is_none() && !plan.lists_at_host().is_empty();
        if wave.is_none() && people.is_empty() && !lists {
            continue;
        }
        let difference = out.handed.difference(plan, wave);
        let of = wave.map(|number| plan.wave(number));
        let label = of.as_ref().map_or("At the host today".to_owned(), |wave| wave.label());
        let name = of.as_ref().map(|wave| wave.name.clone());
        let date = of.and_then(|wave| wave.date).map(|date| date.to_string());
        let day = date.as_ref().map(|date| format!(", {date}")).unwrap_or_default();
        let count = counted::people(people.len());
        report.line(&safe(&format!("{label}{day}: {count}. {}", difference.words())));
        if report.shows_all() {
            for who in &people {
                report.line(&format!("  {} {}", who.address, state(who, plan, out)));
            }
        }
        report.object(&json!({
            "wave": wave.map(WaveNumber::get), "name": name, "date": date,
            "people": people.iter().map(|who| json!({
                "address": who.address, "state": state(who, plan, out),
            })).collect::<Vec<_>>(),
            "new": difference.new, "changed": difference.changed, "same": difference.same,
        }));
    }
    if !plan.roster.is_whole() {
        report.line("Whose forward is no longer wanted can't be told: not everybody in roster.csv could be read.");
    }
    let gone: Vec<Address> = out.handed.to_remove(plan).into_keys().collect();
    if !gone.is_empty() {
        report.line(&format!(
            "Handed out, and no longer wanted: take the forwards of these off the external server ({}).",
            gone.len()
        ));
        gone.iter().for_each(|address| report.line(&format!("  {address}")));
        report.object(&json!({ "remove": gone }));
    }
}

/// Where a person stands.
fn state(who: &Mailbox, plan: &Plan, out: &HandedOut) -> &'static str {
    match (out.handed.handing(plan, who), who.home) {
        (Handing::Changed, _) => "target changed since it was handed out",
        (Handing::Done, Home::Host) => "at the host, handed out",
        (Handing::Wanted, Home::Host) => "at the host, not handed out",
        (Handing::Wanted, Home::External) => "to be handed out",
        (handing, _) => handing.word(),
    }
}
