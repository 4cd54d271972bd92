//! Peers that misbehave, on loopback: each with the time within which we are
//! done with it, the memory it may cost, and the verdict it must get. Nothing
//! that it does may make an address known or wrong.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]
#![allow(clippy::print_stdout, reason = "what each peer cost is worth seeing")]

mod addresses;
mod banner;
mod closing;
mod people;
mod replies;
mod street;
mod tls;
mod turning;

use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use sdr_wizard::check::{Ask, News, ask_people};
use sdr_wizard::finding::{Evidence, Finding, Word};
use sdr_wizard::net::{
    Conversation, Envelope, Net, Script, Sender, TlsState, TrustVerdict, converse,
};
use sdr_wizard::plan::{Address, Plan, Side};
use street::{KNOWN, Peer, Street};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Megabytes that a peer may cost.
const MOST_MB: f32 = 20.0;
/// What a conversation may last here; 5 minutes in the field.
const TALK: Duration = Duration::from_millis(1500);
/// What a reply may last here; 30 seconds in the field.
const REPLY: Duration = Duration::from_millis(500);
/// Grace for a busy machine, beside every limit.
const GRACE: Duration = Duration::from_secs(8);

/// The stated limit of one conversation: its whole time, the farewell included.
const CONVERSATION: Duration = Duration::from_secs(2);
/// The stated limit of asking thirty people of a peer that is not slow itself.
const ASKING: Duration = Duration::from_secs(10);

fn hasty(net: Net) -> Net {
    Net { reply_timeout: REPLY, talk_timeout: TALK, rest: Duration::from_millis(5), ..net }
}

/// Runs what is to be done within `limit` and `MOST_MB`.
async fn bounded<T>(name: &str, limit: Duration, doing: impl Future<Output = T>) -> T {
    MEMORY.reset_peak_usage();
    let (before, begun) = (MEMORY.current_usage_as_mb(), Instant::now());
    let done = tokio::time::timeout(limit + GRACE, doing).await;
    let (took, more) = (begun.elapsed(), MEMORY.peak_usage_as_mb() - before);
    assert!(more < MOST_MB, "{name}: {more} MB more");
    println!("{name}: {} ms, {more:.2} MB", took.as_millis());
    done.unwrap_or_else(|_| panic!("{name}: not done within {limit:?}"))
}

/// One conversation with the peer, in words: how it ended, TLS, codes of the
/// recipients, what was remarked.
async fn conversation(peer: Peer) -> String {
    let name = peer.name;
    let street = Street::with(peer).await;
    let net = hasty(Net::with_resolvers(Vec::new()));
    let to = [KNOWN, "p1@example.com", "q1@example.com"];
    let script = Script {
        host: "mail.example.com".to_owned(),
        at: street.at,
        starttls: true,
        envelopes: vec![Envelope {
            from: Sender::Null,
            to: to.iter().map(|to| Address::parse(to).unwrap()).collect(),
        }],
    };
    let talk = bounded(name, CONVERSATION, converse(&net, &script)).await;
    let words = told(&talk);
    assert!(!words.chars().any(|c| c.is_control() && c != '\n'), "{name}: {words:?}");
    assert!(!words.contains(['\u{202e}', '\u{2066}']), "{name}: {words:?}");
    words
}

fn told(talk: &Conversation) -> String {
    let codes: Vec<String> = talk
        .envelopes
        .iter()
        .flat_map(|envelope| &envelope.rcpts)
        .map(|rcpt| rcpt.reply.as_ref().map_or("none".to_owned(), |reply| reply.code.to_string()))
        .collect();
    let tls = match &talk.tls {
        TlsState::Up { certificate, .. } => match &certificate.trust {
            TrustVerdict::Trusted => "tls up, trusted".to_owned(),
            TrustVerdict::NotTrusted(why) => format!("tls up, not trusted: {why}"),
        },
        TlsState::Failed { why, fault } => format!("tls failed, {fault:?}: {why}"),
        TlsState::Lost { why, certificate, .. } => {
            format!("tls lost, {}: {why}", certificate.names.join(" "))
        }
        other => format!("{other:?}"),
    };
    let lines: Vec<String> = talk.transcript.iter().map(ToString::to_string).collect();
    format!("{:?}\n{tls}\nrcpt {}\n{}", talk.ending, codes.join(" "), lines.join("\n"))
}

/// Every peer of a table gets its verdict: words that must be told of it.
async fn each_gets_its_verdict(peers: Vec<(Peer, &[&str])>) {
    for (peer, wanted) in peers {
        let name = peer.name;
        let words = conversation(peer).await;
        for wanted in wanted {
            assert!(words.contains(wanted), "{name}: “{wanted}” is not told:\n{words}");
        }
    }
}

/// What asking thirty people of a peer brought: twenty it should know (p...),
/// ten it should not (q...).
struct Brought {
    side: Finding,
    known: usize,
    refused: usize,
    deferred: usize,
    unjudged: usize,
    /// Every line that the peer was sent.
    heard: Vec<String>,
}

async fn asked(peer: Peer) -> Brought {
    let name = peer.name;
    let street = Street::with(peer).await;
    let (net, plan) = street.world().await;
    asked_of(name, &street, &hasty(net), &plan).await
}

async fn asked_of(name: &str, street: &Street, net: &Net, plan: &Plan) -> Brought {
    let (mut seen, mut findings) = (Evidence::default(), Vec::new());
    let earlier = Evidence::default();
    let ask = Ask { net, plan, evidence: &earlier, api_key: None, seed: 3 };
    let mut tell = |news| match news {
        News::Entry(entry) => seen.hear(entry),
        News::Progress(_) => {}
        News::Finding(finding) => findings.push(*finding),
    };
    bounded(name, ASKING, ask_people(&ask, &mut tell)).await;
    let text = serde_json::to_string(&findings).unwrap();
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{name}: control characters in a finding");
    let people = seen.people();
    let count = |wanted: Word| people.iter().filter(|(_, answer)| answer.word == wanted).count();
    let proved = |who: &Address| people.is_confirmed(who, Side::External);
    for person in &plan.roster {
        let local = person.address.local();
        assert!(
            !(local.starts_with('q') && proved(&person.address)),
            "{name}: {local} is confirmed"
        );
        let word = people.of(&person.address, Side::External).map(|answer| answer.word);
        assert!(
            !(local.starts_with('p') && word == Some(Word::Refused)),
            "{name}: {local} is refused"
        );
    }
    let confirmed = plan.roster.iter().filter(|who| proved(&who.address)).count();
    let side = findings.into_iter().find(|finding| finding.id == "people.external").unwrap();
    Brought {
        side,
        known: confirmed,
        refused: count(Word::Refused),
        deferred: count(Word::Deferred),
        unjudged: count(Word::Unjudged),
        heard: street.heard(),
    }
}
