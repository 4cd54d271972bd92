//! What is told of the start itself: a crash of the one before, a renderer
//! that was passed over.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, ViewportCommand};
use egui_kittest::kittest::Queryable as _;
use sdr_wizard::app::{Beginning, Times};
use sdr_wizard::profile::Zone;

use super::keeping::bakery;
use super::{Hand, practising, window};

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
    hand.sees("Every message since");
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

/// What the system was told to write in the title bar, in order.
fn titles(hand: &Hand) -> Vec<String> {
    let all = hand.harness.output().viewport_output.values();
    let commands = all.flat_map(|viewport| viewport.commands.clone());
    commands
        .filter_map(|command| match command {
            ViewportCommand::Title(title) => Some(title),
            _ => None,
        })
        .collect()
}

/// Clicks, and looks at each frame until the title is `last`; all titles on the way.
fn clicked(hand: &mut Hand, role: Role, name: &str, last: &str) -> Vec<String> {
    hand.harness.get_by_role_and_label(role, name).scroll_to_me();
    hand.harness.run_steps(3);
    hand.harness.get_by_role_and_label(role, name).click();
    let mut all = Vec::new();
    let told = std::cell::RefCell::new(&mut all);
    hand.until(last, |hand| {
        told.borrow_mut().extend(titles(hand));
        told.borrow().last().is_some_and(|title| title == last)
    });
    all
}

#[test]
fn the_title_bar_names_the_plan_and_its_saved_state() {
    const NONE: &str = "Split Domain Routing wizard";
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), super::still());
    let practice = format!("example.com – practice: nothing is saved – {NONE}");
    let told = clicked(&mut hand, Role::Button, "Practise with example.com", &practice);
    assert_eq!(told, [practice]);
    // Told once, not with each frame.
    for _ in 0..5 {
        hand.harness.step();
        assert_eq!(titles(&hand), [""; 0]);
    }
    assert_eq!(clicked(&mut hand, Role::Button, "Close profile", NONE), [NONE]);
    hand.fill("Your mail domain", "bücher.example");
    let made = format!("bücher.example – {NONE}");
    assert_eq!(clicked(&mut hand, Role::Button, "Create profile", &made), [made]);
    let permanent = "How long will the domain be split: Permanent";
    let saved = format!("bücher.example – saved 14:05 UTC+00:00 – {NONE}");
    let told = clicked(&mut hand, Role::RadioButton, permanent, &saved);
    // A quick disk has it saved before the next picture.
    let saving = format!("bücher.example – saving ... – {NONE}");
    assert!(told == [saving, saved.clone()] || told == [saved], "{told:?}");
    assert!(hand.has("Saved 14:05 UTC+00:00"), "{}", hand.words());
}
