//! The window with a million people in it: processor time of each frame on the
//! drawing thread, while the list is scrolled, sorted, searched and changed. A frame is
//! what the window does from an event to the triangles for the graphics card,
//! with the tree for screen readers; the driver's own time is none of it.
//!
//! `cargo bench --all-features --bench million` (`PEOPLE=100000` for fewer)

#![allow(clippy::print_stdout, reason = "a bench that prints nothing measures nothing")]
#![allow(clippy::unwrap_used, reason = "a bench may stop where the world is not as it should be")]

#[path = "../tests/hand/mod.rs"]
mod hand;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use eframe::egui::{self, Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, TouchPhase};
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use hand::{Hand, builder, still, window_of};
use sdr_wizard::app::Beginning;
use sdr_wizard::plan::{Domain, Plan};
use sdr_wizard::profile;

/// What 99 of 100 frames have to stay below.
const LIMIT: Duration = Duration::from_millis(8);
/// Frames of each kind.
const FRAMES: usize = 600;

fn main() {
    let many = std::env::var("PEOPLE").ok().and_then(|many| many.parse().ok()).unwrap_or(1_000_000);
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("profiles/example.com");
    people(&folder, many);
    let beginning = Beginning { folder: Some(folder), ..still() };
    let mut hand = window_of(builder(), home.path(), beginning);
    hand.sees(" of 8");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.sees(&format!("{many} people, 0 selected."));
    hand.scroll_to_top("Search");

    let mut all = Vec::new();
    let table = hand.harness.get_by_label("Sort by address").rect().center();
    let table = table + egui::vec2(0.0, 120.0);
    hand.harness.hover_at(table);
    let wheel = |down: f32| Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        source: MouseWheelSource::Wheel,
        delta: egui::vec2(0.0, -down),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
    };
    all.extend(told("scrolling", frames(&mut hand, |hand, _| hand.harness.event(wheel(3.0)))));
    let headers = ["Name", "Home", "Address"];
    let sorting = frames(&mut hand, |hand, at| {
        if at % 60 == 0 {
            let header = headers[at / 60 % headers.len()];
            let sort = format!("Sort by {}", header.to_lowercase());
            named(hand, egui::accesskit::Role::Button, &sort).click();
        }
    });
    all.extend(told("sorting", sorting));
    hand.click(egui::accesskit::Role::TextInput, "Search");
    let typed = "ann.smith olaf kowalski 7 gisela";
    let typing = frames(&mut hand, |hand, at| {
        if at % 10 == 0 {
            match typed.chars().nth(at / 10 % (typed.len() + 8)) {
                Some(c) => hand.harness.event(Event::Text(c.to_string())),
                None => hand.harness.key_press(Key::Backspace),
            }
        }
    });
    all.extend(told("typing", typing));
    told("all of it", all);

    // Beside these: what a change of one person costs, with its save.
    hand.fill("Search", "");
    hand.until("everybody", |hand| hand.has(&format!("{many} people, 0 selected.")));
    named(&hand, egui::accesskit::Role::CheckBox, "Select ").click();
    hand.sees(&format!("{many} people, 1 selected."));
    let changing = frames(&mut hand, |hand, at| {
        if at % 60 == 0 {
            let home = ["Set to external", "Set to at host"][at / 60 % 2];
            hand.harness.get_by_label(home).click();
        }
    });
    told("changing", changing);
}

/// The first of those whose name begins so.
fn named<'h>(hand: &'h Hand, role: egui::accesskit::Role, front: &str) -> Node<'h> {
    let begins = |node: &Node<'_>| {
        node.accesskit_node().label().is_some_and(|label| label.starts_with(front))
    };
    hand.harness.query_all_by_role(role).find(begins).unwrap()
}

/// Half at the host, half outside, four waves; names as a directory has them.
fn people(folder: &Path, many: usize) {
    const FIRST: [&str; 8] = ["Ann", "Bob", "Carla", "Dieter", "Gisela", "Kofi", "Olaf", "Petra"];
    const LAST: [&str; 6] = ["Smith", "Okafor", "Novak", "Tanaka", "Kowalski", "Petrov"];
    let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    drop(profile::create(folder, plan).unwrap());
    let mut list = "\u{feff}address,display_name,first_name,last_name,home,wave\r\n".to_owned();
    for n in 0..many {
        let (first, last) = (FIRST[n % FIRST.len()], LAST[n / FIRST.len() % LAST.len()]);
        let home = if n % 2 == 0 { "host" } else { "external" };
        let wave = if n % 5 == 0 { String::new() } else { (n % 5).to_string() };
        let name = format!("{}.{}{n}", first.to_lowercase(), last.to_lowercase());
        writeln!(list, "{name}@example.com,{first} {last},{first},{last},{home},{wave}\r").unwrap();
    }
    std::fs::write(folder.join("roster.csv"), list).unwrap();
}

/// Each frame's time on the core, while `act` does something before each.
fn frames(hand: &mut Hand, mut act: impl FnMut(&mut Hand, usize)) -> Vec<Duration> {
    let frame = |at| {
        act(hand, at);
        let start = on_core();
        hand.harness.step();
        let shapes = hand.harness.output().shapes.clone();
        drop(hand.harness.ctx.tessellate(shapes, 1.0));
        let took = on_core() - start;
        // As long as a screen shows a frame: the engine answers meanwhile.
        std::thread::sleep(Duration::from_millis(8));
        took
    };
    (0..FRAMES).map(frame).collect()
}

fn told(what: &str, mut took: Vec<Duration>) -> Vec<Duration> {
    took.sort();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)];
    let within = took.iter().filter(|one| **one < LIMIT).count();
    println!(
        "{what:<10} {} frames: median {:.2?}, 99 of 100 below {:.2?}, the longest {:.2?}; {:.1} % below {LIMIT:?}",
        took.len(),
        at(50),
        at(99),
        at(100),
        within as f64 * 100.0 / took.len() as f64
    );
    took
}

/// How long this thread has been on a core.
#[cfg(unix)]
fn on_core() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    // Not the count in /proc: that stands still until the thread leaves the core.
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("a time that is not negative")
}

/// How long it has been going on, where there is no such count.
#[cfg(not(unix))]
fn on_core() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}
