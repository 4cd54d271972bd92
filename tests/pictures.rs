//! Pictures of the window for the README, and a look at both themes: drawn
//! without a display by the software renderer. With `SDR_PICTURES=FOLDER` they
//! are written there; without it the test only sees to it that they are not blank.

#![cfg(feature = "gui")]
// A test may stop where the world is not as it should be.
#![allow(clippy::unwrap_used)]

mod hand;

use eframe::egui::{self, accesskit::Role::CheckBox};
use egui_kittest::kittest::Queryable as _;
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

fn take(hand: &mut Hand, name: &str) {
    // No button under the pointer, none with the focus of the last click.
    hand.harness.remove_cursor();
    hand.harness.run_steps(3);
    let image = hand.harness.render().expect("lavapipe draws");
    assert!(is_not_blank(&image), "{name} is blank");
    if let Some(folder) = pictures_folder() {
        std::fs::create_dir_all(&folder).unwrap();
        image.save(folder.join(format!("{name}.png"))).unwrap();
    }
}

#[test]
fn every_page_draws_in_both_themes() {
    for (theme, word) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
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
            if step == Step::People {
                hand.press("Ask the servers about each person");
                hand.sees("Asked.");
            }
            hand.check();
            hand.until("a quiet window", |hand| !hand.has("Following every address"));
            // The names that the README shows come first: checked for the
            // server, the top of the page for the others.
            let (checked, top) = match step {
                Step::Server => ("server".to_owned(), "server-top".to_owned()),
                Step::Flow => ("flow-checked".to_owned(), "flow-audit".to_owned()),
                other => (format!("{}-checked", other.slug()), other.slug().to_owned()),
            };
            take(&mut hand, &format!("{checked}-{word}"));
            for (at, card) in [
                (Step::Flow, "Everybody at once"),
                (Step::Flow, "Explain a bounce"),
                (Step::Flow, "The path that it really took"),
                (Step::Server, "Test from another machine"),
            ] {
                if at == step {
                    if step == Step::Server {
                        hand.unfold(card);
                    }
                    hand.harness.get_by_label(card).scroll_to_me();
                    hand.harness.run_steps(3);
                    take(&mut hand, &format!("{}-{word}", card.to_lowercase().replace(' ', "-")));
                }
            }
            if step == Step::Flow {
                hand.unfold("In which order things are done");
                hand.until("a verdict", |hand| {
                    hand.has("This order is safe") || hand.has("Refused: ")
                });
                hand.harness.get_by_label("In which order things are done").scroll_to_me();
                hand.harness.run_steps(3);
                take(&mut hand, &format!("order-{word}"));
            }
            hand.top();
            take(&mut hand, &format!("{top}-{word}"));
        }
    }
}

#[test]
fn the_pages_beside_the_steps_draw_in_both_themes() {
    for (theme, word) in [(egui::Theme::Light, "light"), (egui::Theme::Dark, "dark")] {
        let home = tempfile::tempdir().unwrap();
        let mut hand = drawn(theme, 1.0, [1100.0, 760.0], home.path(), still());
        hand.press("Practise with example.com");
        hand.sees("Step 1 of 8");
        hand.press("Hide practice panel");
        hand.keys(egui::Modifiers::COMMAND, DIGITS[1]);
        hand.unfold("Bring more people in");
        hand.fill("File with people", "/nowhere/at-all.csv");
        hand.press("Read file");
        hand.sees("Dismiss: ");
        take(&mut hand, &format!("beside-message-{word}"));
        hand.keys(egui::Modifiers::COMMAND, egui::Key::K);
        take(&mut hand, &format!("beside-commands-{word}"));
        hand.keys(egui::Modifiers::NONE, egui::Key::Escape);
        for page in ["Settings", "Messages", "Diagnostics"] {
            hand.keys(egui::Modifiers::COMMAND, egui::Key::K);
            let field =
                hand.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "Command");
            field.type_text(page);
            hand.harness.run_steps(2);
            hand.enter();
            hand.harness.run_steps(2);
            take(&mut hand, &format!("beside-{}-{word}", page.to_lowercase()));
        }
    }
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

#[test]
fn a_followed_message_and_large_letters_draw() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = drawn(egui::Theme::Light, 1.0, [1100.0, 760.0], home.path(), still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.press("Hide practice panel");
    hand.press("Practice panel");
    for switch in [
        "Control panel: split domain routing",
        "Support: domain alias",
        "DNS host: subdomain MX",
        "Exchange: contacts imported",
    ] {
        hand.click(CheckBox, switch);
    }
    for (fault, name) in [(false, "flow-light"), (true, "flow-loop-light")] {
        if fault {
            hand.press("Practice panel");
            hand.unfold("Break something");
            hand.click(CheckBox, "Contact without a mailbox");
        }
        for step in [2, 3, 4, 5, 6, 7] {
            hand.keys(egui::Modifiers::COMMAND, DIGITS[step - 1]);
            hand.sees(&format!("Step {step} of 8"));
            hand.check();
        }
        hand.press("Hide practice panel");
        hand.fill("To this address", "chiara.rossi@example.com");
        hand.enter();
        hand.until("an audit", |hand| !hand.has("Following every address"));
        hand.harness.get_by_label_contains("Picture of the way").scroll_to_me();
        hand.harness.run_steps(3);
        // The page must say what the picture shows.
        assert_eq!(hand.has("A loop: it goes back to stop"), fault);
        take(&mut hand, name);
    }
    let mut hand = drawn(egui::Theme::Dark, 2.0, [900.0, 600.0], home.path(), still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.press("Hide practice panel");
    take(&mut hand, "small-situation-200-dark");
    hand.keys(egui::Modifiers::COMMAND, egui::Key::Num2);
    hand.sees("Step 2 of 8");
    hand.press("Select all shown");
    take(&mut hand, "small-people-200-dark");
    // 1024 x 768 at 200 %.
    let mut hand = drawn(egui::Theme::Light, 2.0, [512.0, 384.0], home.path(), still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand.press("Menu");
    hand.press("Hide practice panel");
    hand.keys(egui::Modifiers::COMMAND, egui::Key::Num2);
    take(&mut hand, "narrow-people-200-light");
    hand.keys(egui::Modifiers::COMMAND, egui::Key::Num3);
    hand.check();
    take(&mut hand, "narrow-server-200-light");
}

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
