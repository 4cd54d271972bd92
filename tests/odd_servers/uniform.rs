//! What is said to everybody is about nobody: no finding rests on it.

use std::sync::atomic::{AtomicBool, Ordering};

use sdr_wizard::plan::Home;

use super::*;

/// The host's mail exchangers, as the practice DNS publishes them.
const HOST: [&str; 2] = ["198.51.100.1:25", "198.51.100.2:25"];

/// What the server of ours says next to each recipient.
static ANSWER: Mutex<&str> = Mutex::new("");

fn to_all(line: &str) -> Option<String> {
    let is = line.starts_with("RCPT");
    if is { Some((*ANSWER.lock().unwrap()).to_owned()) } else { well(line) }
}

/// Relays for nobody, and knows nobody of its own domains.
fn only_domains(line: &str) -> Option<String> {
    match line.strip_prefix("RCPT TO:<").and_then(|to| to.split_once('@')) {
        Some((_, domain)) if domain.contains("no-such-") => {
            Some("550 5.7.1 relaying denied".to_owned())
        }
        Some(_) => Some("550 5.1.1 user unknown".to_owned()),
        None => well(line),
    }
}

/// What the steps that ask the host say of one of ours in its place.
async fn of_host(reply: fn(&str) -> Option<String>) -> Vec<Finding> {
    let (world, net, _) = world_with(WELL).await;
    let (real, _) = listening(Manner { reply, ..WELL }).await;
    HOST.iter().for_each(|mx| lead(&net, mx, Lead::To(real)));
    let mut plan = world.plan();
    let ann = plan.roster.iter().next().unwrap().address.clone();
    plan.roster.edit(&ann, |one| one.home = Home::Host);
    let mut findings = Vec::new();
    for step in [Step::Sdr, Step::Subdomain] {
        findings.extend(checked(step, &net, &plan, &Evidence::default()).await);
    }
    findings
}

fn of<'a>(findings: &'a [Finding], id: &str) -> Vec<&'a Finding> {
    findings.iter().filter(|one| one.id.starts_with(id)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_says_the_same_of_every_domain_proves_nothing() {
    for answer in [
        "550 rejected",
        "550 Invalid recipient",
        "550 5.1.1 User unknown",
        "550 Administrative prohibition",
        "250 2.1.5 ok",
        "252 2.5.2 will try",
    ] {
        *ANSWER.lock().unwrap() = answer;
        let findings = of_host(to_all).await;
        for id in ["sdr.mx1", "sdr.mx2", "subdomain.alias"] {
            let finding = of(&findings, id)[0];
            assert!(matches!(finding.state, State::Unknown { .. }), "{answer}: {finding:#?}");
        }
        for mailbox in ["sdr.host-mailbox", "subdomain.host-mailbox"] {
            for finding in of(&findings, mailbox) {
                assert!(matches!(finding.state, State::Unknown { .. }), "{answer}: {finding:#?}");
            }
        }
    }
    for answer in ["550 No such domain here", "550 5.1.2 Domain not found"] {
        *ANSWER.lock().unwrap() = answer;
        let findings = of_host(to_all).await;
        assert_eq!(of(&findings, "subdomain.alias")[0].state, State::Failed, "{answer}");
        assert!(of(&findings, "subdomain.host-mailbox").is_empty(), "{answer}");
        assert!(of(&findings, "sdr.host-mailbox").is_empty(), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_tells_domains_apart_is_believed() {
    let findings = of_host(only_domains).await;
    assert_eq!(of(&findings, "sdr.mx1")[0].state, State::Failed);
    assert_eq!(of(&findings, "sdr.host-mailbox")[0].state, State::Failed);
    assert_eq!(of(&findings, "subdomain.alias")[0].state, State::Passed);
    assert_eq!(of(&findings, "subdomain.host-mailbox")[0].state, State::Failed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_refused_like_somebody_known_lacks_no_contact() {
    for answer in ["550 rejected", "550 5.1.1 User unknown", "550 5.7.1 Access denied"] {
        *ANSWER.lock().unwrap() = answer;
        let (world, net, _) = world_with(Manner { reply: to_all, ..WELL }).await;
        let mut plan = world.plan();
        let gone: Vec<Address> = plan.roster.iter().map(|one| one.address.clone()).collect();
        for address in gone.iter().filter(|one| one.to_string() != KNOWN) {
            plan.roster.edit(address, |one| one.home = Home::Host);
        }
        let findings = checked(Step::Forwards, &net, &plan, &Evidence::default()).await;
        let contacts = of(&findings, "forwards.contacts")[0];
        assert!(matches!(contacts.state, State::Unknown { .. }), "{answer}: {contacts:#?}");
    }
}

/// Refuses the empty sender as the first recipient is named, in words that do
/// not say so, and takes anybody from anybody else.
fn no_bounces(line: &str) -> Option<String> {
    static NULL: AtomicBool = AtomicBool::new(false);
    if line.starts_with("MAIL") {
        NULL.store(line == "MAIL FROM:<>", Ordering::SeqCst);
    }
    match line.get(..4) {
        Some("RCPT") if NULL.load(Ordering::SeqCst) => {
            Some("550 Administrative prohibition".to_owned())
        }
        Some("RCPT") if !line.contains("@example.com") => Some("554 relay access denied".into()),
        Some("RCPT") => Some("250 ok".to_owned()),
        _ => well(line),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_empty_sender_hides_no_server_that_accepts_anything() {
    let (world, net, _) = world_with(Manner { reply: no_bounces, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    assert_eq!(state(&findings, "server.null-sender"), &State::Warning);
    assert_eq!(state(&findings, "server.random-address"), &State::Warning);
    let known = state(&findings, "server.verification-address");
    assert!(matches!(known, State::Unknown { .. }), "{known:?}");
    let authority = state(&findings, "server.authority");
    assert!(matches!(authority, State::Skipped { .. }), "{authority:?}");
}

/// Takes one recipient of a bounce and no more.
fn one_bounce(line: &str) -> Option<String> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    match line.get(..4) {
        Some("MAIL") => TAKEN.store(false, Ordering::SeqCst),
        Some("RCPT") if TAKEN.swap(true, Ordering::SeqCst) => {
            return Some("550 Only one recipient accepted for NULL sender".to_owned());
        }
        _ => {}
    }
    well(line).map(|reply| if line.contains("no-such-") { "250 ok".into() } else { reply })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_of_one_recipient_is_no_refusal_of_the_second() {
    let random = found(one_bounce, "server.random-address").await;
    assert_eq!(random.state, State::Warning, "{random:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_to_try_proves_nobody() {
    fn tries(line: &str) -> Option<String> {
        let person = line.starts_with("RCPT") && !line.contains("no-such-");
        if person { Some("252 2.5.2 will try".to_owned()) } else { well(line) }
    }
    let known = found(tries, "server.verification-address").await;
    assert!(matches!(known.state, State::Unknown { .. }), "{known:#?}");
}
