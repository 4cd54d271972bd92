//! What the keyboard does everywhere.

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, Shape};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{Hand, practising};

/// The name of what has the keyboard.
pub(crate) fn focused(hand: &Hand) -> Option<String> {
    let all = hand.harness.root();
    let node = all.children_recursive().find(|node| node.accesskit_node().is_focused())?;
    let node = node.accesskit_node();
    node.label()
        .or_else(|| node.labelled_by().find_map(|label| label.value().or_else(|| label.label())))
}

#[test]
fn tab_goes_on_with_the_page_that_was_entered() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::ALT, Key::ArrowRight);
    hand.sees("Step 2 of 8");
    hand.keys(Modifiers::ALT, Key::ArrowRight);
    hand.sees("Step 3 of 8");
    let title = focused(&hand).unwrap();
    assert!(title.starts_with("Name the external mail server"), "{title}");
    hand.tab();
    assert_eq!(focused(&hand).as_deref(), Some("Why this step"));
    hand.tab();
    assert_eq!(focused(&hand).as_deref(), Some("External mail server"));
    // There is nothing to do with the title: it is passed by from now on.
    hand.keys(Modifiers::SHIFT, Key::Tab);
    hand.keys(Modifiers::SHIFT, Key::Tab);
    assert_ne!(focused(&hand).as_deref(), Some(title.as_str()));
}

#[test]
fn a_question_mark_shows_the_keys_unless_it_is_typed_somewhere() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.fill("Primary domain", "what?");
    assert_eq!(hand.value("Primary domain"), "what?");
    assert!(!hand.has("Select several people"));
    hand.fill("Primary domain", "example.com");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.harness.event(Event::Text("?".to_owned()));
    hand.harness.run_steps(2);
    hand.sees("Select several people");
}

#[test]
fn the_records_are_copied_by_the_keyboard_and_said_to_be() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num5);
    hand.sees("Step 5 of 8");
    hand.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
    hand.sees("Copied all records as a zone file");
}

#[test]
fn the_exit_list_stands_in_its_order_with_the_next_point_named() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num8);
    hand.sees("Step 8 of 8");
    hand.check();
    let words = hand.words();
    let at = |text: &str| words.find(text).unwrap_or_else(|| panic!("no {text} in\n{words}"));
    assert!(at("All mailboxes at the host: not yet.") < at("Everybody confirmed: not yet."));
    assert!(at("Everybody confirmed: not yet.") < at("Mail flow as planned: not yet."));
    assert!(at("Mail flow as planned: not yet.") < at("The MX records of example.com stay"));
    assert_eq!(hand.harness.query_all_by_role_and_label(Role::Label, "Next").count(), 1);
    assert!(!hand.has("Skipped"));
}

#[test]
fn the_field_of_the_command_list_stays_where_it_is_while_typing() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.harness.run_steps(3);
    let place =
        |hand: &Hand| hand.harness.get_by_role_and_label(Role::TextInput, "Command").rect().min.y;
    let before = place(&hand);
    // Many lines are in sight, so that one far down can be clicked.
    assert!(
        hand.harness.get_by_role_and_label(Role::Button, "Step 8: Cutover").rect().max.y < 760.0
    );
    hand.harness.get_by_role_and_label(Role::TextInput, "Command").type_text("no such thing");
    hand.sees("Nothing here is called so.");
    hand.harness.run_steps(3);
    assert!((place(&hand) - before).abs() < 1.0);
    hand.keys(Modifiers::NONE, Key::Escape);
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.harness.run_steps(3);
    hand.harness.get_by_role_and_label(Role::Button, "Step 8: Cutover").click();
    hand.sees("Step 8 of 8");
}

#[test]
fn enter_takes_what_fits_the_text_that_came_with_it() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::K);
    hand.harness.run_steps(3);
    let enter = |pressed| Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    // All in one frame, as a slow machine gets what is typed fast.
    let typed = "hist".chars().map(|letter| Event::Text(letter.to_string()));
    let events = typed.chain([enter(true), enter(false)]);
    hand.harness.input_mut().events.extend(events);
    hand.harness.run_steps(2);
    hand.sees("History of changes");
    let state = hand.harness.state().state();
    assert!(state.aside.is_some());
    assert!(state.commands.is_none());
}

#[test]
fn a_new_profile_is_asked_for_from_a_page_beside_the_steps() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Comma);
    hand.sees("Settings");
    hand.keys(Modifiers::COMMAND, Key::N);
    hand.sees("Your mail domain");
    hand.harness.run_steps(2);
    assert_eq!(focused(&hand).as_deref(), Some("Your mail domain"));
}

#[test]
fn the_frame_of_a_wrong_field_is_red_as_soon_as_it_is_said_to_be_wrong() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    // Filled by the pointer, which stays over it.
    hand.fill("Verification address", "ann");
    hand.harness.key_press(Key::Tab);
    hand.until("the sentence", |hand| hand.has("“ann” has no @"));
    let output = hand.harness.output();
    let field = hand.harness.get_by_role_and_label(Role::TextInput, "Verification address").rect();
    let red = output.shapes.iter().any(|clipped| match &clipped.shape {
        Shape::Rect(rect) => {
            let colour = rect.stroke.color;
            rect.rect.expand(2.0).contains_rect(field)
                && field.expand(2.0).contains_rect(rect.rect)
                && rect.stroke.width > 0.0
                && colour.r() > colour.g() + 60
        }
        _ => false,
    });
    assert!(red, "no red frame at {field:?}");
}

#[test]
fn a_list_box_is_opened_chosen_in_and_left_by_keys_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    let is_open =
        |hand: &Hand| hand.harness.query_by_role_and_label(Role::Button, "GoDaddy").is_some();
    hand.keys(Modifiers::COMMAND, Key::Num5);
    hand.sees("Your DNS host");
    let value = |hand: &Hand| {
        hand.harness.get_by_role_and_label(Role::ComboBox, "DNS host").value().unwrap()
    };
    let first = value(&hand);
    hand.harness.get_by_role_and_label(Role::ComboBox, "DNS host").focus();
    hand.harness.run_steps(2);
    for choose in [Key::Enter, Key::Space] {
        let before = value(&hand);
        hand.keys(Modifiers::NONE, Key::Space);
        hand.until("the list", is_open);
        hand.keys(Modifiers::NONE, Key::ArrowDown);
        hand.keys(Modifiers::NONE, Key::ArrowDown);
        hand.keys(Modifiers::NONE, choose);
        hand.until("a closed list", |hand| !is_open(hand));
        assert_eq!(focused(&hand).as_deref(), Some("DNS host"), "{choose:?}");
        if choose == Key::Enter {
            assert_ne!(value(&hand), before);
        }
    }
    assert_ne!(value(&hand), first);
    // Left without a choice, from the box and from within the list.
    for downs in [0, 2] {
        let before = value(&hand);
        hand.keys(Modifiers::NONE, Key::Enter);
        hand.until("the list", is_open);
        for _ in 0..downs {
            hand.keys(Modifiers::NONE, Key::ArrowDown);
        }
        hand.keys(Modifiers::NONE, Key::Escape);
        hand.until("a closed list", |hand| !is_open(hand));
        assert_eq!(focused(&hand).as_deref(), Some("DNS host"));
        assert_eq!(value(&hand), before);
    }
    // And Tab goes on behind it.
    hand.tab();
    let after = focused(&hand).unwrap_or_default();
    assert!(after.contains("ecord"), "{after}");
}
