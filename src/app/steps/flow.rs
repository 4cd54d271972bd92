//! Step 7: every address from every origin, and one message followed.

use eframe::egui::{CollapsingHeader, Label, RichText, Role, Ui, WidgetInfo};

use super::order::order_ui;
use crate::app::action::Action;
use crate::app::diagram::{Play, crowd_ui, files_ui, hops_ui, last, picture_ui, play_ui};
use crate::app::field::FieldId;
use crate::app::session::Session;
use crate::app::state::{Reveal, State};
use crate::app::theme;
use crate::app::widgets::{
    Input, ListBox, Mark, button, card, fact, fold, named_button, notice, reveal, section,
    subheading, text, weak,
};
use crate::check::{as_planned, astray, astray_summary, basis, by_plan, cause_id};
use crate::counted::counted;
use crate::finding::State as FindingState;
use crate::route::{AuditGroup, Origin, Phase, Seen, phases, remarks};

/// Between two pictures of a message that moves.
const FRAME: std::time::Duration = std::time::Duration::from_millis(66);
/// How many ways of a group are listed.
const LINES_SHOWN: usize = 60;

/// Audit on top, then the message that is followed.
pub(crate) fn flow_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    moment_ui(ui, session, out);
    ui.add_space(theme::GAP);
    audit_ui(ui, session, out);
    everybody_ui(ui, session, out);
    ui.add_space(theme::GAP);
    order_ui(ui, session, out);
    let top = ui.next_widget_position();
    section(ui, "Follow one message");
    follow_ui(ui, state, session, out);
    reveal(ui, state, Reveal::Message, top);
}

fn moment_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    let phase = session.flow.phase;
    let now = "Now, by what was ticked off and seen";
    let shown = phase.map_or(now.to_owned(), |phase| phase.label());
    ui.horizontal_wrapped(|ui| {
        ui.label("At which moment");
        let chosen = ListBox::new("At which moment", &shown, 320.0).show(ui, "moment", || {
            let line = |each: Phase| (Some(each), phase == Some(each), each.label());
            let phases = phases(&session.plan).into_iter().map(line);
            std::iter::once((None, phase.is_none(), now.to_owned())).chain(phases).collect()
        });
        if let Some(moment) = chosen {
            out.push(Action::FlowAt(moment));
        }
    });
}

fn audit_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    let Some(audit) = &session.audit else {
        weak(ui, "Following every address ...");
        return;
    };
    if audit.routes() == 0 {
        text(ui, "There is nobody to follow yet. Bring people in with step 2.");
        return;
    }
    // Of another moment than now the plan alone tells.
    let known = session.flow.phase.is_none().then_some(&session.derived.known);
    for remark in remarks(&session.plan) {
        notice(ui, Mark::Warning, |ui| text(ui, &remark));
    }
    let mut causes: Vec<_> = audit
        .groups
        .iter()
        .chain(&audit.unowned)
        .map(|group| (group, group_state(group, known)))
        .collect();
    // As "We check" has them.
    causes.sort_by_cached_key(|(group, (state, _))| (state.rank(), cause_id(group.cause)));
    for (group, (state, summary)) in causes {
        notice(ui, Mark::of(&state), |ui| group_ui(ui, group, &summary, out));
    }
    if audit.groups.is_empty() {
        let state = known.map_or(FindingState::Passed, |known| as_planned(&session.plan, known));
        notice(ui, Mark::of(&state), |ui| {
            text(ui, &audit.fine_text());
            weak(
                ui,
                "Every address: from the Internet, from a user of the host, from a user of the external server.",
            );
            if let FindingState::Unknown { why } = &state {
                text(ui, &format!("That is the plan's word so far, because {why}."));
            }
        });
        basis_ui(ui, session);
        return;
    }
    weak(ui, &audit.fine_text());
    basis_ui(ui, session);
}

/// How a cause stands, and its sentence.
fn group_state(group: &AuditGroup, known: Option<&Seen>) -> (FindingState, String) {
    match known {
        Some(known) => (astray(group.cause, known), astray_summary(group, known)),
        None => (by_plan(group.cause), group.summary.clone()),
    }
}

/// What of it was seen, and what is the plan's word.
fn basis_ui(ui: &mut Ui, session: &Session) {
    match session.flow.phase {
        None => weak(ui, &basis(&session.plan, &session.derived.known)),
        Some(_) => weak(ui, &session.flow.ground),
    }
}

/// Everybody's ways at once, as a picture and in words.
fn everybody_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    let Some(audit) = session.audit.as_ref().filter(|audit| audit.routes() > 0) else { return };
    section(ui, "Everybody at once");
    let from = session.flow.crowd;
    ui.horizontal_wrapped(|ui| {
        ui.label("Written");
        for (origin, words) in [
            (None, "anywhere"),
            (Some(Origin::Internet), "on the Internet"),
            (Some(Origin::Host), "by users of the host"),
            (Some(Origin::External), "by users of the external server"),
        ] {
            let on = from == origin;
            let response = ui.radio(on, words);
            response.widget_info(|| {
                WidgetInfo::selected(
                    Role::RadioButton,
                    true,
                    on,
                    format!("Everybody, written {words}"),
                )
            });
            if response.clicked() {
                out.push(Action::CrowdFrom(origin));
            }
        }
    });
    ui.add_space(4.0);
    crowd_ui(ui, &audit.crowd, from, &session.plan, out);
    let heading = CollapsingHeader::new(RichText::new("In words").small()).id_salt("crowd words");
    fold(ui, heading, |ui| {
        for line in audit.crowd.text(from, &session.plan.host.name) {
            text(ui, &line);
        }
    });
}

fn group_ui(ui: &mut Ui, group: &AuditGroup, summary: &str, out: &mut Vec<Action>) {
    text(ui, summary);
    fact(ui, "Meaning", &group.meaning);
    fact(ui, "To do", &group.action);
    let heading = counted(group.routes, "way", "ways");
    let heading =
        CollapsingHeader::new(RichText::new(heading).small()).id_salt(("group", group.cause));
    fold(ui, heading, |ui| {
        for line in group.lines.iter().take(LINES_SHOWN) {
            ui.horizontal(|ui| {
                let (who, from) = (line.address.to_unicode(), line.origin.label());
                let name = format!("Follow {who} from {from}");
                if named_button(ui, "Follow", &name).clicked() {
                    out.push(Action::FlowTo(line.origin, line.address.clone()));
                }
                let words = format!("{who} from {from}: {}", line.trace.outcome.word());
                ui.add(Label::new(words).truncate());
            });
        }
        if group.routes > LINES_SHOWN {
            weak(ui, &format!("{} more of the same kind.", group.routes - LINES_SHOWN));
        }
    });
}

fn follow_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.label("Written");
        for (origin, words) in [
            (Origin::Internet, "on the Internet"),
            (Origin::Host, "by a user of the host"),
            (Origin::External, "by a user of the external server"),
        ] {
            let on = session.flow.origin == origin;
            let response = ui.radio(on, words);
            response.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, true, on, format!("Written {words}"))
            });
            if response.clicked() {
                out.push(Action::FlowFrom(origin));
            }
        }
    });
    let shown = session.flow.trace.as_ref().map(|trace| trace.address.to_unicode());
    let entered = Input::new(FieldId::FlowAddress, "To this address")
        .hint(shown.as_deref().unwrap_or("ann@example.com"))
        .note("Somebody of the plan, or any other address.")
        .show(ui, state, out);
    if button(ui, "Follow").clicked() || entered {
        out.push(Action::Left(FieldId::FlowAddress));
    }
    let Some(trace) = &session.flow.trace else { return };
    ui.add_space(theme::GAP);
    subheading(ui, &format!("To {}, from {}", trace.address, trace.origin.label()));
    let play = session.flow.play;
    let now = ui.input(|input| input.time);
    let come = play.come(trace, now);
    picture_ui(ui, trace, &session.plan, come.as_ref(), out);
    if let Play::Since { .. } = play {
        // Nothing moves unseen, and it ends by itself.
        if play.is_over(trace, now) || !ui.input(|input| input.focused) {
            out.push(Action::Play(last(trace)));
        } else {
            ui.ctx().request_repaint_after(FRAME);
        }
    }
    play_ui(ui, state, trace, (play, come.as_ref()), out);
    ui.add_space(theme::GAP);
    card(ui, |ui| hops_ui(ui, trace));
    files_ui(ui, state, trace, &session.plan.host.name, out);
}
