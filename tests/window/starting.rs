//! What is told of the start itself: a crash of the one before, a renderer
//! that was passed over.

use eframe::egui::{Key, Modifiers};
use sdr_wizard::app::{Beginning, Times};
use sdr_wizard::profile::Zone;

use super::keeping::bakery;
use super::{practising, window};

const CRASHED: &str =
    "On 2026-11-26 at 11:03:05 UTC+01:00 this program ended by a mistake of its own.";

fn after_a_crash() -> Beginning {
    let times = Times::In(Zone::parse("UTC").unwrap());
    Beginning { remarks: vec![CRASHED.to_owned()], times, ..Beginning::default() }
}

#[test]
fn a_crash_is_told_with_a_profile_until_it_is_dismissed_and_stays_in_the_messages() {
    let home = tempfile::tempdir().unwrap();
    let (hand, folder) = bakery(home.path());
    drop(hand);
    let before = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let mut hand = window(home.path(), Beginning { folder: Some(folder), ..after_a_crash() });
    hand.sees("Step 1 of 8");
    hand.sees(CRASHED);
    // It stays with the profile closed and another one open.
    hand.press("Close profile");
    hand.sees("New profile");
    assert!(hand.has(CRASHED), "{}", hand.words());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    assert!(hand.has(CRASHED), "{}", hand.words());
    hand.press("Dismiss: This start");
    hand.until("no message", |hand| !hand.has(CRASHED));
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.fill("Command", "messages");
    hand.enter();
    hand.sees("All that was told");
    hand.sees(CRASHED);
    let after = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    assert!(hand.has(&before) || hand.has(&after), "{}", hand.words());
    assert!(!hand.has("1970"), "{}", hand.words());
}

#[test]
fn a_crash_is_told_on_the_first_page() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), after_a_crash());
    hand.sees(CRASHED);
    hand.press("Dismiss: This start");
    hand.until("no message", |hand| !hand.has(CRASHED));
    drop(hand);
    assert!(!practising(home.path()).has(CRASHED));
}
