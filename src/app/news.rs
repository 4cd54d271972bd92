//! What the engine tells, taken into the state.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::START;
use super::aside::log_line;
use super::change::{audit, edit, follow, look_at_waves, save};
use super::closing::saved;
use super::field::{FieldId, put_into_plan};
use super::folders::{CHOOSE_FILE, CHOOSE_FOLDER};
use super::host_key::HostKey;
use super::leaving;
use super::mail_action;
use super::messages::Weight;
use super::people_action::take;
use super::session::{Asking, Compared, Ended, Exported, Import, Saved, Session, Taken};
use super::state::{FieldText, Reveal, State};
use super::typing::refuse;
use crate::engine::{Command, Event, remember_result, renew};
use crate::finding::Finding;
use crate::guide::Step;
use crate::practice::Switches;
use crate::roster::{remembered, with_header};

/// What an event changed of the findings. Answers about single people are
/// none: they have their own file and nothing is computed of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Nothing,
    World,
}

/// Takes a burst of events in. The evidence is saved once at its end.
pub(crate) fn take_in(state: &mut State, events: Vec<Event>, out: &mut Vec<Command>) {
    let mut seen = Seen::Nothing;
    for event in events {
        seen = seen.max(one(state, event, out));
    }
    if seen > Seen::Nothing {
        if let Some(session) = &mut state.session {
            session.derive();
            session.audit_stale = true;
            audit(session, out);
        }
        follow(state, out);
        save(state, out);
    }
}

fn one(state: &mut State, event: Event, out: &mut Vec<Command>) -> Seen {
    if let Some(line) = log_line(&event) {
        state.note(line);
    }
    // What an earlier try said is said no more.
    if let Some(what) = event.settles() {
        state.messages.keep(|message| message.weight != Weight::Failure || message.what != what);
    }
    match event {
        Event::Recent(folders) => state.recent = folders,
        Event::Opened { folder, plan, evidence, drafts, read_only, remarks, since } => {
            let mut session = Session::new(*plan, evidence);
            let still = read_only
                && state.session.as_ref().is_some_and(|before| {
                    before.read_only && before.folder.as_ref() == Some(&folder)
                });
            session.folder = Some(folder);
            session.read_only = read_only;
            session.since = since;
            open(state, session, out);
            for (key, text) in drafts {
                let Some(field) = FieldId::from_key(&key) else { continue };
                let error = state.session.as_ref().and_then(|session| {
                    put_into_plan(field, &text, &mut (*session.plan).clone()).err()
                });
                state.texts.insert(field, FieldText { text, error });
            }
            if still {
                state.tell(
                    "Still read-only",
                    "Another window has this profile open. Close it there, then try again.",
                );
            }
            for sentence in remarks {
                let what = "Opened, with a remark";
                state.say(what, sentence, Weight::Remark);
            }
        }
        Event::PracticeStarted { plan, switches } => {
            let mut session = Session::new(*plan, Default::default());
            session.practice = Some(switches);
            // A newcomer walks the whole path.
            session.step = Step::Situation;
            session.derive();
            open(state, session, out);
        }
        Event::Failed { what, sentence } => {
            state.opening = None;
            if let Some(session) = &mut state.session {
                session.exporting = false;
                mail_action::failed(session);
            }
            state.tell(what, sentence);
        }
        Event::TextSaved { path } => {
            state.say("Saved", path.display().to_string(), Weight::Passing);
        }
        Event::PeopleTaken { people, changes } => {
            let Some(session) = &mut state.session else { return Seen::Nothing };
            let Some(import) = &mut session.import else { return Seen::Nothing };
            if session.plan.roster.is_empty() {
                take(state, people, out);
            } else {
                import.taken = Some(Box::new(Taken { people, changes }));
            }
        }
        Event::Desktop(desktop) => state.desktop = desktop,
        Event::KeyKept | Event::KeyFetched => {
            state.host_key = HostKey { in_use: true, kept: true, ..HostKey::default() };
        }
        Event::KeyDeleted => state.host_key.kept = false,
        Event::Moved { folder } => leaving::moved(state, folder),
        Event::NotMoved { sentence } => refuse(state, FieldId::SaveFolder, sentence),
        Event::Saved { at } => saved(state, Saved::At(at), out),
        Event::SaveFailed { sentence } => saved(state, Saved::Failed(sentence), out),
        Event::PracticeSwitched(switches) => switched(state, switches, out),
        event @ Event::Exported { .. } => {
            state.messages.keep(|message| message.what != CHOOSE_FOLDER);
            let seen = in_session(state, event);
            look_at_waves(state, out);
            return seen;
        }
        event => return in_session(state, event),
    }
    Seen::Nothing
}

fn open(state: &mut State, mut session: Session, out: &mut Vec<Command>) {
    audit(&mut session, out);
    state.session = Some(session);
    state.opened += 1;
    state.entered = true;
    state.opening = None;
    state.texts.clear();
    state.messages.keep(|message| message.what == START);
    state.aside = None;
    state.commands = None;
    state.copied = None;
    state.host_key = HostKey::default();
    look_at_waves(state, out);
}

fn in_session(state: &mut State, event: Event) -> Seen {
    let (reveal, watching) = (&mut state.reveal, state.watching);
    let Some(session) = &mut state.session else { return Seen::Nothing };
    match event {
        Event::TableRead { name, table } => {
            state.messages.keep(|message| message.what != CHOOSE_FILE);
            session.imported = None;
            let mut table = table;
            let known = &session.plan.columns;
            with_header(Arc::make_mut(&mut table), |name| known.contains_key(name));
            let columns = remembered(&table, known);
            session.import = Some(Import { name, columns, table, taken: None });
            *reveal = Some(Reveal::List);
        }
        Event::Compared { roster, found, host_read } => {
            session.compared = Some(Compared { roster, found, host_read });
        }
        Event::PeopleArranged { roster, arrangement, rows } => {
            session.people.arranged(&session.plan.roster, &roster, &arrangement, rows);
        }
        Event::CheckStarted { step } => {
            session.running.insert(step, 0);
            session.ended.remove(&step);
            let before = session.evidence.of_step(step.slug()).cloned().collect();
            session.found_before.insert(step, before);
            renew(Arc::make_mut(&mut session.evidence), step, &[]);
            return Seen::World;
        }
        Event::AskingStarted => session.asking = Asking::Running(None),
        Event::PeopleHeard { entries, progress } => {
            let evidence = Arc::make_mut(&mut session.evidence);
            entries.into_iter().for_each(|entry| evidence.hear(entry));
            if let Asking::Running(far) = &mut session.asking {
                *far = progress.or(far.take());
            }
        }
        Event::PersonAsked { finding } => {
            Arc::make_mut(&mut session.evidence).record(finding);
            return Seen::World;
        }
        Event::AskingEnded { cancelled, again_at } => {
            session.asking = Asking::Over(Ended { cancelled, at: None, changed: None, again_at });
            return Seen::World;
        }
        Event::Found { step, finding } => {
            if let Some(count) = session.running.get_mut(&step) {
                *count += 1;
                // After the first answers the user scrolls.
                if *count <= 3 && step == session.step && watching {
                    *reveal = Some(Reveal::Findings);
                }
            }
            Arc::make_mut(&mut session.evidence).record(finding);
            return Seen::World;
        }
        Event::CheckEnded { step, cancelled, again_at } => {
            session.running.remove(&step);
            let before = session.found_before.remove(&step).unwrap_or_default();
            let is = session.evidence.of_step(step.slug());
            let changed = (!before.is_empty() && !cancelled).then(|| differing(&before, is));
            let ended = Ended { cancelled, at: Some(state.now), changed, again_at };
            session.ended.insert(step, ended);
            return Seen::World;
        }
        Event::OrderJudged(judged) => {
            // An answer to an order that was changed meanwhile is none.
            let wanted = session.flow.order.as_ref().map(|shown| &shown.order);
            if wanted.is_none_or(|wanted| *wanted == judged.order) {
                session.flow.judging = false;
                session.flow.order = Some(judged);
            }
        }
        // Of a plan that changed meanwhile another answer is on its way.
        Event::WavesSeen { plan, outstanding } if Arc::ptr_eq(&plan, &session.plan) => {
            session.outstanding = Some(outstanding);
        }
        Event::History(changes) => session.history = Some(changes),
        Event::Audited { audit, phase } if phase == session.flow.phase => {
            session.audit = Some(audit);
        }
        Event::BounceExplained { text, explained } => {
            mail_action::explained(session, &text, *explained);
        }
        Event::HeadersRead { asked, path } => mail_action::headers_read(session, &asked, *path),
        Event::Followed { asked, way } => session.flow.followed(&asked, *way),
        Event::TestSent { finding } => mail_action::sent(session, finding),
        Event::ResultTaken { findings } => {
            let from = findings.first().map_or(String::new(), |one| one.seen_from.clone());
            session.mail.taken = Some((from, findings.len()));
            remember_result(Arc::make_mut(&mut session.evidence), &findings);
            *reveal = Some(Reveal::Findings);
            return Seen::World;
        }
        Event::Exported { folder, files, left_out } => {
            session.exporting = false;
            session.exported = Some(Exported { folder, files, left_out });
        }
        _ => {}
    }
    Seen::Nothing
}

/// How many answers say something else than those before, or are new or gone.
fn differing<'a>(before: &[Finding], is: impl Iterator<Item = &'a Finding>) -> usize {
    // What was found to the letter may name the moment.
    let said = |finding: &Finding| (finding.state.word(), finding.summary.clone());
    let mut was: BTreeMap<&str, _> = before.iter().map(|one| (&*one.id, said(one))).collect();
    let new = is.filter(|one| was.remove(&*one.id) != Some(said(one))).count();
    new + was.len()
}

/// The practice world turned; the plan says of its external server what the
/// administrator would read there.
fn switched(state: &mut State, switches: Switches, out: &mut Vec<Command>) {
    let Some(session) = state.session.as_mut().filter(|session| session.practice.is_some()) else {
        return;
    };
    let stated = switches.stated_authority();
    let before = session.practice.as_ref().map(Switches::stated_authority);
    session.practice = Some(switches);
    if before != Some(stated) {
        edit(state, out, |plan| plan.external.authority = stated);
    }
}
