//! A test message on its way: handed to where the Internet would hand it.

use std::net::{IpAddr, SocketAddr};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::UnboundedSender;

use super::outbox::Note;
use super::{Event, mishap};
use crate::finding::{Finding, State};
use crate::guide;
use crate::net::{Ending, Handover, Net, RecordType, Reply, TestMessage, Text, send_test_message};
use crate::plan::Address;

/// How the finding about a test message begins; the recipient follows.
pub const SENT: &str = "flow.sent@";

/// A test message that could be sent now.
#[derive(Debug, Clone)]
pub struct Addressed {
    /// The message, as of this moment.
    pub message: TestMessage,
    /// Names and addresses of mail exchangers, in the order in which they are tried.
    pub servers: Vec<(String, SocketAddr)>,
}

/// Writes the message and looks up whom it would go to. Sends nothing.
///
/// # Errors
/// Why none can be sent, and what to do: sentences.
pub async fn address_test(
    net: &Net,
    from: &Address,
    to: &Address,
) -> Result<Addressed, (String, &'static str)> {
    let message = TestMessage::new(from, to, net.clock.now())
        .map_err(|error| (error.to_string(), "Choose an address in plain letters."))?;
    let servers = exchangers(net, to).await.map_err(|why| (why, LOOK_AT_MX))?;
    if servers.is_empty() {
        return Err(("no mail exchanger has an address".to_owned(), LOOK_AT_MX));
    }
    let servers = servers.into_iter().map(|(host, ip)| (host, SocketAddr::new(ip, net.smtp_port)));
    Ok(Addressed { message, servers: servers.collect() })
}

const LOOK_AT_MX: &str = "Look at the domain's MX records: step 1 has them.";

/// Sends one test message, as somebody on the Internet would: to the first
/// mail exchanger of the recipient's domain that can be reached. What became
/// of it is a finding; nothing is sent a second time.
pub async fn send_test(net: &Net, from: &Address, to: &Address) -> Finding {
    let Addressed { message, servers } = match address_test(net, from, to).await {
        Ok(addressed) => addressed,
        Err((why, action)) => return not_sent(to, net.clock.now(), why, action),
    };
    let mut last = None;
    for (host, at) in servers {
        let done = send_test_message(net, &host, at, &message).await;
        // Whoever was greeted by a server has its answer; only a dead address
        // sends on to the next one.
        let reached = done.talk.banner.is_some();
        last = Some(done);
        if reached {
            break;
        }
    }
    match last {
        Some(done) => told(&done, to, &message, net.clock.now()),
        None => {
            not_sent(to, net.clock.now(), "no mail exchanger has an address".to_owned(), LOOK_AT_MX)
        }
    }
}

/// As a failure names it.
pub(super) const WHAT: &str = "Send a test message";

/// Sends it in the background, for the profile with this number.
pub(super) fn send_aside(
    net: Net,
    from: Address,
    to: Address,
    session: u64,
    notes: UnboundedSender<Note>,
) {
    tokio::spawn(async move {
        // A task of its own, so that a mistake in it ends there.
        let sent = tokio::spawn(async move { send_test(&net, &from, &to).await });
        let event = match sent.await {
            Ok(finding) => Event::TestSent { finding },
            Err(error) => match mishap::sentence(error) {
                Some(sentence) => Event::Failed { what: WHAT.into(), sentence },
                None => return,
            },
        };
        let _ = notes.send(Note::Done { session, event });
    });
}

fn not_sent(to: &Address, at: Timestamp, why: String, action: &str) -> Finding {
    let state = State::Unknown { why };
    Finding::new(format!("{SENT}{to}"), state, format!("No message was sent to {to}."), at)
        .means("Nothing left this machine.")
        .advise(action)
}

/// Every address of the first mail exchangers, in their order.
async fn exchangers(net: &Net, to: &Address) -> Result<Vec<(String, IpAddr)>, String> {
    let domain = to.domain().as_str();
    let answer = net.lookup(domain, RecordType::Mx).await.map_err(|error| error.to_string())?;
    let mut records = answer.mx();
    records.sort();
    if records.is_empty() {
        return Err(format!("{domain} has no MX record"));
    }
    if records.iter().all(|(_, host)| host.trim_end_matches('.').is_empty()) {
        return Err(format!("{domain} says that it takes no mail (null MX)"));
    }
    let mut servers = Vec::new();
    for (_, host) in records.into_iter().take(4) {
        let mut found = net.addresses(&host).await.unwrap_or_default();
        found.sort_by_key(|ip| (ip.is_ipv6(), *ip));
        servers.extend(
            found.into_iter().take(2).map(|ip| (host.trim_end_matches('.').to_owned(), ip)),
        );
    }
    Ok(servers)
}

fn told(done: &Handover, to: &Address, message: &TestMessage, at: Timestamp) -> Finding {
    let (talk, token) = (&done.talk, message.token());
    let envelope = talk.envelopes.first();
    let mail = envelope.and_then(|envelope| envelope.mail.as_ref());
    let rcpt =
        envelope.and_then(|envelope| envelope.rcpts.first()).and_then(|rcpt| rcpt.reply.as_ref());
    let last = match &done.text {
        Text::Answered(reply) | Text::Kept(Some(reply)) => Some(reply),
        Text::Unanswered => None,
        Text::Kept(None) => rcpt.or(mail).or(talk.banner.as_ref()),
    };
    let words = |reply: &Reply| format!("{} {}", reply.code, reply.lines.join(" "));
    let found = last.map_or_else(|| "(no reply)".to_owned(), words);
    let make = |state, summary: String| {
        Finding::new(format!("{SENT}{to}"), state, summary, at)
            .compared("250 to the message", found.clone())
            .asked(format!("{}, {}", talk.host, talk.peer))
            .with_evidence(talk.transcript.iter().map(ToString::to_string))
    };
    let code = last.map_or(0, |reply| reply.code);
    match (code, &done.text) {
        (200..=299, Text::Answered(_)) => make(State::Passed, format!("{} took the test message {token} for {to}.", talk.host))
            .means("Taken is not delivered: the mailbox shows whether it arrived, its headers by which way.")
            .advise(format!("Open {token} in the mailbox, copy its headers and paste them in step 7 (or “sdrctl headers DIR FILE”).")),
        (_, Text::Kept(Some(_))) if let Ending::Garbled { why } = &talk.ending => make(State::Failed, format!("{} broke the protocol; no test message was sent to {to}.", talk.host))
            .means(format!("{why}, the only word that asks for a message (RFC 5321 4.3.2). Nothing of it was sent. Mail servers give up on such an answer too."))
            .advise("Look at what answers there: a firewall or proxy that rewrites SMTP, or a server that only pretends to take mail."),
        (400..=499, _) => make(State::Waiting { again_at: at.checked_add(SignedDuration::from_secs(300)).unwrap_or(at) }, format!("{} puts the test message for {to} off.", talk.host))
            .means("A 4xx answer is temporary. A mail server would try again by itself; this program sends nothing twice.")
            .advise("Send the test message again after the time shown."),
        (500..=599, _) => {
            let explained = guide::explain(&found);
            let (meaning, action) = explained
                .notices
                .first()
                .map_or(("The message was refused; nobody got it.", "Read the server's words."), |notice| (notice.meaning, notice.action));
            make(State::Failed, format!("{} refuses the test message for {to}.", talk.host)).means(meaning).advise(action)
        }
        (_, Text::Unanswered | Text::Answered(_)) => make(State::Unknown { why: "the message was sent, and no answer that says what became of it came".to_owned() }, format!("The test message {token} to {to} may have arrived; {} did not say.", talk.host))
            .means("The whole message was sent. Who gets no answer to it can't know whether the server kept it (RFC 5321 4.2.5).")
            .advise(format!("Look for {token} in the mailbox before you send another one. If it is not there, look at the server's log.")),
        (_, Text::Kept(_)) => make(State::Unknown { why: "the conversation ended before the message was taken".to_owned() }, format!("Whether {to} gets a message can't be told from here."))
            .means("The server could not be reached from here, or hung up before the message. It was not sent.")
            .advise("Run step 3: it tells whether port 25 is blocked here. Or send the message from a mail program outside."),
    }
}
