//! Where room is scarce: small windows, large letters.

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::{hand, still};

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
        // Every step can be reached, and says how it stands.
        for step in ["1 Situation: To do", "8 Cutover: Not yet: check the mail flow first"] {
            hand.harness.get_by_role_and_label(Role::Button, step);
        }
    }
}
