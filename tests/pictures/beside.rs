//! What stands beside the steps: settings, messages, history, diagnostics, the
//! list of commands, the keys, the start page and what it says after a crash.

use eframe::egui::{self, Key, Modifiers, accesskit::Role::TextInput};
use egui_kittest::kittest::Queryable as _;

use super::{DIGITS, DOUBLE, Hand, NORMAL, drawn, pictures_folder, still, take};
use sdr_wizard::app::Beginning;

const CRASHED: &str = "This program ended by a mistake of its own the last time. Your profile is \
                       as it was at its last save. What is known of it is in \
                       /home/ann/.local/state/sdr-wizard/crash-report-told.txt; it names no \
                       address. Please send it to whoever helps you with this program.";

#[test]
fn the_pages_beside_the_steps_draw_by_day() {
    beside(egui::Theme::Light, "light", NORMAL);
    if pictures_folder().is_some() {
        beside(egui::Theme::Light, "light", DOUBLE);
    }
}

#[test]
fn the_pages_beside_the_steps_draw_by_night_and_twice_as_large() {
    beside(egui::Theme::Dark, "dark", DOUBLE);
    if pictures_folder().is_some() {
        beside(egui::Theme::Dark, "dark", NORMAL);
    }
}

fn beside(theme: egui::Theme, word: &str, (scale, size, end): (f32, [f32; 2], &str)) {
    let home = tempfile::tempdir().unwrap();
    let beginning = Beginning {
        drawn_by: "wgpu, Vulkan: llvmpipe".to_owned(),
        remarks: vec![CRASHED.to_owned()],
        ..still()
    };
    let mut hand = drawn(theme, scale, size, home.path(), beginning);
    let shown = |hand: &mut Hand, what: &str| take(hand, &format!("beside-{what}-{word}{end}"));
    hand.sees("ended by a mistake of its own");
    shown(&mut hand, "crash");
    hand.press("Dismiss: This start");
    shown(&mut hand, "start");
    hand.fill("Your mail domain", "firma.example");
    hand.press("Create profile");
    hand.sees("Step 1 of 8");
    command(&mut hand, "History");
    hand.sees("Nothing was changed yet");
    shown(&mut hand, "no-history");
    hand.keys(Modifiers::COMMAND, DIGITS[1]);
    hand.fill("Or add one person", "ann.lee@firma.example");
    hand.enter();
    hand.sees("1 person, 0 selected");
    hand.scroll_to_top("Search");
    shown(&mut hand, "people");
    // Still open for the next person.
    hand.fill("File with people", "/nowhere/at-all.csv");
    hand.press("Read file");
    hand.sees("Dismiss: ");
    shown(&mut hand, "message");
    hand.keys(Modifiers::COMMAND, Key::K);
    shown(&mut hand, "commands");
    hand.harness.get_by_role_and_label(TextInput, "Command").type_text("no such thing");
    hand.harness.run_steps(2);
    shown(&mut hand, "no-command");
    hand.keys(Modifiers::NONE, Key::Escape);
    hand.keys(Modifiers::NONE, Key::F1);
    shown(&mut hand, "keys");
    hand.keys(Modifiers::NONE, Key::Escape);
    for page in ["Settings", "Messages", "History", "Diagnostics"] {
        command(&mut hand, page);
        shown(&mut hand, &page.to_lowercase());
    }
    hand.harness.get_by_label("Log").scroll_to_me();
    shown(&mut hand, "log");
}

fn command(hand: &mut Hand, words: &str) {
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.harness.get_by_role_and_label(TextInput, "Command").type_text(words);
    hand.harness.run_steps(2);
    hand.enter();
    hand.harness.run_steps(2);
}
