//! The hands of the others: in a practice world the user plays control panel,
//! support, DNS host and Exchange, and breaks things.

use clap::ValueEnum as _;
use eframe::egui::{self, RichText};

use super::action::Action;
use super::theme::{self, palette};
use super::widgets::{fold, tick};
use crate::counted::counted;
use crate::practice::{Fault, Switches};

/// Draws the panel's content; in a short window as one line that opens.
pub(crate) fn practice_ui(ui: &mut egui::Ui, switches: &Switches, out: &mut Vec<Action>) {
    ui.spacing_mut().interact_size.y = 22.0;
    ui.spacing_mut().item_spacing.y = 3.0;
    let head = "Practice world";
    let words = "You play the other side: switch, then check again.";
    if theme::is_short(ui.ctx()) {
        let heading = egui::CollapsingHeader::new(head).id_salt("practice world");
        return fold(ui, heading, |ui| scrolled_ui(ui, switches, out));
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(head);
        ui.label(RichText::new(words).small().color(palette(ui).weak));
    });
    scrolled_ui(ui, switches, out);
}

/// The page keeps most of a small window.
fn scrolled_ui(ui: &mut egui::Ui, switches: &Switches, out: &mut Vec<Action>) {
    let most = ui.ctx().content_rect().height() * 0.3;
    egui::ScrollArea::vertical()
        .max_height(most)
        .min_scrolled_height(most)
        .auto_shrink([false, true])
        .show(ui, |ui| switches_ui(ui, switches, out));
}

fn switches_ui(ui: &mut egui::Ui, switches: &Switches, out: &mut Vec<Action>) {
    let mut changed = switches.clone();
    ui.horizontal_wrapped(|ui| {
        for (label, on) in [
            ("Control panel: split domain routing", &mut changed.sdr),
            ("Support: domain alias", &mut changed.alias),
            ("DNS host: subdomain MX", &mut changed.subdomain_mx),
            ("Exchange: contacts imported", &mut changed.contacts),
            ("DNS host: primary MX at Rackspace", &mut changed.primary_mx_at_host),
        ] {
            ui.checkbox(on, label);
        }
    });
    let heading = match changed.faults.len() {
        0 => "Break something".to_owned(),
        some => format!("Break something ({} on)", counted(some, "fault", "faults")),
    };
    fold(ui, egui::CollapsingHeader::new(heading).id_salt("faults"), |ui| {
        ui.horizontal_wrapped(|ui| {
            for fault in Fault::value_variants() {
                let on = changed.faults.contains(fault);
                match tick(ui, on, fault.label()) {
                    Some(true) => {
                        changed.faults.insert(*fault);
                    }
                    Some(false) => {
                        changed.faults.remove(fault);
                    }
                    None => {}
                }
            }
        });
    });
    if &changed != switches {
        out.push(Action::Switch(changed));
    }
}
