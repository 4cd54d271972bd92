//! Where room is scarce: small windows, large letters.

use eframe::egui::{Key, Modifiers, Shape, accesskit::Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sdr_wizard::guide::Step;

use super::hand::{self, Hand};
use super::still;

#[test]
fn the_small_window_and_large_letters_still_show_back_and_next() {
    // The last is 1024 x 768 at 200 %.
    for (size, scale) in [
        ([900.0, 600.0], 1.0),
        ([1024.0, 768.0], 1.0),
        ([900.0, 600.0], 2.0),
        ([512.0, 384.0], 2.0),
    ] {
        let home = tempfile::tempdir().unwrap();
        let builder = hand::builder().with_size(size).with_pixels_per_point(scale);
        let mut hand = hand::window_of(builder, home.path(), still());
        hand.press("Practise with example.com");
        hand.sees("Step 1 of 8");
        hand.press("Next: People");
        hand.sees("Step 2 of 8");
        if size[0] < 720.0 {
            hand.press("Menu");
        }
        let mut seen = Vec::new();
        for name in ["Back", "Next: External server", "Close profile", "Commands"] {
            let rect = hand.harness.get_by_role_and_label(Role::Button, name).rect();
            assert!(
                rect.min.x >= 0.0 && rect.max.x <= size[0] && rect.max.y <= size[1],
                "{name} {rect:?}"
            );
            seen.push(rect);
        }
        let domain = hand.harness.get_all_by_label("example.com").next().unwrap().rect();
        for other in &seen {
            assert!(!domain.intersects(*other), "the name {domain:?} lies under {other:?}");
        }
        // The list of keys and the list of commands stay within the window.
        for (modifiers, key, last) in [
            (Modifiers::NONE, Key::F1, "Close"),
            (Modifiers::COMMAND, Key::K, "Step 3: External server"),
        ] {
            hand.keys(Modifiers::NONE, Key::Escape);
            hand.keys(modifiers, key);
            hand.harness.run_steps(3);
            let rect = hand.harness.get_by_role_and_label(Role::Button, last).rect();
            assert!(rect.max.x <= size[0] && rect.max.y <= size[1], "{last} {rect:?}");
        }
        // It is there to be clicked, not below the end of a short list.
        hand.harness.get_by_role_and_label(Role::Button, "Step 3: External server").click();
        hand.sees("Step 3 of 8");
        // Every step can be reached, and says how it stands: in words that are drawn.
        let drawn = drawn(&hand);
        for words in ["1  Situation", "8  Cutover", "To do", "Not yet"] {
            assert!(drawn.iter().any(|text| text.starts_with(words)), "{words} in {drawn:?}");
        }
        let last = hand.harness.get_all_by_role(Role::Button).find(|node| {
            node.accesskit_node().label().is_some_and(|label| label.starts_with("8 Cutover: "))
        });
        let rect = last.expect("the last row").rect();
        assert!(rect.max.y <= size[1], "the last step is out of sight: {rect:?} in {size:?}");
        for step in ["1 Situation: To do", "8 Cutover: Not yet: check the mail flow first"] {
            hand.harness.get_by_role_and_label(Role::Button, step);
        }
    }
}

/// The texts that are painted.
fn drawn(hand: &Hand) -> Vec<String> {
    let shapes = hand.harness.output().shapes.iter();
    let texts = shapes.filter_map(|clipped| match &clipped.shape {
        Shape::Text(text) => Some(text.galley.text().to_owned()),
        _ => None,
    });
    texts.collect()
}

const DIGITS: [Key; 8] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

/// What is drawn beyond the page's right edge; rows of code are scrolled in
/// their own block.
fn too_wide(hand: &Hand, right: f32) -> Vec<String> {
    let nodes = hand.harness.root().children_recursive().filter_map(|node| {
        let told = node.accesskit_node();
        // A text's runs lie in it; what has no words is a frame around others.
        let words = told.label().or_else(|| node.value()).filter(|words| !words.is_empty())?;
        let is_code = told.role() == Role::Label && words.contains('\n');
        let wide = told.role() != Role::TextRun && !is_code && node.rect().max.x > right;
        wide.then(|| format!("{words} {:?}", node.rect()))
    });
    nodes.collect()
}

#[test]
fn at_200_per_cent_no_page_is_wider_than_the_window() {
    // As wide as 1024 points at 200 %; so high that nothing is out of sight while
    // it is looked at.
    let size = [512.0, 384.0];
    let home = tempfile::tempdir().unwrap();
    let mut hand = hand::window_of(hand::builder().with_size(size), home.path(), still());
    hand.sees("Split one mail domain");
    let right = size[0] - 12.0;
    let mut wide = vec![("start", too_wide(&hand, right))];
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    for step in Step::ALL {
        hand.keys(Modifiers::COMMAND, DIGITS[usize::from(step.number()) - 1]);
        hand.sees(&format!("Step {} of 8", step.number()));
        hand.check();
        hand.harness.set_size(vec2(size[0], 9000.0));
        unfold_all(&mut hand);
        wide.push((step.slug(), too_wide(&hand, right)));
        hand.harness.set_size(size.into());
    }
    wide.retain(|(_, found)| !found.is_empty());
    assert!(wide.is_empty(), "{wide:#?}");
}

/// Opens whatever is folded on the page.
fn unfold_all(hand: &mut Hand) {
    let folded = |hand: &Hand| -> Vec<String> {
        let folds = hand.harness.query_all_by_role(Role::DisclosureTriangle);
        folds.filter_map(|node| node.accesskit_node().label()).collect()
    };
    for name in folded(hand) {
        // Of several with one name all are opened: each is clicked once.
        let same = hand.harness.query_all_by_role_and_label(Role::DisclosureTriangle, &name);
        same.for_each(|node| node.click());
        hand.harness.step();
    }
    hand.harness.run_steps(2);
}
