//! The forwards: who needs one by the plan, and whether the external server
//! has them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;

use super::Ask;
use super::people::some_of;
use super::probe::{
    answered, broke_off, in_five_minutes, random_address, strange_address, talk, transcript, whom,
};
use super::recipient::{Heard, Kind, heard};
use crate::finding::{Finding, State};
use crate::net::{Conversation, Envelope, Sender};
use crate::plan::{Address, ExternalSystem, Home, Mailbox, Plan, Strategy, Task};

/// People asked about in one conversation, beside the two controls.
const ASKED: usize = 98;

/// Begins a line of evidence: somebody whom the external server accepts, while
/// it refuses an address that nobody has.
pub(super) const ACCEPTED: &str = "accepted: ";

/// Begins a line of evidence: somebody whom it refuses.
pub(super) const NO_CONTACT: &str = "no contact: ";

/// One conversation, and the people asked about in it.
type Talk = (Conversation, Vec<Address>);

/// Who tells how far the server's word goes.
struct Controls {
    /// Nobody has it.
    random: Address,
    /// The verification address, which must exist there; where there is none,
    /// an address in a domain that nobody has.
    other: Address,
}

impl Controls {
    /// The same at each run: a greylisting server would defer new ones for ever.
    fn of(plan: &Plan) -> Option<Self> {
        let known = plan.external.verification_address.clone();
        let lives_there = |address: &Address| {
            address.domain() == plan.domain() && at_host(plan).all(|one| one.address != *address)
        };
        let strange = || strange_address(plan.domain(), 0, "forwards");
        Some(Self {
            random: random_address(plan.domain(), 0, "forwards")?,
            other: known.filter(lives_there).or_else(strange)?,
        })
    }

    /// Whether a refusal is one that everybody gets in this conversation.
    fn are_told(&self, talk: &Conversation, answer: &Heard<'_>) -> bool {
        let [random, other] = [&self.random, &self.other].map(|one| heard(talk, 0, one));
        answer.is_said_to_all(&random, &other)
    }
}

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let (plan, at) = (ask.plan, ask.net.clock.now());
    out(count(plan, at));
    out(collisions(plan, at));
    let moved: Vec<&Mailbox> = at_host(plan).collect();
    if plan.done.contains(&Task::TakeDown) {
        return out(skipped("the split was taken down", at));
    }
    if moved.is_empty() {
        return out(skipped("nobody is at the host yet", at));
    }
    let Some(host) = &plan.external.host_name else {
        return out(skipped("the plan names no external server", at));
    };
    let ip = match ask.net.addresses(host.as_str()).await {
        Ok(found) => found.into_iter().min_by_key(IpAddr::is_ipv6),
        Err(error) => return out(unreachable(error.to_string(), at)),
    };
    let Some(ip) = ip else { return out(unreachable(format!("{host} has no address record"), at)) };
    let Some(controls) = Controls::of(plan) else { return };
    let mut talks: Vec<Talk> = Vec::new();
    for people in moved.chunks(ASKED) {
        let asked: Vec<Address> = people.iter().map(|person| person.address.clone()).collect();
        let to = asked.iter().chain([&controls.random, &controls.other]).cloned().collect();
        let envelope = Envelope { from: Sender::Null, to };
        let talk = talk(ask.net, host.as_str(), ip, vec![envelope]).await;
        let broken = broke_off(&talk).is_some();
        talks.push((talk, asked));
        if broken {
            break;
        }
    }
    let keeping = moved.iter().filter(|person| person.strategy == Strategy::Forward).count();
    out(contacts(plan, &talks, moved.len(), keeping, &controls, ask.net.clock.now()));
}

/// Everybody of the domain whose mailbox is at the host.
fn at_host(plan: &Plan) -> impl Iterator<Item = &Mailbox> {
    plan.roster
        .iter()
        .filter(|person| person.home == Home::Host && person.address.domain() == plan.domain())
}

/// `forwards.count`: how many there will be.
fn count(plan: &Plan, at: Timestamp) -> Finding {
    let moving: Vec<String> = plan
        .wave_numbers()
        .into_iter()
        .filter_map(|wave| {
            let people = plan
                .roster
                .iter()
                .filter(|person| person.home == Home::External && person.wave == Some(wave))
                .count();
            (people > 0).then(|| format!("{people} in {}", plan.wave(wave).label()))
        })
        .collect();
    let now = at_host(plan).count();
    if now == 0 && moving.is_empty() {
        return Finding::new(
            "forwards.count",
            State::Skipped { because: "nobody is at the host and nobody moves".to_owned() },
            "No forwards are needed.",
            at,
        );
    }
    let then =
        if moving.is_empty() { String::new() } else { format!("; later {}", moving.join(", ")) };
    Finding::new("forwards.count", State::Passed, format!("{now} needed today{then}."), at)
        .asked("the plan")
}

/// `forwards.collisions`: an address that two people claim can have one forward only.
fn collisions(plan: &Plan, at: Timestamp) -> Finding {
    let mut owners: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
    for person in &plan.roster {
        for address in std::iter::once(&person.address).chain(&person.aliases) {
            let claims = owners.entry(address).or_default();
            if !claims.contains(&&person.address) {
                claims.push(&person.address);
            }
        }
    }
    let twice: Vec<String> = owners
        .iter()
        .filter(|(_, owners)| owners.len() > 1)
        .map(|(address, owners)| {
            let owners: Vec<String> = owners.iter().map(ToString::to_string).collect();
            format!("{address} belongs to {}", owners.join(" and to "))
        })
        .collect();
    if twice.is_empty() {
        return Finding::new(
            "forwards.collisions",
            State::Passed,
            "No address belongs to two people.",
            at,
        )
        .asked("the plan");
    }
    let summary = if twice.len() == 1 {
        "One address belongs to two people.".to_owned()
    } else {
        format!("{} addresses belong to two people.", twice.len())
    };
    Finding::new("forwards.collisions", State::Failed, summary, at)
        .compared("each address once", some_of(&twice))
        .asked("the plan")
        .means("An address can be in one mailbox or contact only; the external server refuses the second (“proxy address already in use”), and mail for it reaches one of the two.")
        .advise("Decide whose address it is and remove it from the other person's aliases in step 2.")
        .with_evidence(twice)
}

fn skipped(because: &str, at: Timestamp) -> Finding {
    Finding::new(
        "forwards.contacts",
        State::Skipped { because: because.to_owned() },
        "The external server was not asked for forwards.",
        at,
    )
}

fn unreachable(why: String, at: Timestamp) -> Finding {
    Finding::new("forwards.contacts", State::Unknown { why }, "The external server can't be asked from here.", at)
        .means("Whether the forwards are loaded can only be seen by asking it.")
        .advise("Check the test of the external server (step 3). On the server itself, the verify script of the export tells.")
}

/// `forwards.contacts`: whether the external server takes mail for those who moved.
fn contacts(
    plan: &Plan,
    talks: &[Talk],
    all: usize,
    keeping: usize,
    controls: &Controls,
    at: Timestamp,
) -> Finding {
    // The last one tells how it ended; there is always one.
    let Some((talk, _)) = talks.last() else {
        return unreachable("nobody was asked about".to_owned(), at);
    };
    if !answered(talk) {
        let why = broke_off(talk).unwrap_or_else(|| "the conversation ended at once".to_owned());
        return unreachable(why, at).asked(whom(talk)).with_evidence(transcript(talk));
    }
    let nobody = heard(talk, 0, &controls.random);
    let answers = talks.iter().flat_map(|(talk, asked)| {
        asked.iter().map(move |address| {
            let answer = heard(talk, 0, address);
            (address, answer.amid(controls.are_told(talk, &answer)))
        })
    });
    let answers: Vec<(&Address, Heard<'_>)> = answers.collect();
    let having = |wanted: fn(&Heard<'_>) -> bool| {
        answers
            .iter()
            .filter(|(_, answer)| wanted(answer))
            .map(|(address, _)| address.to_string())
            .collect::<Vec<_>>()
    };
    let taken = having(|answer| answer.kind == Kind::Accepted);
    let refused = having(|answer| answer.is_no());
    let deferred = having(|answer| matches!(answer.kind, Kind::Deferred | Kind::PeerUnreachable));
    let each = |head: &'static str, of: &[String]| {
        of.iter().map(|address| format!("{head}{address}")).collect::<Vec<_>>()
    };
    let proven = if nobody.is_no() { each(ACCEPTED, &taken) } else { Vec::new() };
    let make = |state, summary: String| {
        Finding::new("forwards.contacts", state, summary, at)
            .compared(
                format!("{all} of {all} accepted"),
                format!(
                    "{} accepted, {} refused, {} deferred",
                    taken.len(),
                    refused.len(),
                    deferred.len()
                ),
            )
            .asked(whom(talk))
            .with_evidence(transcript(talk))
            .with_evidence(each(NO_CONTACT, &refused))
            .with_evidence(proven.clone())
    };
    if !refused.is_empty() {
        return make(
            State::Failed,
            format!("The external server has no contact yet for {} of {all}.", refused.len()),
        )
        .means(format!(
            "It refuses {}. Mail for these people bounces wherever it passes through that server.",
            some_of(&refused)
        ))
        .advise(format!(
            "Load the forwards of their wave on the external server: {}.",
            loading(plan.external.system)
        ));
    }
    if !deferred.is_empty() {
        return make(
            State::Waiting { again_at: in_five_minutes(at) },
            format!("The external server defers {} of {all}.", deferred.len()),
        )
        .means("A 4xx answer is temporary and says nothing about the forwards.")
        .advise("Check again after the time shown.");
    }
    if nobody.is_taken() {
        return make(State::Unknown { why: "the external server accepts any address".to_owned() }, "The external server accepts everybody who moved, but also any other address.".to_owned())
            .means("Whether the forwards are loaded can't be seen from outside while it accepts anything.")
            .advise("Let it refuse unknown addresses first (step 3), or run the verify script of the export on the server.");
    }
    if taken.len() < all || !nobody.is_no() {
        let why = broke_off(talk).unwrap_or_else(|| {
            format!("the server's answers are not about the addresses: {}", nobody.said())
        });
        return make(
            State::Unknown { why },
            "The external server did not answer about everybody.".to_owned(),
        )
        .means("What it left unanswered says nothing about the forwards.")
        .advise("Check again, from another machine if it stays.");
    }
    let kept = match keeping {
        0 => String::new(),
        count => format!(
            " {count} of them keep a mailbox there, which is accepted with or without a forward."
        ),
    };
    make(State::Passed, format!("The external server takes mail for all {all} who are at the host."))
        .means(format!("It has a contact or a mailbox for each. Which of the two, and where the contact points, can't be seen from outside; the verify script tells.{kept}"))
}

/// How the exported list is loaded, to follow a colon.
fn loading(system: ExternalSystem) -> &'static str {
    match system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => {
            "run the exported apply.ps1 for a preview, then with -Apply"
        }
        ExternalSystem::Postfix => "put the exported map into virtual_alias_maps and run postmap",
        ExternalSystem::Other => "make a forward for each line of the exported list",
        _ => "load the exported list as its HOW-TO.txt says",
    }
}
