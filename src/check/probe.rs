//! One conversation with one mail server, and the probe that tells a blocked
//! line from a closed door.

use std::net::{IpAddr, SocketAddr};

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::net::{Conversation, Ending, Envelope, Net, Reply, Script, Unreached, converse};
use crate::plan::{Address, Domain, HostPreset};

/// Holds one conversation on the mail port.
pub(super) async fn talk(
    net: &Net,
    host: &str,
    ip: IpAddr,
    envelopes: Vec<Envelope>,
) -> Conversation {
    let at = SocketAddr::new(ip, net.smtp_port);
    converse(net, &Script { host: host.to_owned(), at, starttls: true, envelopes }).await
}

/// Several conversations at once, kept in order: servers that stay silent
/// cost one time-out, not one each.
pub(super) async fn talk_to_each(
    net: &Net,
    servers: Vec<(String, IpAddr)>,
    envelopes: &[Envelope],
) -> Vec<Conversation> {
    let asked = servers.into_iter().map(|(host, ip)| (host, ip, envelopes.to_vec()));
    talk_of_each(net, asked.collect()).await
}

/// As [`talk_to_each`], with questions of its own for each server.
pub(super) async fn talk_of_each(
    net: &Net,
    servers: Vec<(String, IpAddr, Vec<Envelope>)>,
) -> Vec<Conversation> {
    let mut running = JoinSet::new();
    for (index, (host, ip, envelopes)) in servers.into_iter().enumerate() {
        let net = net.clone();
        running.spawn(async move { (index, talk(&net, &host, ip, envelopes).await) });
    }
    let mut talks = Vec::new();
    while let Some(done) = running.join_next().await {
        talks.extend(done.ok());
    }
    talks.sort_by_key(|(index, _)| *index);
    talks.into_iter().map(|(_, talk)| talk).collect()
}

/// Whether a server of mail was there at all: it greeted, in whatever mood.
pub(super) fn answered(talk: &Conversation) -> bool {
    talk.banner.is_some()
}

/// Whether the connection came about, whoever took it: then the line is open.
pub(super) fn connected(talk: &Conversation) -> bool {
    answered(talk) || !matches!(talk.ending, Ending::NotConnected { .. })
}

/// Why a conversation came to nothing or broke off, to follow "because" or a
/// colon; `None` when it ended with QUIT.
pub(super) fn broke_off(talk: &Conversation) -> Option<String> {
    let peer = talk.peer;
    match &talk.ending {
        Ending::Quit => None,
        Ending::NotConnected { how: Unreached::Silent, .. } => {
            Some(format!("nothing at all came back from {peer}"))
        }
        Ending::NotConnected { why, .. } => Some(format!("no connection to {peer}: {why}")),
        Ending::ReplyTimeout { waiting_for, seconds } => {
            Some(format!("{peer} gave no answer to {waiting_for} within {seconds} s"))
        }
        Ending::Closed { after } => Some(format!("{peer} hung up after {after}")),
        Ending::ServiceClosing { after } => {
            Some(format!("{peer} closed the service (421) after {after}"))
        }
        Ending::Garbled { why } => Some(format!("{peer} broke the protocol: {why}")),
    }
}

/// Who was talked to, as findings name it.
pub(super) fn whom(talk: &Conversation) -> String {
    format!("{}, {}", talk.host, talk.peer)
}

/// The whole transcript, as evidence.
pub(super) fn transcript(talk: &Conversation) -> Vec<String> {
    talk.transcript.iter().map(ToString::to_string).collect()
}

/// One reply on one line, cut to 200 characters.
pub(super) fn said(reply: &Reply) -> String {
    let text = format!("{} {}", reply.code, reply.lines.join(" "));
    match text.char_indices().nth(200) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.trim_end().to_owned(),
    }
}

/// Whether the line itself lets mail traffic out, asked of a server that is
/// known to answer everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Control {
    /// It answered: name and address.
    Reached(String),
    /// It did not: who was tried, and what was seen.
    NotReached(String),
    /// Nobody to try: why.
    NotAsked(String),
}

/// Tries the host's mail exchangers, which answer the whole Internet.
pub(super) async fn control(net: &Net, host: &HostPreset) -> Control {
    let mut servers = Vec::new();
    let mut why = format!("{} names no mail exchanger", host.name);
    for mx in host.mx.iter().take(2) {
        let name = mx.exchange.as_str();
        match net.addresses(name).await {
            Ok(found) => match found.into_iter().min_by_key(IpAddr::is_ipv6) {
                Some(ip) => servers.push((name.to_owned(), ip)),
                None => why = format!("{name} has no address record"),
            },
            Err(error) => why = error.to_string(),
        }
    }
    let talks = talk_to_each(net, servers, &[]).await;
    match (talks.iter().find(|talk| answered(talk)), talks.first()) {
        (Some(talk), _) => Control::Reached(whom(talk)),
        (None, Some(talk)) => {
            Control::NotReached(format!("{}: {}", talk.host, broke_off(talk).unwrap_or_default()))
        }
        (None, None) => Control::NotAsked(why),
    }
}

/// An address of `domain` that nobody has. The same seed and question give
/// the same address.
pub(super) fn random_address(domain: &Domain, seed: u64, question: &str) -> Option<Address> {
    let salt = question.bytes().chain(domain.as_str().bytes()).fold(seed, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(5)
    });
    let mut random = fastrand::Rng::with_seed(salt);
    let tail: String = (0..12).map(|_| random.choice(LETTERS).unwrap_or('x')).collect();
    Address::parse(&format!("no-such-{tail}@{domain}")).ok()
}

/// An address in a subdomain of `domain` that nobody has: what is said of it is
/// said of a domain that the server does not take.
pub(super) fn strange_address(domain: &Domain, seed: u64, question: &str) -> Option<Address> {
    let random = random_address(domain, seed, question)?;
    Address::parse(&format!("{0}@{0}.{domain}", random.local())).ok()
}

/// No vowels: no words.
const LETTERS: [char; 24] = [
    'b', 'c', 'd', 'f', 'g', 'h', 'k', 'm', 'n', 'p', 'q', 'r', 't', 'v', 'w', 'x', 'z', '2', '3',
    '4', '5', '6', '7', '8',
];

/// The longest wait that is told, in seconds: a week.
pub(super) const LONGEST_WAIT: u32 = 7 * 24 * 3600;

/// `seconds` after `at`, a week at most: the number may come from a server.
pub(super) fn later(at: Timestamp, seconds: u32) -> Timestamp {
    let seconds = i64::from(seconds.min(LONGEST_WAIT));
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// When a deferred question is asked again: five minutes outlast the delay of
/// usual greylisting.
pub(super) fn in_five_minutes(at: Timestamp) -> Timestamp {
    later(at, 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_addresses_repeat_with_their_seed_and_differ_without() {
        let domain = Domain::parse("example.com").unwrap();
        let one = random_address(&domain, 7, "server").unwrap();
        assert_eq!(one, random_address(&domain, 7, "server").unwrap());
        assert_ne!(one, random_address(&domain, 8, "server").unwrap());
        assert_ne!(one, random_address(&domain, 7, "sdr").unwrap());
    }

    #[test]
    fn a_servers_ttl_can_not_push_the_next_question_out_of_sight() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(later(at, u32::MAX).as_second(), 7 * 24 * 3600);
        assert_eq!(later(Timestamp::MAX, 10), Timestamp::MAX);
    }
}
