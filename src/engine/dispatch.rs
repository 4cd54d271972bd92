//! The engine's loop: every command and every note from a task passes here,
//! one after the other, so that nothing late is taken for something new.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::audits::Audits;
use super::checks::{Checks, Question};
use super::inquiry::{Heard, Inquiry};
use super::keeper::{Errand, ExportRequest, Keeper, SaveRequest};
use super::kept_key::{self, KeyErrand};
use super::latest::Latest;
use super::outbox::{Note, Outbox};
use super::{
    Command, Event, Folders, aside, desktop, elsewhere, exports, followed, order, outstanding,
    pasted, people, practising, test_message,
};
use crate::net::{ApiKey, Clock, Net, Reach, SystemClock};
use crate::plan::{Address, Domain};
use crate::practice::{Fault, PracticeWorld, Switches};

/// How long the last save may take at the end; a dead network share must not
/// keep the window's process for ever.
const LAST_SAVE: Duration = Duration::from_secs(10);

pub(super) struct Dispatch {
    net: Result<Net, String>,
    api_key: Option<ApiKey>,
    practice: Option<PracticeWorld>,
    /// Counts what was opened or closed so far.
    session: u64,
    checks: Checks,
    audits: Audits,
    arranged: Latest,
    followed: Latest,
    pasted: Latest,
    outbox: Outbox,
    errands: UnboundedSender<Errand>,
    keeper: tokio::task::JoinHandle<()>,
    notes: UnboundedSender<Note>,
    inbox: UnboundedReceiver<Note>,
}

impl Dispatch {
    /// Must be called inside the runtime.
    pub(super) fn new(net: Result<Net, String>, folders: Folders, outbox: Outbox) -> Self {
        let clock: Arc<dyn Clock> =
            net.as_ref().map_or_else(|_| Arc::new(SystemClock) as _, |net| net.clock.clone());
        let (notes, inbox) = unbounded_channel();
        let (errands, errand_queue) = unbounded_channel();
        let keeper = Keeper::new(folders, clock.clone());
        let keeper = tokio::spawn(keeper.run(errand_queue, notes.clone()));
        Self {
            net,
            api_key: None,
            practice: None,
            session: 0,
            checks: Checks::new(notes.clone(), clock),
            audits: Audits::new(notes.clone()),
            arranged: Latest::default(),
            followed: Latest::default(),
            pasted: Latest::default(),
            outbox,
            errands,
            keeper,
            notes,
            inbox,
        }
    }

    pub(super) async fn run(mut self, mut commands: UnboundedReceiver<Command>) {
        loop {
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.obey(command).await,
                    None => break,
                },
                Some(note) = self.inbox.recv() => self.hear(note),
                () = self.checks.next_look() => self.look_again(),
            }
        }
        self.checks.stop_all();
        drop(self.errands);
        let _ = tokio::time::timeout(LAST_SAVE, self.keeper).await;
        // What was saved last is still worth telling.
        while let Ok(note) = self.inbox.try_recv() {
            if let Note::Keeper(event) = note {
                self.outbox.say(event);
            }
        }
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Create { domain, folder } => self.errand(Errand::Create { domain, folder }),
            Command::Open { folder } => self.errand(Errand::Open { folder }),
            Command::Save { plan, evidence, drafts } => {
                self.say_all(|engine| engine.checks.plan_is_now(&plan, &evidence));
                self.errand(Errand::Save(SaveRequest { plan, evidence, drafts }));
            }
            Command::Close => {
                self.leave();
                self.errand(Errand::Close);
            }
            Command::ReadFile { path } => {
                self.aside(people::READ, move || Some(people::read_file(&path)));
            }
            Command::ReadPaste { text } => {
                self.aside(people::READ, move || Some(people::read_paste(&text)));
            }
            Command::TakePeople { table, columns, domain, roster } => {
                let take = move || Some(people::take(&table, &columns, &domain, &roster));
                self.aside(people::TAKE, take);
            }
            Command::Compare { plan, evidence } => {
                let compare = move || Some(people::compare(&plan, &evidence));
                self.aside(people::COMPARE, compare);
            }
            Command::Arrange { roster, arrangement } => {
                let turn = self.arranged.turn();
                self.aside("Search the people", move || {
                    let rows = turn.take(|| arrangement.rows(&roster))?;
                    Some(Event::PeopleArranged { roster, arrangement, rows })
                });
            }
            Command::Check { step, plan, evidence } => {
                self.asked(Question { inquiry: Inquiry::Step(step), plan, evidence });
            }
            Command::CancelCheck { step } => self.cancel(Inquiry::Step(step)),
            Command::AskPeople { plan, evidence } => {
                self.asked(Question { inquiry: Inquiry::Everybody, plan, evidence });
            }
            Command::CancelAskPeople => self.cancel(Inquiry::Everybody),
            Command::Audit { plan, evidence, phase } => self.audits.ask(plan, evidence, phase),
            Command::Export { plan, evidence, wave, folder } => {
                self.errand(Errand::Export(ExportRequest { plan, evidence, wave, folder }));
            }
            Command::SaveElsewhere { folder, plan, evidence, drafts } => {
                self.say_all(|engine| engine.checks.plan_is_now(&plan, &evidence));
                self.errand(Errand::SaveElsewhere(folder, SaveRequest { plan, evidence, drafts }));
            }
            Command::LookAtWaves { plan, folder } => {
                let look = move || Some(outstanding::look(plan, &folder));
                self.aside("Look at what was handed out", look);
            }
            Command::TakeResult { plan, seen_from, source } => {
                let take = move || Some(elsewhere::take(&plan, &seen_from, &source));
                self.aside(elsewhere::WHAT, take);
            }
            Command::ExplainBounce { text } => {
                let turn = self.pasted.turn();
                self.aside(pasted::BOUNCE, move || turn.take(|| pasted::explain(text)));
            }
            Command::ReadHeaders(asked) => {
                self.aside(pasted::HEADERS, move || Some(pasted::read_headers(asked)));
            }
            Command::Follow(asked) => {
                let turn = self.followed.turn();
                self.aside(followed::WHAT, move || turn.take(|| followed::follow(asked)));
            }
            Command::SendTest { from, to } => self.send_test(from, to),
            Command::SaveText { path, text } => {
                self.aside(exports::SAVE_TEXT, move || Some(exports::save_text(&path, &text)));
            }
            Command::Practice { faults } => self.practise(faults).await,
            Command::JudgeOrder { plan, evidence, order } => {
                self.aside("Judge the order", move || Some(order::judge(&plan, &evidence, order)));
            }
            Command::WatchDesktop => desktop::watch(self.notes.clone(), self.session),
            Command::ReadHistory => self.errand(Errand::History),
            Command::SetSwitches(switches) => self.switch(switches),
            Command::Prefer(preferences) => {
                // Not where the way to the world was given by somebody else, as in tests.
                if self.net.as_ref().is_ok_and(|net| matches!(net.reach, Reach::World)) {
                    self.net = preferences.net().map_err(|error| error.to_string());
                }
                self.errand(Errand::Prefer(preferences));
            }
            Command::SetApiKey(key) => self.api_key = key,
            Command::KeepApiKey { domain, key } => {
                self.api_key = Some(key.clone());
                self.key_store(KeyErrand::Keep(key), domain);
            }
            Command::FetchApiKey(domain) => self.key_store(KeyErrand::Fetch, domain),
            Command::DeleteApiKey(domain) => self.key_store(KeyErrand::Delete, domain),
        }
    }

    fn hear(&mut self, note: Note) {
        match note {
            Note::Keeper(event) => {
                // Another profile is on the desk: nothing of the old one goes on.
                if matches!(event, Event::Opened { .. }) {
                    self.leave();
                }
                self.outbox.say(event);
            }
            Note::Done { session, event } => {
                // People of one profile must not end up in the next.
                let bound = matches!(
                    event,
                    Event::TableRead { .. }
                        | Event::PeopleTaken { .. }
                        | Event::ResultTaken { .. }
                        | Event::TestSent { .. }
                );
                if !bound || session == self.session {
                    self.outbox.say(event);
                }
            }
            Note::KeyStore { session, event, key } if session == self.session => {
                self.api_key = key.or(self.api_key.take());
                self.outbox.say(event);
            }
            Note::KeyStore { .. } => {}
            Note::Heard { inquiry, run, heard } => {
                if !self.checks.heard(inquiry, run, &heard) {
                    return;
                }
                if let Heard::People(entries, _) = &heard {
                    self.errand(Errand::Note(entries.clone()));
                }
                self.outbox.say(inquiry.heard(heard));
            }
            Note::Ended { inquiry, run, mishap } => {
                let Some(again_at) = self.checks.ended(inquiry, run) else { return };
                if let Some(sentence) = mishap {
                    self.outbox.say(Event::Failed { what: inquiry.what(), sentence });
                }
                self.outbox.say(inquiry.ended(false, again_at));
            }
            Note::Audited { phase, run, result } => {
                if !self.audits.ended(phase, run) {
                    return;
                }
                self.outbox.say(match result {
                    Ok(audit) => Event::Audited { phase, audit },
                    Err(sentence) => Event::Failed { what: "Follow the mail".into(), sentence },
                });
            }
        }
    }

    fn asked(&mut self, question: Question) {
        self.checks.asked_by_hand(question.inquiry);
        self.check(question);
    }

    fn cancel(&mut self, inquiry: Inquiry) {
        self.checks.stop(inquiry);
        self.outbox.say(inquiry.ended(true, None));
    }

    /// Puts questions to the world: the practice world while there is one.
    fn check(&mut self, question: Question) {
        let inquiry = question.inquiry;
        self.outbox.say(inquiry.started());
        match self.net() {
            Ok((net, api_key)) => self.checks.start(question, net, api_key),
            Err(sentence) => {
                self.checks.stop(inquiry);
                self.outbox.say(Event::Failed { what: inquiry.what(), sentence });
                self.outbox.say(inquiry.ended(false, None));
            }
        }
    }

    /// The way to the world, or into the practice world while there is one.
    fn net(&self) -> Result<(Net, Option<ApiKey>), String> {
        match (&self.practice, &self.net) {
            (Some(world), _) => Ok((world.net(), Some(world.api_key()))),
            (None, Ok(net)) => Ok((net.clone(), self.api_key.clone())),
            (None, Err(why)) => Err(why.clone()),
        }
    }

    /// Sends what the user confirmed, once.
    fn send_test(&self, from: Address, to: Address) {
        let notes = self.notes.clone();
        match self.net() {
            Ok((net, _)) => test_message::send_aside(net, from, to, self.session, notes),
            Err(sentence) => {
                self.outbox.say(Event::Failed { what: test_message::WHAT.into(), sentence });
            }
        }
    }

    fn look_again(&mut self) {
        for question in self.checks.due() {
            self.check(question);
        }
    }

    async fn practise(&mut self, faults: BTreeSet<Fault>) {
        match practising::start(faults).await {
            Ok(world) => {
                self.leave();
                self.errand(Errand::Practise);
                let (plan, switches) = (Box::new(world.plan()), world.controls().switches());
                self.practice = Some(world);
                self.outbox.say(Event::PracticeStarted { plan, switches });
            }
            Err(sentence) => {
                let what = practising::WHAT.to_owned();
                self.outbox.say(Event::Failed { what, sentence });
            }
        }
    }

    fn switch(&mut self, switches: Switches) {
        let Some(world) = &self.practice else {
            let sentence = "No practice world is running. Start one first.".into();
            return self.outbox.say(Event::Failed { what: "Turn a switch".into(), sentence });
        };
        let controls = world.controls();
        controls.set(switches);
        self.outbox.say(Event::PracticeSwitched(controls.switches()));
    }

    /// Stops whatever belongs to the profile or practice world so far.
    fn leave(&mut self) {
        self.say_all(|engine| engine.checks.stop_all());
        self.audits.forget();
        self.session += 1;
        self.api_key = None;
        self.practice = None;
    }

    fn say_all(&mut self, act: impl FnOnce(&mut Self) -> Vec<Event>) {
        let events = act(self);
        events.into_iter().for_each(|event| self.outbox.say(event));
    }

    fn errand(&self, errand: Errand) {
        // The keeper lives as long as this sender.
        let _ = self.errands.send(errand);
    }

    fn key_store(&self, errand: KeyErrand, domain: Domain) {
        kept_key::aside(errand, domain, self.session, self.notes.clone());
    }

    /// Blocking work that answers with one event, or has nothing to say any more.
    fn aside(&self, what: &'static str, work: impl FnOnce() -> Option<Event> + Send + 'static) {
        aside::aside(what, self.session, self.notes.clone(), work);
    }
}
