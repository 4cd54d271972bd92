//! The checks against mail servers that behave as the worst in the field do.
//! Names come from the practice world's DNS; the servers behind them are ours.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

mod doubt;
mod server;
mod uniform;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdr_wizard::check::{Ask, News, ask_people, check, dns_alone, server_alone};
use sdr_wizard::finding::{Entry, Evidence, Finding, State, Word};
use sdr_wizard::guide::Step;
use sdr_wizard::net::{Lead, Net, Reach};
use sdr_wizard::plan::{Address, Domain, HostName, Mailbox, Plan, Side};
use sdr_wizard::practice::PracticeWorld;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the practice DNS publishes for `mail.example.com`.
const EXTERNAL: &str = "192.0.2.25:25";
/// The verification address of the practice plan.
const KNOWN: &str = "karen.mills@example.com";

/// How a server of ours misbehaves.
#[derive(Clone, Copy)]
struct Manner {
    /// Its first words; empty: it hangs up without any.
    greeting: &'static str,
    /// Hangs up with 421 after this many refusals.
    patience: usize,
    /// What it says to each line; `None`: it hangs up.
    reply: fn(&str) -> Option<String>,
}

const WELL: Manner =
    Manner { greeting: "220 mail.example.com ESMTP", patience: usize::MAX, reply: well };

/// A plain server: knows everybody but those whose name says otherwise.
fn well(line: &str) -> Option<String> {
    let upper = line.to_ascii_uppercase();
    let known = !line.contains("no-such-") && !line.contains("gone");
    Some(match upper.get(..4).unwrap_or_default() {
        "EHLO" => "250-mail.example.com\r\n250 ENHANCEDSTATUSCODES".to_owned(),
        "RCPT" if !known => "550 5.1.1 no such user".to_owned(),
        "QUIT" => "221 2.0.0 bye".to_owned(),
        _ => "250 2.0.0 ok".to_owned(),
    })
}

/// Every recipient that was asked about, in order.
type Heard = Arc<Mutex<Vec<String>>>;

/// A practice world whose external server is replaced by one of ours.
async fn world_with(manner: Manner) -> (PracticeWorld, Net, Heard) {
    let world = PracticeWorld::start(BTreeSet::new()).await.unwrap();
    let (real, heard) = listening(manner).await;
    let net = Net { reply_timeout: Duration::from_secs(5), ..world.net() };
    lead(&net, EXTERNAL, Lead::To(real));
    (world, net, heard)
}

async fn listening(manner: Manner) -> (SocketAddr, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let real = listener.local_addr().unwrap();
    let heard = Heard::default();
    let ears = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, manner, ears.clone()));
        }
    });
    (real, heard)
}

fn lead(net: &Net, published: &str, to: Lead) {
    let Reach::Practice { map, .. } = &net.reach else { panic!("not a practice world") };
    map.set(published.parse::<SocketAddr>().unwrap(), to);
}

async fn serve(stream: TcpStream, manner: Manner, heard: Heard) {
    let mut stream = BufReader::new(stream);
    if manner.greeting.is_empty() {
        return;
    }
    let _ = stream.write_all(format!("{}\r\n", manner.greeting).as_bytes()).await;
    let mut refusals = 0;
    let mut recipients = 0;
    let mut line = String::new();
    while matches!(stream.read_line(&mut line).await, Ok(1..)) {
        if let Some(to) =
            line.trim_end().strip_prefix("RCPT TO:<").and_then(|to| to.split('>').next())
        {
            heard.lock().unwrap().push(to.to_owned());
            recipients += 1;
            assert!(recipients <= 100, "one envelope has more than a hundred recipients");
        } else {
            recipients = 0;
        }
        let Some(reply) = (manner.reply)(line.trim_end()) else { return };
        refusals += usize::from(reply.starts_with('5'));
        if refusals > manner.patience {
            let _ = stream.write_all(b"421 4.7.0 Error: too many errors\r\n").await;
            return;
        }
        let _ = stream.write_all(format!("{reply}\r\n").as_bytes()).await;
        line.clear();
    }
}

async fn checked(step: Step, net: &Net, plan: &Plan, evidence: &Evidence) -> Vec<Finding> {
    let ask = Ask { net, plan, evidence, api_key: None, seed: 3 };
    let mut findings = Vec::new();
    check(step, &ask, &mut |finding| findings.push(finding)).await;
    findings
}

/// Asks everybody: the findings, and the evidence with all answers in it.
async fn asked(net: &Net, plan: &Plan, evidence: &Evidence) -> (Vec<Finding>, Evidence) {
    let ask = Ask { net, plan, evidence, api_key: None, seed: 3 };
    let (mut findings, mut seen) = (Vec::new(), evidence.clone());
    ask_people(&ask, &mut |news| match news {
        News::Entry(entry) => seen.hear(entry),
        News::Progress(_) => {}
        News::Finding(finding) => {
            seen.record(Finding::clone(&finding));
            findings.push(*finding);
        }
    })
    .await;
    (findings, seen)
}

fn state<'a>(findings: &'a [Finding], id: &str) -> &'a State {
    let found = findings.iter().rfind(|finding| finding.id == id);
    &found.unwrap_or_else(|| panic!("{id} is missing in {findings:#?}")).state
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_up_after_some_refusals_is_asked_to_the_end() {
    let (world, net, heard) = world_with(Manner { patience: 3, ..WELL }).await;
    let mut plan = world.plan();
    plan.roster.remove(|_| true);
    for number in 0..250 {
        let gone = if number % 25 == 7 { "gone" } else { "here" };
        plan.roster.put(Mailbox::new(address(&format!("{gone}{number}@example.com"))));
    }
    let (findings, evidence) = asked(&net, &plan, &Evidence::default()).await;
    let all = findings.iter().find(|finding| finding.id == "people.external").unwrap();
    assert_eq!((&all.state, all.found.as_str()), (&State::Failed, "240 of 250 known, 10 refused"));
    assert_eq!(state(&findings, "people.rcpt@gone7@example.com"), &State::Failed);
    let to = heard.lock().unwrap().clone();
    // Refused people are asked about twice, and so is who was named in a
    // conversation that was cut before its last question.
    assert!(to.len() < 2 * 250, "{} recipients for 250 people", to.len());

    // A second run asks only those that did not pass, and the two that tell
    // how far the server's word goes.
    heard.lock().unwrap().clear();
    asked(&net, &plan, &evidence).await;
    let to = heard.lock().unwrap().clone();
    let expected = |to: &String| to.contains("gone") || to.contains("no-such-") || to == KNOWN;
    assert!(to.iter().all(expected), "{to:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_transaction_has_more_than_a_hundred_recipients() {
    let (world, net, heard) = world_with(WELL).await;
    let mut plan = world.plan();
    plan.roster.remove(|_| true);
    for number in 0..230 {
        plan.roster.put(Mailbox::new(address(&format!("p{number}@example.com"))));
    }
    let (findings, _) = asked(&net, &plan, &Evidence::default()).await;
    assert_eq!(state(&findings, "people.external"), &State::Passed);
    // The known and the random address go first and last, each person once,
    // and behind each envelope the address that nobody has.
    let to = heard.lock().unwrap().clone();
    let people = to.iter().filter(|to| to.starts_with('p')).count();
    let random = to.iter().filter(|to| to.contains("no-such-")).count();
    let known = to.iter().filter(|to| *to == KNOWN).count();
    assert_eq!((people, known, people + known + random), (230, 2, to.len()));
    assert!((5..20).contains(&random), "{random}");
    for (random, known) in [(0, 1), (to.len() - 2, to.len() - 1)] {
        assert_eq!(to[known], KNOWN);
        assert!(to[random].contains("no-such-"), "{}", to[random]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_breaks_the_conversation_no_address_is_called_wrong() {
    fn silent_after_ehlo(line: &str) -> Option<String> {
        if line.starts_with("MAIL") { None } else { well(line) }
    }
    fn rubbish(_: &str) -> Option<String> {
        Some("\u{1b}[2J\u{202e}??? 250 sure".to_owned())
    }
    fn listed(line: &str) -> Option<String> {
        match line.get(..4) {
            Some("RCPT") => {
                Some("554 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org".to_owned())
            }
            _ => well(line),
        }
    }
    fn busy(line: &str) -> Option<String> {
        match line.get(..4) {
            Some("RCPT") => Some("451 4.3.2 try again later".to_owned()),
            _ => well(line),
        }
    }
    let manners = [
        Manner { greeting: "", ..WELL },
        Manner { greeting: "554 5.7.1 no service for you", ..WELL },
        Manner { greeting: "421 too many connections", ..WELL },
        Manner { greeting: "HTTP/1.1 400 Bad Request", ..WELL },
        Manner { reply: silent_after_ehlo, ..WELL },
        Manner { reply: rubbish, ..WELL },
        Manner { reply: listed, ..WELL },
        Manner { reply: busy, ..WELL },
    ];
    for manner in manners {
        let (world, net, _) = world_with(manner).await;
        let mut evidence = Evidence::default();
        let mut all = Vec::new();
        for step in [Step::Server, Step::Forwards] {
            let findings = checked(step, &net, &world.plan(), &evidence).await;
            findings.iter().cloned().for_each(|finding| evidence.record(finding));
            all.extend(findings);
        }
        all.extend(asked(&net, &world.plan(), &evidence).await.0);
        let wrong: Vec<_> = all
            .iter()
            .filter(|finding| finding.state == State::Failed && finding.id != "server.connect")
            .collect();
        assert!(wrong.is_empty(), "“{}”: {wrong:#?}", manner.greeting);
        let proved = all.iter().find(|finding| {
            matches!(finding.id.as_str(), "server.verification-address" | "forwards.contacts")
                && finding.state == State::Passed
        });
        assert!(proved.is_none(), "“{}”: {proved:#?}", manner.greeting);
        let text = serde_json::to_string(&all).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "control characters in a finding");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hang_up_is_not_called_a_refusal() {
    fn hangs_up(line: &str) -> Option<String> {
        if line.starts_with("MAIL") { None } else { well(line) }
    }
    let (world, net, _) = world_with(Manner { reply: hangs_up, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    let known =
        findings.iter().find(|finding| finding.id == "server.verification-address").unwrap();
    assert!(matches!(known.state, State::Unknown { .. }), "{known:?}");
    assert!(!known.meaning.contains("refusal is"), "{known:?}");
}

/// Hears a server out and finds `id`.
async fn found(reply: fn(&str) -> Option<String>, id: &str) -> Finding {
    let (world, net, _) = world_with(Manner { reply, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    let one = findings.iter().find(|finding| finding.id == id);
    one.unwrap_or_else(|| panic!("{id} is missing in {findings:#?}")).clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_few_in_each_conversation() {
    // Exchange hangs up after five errors; whoever keeps to four is heard out.
    let (world, net, _) = world_with(Manner { patience: 4, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    assert!(findings.iter().all(|finding| !matches!(finding.state, State::Unknown { .. })));
    assert_eq!(state(&findings, "server.relay"), &State::Passed);
}
