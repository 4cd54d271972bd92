//! The window walked by role and name, as a screen reader would, on the real
//! engine: in the practice world, and with a profile on disk.

#![cfg(feature = "gui")]
// A test may stop where the world is not as it should be.
#![allow(clippy::unwrap_used)]

mod agreeing;
mod beside;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod full;
#[path = "../hand/mod.rs"]
mod hand;
mod host_key;
mod keeping;
mod key_store;
mod keyboard;
mod leaving;
mod mail;
mod narrow;
mod order;
mod outdated;
mod people;
mod playing;
mod preferring;
mod spelling;
mod starting;
mod told;
mod walk;
mod waves;

use std::path::Path;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hand::{Hand, still, window};
use sdr_wizard::app::Beginning;
use sdr_wizard::guide::{self, Step};

fn practising(home: &Path) -> Hand {
    let mut hand = window(home, still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand
}

/// The switches of all that is done by hand outside of the program.
const OTHER_SIDE: [&str; 4] = [
    "Control panel: split domain routing",
    "Support: domain alias",
    "DNS host: subdomain MX",
    "Exchange: contacts imported",
];

/// Everything that is done by hand outside of the program.
fn play_the_other_side(hand: &mut Hand) {
    for switch in OTHER_SIDE {
        hand.click(Role::CheckBox, switch);
    }
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    names
}

#[test]
fn practice_leads_through_all_eight_steps_to_files_on_disk() {
    let home = tempfile::tempdir().unwrap();
    let exports = home.path().join("exports");
    let mut hand = practising(home.path());
    play_the_other_side(&mut hand);
    for step in Step::ALL {
        hand.sees(&format!("Step {} of 8, {}", step.number(), step.title()));
        hand.check();
        // Findings are there, each with its state as a word, and none failed.
        hand.until("findings", |hand| hand.has("passed") || hand.has(" done."));
        assert!(!hand.has("1 failed"), "{step:?}:\n{}", hand.words());
        match step {
            Step::Forwards => {
                hand.fill("Folder for the files", &exports.display().to_string());
                hand.press("Export Wave 1, Pilot");
                hand.sees("files written");
            }
            Step::Flow => hand.sees("ways end where the plan wants them"),
            Step::Cutover => {
                hand.press("Write run-book");
                hand.sees("Open run-book");
            }
            _ => {}
        }
        if let Some(next) = step.next() {
            hand.press(&format!("Next: {}", next.title()));
        }
    }
    let files = files_below(&exports);
    for end in [".csv", ".ps1", ".md", ".html", "manifest.json"] {
        assert!(files.iter().any(|name| name.ends_with(end)), "{end} is missing: {files:?}");
    }
}

#[test]
fn a_check_turns_when_the_other_side_acts() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num4);
    hand.sees("Step 4 of 8");
    hand.check();
    hand.sees("failed");
    hand.click(Role::CheckBox, "Control panel: split domain routing");
    hand.check();
    hand.until("no failure", |hand| !hand.has("failed.") && !hand.has("1 failed"));
    hand.keys(Modifiers::ALT, Key::ArrowRight);
    hand.sees("Step 5 of 8");
    hand.keys(Modifiers::ALT, Key::ArrowLeft);
    hand.sees("Step 4 of 8");
}

#[test]
fn a_profile_comes_back_with_everything_that_was_entered() {
    let home = tempfile::tempdir().unwrap();
    let list = home.path().join("people.csv");
    std::fs::write(
        &list,
        "address,display_name\nann@bakery.example,Ann Lee\nbob@bakery.example,Bob Ray\nno address here,Cid\n",
    )
    .unwrap();
    let profile = {
        let mut hand = window(home.path(), still());
        hand.fill("Your mail domain", "https://www.Bakery.example/");
        hand.sees("Understood as bakery.example");
        hand.press("Create profile");
        hand.sees("Step 1 of 8");
        hand.click(
            Role::RadioButton,
            "Does the host's control panel show Split Domain for this domain: It is there",
        );
        hand.press("Next: People");
        hand.fill("File with people", &list.display().to_string());
        hand.press("Read file");
        hand.sees("what is in which column");
        hand.press("Take these people");
        hand.sees("2 added");
        hand.sees("Line 4");
        hand.click(Role::CheckBox, "Select ann@bakery.example");
        hand.sees("1 selected");
        hand.press("Move in wave 1");
        hand.sees("External, moves in wave 1");
        hand.press("Next: External server");
        hand.fill("External mail server", "Mail.Bakery.example.");
        hand.fill("Verification address", "bob@bakery.example");
        hand.tab();
        assert_eq!(hand.value("External mail server"), "mail.bakery.example");
        hand.sees("Saved 14:05");
        let folder = std::fs::read_dir(home.path().join("profiles")).unwrap().next().unwrap();
        let folder = folder.unwrap().path();
        hand.press("Close profile");
        hand.sees("New profile");
        hand.sees("Open bakery.example");
        folder
    };
    let roster = std::fs::read_to_string(profile.join("roster.csv")).unwrap();
    assert!(roster.contains("ann@bakery.example"), "{roster}");

    // The panel and the people are settled and no server was asked yet: that is where work waits.
    let saved = sdr_wizard::profile::open(&profile).unwrap();
    let step = guide::opening_step(&saved.plan, &saved.evidence);
    drop(saved);
    assert_eq!(step, Step::Server);
    let again = Beginning { folder: Some(profile), ..still() };
    let mut hand = window(home.path(), again);
    hand.sees(&format!("Step {} of 8, {}", step.number(), step.title()));
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.sees("Step 3 of 8");
    assert_eq!(hand.value("External mail server"), "mail.bakery.example");
    assert_eq!(hand.value("Verification address"), "bob@bakery.example");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.sees("External, moves in wave 1");
    hand.sees("Bob Ray");
}

#[test]
fn what_can_not_be_taken_is_said_in_a_sentence_and_stays_in_the_field() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), still());
    hand.press("Create profile");
    hand.sees("Enter a name such as example.com.");
    hand.fill("Your mail domain", "a b");
    hand.press("Create profile");
    hand.sees("a name has no spaces");
    assert_eq!(hand.value("Your mail domain"), "a b");

    hand.fill("Your mail domain", "bakery.example");
    hand.enter();
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.fill("Verification address", "ann");
    hand.tab();
    hand.sees("“ann” has no @");
    assert_eq!(hand.value("Verification address"), "ann");
    hand.keys(Modifiers::COMMAND, Key::Num5);
    hand.fill("Routing subdomain", "bakery.example");
    hand.tab();
    hand.sees("stay as they are; choose a name below it");
    hand.sees("Saved 14:05");
    let folder = std::fs::read_dir(home.path().join("profiles")).unwrap().next().unwrap();
    let folder = folder.unwrap().path();
    hand.press("Close profile");
    hand.sees("New profile");
    drop(hand);

    // Closed and opened again: still as typed, with its sentence.
    let mut hand = window(home.path(), Beginning { folder: Some(folder), ..still() });
    hand.until("a step", |hand| hand.has(" of 8, "));
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.sees("“ann” has no @");
    assert_eq!(hand.value("Verification address"), "ann");
    hand.keys(Modifiers::COMMAND, Key::Num5);
    assert_eq!(hand.value("Routing subdomain"), "bakery.example");
}

#[test]
fn next_says_what_is_in_the_way_and_goes_to_that_field() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), still());
    hand.fill("Your mail domain", "bakery.example");
    hand.press("Create profile");
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.press("Next: Split Domain Routing");
    hand.sees("Before the next step");
    hand.sees("Step 3 of 8");
    let field = hand.harness.get_by_role_and_label(Role::TextInput, "External mail server");
    assert!(field.is_focused());
}

#[test]
fn a_quiet_window_asks_for_no_repaint() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    for step in Step::ALL {
        let name = format!("{} {}: ", step.number(), step.title());
        let row = hand.harness.query_all_by_role(Role::Button).find(|node| {
            node.accesskit_node().label().is_some_and(|label| label.starts_with(&name))
        });
        row.expect("a row of the step list").click();
        hand.harness.run_steps(3);
        hand.sees(&format!("Step {} of 8", step.number()));
        hand.until("an audit", |hand| !hand.has("Following every address"));
        // Settles: `run` panics when frame after frame asks for another.
        hand.harness.run();
        let asked =
            hand.harness.output().viewport_output.values().map(|out| out.repaint_delay).min();
        let soon = std::time::Duration::from_secs(3600);
        assert!(asked.is_some_and(|delay| delay > soon), "{step:?}: {asked:?}");
    }
}
