//! `sdrctl done`: what was done by hand is ticked off.

use std::path::PathBuf;

use anyhow::Context;
use serde::Serialize;

use super::open_profile::{open, open_to_write, save, verdict};
use super::report::Report;
use crate::check;
use crate::guide::{Step, ticks};
use crate::plan::{Plan, Task};
use crate::profile::Profile;
use crate::route::shows;

/// Tick off what you have done by hand, as in the window. Without a task: what
/// can be ticked off in this plan, and how it stands.
///
/// A tick is your word; what the checks see counts more. Forwards are loaded
/// wave by wave, and each wave has a tick of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "Tasks are named as “sdrctl done DIR” lists them, such as enable-sdr or \
load-forwards-2. “sdrctl history” tells when each was ticked off.")]
pub(super) struct Done {
    /// Folder of the profile.
    dir: PathBuf,
    /// What is ticked off.
    #[arg(value_name = "TASK")]
    tasks: Vec<String>,
    /// Take the tick away again: it was not done, or was undone.
    #[arg(long, requires = "tasks")]
    undo: bool,
}

/// A task, as `--json` has it.
#[derive(Serialize)]
struct Told {
    task: Task,
    /// Ticked off.
    done: bool,
    /// What the checks saw of it; `null`: nothing, or no check can.
    seen: Option<bool>,
    step: u8,
    text: String,
}

impl Done {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        if self.tasks.is_empty() {
            let profile = open(&self.dir)?;
            for (step, task, text) in ticks(&profile.plan) {
                tell(&profile, step, task, text, report);
            }
            return Ok(verdict(&profile, 0));
        }
        let mut profile = open_to_write(&self.dir)?;
        let known = ticks(&profile.plan);
        let asked = self.tasks.iter().map(|name| named(&profile.plan, name));
        let asked: Vec<Task> = asked.collect::<Result<_, _>>()?;
        for task in &asked {
            match self.undo {
                true => profile.plan.done.remove(task),
                false => profile.plan.done.insert(*task),
            };
        }
        save(&mut profile)?;
        for (step, task, text) in known.into_iter().filter(|(_, task, _)| asked.contains(task)) {
            tell(&profile, step, task, text, report);
        }
        Ok(verdict(&profile, 0))
    }
}

/// The task of this plan that has this name.
fn named(plan: &Plan, name: &str) -> anyhow::Result<Task> {
    let known = ticks(plan);
    let plain = name.trim().to_lowercase();
    Task::parse(&plain).filter(|task| known.iter().any(|(_, one, _)| one == task)).with_context(
        || {
            let words: Vec<String> = known.iter().map(|(_, task, _)| task.to_string()).collect();
            format!("TASK: “{name}” can't be ticked off in this plan; it has {}", words.join(", "))
        },
    )
}

fn tell(profile: &Profile, step: Step, task: Task, text: String, report: &mut Report) {
    let done = profile.plan.done.contains(&task);
    let seen = shows(&check::seen(&profile.plan, &profile.evidence), task);
    let word = if done { "ticked" } else { "open" };
    report.line(&format!("{word:<8}{:<22}step {}: {text}", task.to_string(), step.number()));
    match (done, seen) {
        (_, None) => {}
        (true, Some(true)) => report.line("        The checks saw it."),
        (false, Some(true)) => report.line("        The checks saw that it is done."),
        (true, Some(false)) => {
            report
                .line("        The checks saw otherwise, and that counts: check this step again.");
        }
        (false, Some(false)) => report.line("        The checks saw that it is not done."),
    }
    report.object(&Told { task, done, seen, step: step.number(), text });
}
