//! The checks against mail servers that behave as the worst in the field do.
//! Names come from the practice world's DNS; the servers behind them are ours.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdr_wizard::check::{Ask, News, ask_people, check, dns_alone, server_alone};
use sdr_wizard::finding::{Evidence, Finding, State};
use sdr_wizard::guide::Step;
use sdr_wizard::net::{Lead, Net, Reach};
use sdr_wizard::plan::{Address, Domain, HostName, Mailbox, Plan};
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
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let real = listener.local_addr().unwrap();
    let heard = Heard::default();
    let ears = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, manner, ears.clone()));
        }
    });
    let net = Net { reply_timeout: Duration::from_secs(5), ..world.net() };
    lead(&net, EXTERNAL, Lead::To(real));
    (world, net, heard)
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
            seen.record(finding.clone());
            findings.push(finding);
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
    // A refusal lost in a 421 is asked again; nobody else is.
    assert!(to.len() < 250 + 20, "{} recipients for 250 people", to.len());

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
    // The known and the random address go first and last, each person once.
    let to = heard.lock().unwrap().clone();
    assert_eq!(to.len(), 230 + 4);
    for (random, known) in [(0, 1), (232, 233)] {
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
async fn a_closed_door_is_told_from_a_blocked_line() {
    let (world, net, _) = world_with(WELL).await;
    let plan = world.plan();
    for door in [Lead::Refused, Lead::Dropped] {
        lead(&net, EXTERNAL, door);
        let findings = checked(Step::Server, &net, &plan, &Evidence::default()).await;
        assert_eq!(state(&findings, "server.connect"), &State::Failed, "{door:?}");
    }
    // The host does not answer either: nobody can tell.
    for mx in ["198.51.100.1:25", "198.51.100.2:25"] {
        lead(&net, mx, Lead::Dropped);
    }
    for step in Step::ALL {
        let findings = checked(step, &net, &plan, &Evidence::default()).await;
        assert!(findings.iter().all(|finding| finding.state != State::Failed), "{findings:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_test_needs_no_profile() {
    let (_world, net, heard) = world_with(WELL).await;
    let host = HostName::parse("mail.example.com").unwrap();
    let mut findings = Vec::new();
    server_alone(&net, &host, &address("ann@example.com"), 5, &mut |finding| {
        findings.push(finding)
    })
    .await;
    assert_eq!(state(&findings, "server.verification-address"), &State::Passed);
    assert_eq!(state(&findings, "server.starttls"), &State::Warning);
    assert!(findings.iter().all(|finding| finding.id != "server.authority"));
    let asked = heard.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|to| *to == "ann@example.com").count(), 3, "{asked:?}");
    let elsewhere: Vec<_> = asked.iter().filter(|to| !to.ends_with("@example.com")).collect();
    assert_eq!(elsewhere.len(), 1, "whether it relays: {asked:?}");
    assert_eq!(state(&findings, "server.relay"), &State::Passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dns_checks_need_no_profile() {
    let (_world, net, heard) = world_with(WELL).await;
    let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    let mut findings = Vec::new();
    dns_alone(&net, &plan, None, &mut |finding| findings.push(finding)).await;
    assert_eq!(state(&findings, "subdomain.primary-mx"), &State::Passed);
    assert_eq!(state(&findings, "subdomain.mx"), &State::Passed);
    assert_eq!(state(&findings, "situation.spf"), &State::Passed);
    assert!(heard.lock().unwrap().is_empty(), "no mail server was asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_connects_and_is_no_mail_server_is_not_called_a_blocked_port() {
    for (greeting, state_word) in
        [("", "Failed"), ("HTTP/1.1 400 Bad Request", "Failed"), ("SSH-2.0-OpenSSH_9.6", "Failed")]
    {
        let (world, net, _) = world_with(Manner { greeting, ..WELL }).await;
        let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
        let door = findings.iter().find(|finding| finding.id == "server.connect").unwrap();
        assert_eq!(door.state.word(), state_word, "{door:?}");
        let text = serde_json::to_string(&findings).unwrap().to_lowercase();
        assert!(!text.contains("blocked") && !text.contains("firewall that lets"), "{text}");
        assert!(!text.contains("control probe"), "{text}");
        assert!(!text.contains("can't be reached"), "{text}");
    }
    // One that says nothing may only be slow.
    let (world, net, _) = world_with(WELL).await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    lead(&net, EXTERNAL, Lead::To(silent.local_addr().unwrap()));
    let net = Net { reply_timeout: Duration::from_millis(300), ..net };
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    let door = findings.iter().find(|finding| finding.id == "server.connect").unwrap();
    assert!(matches!(door.state, State::Unknown { .. }), "{door:?}");
    assert!(door.summary.contains("no greeting"), "{door:?}");
    assert!(!format!("{door:?}").contains("locked"), "{door:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_and_an_unknown_sender_are_not_called_greylisting() {
    fn full(line: &str) -> Option<String> {
        match line.get(..4) {
            Some("MAIL") => Some("452 4.3.1 Insufficient system resources".to_owned()),
            _ => well(line),
        }
    }
    fn unresolved(line: &str) -> Option<String> {
        let by_name = line.starts_with("MAIL") && !line.contains("<>");
        if by_name { Some("451 4.1.8 sender's domain not found".to_owned()) } else { well(line) }
    }
    let ids = |findings: &[Finding]| -> Vec<String> {
        findings.iter().map(|finding| finding.id.clone()).collect()
    };
    let (world, net, _) = world_with(Manner { reply: full, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    assert!(matches!(state(&findings, "server.resources"), State::Waiting { .. }));
    assert!(!ids(&findings).contains(&"server.greylist".to_owned()), "{findings:#?}");
    let (world, net, _) = world_with(Manner { reply: unresolved, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    assert_eq!(state(&findings, "server.verification-address"), &State::Passed);
    let own = findings.iter().find(|finding| finding.id == "server.own-domain").unwrap();
    assert!(matches!(own.state, State::Waiting { .. }), "{own:?}");
    assert!(own.summary.contains("can't resolve"), "{own:?}");
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
async fn what_every_mail_server_owes_is_asked_for() {
    fn open_relay(line: &str) -> Option<String> {
        let foreign = line.starts_with("RCPT") && line.contains("@emailsrvr.com>");
        if foreign { Some("250 2.1.5 ok".to_owned()) } else { well(line) }
    }
    fn nobody_in_charge(line: &str) -> Option<String> {
        let role = line.contains("TO:<postmaster@") || line.contains("TO:<abuse@");
        if role { Some("550 5.1.1 unknown".to_owned()) } else { well(line) }
    }
    fn small(line: &str) -> Option<String> {
        match line.get(..4) {
            Some("EHLO") => Some("250-mail\r\n250 SIZE 10240000".to_owned()),
            _ => well(line),
        }
    }
    fn yes(line: &str) -> Option<String> {
        if line.starts_with("RCPT") { Some("250 ok".to_owned()) } else { well(line) }
    }
    fn fixup(line: &str) -> Option<String> {
        match line.get(..4) {
            Some("EHLO") => Some("250-mail\r\n250 XXXXXXXA".to_owned()),
            _ => well(line),
        }
    }
    let relay = found(open_relay, "server.relay").await;
    assert_eq!(relay.state, State::Failed);
    assert!(relay.meaning.contains("no message was sent"), "{relay:?}");
    assert!(!relay.evidence.iter().any(|line| line.contains("DATA")), "{relay:?}");
    assert_eq!(found(well, "server.relay").await.state, State::Passed);

    for id in ["server.postmaster", "server.abuse"] {
        assert_eq!(found(well, id).await.state, State::Passed);
        let none = found(nobody_in_charge, id).await;
        assert_eq!(none.state, State::Warning);
        assert!(none.action.contains("@example.com"), "{none:?}");
        assert!(matches!(found(yes, id).await.state, State::Skipped { .. }));
    }
    let size = found(small, "server.size").await;
    assert_eq!(size.state, State::Warning);
    assert!(size.summary.contains("9 MB, the host up to 50 MB"), "{size:?}");
    assert!(found(fixup, "server.ehlo").await.summary.contains("masked"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_few_in_each_conversation() {
    // Exchange hangs up after five errors; whoever keeps to four is heard out.
    let (world, net, _) = world_with(Manner { patience: 4, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    assert!(findings.iter().all(|finding| !matches!(finding.state, State::Unknown { .. })));
    assert_eq!(state(&findings, "server.relay"), &State::Passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_that_a_greylist_names_is_when_it_is_asked_again() {
    fn later(line: &str) -> Option<String> {
        let rcpt = line.starts_with("RCPT");
        if rcpt { Some("450 4.2.0 Greylisted for 600 seconds".to_owned()) } else { well(line) }
    }
    let known = found(later, "server.verification-address").await;
    let State::Waiting { again_at } = known.state else { panic!("{known:?}") };
    assert_eq!(again_at.duration_since(known.at).as_secs(), 600);
    for id in ["server.relay", "server.postmaster"] {
        assert!(matches!(found(later, id).await.state, State::Waiting { .. }));
    }
}
