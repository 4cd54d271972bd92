//! Each address asked of the server that should have it: few connections,
//! large envelopes, and an address that is known and one that nobody has
//! before, between and after.

mod judgement;
mod line;
mod pace;
mod progress;
mod schedule;
mod summary;
mod turn;
mod vouchers;

use std::net::IpAddr;
use std::sync::Mutex;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::Ask;
use super::probe::random_address;
use super::seen::seen;
use crate::finding::{Answers, Entry, Finding, State, Word};
use crate::plan::{Address, Home};

pub use judgement::person_finding;
pub use progress::Progress;

use line::{Desk, Run, work};
use pace::Pace;
use progress::Meter;
use schedule::Schedule;
use turn::Stop;

/// Findings about single people that a side gives at most, of each kind: the
/// others are in the answers.
const TOLD_SINGLY: usize = 20;

/// What a run tells.
#[derive(Debug, Clone)]
pub enum News {
    /// A line for the journal and for [`crate::finding::Evidence::hear`].
    Entry(Entry),
    /// How far it is; ten times a second at most.
    Progress(Progress),
    /// One side in one line (`people.external`, `people.host`), and the first
    /// of those with whom something is not as planned
    /// (`people.rcpt@ann@example.com`).
    Finding(Box<Finding>),
}

/// Who is told.
pub(crate) type Tell<'t> = dyn FnMut(News) + Send + 't;

/// Asks each address of the server that should have it: four connections at
/// most, 100 recipients in an envelope, a new connection after 8 refusals. A
/// run that was broken off within a week, by `ask.evidence`, is gone on with;
/// otherwise addresses that passed within a day are not asked again. Only
/// addresses of the plan's own domain are ever asked. Dropping the future
/// cancels; what was told stays good.
pub async fn ask_people(ask: &Ask<'_>, tell: &mut (dyn FnMut(News) + Send)) {
    let now = ask.net.clock.now();
    let tell: &mut Tell<'_> = &mut |news| {
        tell(match news {
            News::Finding(finding) => News::Finding(Box::new(finding.about(ask.plan))),
            other => other,
        });
    };
    let mut known = ask.evidence.people().about(ask.plan);
    let goes_on = known.goes_on_from(now).is_some();
    if !goes_on {
        hear(&mut known, Entry::Begun(now), tell);
    }
    let mut whole = true;
    for home in [Home::External, Home::Host] {
        let everybody: Vec<Address> = of_side(ask, home).collect();
        if !everybody.is_empty() {
            whole &= ask_side(ask, home, everybody, &mut known, goes_on, tell).await;
        }
    }
    if whole {
        tell(News::Entry(Entry::Finished(ask.net.clock.now())));
    }
}

/// How many of the plan's people have an answer of a run that may be gone on
/// with, and how many there are; `None` where there is no such run.
pub fn broken_off(
    ask: &crate::plan::Plan,
    answers: &Answers,
    now: Timestamp,
) -> Option<(usize, usize)> {
    answers.goes_on_from(now)?;
    let own = || ask.roster.iter().filter(|person| person.address.domain() == ask.domain());
    let done = own().filter(|person| is_done(answers, &person.address, person.home, now, true));
    Some((done.count(), own().count()))
}

/// The people of one side, in the plan's own domain.
fn of_side<'a>(ask: &'a Ask<'_>, home: Home) -> impl Iterator<Item = Address> + 'a {
    let own = ask.plan.domain();
    ask.plan
        .roster
        .iter()
        .filter(move |person| person.home == home && person.address.domain() == own)
        .map(|person| person.address.clone())
}

/// Whether nothing is to be asked about this person in this run.
fn is_done(
    answers: &Answers,
    address: &Address,
    home: Home,
    now: Timestamp,
    goes_on: bool,
) -> bool {
    match answers.of(address, home) {
        Some(answer) if goes_on => answer.word != Word::Deferred && !answer.word.is_open_refusal(),
        _ => answers.is_confirmed_lately(address, home, now),
    }
}

fn hear(known: &mut Answers, entry: Entry, tell: &mut Tell<'_>) {
    known.hear(entry.clone());
    tell(News::Entry(entry));
}

/// Asks one side. Whether the run has come to its end there.
async fn ask_side(
    ask: &Ask<'_>,
    home: Home,
    everybody: Vec<Address>,
    known: &mut Answers,
    goes_on: bool,
    tell: &mut Tell<'_>,
) -> bool {
    let now = ask.net.clock.now();
    let servers = match servers_of(ask, home).await {
        Ok(servers) => servers,
        Err(why) => {
            let none = summary::not_asked(home, everybody.len(), why, now);
            tell(News::Finding(Box::new(none)));
            return false;
        }
    };
    let Some(server) = servers.first().cloned() else { return false };
    let vouches = seen(ask.plan, ask.evidence).host_vouches(ask.plan);
    let asked = format!("{}:{}", server.0, ask.net.smtp_port);
    hear(known, Entry::Asks(home, asked), tell);
    let open: Vec<Address> = everybody
        .iter()
        .filter(|address| !is_done(known, address, home, now, goes_on))
        .cloned()
        .collect();
    if open.is_empty() {
        let none = summary::Outcome::default();
        let none = summary::side(home, &everybody, known, &none, vouches, now);
        tell(News::Finding(Box::new(none)));
        return true;
    }
    // The same at each run: a greylisting server would defer a new one for ever.
    let Some(random) = random_address(ask.plan.domain(), 0, "people") else { return false };
    let exists = match home {
        Home::External => ask.plan.external.verification_address.clone(),
        Home::Host => None,
    };
    let exists = exists.filter(|address| address.domain() == ask.plan.domain());
    let once = |address| known.of(address, home).is_some_and(|at| at.word.is_open_refusal());
    let refused: Vec<usize> =
        open.iter().enumerate().filter(|(_, who)| once(who)).map(|(place, _)| place).collect();
    let outcome = {
        let mut note = |news: News| {
            if let News::Entry(entry) = &news {
                known.hear(entry.clone());
            }
            tell(news);
        };
        let pace = Pace::resting(ask.net.rest);
        let unheard = open.len() - refused.len();
        let schedule = Schedule::new(open.len(), exists.is_some(), refused, pace)
            .with_others(servers.len() > 1);
        let desk = Desk {
            schedule,
            known: exists,
            meter: Meter::new(everybody.len() - unheard, everybody.len()),
            tell: &mut note,
            server: 0,
            last: None,
        };
        let run = Run {
            ask,
            home,
            servers,
            server,
            people: open,
            random,
            desk: Mutex::new(desk),
            begun: Instant::now(),
            news: Notify::new(),
        };
        // Four, by the pace; they share one task.
        tokio::join!(work(&run, 0), work(&run, 1), work(&run, 2), work(&run, 3));
        let mut desk = run.desk();
        summary::Outcome {
            stop: desk.schedule.stopped(),
            left: everybody.len() - desk.meter.answered(),
            contradicted: desk.schedule.contradicted(),
            differs: desk.schedule.differs(),
            addresses: run.servers.len(),
            talk: desk.last.take(),
        }
    };
    let at = ask.net.clock.now();
    for finding in summary::singly(home, &everybody, known, TOLD_SINGLY) {
        tell(News::Finding(Box::new(finding)));
    }
    let side = summary::side(home, &everybody, known, &outcome, vouches, at);
    tell(News::Finding(Box::new(side)));
    outcome.left == 0 || outcome.stop == Some(Stop::AcceptsAnything)
}

/// Names and addresses of the servers that should know the people of `home`,
/// the one to ask first in front.
async fn servers_of(ask: &Ask<'_>, home: Home) -> Result<Vec<(String, IpAddr)>, String> {
    let names = match home {
        Home::External => {
            vec![ask.plan.external.host_name.as_ref().ok_or("the plan names no external server")?]
        }
        Home::Host => ask.plan.host.mx.iter().map(|mx| &mx.exchange).collect(),
    };
    let mut servers = Vec::new();
    let mut why = "the host has no mail exchanger".to_owned();
    for name in names {
        match ask.net.addresses(name.as_str()).await {
            Ok(mut found) => {
                found.sort_by_key(IpAddr::is_ipv6);
                why = format!("{name} has no address record");
                servers.extend(found.into_iter().map(|ip| (name.to_string(), ip)));
            }
            Err(error) => why = error.to_string(),
        }
    }
    if servers.is_empty() { Err(why) } else { Ok(servers) }
}

/// A state that says that nothing could be told.
fn unknown(why: impl Into<String>) -> State {
    State::Unknown { why: why.into() }
}
