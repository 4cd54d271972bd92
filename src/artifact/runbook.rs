//! The run-book: the whole plan on paper.

use jiff::Timestamp;

use crate::finding::Evidence;
use crate::plan::Plan;

/// The run-book as Markdown.
pub fn runbook_markdown(plan: &Plan, evidence: &Evidence, now: Timestamp) -> String {
    let _ = (plan, evidence, now);
    unimplemented!()
}

/// The run-book as one self-contained HTML page that prints well.
pub fn runbook_html(plan: &Plan, evidence: &Evidence, now: Timestamp) -> String {
    let _ = (plan, evidence, now);
    unimplemented!()
}
