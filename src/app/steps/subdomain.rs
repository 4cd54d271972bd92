//! Step 5: the routing subdomain, its records in every spelling, the ticket.

use eframe::egui::{CollapsingHeader, RichText, Ui};

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{Input, card, code_block, copy_row, subheading, weak};
use crate::artifact;

/// The name.
pub(crate) fn subdomain_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    card(ui, |ui| {
        let note = format!(
            "Understood as {}. The MX records of {} stay as they are.",
            session.plan.routing_subdomain(),
            session.plan.domain()
        );
        Input::new(FieldId::RoutingSubdomain, "Routing subdomain")
            .hint("rackspace")
            .note(&note)
            .show(ui, state, out);
    });
}

/// What to publish: field by field, and as text for two DNS servers.
pub(crate) fn records_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let plan = &session.plan;
    let (subdomain, host) = (plan.routing_subdomain(), &plan.host);
    ui.add_space(theme::SPACE);
    card(ui, |ui| {
        subheading(ui, "Records to publish");
        weak(
            ui,
            "DNS panels want the name in one of three spellings. If yours adds the domain by itself, \
             take the relative one; a doubled name is the usual mistake.",
        );
        for (at, row) in artifact::mx_rows(subdomain, host).into_iter().enumerate() {
            let place = format!("mx/{at}");
            ui.add_space(theme::GAP);
            let words = format!("MX record {}", at + 1);
            ui.label(RichText::new(&words).color(palette(ui).accent));
            for (label, value) in [
                ("Name, relative", row.relative),
                ("Name, full", row.fqdn),
                ("Name, full with dot", row.with_dot),
                ("Priority", row.preference.to_string()),
                ("Mail server", row.exchange),
                ("TTL, seconds", row.ttl.to_string()),
            ] {
                copy_row(ui, state, &place, label, &value, out);
            }
        }
        ui.add_space(theme::GAP);
        let folded = |name: &str| {
            CollapsingHeader::new(name.to_owned()).id_salt(("records", name.to_owned()))
        };
        folded("As a BIND zone file").show_unindented(ui, |ui| {
            let text = artifact::bind_zone(subdomain, host);
            code_block(ui, state, "records", "BIND zone file", &text, out);
        });
        folded("For Windows DNS (PowerShell)").show_unindented(ui, |ui| {
            let text = artifact::windows_dns(subdomain, host);
            code_block(ui, state, "records", "Windows DNS commands", &text, out);
        });
        folded("Ticket for the domain alias").show_unindented(ui, |ui| {
            let text = artifact::alias_ticket(plan);
            code_block(ui, state, "records", "ticket", &text, out);
        });
    });
}
