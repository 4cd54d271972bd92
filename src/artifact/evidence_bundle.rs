//! What was seen of the world, to hand on: for a ticket, or for whoever asks
//! later how it was known.

use super::escape::visible;
use crate::finding::{Evidence, Finding, State};
use crate::plan::Plan;

/// Below the export's folder.
pub(super) const JSON: &str = "evidence/evidence.json";
/// Below the export's folder.
pub(super) const TEXT: &str = "evidence/evidence.txt";

/// The findings for programs, as the profile keeps them.
pub(super) fn json(evidence: &Evidence) -> Vec<u8> {
    // Strings, numbers and times only: there is nothing that JSON could not say.
    let mut bytes = serde_json::to_vec_pretty(evidence).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The findings for people, in the order of their names, each with what was
/// asked and the whole conversation. Hidden characters are shown escaped.
pub(super) fn text(plan: &Plan, evidence: &Evidence) -> String {
    let mut text = format!(
        "Evidence for the split domain routing of {}\n\
         \n\
         The latest answer to each question. All times are UTC. Lines that begin with C: were sent,\n\
         lines that begin with S: came back.\n",
        plan.domain()
    );
    for finding in evidence.iter() {
        one(&mut text, finding);
    }
    text
}

fn one(text: &mut String, finding: &Finding) {
    let why = match &finding.state {
        State::Unknown { why } => format!(", because {why}"),
        State::Skipped { because } => format!(", because {because}"),
        State::Waiting { again_at } => format!(", again at {}", time(*again_at)),
        State::Passed | State::Warning | State::Failed => String::new(),
    };
    let head = format!("{}: {}{why}", finding.id, finding.state.word());
    text.push_str(&format!("\n{}\n  {}\n", visible(&head), visible(&finding.summary)));
    let rows = [
        ("At", time(finding.at)),
        ("Asked", finding.asked.clone()),
        ("Expected", finding.expected.clone()),
        ("Found", finding.found.clone()),
        ("Meaning", finding.meaning.clone()),
        ("To do", finding.action.clone()),
    ];
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("  {:<10}{}\n", format!("{what}:"), visible(&value)));
    }
    for line in &finding.evidence {
        text.push_str(&format!("    {}\n", visible(line)));
    }
}

fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
