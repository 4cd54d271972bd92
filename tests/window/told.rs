//! What is told below the page: it covers nothing, can be copied, and goes when
//! it is not so any more.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::hand::{builder, window_of};
use super::keeping::bakery;
use super::{Hand, practising, still};

fn read(hand: &mut Hand, path: &str) {
    hand.fill("File with people", path);
    hand.press("Read file");
}

fn button(hand: &Hand, begins: &str) -> Rect {
    let mut all = hand.harness.query_all_by_role(Role::Button);
    let named =
        all.find(|node| node.accesskit_node().label().is_some_and(|name| name.starts_with(begins)));
    named.unwrap_or_else(|| panic!("no {begins}:\n{}", hand.words())).rect()
}

#[test]
fn a_message_covers_nothing_in_a_window_of_any_size() {
    for size in [[1100.0, 760.0], [1024.0, 768.0], [512.0, 384.0]] {
        let home = tempfile::tempdir().unwrap();
        let mut hand = window_of(builder().with_size(size), home.path(), still());
        hand.press("Practise with example.com");
        hand.sees("Step 1 of 8");
        hand.keys(Modifiers::COMMAND, Key::O);
        hand.sees("Dismiss: Open a profile");
        let told = button(&hand, "Dismiss: Open a profile");
        let next = button(&hand, "Next: ");
        assert!(told.bottom() < next.top(), "{size:?}: {told} {next}");
        let panel = hand.harness.get_by_label("Practice world").rect();
        assert!(next.bottom() < panel.top(), "{size:?}: {next} {panel}");
        // The last of the page can be brought above it and pressed.
        hand.harness.get_by_role_and_label(Role::Button, "Check now").scroll_to_me();
        hand.harness.run_steps(3);
        let last = button(&hand, "Check now");
        assert!(last.bottom() <= told.top(), "{size:?}: {last} {told}");
        hand.check();
        hand.sees("passed");
    }
}

#[test]
fn a_failure_can_be_copied_and_goes_once_the_same_succeeds() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, _) = bakery(home.path());
    let list = home.path().join("people.csv");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    read(&mut hand, &list.display().to_string());
    hand.sees("Dismiss: Read the list of people");
    let copied = hand.copies("Copy Read the list of people");
    assert!(
        copied.starts_with("Read the list of people: ") && copied.contains("people.csv"),
        "{copied}"
    );
    hand.sees("Copied Read the list of people");
    std::fs::write(&list, "address\nann@bakery.example\n").unwrap();
    read(&mut hand, &list.display().to_string());
    hand.sees("what is in which column");
    assert!(!hand.has("Dismiss: "), "{}", hand.words());
    // It can be read and copied still.
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.fill("Command", "messages");
    hand.enter();
    hand.sees("Every message since");
    assert_eq!(hand.copies("Copied Read the list of people"), copied);
}

#[test]
fn files_that_were_written_take_back_that_they_were_not() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num6);
    let export = |hand: &mut Hand, folder: &std::path::Path| {
        hand.fill("Folder for the files", &folder.display().to_string());
        hand.press("Export Wave 1, Pilot");
    };
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    export(&mut hand, &file.join("below"));
    hand.sees("Dismiss: Write the files");
    export(&mut hand, &home.path().join("exports"));
    hand.sees("files written");
    assert!(!hand.has("Dismiss: "), "{}", hand.words());
}

#[test]
fn two_are_in_sight_and_the_others_a_press_away() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, _) = bakery(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    for name in ["first", "second", "third"] {
        read(&mut hand, &format!("/nowhere/{name}.csv"));
        hand.sees(&format!("/nowhere/{name}.csv is not there"));
    }
    assert!(!hand.has("first.csv is not there") && hand.has("second.csv is not there"));
    hand.press("1 more: all messages");
    hand.sees("Every message since");
    hand.sees("/nowhere/first.csv is not there");
}
