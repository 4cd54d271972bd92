//! Servers whose no is about us, or about nobody.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_refusal_for_everybody_proves_nothing() {
    fn login(line: &str) -> Option<String> {
        if line.starts_with("RCPT") {
            Some("550 5.7.1 Authentication required".into())
        } else {
            well(line)
        }
    }
    fn helo(line: &str) -> Option<String> {
        let no = "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname";
        if line.starts_with("RCPT") { Some(no.into()) } else { well(line) }
    }
    fn denied(line: &str) -> Option<String> {
        if line.starts_with("RCPT") { Some("550 Access denied".into()) } else { well(line) }
    }
    fn nobody(line: &str) -> Option<String> {
        let to = line.strip_prefix("RCPT TO:").map(|to| format!("550 5.1.1 {to}: User unknown"));
        to.or_else(|| well(line))
    }
    for reply in [login, helo, denied, nobody] as [fn(&str) -> Option<String>; 4] {
        let (world, net, _) = world_with(Manner { reply, ..WELL }).await;
        let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
        for id in ["random-address", "verification-address", "postmaster", "abuse", "relay"] {
            let told = findings.iter().find(|one| one.id == format!("server.{id}")).unwrap();
            assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
        }
        assert_eq!(state(&findings, "server.authority").word(), "Skipped");
        let (sides, seen) = asked(&net, &world.plan(), &Evidence::default()).await;
        let side = sides.iter().find(|one| one.id == "people.external").unwrap();
        assert!(matches!(side.state, State::Unknown { .. }), "{side:?}");
        let refused = seen.people().iter().filter(|(_, answer)| answer.word == Word::Refused);
        assert!(refused.filter(|(_, answer)| answer.side == Side::External).count() == 0);
    }
    // Whoever says no to the domain as a whole says something.
    fn foreign(line: &str) -> Option<String> {
        let no = "554 5.7.1 Relay access denied";
        if line.starts_with("RCPT") { Some(no.into()) } else { well(line) }
    }
    assert_eq!(found(foreign, "server.verification-address").await.state, State::Failed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_is_no_wrong_address() {
    fn full(line: &str) -> Option<String> {
        let is = line.starts_with("RCPT") && line.contains(KNOWN);
        if is { Some("552 5.2.2 mailbox full".into()) } else { well(line) }
    }
    assert_eq!(found(full, "server.verification-address").await.state, State::Warning);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_to_try_is_no_relaying() {
    fn tries(line: &str) -> Option<String> {
        let foreign = line.starts_with("RCPT") && !line.contains("example.com");
        if foreign { Some("252 2.1.5 will try".into()) } else { well(line) }
    }
    let told = found(tries, "server.relay").await;
    assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_after_the_greeting_can_not_tell() {
    fn silent(line: &str) -> Option<String> {
        if line.starts_with("EHLO") { None } else { well(line) }
    }
    let told = found(silent, "server.ehlo").await;
    assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reason_that_is_not_the_address_is_no_wrong_address() {
    for answer in [
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup",
        "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed",
        "550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission",
        "550 Administrative prohibition",
        "521 5.3.2 host does not accept mail",
        "550 5.7.1 Your server exceeded the recipient rate limit",
        "354 go ahead",
    ] {
        static ANSWER: Mutex<&str> = Mutex::new("");
        *ANSWER.lock().unwrap() = answer;
        fn one(line: &str) -> Option<String> {
            let is = line.starts_with("RCPT") && line.contains(KNOWN);
            if is { Some((*ANSWER.lock().unwrap()).to_owned()) } else { well(line) }
        }
        let told = found(one, "server.verification-address").await;
        assert!(matches!(told.state, State::Unknown { .. }), "{answer}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_whom_the_server_lacks_is_no_spoofed_sender() {
    fn unlisted(line: &str) -> Option<String> {
        let no = "550 5.1.0 <x>: Sender address rejected: User unknown in virtual mailbox table";
        let is = line.starts_with("MAIL FROM:<") && line.contains("@example.com");
        if is { Some(no.into()) } else { well(line) }
    }
    let told = found(unlisted, "server.own-domain").await;
    assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_to_every_sender_is_not_about_the_own_domain() {
    fn once(line: &str) -> Option<String> {
        let no = "550 5.7.1 only one message in a session";
        let is = line.starts_with("MAIL FROM:<") && line != "MAIL FROM:<>";
        if is { Some(no.into()) } else { well(line) }
    }
    let told = found(once, "server.own-domain").await;
    assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_first_conversation_did_not_come_to_is_asked_in_the_second() {
    fn no_bounces(line: &str) -> Option<String> {
        if line == "MAIL FROM:<>" { Some("550 5.7.1 no bounces".into()) } else { well(line) }
    }
    assert_eq!(found(no_bounces, "server.random-address").await.state, State::Passed);
    assert_eq!(found(no_bounces, "server.verification-address").await.state, State::Passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_refuses_beside_somebody_known_is_not_about_the_address() {
    fn forgetful(line: &str) -> Option<String> {
        static GREETED: AtomicUsize = AtomicUsize::new(0);
        let talks = match line.starts_with("EHLO") {
            true => GREETED.fetch_add(1, Ordering::SeqCst) + 1,
            false => GREETED.load(Ordering::SeqCst),
        };
        match line.strip_prefix("RCPT TO:<").and_then(|to| to.split('@').next()) {
            Some(name) if talks > 1 => Some(format!("550 5.1.1 {name} is not one of ours")),
            _ => well(line),
        }
    }
    let (world, net, _) = world_with(Manner { reply: forgetful, ..WELL }).await;
    let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
    assert_eq!(state(&findings, "server.verification-address"), &State::Passed);
    for id in ["server.postmaster", "server.abuse", "server.relay"] {
        let told = findings.iter().find(|one| one.id == id).unwrap();
        assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
        assert!(told.meaning.contains("verification address"), "{told:?}");
    }
}

/// A server that answers rightly for so many recipients, then refuses everybody.
async fn turning(after: usize) -> (PracticeWorld, Net) {
    let world = PracticeWorld::start(BTreeSet::new()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let real = listener.local_addr().unwrap();
    let said = Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let said = said.clone();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                let _ = stream.write_all(b"220 mail.example.com ESMTP\r\n").await;
                let mut line = String::new();
                while matches!(stream.read_line(&mut line).await, Ok(1..)) {
                    let asks = line.starts_with("RCPT");
                    let turned = asks && said.fetch_add(1, Ordering::SeqCst) >= after;
                    let no = "550 5.1.1 no such user".to_owned();
                    let reply = if turned { Some(no) } else { well(line.trim_end()) };
                    let reply = reply.unwrap_or_default() + "\r\n";
                    let _ = stream.write_all(reply.as_bytes()).await;
                    line.clear();
                }
            });
        }
    });
    let net = Net { rest: Duration::from_millis(1), ..world.net() };
    lead(&net, EXTERNAL, Lead::To(real));
    (world, net)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_broken_off_and_gone_on_with_refuses_nobody_wrongly() {
    let (world, net) = turning(900).await;
    let mut plan = world.plan();
    plan.roster.remove(|_| true);
    for number in 0..2000 {
        plan.roster.put(Mailbox::new(address(&format!("p{number}@example.com"))));
    }
    // Killed in its middle: what was told by then is all that there is.
    let mut journal = Vec::new();
    let evidence = Evidence::default();
    let ask = Ask { net: &net, plan: &plan, evidence: &evidence, api_key: None, seed: 3 };
    let enough = |entries: &Vec<Entry>| entries.len() > 350;
    let (cut, mut told) = tokio::sync::mpsc::unbounded_channel();
    {
        let mut tell = |news| {
            if let News::Entry(entry) = news {
                let _ = cut.send(entry);
            }
        };
        let run = ask_people(&ask, &mut tell);
        tokio::pin!(run);
        while !enough(&journal) {
            tokio::select! {
                () = &mut run => break,
                Some(entry) = told.recv() => journal.push(entry),
            }
        }
    }
    let mut seen = Evidence::default();
    journal.into_iter().for_each(|entry| seen.hear(entry));
    let (findings, seen) = asked(&net, &plan, &seen).await;
    let refused = seen.people().iter().filter(|(_, answer)| answer.word == Word::Refused).count();
    assert_eq!(refused, 0, "{findings:#?}");
    assert!(matches!(state(&findings, "people.external"), State::Unknown { .. }));
    let known = seen.people().iter().filter(|(_, answer)| answer.word == Word::Known).count();
    assert!(known > 250, "what was answered well stays: {known}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_empty_sender_is_named_only_where_another_gets_through() {
    static ANSWER: Mutex<&str> = Mutex::new("");
    fn mail(line: &str) -> Option<String> {
        let is = line.starts_with("MAIL");
        if is { Some((*ANSWER.lock().unwrap()).to_owned()) } else { well(line) }
    }
    fn rcpt(line: &str) -> Option<String> {
        let is = line.starts_with("RCPT");
        if is { Some((*ANSWER.lock().unwrap()).to_owned()) } else { well(line) }
    }
    // Only when the recipient is named.
    fn late(line: &str) -> Option<String> {
        static NULL: AtomicUsize = AtomicUsize::new(0);
        if line.starts_with("MAIL") {
            NULL.store(usize::from(line == "MAIL FROM:<>"), Ordering::SeqCst);
        }
        let is = line.starts_with("RCPT") && NULL.load(Ordering::SeqCst) == 1;
        if is { Some("550 5.7.1 Sender rejected: no empty sender".into()) } else { well(line) }
    }
    fn bounces(line: &str) -> Option<String> {
        if line == "MAIL FROM:<>" { Some("530 5.7.0 no bounces".into()) } else { well(line) }
    }
    for (answer, reply, login) in [
        (
            "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail",
            mail as fn(&str) -> Option<String>,
            true,
        ),
        ("530 5.7.0 Authentication required", mail, true),
        ("530 5.7.57 SMTP; Client was not authenticated", rcpt, true),
        ("530 5.7.0 Must issue a STARTTLS command first", mail, false),
        ("550 5.7.1 nobody is let in", mail, false),
        ("421 4.3.2 Service shutting down", mail, false),
    ] {
        *ANSWER.lock().unwrap() = answer;
        let (world, net, _) = world_with(Manner { reply, ..WELL }).await;
        let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
        let has = |id: &str| findings.iter().any(|one| one.id == id);
        assert!(!has("server.null-sender"), "{answer}: {findings:#?}");
        assert_eq!(has("server.login"), login, "{answer}: {findings:#?}");
        assert!(findings.iter().all(|one| one.state != State::Failed), "{answer}: {findings:#?}");
    }
    assert_eq!(found(bounces, "server.null-sender").await.state, State::Warning);
    assert_eq!(found(late, "server.null-sender").await.state, State::Warning);
    assert_eq!(found(bounces, "server.verification-address").await.state, State::Passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_is_refused_is_cured_by_another_name() {
    fn helo(line: &str) -> Option<String> {
        let no = "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname";
        if line.starts_with("RCPT") { Some(no.into()) } else { well(line) }
    }
    for id in ["server.verification-address", "server.random-address", "server.relay"] {
        let told = found(helo, id).await;
        assert!(told.action.contains("--helo"), "{told:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_is_full_for_now_is_there() {
    fn full(line: &str) -> Option<String> {
        let is = line.starts_with("RCPT") && line.contains(KNOWN);
        if is { Some("452 4.2.2 Mailbox full".into()) } else { well(line) }
    }
    let told = found(full, "server.verification-address").await;
    assert!(matches!(told.state, State::Waiting { .. }), "{told:?}");
    assert!(told.summary.contains("exists"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_from_elsewhere_who_is_refused_alone_is_told_of() {
    fn choosy(line: &str) -> Option<String> {
        let is = line.starts_with("MAIL FROM:<postmaster@emailsrvr.com>");
        if is { Some("550 5.7.1 not from there".into()) } else { well(line) }
    }
    assert_eq!(found(choosy, "server.foreign-sender").await.state, State::Warning);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_contact_put_off_is_no_full_disk() {
    fn postscreen(line: &str) -> Option<String> {
        let is = line.starts_with("RCPT");
        if is { Some("450 4.3.2 Service currently unavailable".into()) } else { well(line) }
    }
    let told = found(postscreen, "server.greylist").await;
    assert!(matches!(told.state, State::Waiting { .. }), "{told:?}");
}
