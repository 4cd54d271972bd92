//! What one reply says of one person, and how that is told as a finding.

use crate::check::probe::said;
use crate::check::recipient::{Kind, kind};
use crate::finding::{Answer, Finding, PERSON, Proof, Word};
use crate::net::{Outcome, Reply};
use crate::plan::{Address, Side};

/// Characters of a reply that are kept.
const KEPT: usize = 160;

/// What the answers of one envelope say, in order, up to where the server
/// took no more recipients.
pub(super) fn words(outcomes: &[Outcome], controls: usize) -> Vec<Option<Word>> {
    let mut accepted = 0;
    let of = |(at, outcome): (usize, &Outcome)| {
        let Outcome::Reply(reply) = outcome else { return Some(Word::Unjudged) };
        let word = match at < controls {
            true => control(outcome),
            false => person(reply),
        };
        if full(reply, accepted) {
            return None;
        }
        accepted += usize::from(reply.code < 300);
        word
    };
    outcomes.iter().enumerate().map(of).collect()
}

/// After how many recipients the server took no more, if it said so.
pub(super) fn full_after<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Option<usize> {
    let mut accepted = 0;
    for (at, outcome) in outcomes.into_iter().enumerate() {
        let Outcome::Reply(reply) = outcome else { continue };
        if full(reply, accepted) {
            return Some(at);
        }
        accepted += usize::from(reply.code < 300);
    }
    None
}

/// "Too many recipients" (RFC 5321 4.5.3.1.10): said after some were taken, and
/// about their number. A full disk or mailbox has another enhanced code.
fn full(reply: &Reply, accepted: usize) -> bool {
    let count = matches!(reply.enhanced, None | Some((4, 5, 3)));
    reply.code == 452 && count && accepted > 0
}

fn person(reply: &Reply) -> Option<Word> {
    Some(match (reply.code, kind(reply)) {
        (..=199 | 300..=399 | 600.., _) | (_, Kind::Uncommitted) => Word::Unjudged,
        (_, Kind::Accepted) => Word::Known,
        (_, Kind::Deferred | Kind::PeerUnreachable) => Word::Deferred,
        (_, Kind::Unanswered | Kind::TooMuch) => return None,
        (_, Kind::MailboxClosed) => Word::Closed,
        (
            _,
            Kind::SenderRefused
            | Kind::SpfRefused
            | Kind::ClientRefused
            | Kind::LoginWanted
            | Kind::RelayDenied
            | Kind::Refused
            | Kind::SaidToAll,
        ) => Word::Unjudged,
        (_, Kind::Unknown | Kind::PeerRefused) => Word::Refused,
    })
}

/// Of an address that nobody has every yes counts, 252 too, and every no that
/// is not about us.
pub(super) fn control(outcome: &Outcome) -> Option<Word> {
    let Outcome::Reply(reply) = outcome else { return Some(Word::Unjudged) };
    match kind(reply) {
        _ if (200..300).contains(&reply.code) => Some(Word::Known),
        Kind::RelayDenied | Kind::Refused if reply.code >= 500 => Some(Word::Refused),
        _ => person(reply),
    }
}

/// After how many answers the server had enough of this conversation, if it
/// said so for good.
pub(super) fn too_much_after<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Option<usize> {
    outcomes.into_iter().position(|outcome| is_too_much(outcome, 5))
}

/// Whether the server had enough for a while: a rate that it allows.
pub(super) fn is_limited<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> bool {
    outcomes.into_iter().any(|outcome| is_too_much(outcome, 4))
}

fn is_too_much(outcome: &Outcome, class: u16) -> bool {
    matches!(outcome, Outcome::Reply(reply) if reply.code / 100 == class && kind(reply) == Kind::TooMuch)
}

/// What is kept of the reply; nothing of a plain yes.
pub(super) fn kept(outcome: Option<&Outcome>, word: Word) -> Box<str> {
    match (outcome, word) {
        (_, Word::Known) => "".into(),
        (Some(Outcome::Reply(reply)), _) => said(reply).chars().take(KEPT).collect(),
        (Some(Outcome::Unspeakable), _) => {
            "(not asked: the server does not offer SMTPUTF8, which this address needs)".into()
        }
        (None, _) => "(the server broke off each time)".into(),
    }
}

/// One person's answer as a finding: `people.rcpt@ann@example.com`.
pub fn person_finding(
    address: &Address,
    answer: &Answer,
    proof: Proof,
    server: Option<&str>,
) -> Finding {
    let side = match answer.side {
        Side::External => "the external server",
        Side::Host => "the host",
    };
    let found = if answer.said.is_empty() { "accepted" } else { &answer.said };
    let make = |summary: String| {
        Finding::new(format!("{PERSON}{address}"), answer.state(proof), summary, answer.at)
            .compared("accepted", found)
            .asked(server.unwrap_or(side))
    };
    match (answer.word, proof) {
        (Word::Known, Proof::RefusesUnknown) => make(format!("{address} is known to {side}.")),
        (Word::Known, Proof::AcceptsAnything) => {
            make(format!("{address} is accepted, but so is any address."))
                .means("Whether this mailbox exists can't be told while the server accepts anything.")
                .advise("Let the server refuse unknown addresses first (step 3).")
        }
        (Word::Known, Proof::None) => make(format!("{address} is accepted."))
            .means("The server gave no answer about an address that nobody has, so its yes proves little.")
            .advise("Ask again; addresses that passed are not asked again."),
        (Word::Deferred, _) => make(format!("{address} is deferred."))
            .means("A 4xx answer is temporary and says nothing about the address.")
            .advise("Ask again after the time shown; addresses that passed are not asked again."),
        (Word::Closed, _) => make(format!("{address} exists, but its mailbox takes nothing now."))
            .means(format!("The answer of {side} is about the mailbox: it is full or disabled. Mail for it bounces while that lasts."))
            .advise("Make room in the mailbox or enable it, then ask again."),
        (Word::Unjudged, _) => make(format!("{address} could not be judged."))
            .means("The server's answer is not about whether this address exists; its words are in “found”.")
            .advise("Ask from another machine, or look on the server itself."),
        (Word::RefusedOnce, _) => make(format!("{address} was refused once."))
            .means("A single no may come of the moment: it counts once it is repeated in another conversation, and this one was not.")
            .advise("Ask again: it goes on where it stopped."),
        (Word::RefusedTwice, _) => make(format!("{address} was refused twice, which does not count yet."))
            .means("A no counts once it turns out that each that is asked about again is repeated: others were accepted after all, or not asked about again.")
            .advise("Ask again: it goes on where it stopped."),
        (Word::RefusedBySample, _) => make(format!("{address} is not known to {side}, which said so once."))
            .means(format!("The plan sees this mailbox at {side}, which refuses it. Of very many refusals an even sample was asked about again, and each was repeated; this one was not among them and stands by those."))
            .advise("Create the mailbox, or correct the address or its place in the plan."),
        (Word::Refused, _) => make(format!("{address} is not known to {side}."))
            .means(format!("The plan sees this mailbox at {side}, which refuses it, also when asked again."))
            .advise("Create the mailbox, or correct the address or its place in the plan."),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reply(code: u16, text: &str) -> Outcome {
        let mut reading = text.split(' ').next().unwrap_or_default().split('.');
        let mut digit = || reading.next().and_then(|part| part.parse::<u16>().ok());
        let enhanced = digit().zip(digit()).zip(digit()).map(|((a, b), c)| (a as u8, b, c));
        let lines = vec![text.to_owned()];
        Outcome::Reply(Reply { code, enhanced, lines, took: Duration::ZERO })
    }

    #[test]
    fn an_answer_never_says_more_than_the_reply() {
        for (code, text, word) in [
            (250, "2.1.5 Ok", Some(Word::Known)),
            (251, "User not local; will forward", Some(Word::Known)),
            (252, "Cannot VRFY user, but will accept", Some(Word::Unjudged)),
            (354, "go ahead", Some(Word::Unjudged)),
            (450, "4.2.0 Greylisted", Some(Word::Deferred)),
            (452, "4.2.2 mailbox full", Some(Word::Deferred)),
            (552, "5.2.2 mailbox full", Some(Word::Closed)),
            (550, "5.7.1 Authentication required", Some(Word::Unjudged)),
            (504, "5.5.2 <x>: Helo command rejected", Some(Word::Unjudged)),
            (550, "5.1.1 no such user", Some(Word::Refused)),
            (554, "5.7.1 Client host [192.0.2.9] blocked using zen", Some(Word::Unjudged)),
        ] {
            assert_eq!(words(&[reply(code, text)], 0), [word], "{code} {text}");
        }
    }

    #[test]
    fn too_many_recipients_is_about_their_number_and_not_about_the_next_one() {
        let ok = reply(250, "2.1.5 Ok");
        let full = reply(452, "4.5.3 Error: too many recipients");
        let bare = reply(452, "try the rest later");
        for no_more in [&full, &bare] {
            let outcomes = [ok.clone(), ok.clone(), no_more.clone()];
            assert_eq!(words(&outcomes, 0).last(), Some(&None));
            assert_eq!(full_after(&outcomes), Some(2));
        }
        // The first recipient can't be one too many.
        assert_eq!(words(&[bare], 0), [Some(Word::Deferred)]);
    }

    #[test]
    fn of_an_address_that_nobody_has_every_yes_counts() {
        assert_eq!(words(&[reply(252, "will accept")], 1), [Some(Word::Known)]);
    }
}
