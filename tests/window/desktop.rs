//! The desktop's own settings, told by a portal on a real session bus: colours
//! and motion follow it, also when they change. Each in a process of its own,
//! because the bus is found by the environment.

use std::collections::HashMap;
use std::process::{Command, Stdio};

use eframe::egui::{Theme, ThemePreference};
use sdr_wizard::engine;
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{OwnedValue, Value};

use super::hand::{builder, window_after};
use super::key_store::again;
use super::*;

const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const APPEARANCE: &str = "org.freedesktop.appearance";

type Settings = HashMap<String, HashMap<String, OwnedValue>>;

/// A portal as small as it can be, with the words of the real one.
struct Portal;

#[zbus::interface(name = "org.freedesktop.portal.Settings")]
impl Portal {
    fn read_all(&self, namespaces: Vec<String>) -> Settings {
        assert!(namespaces.contains(&APPEARANCE.to_owned()), "{namespaces:?}");
        let dark = [("color-scheme".to_owned(), OwnedValue::from(1u32))];
        HashMap::from([(APPEARANCE.to_owned(), HashMap::from(dark))])
    }
}

fn change(portal: &Connection, key: &str, value: u32) {
    let changed = (APPEARANCE, key, Value::from(value));
    portal.emit_signal(None::<()>, PATH, SETTINGS, "SettingChanged", &changed).unwrap();
}

fn on_a_bus(test: &str) {
    let there = Command::new("dbus-run-session").arg("--version").stdout(Stdio::null()).status();
    if there.is_err() {
        assert!(std::env::var_os("CI").is_none(), "dbus-run-session is not installed");
        eprintln!("SKIPPED: dbus-run-session is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    again(&["dbus-run-session", "--"], &format!("desktop::{test}"), home.path());
}

fn listening(home: &std::path::Path) -> Hand {
    let hand = window_after(builder(), home, still(), vec![engine::Command::WatchDesktop]);
    // As the window library on Linux has it: the system tells no theme.
    hand.harness.ctx.set_theme(ThemePreference::System);
    hand
}

#[test]
fn colours_and_motion_are_those_of_the_desktop() {
    on_a_bus("with_a_portal");
}

#[test]
#[ignore = "run by the test above, with a bus of its own"]
fn with_a_portal() {
    let bus = connection::Builder::session().unwrap();
    let bus = bus.serve_at(PATH, Portal).unwrap().name("org.freedesktop.portal.Desktop").unwrap();
    let portal = bus.build().unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut hand = listening(home.path());
    let theme = |hand: &Hand| hand.harness.ctx.theme();
    hand.until("a dark window", |hand| theme(hand) == Theme::Dark);
    change(&portal, "color-scheme", 2);
    hand.until("a light window", |hand| theme(hand) == Theme::Light);
    change(&portal, "color-scheme", 1);
    hand.until("a dark window", |hand| theme(hand) == Theme::Dark);

    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Next stop");
    hand.until("a way to play", |hand| hand.harness.query_by_label("Play").is_some());
    change(&portal, "reduced-motion", 1);
    hand.until("nothing to play", |hand| hand.harness.query_by_label("Play").is_none());
    change(&portal, "reduced-motion", 0);
    hand.until("a way to play", |hand| hand.harness.query_by_label("Play").is_some());

    // What was chosen in the window counts more.
    hand.press("Theme: System");
    hand.until("a light window", |hand| theme(hand) == Theme::Light);
    // The desktop goes, and nobody asks after it.
    drop(portal);
    hand.harness.run();
    let asked = hand.harness.output().viewport_output.values().map(|out| out.repaint_delay).min();
    assert!(asked.is_none_or(|delay| delay > std::time::Duration::from_secs(3600)), "{asked:?}");
}

#[test]
fn a_bus_without_a_portal_leaves_the_window_as_it_is() {
    on_a_bus("without_a_portal");
}

#[test]
#[ignore = "run by the test above, with a bus of its own"]
fn without_a_portal() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = listening(home.path());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.check();
    assert_eq!(hand.harness.ctx.theme(), Theme::Light);
    // One that comes later is heard.
    let portal = connection::Builder::session().unwrap();
    let portal = portal.name("org.freedesktop.portal.Desktop").unwrap().build().unwrap();
    change(&portal, "color-scheme", 1);
    hand.until("a dark window", |hand| hand.harness.ctx.theme() == Theme::Dark);
}
