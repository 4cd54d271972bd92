//! In which order the actions are safe: dragged, or moved by buttons.

use eframe::egui::{
    Align, CollapsingHeader, Label, Layout, Response, RichText, TextStyle, Ui, vec2,
};

use crate::app::action::Action;
use crate::app::session::Session;
use crate::app::theme;
use crate::app::widgets::{Mark, button, fold, named_button, notice, paint_mark, text, weak};
use crate::engine::JudgedOrder;
use crate::route::{Deed, Harm, SAFE, Start, left_out, span};
use crate::shown::capital;

/// What mark and number of a row take of its width, and what its buttons take: points.
const NUMBER: f32 = 44.0;
/// The same of the buttons.
const BUTTONS: f32 = 150.0;

pub(super) fn order_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    let heading = CollapsingHeader::new("In which order things are done").id_salt("order");
    fold(ui, heading, |ui| {
        weak(
            ui,
            "Drag an action to another place, or move it with its buttons. An action that would lose, loop or split mail where it stands is refused.",
        );
        fold(ui, CollapsingHeader::new(RichText::new("What safe means").small()), |ui| {
            text(ui, SAFE);
        });
        ui.add_space(theme::GAP);
        match &session.flow.order {
            Some(judged) => {
                judged_ui(ui, judged, session.flow.judging, out);
                if let Some(words) = left_out(&session.plan) {
                    weak(ui, &words);
                }
            }
            None => {
                weak(ui, "Judging the order ...");
                if !session.flow.judging {
                    out.push(Action::Order(Vec::new()));
                }
            }
        }
    });
}

fn judged_ui(ui: &mut Ui, judged: &JudgedOrder, judging: bool, out: &mut Vec<Action>) {
    let order = &judged.order;
    for (deed, basis) in &judged.done {
        ui.horizontal_wrapped(|ui| {
            paint_mark(ui, Mark::Passed, 16.0);
            ui.label(format!("{}: done, {}", capital(&deed.label()), basis.label()));
        });
    }
    if order.is_empty() {
        return match &judged.verdict {
            Ok(safe) => {
                weak(ui, "Nothing is left to do.");
                harms_ui(ui, "Still so:", &safe.after);
            }
            Err(_) => weak(ui, "Nothing is left to do."),
        };
    }
    let mut moved = None;
    for (at, deed) in order.iter().enumerate() {
        let row = row_ui(ui, (judged, judging), at, *deed, &mut moved);
        if let Some(from) = row.dnd_release_payload::<usize>() {
            moved = Some((*from, at));
        }
    }
    if let Some((from, to)) = moved.filter(|(from, to)| from != to) {
        let mut order = order.clone();
        let deed = order.remove(from);
        order.insert(to.min(order.len()), deed);
        out.push(Action::Order(order));
    }
    ui.add_space(theme::GAP);
    if judging {
        return weak(ui, "Judging the order ...");
    }
    match &judged.verdict {
        Ok(safe) => {
            let mark = if safe.after.is_empty() { Mark::Passed } else { Mark::Warning };
            notice(ui, mark, |ui| {
                text(
                    ui,
                    "This order is safe: with none of its actions anybody's mail is worse off than before it.",
                );
                if let Some(last) = safe.starts.last() {
                    weak(ui, &format!("The last action may start {}.", when(last)));
                }
                for start in safe.starts.iter().filter(|start| !start.meanwhile.is_empty()) {
                    weak(ui, &format!("{}: {}.", capital(&start.label), meanwhile(start)));
                }
                for start in safe.starts.iter().filter(|start| !start.ends.is_empty()) {
                    weak(ui, &format!("{}: {}.", capital(&start.label), start.ends));
                }
                harms_ui(ui, "Already so, before any of it:", &safe.before);
                harms_ui(ui, "Still so when all of it is done:", &safe.after);
            });
        }
        Err(refusal) => notice(ui, Mark::Failed, |ui| {
            text(ui, &format!("Refused: {}.", refusal.deed.label()));
            text(ui, &refusal.why);
            if !refusal.example.is_empty() {
                weak(ui, &refusal.example);
            }
        }),
    }
    match &judged.shortest {
        Ok(shortest) => {
            let best: Vec<Deed> = shortest
                .order
                .starts
                .iter()
                .filter_map(|start| Deed::parse(&start.action))
                .collect();
            if best != *order {
                let words = match shortest.of_all {
                    true => "Take the shortest safe order",
                    false => "Take a safe order",
                };
                if button(ui, words).clicked() {
                    out.push(Action::Order(best));
                }
            }
        }
        Err(refusal) => {
            weak(ui, &format!("No order is safe: {}. {}", refusal.deed.label(), refusal.why))
        }
    }
}

fn row_ui(
    ui: &mut Ui,
    (judged, judging): (&JudgedOrder, bool),
    at: usize,
    deed: Deed,
    moved: &mut Option<(usize, usize)>,
) -> Response {
    let row = ui.horizontal_top(|ui| {
        let label = deed.label();
        let refused = judged.verdict.as_ref().err();
        let refused = refused.filter(|refusal| refusal.deed == deed && !judging);
        // As high as the buttons at the other end of the row.
        let head = vec2(NUMBER, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(head, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NUMBER);
            paint_mark(ui, if refused.is_some() { Mark::Failed } else { Mark::Open }, 16.0);
            ui.label(format!("{}.", at + 1));
        });
        let room = (ui.available_width() - BUTTONS).max(120.0);
        ui.allocate_ui_with_layout(vec2(room, head.y), Layout::top_down(Align::LEFT), |ui| {
            ui.set_min_width(room);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space((head.y - ui.text_style_height(&TextStyle::Body)) / 2.0);
            ui.dnd_drag_source(ui.scope_id().with(("deed", at)), at, |ui| {
                ui.add(Label::new(capital(&label)).wrap().selectable(false));
            });
            if let Ok(safe) = &judged.verdict
                && !judging
                && let Some(start) = safe.starts.get(at)
            {
                weak(ui, &when(start));
            }
        });
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            let last = judged.order.len() - 1;
            let later = ui.add_enabled_ui(at < last, |ui| {
                named_button(ui, "Later", &format!("Later: {label}")).clicked()
            });
            let earlier = ui.add_enabled_ui(at > 0, |ui| {
                named_button(ui, "Earlier", &format!("Earlier: {label}")).clicked()
            });
            if later.inner {
                *moved = Some((at, at + 1));
            }
            if earlier.inner {
                *moved = Some((at, at - 1));
            }
        });
    });
    row.response
}

fn harms_ui(ui: &mut Ui, head: &str, harms: &[Harm]) {
    if harms.is_empty() {
        return;
    }
    weak(ui, head);
    for harm in harms {
        text(ui, &harm.sentence);
        weak(ui, &harm.example);
    }
}

/// What becomes of mail while an action is under way, and for how long.
fn meanwhile(start: &Start) -> String {
    let least = { start.window.filter(|least| *least > 0) }
        .map_or_else(String::new, |least| format!(", for {} or more", span(least)));
    let mut letters = start.meanwhile.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}{least}", letters.as_str())
}

/// "after 48 h, once alias is seen".
fn when(start: &Start) -> String {
    let mut words = start.when();
    if !start.after_seeing.is_empty() {
        let names = start.after_seeing.iter().map(|name| label_of(name)).collect::<Vec<_>>();
        words.push_str(&format!(", once it is seen that {}", names.join(" and ")));
    }
    words
}

fn label_of(name: &str) -> String {
    Deed::parse(name).map_or_else(|| name.to_owned(), Deed::label)
}
