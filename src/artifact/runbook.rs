//! The run-book: the whole plan on paper.

use jiff::Timestamp;

use super::alias_ticket;
use super::paper::{Block, to_html, to_markdown};
use super::picture_svg;
use super::runbook_order::order;
use super::runbook_people::{people, removals};
use super::{mx_rows, way_without_sdr};
use crate::finding::{BEFORE, Evidence, Finding, State};
use crate::guide::{Page, Standing, Step, Tick, Todo, exit_points, in_order, page, standing};
use crate::plan::{Handed, Home, Mailbox, PanelOffer, Plan, Purpose, Side};
use crate::route::{
    Deed, Origin, Phase, follow_alone, phases, trace_text, ways_out_text, world_after,
};

/// The run-book as Markdown; `handed`: what was handed out before.
pub fn runbook_markdown(
    plan: &Plan,
    evidence: &Evidence,
    handed: &Handed,
    now: Timestamp,
) -> String {
    to_markdown(&content(plan, evidence, handed, now))
}

/// The run-book as one self-contained HTML page that prints well.
pub fn runbook_html(plan: &Plan, evidence: &Evidence, handed: &Handed, now: Timestamp) -> String {
    to_html(&title(plan), &content(plan, evidence, handed, now))
}

/// Lines of evidence printed for one finding; the profile holds the rest.
const EVIDENCE_LINES: usize = 120;

fn title(plan: &Plan) -> String {
    format!("Run-book: split domain routing for {}", plan.domain().to_unicode())
}

fn content(plan: &Plan, evidence: &Evidence, handed: &Handed, now: Timestamp) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(1, title(plan)),
        Block::Paragraph(format!("As of {}. All times are UTC.", time(now))),
    ];
    situation(plan, &mut blocks);
    people(plan, &mut blocks);
    removals(&handed.to_remove(plan), &mut blocks);
    let current = &*evidence.of_plan(plan);
    records(plan, current, &mut blocks);
    flow(plan, &mut blocks);
    order(plan, &mut blocks);
    for step in Step::ALL {
        one_step(step, plan, evidence, &mut blocks);
    }
    way_back(plan, &mut blocks);
    appendix(current, &mut blocks);
    blocks
}

fn situation(plan: &Plan, blocks: &mut Vec<Block>) {
    let side = |side| match side {
        Side::Host => plan.host.name.clone(),
        Side::External => "the external mail server".to_owned(),
    };
    let or_missing = |value: Option<String>| value.unwrap_or_else(|| "(not chosen yet)".to_owned());
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    blocks.push(Block::Heading(2, "Purpose and situation".to_owned()));
    blocks.push(Block::Paragraph(match plan.situation.purpose {
        Purpose::Migration => format!(
            "The mailboxes of {} move to {} in waves. Until the last one has moved, the domain \
             lives on two systems; then the split is taken down.",
            plan.domain(),
            plan.host.name
        ),
        Purpose::Permanent => format!(
            "The mailboxes of {} stay on two systems for good: {} and the external mail server.",
            plan.domain(),
            plan.host.name
        ),
    }));
    blocks.push(Block::Table(
        vec!["What", "Value"],
        vec![
            row("Primary domain", plan.domain().in_both_forms()),
            row("Routing subdomain", plan.routing_subdomain().as_domain().in_both_forms()),
            row("Host", plan.host.name.clone()),
            row(
                "External mail server",
                or_missing(plan.external.host_name.as_ref().map(ToString::to_string)),
            ),
            row("Its product", plan.external.system.label().to_owned()),
            row(
                "Verification address",
                or_missing(plan.external.verification_address.as_ref().map(ToString::to_string)),
            ),
            row("Primary MX records name", side(plan.situation.primary_mx)),
            row(
                "The panel shows Split Domain",
                match plan.situation.panel {
                    PanelOffer::NotLooked => "nobody has looked yet",
                    PanelOffer::Offered => "yes",
                    PanelOffer::NotOffered => "no",
                }
                .to_owned(),
            ),
        ],
    ));
}

fn records(plan: &Plan, evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Records".to_owned()));
    blocks.push(Block::Paragraph(format!(
        "To be added. The MX records of {} itself stay as they are until the cutover.",
        plan.domain()
    )));
    let outside = way_without_sdr::second(plan);
    let outside = outside.iter().flat_map(|(name, external)| mx_rows(name, external));
    let rows =
        mx_rows(plan.routing_subdomain(), &plan.host).into_iter().chain(outside).map(|row| {
            vec![
                row.with_dot,
                row.ttl.to_string(),
                "MX".to_owned(),
                row.preference.to_string(),
                format!("{}.", row.exchange),
            ]
        });
    blocks.push(Block::Table(vec!["Name", "TTL", "Type", "Priority", "Value"], rows.collect()));
    match evidence.get(BEFORE) {
        Some(before) => {
            let what = format!("MX of {}", plan.domain());
            let row = vec![what, before.found.clone(), before.asked.clone(), time(before.at)];
            blocks
                .push(Block::Paragraph("As seen before the cutover, for the way back:".to_owned()));
            blocks.push(Block::Table(vec!["What", "Found", "Asked", "When"], vec![row]));
        }
        None => blocks.push(Block::Paragraph(
            "The MX records of before are not on file: run the check of step 1 while they are as \
             planned, or write them down by hand for the way back."
                .to_owned(),
        )),
    }
}

/// Where mail for somebody who is, or will be, at the host goes: today, with
/// the split in place, and at the end.
fn flow(plan: &Plan, blocks: &mut Vec<Block>) {
    let moves = |person: &&Mailbox| person.home == Home::Host || person.wave.is_some();
    let Some(person) = plan.roster.iter().find(moves) else { return };
    let phases = phases(plan);
    let split =
        |phase: &&Phase| matches!(phase, Phase::After(Deed::FirstContacts | Deed::Moved(_)));
    let moments = [phases.first(), phases.iter().rfind(split), phases.last()];
    blocks.push(Block::Heading(2, "Where mail goes".to_owned()));
    blocks.push(Block::Paragraph(format!(
        "A message from the Internet to {}, by the model of both systems. Nobody was asked for \
         this; the checks below say what was seen.",
        person.address
    )));
    let mut drawn = Vec::new();
    for phase in moments.into_iter().flatten() {
        if drawn.contains(phase) {
            continue;
        }
        drawn.push(*phase);
        let trace = follow_alone(&world_after(plan, *phase), Origin::Internet, &person.address);
        blocks.push(Block::Heading(3, phase.label()));
        blocks.push(Block::Picture {
            svg: picture_svg(&trace, &plan.host.name),
            words: [trace_text(&trace), ways_out_text(&trace)].concat(),
        });
    }
}

fn one_step(step: Step, plan: &Plan, evidence: &Evidence, blocks: &mut Vec<Block>) {
    let Page { instruction, why, todo, announce: _ } = page(step, plan);
    let stands = match standing(step, plan, evidence) {
        Standing::Done => "Done".to_owned(),
        Standing::NeedsAttention(_, reason) => format!("Needs attention ({reason})"),
        Standing::Open => "Open".to_owned(),
        Standing::Outdated(was) => format!("Open (was about {was}: check again)"),
        Standing::NotYet(reason) => format!("Not yet ({reason})"),
    };
    blocks.push(Block::Heading(2, format!("{}. {}", step.number(), step.title())));
    blocks.push(Block::Paragraph(format!("{instruction} State: {stands}.")));
    blocks.push(Block::Paragraph(why));
    for todo in todo {
        by_hand(plan, todo, blocks);
    }
    if step == Step::Subdomain {
        blocks.push(Block::Heading(3, "The text of the ticket".to_owned()));
        blocks.push(Block::Lines(alias_ticket(plan).lines().map(str::to_owned).collect()));
    }
    let findings = in_order(step, evidence.of_plan(plan).of_step(step.slug()).cloned().collect());
    if findings.is_empty() {
        return;
    }
    let points = exit_points(&findings);
    let word = |at: usize, finding: &Finding| match points.get(at) {
        Some(point) => point.word(),
        None => finding.state.word(),
    };
    let rows = findings.iter().enumerate();
    let findings = rows.map(|(at, finding)| in_a_row(finding, word(at, finding))).collect();
    blocks.push(Block::Heading(3, "Checks".to_owned()));
    blocks.push(Block::Table(
        vec!["State", "What was seen", "Expected", "Found", "Asked", "When"],
        findings,
    ));
}

fn by_hand(plan: &Plan, todo: Todo, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(3, todo.text.clone()));
    if let Some(done) = ticked(plan, &todo) {
        blocks.push(Block::Paragraph(format!("Done, by the administrator's word: {done}.")));
    }
    if !todo.details.is_empty() {
        blocks.push(Block::Bullets(todo.details));
    }
    if !todo.values.is_empty() {
        let values = todo.values.into_iter().map(|value| (value.label, value.value));
        blocks.push(Block::Values(values.collect()));
    }
    if !todo.undo.is_empty() {
        blocks.push(Block::Paragraph(format!("Undo: {}", todo.undo)));
    }
}

fn in_a_row(finding: &Finding, word: &str) -> Vec<String> {
    let seen = match &finding.state {
        State::Waiting { again_at } => {
            format!("{} To be asked again at {}.", sentence(&finding.summary), time(*again_at))
        }
        State::Unknown { why } => {
            format!("{} {}", sentence(&finding.summary), sentence(&format!("Because {why}")))
        }
        State::Skipped { because } => {
            format!("{} {}", sentence(&finding.summary), sentence(&format!("Because {because}")))
        }
        State::Passed | State::Warning | State::Failed => finding.summary.clone(),
    };
    vec![
        word.to_owned(),
        seen,
        finding.expected.clone(),
        finding.found.clone(),
        finding.asked.clone(),
        time(finding.at),
    ]
}

/// "yes", or "wave 1: yes; wave 2: no"; `None` where nothing is ticked off.
fn ticked(plan: &Plan, todo: &Todo) -> Option<String> {
    let words = |tick: &Tick| {
        let done = if plan.done.contains(&tick.task) { "yes" } else { "no" };
        match tick.part.as_str() {
            "" => done.to_owned(),
            part => format!("{part}: {done}"),
        }
    };
    let words: Vec<String> = todo.ticks.iter().map(words).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// Everything that can be taken back, last first.
fn way_back(plan: &Plan, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "The way back".to_owned()));
    blocks.push(Block::Paragraph(
        "Last change first. What was never done needs no undoing; the list says what is ticked off."
            .to_owned(),
    ));
    let mut rows: Vec<Vec<String>> = Step::ALL
        .into_iter()
        .flat_map(|step| page(step, plan).todo.into_iter().map(move |todo| (step, todo)))
        .filter(|(_, todo)| !todo.undo.is_empty())
        .map(|(step, todo)| {
            let done = ticked(plan, &todo).unwrap_or_else(|| "(not asked)".to_owned());
            vec![step.number().to_string(), todo.text, done, todo.undo]
        })
        .collect();
    rows.reverse();
    blocks.push(Block::Table(vec!["Step", "Change", "Done", "Undo"], rows));
}

fn appendix(evidence: &Evidence, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Appendix: evidence".to_owned()));
    if evidence.is_empty() {
        blocks.push(Block::Paragraph("Nothing has been checked yet.".to_owned()));
        return;
    }
    // Findings of one conversation share its lines: printed once.
    let mut printed: Vec<(&[String], &str)> = Vec::new();
    for finding in evidence.iter() {
        blocks.push(Block::Heading(3, format!("{}: {}", finding.id, finding.state.word())));
        blocks.push(Block::Paragraph(format!(
            "{} {}, asked: {}.",
            sentence(&finding.summary),
            time(finding.at),
            if finding.asked.is_empty() { "nobody, worked out here" } else { &finding.asked }
        )));
        for (what, text) in [("What it means", &finding.meaning), ("What to do", &finding.action)] {
            if !text.is_empty() {
                blocks.push(Block::Paragraph(format!("{what}: {text}")));
            }
        }
        let before = printed.iter().find(|(lines, _)| **lines == *finding.evidence);
        if let Some((_, id)) = before {
            blocks.push(Block::Paragraph(format!("The lines stand under {id}.")));
        } else if !finding.evidence.is_empty() {
            printed.push((&finding.evidence, &finding.id));
            let mut lines: Vec<String> =
                finding.evidence.iter().take(EVIDENCE_LINES).cloned().collect();
            if let Some(more @ 1..) = finding.evidence.len().checked_sub(EVIDENCE_LINES) {
                lines.push(format!("({more} more lines in evidence.json)"));
            }
            blocks.push(Block::Lines(lines));
        }
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// With a full stop, where it has none.
fn sentence(text: &str) -> String {
    match text.chars().last() {
        Some('.' | '!' | '?') | None => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}
