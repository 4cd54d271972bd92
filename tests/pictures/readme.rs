//! The pictures of the README: every step with its answers, light and dark, at
//! 100 % and at 200 %. With `SDR_PICTURES=FOLDER` they are written to `readme`
//! in it, from where they go to `assets/screenshots/`.

use eframe::egui::{self, accesskit::Role::CheckBox};

use super::{DIGITS, DOUBLE, Hand, NORMAL, drawn, palette, pictures_folder, still};
use sdr_wizard::guide::Step;

/// What is done by hand outside of the program.
const OTHER_SIDE: [&str; 4] = [
    "Control panel: split domain routing",
    "Support: domain alias",
    "DNS host: subdomain MX",
    "Exchange: contacts imported",
];

/// What no check sees from outside.
const LOADED: &str = "I have done this for wave 1, Pilot: Run the scripts in the Exchange \
                      Management Shell, the preview first.";

const FOLLOWED: &str = "To chiara.rossi@example.com, from the Internet";

#[test]
fn every_step_by_day() {
    steps(egui::Theme::Light, "light", NORMAL);
}

#[test]
fn every_step_by_night() {
    steps(egui::Theme::Dark, "dark", NORMAL);
}

#[test]
fn every_step_by_day_twice_as_large() {
    steps(egui::Theme::Light, "light", DOUBLE);
}

#[test]
fn every_step_by_night_twice_as_large() {
    steps(egui::Theme::Dark, "dark", DOUBLE);
}

fn steps(theme: egui::Theme, word: &str, (scale, size, end): (f32, [f32; 2], &str)) {
    let home = tempfile::tempdir().unwrap();
    let mut hand = drawn(theme, scale, size, home.path(), still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    if !end.is_empty() {
        // One line in a window so short.
        hand.unfold("Practice world");
    }
    for switch in OTHER_SIDE {
        hand.click(CheckBox, switch);
    }
    hide_practice(&mut hand);
    go_to(&mut hand, Step::Forwards);
    hand.click(CheckBox, LOADED);
    check_all(&mut hand);
    for step in Step::ALL {
        go_to(&mut hand, step);
        show(&mut hand, step);
        take(&mut hand, &format!("{}-{word}{end}", step.slug()));
    }
    if end.is_empty() {
        hand.press("Practice panel");
        hand.unfold("Break something");
        hand.click(CheckBox, "Contact without a mailbox");
        hide_practice(&mut hand);
        check_all(&mut hand);
        go_to(&mut hand, Step::Flow);
        show(&mut hand, Step::Flow);
        hand.sees("A loop: it goes back to stop");
        take(&mut hand, &format!("flow-loop-{word}"));
    }
}

fn hide_practice(hand: &mut Hand) {
    if !hand.has("Hide practice panel") {
        hand.press("Menu");
    }
    hand.press("Hide practice panel");
}

fn check_all(hand: &mut Hand) {
    for step in Step::ALL {
        go_to(hand, step);
        if step == Step::People {
            let ask = "Ask the servers about each person";
            if hand.has(ask) {
                hand.press(ask);
                hand.sees("Asked.");
            }
        }
        hand.check();
    }
}

fn go_to(hand: &mut Hand, step: Step) {
    hand.keys(egui::Modifiers::COMMAND, DIGITS[usize::from(step.number()) - 1]);
    hand.sees(&format!("Step {} of 8", step.number()));
}

/// What of a page its picture is about: the answers, or what is made on it.
fn show(hand: &mut Hand, step: Step) {
    match step {
        Step::People | Step::Subdomain | Step::Forwards => hand.top(),
        Step::Flow => {
            hand.fill("To this address", "chiara.rossi@example.com");
            hand.enter();
            hand.sees(FOLLOWED);
            let whole = hand.has("Practice panel");
            hand.scroll_to_top(if whole { "Follow one message" } else { FOLLOWED });
        }
        _ => hand.scroll_to_top("We check"),
    }
    hand.quiet();
}

fn take(hand: &mut Hand, name: &str) {
    let image = super::picture(hand, name);
    if let Some(folder) = pictures_folder() {
        let folder = folder.join("readme");
        std::fs::create_dir_all(&folder).unwrap();
        return palette::write(&image, &folder.join(format!("{name}.png")));
    }
    // The README has it, of this size.
    let kept = format!("{}/assets/screenshots/{name}.png", env!("CARGO_MANIFEST_DIR"));
    let size = image::image_dimensions(&kept).unwrap_or_else(|why| panic!("{kept}: {why}"));
    assert_eq!(size, image.dimensions(), "{kept}");
}
