//! Step 3: the external mail server and the address that proves it.

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{Input, card, named_button, weak};
use crate::plan::{Home, HostName, Mailbox};

/// How many suggestions stand under a field.
const SUGGESTIONS: usize = 3;
/// Among how many people they are looked for: the page is drawn often.
pub(super) const LOOKED_AT: usize = 10_000;

/// Both values that the host's panel asks for.
pub(crate) fn server_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    card(ui, |ui| {
        Input::new(FieldId::ExternalHost, "External mail server")
            .hint("mail.example.com")
            .note("Its host name, usually one of the domain's MX records. Port 25 must be open to the host.")
            .show(ui, state, out);
        suggestions_ui(ui, FieldId::ExternalHost, &hosts(session), out);
        ui.add_space(theme::SPACE);
        Input::new(FieldId::VerificationAddress, "Verification address")
            .hint("ann@example.com")
            .note("An address with a mailbox on the external server. It is only used to validate the server.")
            .show(ui, state, out);
        let stays = |who: &&Mailbox| who.home == Home::External && who.wave.is_none();
        let people = session.plan.roster.iter().take(LOOKED_AT).filter(stays);
        let people: Vec<String> =
            people.take(SUGGESTIONS).map(|who| who.address.to_unicode()).collect();
        suggestions_ui(ui, FieldId::VerificationAddress, &people, out);
    });
}

/// Names that the MX check found, the host's own left out; else the custom.
fn hosts(session: &Session) -> Vec<String> {
    let host = &session.plan.host;
    let mut names: Vec<String> = session
        .seen()
        .of_step("situation")
        .flat_map(|finding| finding.found.split([' ', ',', ';', '\n']))
        .map(|word| word.trim_end_matches('.').to_lowercase())
        .filter(|word| HostName::parse(word).is_ok_and(|name| name.as_str() == word))
        .filter(|word| word.bytes().any(|b| b.is_ascii_alphabetic()) && !host.owns_exchange(word))
        .filter(|word| word != session.plan.domain().as_str())
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        names.push(format!("mail.{}", session.plan.domain()));
    }
    names.truncate(SUGGESTIONS);
    let as_people_write =
        |name: String| HostName::parse(&name).map(|name| name.to_unicode()).unwrap_or(name);
    names.into_iter().map(as_people_write).collect()
}

/// Values to take over with one click. They stay when one is taken: nothing
/// moves, and another can be taken in its place.
pub(crate) fn suggestions_ui(
    ui: &mut Ui,
    field: FieldId,
    values: &[String],
    out: &mut Vec<Action>,
) {
    if values.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        weak(ui, "Suggested:");
        for value in values {
            if named_button(ui, value, &format!("Use {value}")).clicked() {
                out.push(Action::Typed(field, value.clone()));
                out.push(Action::Left(field));
            }
        }
    });
}
