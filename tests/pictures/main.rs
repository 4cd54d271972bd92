//! Pictures of the window, for the README and for a look at it: drawn without a
//! display by the software renderer. With `SDR_PICTURES=FOLDER` they are written
//! there; without it the tests only see to it that they are not blank.

#![cfg(feature = "gui")]
// A test may stop where the world is not as it should be.
#![allow(clippy::unwrap_used)]

mod beside;
#[path = "../hand/mod.rs"]
mod hand;
mod palette;
mod readme;

use eframe::App as _;
use eframe::egui::{self, accesskit::Role::CheckBox};
use hand::{Hand, builder, pictures_folder, still, window_of};
use sdr_wizard::app::Beginning;
use sdr_wizard::guide::Step;

fn drawn(
    theme: egui::Theme,
    scale: f32,
    size: [f32; 2],
    home: &std::path::Path,
    beginning: Beginning,
) -> Hand {
    let builder = builder()
        .with_size(size)
        .with_theme(theme)
        .with_pixels_per_point(scale)
        .with_render_cursor(false)
        .wgpu();
    window_of(builder, home, beginning)
}

/// More than a few colours, and not one that covers nearly everything.
fn is_not_blank(image: &image::RgbaImage) -> bool {
    let mut counts = std::collections::HashMap::new();
    for pixel in image.pixels() {
        *counts.entry(pixel.0).or_insert(0usize) += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    counts.len() > 50 && most * 100 < image.pixels().len() * 97
}

fn picture(hand: &mut Hand, name: &str) -> image::RgbaImage {
    // No button under the pointer, none with the focus of the last click.
    hand.harness.remove_cursor();
    hand.harness.run_steps(3);
    let mut image = hand.harness.render().expect("lavapipe draws");
    clear(&mut image, hand);
    assert!(is_not_blank(&image), "{name} is blank");
    image
}

/// Puts behind it what the window is cleared with: the harness clears with
/// nothing. Colours are premultiplied.
fn clear(image: &mut image::RgbaImage, hand: &Hand) {
    let visuals = hand.harness.ctx.global_style().visuals.clone();
    let ground = hand.harness.state().clear_color(&visuals);
    for pixel in image.pixels_mut() {
        let through = f32::from(255 - pixel.0[3]);
        for (part, ground) in pixel.0.iter_mut().zip(ground) {
            *part = part.saturating_add((ground * through).round() as u8);
        }
    }
}

fn take(hand: &mut Hand, name: &str) {
    let image = picture(hand, name);
    if let Some(folder) = pictures_folder() {
        std::fs::create_dir_all(&folder).unwrap();
        palette::write(&image, &folder.join(format!("{name}.png")));
    }
}

#[test]
fn half_way_every_page_draws_by_day() {
    half_way(egui::Theme::Light, "light");
}

#[test]
fn half_way_every_page_draws_by_night() {
    half_way(egui::Theme::Dark, "dark");
}

/// The window as somebody meets it who has done half of it: what is missing is
/// among the answers.
fn half_way(theme: egui::Theme, word: &str) {
    let home = tempfile::tempdir().unwrap();
    let mut hand = drawn(theme, 1.0, [1100.0, 760.0], home.path(), still());
    take(&mut hand, &format!("start-{word}"));
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    for switch in ["Control panel: split domain routing", "DNS host: subdomain MX"] {
        hand.click(CheckBox, switch);
    }
    for step in Step::ALL {
        hand.keys(egui::Modifiers::COMMAND, DIGITS[usize::from(step.number()) - 1]);
        hand.sees(&format!("Step {} of 8", step.number()));
        take(&mut hand, &format!("half-{}-{word}", step.slug()));
        hand.check();
        take(&mut hand, &format!("half-{}-checked-{word}", step.slug()));
        match step {
            Step::Server => {
                let card = "Test from another machine";
                hand.unfold(card);
                hand.scroll_to_top(card);
                take(&mut hand, &format!("half-elsewhere-{word}"));
            }
            Step::Flow => flow(&mut hand, word),
            _ => {}
        }
    }
}

/// What is below the audit.
fn flow(hand: &mut Hand, word: &str) {
    hand.scroll_to_top("Everybody at once");
    take(hand, &format!("half-everybody-{word}"));
    hand.unfold("In which order things are done");
    hand.until("a verdict", |hand| hand.has("This order is safe") || hand.has("Refused: "));
    hand.scroll_to_top("In which order things are done");
    take(hand, &format!("half-order-{word}"));
    let bounce = "550 5.1.1 <ann@example.com>: User unknown in relay recipient table (G8)";
    hand.paste("A bounce, a server's reply or a line of a mail log", bounce);
    hand.press("Explain");
    hand.sees("The host knows the address neither as a mailbox");
    hand.scroll_to_top("Explain a bounce");
    take(hand, &format!("half-bounce-{word}"));
    hand.fill("To this person", "karen.mills@example.com");
    let headers = "Received: from desk.example.org by mail.example.com with ESMTPS; \
                   Mon, 02 Mar 2026 09:00:02 +0000";
    hand.paste("Headers of the message that arrived", headers);
    hand.press("Draw its path");
    hand.sees("The message took the way that the model expects");
    hand.scroll_to_top("The path that it really took");
    take(hand, &format!("half-path-{word}"));
}

#[test]
fn a_second_list_and_both_sides_draw_in_both_themes() {
    for (theme, word) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        let home = tempfile::tempdir().unwrap();
        let list = home.path().join("list.csv");
        let people = "address,display_name,department,aliases\n\
            new.one@example.com,New One,Sales,\n\
            ann.lee@example.com,Ann Lee-Smith,Sales,sales@example.com\n";
        std::fs::write(&list, people).unwrap();
        let mut hand = drawn(theme, 1.0, [1100.0, 1700.0], home.path(), still());
        hand.press("Practise with example.com");
        hand.sees("Step 1 of 8");
        hand.press("Hide practice panel");
        hand.keys(egui::Modifiers::COMMAND, DIGITS[6]);
        hand.check();
        hand.keys(egui::Modifiers::COMMAND, DIGITS[1]);
        hand.unfold("Bring more people in");
        hand.fill("File with people", &list.display().to_string());
        hand.press("Read file");
        hand.sees("list.csv: what is in which column?");
        take(&mut hand, &format!("people-columns-{word}"));
        hand.press("Show what would change");
        hand.sees("list.csv: what would change?");
        take(&mut hand, &format!("people-changes-{word}"));
        hand.press("Take these changes");
        hand.sees("brought up to date");
        hand.press("Select all shown");
        hand.press("Set to at host");
        hand.press("Compare both sides");
        hand.sees("At the host by the plan, but without a mailbox there");
        take(&mut hand, &format!("people-compared-{word}"));
    }
}

/// How large things are drawn, into how many points, and what ends the names.
/// At 200 % a screen of 1024 x 768 has half as many points: the smallest
/// window that has to serve.
const NORMAL: (f32, [f32; 2], &str) = (1.0, [1100.0, 760.0], "");
const DOUBLE: (f32, [f32; 2], &str) = (2.0, [512.0, 384.0], "-200");

const DIGITS: [egui::Key; 8] = [
    egui::Key::Num1,
    egui::Key::Num2,
    egui::Key::Num3,
    egui::Key::Num4,
    egui::Key::Num5,
    egui::Key::Num6,
    egui::Key::Num7,
    egui::Key::Num8,
];
