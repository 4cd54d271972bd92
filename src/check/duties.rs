//! What every mail server owes, whatever the plan: mail for postmaster and
//! abuse is taken (RFC 2142, RFC 5321 4.5.1), mail for strangers to strangers
//! is not.

use jiff::Timestamp;

use super::addresses::is_private;
use super::delay::again;
use super::envelopes::{of_known, retry, why_unasked};
use super::probe::{transcript, whom};
use super::questions::{FOREIGN, NULL, Questions};
use super::recipient::{Heard, Kind, heard, heard_anywhere};
use crate::finding::{Finding, State};
use crate::net::Conversation;
use crate::plan::{Address, Plan, Side};

/// The ids, in the order in which they are told.
pub(super) const IDS: [&str; 3] = ["server.postmaster", "server.abuse", "server.relay"];

/// What a server makes of every address that it is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// It tells them apart, as far as was seen.
    Discerns,
    /// It accepts one that nobody has.
    AcceptsAnything,
    /// It refuses all in the same words.
    RefusesAll,
    /// In the second conversation it refuses whom it accepted in the first:
    /// what it refuses there is not about the address.
    Forgets,
    /// What it makes of an address that nobody has was not seen.
    Untold,
}

/// The habit that both conversations show. One refusal for everybody is one
/// for the verification address, an address that nobody has, postmaster and a
/// foreign domain alike; that the domain is not taken is an answer of its own.
pub(super) fn habit(
    talk: &Conversation,
    second: Option<&Conversation>,
    asked: &Questions,
) -> Habit {
    let random = of_random(talk, second, asked);
    if random.kind == Kind::Accepted {
        return Habit::AcceptsAnything;
    }
    let known = asked.known.as_ref().map(|address| of_known(talk, address));
    let later = asked.known.as_ref().zip(second).map(|(to, talk)| heard_anywhere(talk, to));
    let forgets = later.is_some_and(|later| later.is_refusal())
        && known.is_some_and(|known| known.kind == Kind::Accepted);
    let owed = [&asked.postmaster, &asked.abuse, &asked.elsewhere];
    let owed = second.into_iter().flat_map(|talk| owed.map(|to| heard_anywhere(talk, to)));
    let answers: Vec<Heard<'_>> = known.into_iter().chain([random]).chain(owed).collect();
    let refrain = random.refrain();
    let is_one = answers.len() > 2
        && random.kind != Kind::RelayDenied
        && refrain.is_some()
        && answers.iter().all(|answer| answer.refrain() == refrain);
    match (is_one, forgets) {
        (true, _) => Habit::RefusesAll,
        (false, true) => Habit::Forgets,
        (false, false) if random.is_no() => Habit::Discerns,
        (false, false) => Habit::Untold,
    }
}

/// Whether the empty sender is refused as the recipients are named: all get
/// the same answer, one who is accepted from somebody else among them.
pub(super) fn refuses_null(talk: &Conversation, asked: &Questions) -> bool {
    let random = heard(talk, NULL, &asked.random);
    asked.known.as_ref().is_some_and(|known| {
        heard(talk, NULL, known).repeats(&random) && heard(talk, FOREIGN, known).is_taken()
    })
}

/// What was said of the address that nobody has: the answer that goes furthest
/// of both conversations. Taken without a look is taken.
pub(super) fn of_random<'a>(
    talk: &'a Conversation,
    second: Option<&'a Conversation>,
    asked: &Questions,
) -> Heard<'a> {
    let first = heard(talk, NULL, &asked.random);
    let first = first.amid(refuses_null(talk, asked));
    let again = second.map(|talk| heard_anywhere(talk, &asked.random));
    let again = again.filter(|again| again.kind != Kind::Unanswered);
    let answer = match again {
        Some(again) if !first.is_taken() && (again.is_taken() || is_open(first)) => again,
        _ => first,
    };
    match answer.kind {
        Kind::Uncommitted => Heard { kind: Kind::Accepted, ..answer },
        // Of the whole domain, whoever is named.
        Kind::RelayDenied => answer,
        // In the words in which somebody who was accepted is refused later on,
        // it is about neither.
        _ => {
            let accepted = |to: &&Address| of_known(talk, to).kind == Kind::Accepted;
            let known = asked.known.as_ref().filter(accepted).zip(second);
            let known = known.map(|(to, talk)| heard_anywhere(talk, to));
            answer.amid(known.is_some_and(|known| known.repeats(&answer)))
        }
    }
}

/// Whether an answer leaves the question open.
fn is_open(answer: Heard<'_>) -> bool {
    matches!(
        answer.kind,
        Kind::SenderRefused
            | Kind::LoginWanted
            | Kind::TooMuch
            | Kind::SaidToAll
            | Kind::Unanswered
    )
}

/// What the second conversation says.
pub(super) fn duties(
    talk: &Conversation,
    plan: &Plan,
    asked: &Questions,
    habit: Habit,
    at: Timestamp,
) -> Vec<Finding> {
    let told = Told { talk, plan, habit, at };
    let owes = "postmaster must be reachable in every domain that takes mail (RFC 5321 4.5.1): other administrators write there when mail goes wrong, some block lists ask whether it answers.";
    let complaints = "abuse is where complaints about mail from the domain go (RFC 2142), and where the large providers look first.";
    vec![
        told.role("server.postmaster", &asked.postmaster, owes),
        told.role("server.abuse", &asked.abuse, complaints),
        told.relay(&asked.elsewhere),
    ]
}

struct Told<'a> {
    talk: &'a Conversation,
    plan: &'a Plan,
    habit: Habit,
    at: Timestamp,
}

impl Told<'_> {
    fn finding(&self, id: &str, state: State, summary: String) -> Finding {
        Finding::new(id, state, summary, self.at)
            .asked(whom(self.talk))
            .with_evidence(transcript(self.talk))
    }

    fn heard(&self, address: &Address) -> Heard<'_> {
        heard_anywhere(self.talk, address)
            .amid(matches!(self.habit, Habit::RefusesAll | Habit::Forgets))
    }

    fn role(&self, id: &str, address: &Address, why: &str) -> Finding {
        let answer = self.heard(address);
        let make = |state, summary: String| {
            self.finding(id, state, summary)
                .compared(format!("{address} is accepted"), answer.said())
        };
        let skip = |because: &str| {
            make(
                State::Skipped { because: because.to_owned() },
                format!("Whether mail for {address} arrives was not judged."),
            )
        };
        match answer.kind {
            Kind::Accepted if self.habit == Habit::AcceptsAnything => skip("the server accepts any address, so its yes proves nothing"),
            Kind::Accepted if self.habit == Habit::Untold => skip("what the server says to an address that nobody has is not known, so its yes proves little"),
            Kind::Accepted => make(State::Passed, format!("The server takes mail for {address}.")),
            Kind::Deferred | Kind::PeerUnreachable => self.later(id, answer, format!("The server has not decided on {address} yet.")),
            _ if !answer.is_no() => self.untold(id, answer, format!("Whether mail for {address} is taken can't be told from here.")),
            // The domain as a whole is not known there: that is told already.
            Kind::RelayDenied => skip("the server does not take mail for the domain at all"),
            _ if self.plan.primary_side() == Side::Host => skip("mail for the domain enters at the host, which may have the address"),
            _ => make(State::Warning, format!("The server refuses {address}."))
                .means(format!("{why} Mail for the domain enters at this server."))
                .advise(format!("Add {address} on the external server as one more address of a mailbox that somebody reads: on Exchange “Set-Mailbox NAME -EmailAddresses @{{Add='{address}'}}”, elsewhere an alias.")),
        }
    }

    /// `server.relay`: a stranger writes to a stranger.
    fn relay(&self, address: &Address) -> Finding {
        let id = "server.relay";
        let answer = self.heard(address);
        let make = |state, summary: &str| {
            self.finding(id, state, summary.to_owned())
                .compared(format!("{address} is refused"), answer.said())
        };
        let close = "Let the server take mail from outside for its own domains only. On Exchange remove “ms-Exch-SMTP-Accept-Any-Recipient” from anonymous users of the receive connector (“Get-ReceiveConnector NAME | Get-ADPermission -User 'NT AUTHORITY\\ANONYMOUS LOGON'” shows it), on Postfix end smtpd_relay_restrictions with reject_unauth_destination, on Exim look at relay_from_hosts, on OpenSMTPD at the match rules. Then check again.";
        match answer.kind {
            Kind::Uncommitted => make(State::Unknown { why: format!("252 promises nothing: {}", answer.said()) }, "Whether the server relays can't be told from here.")
                .means("The server takes the recipient without a look and decides later.")
                .advise("Look at its relay settings on the server itself."),
            Kind::Accepted if is_private(&self.talk.peer.ip()) => make(State::Warning, "The server relays for this machine: it takes mail for a foreign domain.")
                .means("This machine talks to the server by an inside address, and many servers relay for their own network. If it did so for the Internet it would be an open relay; that can't be seen from inside.")
                .advise("Run the same test from outside, such as a rented server. If it relays there too: let it take mail from outside for its own domains only."),
            Kind::Accepted => make(State::Failed, "The server relays: it takes mail from a stranger for a foreign domain.")
                .means("If it does so for everybody it is an open relay: spammers send through it, it ends up on block lists, and then nobody takes the domain's mail. Only if this machine is one that the server trusts (its own network) is the answer as it should be. Asked by RCPT only; no message was sent.")
                .advise(close),
            Kind::Deferred | Kind::PeerUnreachable => self.later(id, answer, "The server has not decided on a foreign domain yet.".to_owned()),
            _ if answer.is_no() || answer.kind == Kind::LoginWanted => make(State::Passed, "The server does not relay: it refuses a foreign domain."),
            _ => self.untold(id, answer, "Whether the server relays can't be told from here.".to_owned()),
        }
    }

    fn later(&self, id: &str, answer: Heard<'_>, summary: String) -> Finding {
        self.finding(id, State::Waiting { again_at: again(answer, self.at) }, summary)
            .compared("a final answer", answer.said())
            .means("Its answer was temporary.")
            .advise("Check again after the time shown.")
    }

    fn untold(&self, id: &str, answer: Heard<'_>, summary: String) -> Finding {
        let why = why_unasked(self.talk, answer);
        self.finding(id, State::Unknown { why }, summary)
            .compared("a final answer", answer.said())
            .means(match answer.kind {
                Kind::SaidToAll if self.habit == Habit::Forgets => "In the same conversation it refused the verification address, which it had accepted before: its no is about this machine or the server's state, and proves nothing.",
                Kind::SaidToAll => "One refusal for everybody is about this machine or the server's state, and proves nothing.",
                _ => "The conversation ended before the answer, or the refusal was about who asks.",
            })
            .advise(retry(answer))
    }
}
