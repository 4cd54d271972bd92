//! One side in one line, and the first of those who need a look.

use jiff::Timestamp;

use super::judgement::person_finding;
use super::turn::Stop;
use super::{TOLD_SINGLY, unknown};
use crate::check::probe::{broke_off, in_five_minutes, transcript, whom};
use crate::counted;
use crate::finding::{Answers, Finding, Proof, State, Word};
use crate::net::Conversation;
use crate::plan::{Address, Home};

/// How a run about one side ended.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Why before its end.
    pub(super) stop: Option<Stop>,
    /// People without an answer.
    pub(super) left: usize,
    /// People who were refused at first and accepted when asked again.
    pub(super) contradicted: usize,
    /// Whether another address of the server refuses whom this one accepts.
    pub(super) differs: bool,
    /// Addresses that the server has.
    pub(super) addresses: usize,
    /// The last conversation.
    pub(super) talk: Option<Conversation>,
}

/// Answers of one side, counted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    known: usize,
    refused: usize,
    /// Of the refused, those who were asked about once.
    sampled: usize,
    closed: usize,
    deferred: usize,
    dark: usize,
}

impl Tally {
    /// On how many answers the refusals rest.
    fn rests_on(&self) -> String {
        let twice = self.refused - self.sampled;
        let sampled = match self.sampled {
            0 => return String::new(),
            1 => "1 was given once and stands".to_owned(),
            many => format!("{many} were given once and stand"),
        };
        format!(
            " Of the {} refusals {twice} were asked about a second time, evenly spread, and repeated, each of them; {sampled} by those. One that came of the moment may be among them.",
            self.refused
        )
    }
}

/// Nobody could be asked, and why.
pub(super) fn not_asked(home: Home, all: usize, why: String, at: Timestamp) -> Finding {
    let who = counted::people(all);
    Finding::new(id(home), unknown(why), format!("{who} could not be asked about."), at)
        .means("That says nothing about the addresses.")
        .advise(
            "Run the test of the external server (step 3) first, or check this machine's network.",
        )
}

const ROUTED: &str = " While Split Domain Routing is on, the host accepts as well what the external server has, such as a contact: this shows that the address is taken, not that its mailbox is there. The host's own list shows that.";

/// The first of each kind that is not as planned.
pub(super) fn singly(
    home: Home,
    people: &[Address],
    answers: &Answers,
    most: usize,
) -> Vec<Finding> {
    let (proof, server) = (answers.proof(home), answers.server(home));
    // One finding for all says it better than each of them.
    if proof == Proof::AcceptsAnything {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let words = [
        Word::Refused,
        Word::RefusedBySample,
        Word::Closed,
        Word::Deferred,
        Word::RefusedTwice,
        Word::RefusedOnce,
        Word::Unjudged,
        Word::Known,
    ];
    for word in words {
        let of_kind = people.iter().filter_map(|address| {
            let answer = answers.of(address, home).filter(|answer| answer.word == word)?;
            Some(person_finding(address, answer, proof, server))
        });
        findings.extend(of_kind.filter(|finding| finding.state != State::Passed).take(most));
    }
    findings
}

/// The side in one line; `vouches`: whether its yes to an address says that
/// the mailbox is there.
pub(super) fn side(
    home: Home,
    people: &[Address],
    answers: &Answers,
    outcome: &Outcome,
    vouches: bool,
    at: Timestamp,
) -> Finding {
    let all = people.len();
    // With split domain routing the host's yes may be the external server's.
    let routed = home == Home::Host && !vouches;
    let word = if routed { "accepted" } else { "known" };
    let name = match home {
        Home::External => "External server",
        Home::Host => "Host",
    };
    let tally = count(home, people, answers);
    let mut parts = vec![format!("{} of {all} {word}", tally.known)];
    let dark = tally.dark + outcome.left;
    for (count, word) in [
        (tally.refused, "refused"),
        (tally.closed, "full or disabled"),
        (tally.deferred, "deferred"),
        (dark, "can't be told"),
    ] {
        parts.extend((count > 0).then(|| format!("{count} {word}")));
    }
    let found = parts.join(", ");
    let why = why(outcome, answers, home);
    let state = match () {
        () if outcome.stop == Some(Stop::AcceptsAnything) => unknown(why),
        () if tally.refused > 0 => State::Failed,
        () if outcome.stop == Some(Stop::Sender(false)) => {
            State::Waiting { again_at: in_five_minutes(at) }
        }
        () if tally.deferred > 0 => State::Waiting { again_at: in_five_minutes(at) },
        () if dark > 0 => unknown(why),
        () if tally.closed > 0 => State::Warning,
        () => State::Passed,
    };
    let summary = match outcome.stop {
        Some(Stop::AcceptsAnything) => format!("{name}: inconclusive, it accepts anything."),
        Some(_) if outcome.left > 0 => {
            format!("{name}: {found}. Broken off before its end: {}.", reason(outcome))
        }
        _ if outcome.talk.is_none() => format!("{name}: {found}, asked within a day."),
        _ => format!("{name}: {found}."),
    };
    let fine = state == State::Passed;
    let asked = match &outcome.talk {
        Some(talk) => whom(talk),
        None => answers.server(home).unwrap_or_default().to_owned(),
    };
    let finding = Finding::new(id(home), state, summary, at)
        .compared(format!("{all} of {all} {word}"), found)
        .asked(asked)
        .with_evidence(outcome.talk.as_ref().map(transcript).unwrap_or_default());
    let why = match outcome.addresses {
        ..=1 => "its no is not steady",
        _ => "its addresses differ, or its no is not steady",
    };
    let mut unsteady = match outcome.contradicted {
        0 => String::new(),
        1 => format!(" 1 person was refused at first and accepted when asked again: {why}."),
        many => {
            format!(" {many} people were refused at first and accepted when asked again: {why}.")
        }
    };
    if outcome.differs {
        unsteady.push_str(
            " Another of its addresses refuses somebody whom this one accepts: mail that comes there bounces.",
        );
    }
    unsteady.push_str(&tally.rests_on());
    if routed && tally.known > 0 {
        unsteady.push_str(ROUTED);
    }
    let (meaning, advice) = match outcome.stop {
        _ if fine && unsteady == ROUTED => return finding.means(ROUTED.trim_start()),
        _ if fine && unsteady.is_empty() && outcome.addresses > 1 => {
            return finding.means(format!(
                "Asked at one of its {} addresses: what the others know was not seen.",
                outcome.addresses
            ));
        }
        _ if fine && unsteady.is_empty() => return finding,
        _ if fine => (
            "Each of them was accepted in the end.",
            "Look at its log for what it could not look up.",
        ),
        Some(Stop::AcceptsAnything) => (
            "It took an address that nobody has, so its yes to the others proves nothing. It may be a catch-all, or the server looks only later and bounces.",
            "Let the server refuse unknown addresses first (step 3), then ask again.",
        ),
        Some(stop) if outcome.left > 0 => (
            match stop {
                Stop::Turned => {
                    "Again and again it refused an address that it had accepted before: nothing counts that was said in the same conversations."
                }
                Stop::Sender(_) => {
                    "It does not take the empty sender, with which bounces are sent and addresses are asked: nothing was asked in it."
                }
                Stop::RefusesAll => {
                    "Nobody was accepted, the address that is known to exist neither, so its no is not about any of them: it may refuse this machine, or not serve the domain yet. None of it counts."
                }
                Stop::RefusesUs => "The refusal is about who asks, not about the addresses.",
                Stop::Limited => {
                    "It allows so few questions in a time that waiting for minutes brought none. What was answered so far stands."
                }
                Stop::InVain | Stop::AcceptsAnything => {
                    "What was answered so far stands; the others were not asked."
                }
            },
            "Test the server first (step 3), then ask again: it goes on where it stopped. If it stays, ask from another machine, or exempt this one on the server.",
        ),
        _ if tally.refused == 0 => (
            "The server's answers about some addresses are temporary, or not about the address; that says nothing about them.",
            "Ask again later; those that passed are not asked again for a day. The single answers say more.",
        ),
        _ => (
            "Mail to addresses that their server does not know bounces or goes astray.",
            "Look at the single addresses, correct them, and ask again; those that passed are not asked again for a day.",
        ),
    };
    let kinds = [tally.refused, tally.closed, tally.deferred, tally.dark];
    let listed = match kinds.iter().any(|count| *count > TOLD_SINGLY) {
        true => format!(
            " The first {TOLD_SINGLY} of each kind are listed one by one; the answer about each person is in people.journal."
        ),
        false => String::new(),
    };
    finding.means(format!("{meaning}{unsteady}{listed}")).advise(advice)
}

fn count(home: Home, people: &[Address], answers: &Answers) -> Tally {
    let proof = answers.proof(home);
    let mut tally = Tally::default();
    for answer in people.iter().filter_map(|address| answers.of(address, home)) {
        match (answer.word, proof) {
            (Word::Known, Proof::RefusesUnknown) => tally.known += 1,
            (Word::Refused, _) => tally.refused += 1,
            (Word::RefusedBySample, _) => {
                tally.refused += 1;
                tally.sampled += 1;
            }
            (Word::Closed, _) => tally.closed += 1,
            (Word::Deferred, _) => tally.deferred += 1,
            (Word::Known | Word::Unjudged, _) => tally.dark += 1,
            (word, _) => tally.dark += usize::from(word.is_open_refusal()),
        }
    }
    tally
}

/// To follow "because".
fn why(outcome: &Outcome, answers: &Answers, home: Home) -> String {
    match outcome.stop {
        Some(_) => reason(outcome),
        None if answers.proof(home) == Proof::None => {
            "the server gave no answer about an address that nobody has".to_owned()
        }
        None => outcome.talk.as_ref().and_then(broke_off).unwrap_or_else(|| {
            "the server's answers prove nothing; each address says why".to_owned()
        }),
    }
}

fn reason(outcome: &Outcome) -> String {
    match outcome.stop {
        Some(Stop::AcceptsAnything) => "the server accepts any address".to_owned(),
        Some(Stop::Turned) => {
            "the server began to refuse an address that it had accepted before".to_owned()
        }
        Some(Stop::RefusesAll) => "the server refuses everybody".to_owned(),
        Some(Stop::RefusesUs) => "the server refuses this machine or its sender".to_owned(),
        Some(Stop::Sender(true)) => "the server refuses the empty sender".to_owned(),
        Some(Stop::Sender(false)) => "the server puts the empty sender off".to_owned(),
        Some(Stop::Limited) => "the server limits how much it is asked".to_owned(),
        Some(Stop::InVain) | None => outcome
            .talk
            .as_ref()
            .and_then(broke_off)
            .unwrap_or_else(|| "the server's answers came to nothing".to_owned()),
    }
}

fn id(home: Home) -> String {
    format!("people.{}", home.as_str())
}
