//! One file per step. Every page has the same shape: what to decide, what you
//! do, what we check.

mod checks;
mod cutover;
mod elsewhere;
mod exported;
mod flow;
mod forwards;
mod host_list;
mod order;
mod people;
mod people_ask;
mod people_compare;
mod people_import;
mod people_preview;
mod people_table;
mod real_mail;
mod server;
mod situation;
mod subdomain;
mod todo;

pub(crate) use exported::run_book;
pub(crate) use subdomain::copy_records;

use eframe::egui::{self, RichText, Ui};

use super::action::Action;
use super::session::Session;
use super::state::State;
use super::theme::{self, palette};
use super::widgets::{Mark, bullet, fold, lead, named_button, notice, text, title};
use crate::guide::Step;

/// What deserves a look since the last sitting.
fn since_ui(ui: &mut Ui, session: &Session, out: &mut Vec<Action>) {
    if session.since.is_empty() {
        return;
    }
    notice(ui, Mark::Waiting, |ui| {
        text(ui, "Since you left");
        for sentence in &session.since {
            bullet(ui, sentence);
        }
        if named_button(ui, "Seen", "Seen: since you left").clicked() {
            out.push(Action::SeenSince);
        }
    });
    ui.add_space(theme::SPACE);
}

/// Draws the page of the session's step.
pub(crate) fn step_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    let page = &session.derived.page;
    let step = session.step;
    since_ui(ui, session, out);
    let small = format!("Step {} of 8, {}", step.number(), step.title());
    ui.label(RichText::new(small).small().color(palette(ui).weak));
    title(ui, &page.instruction, state.entered);
    if !page.why.is_empty() {
        let heading = egui::CollapsingHeader::new(RichText::new("Why this step").small())
            .id_salt(("why", step));
        fold(ui, heading, |ui| lead(ui, &page.why));
    }
    let wrong: Vec<&str> =
        session.wrong.iter().filter_map(|field| state.error_of(*field)).collect();
    if !(session.complaints.is_empty() && wrong.is_empty()) {
        notice(ui, Mark::Warning, |ui| {
            text(ui, "Before the next step:");
            for sentence in wrong {
                text(ui, sentence);
            }
            for problem in &session.complaints {
                text(ui, &problem.sentence);
            }
        });
    }
    ui.add_space(theme::GAP);
    match step {
        Step::Situation => situation::situation_ui(ui, state, session, out),
        Step::People => people::people_ui(ui, state, session, out),
        Step::Server => server::server_ui(ui, state, session, out),
        Step::Sdr => {}
        Step::Subdomain => subdomain::subdomain_ui(ui, state, session, out),
        Step::Forwards => forwards::forwards_ui(ui, state, session, out),
        Step::Flow => flow::flow_ui(ui, state, session, out),
        Step::Cutover => {}
    }
    todo::todo_ui(ui, state, session, out);
    if step == Step::Server {
        elsewhere::elsewhere_ui(ui, state, session, out);
    }
    if step == Step::Cutover {
        cutover::cutover_ui(ui, state, session, out);
    }
    if step == Step::Flow {
        host_list::host_list_ui(ui, state, session, out);
        real_mail::real_mail_ui(ui, state, session, out);
    }
    checks::checks_ui(ui, state, session, out);
}
