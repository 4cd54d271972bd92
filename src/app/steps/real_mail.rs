//! Step 7, below the model: real bounces, a real message, its real path.

use eframe::egui::{self, CollapsingHeader, Label, RichText, Ui};

use super::server::{LOOKED_AT, suggestions_ui};
use crate::app::action::Action;
use crate::app::field::FieldId;
use crate::app::header::live;
use crate::app::mail_action::MailAction;
use crate::app::session::Session;
use crate::app::state::State;
use crate::app::theme::{self, palette};
use crate::app::widgets::{
    Copies, Input, Mark, bullet, button, card, fact, findings_ui, fold, notice, safe, section,
    subheading, text, weak,
};
use crate::guide::{
    CAN_NOT_PROVE, CUT, Compared, NOTHING_SAID, Notice, PathTaken, Stop, announce_test_message,
};
use crate::plan::{Address, Home};
use crate::route::System;

/// Port of mail servers; the window has no other.
const SMTP: u16 = 25;
/// How wide a pasted text is shown.
const WIDE: f32 = 760.0;

/// Draws the section.
pub(crate) fn real_mail_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    section(ui, "Real mail");
    card(ui, |ui| bounce_ui(ui, state, session, out));
    card(ui, |ui| test_ui(ui, state, session, out));
    card(ui, |ui| headers_ui(ui, state, session, out));
}

fn bounce_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    subheading(ui, "Explain a bounce");
    Input::new(FieldId::BouncePaste, "A bounce, a server's reply or a line of a mail log")
        .hint("550 5.1.1 <ann@example.com>: User unknown in relay recipient table (G8)")
        .note("It is read on this computer; nobody is asked.")
        .width(WIDE)
        .rows(4)
        .show(ui, state, out);
    reading_row(ui, "Explain", session.mail.explaining.is_some(), MailAction::Explain, out);
    let Some(explained) = &session.mail.explained else { return };
    ui.add_space(theme::SPACE);
    if explained.notices.is_empty() {
        text(ui, NOTHING_SAID);
    }
    for (at, one) in explained.notices.iter().enumerate() {
        let mark = if one.cause.is_success() { Mark::Passed } else { Mark::Attention };
        notice(ui, mark, |ui| notice_ui(ui, state, at, one, out));
    }
    if let Some(beyond) = explained.beyond() {
        weak(ui, &beyond);
    }
    if explained.cut {
        weak(ui, CUT);
    }
}

/// The button that has a text read; beside it that it is being read. What was
/// read before stays below meanwhile.
fn reading_row(ui: &mut Ui, words: &str, reading: bool, action: MailAction, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        if button(ui, words).clicked() {
            out.push(Action::Mail(action));
        }
        if reading {
            let response = ui.label(RichText::new("Reading ...").color(palette(ui).wait));
            live(ui, &response);
        }
    });
}

fn notice_ui(ui: &mut Ui, state: &State, at: usize, one: &Notice, out: &mut Vec<Action>) {
    text(ui, one.summary);
    if let Some(recipient) = &one.recipient {
        fact(ui, "Recipient", recipient);
    }
    if let Some((whose, by)) = one.server() {
        fact(ui, whose, by);
    }
    if let Some(so_far) = one.so_far() {
        fact(ui, "So far", so_far);
    }
    fact(ui, "Said", &one.said);
    fact(ui, "Meaning", one.meaning);
    fact(ui, "To do", one.action);
    if let Some(x500) = &one.x500 {
        Copies::at(state, &format!("bounce/{at}"), out).row(ui, "Proxy address", x500);
    }
    let words = format!("Go to step {}, {}", one.step.number(), one.step.title());
    if button(ui, &words).clicked() {
        out.push(Action::Goto(one.step));
    }
}

fn test_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    subheading(ui, "Send a test message");
    text(ui, "One message with a token, on your word only. Send one to a person at each side.");
    Input::new(FieldId::TestTo, "To this person")
        .hint("ann@example.com")
        .note("Somebody of the plan.")
        .show(ui, state, out);
    suggestions_ui(ui, FieldId::TestTo, &one_of_each(session), out);
    ui.add_space(theme::SPACE);
    Input::new(FieldId::TestFrom, "From your own address")
        .hint("admin@example.org")
        .note("A bounce would go there. Take one outside the domain: its SPF record may not name this machine.")
        .show(ui, state, out);
    let (to, from) = (state.text_of(FieldId::TestTo), state.text_of(FieldId::TestFrom));
    match (Address::parse(&from), Address::parse(&to)) {
        (Ok(from), Ok(to)) => {
            weak(
                ui,
                &format!("What will be said: {}", announce_test_message(&from, &to, SMTP, &[])),
            );
        }
        _ => weak(ui, "With both addresses, this line tells what will be said, and to whom."),
    }
    ui.add_space(theme::SPACE);
    if session.mail.sending {
        weak(ui, "Sending ...");
    } else if button(ui, "Send test message").clicked() {
        out.push(Action::Mail(MailAction::Send));
    }
    findings_ui(ui, state, &session.mail.sent, session.mail.sent.len(), out);
}

/// The first person at either side.
fn one_of_each(session: &Session) -> Vec<String> {
    let people = || session.plan.roster.iter().take(LOOKED_AT);
    let first = |home: Home| people().find(move |who| who.home == home);
    let both = [first(Home::Host), first(Home::External)];
    both.into_iter().flatten().map(|who| who.address.to_unicode()).collect()
}

fn headers_ui(ui: &mut Ui, state: &State, session: &Session, out: &mut Vec<Action>) {
    subheading(ui, "The path that it really took");
    Input::new(FieldId::HeadersPaste, "Headers of the message that arrived")
        .hint("Received: from mail.example.com by mx1.emailsrvr.com ...")
        .note("Mail programs call them message source or Internet headers. “To this person” above says whose message it is.")
        .width(WIDE)
        .rows(4)
        .show(ui, state, out);
    reading_row(ui, "Draw its path", session.mail.reading.is_some(), MailAction::ReadHeaders, out);
    if let Some((path, compared)) = &session.mail.path {
        ui.add_space(theme::SPACE);
        path_ui(ui, state, path, compared);
    }
}

fn path_ui(ui: &mut Ui, state: &State, path: &PathTaken, compared: &Compared) {
    let fits = compared.taken == compared.expected && !compared.taken.is_empty();
    notice(ui, if fits { Mark::Passed } else { Mark::Attention }, |ui| {
        compared.told.iter().for_each(|line| text(ui, line));
        if let Some(token) = &path.token {
            weak(ui, &format!("Test message {token}"));
        }
    });
    ui.scope(|ui| {
        // Dots and lines join to one way.
        ui.spacing_mut().item_spacing.y = 0.0;
        if let Some(first) = path.stops.first().filter(|stop| !stop.from.is_empty()) {
            dot_ui(ui, false, &first.from, "the sender, as the first server wrote it");
        }
        for stop in &path.stops {
            leg_ui(ui, stop);
            let when = stop.at.map(|at| state.times.full(at)).unwrap_or_default();
            let whose = stop.system.map_or("not a server that the plan names", System::label);
            dot_ui(ui, stop.system.is_some(), &stop.by, &format!("{whose}  {when}"));
        }
    });
    ui.add_space(theme::SPACE);
    for check in &path.checks {
        fact(ui, "Checked", check);
    }
    let heading = CollapsingHeader::new(RichText::new("What headers can't prove").small())
        .id_salt("can-not-prove");
    fold(ui, heading, |ui| CAN_NOT_PROVE.iter().for_each(|line| bullet(ui, line)));
}

/// A server: a dot, filled where it is one of the plan's, and its name.
fn dot_ui(ui: &mut Ui, ours: bool, name: &str, words: &str) {
    ui.horizontal(|ui| {
        let colours = palette(ui);
        let (rect, _) = ui.allocate_exact_size(egui::vec2(18.0, 20.0), egui::Sense::hover());
        if ours {
            ui.painter().circle_filled(rect.center(), 5.0, colours.accent);
        } else {
            let stroke = egui::Stroke::new(2.0, colours.accent);
            ui.painter().circle_stroke(rect.center(), 5.0, stroke);
        }
        ui.add(Label::new(RichText::new(safe(name)).strong()));
        ui.add(Label::new(RichText::new(words).color(colours.weak)).wrap());
    });
}

/// The way between two servers: how, and after how long.
fn leg_ui(ui: &mut Ui, stop: &Stop) {
    ui.horizontal(|ui| {
        let colours = palette(ui);
        let (rect, _) = ui.allocate_exact_size(egui::vec2(18.0, 20.0), egui::Sense::hover());
        let line = egui::Stroke::new(2.0, colours.line);
        ui.painter().line_segment([rect.center_top(), rect.center_bottom()], line);
        let after = stop.after_seconds.map(|seconds| format!("after {seconds} s"));
        let words: Vec<String> = stop.with.iter().cloned().chain(after).collect();
        ui.label(RichText::new(words.join(", ")).small().color(colours.weak));
    });
}
