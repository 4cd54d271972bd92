//! The test of the external server against what listens in the field.

use sdr_wizard::engine::send_test;
use sdr_wizard::practice::{Conditions, Edit, Switches};

use super::*;

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
    assert_eq!(asked.iter().filter(|to| *to == "ann@example.com").count(), 4, "{asked:?}");
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
    for (greeting, state_word) in [
        ("", "Can't tell"),
        ("HTTP/1.1 400 Bad Request", "Failed"),
        ("SSH-2.0-OpenSSH_9.6", "Failed"),
        ("220-mail.example.com\r\n550 no", "Failed"),
    ] {
        let (world, net, _) = world_with(Manner { greeting, ..WELL }).await;
        let findings = checked(Step::Server, &net, &world.plan(), &Evidence::default()).await;
        let door = findings.iter().find(|finding| finding.id == "server.connect").unwrap();
        assert_eq!(door.state.word(), state_word, "{door:?}");
        assert_eq!(door.summary.contains("greets"), greeting.starts_with("220"), "{door:?}");
        let text = serde_json::to_string(&findings).unwrap().to_lowercase();
        assert!(!text.contains("blocked"), "{text}");
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
    assert!(size.summary.contains("9.7 MB, the host up to 50 MB"), "{size:?}");
    assert!(found(fixup, "server.ehlo").await.summary.contains("masked"));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_to_a_domain_that_takes_no_mail() {
    let none = Edit {
        name: "example.com".to_owned(),
        kind: "MX".to_owned(),
        data: vec!["0 .".to_owned()],
        ttl: 300,
        only_at: None,
    };
    let conditions = Conditions { records: vec![none], ..Conditions::with(Switches::all_done()) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let told = send_test(&world.net(), &address("me@example.org"), &address(KNOWN)).await;
    assert!(format!("{told:?}").contains("null MX"), "{told:?}");
    assert_eq!(world.controls().delivered(), []);
}
