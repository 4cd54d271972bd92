//! The mail servers, by raw SMTP.

use sdr_wizard::route::{Origin, Outcome, System};
use tokio::io::AsyncWriteExt;

use super::stranger::*;

#[tokio::test]
async fn the_external_server_knows_its_own_people_and_contacts() {
    let world = world_with([]).await;
    let net = world.net();
    let (mut smtp, banner) = Smtp::connect(&net, EXTERNAL).await;
    assert!(banner.starts_with("220 mail.example.com Microsoft ESMTP"), "{banner}");
    let ehlo = smtp.say("EHLO test.invalid").await;
    for keyword in ["SIZE ", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS"] {
        assert!(ehlo.contains(keyword), "{keyword} in {ehlo}");
    }
    for (recipient, answer) in [
        ("karen.mills@example.com", "250 2.1.5"),
        ("Jack.O'Brien@Example.COM", "250 2.1.5"),
        ("sales@example.com", "250 2.1.5"),
        ("ann.lee@example.com", "250 2.1.5"),
        ("nobody-1f3a@example.com", "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
        ("ann.lee@rackspace.example.com", "550 5.7.54"),
        ("someone@example.org", "550 5.7.54"),
    ] {
        let said = rcpt(&net, EXTERNAL, recipient).await;
        assert!(said.starts_with(answer), "{recipient}: {said}");
    }
}

#[tokio::test]
async fn the_host_asks_the_external_server_about_whom_it_does_not_know() {
    let world = world_with([]).await;
    let net = world.net();
    for mx in [MX1, MX2] {
        for (recipient, answer) in [
            ("ann.lee@example.com", "250 2.1.5"),
            ("ann.lee@rackspace.example.com", "250 2.1.5"),
            ("ann@rackspace.example.com", "250 2.1.5"),
            ("karen.mills@example.com", "250 2.1.5"),
            ("nobody-1f3a@example.com", "550 5.1.1 <nobody-1f3a@example.com>"),
            ("someone@example.org", "554 5.7.1 <someone@example.org>: Relay access denied"),
        ] {
            let said = rcpt(&net, mx, recipient).await;
            assert!(said.starts_with(answer), "{recipient}: {said}");
        }
    }
    let unknown = rcpt(&net, MX1, "nobody-1f3a@example.com").await;
    assert!(unknown.contains("recipient table (G8)"), "{unknown}");
}

#[tokio::test]
async fn a_session_follows_the_protocol() {
    let world = world_with([]).await;
    let (mut smtp, _) = Smtp::connect(&world.net(), MX1).await;
    for (line, code) in [
        ("MAIL FROM:<>", "503"),
        ("RCPT TO:<karen.mills@example.com>", "503"),
        ("EHLO", "501"),
        ("HELO test.invalid", "250"),
        ("VRFY karen.mills", "252"),
        ("NOOP", "250"),
        ("MAIL FROM:<a@example.org> SIZE=99999999999", "552"),
        ("MAIL FROM:<a@example.org> RET=HDRS", "555"),
        ("MAIL FROM:<>", "250"),
        ("MAIL FROM:<>", "503"),
        ("DATA", "554"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<a\u{1}b@example.com>", "501"),
        ("rcpt to:<Postmaster>", "250"),
        ("RCPT TO:<karen.mills@example.com>", "250"),
        ("RSET", "250"),
        ("DATA", "503"),
        ("BDAT 1 LAST", "500"),
        ("QUIT", "221"),
    ] {
        let reply = smtp.say(line).await;
        assert!(reply.starts_with(code), "{line:?}: {reply}");
    }
    assert_eq!(smtp.reply().await, "", "the server hangs up after QUIT");
}

#[tokio::test]
async fn hostile_input_ends_the_session_and_nothing_else() {
    let world = world_with([]).await;
    let net = world.net();
    let (mut smtp, _) = Smtp::connect(&net, EXTERNAL).await;
    let endless = vec![b'a'; 1 << 20];
    // The server may hang up before it has read everything.
    let _ = smtp.stream.write_all(&endless).await;
    let (mut smtp, _) = Smtp::connect(&net, EXTERNAL).await;
    smtp.stream.write_all(b"\xff\xfe\0\r\n\r\n").await.unwrap();
    assert!(smtp.reply().await.starts_with("500"));
    assert!(smtp.reply().await.starts_with("500"));
    assert!(rcpt(&net, EXTERNAL, "karen.mills@example.com").await.starts_with("250"));
}

#[tokio::test]
async fn a_message_is_taken_and_followed_to_its_mailbox() {
    let world = world_with([]).await;
    let (mut smtp, _) = Smtp::ready(&world.net(), EXTERNAL, "someone@example.org").await;
    let to = "RCPT TO:<ann.lee@example.com>\r\nRCPT TO:<karen.mills@example.com>\r\nDATA";
    assert!(smtp.say(to).await.starts_with("250"), "pipelined");
    assert!(smtp.reply().await.starts_with("250"));
    assert!(smtp.reply().await.starts_with("354"));
    let message = "Subject: Hello\r\nFrom: someone@example.org\r\n\r\n..a dot\r\n.";
    assert!(smtp.say(message).await.starts_with("250 2.6.0"));
    let delivered = world.controls().delivered();
    let [ann, karen] = delivered.as_slice() else { panic!("{delivered:?}") };
    assert_eq!((ann.by, ann.subject.as_str()), (System::External, "Hello"));
    let ended = |system, text: &str| Outcome::Delivered { copies: vec![(system, address(text))] };
    assert_eq!(ann.trace.outcome, ended(System::Host, "ann.lee@example.com"));
    assert_eq!(karen.trace.outcome, ended(System::External, "karen.mills@example.com"));
    assert_eq!(ann.trace.origin, Origin::Internet);
}

#[tokio::test]
async fn more_callers_than_seats_are_served_in_turn() {
    let world = world_with([]).await;
    let calls = (0..100).map(|_| {
        let net = world.net();
        tokio::spawn(async move { rcpt(&net, MX1, "karen.mills@example.com").await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap().starts_with("250"));
    }
}
