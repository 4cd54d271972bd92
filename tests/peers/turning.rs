//! Servers that are right most of the time: one conversation, a moment, or
//! whatever comes after a while goes wrong. Nobody is refused who is there, and
//! nobody confirmed who is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sdr_wizard::check::{Ask, News, ask_people};
use sdr_wizard::finding::{Evidence, State, Word};
use sdr_wizard::plan::{Address, Mailbox, Side};

use super::street::{GREETING, KNOWN, Peer, Street, good, heard, say};
use super::{Brought, asked_of, hasty};

const NOBODY: &str = "550 5.1.1 no such user\r\n";

/// What a server minds.
#[derive(Debug, Clone, Copy)]
struct Mind {
    /// The connection, from 0.
    connection: usize,
    /// How many are open.
    open: usize,
    /// Recipients in this conversation and in this envelope, this one too.
    in_talk: usize,
    in_envelope: usize,
    /// Recipients of all conversations, this one too.
    in_all: usize,
}

/// A good server whose answer to recipients may be another one.
fn turning(
    name: &'static str,
    wrong: impl Fn(Mind, &str) -> Option<&'static str> + Send + Sync + 'static,
) -> Peer {
    let (wrong, open, in_all) = (Arc::new(wrong), Arc::new(AtomicUsize::new(0)), Arc::default());
    Peer::new(name, move |mut line, connection| {
        let (wrong, open) = (wrong.clone(), open.clone());
        let in_all: Arc<AtomicUsize> = Arc::clone(&in_all);
        async move {
            open.fetch_add(1, Ordering::SeqCst);
            say(&mut line.stream, GREETING).await;
            let (mut in_talk, mut in_envelope) = (0, 0);
            while let Some(said) = heard(&mut line.stream, &line.ears).await {
                let mut answer = good(&said);
                if said.starts_with("RCPT") {
                    (in_talk, in_envelope) = (in_talk + 1, in_envelope + 1);
                    let mind = Mind {
                        connection,
                        open: open.load(Ordering::SeqCst),
                        in_talk,
                        in_envelope,
                        in_all: in_all.fetch_add(1, Ordering::SeqCst) + 1,
                    };
                    answer = wrong(mind, &said).map_or(answer, str::to_owned);
                } else {
                    in_envelope = 0;
                }
                if !say(&mut line.stream, answer).await || said == "QUIT" {
                    break;
                }
            }
            open.fetch_sub(1, Ordering::SeqCst);
        }
    })
}

/// Asks about so many people, two in three of them known.
async fn asked(peer: Peer, people: usize) -> Brought {
    let name = peer.name;
    let street = Street::with(peer).await;
    let (net, mut plan) = street.world().await;
    plan.roster.remove(|_| true);
    for number in 0..people {
        let name = if number % 3 == 2 { 'q' } else { 'p' };
        let address = Address::parse(&format!("{name}{number}@example.com")).unwrap();
        plan.roster.put(Mailbox::new(address));
    }
    asked_of(name, &street, &hasty(net), &plan).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_wrong_now_and_then_is_asked_again() {
    let no = |wrong: bool| wrong.then_some(NOBODY);
    let peers = [
        turning("the second connection knows nobody", move |mind, _| no(mind.connection == 1)),
        turning("the third connection knows nobody", move |mind, _| no(mind.connection == 2)),
        turning("the third and fourth connection know the known one only", move |mind, line| {
            no([2, 3].contains(&mind.connection) && !line.contains(KNOWN))
        }),
        turning(
            "every second connection knows nobody",
            move |mind, _| no(mind.connection % 2 == 1),
        ),
        turning("the 20th to 39th recipient are refused", move |mind, _| {
            no((20..40).contains(&mind.in_all))
        }),
        turning("nobody after five recipients of an envelope", move |mind, _| {
            no(mind.in_envelope > 5)
        }),
        turning("nobody after three recipients of an envelope", move |mind, _| {
            no(mind.in_envelope > 3)
        }),
        turning("nobody after ten recipients", move |mind, _| no(mind.in_talk > 10)),
        turning("the known one only after ten recipients", move |mind, line| {
            no(mind.in_talk > 10 && !line.contains(KNOWN))
        }),
        turning("nobody while several connections are open", move |mind, _| no(mind.open > 1)),
    ];
    for peer in peers {
        let name = peer.name;
        let brought = asked(peer, 48).await;
        let told = (brought.known, brought.refused, brought.deferred, brought.unjudged);
        assert_eq!(told, (32, 16, 0, 0), "{name}: {:?}", brought.side);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_no_that_speaks_of_a_rule_is_never_about_the_address() {
    let peer = turning("denied after ten recipients", |mind, _| {
        (mind.in_talk > 10).then_some("550 Denied\r\n")
    });
    let brought = asked(peer, 48).await;
    let all = brought.known + brought.refused + brought.unjudged;
    assert_eq!((all, brought.deferred), (48, 0), "{:?}", brought.side);
    assert!(brought.known > 10 && brought.refused > 5, "{:?}", brought.side);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_conversation_that_takes_anything_makes_it_inconclusive() {
    for wrong in [1, 2, 4] {
        let peer = turning("one connection takes anything", move |mind, _| {
            (mind.connection == wrong).then_some("250 2.1.5 Ok\r\n")
        });
        let brought = asked(peer, 300).await;
        assert!(matches!(brought.side.state, State::Unknown { .. }), "{:?}", brought.side);
        assert!(brought.side.summary.contains("inconclusive"), "{:?}", brought.side);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_any_steadiness_is_given_up() {
    let peer = turning("wrong one time in ten", |mind, _| {
        (mind.in_all.wrapping_mul(2_654_435_761) >> 9).is_multiple_of(10).then_some(NOBODY)
    });
    let brought = asked(peer, 300).await;
    assert_ne!(brought.side.state, State::Passed, "{:?}", brought.side);
    let peer = Peer::new("has no place but for the first", |mut line, connection| async move {
        let closed = "554 5.3.2 no more of you\r\n";
        say(&mut line.stream, if connection == 0 { GREETING } else { closed }).await;
        while let Some(said) = heard(&mut line.stream, &line.ears).await {
            if connection > 0 || !say(&mut line.stream, good(&said)).await || said == "QUIT" {
                return;
            }
        }
    });
    let brought = asked(peer, 48).await;
    assert!(matches!(brought.side.state, State::Unknown { .. }), "{:?}", brought.side);
    assert!(format!("{:?}", brought.side).contains("554"), "{:?}", brought.side);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_that_the_server_allows_is_waited_for() {
    let begun = std::time::Instant::now();
    let count = Arc::new(std::sync::Mutex::new((0, 0)));
    let peer = turning("thirty recipients in a while", move |_, _| {
        let now = begun.elapsed().as_millis() / 400;
        let mut count = count.lock().unwrap();
        *count = if count.0 == now { (now, count.1 + 1) } else { (now, 1) };
        (count.1 > 30).then_some("450 4.7.1 Error: too many recipients from 192.0.2.9\r\n")
    });
    let brought = asked(peer, 120).await;
    let told = (brought.known, brought.refused, brought.deferred, brought.unjudged);
    assert_eq!(told, (80, 40, 0, 0), "{:?}", brought.side);
    let never = turning("none at all any more", |mind, _| {
        (mind.in_all > 20).then_some("451 4.7.1 Rate limit exceeded\r\n")
    });
    let brought = asked(never, 120).await;
    assert!(matches!(brought.side.state, State::Unknown { .. }), "{:?}", brought.side);
    assert!(brought.side.summary.contains("limits how much"), "{:?}", brought.side);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_answers_about_some_people_stop_nobody_else() {
    const ODD: [(&str, &str); 9] = [
        ("p0", "552 too large\r\n"),
        ("p3", "452 later\r\n"),
        ("p6", "550 5.7.133 restricted\r\n"),
        ("p9", "251 will forward\r\n"),
        ("p12", "551 not local; try <x@y.example>\r\n"),
        ("p15", "550 5.2.1 disabled\r\n"),
        ("p18", "554 5.4.6 too many hops\r\n"),
        ("p21", "553 5.7.1 not for you\r\n"),
        ("p24", "450 4.2.0 later\r\n"),
    ];
    let peer = turning("nine odd answers", |_, line| {
        let is = |name: &str| line.starts_with(&format!("RCPT TO:<{name}@"));
        ODD.iter().find(|(name, _)| is(name)).map(|(_, answer)| *answer)
    });
    let street = Street::with(peer).await;
    let (net, mut plan) = street.world().await;
    plan.roster.remove(|_| true);
    for number in 0..81 {
        let name = if number % 3 == 2 { 'q' } else { 'p' };
        let address = Address::parse(&format!("{name}{number}@example.com")).unwrap();
        plan.roster.put(Mailbox::new(address));
    }
    let (net, evidence) = (hasty(net), Evidence::default());
    let ask = Ask { net: &net, plan: &plan, evidence: &evidence, api_key: None, seed: 3 };
    let mut seen = Evidence::default();
    ask_people(&ask, &mut |news| {
        if let News::Entry(entry) = news {
            seen.hear(entry);
        }
    })
    .await;
    for person in &plan.roster {
        let answer = seen.people().of(&person.address, Side::External).unwrap();
        let local = person.address.local();
        let odd = ODD.iter().find(|(name, _)| *name == local);
        let word = match odd {
            Some(("p9", _)) => Word::Known,
            Some((_, said)) => {
                assert!(answer.said.starts_with(said.get(..3).unwrap()), "{local}: {answer:?}");
                continue;
            }
            None if local.starts_with('p') => Word::Known,
            None => Word::Refused,
        };
        assert_eq!(answer.word, word, "{local}: {answer:?}");
    }
}
