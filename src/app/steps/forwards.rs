//! Step 6: the lists of forwards, wave by wave.

use eframe::egui::{CollapsingHeader, RichText, Ui};

use super::exported::{exported_ui, folder_ui};
use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Input, Mark, bullet, card, fold, named_button, notice, safe, subheading, text, weak,
};
use crate::counted;
use crate::plan::{Address, Home, WaveNumber};

/// Addresses that are named one by one.
const NAMED: usize = 20;

/// Who is in which wave, and what to write for it.
pub(crate) fn forwards_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let derived = &session.derived;
    card(ui, |ui| {
        subheading(ui, "Lists to write");
        weak(ui, &format!("In the format of {}.", session.plan.external.system.label()));
        for (number, people) in &derived.waves {
            wave_ui(ui, state, session, (*number, *people), out);
        }
        let words = "Everyone at the host today";
        let at_host = session.plan.roster.census().everybody().at(Home::Host);
        row_ui(ui, session, words, at_host, None, out);
        if derived.waves.is_empty() && at_host == 0 {
            text(ui, "Nobody is at the host and nobody moves yet. Assign people in step 2.");
        }
    });
    removal_ui(ui, session);
    ui.add_space(theme::SPACE);
    folder_ui(ui, state, session, out);
    exported_ui(ui, session, out);
}

/// One wave: its name and day, who moves, and what is new in it.
fn wave_ui(
    ui: &mut Ui,
    state: &State,
    session: &Session,
    (number, people): (WaveNumber, usize),
    out: &mut Vec<Action>,
) {
    ui.add_space(theme::GAP);
    ui.horizontal_wrapped(|ui| {
        let name = format!("Name of wave {number}");
        let name = Input::new(FieldId::WaveName(number), &name).width(220.0);
        name.note("As it stands in the files.").show(ui, state, out);
        let day = format!("Day of wave {number}");
        let day = Input::new(FieldId::WaveDay(number), &day).width(130.0);
        day.hint("2027-01-31").note("Year, month, day.").show(ui, state, out);
    });
    let label = session.plan.wave(number).label();
    row_ui(ui, session, &label, people, Some(number), out);
}

fn row_ui(
    ui: &mut Ui,
    session: &Session,
    name: &str,
    people: usize,
    wave: Option<WaveNumber>,
    out: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.add_enabled_ui(!session.exporting, |ui| {
            if named_button(ui, "Export", &format!("Export {name}")).clicked() {
                out.push(Action::Export(wave));
            }
        });
        ui.label(safe(name));
        let count = counted::people(people);
        ui.label(RichText::new(count).color(palette(ui).weak));
        let seen = session.outstanding.as_ref().filter(|_| people > 0);
        if let Some(difference) = seen.and_then(|seen| seen.waves.get(&wave)) {
            ui.label(difference.words());
        }
    });
    let seen = session.outstanding.as_ref().filter(|seen| seen.exports > 0);
    let Some(difference) = seen.and_then(|seen| seen.waves.get(&wave)) else { return };
    for (what, addresses) in [("New", &difference.new), ("Changed", &difference.changed)] {
        if difference.same > 0 || !difference.changed.is_empty() {
            addresses_ui(ui, &format!("{what} in {name}"), addresses);
        }
    }
}

/// Some of them by name; nothing where there is nobody.
fn addresses_ui(ui: &mut Ui, what: &str, addresses: &[Address]) {
    if addresses.is_empty() {
        return;
    }
    let heading = format!("{what} ({})", addresses.len());
    fold(ui, CollapsingHeader::new(safe(&heading)).id_salt(("wave", what)), |ui| {
        addresses.iter().take(NAMED).for_each(|address| bullet(ui, &address.to_string()));
        if addresses.len() > NAMED {
            weak(ui, &format!("and {} more", addresses.len() - NAMED));
        }
    });
}

/// What was handed out and is not wanted any more.
fn removal_ui(ui: &mut Ui, session: &Session) {
    let Some(seen) = &session.outstanding else { return };
    if !seen.to_remove.is_empty() {
        ui.add_space(theme::SPACE);
        notice(ui, Mark::Warning, |ui| {
            text(
                ui,
                "Handed out, and no longer wanted: take the forwards of these off the external \
                 server.",
            );
            addresses_ui(ui, "To remove", &seen.to_remove);
        });
    }
    for remark in &seen.remarks {
        weak(ui, remark);
    }
}
