//! The one message that is ever sent, and only by the engine.

use std::time::Duration;

use sdr_wizard::engine::send_test;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::net::{Lead, Net, Reach};
use sdr_wizard::plan::Address;
use sdr_wizard::practice::Fault;
use sdr_wizard::route::Outcome;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::stranger::*;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[tokio::test]
async fn a_test_message_arrives_once_with_its_token() {
    let world = world_with([]).await;
    for to in ["karen.mills@example.com", "ann.lee@example.com"] {
        let before = world.controls().delivered().len();
        let told = send_test(&world.net(), &address("me@example.org"), &address(to)).await;
        assert_eq!(told.state, State::Passed, "{told:?}");
        assert_eq!(told.id, format!("flow.sent@{to}"));
        assert!(told.meaning.contains("Taken is not delivered"));
        let delivered = world.controls().delivered();
        assert_eq!(delivered.len(), before + 1);
        let message = delivered.last().unwrap();
        assert_eq!(message.to, address(to));
        assert!(message.subject.starts_with("Test message sdr-"), "{}", message.subject);
        let token = message.subject.trim_start_matches("Test message ");
        assert!(told.summary.contains(token), "{}", told.summary);
        assert!(matches!(message.trace.outcome, Outcome::Delivered { .. }));
    }
}

#[tokio::test]
async fn a_message_that_is_refused_or_put_off_is_not_sent_again() {
    let world = world_with([]).await;
    let from = address("me@example.org");
    let told = send_test(&world.net(), &from, &address("nobody-1f3a@example.com")).await;
    assert_eq!(told.state, State::Failed);
    assert!(told.action.contains("step 6"), "{told:?}");
    let odd = send_test(&world.net(), &from, &address("jörg@example.com")).await;
    assert!(matches!(odd.state, State::Unknown { .. }), "{odd:?}");
    let nowhere = send_test(&world.net(), &from, &address("ann@elsewhere.invalid")).await;
    assert!(matches!(nowhere.state, State::Unknown { .. }), "{nowhere:?}");
    let later = world_with([Fault::Greylist]).await;
    let told = send_test(&later.net(), &from, &address("karen.mills@example.com")).await;
    assert!(matches!(told.state, State::Waiting { .. }), "{told:?}");
    let blocked = world_with([Fault::PortBlocked]).await;
    let told = send_test(&blocked.net(), &from, &address("karen.mills@example.com")).await;
    assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
    for world in [world, later, blocked] {
        assert_eq!(world.controls().delivered(), []);
    }
}

/// A message to somebody whose server answers DATA and the message so; `None`
/// is silence. With the lines that the server heard.
async fn sent_to_one_that_says(
    data: &'static str,
    text: Option<&'static str>,
) -> (Finding, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let (from, mut to) = stream.split();
        let mut lines = BufReader::new(from).lines();
        to.write_all(b"220 mail.example.com ESMTP\r\n").await.unwrap();
        let (mut heard, mut in_text) = (Vec::new(), false);
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match line.get(..4).unwrap_or_default() {
                "DATA" => Some(data),
                _ if in_text && line == "." => text,
                _ if in_text => None,
                "QUIT" => Some("221 bye\r\n"),
                _ => Some("250 ok\r\n"),
            };
            in_text |= line == "DATA" && data.starts_with("354");
            heard.push(line);
            if let Some(answer) = answer {
                to.write_all(answer.as_bytes()).await.unwrap();
            }
        }
        heard
    });
    let world = world_with([]).await;
    let net = Net { reply_timeout: Duration::from_millis(500), ..world.net() };
    let Reach::Practice { map, .. } = &net.reach else { panic!("not a practice world") };
    map.set("192.0.2.25:25".parse().unwrap(), Lead::To(at));
    let told = send_test(&net, &address("me@example.org"), &address("ann.lee@example.com")).await;
    (told, server.await.unwrap())
}

#[tokio::test]
async fn a_server_that_does_not_ask_for_the_message_gets_none() {
    let (told, heard) = sent_to_one_that_says("250 ok\r\n", None).await;
    assert_eq!(told.state, State::Failed, "{told:?}");
    assert!(told.summary.contains("broke the protocol; no test message was sent"), "{told:?}");
    assert_eq!(heard.last().map(String::as_str), Some("DATA"), "nothing is said behind it");
    let (told, heard) = sent_to_one_that_says("451 4.3.0 later\r\n", None).await;
    assert!(matches!(told.state, State::Waiting { .. }), "{told:?}");
    assert_eq!(heard.last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn a_message_without_an_answer_may_have_arrived() {
    let (told, heard) = sent_to_one_that_says("354 go on\r\n", None).await;
    assert_eq!(heard.last().map(String::as_str), Some("."));
    assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
    assert!(told.summary.contains("may have arrived"), "{told:?}");
    assert!(told.action.contains("before you send another"), "{told:?}");
    assert!(!told.action.contains("port 25"), "{told:?}");
    let (told, _) = sent_to_one_that_says("354 go on\r\n", Some("250 taken\r\n")).await;
    assert_eq!(told.state, State::Passed, "{told:?}");
}
