//! What the external server's answers about addresses mean.

use jiff::Timestamp;

use super::delay::{again, deferral, dislikes_our_name, is_full};
use super::own_domain::own_domain;
use super::probe::{broke_off, said, transcript, whom};
use super::questions::{FOREIGN, NULL, Questions};
use super::recipient::{Heard, Kind, heard};
use super::senders::{foreign_sender, login, null_sender};
use crate::finding::{Finding, State};
use crate::net::Conversation;
use crate::plan::Address;

/// A refusal that takes this much longer than an acceptance is a tarpit, in seconds.
const TARPIT: f64 = 1.0;

/// What the server said of each address: the cause before what follows from it.
/// `random`: what it says of the address that nobody has. `to_all`: it says
/// the same to everybody.
pub(super) fn verdicts(
    talk: &Conversation,
    asked: &Questions,
    random: Heard<'_>,
    to_all: bool,
    at: Timestamp,
) -> Vec<Finding> {
    let known = asked.known.as_ref().map(|address| (address, of_known(talk, address).amid(to_all)));
    let mut findings = Vec::new();
    let answers = known.map(|(_, answer)| answer).into_iter().chain([random]);
    findings.extend(deferral(talk, answers, at));
    findings.extend(login(talk, at));
    findings.extend(null_sender(talk, asked, at));
    findings.extend(foreign_sender(talk, asked, at));
    let taken = known.is_some_and(|(_, answer)| answer.kind == Kind::Accepted);
    findings.push(random_verdict(talk, &asked.random, random, taken, at));
    match known {
        Some((address, answer)) => {
            findings.push(known_verdict(talk, address, answer, random, at));
            findings.push(own_domain(talk, asked, address, answer, at));
            findings.extend(tarpit(talk, answer, random, at));
        }
        None => findings.push(Finding::new(
            "server.verification-address",
            State::Skipped { because: "the plan names no verification address".to_owned() },
            "No verification address to ask about.",
            at,
        )),
    }
    findings
}

/// What was said of the address that must exist.
pub(super) fn of_known<'a>(talk: &'a Conversation, address: &Address) -> Heard<'a> {
    let by_null = heard(talk, NULL, address);
    let by_foreign = heard(talk, FOREIGN, address);
    match by_null.kind {
        Kind::SenderRefused | Kind::LoginWanted => by_foreign,
        // Some take no bounces for an address that takes everything else.
        _ if by_null.is_refusal() && by_foreign.is_taken() => by_foreign,
        _ => by_null,
    }
}

pub(super) fn finding(
    id: &str,
    state: State,
    summary: impl Into<String>,
    talk: &Conversation,
    at: Timestamp,
) -> Finding {
    Finding::new(id, state, summary, at).asked(whom(talk)).with_evidence(transcript(talk))
}

fn random_verdict(
    talk: &Conversation,
    address: &Address,
    answer: Heard<'_>,
    taken: bool,
    at: Timestamp,
) -> Finding {
    let make = |state, summary: &str| {
        finding("server.random-address", state, summary, talk, at)
            .compared(format!("{address} is refused"), answer.said())
    };
    match answer.kind {
        Kind::Accepted => make(State::Warning, "The server accepts an address that nobody has: it accepts anything.")
            .means("Three causes are possible: recipients are not looked up and mail is bounced later, a catch-all takes all, or the domain is shared there (internal relay) and unknown addresses are passed on to the host. With Split Domain Routing the last one is a loop. And as long as every address is accepted, its yes proves nothing.")
            .advise("On Exchange run “Get-AcceptedDomain | Format-List DomainName,DomainType,AddressBookEnabled”: the type must be Authoritative (“Set-AcceptedDomain -Identity DOMAIN -DomainType Authoritative”). Then let it refuse unknown recipients: “Get-RecipientFilterConfig” shows RecipientValidationEnabled. Elsewhere: switch recipient verification on and catch-all off."),
        kind if answer.is_no() && (taken || kind != Kind::RelayDenied) => make(State::Passed, "The server refuses an address that nobody has."),
        Kind::RelayDenied => make(State::Passed, "The server refuses an address that nobody has, and the whole domain with it."),
        Kind::Deferred | Kind::PeerUnreachable => make(State::Waiting { again_at: again(answer, at) }, "The server has not decided on an unknown address yet.")
            .means("Its answer was temporary.")
            .advise("Check again after the time shown."),
        _ => make(State::Unknown { why: why_unasked(talk, answer) }, "Whether unknown addresses are refused can't be told.")
            .means("Without this answer, a yes to another address proves little.")
            .advise(retry(answer)),
    }
}

pub(super) const NO_ANSWER: &str =
    "The conversation ended before the answer, so nothing was accepted and nothing refused.";
/// What to do about an answer that is about this machine.
pub(super) fn retry(answer: Heard<'_>) -> &'static str {
    match answer.reply.is_some_and(dislikes_our_name) {
        true => {
            "Run the test again with --helo and a name that resolves to this machine's public address."
        }
        false => RETRY,
    }
}

pub(super) const RETRY: &str = "Run the test again, from another machine if the answer stays: the server treats this one as a stranger.";

fn known_verdict(
    talk: &Conversation,
    address: &Address,
    answer: Heard<'_>,
    random: Heard<'_>,
    at: Timestamp,
) -> Finding {
    let make = |state, summary: String| {
        finding("server.verification-address", state, summary, talk, at)
            .compared(format!("{address} is accepted"), answer.said())
    };
    match answer.kind {
        Kind::Accepted if random.is_no() => make(State::Passed, format!("{address} exists on the external server.")),
        Kind::Accepted if random.kind == Kind::Accepted => {
            make(State::Unknown { why: "the server accepts any address".to_owned() }, format!("{address} is accepted, but so is any address."))
                .means("Whether the verification address exists can't be told while the server accepts anything.")
                .advise("Let the server refuse unknown addresses first, then check again.")
        }
        Kind::Accepted => make(State::Unknown { why: "it is not known whether the server would accept any address".to_owned() }, format!("{address} is accepted."))
            .means("The server accepts it, but what it says to an address that nobody has is not known, so this proves little.")
            .advise(RETRY),
        Kind::RelayDenied => make(State::Failed, format!("The server does not take mail for {}.", address.domain()))
            .means("The server does not know the domain at all, so nothing that the host passes on can arrive there.")
            .advise(format!("Check that this is the server that has the mailboxes. On Exchange add {} as an accepted domain of type Authoritative; elsewhere add it to the local domains.", address.domain())),
        Kind::Refused => make(State::Unknown { why: format!("the server's answer is not about whether it exists: {}", answer.said()) }, format!("The server does not take {address} now, for a reason of its own."))
            .means("It may exist all the same. But the control panel validates the external server with this address, so as long as the answer stays, Split Domain Routing can't be saved with it.")
            .advise("Look into the server's words and its log, or choose an address that takes mail from anybody."),
        Kind::Uncommitted => make(State::Unknown { why: format!("252 promises nothing: {}", answer.said()) }, format!("Whether {address} exists can't be told from here."))
            .means("The server takes the recipient without a look and decides later.")
            .advise("Look at the mailbox on the external server itself, or choose another address."),
        Kind::Unknown | Kind::PeerRefused => make(State::Failed, format!("The server refuses {address}."))
            .means("The control panel validates the external server with this address, so Split Domain Routing can't be saved with it.")
            .advise("Choose an address that has a mailbox on the external server today, and stays there."),
        Kind::MailboxClosed => make(State::Warning, format!("{address} exists, but its mailbox takes nothing now."))
            .means("The server says that the mailbox is full or disabled. The control panel validates the external server with this address, which may fail while that lasts.")
            .advise("Make room in the mailbox or enable it, or choose another address that has a mailbox on the external server."),
        Kind::Deferred if answer.reply.is_some_and(is_full) => make(State::Waiting { again_at: again(answer, at) }, format!("{address} exists, but its mailbox is full for now."))
            .means("The control panel validates the external server with this address, which may fail while that lasts.")
            .advise("Make room in the mailbox, or choose another address that has a mailbox on the external server."),
        Kind::Deferred | Kind::PeerUnreachable => make(State::Waiting { again_at: again(answer, at) }, format!("The server has not decided on {address} yet."))
            .means("Its answer was temporary and says nothing about the address.")
            .advise("Check again after the time shown."),
        Kind::Unanswered => make(State::Unknown { why: why_unasked(talk, answer) }, format!("Whether {address} exists can't be told from here."))
            .means(NO_ANSWER)
            .advise(RETRY),
        Kind::SaidToAll => make(State::Unknown { why: why_unasked(talk, answer) }, format!("Whether {address} exists can't be told from here."))
            .means("The server refuses every address in the same words: one that must exist, one that nobody has, and one of a foreign domain. So the refusal is about this machine or the server's state, and proves nothing about an address.")
            .advise(retry(answer)),
        Kind::SenderRefused | Kind::SpfRefused | Kind::ClientRefused | Kind::LoginWanted | Kind::TooMuch => {
            make(State::Unknown { why: why_unasked(talk, answer) }, format!("Whether {address} exists can't be told from here."))
                .means("The refusal is about who asks, not about the address.")
                .advise(retry(answer))
        }
    }
}

fn tarpit(
    talk: &Conversation,
    known: Heard<'_>,
    random: Heard<'_>,
    at: Timestamp,
) -> Option<Finding> {
    if known.kind != Kind::Accepted || !random.is_no() {
        return None;
    }
    let longer = random.seconds()? - known.seconds()?;
    (longer >= TARPIT).then(|| {
        finding("server.tarpit", State::Warning, format!("The server delays each refusal by about {longer:.0} s (tarpit)."), talk, at)
            .compared("refusals as quick as acceptances", format!("{longer:.1} s longer"))
            .means("Exchange waits 5 s before each refusal to slow address guessing. While the host asks about a recipient its own sender waits too, and long lists of addresses take long to check.")
            .advise("It can stay. If mail through the host is slow, exempt the host: “Set-ReceiveConnector NAME -TarpitInterval 00:00:00” on a connector for its addresses alone.")
    })
}

/// Why an answer is missing or not about the address.
pub(super) fn why_unasked(talk: &Conversation, answer: Heard<'_>) -> String {
    match answer.kind {
        Kind::Unanswered => broke_off(talk).unwrap_or_else(|| match answer.reply {
            Some(_) => format!("the server took no more in this conversation: {}", answer.said()),
            None => match &talk.banner {
                Some(banner) if banner.code != 220 => {
                    format!("the server did not let this machine in: {}", said(banner))
                }
                _ => "it can't be named to this server, which does not offer SMTPUTF8".to_owned(),
            },
        }),
        Kind::TooMuch => format!("the server says that it was too much: {}", answer.said()),
        Kind::SenderRefused => format!("the server refuses the sender: {}", answer.said()),
        Kind::SpfRefused => {
            format!("the server checks the sender against SPF or DMARC: {}", answer.said())
        }
        Kind::SaidToAll => format!("the server says the same to every address: {}", answer.said()),
        Kind::LoginWanted => format!("the server wants a login first: {}", answer.said()),
        _ => format!("the server refuses this machine: {}", answer.said()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::finding::Evidence;
    use crate::net::{Ending, EnvelopeReply, RcptReply, Reply, Sender, TlsState};
    use crate::plan::{Domain, Plan};

    /// Replies as `(code, text, seconds)`; to MAIL FROM where it is a refusal.
    type Said = (u16, &'static str, u64);

    const YES: Said = (250, "2.1.5 ok", 0);
    const NO: Said = (550, "5.1.1 unknown", 0);
    const LATER: Said = (451, "4.7.1 greylisted", 0);

    fn reply((code, text, seconds): Said) -> Reply {
        Reply {
            code,
            enhanced: None,
            lines: vec![text.to_owned()],
            took: Duration::from_secs(seconds),
        }
    }

    /// What is found when the server says this to: the known address, the
    /// random one, the known one from the own domain, and from elsewhere.
    fn found(known: Said, random: Said, own: Said, foreign: Said) -> Vec<Finding> {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let address = Address::parse("karen@example.com").unwrap();
        plan.external.verification_address = Some(address.clone());
        let asked = Questions::of(&plan, 1, &Evidence::default()).unwrap();
        let rcpt = |to: &Address, said| RcptReply { to: to.clone(), reply: Some(reply(said)) };
        let envelope = |from: Sender, rcpts| EnvelopeReply { from, mail: Some(reply(YES)), rcpts };
        let talk = Conversation {
            host: "mail.example.com".to_owned(),
            peer: "192.0.2.25:25".parse().unwrap(),
            banner: Some(reply((220, "hello", 0))),
            ehlo: None,
            before_tls: None,
            tls: TlsState::NotOffered,
            envelopes: vec![
                envelope(Sender::Null, vec![rcpt(&address, known), rcpt(&asked.random, random)]),
                envelope(Sender::Address(asked.own.clone()), vec![rcpt(&address, own)]),
                envelope(Sender::Address(asked.foreign.clone()), vec![rcpt(&address, foreign)]),
            ],
            ending: Ending::Quit,
            transcript: Vec::new(),
        };
        verdicts(&talk, &asked, heard(&talk, NULL, &asked.random), false, Timestamp::UNIX_EPOCH)
    }

    fn words(findings: &[Finding]) -> Vec<(&str, &'static str)> {
        findings
            .iter()
            .map(|finding| (finding.id.trim_start_matches("server."), finding.state.word()))
            .collect()
    }

    #[test]
    fn a_yes_counts_only_beside_a_no() {
        let good = [
            ("random-address", "Passed"),
            ("verification-address", "Passed"),
            ("own-domain", "Passed"),
        ];
        assert_eq!(words(&found(YES, NO, YES, YES)), good);
        let blind = [
            ("random-address", "Warning"),
            ("verification-address", "Can't tell"),
            ("own-domain", "Passed"),
        ];
        assert_eq!(words(&found(YES, YES, YES, YES)), blind);
    }

    #[test]
    fn a_delay_is_never_a_no() {
        let all = found(LATER, LATER, LATER, LATER);
        assert!(all.iter().all(|finding| finding.state != State::Failed), "{all:?}");
        assert_eq!(words(&all)[0], ("greylist", "Waiting"));
    }

    #[test]
    fn the_own_domain_is_judged_against_a_sender_from_elsewhere() {
        let own = |own, foreign| {
            let all = found(YES, NO, own, foreign);
            all.into_iter().find(|finding| finding.id == "server.own-domain").unwrap()
        };
        let spoofed = (550, "5.7.1 anti-spoofing: our own domain", 0);
        assert_eq!(own(spoofed, YES).state, State::Failed);
        // From a desk the SPF check fails rightly; from the host it need not.
        let spf = (550, "5.7.23 SPF check failed", 0);
        assert!(matches!(own(spf, YES).state, State::Unknown { .. }));
        let listed = (554, "5.7.1 Client host blocked using zen.spamhaus.org", 0);
        assert!(matches!(own(listed, listed).state, State::Unknown { .. }));
    }

    #[test]
    fn slow_refusals_are_a_tarpit_and_slow_answers_are_not() {
        let slow = |known, random| {
            let all = found((250, "ok", known), (550, "no", random), YES, YES);
            all.into_iter().find(|finding| finding.id == "server.tarpit")
        };
        assert!(slow(0, 5).unwrap().summary.contains("5 s"));
        assert!(slow(5, 5).is_none());
    }

    #[test]
    fn a_refusal_of_this_machine_says_nothing_about_the_address() {
        let listed = (554, "5.7.1 Client host blocked using zen.spamhaus.org", 0);
        let all = found(listed, listed, listed, listed);
        assert!(all.iter().all(|finding| finding.state != State::Failed), "{all:?}");
        assert_eq!(words(&all)[1], ("verification-address", "Can't tell"));
    }
}
