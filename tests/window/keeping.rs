//! Nothing that was typed goes without a word.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use sdr_wizard::app::Beginning;

use super::{practising, still, window};

pub(crate) fn bakery(home: &std::path::Path) -> (super::Hand, std::path::PathBuf) {
    let mut hand = window(home, still());
    hand.fill("Your mail domain", "bakery.example");
    hand.press("Create profile");
    hand.sees("Step 1 of 8");
    let folder = std::fs::read_dir(home.join("profiles")).unwrap().next().unwrap();
    (hand, folder.unwrap().path())
}

#[test]
fn a_profile_that_can_not_be_saved_is_not_closed_without_a_word() {
    let home = tempfile::tempdir().unwrap();
    let (mut hand, folder) = bakery(home.path());
    std::fs::rename(&folder, home.path().join("elsewhere")).unwrap();
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.fill("External mail server", "mail.bakery.example");
    hand.press("Close profile");
    hand.sees("The profile stays open so that nothing is lost");
    assert_eq!(hand.value("External mail server"), "mail.bakery.example");

    // The folder is back: the same button saves and leaves.
    std::fs::rename(home.path().join("elsewhere"), &folder).unwrap();
    hand.fill("Verification address", "vera@bakery.example");
    hand.tab();
    hand.sees("Saved 14:05");
    assert!(!hand.has("Not saved"));
    hand.press("Close profile");
    hand.sees("New profile");
    let saved = std::fs::read_to_string(folder.join("profile.toml")).unwrap();
    assert!(saved.contains("mail.bakery.example") && saved.contains("vera@bakery.example"));
}

#[test]
fn a_second_window_says_that_it_can_change_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (first, folder) = bakery(home.path());
    let mut second = window(home.path(), Beginning { folder: Some(folder), ..still() });
    second.until("a step", |hand| hand.has(" of 8, "));
    second.keys(Modifiers::COMMAND, Key::Num1);
    second.click(Role::RadioButton, "How long will the domain be split: Permanent");
    second.sees("This profile is open in another window");

    // The other window is gone: this one may write.
    drop(first);
    second.press("Open again for writing");
    second.until("a profile that takes edits", |hand| !hand.has("Read-only"));
    second.keys(Modifiers::COMMAND, Key::Num1);
    second.click(Role::RadioButton, "How long will the domain be split: Permanent");
    second.sees("Saved 14:05");
}

#[test]
fn a_practice_server_that_passes_unknown_addresses_on_says_so_of_itself() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.unfold("Break something");
    hand.click(Role::CheckBox, "Both systems pass unknown addresses on");
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.check();
    hand.sees("With Split Domain Routing on, both systems pass unknown addresses to each other.");
}
