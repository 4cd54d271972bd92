//! Step 5: the routing subdomain, its records in every spelling, the ticket.

use std::sync::Arc;

use eframe::egui::{CollapsingHeader, ComboBox, RichText, Role, Ui, WidgetInfo};

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::picker::Wanted;
use crate::app::session::Session;
use crate::app::start_page::normal_form;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Input, card, code_block, copy_button, copy_key, copy_row, fold, named_button, subheading, weak,
};
use crate::artifact;
use crate::plan::Plan;

const ALL: &str = "all records as a zone file";

/// The name.
pub(crate) fn subdomain_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    card(ui, |ui| {
        let note = format!(
            "{}. The MX records of {} stay as they are.",
            normal_form(session.plan.routing_subdomain().as_domain()),
            session.plan.domain().to_unicode()
        );
        Input::new(FieldId::RoutingSubdomain, "Routing subdomain")
            .hint("rackspace")
            .note(&note)
            .show(ui, state, out);
    });
}

/// The MX records as a zone file, on the clipboard.
pub(crate) fn copy_records(plan: &Plan) -> Action {
    let text = artifact::bind_zone(plan.routing_subdomain(), &plan.host);
    Action::Copy { key: copy_key("records", ALL), text }
}

/// What to publish: field by field, and as text for two DNS servers.
pub(crate) fn records_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let plan = &session.plan;
    let (subdomain, host) = (plan.routing_subdomain(), &plan.host);
    ui.add_space(theme::SPACE);
    card(ui, |ui| form_ui(ui, state, session, out));
    ui.add_space(theme::SPACE);
    card(ui, |ui| {
        subheading(ui, "Records to publish");
        weak(
            ui,
            "DNS panels want the name in one of three spellings. If yours adds the domain by itself, \
             take the relative one; a doubled name is the usual mistake.",
        );
        ui.horizontal(|ui| {
            let zone = artifact::bind_zone(subdomain, host);
            copy_button(ui, state, "records", ALL, &zone, out);
            ui.label("All records as a zone file");
        });
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
        fold(ui, folded("Ticket for the domain alias"), |ui| {
            let text = artifact::alias_ticket(plan);
            code_block(ui, state, "records", "ticket", &text, out);
        });
    });
}

/// The records as the chosen DNS host takes them, to copy or to save.
fn form_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let forms = artifact::dns_forms(&session.plan);
    let chosen = forms.iter().find(|form| form.file == session.dns_form).or(forms.first());
    let Some(chosen) = chosen else { return };
    subheading(ui, "For your DNS host");
    let combo = ComboBox::from_id_salt("dns-host").width(320.0).height(480.0);
    let combo = combo.selected_text(&chosen.host).show_ui(ui, |ui| {
        for form in &forms {
            if ui.selectable_label(form.file == chosen.file, &form.host).clicked() {
                out.push(Action::DnsForm(form.file.clone()));
            }
        }
    });
    combo.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, "DNS host");
        info.current_text_value = Some(chosen.host.clone());
        info
    });
    let mut show = |ui: &mut Ui, what: &str, text: &str, name: &str| {
        code_block(ui, state, "dns-form", what, text, out);
        if named_button(ui, "Save as file ...", &format!("Save {what}")).clicked() {
            let (name, text) = (name.to_owned(), Arc::new(text.to_owned()));
            out.push(Action::Pick(Wanted::SaveText { name, text }));
        }
    };
    let name = chosen.file.rsplit('/').next().unwrap_or_default();
    show(ui, &format!("records for {}", chosen.host), &chosen.text, name);
    if let Some(undo) = &chosen.undo {
        let heading = CollapsingHeader::new("The way back").id_salt(("undo", &chosen.file));
        fold(ui, heading, |ui| {
            show(ui, &format!("way back for {}", chosen.host), undo, &format!("undo-{name}"));
        });
    }
}
