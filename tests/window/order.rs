//! The order of the actions, moved and judged.

use eframe::egui::{Key, Modifiers};

use egui_kittest::kittest::Queryable as _;

use super::practising;

/// The order on screen, judged safe.
fn order_on_screen(home: &std::path::Path) -> super::Hand {
    let mut hand = practising(home);
    hand.press("Hide practice panel");
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Step 7 of 8");
    hand.unfold("In which order things are done");
    hand.until("a verdict", |hand| hand.has("This order is safe") || hand.has("Refused: "));
    assert!(hand.has("This order is safe"), "{}", hand.words());
    hand
}

#[test]
fn an_action_that_comes_too_early_is_refused_by_name_and_a_safe_order_offered() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = order_on_screen(home.path());
    // A wave moves before its contacts are there, step by step earlier.
    let early = "Earlier: wave 2 moves";
    let mut refused = false;
    for _ in 0..12 {
        if !hand.has(early) {
            break;
        }
        hand.press(early);
        hand.until("a verdict", |hand| hand.has("This order is safe") || hand.has("Refused: "));
        refused = hand.has("Refused: ");
        if refused {
            break;
        }
    }
    assert!(refused, "{}", hand.words());
    hand.press("Take the shortest safe order");
    hand.sees("This order is safe");
}

#[test]
fn an_action_is_dragged_to_another_place() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = order_on_screen(home.path());
    hand.scroll_to_top("In which order things are done");
    let place = |hand: &super::Hand, words: &str| {
        hand.harness.get_all_by_label(words).next().unwrap().rect().center()
    };
    let from = place(&hand, "Wave 2 moves");
    let to = place(&hand, "Split domain routing is switched on");
    hand.harness.drag_at(from);
    hand.harness.run_steps(2);
    hand.harness.hover_at(from.lerp(to, 0.5));
    hand.harness.run_steps(2);
    hand.harness.hover_at(to);
    hand.harness.run_steps(2);
    hand.harness.drop_at(to);
    hand.harness.run_steps(2);
    hand.sees("Refused: wave 2 moves");
}
