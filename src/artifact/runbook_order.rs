//! The order of the actions in the run-book: when each may start, and what
//! becomes of mail meanwhile.

use super::paper::Block;
use crate::plan::Plan;
use crate::route::{
    Basis, Deed, SAFE, Seen, Start, Window, done_already, left_out, shortest_order,
};
use crate::shown::capital;

/// The order that the model finds for what is not ticked off yet.
pub(super) fn order(plan: &Plan, blocks: &mut Vec<Block>) {
    // The checks of a later day tell more than paper can: `sdrctl routes --order`.
    let seen = Seen::default();
    blocks.push(Block::Heading(2, "The order of the actions".to_owned()));
    let done = done_already(plan, &seen);
    if !done.is_empty() {
        let done = done.into_iter().map(|(deed, _)| format!("{}.", capital(&deed.label())));
        blocks.push(Block::Paragraph("Ticked off already:".to_owned()));
        blocks.push(Block::Bullets(done.collect()));
    }
    match shortest_order(plan, &seen) {
        Ok(shortest) => {
            let starts = shortest.order.starts.iter();
            let rows = starts.enumerate().map(|(at, start)| row(plan, at, start)).collect();
            blocks.push(Block::Table(
                vec!["No.", "Action", "Earliest", "Not before", "Takes", "Meanwhile"],
                rows,
            ));
            for (head, harms) in [
                ("Already so, before any of it:", &shortest.order.before),
                ("Still so when all of it is done:", &shortest.order.after),
            ] {
                if !harms.is_empty() {
                    blocks.push(Block::Paragraph(head.to_owned()));
                    let words =
                        harms.iter().map(|harm| format!("{} {}", harm.sentence, harm.example));
                    blocks.push(Block::Bullets(words.collect()));
                }
            }
        }
        Err(refusal) => blocks.push(Block::Paragraph(format!(
            "No order is safe: {} {}",
            refusal.why, refusal.example
        ))),
    }
    if let Some(words) = left_out(plan) {
        blocks.push(Block::Paragraph(words));
    }
    blocks.push(Block::Paragraph(SAFE.to_owned()));
}

fn row(plan: &Plan, at: usize, start: &Start) -> Vec<String> {
    let wave = Deed::parse(&start.action).and_then(Deed::wave);
    let date = wave.and_then(|wave| plan.wave(wave).date);
    let day = date.map_or_else(String::new, |date| format!(", planned for {date}"));
    let seen = start.after_seeing.iter().map(|name| format!("{name} is seen"));
    let over = start.after_waiting.iter().map(|name| format!("{name} has run out"));
    let window = match (start.window, start.window_basis) {
        (Some(minutes), basis) => Window::AtMost(minutes, basis.unwrap_or(Basis::Assumed)),
        (None, _) => Window::UntilSeen,
    };
    let sentences = [&start.meanwhile, &start.ends].into_iter().filter(|words| !words.is_empty());
    let meanwhile = sentences.map(|words| format!("{words}.")).collect::<Vec<_>>().join(" ");
    vec![
        (at + 1).to_string(),
        format!("{} ({}){day}", capital(&start.label), start.action),
        start.when(),
        seen.chain(over).collect::<Vec<_>>().join(", "),
        window.text(),
        meanwhile,
    ]
}
