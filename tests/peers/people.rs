//! Peers that are asked about many people: limits, delays, lies. Everybody
//! ends with the right answer, or with none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sdr_wizard::finding::State;
use tokio::io::AsyncReadExt;

use super::street::{GREETING, Line, Peer, but, good, heard, say};
use super::{Brought, asked};

/// A peer with a memory for each connection.
fn minding<M: Send + 'static>(
    name: &'static str,
    fresh: impl Fn() -> M + Send + Sync + 'static,
    reply: impl Fn(&mut M, &str) -> String + Send + Sync + 'static,
) -> Peer {
    let reply = Arc::new(reply);
    Peer::new(name, move |mut line, _| {
        let (mut mind, reply) = (fresh(), reply.clone());
        async move {
            say(&mut line.stream, GREETING).await;
            while let Some(said) = heard(&mut line.stream, &line.ears).await {
                let answer = reply(&mut mind, &said);
                let last = answer.is_empty() || answer.starts_with("421") || said == "QUIT";
                if !say(&mut line.stream, answer).await || last {
                    return;
                }
            }
        }
    })
}

fn is_whole(brought: &Brought) -> bool {
    (brought.known, brought.refused, brought.deferred, brought.unjudged) == (20, 10, 0, 0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_limits_is_asked_to_the_end_within_them() {
    let after_errors = |limit: usize, last: &'static str| {
        move |errors: &mut usize, line: &str| {
            let answer = good(line);
            *errors += usize::from(answer.starts_with('5'));
            if *errors > limit { last.to_owned() } else { answer }
        }
    };
    let full_after = |limit: usize, last: &'static str| {
        move |taken: &mut usize, line: &str| {
            let answer = good(line);
            match line.get(..4) {
                Some("MAIL" | "RSET") => *taken = 0,
                Some("RCPT") if *taken >= limit => return last.to_owned(),
                Some("RCPT") => *taken += usize::from(answer.starts_with('2')),
                _ => {}
            }
            answer
        }
    };
    let said = Arc::new(AtomicUsize::new(0));
    let commands = said.clone();
    let peers = [
        Peer::answering("one that behaves", good),
        minding("421 after three refusals", || 0, after_errors(3, "421 4.7.0 too many errors\r\n")),
        minding("421 after one refusal", || 0, after_errors(1, "421 4.7.0 too many errors\r\n")),
        minding("hangs up after four refusals", || 0, after_errors(4, "")),
        minding(
            "452 after five recipients",
            || 0,
            full_after(5, "452 4.5.3 too many recipients\r\n"),
        ),
        minding(
            "too many invalid recipients after four",
            || 0,
            |errors: &mut usize, line: &str| {
                let answer = good(line);
                *errors += usize::from(answer.starts_with("55"));
                match line.starts_with("RCPT") && *errors > 4 {
                    true => "550 too many invalid recipients\r\n".to_owned(),
                    false => answer,
                }
            },
        ),
        minding(
            "enough after five recipients",
            || 0,
            |asked: &mut usize, line: &str| {
                *asked += usize::from(line.starts_with("RCPT"));
                match line.starts_with("RCPT") && *asked > 5 {
                    true => "550 5.7.1 Too many recipients in this session\r\n".to_owned(),
                    false => good(line),
                }
            },
        ),
        minding(
            "452 after one recipient, in bare words",
            || 0,
            full_after(1, "452 the rest later\r\n"),
        ),
        Peer::answering("no PIPELINING", but("EHLO", "250 mail.example.com\r\n")),
        Peer::answering("421 to every thirtieth command", move |line| {
            match commands.fetch_add(1, Ordering::SeqCst) % 30 {
                29 => "421 4.3.2 closing\r\n".to_owned(),
                _ => good(line),
            }
        }),
    ];
    for peer in peers {
        let name = peer.name;
        let brought = asked(peer).await;
        assert!(is_whole(&brought), "{name}: {}", brought.side.summary);
        assert!(brought.heard.iter().all(|line| !line.starts_with("DATA")), "{name}");
    }
}

/// Reads whatever has come, and answers only what `answers` makes of it.
async fn liar(mut line: Line, answers: impl Fn(Vec<String>) -> Vec<String>) {
    say(&mut line.stream, GREETING).await;
    let mut buffer = vec![0; 65536];
    while let Ok(size @ 1..) = line.stream.read(&mut buffer).await {
        let text = String::from_utf8_lossy(&buffer[..size]).into_owned();
        let said: Vec<String> = text.lines().map(str::to_owned).collect();
        line.ears.lock().unwrap().extend(said.iter().cloned());
        for answer in answers(said) {
            if !say(&mut line.stream, answer).await {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_lies_about_pipelining_wrongs_nobody() {
    let first = Peer::new("answers the first of many, forgets the rest", |line, _| {
        liar(line, |said| said.iter().take(1).map(|line| good(line)).collect())
    });
    let last = Peer::new("answers the last of many, forgets the others", |line, _| {
        liar(line, |said| said.iter().rev().take(1).map(|line| good(line)).collect())
    });
    let skips = Peer::new("loses the second of many", |line, _| {
        liar(line, |said| {
            let kept = said.iter().enumerate().filter(|(row, _)| *row != 1);
            kept.map(|(_, line)| good(line)).collect()
        })
    });
    let doubles = Peer::new("answers the first of many twice", |line, _| {
        liar(line, |said| {
            let twice = (said.len() > 1).then(|| good(&said[0]));
            twice.into_iter().chain(said.iter().map(|line| good(line))).collect()
        })
    });
    for peer in [first, last, skips, doubles] {
        let name = peer.name;
        let brought = asked(peer).await;
        assert!(is_whole(&brought), "{name}: {}", brought.side.summary);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delays_and_deferrals_are_no_answer() {
    let tarpit = Peer::new("a tarpit", |mut line, _| async move {
        say(&mut line.stream, GREETING).await;
        while let Some(said) = heard(&mut line.stream, &line.ears).await {
            let answer = good(&said);
            // A hundredth of Exchange's five seconds.
            if answer.starts_with('5') {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            if !say(&mut line.stream, answer).await {
                return;
            }
        }
    });
    assert!(is_whole(&asked(tarpit).await));

    let brought =
        asked(Peer::answering("greylisting", but("RCPT", "451 4.7.1 Greylisted\r\n"))).await;
    assert!(matches!(brought.side.state, State::Waiting { .. }), "{:?}", brought.side);
    assert_eq!((brought.known, brought.refused, brought.deferred), (0, 0, 30));

    let brought = asked(Peer::answering("a full disk", but("MAIL", "452 4.3.1 no room\r\n"))).await;
    assert!(matches!(brought.side.state, State::Waiting { .. }), "{:?}", brought.side);
    assert_eq!((brought.known, brought.refused), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_proves_nothing_is_called_so() {
    let count = Arc::new(AtomicUsize::new(0));
    let turning = count.clone();
    let later = Arc::new(AtomicUsize::new(0));
    let opening = later.clone();
    let blocked = "554 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org\r\n";
    let peers: Vec<(Peer, &str)> = vec![
        (Peer::answering("accepts anything", but("RCPT", "250 Ok\r\n")), "inconclusive"),
        (
            Peer::answering("accepts anything after a while", move |line| {
                let asked = line.starts_with("RCPT");
                match asked && opening.fetch_add(1, Ordering::SeqCst) >= 32 {
                    true => "250 Ok\r\n".to_owned(),
                    false => good(line),
                }
            }),
            "inconclusive",
        ),
        (
            Peer::answering("refuses the empty sender", but("MAIL", "550 5.7.1 no bounces\r\n")),
            "empty sender",
        ),
        (Peer::answering("refuses this machine", but("RCPT", blocked)), "refuses this machine"),
        (
            Peer::answering("turns against us", move |line| {
                let asked = line.starts_with("RCPT");
                match asked && turning.fetch_add(1, Ordering::SeqCst) >= 12 {
                    true => "550 5.1.1 no such user\r\n".to_owned(),
                    false => good(line),
                }
            }),
            "began to refuse",
        ),
        (Peer::answering("closes at every recipient", but("RCPT", "")), "hung up"),
        (Peer::saying("never greets", b""), "no answer to banner"),
        (Peer::saying("has no place", b"421 4.3.2 too many connections\r\n"), "421"),
    ];
    for (peer, wanted) in peers {
        let name = peer.name;
        let brought = asked(peer).await;
        let told = format!("{:?}", brought.side);
        assert!(matches!(brought.side.state, State::Unknown { .. }), "{name}: {told}");
        assert!(told.contains(wanted), "{name}: “{wanted}” is not told: {told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_that_is_always_too_much_does_not_end_the_run() {
    let too_much = but("RCPT TO:<p12@", "550 5.7.1 Too many of these\r\n");
    let brought = asked(Peer::answering("too much at p12", too_much)).await;
    let told = (brought.known, brought.refused, brought.unjudged);
    assert_eq!(told, (19, 10, 1), "{:?}", brought.side);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_that_makes_the_server_hang_up_does_not_end_the_run() {
    let brought = asked(Peer::answering("hangs up at p12", but("RCPT TO:<p12@", ""))).await;
    assert_eq!(
        (brought.known, brought.refused, brought.unjudged),
        (19, 10, 1),
        "{:?}",
        brought.side
    );
}
