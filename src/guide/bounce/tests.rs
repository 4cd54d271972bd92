mod own_words;

use proptest::prelude::*;

use super::*;

fn one(text: &str) -> Notice {
    let explained = explain(text);
    assert_eq!(explained.notices.len(), 1, "{text}: {explained:#?}");
    explained.notices[0].clone()
}

#[test]
fn replies_of_the_field_are_traced_to_their_step() {
    for (text, cause, step) in [
        (
            "450 4.4.1 <a@example.com>: Recipient address rejected: unverified address: connection timed out (G6)",
            Cause::ExternalUnreachable,
            Step::Server,
        ),
        (
            "550 5.7.1 <a@example.com>: Recipient address rejected (G7)",
            Cause::ExternalRefused,
            Step::Server,
        ),
        (
            "550 5.1.1 <a@example.com>: User unknown in relay recipient table (G8)",
            Cause::NeitherSide,
            Step::Sdr,
        ),
        (
            "550 5.1.1 <a@example.com>: User unknown in relay recipient table (G9)",
            Cause::NeitherSide,
            Step::Sdr,
        ),
        ("421 4.7.0 too many connections (G2)", Cause::TooManyConnections, Step::Sdr),
        ("550 5.7.1 message refused (G15)", Cause::Forged, Step::Server),
        ("450 4.4.6 Routing loop detected (G16)", Cause::Loop, Step::Flow),
        (
            "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'",
            Cause::NotInExchange,
            Step::Forwards,
        ),
        (
            "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
            Cause::NotInExchange,
            Step::Forwards,
        ),
        ("554 5.4.6 Hop count exceeded - possible mail loop", Cause::Loop, Step::Flow),
        ("554 5.4.14 Hop count exceeded - possible mail loop ATTR34", Cause::Loop, Step::Flow),
        ("5.4.0 Error: too many hops", Cause::Loop, Step::Flow),
        (
            "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
            Cause::Forged,
            Step::Server,
        ),
        (
            "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
            Cause::OwnDomain,
            Step::Server,
        ),
        (
            "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
            Cause::NotAccepted,
            Step::Server,
        ),
        (
            "554 5.7.1 <a@rackspace.example.com>: Relay access denied",
            Cause::RelayDenied,
            Step::Subdomain,
        ),
        (
            "550 5.7.520 Access denied, Your organization does not allow external forwarding.",
            Cause::ForwardingBlocked,
            Step::Forwards,
        ),
        ("552 5.3.4 Message size exceeds fixed limit", Cause::TooLarge, Step::Server),
        ("550 5.1.1 no such user", Cause::NoMailbox, Step::People),
        (
            "451 4.7.1 Greylisting in action, please come back later",
            Cause::Greylisted,
            Step::Server,
        ),
    ] {
        let notice = one(text);
        assert_eq!((notice.cause, notice.step), (cause, step), "{text}");
        for words in [notice.summary, notice.meaning, notice.action] {
            assert!(words.ends_with('.'), "{words}");
        }
    }
}

#[test]
fn a_delivery_status_notification_is_read_by_its_fields() {
    let notice = one(
        "From: MAILER-DAEMON@mx1.emailsrvr.com\n\nThis is the mail system at host mx1.\n\n\
        Reporting-MTA: dns; mx1.emailsrvr.com\nArrival-Date: Wed, 4 Mar 2026 10:00:00 +0000\n\n\
        Final-Recipient: rfc822; ann@example.com\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mail.example.com\n\
        Diagnostic-Code: smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not\n    found by SMTP address lookup\n\n\
        Received: from x by Exim 4.94.2\n",
    );
    assert_eq!(notice.recipient.as_deref(), Some("ann@example.com"));
    assert_eq!(notice.by.as_deref(), Some("mail.example.com"));
    assert_eq!((notice.code, notice.enhanced.as_deref()), (Some(550), Some("5.1.10")));
    assert_eq!(notice.cause, Cause::NotInExchange);
    assert!(notice.said.contains("found by SMTP"), "{}", notice.said);
    let both = explain(
        "Final-Recipient: rfc822; a@example.com\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; b@example.com\nStatus: 5.2.2\n\nFinal-Recipient: rfc822; c@example.com\nAction: delivered\nStatus: 2.0.0\n",
    );
    let causes: Vec<Cause> = both.notices.iter().map(|notice| notice.cause).collect();
    assert_eq!(causes, [Cause::NoMailbox, Cause::MailboxFull, Cause::Delivered]);
}

#[test]
fn folded_text_and_lines_of_a_log_are_read_too() {
    let postfix = one(
        "<ann@example.com>: host mx1.emailsrvr.com[198.51.100.1] said: 550 5.1.1\n    <ann@example.com>: Recipient address rejected: User unknown in relay\n    recipient table (G8) (in reply to RCPT TO command)\n",
    );
    assert_eq!(postfix.by.as_deref(), Some("mx1.emailsrvr.com"));
    assert_eq!((postfix.code, postfix.host_code.as_deref()), (Some(550), Some("G8")));
    let log = one(
        "Mar  4 10:00:00 mx postfix/smtp[4711]: 4F1: to=<ann@rackspace.example.com>, relay=mx1.emailsrvr.com[198.51.100.1]:25, delay=5.4, dsn=5.7.1, status=bounced (host mx1.emailsrvr.com[198.51.100.1] said: 554 5.7.1 <ann@rackspace.example.com>: Relay access denied (in reply to RCPT TO command))",
    );
    assert_eq!(log.recipient.as_deref(), Some("ann@rackspace.example.com"));
    assert_eq!((log.code, log.cause), (Some(554), Cause::RelayDenied));
}

#[test]
fn an_address_of_old_mail_becomes_the_proxy_address_that_is_missing() {
    let notice = one(
        "Generating server: ex01.example.com\nIMCEAEX-_O=EXAMPLE_OU=EXCHANGE+20ADMINISTRATIVE+20GROUP+20+28FYDIBOHF23SPDLT+29_CN=RECIPIENTS_CN=ANN+2ELEE@example.com\n#550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found ##",
    );
    assert_eq!(notice.cause, Cause::OldAddress);
    let wanted = "X500:/O=EXAMPLE/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=ANN.LEE";
    assert_eq!(notice.x500.as_deref(), Some(wanted));
    assert!(gloss("550 5.1.1 IMCEAEX-_O=X@example.com").unwrap().contains("X500:/O=X"));
    for broken in ["IMCEAEX-@x.y", "IMCEAEX-_O=+2", "IMCEAEX-_O=+zz@x.y", "IMCEAEX-_O=X"] {
        assert_eq!(x500::in_text(broken), None, "{broken}");
    }
}

#[test]
fn a_text_without_a_refusal_is_not_made_one() {
    for text in [
        "",
        "Hello, the meeting is at 5.30, room 4.1.2.3, 450 people come.",
        "Received: from a (10.5.1.1) by b (Exim 4.94.2) id 5.1.1.9; 550",
        "We met 550 people at the fair.",
        "550 people came, and 421 of them stayed",
        "At the meeting:\n550 people\n450 chairs\n",
        "Kernel 5.4.0 has an error, so we took version 5.1.2.",
        "5.1.2 is the new version",
        "The DMARC talk is in room (G8); greylisting comes after lunch.",
        "My mailbox full of letters, and the routing loop of the tram line",
        "We had too many hops on the way, user unknown.",
        "Dear ann@example.com\n\n550 people came",
        "Please call 030 450 5500 or 421-555-0100",
        "Final-Recipient: rfc822; a@example.com\n\n",
        "250 ok it is",
        "354 go ahead",
    ] {
        assert_eq!(explain(text).notices, [], "{text}");
    }
    assert_eq!(gloss("550 5.1.1 no such user"), None);
    assert!(
        gloss("550 5.4.1 Recipient address rejected: Access denied")
            .unwrap()
            .contains("Exchange does not have")
    );
    assert!(gloss("550 5.1.1 unknown (G8)").unwrap().starts_with("G8 in the reply"));
}

#[test]
fn what_servers_say_is_told_from_what_people_write() {
    for (text, code, cause) in [
        ("550 No such user here", Some(550), Cause::NoMailbox),
        (
            "550-5.1.1 The email account that you tried to reach does not exist",
            Some(550),
            Cause::NoMailbox,
        ),
        ("<<< 550 5.7.1 Relaying denied", Some(550), Cause::RelayDenied),
        ("550 Administrative prohibition", Some(550), Cause::Other),
        ("554 delivery error: dd Sorry, your message can't be delivered", Some(554), Cause::Other),
        (
            "Remote host said: 550 <ann@example.com> no mailbox here by that name",
            Some(550),
            Cause::NoMailbox,
        ),
        ("Sorry, no mailbox here by that name. (#5.1.1)", None, Cause::NoMailbox),
        ("<mx.example.com #5.5.0 smtp;550 user unknown>", Some(550), Cause::NoMailbox),
        ("<ann@example.com>: mail for example.com loops back to myself", None, Cause::MxAtItself),
        (
            "<ann@example.com>: connect to mail.example.com[192.0.2.25]:25: Connection timed out",
            None,
            Cause::NoConnection,
        ),
        ("ann@example.com\nhost lookup did not complete: no MX record\n", None, Cause::NoExchanger),
        (
            "ann@example.com\n    SMTP error from remote mail server after RCPT TO:<ann@example.com>:\n    550 Unrouteable address",
            Some(550),
            Cause::Unrouteable,
        ),
    ] {
        let notice = one(text);
        assert_eq!((notice.code, notice.cause), (code, cause), "{text}: {notice:?}");
    }
}

#[test]
fn a_notice_of_success_is_no_bounce() {
    let block = |action: &str, status: &str| {
        format!(
            "Reporting-MTA: dns; mx1.emailsrvr.com\n\nFinal-Recipient: rfc822; a@example.com\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 250 2.1.5 ok\n"
        )
    };
    for (action, cause) in [
        ("delivered", Cause::Delivered),
        ("Relayed (to non-DSN-aware mailer)", Cause::Relayed),
        ("expanded", Cause::Expanded),
    ] {
        let notice = one(&block(action, "2.0.0"));
        assert_eq!((notice.cause, notice.cause.is_success()), (cause, true), "{action}");
        let server = notice.server().unwrap();
        assert_eq!((server, notice.so_far()), (("Reported by", "mx1.emailsrvr.com"), None));
    }
    assert_eq!(one("250 2.1.5 ok").cause, Cause::Taken);
    let late = one(&block("delayed", "4.4.1").replace("250 2.1.5 ok", "connection timed out"));
    assert_eq!((late.cause, late.upshot), (Cause::NoConnection, Upshot::Delayed));
    assert!(late.so_far().is_some_and(|words| words.contains("goes on trying")));
    assert_eq!(one(&block("delayed", "4.0.0")).cause, Cause::Delayed);
    // A failure stays one whatever the status says.
    assert_eq!(one(&block("failed", "2.0.0")).cause, Cause::Other);
}

#[test]
fn hostile_texts_are_bounded_and_harmless() {
    let many = "Final-Recipient: rfc822; x@example.com\nDiagnostic-Code: smtp; 550 5.1.1 \u{1b}[31m\u{202e}evil\n\n".repeat(50_000);
    let explained = explain(&many);
    assert!(explained.cut && explained.notices.len() == 1);
    assert!(!explained.notices[0].said.contains(['\u{1b}', '\u{202e}']));
    let others: String = (0..3000)
        .map(|n| format!("Final-Recipient: rfc822; p{n}@example.com\nStatus: 5.1.1\n\n"))
        .collect();
    let explained = explain(&others);
    assert_eq!((explained.notices.len(), explained.more), (MOST, 3000 - MOST));
    assert!(explained.beyond().is_some_and(|words| words.contains("2980 more")));
    let replies: String =
        (0..30_000).map(|n| format!("550 5.1.1 <p{n}@example.com> no\n")).collect();
    let explained = explain(&replies);
    assert_eq!((explained.notices.len(), explained.more), (MOST, 2000 - MOST));
    let long = format!("550 5.1.1 {}", "x".repeat(8 << 20));
    assert!(explain(&long).notices[0].said.chars().count() <= 401);
    let folded = format!("550 5.1.1 a\n{}", " b\n".repeat(300_000));
    assert!(explain(&folded).notices[0].said.chars().count() <= 401);
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(?s)([45]\\.[0-7]\\.\\d{1,3}|550|\\(G\\d\\)|IMCEAEX-|[+_@:;\n <>]|.){0,60}") {
        let explained = explain(&text);
        prop_assert!(explained.notices.len() <= MOST);
        let _ = gloss(&text);
    }
}

#[test]
fn code_and_status_are_of_the_same_reply() {
    for (text, code, status) in [
        (
            "Remote Server returned '550 5.4.315 Message expired, host unavailable -> 451 4.4.315 Connection dropped'",
            451,
            "4.4.315",
        ),
        (
            "Remote Server returned '550 5.0.350 Remote server returned an error -> 554 5.7.1 Rejected by policy'",
            554,
            "5.7.1",
        ),
        (
            "451 4.4.397 Error communicating with target host. -> 421 4.2.1 Unable to connect",
            421,
            "4.2.1",
        ),
    ] {
        let notice = one(text);
        assert_eq!((notice.code, notice.enhanced.as_deref()), (Some(code), Some(status)), "{text}");
    }
    assert!(one("550 5.4.315 Message expired -> 451 4.4.315 x").upshot != Upshot::Delayed);
}
