//! What lies beside the steps: commands, messages, history, diagnostics.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use sdr_wizard::app::Beginning;

use super::keeping::bakery;
use super::{Hand, practising, still, window};

fn command(hand: &mut Hand, words: &str) {
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.harness.get_by_role_and_label(Role::TextInput, "Command").type_text(words);
    hand.harness.run_steps(2);
    hand.enter();
}

#[test]
fn everything_is_found_by_typing() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    command(&mut hand, "external server");
    hand.sees("Step 3 of 8");
    command(&mut hand, "find person");
    hand.sees("Step 2 of 8");
    hand.until("the search field", |hand| {
        super::keyboard::focused(hand).is_some_and(|name| name.contains("Search"))
    });
    // Up and down choose among what fits.
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.harness.get_by_role_and_label(Role::TextInput, "Command").type_text("step");
    hand.harness.run_steps(2);
    for _ in 0..4 {
        hand.keys(Modifiers::NONE, Key::ArrowDown);
    }
    hand.enter();
    hand.sees("Step 5 of 8");
    hand.keys(Modifiers::COMMAND, Key::K);
    let is_open =
        |hand: &Hand| hand.harness.query_by_role_and_label(Role::TextInput, "Command").is_some();
    assert!(is_open(&hand));
    hand.keys(Modifiers::NONE, Key::Escape);
    assert!(!is_open(&hand));
}

#[test]
fn a_message_moves_nothing_and_is_found_again_once_dismissed() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.unfold("Bring more people in");
    let top = |hand: &Hand| hand.harness.get_by_label_contains(" of 8, ").rect().top();
    hand.top();
    let before = top(&hand);
    hand.fill("File with people", "/nowhere/at-all.csv");
    hand.press("Read file");
    hand.sees("at-all.csv");
    hand.top();
    assert_eq!(top(&hand), before, "the page moved");
    let dismiss =
        hand.words().lines().find(|line| line.starts_with("Dismiss: ")).unwrap().to_owned();
    hand.press(&dismiss);
    assert!(!hand.has("Dismiss: "));
    command(&mut hand, "messages");
    hand.sees("Every message since the window was opened");
    hand.sees("at-all.csv");
    hand.press("Back to step 2");
    hand.sees("Step 2 of 8");
}

#[test]
fn what_was_changed_is_listed_and_diagnostics_name_nobody() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, _) = bakery(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.fill("External mail server", "mail.bakery.example");
    hand.tab();
    hand.sees("Saved 14:05");
    command(&mut hand, "history");
    hand.sees("mail.bakery.example");
    command(&mut hand, "diagnostics");
    hand.sees("sdr-wizard ");
    let copied = hand.copies("Copy all, without names");
    assert!(!copied.to_lowercase().contains("bakery"), "{copied}");
    hand.sees("Copied all, without names");
    assert!(hand.has("opened "), "{}", hand.words());
}

#[test]
fn the_copy_of_the_diagnostics_is_what_the_page_says_without_names() {
    let home = tempfile::tempdir().unwrap();
    let (hand, folder) = bakery(home.path());
    drop(hand);
    let beginning = Beginning {
        folder: Some(folder),
        system: "Debian GNU/Linux 12, kernel 6.1.0, x86_64".to_owned(),
        drawn_by: "glow, OpenGL 4.5, llvmpipe".to_owned(),
        costly: true,
        ..still()
    };
    let mut hand = window(home.path(), beginning);
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    for name in ["first", "Bakery.Example-ann@x.example"] {
        hand.fill("File with people", &format!("/nowhere/{name}.csv"));
        hand.press("Read file");
        hand.sees(name);
        hand.quiet();
    }
    command(&mut hand, "diagnostics");
    let words =
        "System: Debian GNU/Linux 12, kernel 6.1.0, x86_64\nDrawn by: glow, OpenGL 4.5, llvmpipe\n";
    let copied = hand.copies("Copy all, without names");
    assert!(copied.contains(words), "{copied}");
    assert!(copied.contains("Motion: nothing moves by itself: the processor draws"), "{copied}");
    assert!(!copied.to_lowercase().contains("bakery") && !copied.contains("ann@"), "{copied}");
    assert!(copied.contains("14:05:00 UTC+00:00  Read the list"), "{copied}");
    // The same lines in the same order, newest first, with the same times.
    let begins = |line: &&str| line.starts_with("14:05:00 UTC+00:00  ");
    let told = copied.find("Told, newest first").unwrap();
    let logged: Vec<&str> = copied[..told].lines().filter(begins).collect();
    let mut shown: Vec<String> = hand.words().lines().map(ToOwned::to_owned).collect();
    // The whole of a line, not what of it stands on one line of the page.
    shown.retain(|line| begins(&line.as_str()) && (line.contains(".") && !line.ends_with(' ')));
    shown.dedup();
    assert_eq!(logged.len(), 3, "{copied}");
    assert!(logged[0].contains("(address)") && shown[0].contains("ann@"), "{logged:?} {shown:?}");
    assert_eq!(logged[1], shown[1]);
    assert!(logged[2].contains("opened ") && shown[2].contains("bakery"), "{logged:?} {shown:?}");
}

#[test]
fn who_comes_back_is_told_what_to_look_at() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, folder) = bakery(home.path());
    hand.press("Close profile");
    hand.sees("New profile");
    let old = r#"{"situation.mx":{"id":"situation.mx","state":"passed","summary":"Fine.","expected":"","found":"","asked":"","at":"2026-01-01T00:00:00Z","meaning":"","action":""}}"#;
    std::fs::write(folder.join("evidence.json"), old).unwrap();
    hand.press("Open bakery.example");
    hand.sees("Since you left");
    hand.sees("more than a week old");
    hand.press("Seen: since you left");
    assert!(!hand.has("Since you left"));
}

#[test]
fn a_command_leads_to_a_field_that_was_folded_away() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    assert!(!hand.has("Read pasted list"));
    command(&mut hand, "paste list");
    hand.sees("Step 2 of 8");
    hand.sees("Read pasted list");
    hand.harness.event(eframe::egui::Event::Text("new.one@example.com".to_owned()));
    hand.harness.run_steps(2);
    hand.press("Read pasted list");
    hand.sees("Pasted list: what is in which column?");
}

#[test]
fn beside_the_steps_no_step_is_lit_and_the_way_back_is_marked() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    command(&mut hand, "settings");
    hand.sees("1 Situation: To do, where you were");
    hand.press("1 Situation: To do, where you were");
    hand.sees("Step 1 of 8");
    assert!(!hand.has("where you were"));
}
