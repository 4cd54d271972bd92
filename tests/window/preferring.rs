//! What the user prefers holds the next time, too.

use eframe::egui::{Key, Modifiers, Theme, accesskit};
use sdr_wizard::app::{Beginning, Times};
use sdr_wizard::profile::{self, Preferences};

use super::{still, window};

/// As the launcher does it: what lies in the settings folder goes in.
fn the_next_start(home: &std::path::Path) -> Beginning {
    let (preferences, remarks) = Preferences::load(&home.join("settings"));
    Beginning { preferences, remarks, ..still() }
}

#[test]
fn theme_and_size_that_were_chosen_hold_the_next_time() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), the_next_start(home.path()));
    hand.press("Theme: System");
    hand.press("Theme: Light");
    hand.sees("Theme: Dark");
    hand.keys(Modifiers::COMMAND, Key::Plus);
    hand.harness.run_steps(3);
    drop(hand);
    let kept = Preferences::load(&home.path().join("settings"));
    assert_eq!(kept.1, [""; 0]);
    assert_eq!((kept.0.theme, kept.0.scale), (profile::Theme::Dark, 110));

    let mut hand = window(home.path(), the_next_start(home.path()));
    hand.sees("Theme: Dark");
    assert_eq!(hand.harness.ctx.theme(), Theme::Dark);
    assert!((hand.harness.ctx.zoom_factor() - 1.1).abs() < 0.001);
}

#[test]
fn what_could_not_be_read_at_the_start_is_on_screen_and_stays_on_disk() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("settings")).unwrap();
    let file = home.path().join("settings/preferences.toml");
    std::fs::write(&file, "theme = \"purple\"\n").unwrap();
    let mut hand = window(home.path(), the_next_start(home.path()));
    hand.sees("theme: “purple” can't be read");
    drop(hand);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "theme = \"purple\"\n");
}

#[test]
fn a_choice_that_can_not_be_kept_is_told_and_holds_meanwhile() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("settings"), "a file in place of the folder").unwrap();
    let mut hand = window(home.path(), still());
    hand.press("Theme: System");
    hand.sees("It holds until the window is closed");
    hand.sees("Theme: Light");
    assert_eq!(hand.harness.ctx.theme(), Theme::Light);
}

#[test]
fn settings_are_judged_when_they_are_left_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), the_next_start(home.path()));
    hand.keys(Modifiers::COMMAND, Key::Comma);
    hand.sees("Asking the world");
    hand.fill("Resolvers", "dns.example.com");
    hand.tab();
    hand.sees("is no address of a name server");
    hand.fill("Resolvers", "192.0.2.53");
    hand.fill("Seconds to wait for a mail server", "60");
    hand.fill("Time zone", "Berlin");
    hand.tab();
    hand.sees("Did you mean Europe/Berlin?");
    hand.fill("Time zone", "asia/tokyo");
    hand.tab();
    hand.click(accesskit::Role::RadioButton, "How the window is drawn: glow");
    hand.press("Back");
    hand.sees("New profile");
    drop(hand);
    let (kept, remarks) = Preferences::load(&home.path().join("settings"));
    assert_eq!(remarks, [""; 0]);
    assert_eq!(kept.resolvers, ["192.0.2.53:53".parse().unwrap()]);
    assert_eq!(kept.reply_timeout.as_secs(), 60);
    assert_eq!(kept.time_zone.name(), "Asia/Tokyo");
    assert_eq!(kept.renderer, Some(profile::Renderer::Glow));
}

#[test]
fn times_are_those_of_the_zone_that_was_chosen() {
    let home = tempfile::tempdir().unwrap();
    // With a running clock, as outside of pictures.
    let mut hand = window(home.path(), Beginning::default());
    hand.keys(Modifiers::COMMAND, Key::Comma);
    for (zone, offset) in [("Asia/Kathmandu", "UTC+05:45"), ("UTC", "UTC+00:00")] {
        hand.fill("Time zone", zone);
        hand.tab();
        hand.sees(offset);
    }
    drop(hand);
    let mut hand =
        window(home.path(), Beginning { times: Times::default(), ..the_next_start(home.path()) });
    hand.keys(Modifiers::COMMAND, Key::Comma);
    hand.sees("UTC+00:00");
    assert_eq!(hand.value("Time zone"), "UTC");
}
