//! Both inventories side by side, each disagreement with its remedy.

use eframe::egui::{CollapsingHeader, Label, RichText, Ui};

use crate::app::action::Action;
use crate::app::people_action::PeopleAction;
use crate::app::session::Session;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Mark, badge, button, fold, named_button, notice, subheading, text, tight_row, weak,
};
use crate::roster::{Disagreement, Discord};

/// Addresses listed under each heading.
const SHOWN: usize = 50;

/// Draws the card.
pub(crate) fn compare_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    subheading(ui, "Do both sides agree?");
    text(
        ui,
        "This list beside the host's own list of mailboxes (read in step 7 with an API key) and \
         what the external server answered. Nobody is asked.",
    );
    ui.add_space(4.0);
    if button(ui, "Compare both sides").clicked() {
        out.push(Action::People(PeopleAction::Compare));
    }
    let Some(compared) = &session.compared else { return };
    let current = compared.roster.is_same(&session.plan.roster);
    ui.add_space(4.0);
    if !compared.host_read {
        weak(ui, "The host's own list was not read, so what it alone can tell is missing here.");
    }
    if !current {
        notice(ui, Mark::Waiting, |ui| {
            text(ui, "People have changed since; compare again.");
        });
    }
    if compared.found.is_empty() {
        tight_row(ui, |ui| {
            badge(ui, Mark::Passed, "agree");
            ui.label("Nothing disagrees.");
        });
    }
    for kind in Discord::ALL {
        let of_kind: Vec<&Disagreement> =
            compared.found.iter().filter(|one| one.kind == kind).collect();
        if !of_kind.is_empty() {
            kind_ui(ui, kind, &of_kind, current && !session.read_only, out);
        }
    }
}

fn kind_ui(
    ui: &mut Ui,
    kind: Discord,
    found: &[&Disagreement],
    may_mend: bool,
    out: &mut Vec<Action>,
) {
    ui.add_space(theme::GAP);
    let mark = if kind <= Discord::RefusedOutside { Mark::Failed } else { Mark::Warning };
    tight_row(ui, |ui| {
        badge(ui, mark, &found.len().to_string());
        ui.label(RichText::new(kind.heading()).strong());
    });
    ui.add(Label::new(RichText::new(kind.remedy()).color(palette(ui).weak)).wrap());
    let heading = CollapsingHeader::new("Who")
        .id_salt(("who disagrees", kind))
        .default_open(found.len() <= 5);
    fold(ui, heading, |ui| {
        for one in found.iter().take(SHOWN) {
            let words = format!("{} {}", one.address, one.what);
            text(ui, words.trim_end());
        }
        if found.len() > SHOWN {
            weak(ui, &format!("and {} more", found.len() - SHOWN));
        }
    });
    ui.horizontal_wrapped(|ui| {
        let name = |words: &str| format!("{words}: {}", kind.heading().to_lowercase());
        if named_button(ui, "Select these", &name("Select these")).clicked() {
            out.push(Action::People(PeopleAction::SelectDisagreeing(kind)));
        }
        if let Some(words) = kind.mend_label() {
            ui.add_enabled_ui(may_mend, |ui| {
                if named_button(ui, words, &name(words)).clicked() {
                    out.push(Action::People(PeopleAction::Mend(kind)));
                }
            });
        }
    });
}
