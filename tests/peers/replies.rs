//! Peers whose replies are odd: told as they are, harmless to look at, and
//! never taken for another answer.

use sdr_wizard::finding::State;

use super::street::{GREETING, Peer, but, good, heard, say};
use super::{asked, each_gets_its_verdict};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_replies_are_readable_and_never_taken_for_another_answer() {
    let raw = |name, verb: &'static str, answer: &'static [u8]| {
        Peer::new(name, move |mut line, _| async move {
            say(&mut line.stream, GREETING).await;
            while let Some(said) = heard(&mut line.stream, &line.ears).await {
                let done = match said.starts_with(verb) {
                    true => say(&mut line.stream, answer).await,
                    false => say(&mut line.stream, good(&said)).await,
                };
                if !done || said == "QUIT" {
                    return;
                }
            }
        })
    };
    each_gets_its_verdict(vec![
        (
            raw("bytes that are no UTF-8", "RCPT TO:<p", b"250 gr\xfc\xdfe \xff\xfe\r\n"),
            &["Quit", "rcpt 250 250 550", "gr\\xfc\\xdfe"],
        ),
        (
            raw("bare line feeds", "RCPT TO:<p", b"250 Ok\n"),
            &["Quit", "rcpt 250 250 550", "bare line feed"],
        ),
        (
            raw("control characters", "RCPT TO:<p", b"250 \x1b[2J\x07\x00 Ok\r\n"),
            &["Quit", "rcpt 250 250 550", "\\u{1b}[2J\\u{7}\\u{0}"],
        ),
        (
            raw("bidirectional characters", "RCPT TO:<p", "250 \u{202e}kO\u{2066}\r\n".as_bytes()),
            &["Quit", "rcpt 250 250 550", "\\u{202e}kO\\u{2066}"],
        ),
        (
            raw("carriage returns inside", "RCPT TO:<p", b"250 a\rb\r\r\n"),
            &["Quit", "rcpt 250 250 550", "a\\u{d}b"],
        ),
        (raw("a code without a text", "RCPT TO:<p", b"250\r\n"), &["Quit", "rcpt 250 250 550"]),
        (
            raw("contradicting codes in one reply", "RCPT TO:<p", b"250-Ok\r\n550 no\r\n"),
            &["Garbled", "250 and 550", "rcpt 250 none"],
        ),
        (
            raw("a reply too many", "RCPT TO:<p", b"250 Ok\r\n250 Ok\r\n"),
            &["Garbled", "nothing had asked for", "rcpt 250 none none"],
        ),
        (
            raw("a yes behind a no", "RCPT TO:<q", b"550 no\r\n250 Ok\r\n"),
            &["Garbled", "nothing had asked for", "rcpt 250 250 none"],
        ),
        (
            raw("a text without a code", "RCPT TO:<p", b"all right\r\n"),
            &["Garbled", "not a reply of a mail server", "rcpt 250 none"],
        ),
        (
            raw("a code of five digits", "RCPT TO:<p", b"25000 Ok\r\n"),
            &["Garbled", "rcpt 250 none"],
        ),
        (
            raw("a reply without end", "RCPT TO:<p", b"250-Ok\r\n"),
            &["ReplyTimeout", "RCPT TO", "rcpt 250 none"],
        ),
        (
            raw("a long line", "RCPT TO:<p", &[b'2'; 5000]),
            &["Garbled", "longer than 4096", "rcpt 250 none"],
        ),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_yes_without_a_look_is_no_yes() {
    let brought =
        asked(Peer::answering("252 to everybody", but("RCPT", "252 2.1.5 will try\r\n"))).await;
    assert!(matches!(brought.side.state, State::Unknown { .. }), "{:?}", brought.side);
    assert!(brought.side.summary.contains("inconclusive"), "{:?}", brought.side);
    assert_eq!(brought.known, 0);
    let brought =
        asked(Peer::answering("252 to some", but("RCPT TO:<p", "252 2.1.5 will try\r\n"))).await;
    assert_eq!((brought.known, brought.unjudged, brought.refused), (0, 20, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_that_can_not_be_told_apart_leave_everybody_unanswered() {
    for answer in
        ["250-Ok\r\n550 no\r\n", "all right\r\n", "250 Ok\r\n250 Ok\r\n", "250 Ok\r\n550 no\r\n"]
    {
        let brought = asked(Peer::answering("garbled answers", but("RCPT TO:<p", answer))).await;
        assert_eq!(brought.known, 0, "{answer:?}: {:?}", brought.side);
        assert_ne!(brought.side.state, State::Passed, "{answer:?}");
    }
}
