//! Peers that go wrong before the first command.

use std::time::Duration;

use super::each_gets_its_verdict;
use super::street::{GREETING, Peer, good, heard, say};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_a_banner_does_is_waited_for_or_kept() {
    let endless = |name, bytes: &'static [u8], times: usize| {
        Peer::new(name, move |mut line, _| async move {
            for _ in 0..times {
                if !say(&mut line.stream, bytes).await {
                    return;
                }
            }
        })
    };
    let trickle = Peer::new("one byte every 0.04 s", |mut line, _| async move {
        // A tenth of the field's 0.4 s, as all times here are a tenth or less.
        while say(&mut line.stream, b"2").await {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    });
    let reset = Peer::new("reset", |line, _| async move {
        let stream = line.stream.into_std().unwrap();
        socket_reset(&stream);
    });
    each_gets_its_verdict(vec![
        (endless("an endless banner", &[b'x'; 1000], usize::MAX), &["Garbled", "longer than 4096"]),
        (
            endless("128 MB without a line end", &[b'2'; 1 << 20], 128),
            &["Garbled", "longer than 4096"],
        ),
        (
            endless("endless 220- lines", b"220-still here\r\n", usize::MAX),
            &["Garbled", "more than 128 lines"],
        ),
        (endless("endless zeros", &[0; 4096], usize::MAX), &["Garbled", "longer than 4096"]),
        (trickle, &["ReplyTimeout", "banner"]),
        (Peer::saying("silence", b""), &["ReplyTimeout", "banner"]),
        (
            Peer::saying("half a line, then silence", b"220 mail.exam"),
            &["ReplyTimeout", "<< 220 mail.exam"],
        ),
        (reset, &["Closed", "connecting"]),
        (Peer::new("hangs up at once", |_, _| async {}), &["Closed", "connecting"]),
        (
            Peer::saying("a web server", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            &["Garbled", "not a reply of a mail server"],
        ),
        (
            Peer::saying("an SSH server", b"SSH-2.0-OpenSSH_9.6\r\n"),
            &["Garbled", "not a reply of a mail server"],
        ),
        (
            Peer::saying("TLS from the start", b"\x16\x03\x01\x00\x05hello\n"),
            &["Garbled", "not a reply of a mail server"],
        ),
    ])
    .await;
}

/// Closes so that the other side sees a reset.
fn socket_reset(stream: &std::net::TcpStream) {
    // Unread bytes in the buffer at the close make it one.
    let _ = stream.set_nonblocking(false);
    let _ = stream.shutdown(std::net::Shutdown::Read);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_that_are_each_in_time_do_not_make_a_conversation_without_end() {
    let slow = Peer::new("every reply just in time", |mut line, _| async move {
        say(&mut line.stream, GREETING).await;
        while let Some(said) = heard(&mut line.stream, &line.ears).await {
            tokio::time::sleep(Duration::from_millis(400)).await;
            if !say(&mut line.stream, good(&said)).await {
                return;
            }
        }
    });
    each_gets_its_verdict(vec![(slow, &["ReplyTimeout", "the most it may"])]).await;
}
