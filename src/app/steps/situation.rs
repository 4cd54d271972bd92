//! Step 1: which domain, for how long, where its mail enters.

use eframe::egui::Ui;

use crate::app::action::{Action, Choice};
use crate::app::field::FieldId;
use crate::app::session::Session;
use crate::app::start_page::normal_form;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{Choices, Input, ListBox, card, weak};
use crate::plan::{Authority, Domain, ExternalSystem, PanelOffer, Purpose, Side};

/// The questions.
pub(crate) fn situation_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let situation = session.plan.situation;
    let host = &session.plan.host.name;
    let mut chosen = None;
    card(ui, |ui| {
        let text = state.text_of(FieldId::Domain);
        let note = Domain::from_pasted(&text).map(|domain| normal_form(&domain));
        Input::new(FieldId::Domain, "Primary domain")
            .hint("example.com")
            .note(note.as_deref().unwrap_or("The domain whose mailboxes live on two systems."))
            .show(ui, state, out);
        ui.add_space(theme::SPACE);
        chosen = chosen.or(Choices::new("How long will the domain be split?")
            .answer(
                Purpose::Migration,
                "Migration",
                "Mailboxes move in waves, then the split is taken down.",
            )
            .answer(Purpose::Permanent, "Permanent", "Some mailboxes stay where they are.")
            .show(ui, situation.purpose, false)
            .map(Choice::Purpose));
        ui.add_space(theme::SPACE);
        let at_host = format!("At {host}");
        chosen = chosen.or(Choices::new("Where do the domain's MX records point today?")
            .answer(
                Side::External,
                "At the external mail server",
                "Usual while mailboxes are moving.",
            )
            .answer(Side::Host, &at_host, "Everybody's mail passes its spam filter first.")
            .show(ui, situation.primary_mx, false)
            .map(Choice::PrimaryMx));
        weak(ui, "“Check now” below looks the records up and says who they name.");
        ui.add_space(theme::SPACE);
        ui.label("Which product runs on the external side?");
        let current = session.plan.external.system;
        let name = "Product on the external side";
        let system = ListBox::new(name, current.label(), 260.0).show(ui, "external system", || {
            let lines = ExternalSystem::ALL.into_iter();
            lines.map(|system| (system, system == current, system.label())).collect()
        });
        if let Some(system) = system.filter(|system| *system != current) {
            chosen = Some(Choice::System(system));
        }
        ui.add_space(theme::SPACE);
        chosen = chosen.or(Choices::new(
            "What does it do with addresses of the domain that it does not have?",
        )
        .answer(Authority::Authoritative, "Refuses them", "Authoritative: what the plan needs.")
        .answer(
            Authority::InternalRelay,
            "Passes them to another server",
            "Internal relay: with split domain routing on, such mail goes round in a loop.",
        )
        .answer(Authority::AcceptsAnything, "Accepts them all", "A catch-all, or bounces later.")
        .show(ui, session.plan.external.authority, false)
        .map(Choice::Authority));
        ui.add_space(theme::SPACE);
        chosen = chosen.or(Choices::new(
            "Does the host's control panel show Split Domain for this domain?",
        )
        .answer(PanelOffer::NotLooked, "Not looked yet", "")
        .answer(PanelOffer::Offered, "It is there", "")
        .answer(
            PanelOffer::NotOffered,
            "It is not there",
            "The way without split domain routing is needed.",
        )
        .show(ui, situation.panel, state.focus == Some(FieldId::Panel))
        .map(Choice::Panel));
        weak(ui, &session.plan.host.offer);
    });
    if let Some(choice) = chosen {
        out.push(Action::Choose(choice));
    }
}
