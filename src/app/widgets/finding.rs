//! What the checks saw.

use std::sync::Arc;

use eframe::egui::{
    self, CollapsingHeader, CornerRadius, Frame, Label, Margin, RichText, Stroke, TextStyle, Ui,
};

use super::{Copies, FACT, Mark, badge, fact, fold, safe, text};
use crate::app::action::Action;
use crate::app::picker::Wanted;
use crate::app::state::State;
use crate::app::theme::palette;
use crate::counted::counted;
use crate::finding::{Finding, State as FindingState};
use crate::guide::exit_points;

/// Findings of a step in their order, at most `shown` of them. The exit list
/// has words of its own for how its points stand.
pub(crate) fn findings_ui(
    ui: &mut Ui,
    state: &State,
    findings: &[Finding],
    shown: usize,
    out: &mut Vec<Action>,
) {
    let points = exit_points(findings);
    for (at, finding) in findings.iter().enumerate().take(shown) {
        let (mark, word) = match points.get(at) {
            Some(point) => (Mark::of_point(*point), point.word()),
            None => (Mark::of(&finding.state), finding.state.word()),
        };
        let told = findings.iter().take(at).any(|above| says_the_same(above, finding));
        let form = match finding.state {
            FindingState::Passed => Form::Line,
            _ if told => Form::SameAsAbove,
            _ => Form::Whole,
        };
        finding_ui(ui, state, finding, Head { mark, word, form }, out);
    }
    if findings.len() > shown {
        let rest = findings.len() - shown;
        ui.horizontal(|ui| {
            ui.label(format!("{rest} more, none worse than these."));
            if ui.button("Show more").clicked() {
                out.push(Action::MoreFindings);
            }
        });
    }
}

/// Findings about the plan as it was: what each said stands in its own words,
/// and none of them counts.
pub(crate) fn outdated_ui(
    ui: &mut Ui,
    state: &State,
    findings: &[Finding],
    shown: usize,
    out: &mut Vec<Action>,
) {
    for finding in findings.iter().take(shown) {
        let head = Head { mark: Mark::NotYet, word: "Outdated", form: Form::Line };
        finding_ui(ui, state, finding, head, out);
    }
}

/// Whether two of them have one cause: what is said of it once is not said
/// again of every server.
fn says_the_same(above: &Finding, finding: &Finding) -> bool {
    let says = |finding: &Finding| !(finding.meaning.is_empty() && finding.action.is_empty());
    let because = matches!(finding.state, FindingState::Skipped { .. });
    above.state == finding.state
        && above.meaning == finding.meaning
        && above.action == finding.action
        && (says(finding) || (because && above.summary == finding.summary))
}

/// How a finding stands, and how much of it is shown.
struct Head<'a> {
    mark: Mark,
    word: &'a str,
    form: Form,
}

/// How much of a finding is shown before somebody asks for the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// All of it.
    Whole,
    /// Its summary.
    Line,
    /// Its summary and who said so: the rest is that of one above.
    SameAsAbove,
}

fn finding_ui(
    ui: &mut Ui,
    state: &State,
    finding: &Finding,
    head: Head<'_>,
    out: &mut Vec<Action>,
) {
    let colours = palette(ui);
    Frame::new()
        .fill(colours.card)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(CornerRadius::same(6))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            super::tight_row(ui, |ui| {
                ui.allocate_ui_with_layout(
                    egui::vec2(FACT, 18.0),
                    egui::Layout::left_to_right(egui::Align::Center),
                    |ui| {
                        ui.set_min_width(FACT);
                        badge(ui, head.mark, head.word);
                    },
                );
                text(ui, &finding.summary);
            });
            if head.form == Form::SameAsAbove && !finding.asked.is_empty() {
                fact(ui, "Asked", &finding.asked);
            }
            if head.form != Form::Whole {
                let words = match head.form {
                    Form::SameAsAbove => "Details, for the same reason as above",
                    Form::Whole | Form::Line => "Details",
                };
                let heading = CollapsingHeader::new(RichText::new(words).small())
                    .id_salt(("details", &finding.id));
                fold(ui, heading, |ui| {
                    facts_ui(ui, state, finding);
                    evidence_ui(ui, state, finding, out);
                });
            } else {
                facts_ui(ui, state, finding);
                evidence_ui(ui, state, finding, out);
            }
        });
}

fn facts_ui(ui: &mut Ui, state: &State, finding: &Finding) {
    match &finding.state {
        FindingState::Waiting { again_at } => {
            fact(ui, "Again at", &state.times.full(*again_at));
        }
        FindingState::Unknown { why } => fact(ui, "Because", why),
        FindingState::Skipped { because } => fact(ui, "Because", because),
        _ => {}
    }
    for (name, value) in [
        ("Expected", &finding.expected),
        ("Found", &finding.found),
        ("Asked", &finding.asked),
        ("Seen from", &finding.seen_from),
    ] {
        if !value.is_empty() {
            fact(ui, name, value);
        }
    }
    fact(ui, "When", &state.times.full(finding.at));
    for (name, value) in [("Meaning", &finding.meaning), ("To do", &finding.action)] {
        if !value.is_empty() {
            fact(ui, name, value);
        }
    }
}

fn evidence_ui(ui: &mut Ui, state: &State, finding: &Finding, out: &mut Vec<Action>) {
    let lines = finding.evidence.len();
    if lines == 0 {
        return;
    }
    let heading = format!("Evidence, {}", counted(lines, "line", "lines"));
    let heading =
        CollapsingHeader::new(RichText::new(heading).small()).id_salt(("evidence", &finding.id));
    fold(ui, heading, |ui| {
        let raw = finding.evidence.join("\n");
        ui.horizontal(|ui| {
            let what = format!("evidence of {}", finding.id);
            Copies::at(state, "evidence", out).button(ui, &what, &raw);
            if super::named_button(ui, "Save ...", &format!("Save {what}")).clicked() {
                let name = format!("{}.txt", finding.id.replace(['@', '/', '\\', ':'], "-"));
                let text = Arc::new(raw.clone());
                out.push(Action::Pick(Wanted::SaveText { name, text }));
            }
        });
        let most = ui.ctx().content_rect().height() * 0.5;
        egui::ScrollArea::vertical().id_salt(("transcript", &finding.id)).max_height(most).show(
            ui,
            |ui| {
                let text = RichText::new(safe(&raw)).text_style(TextStyle::Monospace);
                ui.add(Label::new(text).wrap());
            },
        );
    });
}
