//! The people in the run-book: sizes of the waves, who is in them, and whose
//! forward goes.

use std::collections::BTreeMap;

use super::neutral_csv::TO_REMOVE;
use super::paper::Block;
use crate::plan::{Address, Home, Mailbox, Plan, Removal};

/// People of one wave who are named on paper.
const NAMED: usize = 200;

/// Each wave with its day and size, then who is in it.
pub(super) fn people(plan: &Plan, blocks: &mut Vec<Block>) {
    let all = plan.roster.census().everybody();
    let row = |group: String, date: String, people: usize, moved: usize| {
        vec![group, date, people.to_string(), moved.to_string()]
    };
    let mut rows: Vec<Vec<String>> = plan
        .wave_numbers()
        .into_iter()
        .map(|number| {
            let wave = plan.wave(number);
            row(
                wave.label(),
                wave.date.map_or_else(|| "(no date)".to_owned(), |date| date.to_string()),
                all.in_wave(number),
                all.count(Home::Host, Some(number)),
            )
        })
        .collect();
    let at_host = all.count(Home::Host, None);
    rows.push(row("At the host, in no wave".to_owned(), String::new(), at_host, at_host));
    rows.push(row(
        "On the external server, in no wave".to_owned(),
        String::new(),
        all.count(Home::External, None),
        0,
    ));
    rows.push(row("All".to_owned(), String::new(), plan.roster.len(), all.at(Home::Host)));
    blocks.push(Block::Heading(2, "People".to_owned()));
    blocks.push(Block::Table(vec!["Group", "Day", "People", "At the host already"], rows));
    for number in plan.wave_numbers() {
        let moves = |person: &&Mailbox| person.wave == Some(number);
        named(&plan.wave(number).label(), plan.roster.iter().filter(moves), blocks);
    }
}

/// The forwards of before that nobody needs any more, each with its target.
pub(super) fn removals(to_remove: &BTreeMap<Address, Removal>, blocks: &mut Vec<Block>) {
    if to_remove.is_empty() {
        return;
    }
    blocks.push(Block::Heading(3, "Forwards to be taken off".to_owned()));
    blocks.push(Block::Paragraph(format!(
        "These were handed out before, and nobody needs them any more, or not until a later wave. \
         Take them off the external server, then delete {TO_REMOVE} from the export: no later one \
         names them again."
    )));
    let rows = to_remove.iter().take(NAMED);
    let until = |removal: &Removal| match removal.until {
        Some(wave) => format!("until wave {wave} moves"),
        None => "for good".to_owned(),
    };
    let rows = rows.map(|(address, removal)| {
        vec![address.to_string(), removal.target.to_string(), until(removal)]
    });
    blocks.push(Block::Table(vec!["Address", "Leads to", "Goes"], rows.collect()));
    if let Some(more @ 1..) = to_remove.len().checked_sub(NAMED) {
        blocks.push(Block::Paragraph(format!("And {more} more; {TO_REMOVE} has them all.")));
    }
}

/// The people of a group by name; beyond what fits on paper, how many more.
fn named<'a>(group: &str, people: impl Iterator<Item = &'a Mailbox>, blocks: &mut Vec<Block>) {
    let mut people = people.peekable();
    if people.peek().is_none() {
        return;
    }
    blocks.push(Block::Heading(3, group.to_owned()));
    let line = |person: &Mailbox| match person.display_name.is_empty() {
        true => person.address.to_string(),
        false => format!("{}, {}", person.display_name, person.address),
    };
    let mut lines: Vec<String> = people.by_ref().take(NAMED).map(line).collect();
    let more = people.count();
    if more > 0 {
        lines.push(format!("and {more} more; roster.csv of the profile has them all"));
    }
    blocks.push(Block::Bullets(lines));
}
