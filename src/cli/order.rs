//! `sdrctl routes --order`: in which order the actions of a plan are safe.

use anyhow::Context;
use serde::Serialize;

use super::report::Report;
use crate::plan::{Plan, Task};
use crate::route::{
    Basis, Deed, Harm, Refusal, SAFE, SafeOrder, Seen, Shortest, Start, Window, check_order, deeds,
    done_already, left, left_out, primary_runs_on, shortest_order, span,
};

/// An action that is done already, as `--json` has it.
#[derive(Serialize)]
struct Done {
    done: String,
    label: String,
    basis: Basis,
    /// What is ticked off, where that implies it.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Task>,
}

/// An action that must not come where it stands, as `--json` has it.
#[derive(Serialize)]
struct Refused {
    refused: String,
    why: String,
    people: usize,
    example: String,
}

/// What an order that is safe leaves as it is, as `--json` has it.
#[derive(Serialize)]
struct Verdict<'a> {
    verdict: &'static str,
    means: &'static str,
    before: &'a [Harm],
    after: &'a [Harm],
}

/// The order that was asked about, or with an empty text the shortest safe
/// one. Exit code 1 where an action is refused, 4 where the order harms nobody
/// but something is still wrong after it.
pub(super) fn order(
    plan: &Plan,
    seen: &Seen,
    text: &str,
    report: &mut Report,
) -> anyhow::Result<u8> {
    let asked = asked(plan, text)?;
    done(plan, seen, report);
    if text.is_empty() {
        return Ok(match shortest_order(plan, seen) {
            Ok(shortest) if shortest.order.starts.is_empty() => {
                report.line("Nothing is left to do.");
                ends(&shortest.order, report)
            }
            Ok(shortest) => {
                told(&shortest.order.starts, head(&shortest), report);
                if let Some(words) = left_out(plan) {
                    report.line(&words);
                }
                ends(&shortest.order, report)
            }
            Err(refusal) => refused(&refusal, report),
        });
    }
    let left = left(plan, seen);
    let (asked, over): (Vec<Deed>, Vec<Deed>) =
        asked.into_iter().partition(|deed| left.contains(deed));
    if !over.is_empty() {
        report.line(&format!("Done already, so not judged: {}.", list(&over)));
    }
    let refusal = match check_order(plan, seen, &asked) {
        Ok(order) => {
            told(&order.starts, "This order is safe", report);
            let rest: Vec<Deed> = left.into_iter().filter(|deed| !asked.contains(deed)).collect();
            if !rest.is_empty() {
                report.line(&format!("Not in it: {}.", list(&rest)));
            }
            return Ok(ends(&order, report));
        }
        Err(refusal) => refusal,
    };
    let before: Vec<Deed> =
        asked.iter().copied().take_while(|deed| *deed != refusal.deed).collect();
    if let Ok(order) = check_order(plan, seen, &before)
        && !order.starts.is_empty()
    {
        told(&order.starts, "Safe so far", report);
    }
    let code = refused(&refusal, report);
    let rest = asked.get(before.len() + 1..).unwrap_or_default();
    if !rest.is_empty() {
        report.line(&format!("Not judged, because of that: {}.", list(rest)));
    }
    if let Ok(shortest) = shortest_order(plan, seen) {
        told(&shortest.order.starts, head(&shortest), report);
        ends(&shortest.order, report);
    }
    Ok(code)
}

/// The actions of an option, each once and each one of the plan's.
fn asked(plan: &Plan, text: &str) -> anyhow::Result<Vec<Deed>> {
    let known = deeds(plan);
    let mut asked = Vec::new();
    for name in text.split(',').map(str::trim).filter(|_| !text.is_empty()) {
        let deed =
            Deed::parse(&name.to_lowercase()).filter(|deed| known.contains(deed)).with_context(
                || format!("--order: “{name}” is no action of this plan; it has {}", list(&known)),
            )?;
        anyhow::ensure!(!asked.contains(&deed), "--order: {name} stands there twice");
        asked.push(deed);
    }
    Ok(asked)
}

fn list(deeds: &[Deed]) -> String {
    let names: Vec<String> = deeds.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// What is done already, and what that rests on.
fn done(plan: &Plan, seen: &Seen, report: &mut Report) {
    let done = done_already(plan, seen);
    if done.is_empty() {
        return report.line("Nothing of it is done yet: no check saw any, and none is ticked off.");
    }
    report.line("Done already:");
    for (deed, basis) in done {
        let name = deed.to_string();
        report.line(&format!("  {name:<18}{}: {}", deed.label(), basis.label()));
        let longer = if deed == Deed::PrimaryMx { primary_runs_on(seen) } else { 0 };
        if longer > 0 {
            let longer = span(longer);
            report.line(&format!(
                "                    Senders may go by the old records for {longer} more."
            ));
        }
        let because = match basis {
            Basis::Implied(task) => Some(task),
            Basis::Seen | Basis::Told | Basis::Assumed => None,
        };
        report.object(&Done { done: name, label: deed.label(), basis, because });
    }
}

fn head(shortest: &Shortest) -> &'static str {
    let ends = |start: &Start| Deed::parse(&start.action).is_some_and(Deed::ends);
    match (shortest.of_all, shortest.order.starts.iter().any(ends)) {
        (true, true) => "The shortest safe order that ends as step 8 does",
        (true, false) => "The shortest of all safe orders",
        (false, _) => "A safe order; there are too many to try them all",
    }
}

fn told(starts: &[Start], head: &str, report: &mut Report) {
    report.line(&format!(
        "{head}; times are the earliest in this order, counted from the first action:"
    ));
    let width = |of: fn(&Start) -> usize| starts.iter().map(of).max().unwrap_or_default() + 2;
    let (first, second) = (width(|start| start.action.len()), width(|start| start.when().len()));
    for start in starts {
        report.object(start);
        let when = start.when();
        let mut line = format!("  {:<first$}{when:<second$}{}", start.action, start.label);
        for (one, many, names) in [
            ("is seen", "are seen", &start.after_seeing),
            ("has run out", "have run out", &start.after_waiting),
        ] {
            match names.as_slice() {
                [] => {}
                [name] => line.push_str(&format!("; not before {name} {one}")),
                [front @ .., last] => {
                    line.push_str(&format!("; not before {} and {last} {many}", front.join(", ")))
                }
            }
        }
        report.line(&line);
        let indent = " ".repeat(2 + first + second);
        match (start.window, start.window_basis) {
            (Some(minutes), Some(basis)) => {
                let window = Window::AtMost(minutes, basis).text();
                report.line(&format!("{indent}Takes {window}."));
            }
            (None, _) => report
                .line(&format!("{indent}How long it takes is not known: check until it is seen.")),
            (Some(_), None) => {}
        }
        if !start.ends.is_empty() {
            report.line(&format!("{indent}{}.", start.ends));
        }
        if !start.meanwhile.is_empty() {
            let least = { start.window.filter(|least| *least > 0) }
                .map_or_else(String::new, |least| format!(", for {} or more", span(least)));
            report.line(&format!("{indent}{}{least}.", start.meanwhile));
        }
    }
}

/// What safe means, and what is wrong all the same.
fn ends(order: &SafeOrder, report: &mut Report) -> u8 {
    for (head, harms) in [
        ("Already so, before any of it:", &order.before),
        ("Still so when all of it is done:", &order.after),
    ] {
        for (at, harm) in harms.iter().enumerate() {
            if at == 0 {
                report.line(head);
            }
            report.line(&format!("  {} {}", harm.sentence, harm.example));
        }
    }
    report.line(SAFE);
    let verdict = if order.after.is_empty() { "safe" } else { "safe-but-not-well" };
    report.object(&Verdict { verdict, means: SAFE, before: &order.before, after: &order.after });
    if order.after.is_empty() { 0 } else { 4 }
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
