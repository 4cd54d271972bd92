//! One connection after the other to one server, as the schedule says.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::judgement::{control, full_after, is_limited, kept, too_much_after, words};
use super::progress::Meter;
use super::schedule::Schedule;
use super::turn::{Batch, Brought, Change, Control, End, Turn};
use super::{News, Tell};
use crate::check::Ask;
use crate::finding::{Answer, Entry, Word};
use crate::net::{Asked, Conversation, Ending, Manner, Outcome, Session};
use crate::plan::{Address, Home};

/// A pause longer than this is no reason to keep a connection open.
const KEPT_OPEN: Duration = Duration::from_secs(2);

/// What the connections of one run share.
pub(super) struct Run<'a, 't> {
    pub(super) ask: &'a Ask<'a>,
    pub(super) home: Home,
    /// Names and addresses, the first that answers is asked.
    pub(super) servers: Vec<(String, IpAddr)>,
    /// The first of them.
    pub(super) server: (String, IpAddr),
    pub(super) people: Vec<Address>,
    pub(super) random: Address,
    pub(super) desk: Mutex<Desk<'t>>,
    pub(super) begun: Instant,
    pub(super) news: Notify,
}

/// A conversation that may go on.
struct Open<'a> {
    session: Session<'a>,
    /// The server, by its place.
    place: usize,
    /// What the schedule said when it began.
    age: usize,
    envelopes: usize,
}

/// What they write to.
pub(super) struct Desk<'t> {
    pub(super) schedule: Schedule,
    pub(super) known: Option<Address>,
    pub(super) meter: Meter,
    pub(super) tell: &'t mut Tell<'t>,
    /// The server that is asked, by its place.
    pub(super) server: usize,
    /// The last conversation that was over.
    pub(super) last: Option<Conversation>,
}

/// Works until nothing is left to do.
pub(super) async fn work(run: &Run<'_, '_>, line: usize) {
    let mut session: Option<Open<'_>> = None;
    loop {
        // Made before the look, so that no news falls between the two.
        let news = run.news.notified();
        let now = run.begun.elapsed();
        let turn = run.desk().schedule.next(line, now);
        match turn {
            Turn::Leave => break,
            Turn::Wait(until) | Turn::HangUp(until) => {
                if matches!(turn, Turn::HangUp(_)) || until > now + KEPT_OPEN {
                    run.hang_up(line, session.take()).await;
                }
                let wait = tokio::time::sleep_until(run.begun + until);
                tokio::select! { () = wait => {} () = news => {} }
                // Nothing that the others wait for: they would wake each other for ever.
                continue;
            }
            Turn::Ask(batch) => {
                if session.as_ref().is_some_and(|open| open.age < batch.age) {
                    run.hang_up(line, session.take()).await;
                }
                let mut open = match session.take() {
                    Some(open) => open,
                    None => match connect(run, &batch).await {
                        Ok(open) => open,
                        Err(talk) => {
                            run.desk().schedule.hung_up(line);
                            run.nothing(batch, *talk);
                            continue;
                        }
                    },
                };
                let goes_on = run.ask_about(batch, &mut open).await;
                match goes_on {
                    true => session = Some(open),
                    false => run.hang_up(line, Some(open)).await,
                }
            }
        }
        run.news.notify_waiters();
    }
    run.hang_up(line, session).await;
}

async fn connect<'a>(run: &Run<'a, '_>, batch: &Batch) -> Result<Open<'a>, Box<Conversation>> {
    let (errors, pipelining, server) = {
        let desk = run.desk();
        (desk.schedule.errors(), desk.schedule.pipelining(), desk.server)
    };
    let open = async |place: usize| {
        let (name, ip) = run.servers.get(place).unwrap_or(&run.server);
        let at = SocketAddr::new(*ip, run.ask.net.smtp_port);
        let session = Session::open(run.ask.net, name, at, errors, pipelining).await?;
        Ok::<_, Box<Conversation>>(Open { session, place, age: batch.age, envelopes: 0 })
    };
    if batch.elsewhere
        && let Ok(other) = open((server + 1) % run.servers.len()).await
    {
        return Ok(other);
    }
    let mut place = server;
    loop {
        match open(place).await {
            Ok(open) => {
                run.desk().server = place;
                return Ok(open);
            }
            // The next one may be there; once one was, it stays the one.
            Err(talk)
                if talk.banner.is_none()
                    && place + 1 < run.servers.len()
                    && !run.desk().schedule.has_answers() =>
            {
                place += 1;
            }
            Err(talk) => return Err(talk),
        }
    }
}

impl<'t> Run<'_, 't> {
    pub(super) fn desk(&self) -> MutexGuard<'_, Desk<'t>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the conversation of a connection, if it has one.
    async fn hang_up(&self, line: usize, open: Option<Open<'_>>) {
        let Some(open) = open else { return };
        let talk = open.session.close().await;
        let mut desk = self.desk();
        desk.schedule.hung_up(line);
        desk.last = Some(talk);
        drop(desk);
        self.news.notify_waiters();
    }

    /// What is said of somebody whom one address of the server refuses and
    /// another one accepts.
    fn torn(&self, here: usize) -> String {
        let ip = self.servers.get(here).map_or(self.server.1, |(_, ip)| *ip);
        format!("(refused at {ip}, accepted at another address of the server)")
    }

    /// Asks about a batch. Whether the conversation goes on.
    async fn ask_about(&self, batch: Batch, open: &mut Open<'_>) -> bool {
        let (manner, known) = {
            let desk = self.desk();
            let schedule = &desk.schedule;
            let (kept, risked) = (schedule.kept(batch.both), schedule.risked(batch.both));
            let manner = Manner { kept, risked, most: schedule.per_envelope() };
            (manner, desk.known.clone())
        };
        let control = |control: &Control| match control {
            Control::Known => known.clone(),
            Control::Person(person) => self.people.get(*person).cloned(),
            Control::Random => Some(self.random.clone()),
        };
        let people = batch.people.iter().filter_map(|&person| self.people.get(person).cloned());
        let first = batch.first.len();
        let to: Vec<Address> = batch.first.iter().filter_map(control).chain(people).collect();
        let last = |said: &[Outcome]| {
            batch.last(&words(said, first)).iter().filter_map(control).collect::<Vec<_>>()
        };
        let before = open.session.errors_left();
        let asked = open.session.ask(&to, manner, last).await;
        let refusals = before - open.session.errors_left();
        open.envelopes += 1;
        let is_over = asked.ending.is_some();
        let too_much = self.brought(batch, asked, refusals, open.place);
        let tired = too_much
            || open.session.errors_left() <= manner.kept
            || open.envelopes >= self.desk().schedule.envelopes()
            || open.session.time_left() < self.ask.net.talk_timeout / 2;
        !is_over && !tired
    }

    /// A connection that did not come about, or did not get to an envelope.
    fn nothing(&self, batch: Batch, talk: Conversation) {
        let end = match talk.ending {
            Ending::ServiceClosing { .. } => End::Closing { refusals: 0 },
            _ => End::NotReached,
        };
        self.desk().last = Some(talk);
        self.take(batch, &[], Brought { end, ..Brought::default() });
    }

    /// Takes what an envelope brought; whether the server had enough of us.
    fn brought(&self, batch: Batch, asked: Asked, refusals: usize, place: usize) -> bool {
        let refused = asked.mail.as_ref().map_or(0, |mail| mail.code);
        let end = match &asked.ending {
            _ if refused >= 500 => End::Sender { for_good: true },
            _ if refused >= 400 && refused != 421 => End::Sender { for_good: false },
            None | Some(Ending::Quit) => End::Well,
            // The 421 itself is no refusal.
            Some(Ending::ServiceClosing { .. }) => {
                End::Closing { refusals: refusals.saturating_sub(1) }
            }
            Some(Ending::NotConnected { .. }) => End::NotReached,
            Some(Ending::Closed { .. } | Ending::ReplyTimeout { .. } | Ending::Garbled { .. }) => {
                End::Broke { in_flight: asked.in_flight, refusals }
            }
        };
        let said = words(&asked.replies, batch.first.len());
        let controls = batch.last(&said);
        let last = controls.into_iter().zip(asked.last.iter().map(control));
        let last = last.collect();
        let all = || asked.replies.iter().chain(&asked.last);
        let took: Duration = all().map(took).sum();
        let count = u32::try_from(all().count()).unwrap_or(1).max(1);
        let brought = Brought {
            words: said,
            last,
            end,
            slow: took / count,
            full_after: full_after(all()),
            too_much_after: too_much_after(all()),
            limited: is_limited(all()),
            elsewhere: place != self.desk().server,
        };
        let too_much = brought.too_much_after.is_some() || brought.limited;
        self.take(batch, &asked.replies, brought);
        too_much
    }

    fn take(&self, batch: Batch, outcomes: &[Outcome], brought: Brought) {
        let now = self.begun.elapsed();
        let at = self.ask.net.clock.now();
        let desk = &mut *self.desk();
        let (rested, side) = (desk.schedule.paused(now), self.home);
        let (elsewhere, here) = (brought.elsewhere, desk.server);
        for change in desk.schedule.back(batch, brought, now) {
            let answer = |word, outcome| Answer { at, side, word, said: kept(outcome, word) };
            let entry = match change {
                Change::Heard { person, word, at, first, differs } => {
                    let Some(address) = self.people.get(person) else { continue };
                    desk.meter.add(usize::from(first));
                    let mut answer = answer(word, outcomes.get(at));
                    if differs && elsewhere {
                        answer.word = Word::Unjudged;
                        answer.said = self.torn(here).into();
                    }
                    Entry::Heard(address.clone(), answer)
                }
                Change::Unaskable { person, first } => {
                    let Some(address) = self.people.get(person) else { continue };
                    desk.meter.add(usize::from(first));
                    Entry::Heard(address.clone(), answer(Word::Unjudged, None))
                }
                Change::Proved(proof) => Entry::Proved(side, proof),
                Change::Vouched => Entry::Vouched(side),
            };
            (desk.tell)(News::Entry(entry));
        }
        let rests = desk.schedule.paused(now);
        let until = rests.and_then(|until| {
            let wait = jiff::SignedDuration::try_from(until.saturating_sub(now)).ok()?;
            at.checked_add(wait).ok()
        });
        if let Some(progress) = desk.meter.told(now, until, rests != rested) {
            (desk.tell)(News::Progress(progress));
        }
    }
}

fn took(outcome: &Outcome) -> Duration {
    match outcome {
        Outcome::Reply(reply) => reply.took,
        Outcome::Unspeakable => Duration::ZERO,
    }
}
