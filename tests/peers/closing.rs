//! Peers that close, refuse to talk, or say 421, wherever that is.

use super::each_gets_its_verdict;
use super::street::{Peer, but, good};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_it_closes_that_is_what_is_told() {
    let closing = "421 4.3.2 closing\r\n";
    let many: &'static str = Box::leak("250-X\r\n".repeat(500).into_boxed_str());
    let tls_offered = |answer: &'static str| {
        move |line: &str| match line.get(..4) {
            Some("EHLO") => "250-mail.example.com\r\n250 STARTTLS\r\n".to_owned(),
            Some("STAR") => answer.to_owned(),
            _ => good(line),
        }
    };
    each_gets_its_verdict(vec![
        (
            Peer::saying("421 as a greeting", b"421 4.3.2 too many connections\r\n"),
            &["ServiceClosing", "connecting"],
        ),
        (
            Peer::saying("554 as a greeting", b"554 5.7.1 no service\r\n"),
            &["Quit", "<< 554", "rcpt \n"],
        ),
        (Peer::answering("421 to EHLO", but("EHLO", closing)), &["ServiceClosing", "EHLO"]),
        (Peer::answering("421 to STARTTLS", tls_offered(closing)), &["ServiceClosing", "STARTTLS"]),
        (Peer::answering("421 to MAIL", but("MAIL", closing)), &["ServiceClosing", "MAIL FROM"]),
        (
            Peer::answering("421 to RCPT", but("RCPT TO:<p", closing)),
            &["ServiceClosing", "RCPT TO", "rcpt 250 421"],
        ),
        (Peer::answering("closes after EHLO", but("EHLO", "")), &["Closed", "EHLO"]),
        (Peer::answering("closes after MAIL", but("MAIL", "")), &["Closed", "MAIL FROM"]),
        (
            Peer::answering("closes after RCPT", but("RCPT TO:<p", "")),
            &["Closed", "RCPT TO", "rcpt 250 none"],
        ),
        (
            Peer::answering("closes instead of a farewell", but("QUIT", "")),
            &["Quit", "rcpt 250 250 550"],
        ),
        (
            Peer::answering("EHLO is unknown to it", but("EHLO", "502 5.5.1 what?\r\n")),
            &["Quit", ">> HELO", "rcpt 250 250 550"],
        ),
        (
            Peer::answering("neither EHLO nor HELO", |line| {
                if line.contains("ELO") || line.contains("EHLO") {
                    "502 no\r\n".to_owned()
                } else {
                    good(line)
                }
            }),
            &["Quit", "rcpt \n"],
        ),
        (
            Peer::answering("an EHLO without end", but("EHLO", many)),
            &["Garbled", "more than 128 lines"],
        ),
        (
            Peer::answering("454 to STARTTLS", tls_offered("454 4.7.0 not now\r\n")),
            &["Quit", "tls failed", "rcpt 250 250 550"],
        ),
    ])
    .await;
}
