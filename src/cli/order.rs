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
    let asked = text.split(',').map(|name| {
        Deed::parse(name.trim()).with_context(|| {
            let known: Vec<String> = deeds(plan).iter().map(ToString::to_string).collect();
            format!("--order: “{}” is no action; this plan has {}", name.trim(), known.join(", "))
        })
    });
    let asked: Vec<Deed> = asked.collect::<anyhow::Result<_>>()?;
    Ok(match check_order(plan, &asked) {
        Ok(starts) => told(&starts, "This order is safe", report),
        Err(refusal) => {
            let code = refused(&refusal, report);
            if let Ok(shortest) = shortest_order(plan) {
                told(&shortest.starts, head(&shortest), report);
            }
            code
        }
    })
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
        let when = match start.minute {
            0 => "at once".to_owned(),
            minute if minute % 60 == 0 => format!("after {} h", minute / 60),
            minute => format!("after {minute} min"),
        };
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
