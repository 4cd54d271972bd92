//! All eight steps twice: by the keyboard alone, and by the tree of a screen
//! reader alone. No pointer in either.

use eframe::egui::accesskit::{Action, Role};
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sdr_wizard::guide::Step;

use super::keyboard::focused;
use super::{Hand, OTHER_SIDE, files_below, still, window};

pub(super) const DIGITS: [Key; 8] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

/// Tabs until something of this name has the keyboard.
fn tab_to(hand: &mut Hand, name: &str) {
    let mut passed = Vec::new();
    for _ in 0..400 {
        match focused(hand) {
            Some(there) if there == name => return,
            there => passed.push(there.unwrap_or_default()),
        }
        hand.tab();
    }
    panic!("Tab never comes to “{name}”; it passed {passed:#?}");
}

fn space(hand: &mut Hand) {
    hand.harness.key_press(Key::Space);
    hand.harness.run_steps(3);
}

#[test]
fn all_eight_steps_by_the_keyboard_alone() {
    let home = tempfile::tempdir().unwrap();
    let exports = home.path().join("exports");
    let mut hand = window(home.path(), still());
    tab_to(&mut hand, "Practise with example.com");
    space(&mut hand);
    hand.sees("Step 1 of 8");
    // What is done outside, on the practice panel.
    for switch in OTHER_SIDE {
        tab_to(&mut hand, switch);
        space(&mut hand);
    }
    for step in Step::ALL {
        hand.sees(&format!("Step {} of 8, {}", step.number(), step.title()));
        hand.keys(Modifiers::NONE, Key::F5);
        hand.until("the check", |hand| hand.has("Check now"));
        hand.until("findings", |hand| hand.has("passed") || hand.has(" done."));
        assert!(!hand.has("1 failed"), "{step:?}:\n{}", hand.words());
        if step == Step::Forwards {
            tab_to(&mut hand, "Folder for the files");
            let folder = exports.display().to_string();
            hand.harness.event(eframe::egui::Event::Text(folder));
            hand.harness.run_steps(2);
            tab_to(&mut hand, "Export Wave 1, Pilot");
            space(&mut hand);
            hand.sees("files written");
        }
        hand.keys(Modifiers::ALT, Key::ArrowRight);
    }
    hand.sees("Step 8 of 8");
    assert!(files_below(&exports).iter().any(|name| name.ends_with(".ps1")));
    // Back to where one was, and to any step.
    hand.keys(Modifiers::ALT, Key::ArrowLeft);
    hand.sees("Step 7 of 8");
    for (step, key) in Step::ALL.into_iter().zip(DIGITS) {
        hand.keys(Modifiers::COMMAND, key);
        hand.sees(&format!("Step {} of 8", step.number()));
    }
}

/// Does what a screen reader's user does with it: by its role and name.
fn act(hand: &mut Hand, role: Role, name: &str, action: Action) {
    hand.until(name, |hand| hand.harness.query_all_by_role_and_label(role, name).next().is_some());
    let node = hand.harness.query_all_by_role_and_label(role, name).next().unwrap();
    match action {
        Action::Focus => node.focus(),
        _ => node.click_accesskit(),
    }
    hand.harness.run_steps(3);
}

#[test]
fn all_eight_steps_by_the_accessibility_tree_alone() {
    let home = tempfile::tempdir().unwrap();
    let exports = home.path().join("exports");
    let mut hand = window(home.path(), still());
    act(&mut hand, Role::Button, "Practise with example.com", Action::Click);
    hand.sees("Step 1 of 8");
    for switch in OTHER_SIDE {
        act(&mut hand, Role::CheckBox, switch, Action::Click);
    }
    for step in Step::ALL {
        hand.sees(&format!("Step {} of 8, {}", step.number(), step.title()));
        act(&mut hand, Role::Button, "Check now", Action::Click);
        hand.until("the check", |hand| hand.has("Check now"));
        hand.until("findings", |hand| hand.has("passed") || hand.has(" done."));
        // Nothing that can be pressed or typed into is without a name.
        for node in hand.harness.root().children_recursive() {
            let node = node.accesskit_node();
            let is_control = matches!(
                node.role(),
                Role::Button | Role::CheckBox | Role::RadioButton | Role::TextInput | Role::Link
            );
            let named = node.label().is_some_and(|label| !label.is_empty())
                || node.labelled_by().next().is_some();
            assert!(!is_control || named, "{step:?}: a {:?} without a name", node.role());
        }
        if step == Step::Forwards {
            act(&mut hand, Role::TextInput, "Folder for the files", Action::Focus);
            let folder = exports.display().to_string();
            let field = hand.harness.get_by_role_and_label(Role::TextInput, "Folder for the files");
            field.type_text(&folder);
            hand.harness.run_steps(2);
            act(&mut hand, Role::Button, "Export Wave 1, Pilot", Action::Click);
            hand.sees("files written");
        }
        if let Some(next) = step.next() {
            let name = format!("Next: {}", next.title());
            act(&mut hand, Role::Button, &name, Action::Click);
        }
    }
    // The picture has a twin in words.
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Step 7 of 8");
    assert!(hand.harness.query_all_by_label_contains("Picture of the way").next().is_some());
}
