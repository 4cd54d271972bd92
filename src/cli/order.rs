//! `sdrctl routes --order`: in which order the actions of a plan are safe.

use anyhow::Context;
use serde::Serialize;

use super::report::Report;
use crate::plan::Plan;
use crate::route::{Deed, Refusal, Shortest, Start, check_order, deeds, shortest_order};

/// An action that must not come where it stands, as `--json` has it.
#[derive(Serialize)]
struct Refused {
    refused: String,
    why: String,
    people: usize,
    example: String,
}

/// The order that was asked about, or with an empty text the shortest safe
/// one. Exit code 1 where an action is refused.
pub(super) fn order(plan: &Plan, text: &str, report: &mut Report) -> anyhow::Result<u8> {
    if text.is_empty() {
        return Ok(match shortest_order(plan) {
            Ok(shortest) => told(&shortest.starts, head(&shortest), report),
            Err(refusal) => refused(&refusal, report),
        });
    }
    let asked = asked(plan, text)?;
    let refusal = match check_order(plan, &asked) {
        Ok(starts) => {
            let code = told(&starts, "This order is safe", report);
            let left: Vec<Deed> =
                deeds(plan).into_iter().filter(|deed| !asked.contains(deed)).collect();
            if !left.is_empty() {
                report.line(&format!("Not in it: {}.", list(&left)));
            }
            return Ok(code);
        }
        Err(refusal) => refusal,
    };
    let before: Vec<Deed> =
        asked.iter().copied().take_while(|deed| *deed != refusal.deed).collect();
    if let Ok(starts) = check_order(plan, &before)
        && !starts.is_empty()
    {
        told(&starts, "Safe so far", report);
    }
    let code = refused(&refusal, report);
    let rest = asked.get(before.len() + 1..).unwrap_or_default();
    if !rest.is_empty() {
        report.line(&format!("Not judged, because of that: {}.", list(rest)));
    }
    if let Ok(shortest) = shortest_order(plan) {
        told(&shortest.starts, head(&shortest), report);
    }
    Ok(code)
}

/// The actions of an option, each once and each one of the plan's.
fn asked(plan: &Plan, text: &str) -> anyhow::Result<Vec<Deed>> {
    let known = deeds(plan);
    let mut asked = Vec::new();
    for name in text.split(',').map(str::trim) {
        let deed = Deed::parse(name).filter(|deed| known.contains(deed)).with_context(|| {
            format!("--order: “{name}” is no action of this plan; it has {}", list(&known))
        })?;
        anyhow::ensure!(!asked.contains(&deed), "--order: {name} stands there twice");
        asked.push(deed);
    }
    Ok(asked)
}

fn list(deeds: &[Deed]) -> String {
    let names: Vec<String> = deeds.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn head(shortest: &Shortest) -> &'static str {
    match shortest.of_all {
        true => "The shortest of all safe orders",
        false => "A safe order; there are too many to try them all",
    }
}

fn told(starts: &[Start], head: &str, report: &mut Report) -> u8 {
    report.line(&format!("{head}:"));
    for start in starts {
        report.object(start);
        let when = start.when();
        let mut line = format!("  {:<18}{when:<14}{}", start.action, start.label);
        for (words, names) in [("seen", &start.after_seeing), ("run out", &start.after_waiting)] {
            if !names.is_empty() {
                line.push_str(&format!("; not before {} is {words}", names.join(", ")));
            }
        }
        report.line(&line);
    }
    0
}

fn refused(refusal: &Refusal, report: &mut Report) -> u8 {
    report.line(&format!("Refused: {}. {}", refusal.deed, refusal.why));
    if !refusal.example.is_empty() {
        report.line(&format!("         {}", refusal.example));
    }
    report.object(&Refused {
        refused: refusal.deed.to_string(),
        why: refusal.why.clone(),
        people: refusal.people,
        example: refusal.example.clone(),
    });
    1
}
