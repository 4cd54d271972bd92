//! Step 5: the routing subdomain, its records in the DNS host's own words, the
//! ticket.

use std::sync::Arc;

use eframe::egui::{CollapsingHeader, RichText, Ui};

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::picker::Wanted;
use crate::app::session::Session;
use crate::app::start_page::normal_form;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{Copies, Input, ListBox, card, copy_key, fold, named_button, weak};
use crate::artifact::{self, DnsForm};
use crate::plan::{AliasBy, Plan};

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

/// What to publish, once: as the chosen DNS host takes it.
pub(super) fn records_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let plan = &session.plan;
    let forms = artifact::dns_forms(plan);
    let chosen = forms.iter().find(|form| form.file == plan.dns_form).or(forms.first());
    let Some(chosen) = chosen else { return };
    ui.add_space(theme::GAP);
    host_ui(ui, &forms, chosen, out);
    let what = format!("records for {}", chosen.host);
    let name = chosen.file.rsplit('/').next().unwrap_or_default();
    if chosen.records.is_empty() {
        file_ui(ui, state, &what, &chosen.text, name, out);
    }
    for (at, record) in chosen.records.iter().enumerate() {
        record_ui(ui, state, at + 1, record, out);
    }
    ui.add_space(theme::GAP);
    let zone = artifact::bind_zone(plan.routing_subdomain(), &plan.host);
    Copies::at(state, "records", out).spelled(ui, ALL, &zone);
    let folded = |name: &str| {
        let words = RichText::new(name).small();
        CollapsingHeader::new(words).id_salt(("records", name.to_owned(), &chosen.file))
    };
    if !chosen.records.is_empty() {
        fold(ui, folded("The panel wants another name, or doubles the domain"), |ui| {
            weak(
                ui,
                "A panel that adds the domain by itself wants the first spelling, one that does \
                 not wants the second or the third.",
            );
            let mut copies = Copies::at(state, "spellings", out);
            for (label, name) in plan.routing_subdomain().spellings() {
                copies.row(ui, label, &name);
            }
        });
        fold(ui, folded("As a text, for whoever types them in"), |ui| {
            file_ui(ui, state, &what, &chosen.text, name, out);
        });
    }
    if let Some(undo) = &chosen.undo {
        fold(ui, folded("The way back"), |ui| {
            let what = format!("way back for {}", chosen.host);
            file_ui(ui, state, &what, undo, &format!("undo-{name}"), out);
        });
    }
}

/// Which DNS host.
fn host_ui(ui: &mut Ui, forms: &[DnsForm], chosen: &DnsForm, out: &mut Vec<Action>) {
    ui.label("Your DNS host");
    let width = 320.0_f32.min(ui.available_width());
    let named = ListBox::new("DNS host", &chosen.host, width).height(480.0);
    let file = named.show(ui, "dns-host", || {
        forms.iter().map(|form| (&form.file, form.file == chosen.file, &form.host)).collect()
    });
    if let Some(file) = file {
        out.push(Action::DnsForm(file.clone()));
    }
}

/// One record, field by field.
fn record_ui(
    ui: &mut Ui,
    state: &State,
    number: usize,
    record: &[(String, String)],
    out: &mut Vec<Action>,
) {
    let place = format!("mx/{number}");
    ui.add_space(theme::GAP);
    ui.horizontal_wrapped(|ui| {
        let words = format!("Record {number}");
        ui.label(RichText::new(&words).color(palette(ui).accent));
        let lines: String =
            record.iter().map(|(field, value)| format!("{field}: {value}\n")).collect();
        let mut copies = Copies::at(state, &place, out);
        copies.spelled(ui, &format!("record {number}"), &lines);
    });
    for (field, value) in record {
        Copies::at(state, &place, out).row(ui, field, value);
    }
}

/// A text of several lines, to copy or to save.
fn file_ui(ui: &mut Ui, state: &State, what: &str, text: &str, name: &str, out: &mut Vec<Action>) {
    Copies::at(state, "dns-form", out).block(ui, what, text);
    if named_button(ui, "Save as file ...", &format!("Save {what}")).clicked() {
        let (name, text) = (name.to_owned(), Arc::new(text.to_owned()));
        out.push(Action::Pick(Wanted::SaveText { name, text }));
    }
}

/// What to write to support, where it is support that has to be asked.
pub(super) fn ticket_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    if session.plan.host.alias_by != AliasBy::Support {
        return;
    }
    let heading = CollapsingHeader::new(RichText::new("The text of the ticket").small());
    fold(ui, heading.id_salt("ticket"), |ui| {
        Copies::at(state, "records", out).block(
            ui,
            "ticket",
            &artifact::alias_ticket(&session.plan),
        );
    });
}
