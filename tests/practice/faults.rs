//! Each fault changes what is said on the wire.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_proto::rr::RecordType;
use jiff::SignedDuration;
use sdr_wizard::net::{Clock, Lead};
use sdr_wizard::plan::{Authority, Side};
use sdr_wizard::practice::{Conditions, Fault, PracticeWorld, Switches};
use sdr_wizard::route::Outcome;
use tokio::io::AsyncWriteExt;

use super::stranger::*;

#[tokio::test]
async fn without_sdr_the_host_refuses_whom_it_does_not_have() {
    let world = world_with([Fault::SdrOff]).await;
    let said = rcpt(&world.net(), MX1, "karen.mills@example.com").await;
    assert!(said.starts_with("550 5.1.1") && said.contains("G8"), "{said}");
    assert!(rcpt(&world.net(), MX1, "ann.lee@example.com").await.starts_with("250"));
}

#[tokio::test]
async fn without_the_alias_the_host_denies_to_relay() {
    let world = world_with([Fault::NoAlias]).await;
    let said = rcpt(&world.net(), MX2, "ann.lee@rackspace.example.com").await;
    assert!(said.starts_with("554 5.7.1") && said.contains("Relay access denied"), "{said}");
}

#[tokio::test]
async fn a_primary_mx_that_was_changed_is_seen_in_the_dns() {
    let world = world_with([Fault::PrimaryMxChanged]).await;
    let mx = short(&world.net(), NS1, "example.com.", RecordType::MX).await;
    assert_eq!(mx, ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com."]);
    assert_eq!(world.plan().situation.primary_mx, Side::External);
}

#[tokio::test]
async fn a_server_that_accepts_anything_takes_a_random_recipient() {
    let world = world_with([Fault::AcceptsAnything]).await;
    assert!(rcpt(&world.net(), EXTERNAL, "nobody-1f3a@example.com").await.starts_with("250"));
    assert!(rcpt(&world.net(), EXTERNAL, "someone@example.org").await.starts_with("550"));
    assert!(rcpt(&world.net(), MX1, "nobody-1f3a@example.com").await.starts_with("250"));
    assert_eq!(world.plan().external.authority, Authority::Authoritative);
}

#[tokio::test]
async fn two_that_pass_on_accept_anything_and_the_plan_says_why() {
    let world = world_with([Fault::BothNonAuthoritative]).await;
    assert!(rcpt(&world.net(), EXTERNAL, "nobody-1f3a@example.com").await.starts_with("250"));
    assert_eq!(world.plan().external.authority, Authority::InternalRelay);
    let (mut smtp, _) = Smtp::ready(&world.net(), EXTERNAL, "").await;
    smtp.say("RCPT TO:<nobody-1f3a@example.com>").await;
    smtp.say("DATA").await;
    smtp.say(".").await;
    let delivered = world.controls().delivered();
    assert!(matches!(delivered[0].trace.outcome, Outcome::Loop { .. }), "{delivered:?}");
}

#[tokio::test]
async fn a_tarpit_delays_refusals_only() {
    let conditions = |tarpit| Conditions {
        tarpit,
        ..Conditions::with(Switches { faults: [Fault::Tarpit].into(), ..Switches::all_done() })
    };
    let stuck = conditions(Duration::from_secs(3600));
    let world = PracticeWorld::start_under(stuck).await.unwrap();
    let net = world.net();
    let (mut smtp, _) = Smtp::ready(&net, EXTERNAL, "someone@example.org").await;
    smtp.stream.write_all(b"RCPT TO:<nobody-1f3a@example.com>\r\n").await.unwrap();
    // Meanwhile others are served at once.
    for _ in 0..10 {
        assert!(rcpt(&net, EXTERNAL, "karen.mills@example.com").await.starts_with("250"));
        assert!(rcpt(&net, MX1, "nobody-1f3a@example.com").await.starts_with("550"));
    }
    let waiting = smtp.stream.try_read(&mut [0]).unwrap_err();
    assert_eq!(waiting.kind(), std::io::ErrorKind::WouldBlock);

    let quick = conditions(Duration::from_millis(1));
    let world = PracticeWorld::start_under(quick).await.unwrap();
    assert!(
        rcpt(&world.net(), EXTERNAL, "nobody-1f3a@example.com").await.starts_with("550 5.1.10")
    );
}

#[tokio::test]
async fn own_senders_are_refused_and_others_are_not() {
    let world = world_with([Fault::OwnDomainRefused]).await;
    let net = world.net();
    for (sender, answer) in [
        ("ann.lee@example.com", "550 5.7.60"),
        ("", "250"),
        ("someone@example.org", "250"),
        ("someone@badexample.com", "250"),
    ] {
        let (_, mail) = Smtp::ready(&net, EXTERNAL, sender).await;
        assert!(mail.starts_with(answer), "{sender}: {mail}");
        let (_, mail) = Smtp::ready(&net, MX1, sender).await;
        assert!(mail.starts_with("250"), "{sender}: {mail}");
    }
}

#[tokio::test]
async fn a_blocked_port_swallows_mail_connections_and_nothing_else() {
    let world = world_with([]).await;
    let net = world.net();
    let controls = world.controls();
    controls.set(Switches { faults: [Fault::PortBlocked].into(), ..Switches::all_done() });
    for server in [EXTERNAL, MX1, MX2] {
        assert_eq!(lead(&net, server), Some(Lead::Dropped), "a map handed out before follows");
    }
    assert_eq!(short(&net, NS1, "mail.example.com.", RecordType::A).await, ["192.0.2.25"]);
    assert!(matches!(lead(&net, API), Some(Lead::To(_))));
    controls.set(Switches::all_done());
    assert!(rcpt(&net, EXTERNAL, "karen.mills@example.com").await.starts_with("250"));
}

#[tokio::test]
async fn greylisting_defers_a_pair_until_it_comes_back_later() {
    let clock = HandClock(Arc::new(Mutex::new("2026-03-01T09:00:00Z".parse().unwrap())));
    let switches = Switches { faults: [Fault::Greylist].into(), ..Switches::all_done() };
    let conditions = Conditions { clock: Arc::new(clock.clone()), ..Conditions::with(switches) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let net = world.net();
    let known = "karen.mills@example.com";
    assert!(rcpt(&net, EXTERNAL, known).await.starts_with("451 4.7.1"));
    assert!(rcpt(&net, EXTERNAL, known).await.starts_with("451 4.7.1"), "too early");
    assert!(rcpt(&net, EXTERNAL, "someone@example.org").await.starts_with("550 5.7.54"));
    assert!(rcpt(&net, MX1, known).await.starts_with("250"), "the host is an old acquaintance");
    *clock.0.lock().unwrap() += SignedDuration::from_mins(5);
    assert!(rcpt(&net, EXTERNAL, known).await.starts_with("250"));
    assert!(rcpt(&net, EXTERNAL, "nobody-1f3a@example.com").await.starts_with("451"));
    assert_eq!(net.clock.now(), clock.now(), "the checks read the same clock");
}

#[tokio::test]
async fn a_missing_mailbox_is_missing_at_the_host_while_its_contact_is_loaded() {
    let world = world_with([Fault::ContactWithoutMailbox]).await;
    let (_, body) = get(&world, "/v1/customers/me/domains/example.com/rs/mailboxes").await;
    assert!(!body.contains("chiara.rossi") && body.contains("ann.lee"), "{body}");
    // No server on the way says so: each passes the question on.
    let net = world.net();
    assert!(rcpt(&net, EXTERNAL, "chiara.rossi@example.com").await.starts_with("250"));
    assert!(rcpt(&net, MX1, "chiara.rossi@rackspace.example.com").await.starts_with("250"));
}
