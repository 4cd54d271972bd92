//! The people: what the plan says of them, and each address asked of its server.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::Ask;
use super::probe::{broke_off, in_five_minutes, random_address, said, talk, transcript, whom};
use super::recipient::{Kind, heard};
use crate::finding::{Evidence, Finding, State};
use crate::net::{Conversation, Envelope, Sender};
use crate::plan::{Address, Home, Plan};

/// Recipients of one transaction (RFC 5321 4.5.3.1.8), the random one among them.
const AT_ONCE: usize = 100;
/// Conversations that may bring nothing new before the rest is left.
const IN_VAIN: usize = 2;

/// What the plan alone tells: no server is asked here.
pub(super) fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let (plan, at) = (ask.plan, ask.net.clock.now());
    if plan.roster.is_empty() {
        out(Finding::new(
            "people.count",
            State::Skipped { because: "nobody is in the plan yet".to_owned() },
            "Nobody to look at.",
            at,
        )
        .advise("Add the people: open or paste a list."));
        return;
    }
    let strangers: Vec<String> = plan
        .roster
        .iter()
        .filter(|person| person.address.domain() != plan.domain())
        .map(|person| person.address.to_string())
        .collect();
    if !strangers.is_empty() {
        out(Finding::new("people.outside", State::Failed, format!("{} not in {}.", people(strangers.len(), "is", "are"), plan.domain()), at)
            .compared(format!("addresses at {}", plan.domain()), some_of(&strangers))
            .asked("the plan")
            .means("Split Domain Routing and the forwards work for one domain; these addresses would be left out.")
            .advise("Correct the addresses, or remove these people from the plan.")
            .with_evidence(strangers.clone()));
    }
    if let Some(person) =
        plan.external.verification_address.as_ref().and_then(|address| plan.roster.get(address))
        && person.home == Home::Host
    {
        out(Finding::new(
            "people.verification-address",
            State::Failed,
            format!("The verification address {} is at the host.", person.address),
            at,
        )
        .compared("a mailbox on the external server", "at the host")
        .asked("the plan")
        .means("The host validates the external server with this address, so it must exist there.")
        .advise("Choose the address of somebody who stays on the external server to the end."));
    }
    let homes = |home| plan.roster.iter().filter(|person| person.home == home).count();
    out(Finding::new(
        "people.count",
        State::Passed,
        format!(
            "{}: {} on the external server, {} at the host, {} to move.",
            people(plan.roster.len(), "", "").trim_end(),
            homes(Home::External),
            homes(Home::Host),
            moving(plan)
        ),
        at,
    )
    .asked("the plan"));
}

fn moving(plan: &Plan) -> usize {
    plan.roster
        .iter()
        .filter(|person| person.home == Home::External && person.wave.is_some())
        .count()
}

fn people(count: usize, one: &str, more: &str) -> String {
    if count == 1 { format!("1 person {one}") } else { format!("{count} people {more}") }
}

/// The first five of many.
pub(super) fn some_of(names: &[String]) -> String {
    let first = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 { format!("{first} and {} more", names.len() - 5) } else { first }
}

/// Asks each address of the server that should have it: few conversations,
/// at most 100 recipients in each, a random address first. Addresses that
/// passed within a day, by `ask.evidence`, are not asked again, so that a run
/// that was broken off goes on where it stopped. Gives one finding for each
/// address (`people.rcpt@ann@example.com`), and one for each side
/// (`people.external`, `people.host`).
pub async fn ask_people(ask: &Ask<'_>, on_finding: &mut (dyn FnMut(Finding) + Send)) {
    for home in [Home::External, Home::Host] {
        let everybody: Vec<Address> = ask
            .plan
            .roster
            .iter()
            .filter(|person| person.home == home && person.address.domain() == ask.plan.domain())
            .map(|person| person.address.clone())
            .collect();
        if !everybody.is_empty() {
            ask_side(ask, home, everybody, on_finding).await;
        }
    }
}

async fn ask_side(
    ask: &Ask<'_>,
    home: Home,
    everybody: Vec<Address>,
    out: &mut (dyn FnMut(Finding) + Send),
) {
    let id = format!("people.{}", home.as_str());
    let now = ask.net.clock.now();
    let (known, open): (Vec<_>, Vec<_>) =
        everybody.iter().cloned().partition(|address| passed_lately(ask.evidence, address, now));
    let server = match server_of(ask, home).await {
        Ok(server) => server,
        Err(why) => {
            out(Finding::new(id, State::Unknown { why }, format!("{} could not be asked about.", people(everybody.len(), "", "").trim_end()), now)
                .means("That says nothing about the addresses.")
                .advise("Run the test of the external server (step 3) first, or check this machine's network."));
            return;
        }
    };
    let mut tally: BTreeMap<&'static str, usize> = BTreeMap::new();
    *tally.entry("Passed").or_default() += known.len();
    let mut pending: Vec<Address> = open;
    // The same at each run: a greylisting server would defer a new one for ever.
    let Some(random) = random_address(ask.plan.domain(), 0, "people") else { return };
    let mut takes_anything = None;
    let mut in_vain = 0;
    while !pending.is_empty() {
        let first = takes_anything.is_none().then(|| random.clone());
        let batch: Vec<Address> = pending.iter().take(AT_ONCE - 1).cloned().collect();
        let to = first.iter().chain(&batch).cloned().collect();
        let talk =
            talk(ask.net, &server.0, server.1, vec![Envelope { from: Sender::Null, to }]).await;
        let at = ask.net.clock.now();
        let before = (pending.len(), takes_anything);
        let nobody = heard(&talk, 0, &random);
        if nobody.kind == Kind::Accepted || nobody.is_no() {
            takes_anything = Some(nobody.kind == Kind::Accepted);
        }
        for address in batch {
            let Some(finding) = verdict(&talk, home, &address, takes_anything, at) else {
                continue;
            };
            pending.retain(|waiting| waiting != &address);
            *tally.entry(finding.state.word()).or_default() += 1;
            out(finding);
        }
        in_vain = if (pending.len(), takes_anything) == before { in_vain + 1 } else { 0 };
        if pending.is_empty() || in_vain >= IN_VAIN {
            out(summary(&id, &talk, home, everybody.len(), pending.len(), &tally, at));
            return;
        }
    }
    let all = everybody.len();
    out(Finding::new(id, State::Passed, format!("{all} of {all} known, asked within a day."), now)
        .asked(server.0));
}

fn passed_lately(seen: &Evidence, address: &Address, now: Timestamp) -> bool {
    let day = SignedDuration::from_hours(24);
    let fresh =
        |finding: &Finding| finding.state == State::Passed && now.duration_since(finding.at) < day;
    seen.get(&format!("people.rcpt@{address}")).is_some_and(fresh)
}

/// Name and address of the server that should know the people of `home`.
async fn server_of(ask: &Ask<'_>, home: Home) -> Result<(String, IpAddr), String> {
    let name = match home {
        Home::External => {
            ask.plan.external.host_name.as_ref().ok_or("the plan names no external server")?
        }
        Home::Host => &ask.plan.host.mx.first().ok_or("the host has no mail exchanger")?.exchange,
    };
    let addresses = ask.net.addresses(name.as_str()).await.map_err(|error| error.to_string())?;
    let ip = addresses.into_iter().min_by_key(IpAddr::is_ipv6);
    ip.map(|ip| (name.to_string(), ip)).ok_or_else(|| format!("{name} has no address record"))
}

/// What the server says of one person; `None` when it was not asked.
fn verdict(
    talk: &Conversation,
    home: Home,
    address: &Address,
    takes_anything: Option<bool>,
    at: Timestamp,
) -> Option<Finding> {
    let answer = heard(talk, 0, address);
    let reply = answer.reply.filter(|_| answer.kind != Kind::Unanswered)?;
    let make = |state, summary: String| {
        Finding::new(format!("people.rcpt@{address}"), state, summary, at)
            .compared("accepted", said(reply))
            .asked(whom(talk))
    };
    let side = match home {
        Home::External => "the external server",
        Home::Host => "the host",
    };
    Some(match answer.kind {
        Kind::Accepted if takes_anything == Some(true) => make(
            State::Unknown { why: "the server accepts any address".to_owned() },
            format!("{address} is accepted, but so is any address."),
        )
        .means("Whether this mailbox exists can't be told while the server accepts anything.")
        .advise("Let the server refuse unknown addresses first (step 3)."),
        Kind::Accepted if takes_anything.is_none() => make(
            State::Unknown {
                why: "it is not known whether the server would accept any address".to_owned(),
            },
            format!("{address} is accepted."),
        )
        .means(
            "The server gave no answer about an address that nobody has, so its yes proves little.",
        )
        .advise("Ask again; addresses that passed are not asked again."),
        Kind::Accepted => make(State::Passed, format!("{address} is known to {side}.")),
        Kind::Deferred | Kind::PeerUnreachable => make(
            State::Waiting { again_at: in_five_minutes(at) },
            format!("{address} is deferred."),
        )
        .means("A 4xx answer is temporary and says nothing about the address.")
        .advise("Ask again after the time shown; addresses that passed are not asked again."),
        Kind::SenderRefused | Kind::SpfRefused | Kind::ClientRefused | Kind::Unanswered => make(
            State::Unknown { why: "the server refuses this machine or its sender".to_owned() },
            format!("{address} could not be judged."),
        )
        .means("The refusal is about who asks, not about the address.")
        .advise("Ask from another machine."),
        Kind::Unknown | Kind::RelayDenied | Kind::PeerRefused | Kind::Refused => {
            make(State::Failed, format!("{address} is not known to {side}."))
                .means(format!("The plan sees this mailbox at {side}, which refuses it."))
                .advise("Create the mailbox, or correct the address or its place in the plan.")
        }
    })
}

/// One side in one line.
fn summary(
    id: &str,
    talk: &Conversation,
    home: Home,
    all: usize,
    left: usize,
    tally: &BTreeMap<&'static str, usize>,
    at: Timestamp,
) -> Finding {
    let count = |word: &str| tally.get(word).copied().unwrap_or(0);
    let (known, failed, deferred) = (count("Passed"), count("Failed"), count("Waiting"));
    let dark = count("Can't tell") + left;
    let mut parts = vec![format!("{known} of {all} known")];
    parts.extend((failed > 0).then(|| format!("{failed} refused")));
    parts.extend((deferred > 0).then(|| format!("{deferred} deferred")));
    parts.extend((dark > 0).then(|| format!("{dark} can't be told")));
    let why = broke_off(talk)
        .unwrap_or_else(|| "the server's answers prove nothing; each address says why".to_owned());
    let state = match () {
        () if failed > 0 => State::Failed,
        () if deferred > 0 => State::Waiting { again_at: in_five_minutes(at) },
        () if dark > 0 => State::Unknown { why },
        () => State::Passed,
    };
    let fine = state == State::Passed;
    let side = match home {
        Home::External => "External server",
        Home::Host => "Host",
    };
    let finding = Finding::new(id, state, format!("{side}: {}.", parts.join(", ")), at)
        .compared(format!("{all} of {all} known"), parts.join(", "))
        .asked(whom(talk))
        .with_evidence(transcript(talk));
    if fine {
        return finding;
    }
    finding
        .means("Mail to addresses that their server does not know bounces or goes astray.")
        .advise("Look at the single addresses, correct them, and ask again; those that passed are not asked again for a day.")
}
