use super::*;

#[test]
fn whose_fault_it_is_is_told_by_the_words_where_codes_are_shared() {
    for (text, cause, step, upshot) in [
        (
            "550 5.1.8 Sender address rejected: Domain not found",
            Cause::SenderUnknown,
            1,
            Upshot::Refused,
        ),
        (
            "450 4.1.8 <ann@nowhere.example>: Sender address rejected: Domain not found",
            Cause::SenderUnknown,
            1,
            Upshot::Delayed,
        ),
        (
            "<ann@rackspace.example.com>: mail for rackspace.example.com loops back to myself (5.4.6)",
            Cause::MxAtItself,
            5,
            Upshot::Refused,
        ),
        (
            "Final-Recipient: rfc822; ann@rackspace.example.com\nAction: failed\nStatus: 5.4.6\nDiagnostic-Code: X-Postfix; mail for rackspace.example.com loops back to myself",
            Cause::MxAtItself,
            5,
            Upshot::Refused,
        ),
        ("452 4.3.1 Insufficient system resources", Cause::Busy, 3, Upshot::Delayed),
        ("421 4.3.2 Service not available", Cause::Busy, 3, Upshot::Delayed),
        ("451 4.3.0 <ann@example.com>: Temporary lookup failure", Cause::Busy, 3, Upshot::Delayed),
        ("451 4.7.500 Server busy. Please try again later", Cause::Busy, 3, Upshot::Delayed),
        (
            "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume",
            Cause::Busy,
            3,
            Upshot::Delayed,
        ),
        ("450 4.6.0 not so fast, temporary trouble", Cause::Delayed, 3, Upshot::Delayed),
        (
            "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]",
            Cause::NoReverseName,
            3,
            Upshot::Delayed,
        ),
        ("550 5.7.25 The IP address has no PTR record", Cause::NoReverseName, 3, Upshot::Refused),
        (
            "550 5.4.310 DNS domain rackspace.example.com does not exist",
            Cause::NoExchanger,
            5,
            Upshot::Refused,
        ),
        ("550 5.4.312 Message expired, DNS query failed", Cause::NoExchanger, 5, Upshot::GivenUp),
        (
            "550 5.4.317 Message expired, cannot connect to remote server",
            Cause::NoConnection,
            3,
            Upshot::GivenUp,
        ),
        (
            "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
            Cause::Restricted,
            3,
            Upshot::Refused,
        ),
        (
            "550 5.7.124 RESOLVER.RST.SenderNotInAllowedSendersList",
            Cause::Restricted,
            3,
            Upshot::Refused,
        ),
        ("550 5.7.129 not allowed to send", Cause::Restricted, 3, Upshot::Refused),
        (
            "<ann@example.com>: Domain example.com does not accept mail (nullMX)",
            Cause::NullMx,
            5,
            Upshot::Refused,
        ),
        ("556 5.1.10 Recipient address has null MX", Cause::NullMx, 5, Upshot::Refused),
        (
            "Nov 26 00:00:01 mail postfix/smtp[123]: 4ABC: to=<ann@example.com>, relay=mx1.emailsrvr.com[203.0.113.1]:25, delay=1.2, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 123)",
            Cause::Taken,
            7,
            Upshot::Success,
        ),
    ] {
        let notice = one(text);
        let said = (notice.cause, notice.step.number(), notice.upshot);
        assert_eq!(said, (cause, step, upshot), "{text}");
    }
}

#[test]
fn exim_is_read_in_its_own_words_with_all_that_it_writes_around_them() {
    for (words, cause) in [
        ("Unrouteable address", Cause::Unrouteable),
        ("Too many \"Received\" headers - suspected mail loop", Cause::Loop),
        ("retry timeout exceeded", Cause::Expired),
        ("all relevant MX records point to non-existent hosts", Cause::NoExchanger),
        ("lowest numbered MX record points to local host", Cause::MxAtItself),
    ] {
        let report = format!(
            "From: Mail Delivery System <Mailer-Daemon@mail.example.com>\nSubject: Mail delivery failed: returning message to sender\n\n\
            This message was created automatically by mail delivery software.\n\n\
            A message that you sent could not be delivered to one or more of its\n\
            recipients. This is a permanent error. The following address(es) failed:\n\n  \
            ann@rackspace.example.com\n    {words}\n"
        );
        let notice = one(&report);
        assert_eq!(notice.cause, cause, "{words}");
        assert_eq!(notice.recipient.as_deref(), Some("ann@rackspace.example.com"));
        let log = format!("2026-11-26 00:00:01 1kABC-0001-AB ** ann@example.com: {words}");
        assert_eq!(one(&log).cause, cause, "{log}");
        let letter = format!("Dear Ann,\nwe read of the words {words} in your letter.\n");
        assert_eq!(explain(&letter).notices, [], "{letter}");
    }
}

#[test]
fn nobody_is_told_to_wait_for_a_sender_that_gave_up() {
    let given_up = explain(
        "Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 4.7.1\nDiagnostic-Code: smtp; 451 4.7.1 Greylisted, come back later\n",
    );
    let notice = &given_up.notices[0];
    assert!(notice.so_far().unwrap().contains("send the message again"));
    for code in 0..=7 {
        for detail in 0..=20 {
            let text = format!(
                "Final-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 4.{code}.{detail}\n"
            );
            let notice = one(&text);
            assert_eq!(notice.upshot, Upshot::GivenUp, "{text}");
            for words in [notice.summary, notice.meaning, notice.action] {
                assert!(!words.contains("Wait") && !words.contains("tries again"), "{words}");
            }
        }
    }
}
