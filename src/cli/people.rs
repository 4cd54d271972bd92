//! `sdrctl people`: each address asked of its server.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::open_profile::{open_to_write, save, verdict};
use super::reach::Reach;
use super::report::{Report, complain, progress};
use crate::check::{self, Ask, News};
use crate::engine;
use crate::finding::{self, Answer, Entry};
use crate::plan::Address;
use crate::profile::{self, Profile};

/// Ask each address of its server; goes on where it was stopped.
///
/// Each answer is written to people.journal in the profile as it comes. A run
/// that was stopped, or crashed, goes on from there within a week.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every single answer is listed with --verbose. Addresses that passed are not asked again for a day."
)]
pub(super) struct People {
    /// Folder of the profile.
    dir: PathBuf,
    /// Begin anew, whatever was broken off before.
    #[arg(long)]
    anew: bool,
    #[command(flatten)]
    reach: Reach,
}

/// Between two lines of progress.
const PROGRESS_GAP: Duration = Duration::from_secs(2);

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
        let now = net.clock.now();
        if self.anew {
            profile.evidence.hear(Entry::Finished(now));
        }
        let (plan, earlier) = (profile.plan.clone(), profile.evidence.clone());
        if let Some((done, of)) = check::broken_off(&plan, earlier.people(), now) {
            complain(&format!(
                "sdrctl: going on with the run that was broken off: {done} of {of} have their answer already."
            ));
        }
        let ask = Ask {
            net: &net,
            plan: &plan,
            evidence: &earlier,
            api_key: None,
            seed: engine::seed_of_the_day(plan.domain(), now),
        };
        let open = earlier.people().iter().filter(|(_, answer)| answer.word.is_open_refusal());
        let mut notes = Notes {
            open: open.map(|(address, _)| address.clone()).collect(),
            profile: &mut profile,
            report,
            pending: Vec::new(),
            failed: None,
        };
        let mut findings = Vec::new();
        let mut told: Option<Instant> = None;
        let mut rested = false;
        // Four connections keep one thread busy; a second one only passes them on.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("no thread to work with")?;
        runtime.block_on(check::ask_people(&ask, &mut |news| match news {
            News::Entry(entry) => notes.entry(entry),
            News::Progress(far) => {
                notes.write();
                // That it rests is told at once: nothing may come for a while.
                let rests = far.rests_until.is_some() && !rested;
                rested = far.rests_until.is_some();
                if !rests && told.is_some_and(|told| told.elapsed() < PROGRESS_GAP) {
                    return;
                }
                told = Some(Instant::now());
                progress(&match far.rests_until {
                    Some(until) => format!(
                        "{}; resting until {}: the server is slow, full, or refuses whom it took before ...",
                        far.in_words(),
                        until.strftime("%H:%M:%S UTC")
                    ),
                    None => format!("{} ...", far.in_words()),
                });
            }
            News::Finding(finding) => {
                notes.write();
                notes.settle();
                notes.finding(&finding);
                findings.push(*finding);
            }
        }));
        notes.write();
        notes.settle();
        if let Some(error) = notes.failed {
            return Err(error);
        }
        for finding in &findings {
            profile.evidence.record(finding.clone());
        }
        save(&mut profile)?;
        Ok(verdict(&profile, finding::exit_code(&findings)))
    }
}

/// Where the news goes: the journal, and standard output.
struct Notes<'a> {
    profile: &'a mut Profile,
    report: &'a mut Report,
    pending: Vec<Entry>,
    /// Whose refusal does not count yet: the last word on them is still to come.
    open: BTreeSet<Address>,
    failed: Option<anyhow::Error>,
}

impl Notes<'_> {
    fn entry(&mut self, entry: Entry) {
        self.pending.push(entry);
    }

    /// Writes what is pending; an answer that can't be kept is told all the same.
    fn write(&mut self) {
        let entries = std::mem::take(&mut self.pending);
        let heard: Vec<_> = match self.report.shows_all() {
            true => entries
                .iter()
                .filter_map(|entry| match entry {
                    Entry::Heard(address, answer) => Some((address.clone(), answer.clone())),
                    _ => None,
                })
                .collect(),
            false => Vec::new(),
        };
        if let Err(error) = profile::note(self.profile, entries) {
            self.failed.get_or_insert(error.into());
        }
        for (address, answer) in heard {
            if answer.word.is_open_refusal() {
                self.open.insert(address);
            } else {
                self.open.remove(&address);
                self.tell(&address, &answer);
            }
        }
    }

    /// Tells those whose refusals were open: they count by now, or this run
    /// makes no more of them.
    fn settle(&mut self) {
        if !self.report.shows_all() {
            return;
        }
        for address in std::mem::take(&mut self.open) {
            let Some(person) = self.profile.plan.roster.get(&address) else { continue };
            // Without an answer: forgotten since, by another run or server.
            let answer = self.profile.evidence.people().of(&address, person.home).cloned();
            if let Some(answer) = answer {
                self.tell(&address, &answer);
            }
        }
    }

    fn tell(&mut self, address: &Address, answer: &Answer) {
        let people = self.profile.evidence.people();
        let (proof, server) = (people.proof(answer.side), people.server(answer.side));
        self.report.finding(&check::person_finding(address, answer, proof, server));
    }

    /// Sums are told always; single people only where not all are told already.
    fn finding(&mut self, finding: &finding::Finding) {
        if !(finding.id.starts_with(finding::PERSON) && self.report.shows_all()) {
            self.report.finding(finding);
        }
    }
}
