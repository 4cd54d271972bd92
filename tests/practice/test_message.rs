//! The one message that is ever sent, and only by the engine.

use sdr_wizard::engine::send_test;
use sdr_wizard::finding::State;
use sdr_wizard::plan::Address;
use sdr_wizard::practice::Fault;
use sdr_wizard::route::Outcome;

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
