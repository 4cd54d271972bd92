//! The title bar's X, and the way back from what was done.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, ViewportCommand, ViewportEvent, ViewportId};

use super::keeping::bakery;
use super::{Hand, practising};

/// Presses the title bar's X; what the window answered until it was quiet.
fn close(hand: &mut Hand) -> Vec<ViewportCommand> {
    let input = hand.harness.input_mut();
    input.viewports.entry(ViewportId::ROOT).or_default().events.push(ViewportEvent::Close);
    hand.harness.step();
    let held = commands(hand);
    hand.harness.input_mut().viewports.entry(ViewportId::ROOT).or_default().events.clear();
    held
}

fn commands(hand: &Hand) -> Vec<ViewportCommand> {
    let all = hand.harness.output().viewport_output.values();
    all.flat_map(|viewport| viewport.commands.clone()).collect()
}

fn closes(hand: &mut Hand) {
    hand.until("a window that closes", |hand| commands(hand).contains(&ViewportCommand::Close));
}

#[test]
fn the_title_bar_closes_no_window_whose_work_is_nowhere_else() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, folder) = bakery(home.path());
    std::fs::rename(&folder, home.path().join("gone")).unwrap();
    hand.keys(Modifiers::COMMAND, Key::Num1);
    hand.click(Role::RadioButton, "How long will the domain be split: Permanent");
    hand.sees("Not saved");
    assert!(close(&mut hand).contains(&ViewportCommand::CancelClose));
    hand.sees("Your work is not saved");
    hand.sees("Leave without saving");

    // Elsewhere there is room: the work goes there, and then the window.
    let elsewhere = home.path().join("elsewhere");
    hand.fill("Another folder for this profile", &elsewhere.display().to_string());
    hand.press("Save the profile there");
    closes(&mut hand);
    let saved = std::fs::read_to_string(elsewhere.join("profile.toml")).unwrap();
    assert!(saved.contains("permanent") && saved.contains("bakery.example"), "{saved}");
}

#[test]
fn who_stays_can_save_again_and_who_leaves_is_let_go() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, folder) = bakery(home.path());
    let gone = home.path().join("gone");
    std::fs::rename(&folder, &gone).unwrap();
    hand.click(Role::RadioButton, "How long will the domain be split: Permanent");
    hand.sees("Not saved");
    close(&mut hand);
    hand.sees("Your work is not saved");
    hand.press("Stay");
    hand.until("the page", |hand| !hand.has("Leave without saving"));
    close(&mut hand);
    hand.sees("Your work is not saved");
    std::fs::rename(&gone, &folder).unwrap();
    hand.press("Save again");
    closes(&mut hand);
    assert!(std::fs::read_to_string(folder.join("profile.toml")).unwrap().contains("permanent"));

    let home = tempfile::tempdir().unwrap();
    let (mut hand, folder) = bakery(home.path());
    std::fs::rename(&folder, home.path().join("gone")).unwrap();
    hand.click(Role::RadioButton, "How long will the domain be split: Permanent");
    hand.sees("Not saved");
    close(&mut hand);
    hand.press("Leave without saving");
    closes(&mut hand);
}

#[test]
fn what_is_saved_closes_at_once_with_what_was_typed_last() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, folder) = bakery(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.fill("External mail server", "mail.bakery.example");
    close(&mut hand);
    closes(&mut hand);
    let saved = std::fs::read_to_string(folder.join("profile.toml")).unwrap();
    assert!(saved.contains("mail.bakery.example"), "{saved}");
    let mut hand = practising(home.path());
    assert!(!close(&mut hand).contains(&ViewportCommand::CancelClose));
}

#[test]
fn back_is_where_one_was() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Step 7 of 8");
    hand.keys(Modifiers::ALT, Key::ArrowLeft);
    hand.sees("Step 3 of 8");
    hand.keys(Modifiers::ALT, Key::ArrowLeft);
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num4);
    hand.keys(Modifiers::COMMAND, Key::Comma);
    hand.sees("Settings");
    hand.keys(Modifiers::ALT, Key::ArrowLeft);
    hand.sees("Step 4 of 8");
}

#[test]
fn undo_names_what_it_took_back_and_the_page_speaks_of_it_no_more() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, _) = bakery(home.path());
    hand.click(Role::RadioButton, "How long will the domain be split: Permanent");
    hand.fill("Primary domain", "not a domain!!");
    hand.tab();
    // What was typed last goes first, and the last change of the plan stays.
    hand.press("Undo");
    hand.sees("What was typed as the primary domain and could not be taken.");
    assert_eq!(hand.value("Primary domain"), "bakery.example");
    hand.press("Redo");
    hand.until("the text again", |hand| hand.value("Primary domain") == "not a domain!!");
    hand.press("Undo");
    hand.press("Undo");
    hand.sees("Purpose of the split: permanent becomes migration");
    let purpose =
        |hand: &Hand| hand.harness.state().state().session.as_ref().unwrap().plan.situation.purpose;
    assert_eq!(purpose(&hand), sdr_wizard::plan::Purpose::Migration);
    hand.press("Redo");
    hand.sees("Made again");
    assert_eq!(purpose(&hand), sdr_wizard::plan::Purpose::Permanent);

    hand.keys(Modifiers::COMMAND, Key::Num2);
    let list = home.path().join("people.csv");
    std::fs::write(&list, "address\nann@bakery.example\n").unwrap();
    hand.fill("File with people", &list.display().to_string());
    hand.press("Read file");
    hand.press("Take these people");
    hand.sees("1 added");
    // Another change comes and goes: the import stands, and so does its report.
    hand.click(Role::CheckBox, "Select ann@bakery.example");
    hand.press("Set to at host");
    hand.sees("At host");
    hand.press("Undo");
    hand.sees("Undone");
    hand.sees("1 added");
    hand.press("Undo");
    hand.sees("Nobody is in the list yet");
    assert!(!hand.has("1 added"), "{}", hand.words());
}

#[test]
fn next_names_the_field_that_it_goes_to() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, _) = bakery(home.path());
    hand.fill("Primary domain", "a b");
    hand.keys(Modifiers::ALT, Key::ArrowRight);
    hand.sees("Before the next step");
    assert_eq!(super::keyboard::focused(&hand).as_deref(), Some("Primary domain"));
    let words = hand.words();
    let at = |text: &str| words.find(text).unwrap_or_else(|| panic!("no {text} in\n{words}"));
    let (banner, domain) = (at("Before the next step"), at("a name has no spaces"));
    assert!(banner < domain && domain < at("Look in the control panel"), "{words}");
}

#[test]
fn answers_move_the_page_only_for_whoever_waits_for_them() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    let watching = |hand: &Hand| hand.harness.state().state().watching;
    hand.check();
    assert!(watching(&hand), "nothing was done since");
    hand.fill("External mail server", "mail.example.com");
    assert!(!watching(&hand), "the page stays with whoever types");
    hand.keys(Modifiers::NONE, Key::F5);
    hand.until("the check", |hand| hand.has("Check now"));
    assert!(watching(&hand));
}

#[test]
fn a_check_says_when_it_was_made_and_whether_anything_is_new() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.check();
    hand.sees("Checked 14:05:00 UTC+00:00.");
    hand.keys(Modifiers::NONE, Key::F5);
    assert!(hand.has("Checking"), "at once");
    hand.until("an end", |hand| hand.has("Check now"));
    hand.sees("Checked 14:05:00 UTC+00:00, nothing changed.");
    hand.unfold("Break something");
    hand.click(Role::CheckBox, "Both systems pass unknown addresses on");
    hand.check();
    hand.until("news", |hand| hand.has("answers changed") || hand.has("answer changed"));
}
