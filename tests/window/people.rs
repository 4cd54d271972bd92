//! The page of people.

use eframe::egui::Event;

use super::keyboard::focused;
use super::*;

#[test]
fn a_list_that_can_not_be_read_is_told_and_its_path_stays() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.unfold("Bring more people in");
    let missing = home.path().join("missing.csv").display().to_string();
    hand.fill("File with people", &missing);
    hand.press("Read file");
    hand.sees("missing.csv is not there. Check the name, or choose the file again.");
    assert_eq!(hand.value("File with people"), missing);
    hand.press("Dismiss: Read the list of people");
    let binary = home.path().join("photo.csv");
    std::fs::write(&binary, [0u8, 1, 2, 0, 0xff, 0xfe, 0, 0, 7].repeat(50)).unwrap();
    hand.fill("File with people", &binary.display().to_string());
    hand.press("Read file");
    hand.sees("photo.csv: This is not a text file: line 1 holds a NUL character.");
    assert!(!hand.has("what is in which column"));
    assert_eq!(hand.value("File with people"), binary.display().to_string());
    hand.sees("13 people");
}

#[test]
fn a_second_list_shows_what_it_would_change_before_it_is_taken() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.sees("13 people");
    hand.unfold("Bring more people in");
    let list = home.path().join("list.csv");
    std::fs::write(&list, "address,display_name\nnew.one@example.com,New One\n").unwrap();
    hand.fill("File with people", &list.display().to_string());
    hand.press("Read file");
    hand.sees("list.csv: what is in which column?");
    hand.press("Show what would change");
    hand.sees("list.csv: what would change?");
    hand.sees("1 new, 0 changed, 0 unchanged, 13 not on this list.");
    hand.sees("13 people");
    hand.press("Back to the columns");
    hand.sees("list.csv: what is in which column?");
    hand.press("Show what would change");
    hand.press("Select them in the table");
    hand.sees("13 people, 13 selected");
    hand.press("Take these changes");
    hand.sees("1 added, 0 brought up to date, nobody left out.");
    hand.sees("14 people");
}

#[test]
fn both_sides_are_compared_and_what_disagrees_is_mended() {
    let home = tempfile::tempdir().unwrap();
    let builder = hand::builder().with_size([1100.0, 3000.0]);
    let mut hand = hand::window_of(builder, home.path(), still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.unfold("Bring more people in");
    hand.fill("Or add one person", "nobody.knows.me@example.com");
    hand.enter();
    hand.sees("14 people");
    hand.click(Role::CheckBox, "Select nobody.knows.me@example.com");
    hand.press("Set to at host");
    hand.press("Compare both sides");
    hand.sees("The host's own list was not read");
    // The practice world's host lists its mailboxes.
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.check();
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.press("Compare both sides");
    hand.sees("At the host by the plan, but without a mailbox there");
    hand.press("Set these to external: at the host by the plan, but without a mailbox there");
    hand.until("the disagreement to end", |hand| {
        !hand.has("At the host by the plan, but without a mailbox there")
    });
}

#[test]
fn undo_takes_back_what_was_done_to_the_people() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.sees("13 people");
    hand.press("Select all shown");
    hand.press("Remove from the list");
    hand.sees("Nobody is in the list yet");
    hand.keys(Modifiers::COMMAND, Key::Z);
    hand.sees("13 people");
    hand.keys(Modifiers::COMMAND, Key::Y);
    hand.sees("Nobody is in the list yet");
}

#[test]
fn each_person_is_asked_of_their_server_and_the_table_says_what_came_of_it() {
    let home = tempfile::tempdir().unwrap();
    // High enough for every row: those out of sight are not drawn.
    let builder = hand::builder().with_size([1100.0, 3000.0]);
    let mut hand = hand::window_of(builder, home.path(), still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.sees("RCPT only, never DATA");
    assert!(!hand.has("Confirmed"));
    hand.unfold("Bring more people in");
    hand.fill("Or add one person", "nobody.knows.me@example.com");
    hand.enter();
    hand.sees("14 people");
    hand.press("Ask the servers about each person");
    hand.sees("nobody.knows.me@example.com is not known to the external server.");
    hand.sees("1 refused");
    let marks = |hand: &Hand, word: &str| hand.harness.query_all_by_label(word).count();
    hand.until("an answer in each row", |hand| {
        (marks(hand, "Confirmed"), marks(hand, "Refused")) == (13, 1)
    });
    // Asking the plan again forgets nobody's answer.
    hand.check();
    assert_eq!((marks(&hand, "Confirmed"), marks(&hand, "Refused")), (13, 1));
    // Whoever changes sides was not asked there.
    hand.click(Role::CheckBox, "Select nobody.knows.me@example.com");
    hand.press("Set to at host");
    hand.until("no answer", |hand| marks(hand, "Refused") == 0);
    assert_eq!(marks(&hand, "Confirmed"), 13);
}

#[test]
fn asking_about_each_person_can_be_stopped() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.unfold("Break something");
    hand.click(Role::CheckBox, "Tarpit");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.press("Ask the servers about each person");
    hand.sees("Asking, ");
    hand.press("Stop asking");
    hand.sees("Stopped; what was answered before stands.");
    hand.sees("A run was broken off: ");
    hand.press("Go on where it stopped");
    hand.sees("Asking, ");
    hand.press("Stop asking");
    hand.press("Ask everybody anew");
    hand.sees("Asking, ");
}

#[test]
fn tab_goes_from_control_to_control_and_never_to_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.click(Role::TextInput, "Search");
    let mut stops = Vec::new();
    while stops.len() < 12 {
        hand.tab();
        stops.push(focused(&hand).unwrap_or_default());
    }
    assert!(stops.iter().all(|stop| !stop.is_empty()), "{stops:?}");
    let boxes = stops.iter().filter(|stop| stop.contains('@')).count();
    assert!(boxes >= 5, "the table is a stop for each person: {stops:?}");
}

#[test]
fn a_very_long_paste_is_kept_whole_without_being_laid_out() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.unfold("Bring more people in");
    hand.unfold("Paste a list");
    hand.click(Role::MultilineTextInput, "Pasted list");
    let mut list = "address,display_name\n".to_owned();
    for n in 0..5_000 {
        list.push_str(&format!("person{n}@example.com,Person {n}\n"));
    }
    hand.harness.event(Event::Paste(list));
    hand.sees("5001 lines are here, too many to show.");
    hand.press("Read pasted list");
    hand.sees("what is in which column?");
    hand.sees("5000 rows");
    // It comes into sight by itself.
    hand.harness.run_steps(3);
    let card = hand.harness.query_all_by_label_contains("what is in which column?").next().unwrap();
    let top = card.rect().top();
    assert!((0.0..400.0).contains(&top), "{top}");
}

#[test]
fn without_dialogs_the_field_for_the_path_is_named_and_gets_the_keyboard() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.unfold("Bring more people in");
    hand.press("Choose file ...");
    hand.sees("This desktop opens no dialogs for files");
    hand.until("the field", |hand| focused(hand).as_deref() == Some("File with people"));
}
