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
        let folded = matches!(finding.state, FindingState::Passed);
        finding_ui(ui, state, finding, Head { mark, word, folded }, out);
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
        let head = Head { mark: Mark::NotYet, word: "Outdated", folded: true };
        finding_ui(ui, state, finding, head, out);
    }
}

/// How a finding stands, and whether it is one line until somebody asks.
struct Head<'a> {
    mark: Mark,
    word: &'a str,
    folded: bool,
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
            if head.folded {
                let heading = CollapsingHeader::new(RichText::new("Details").small())
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
    let heading =
        if lines == 1 { "Evidence, 1 line".to_owned() } else { format!("Evidence, {lines} lines") };
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
