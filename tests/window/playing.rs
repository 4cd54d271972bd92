//! A message played through on the page of the mail flow.

use eframe::egui::{Key, Modifiers};

use eframe::egui::accesskit::{Live, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{Hand, practising};

fn flow(home: &std::path::Path) -> Hand {
    let mut hand = practising(home);
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Step 7 of 8");
    hand.until("an audit", |hand| !hand.has("Following every address"));
    hand
}

/// The stop that is read out to those who can't see the picture.
fn announced(hand: &Hand) -> Option<String> {
    let root = hand.harness.root();
    let polite = |node: &egui_kittest::Node<'_>| node.accesskit_node().live() == Live::Polite;
    let mut said = root.children_recursive().filter(polite).filter_map(|node| node.value());
    said.find(|words| words.starts_with(|c: char| c.is_ascii_digit()))
}

#[test]
fn stepping_tells_stop_after_stop_and_then_the_whole_way() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = flow(home.path());
    assert_eq!(announced(&hand), None);
    for stop in ["1. The Internet follows", "2. The external server"] {
        hand.press("Next stop");
        let said = announced(&hand).unwrap_or_default();
        assert!(said.starts_with(stop), "{said}");
    }
    hand.press("Whole way");
    hand.until("the whole way", |hand| !hand.has("Whole way"));
}

#[test]
fn what_plays_ends_by_itself_and_then_nothing_moves() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = flow(home.path());
    hand.press("Play");
    // The window's clock goes on by a quarter of a second a frame.
    hand.harness.step();
    assert!(hand.has("Whole way"));
    hand.until("the end", |hand| hand.harness.query_all_by_label("Stop").next().is_none());
    hand.sees("Play");
    hand.until("a quiet window", |_| true);
    hand.harness.run_steps(5);
    let delay = hand.harness.output().viewport_output.values().map(|out| out.repaint_delay).min();
    assert!(delay.is_none_or(|delay| delay > std::time::Duration::from_secs(3600)), "{delay:?}");
}

#[test]
fn a_way_in_the_picture_leads_to_the_step_that_looks_after_it() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = flow(home.path());
    hand.press("External server: Step 3, External server");
    hand.sees("Step 3 of 8");
}

#[test]
fn a_way_of_the_audit_is_followed_where_it_can_be_seen() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = flow(home.path());
    let ways = |hand: &Hand| {
        let folds = hand.harness.query_all_by_role(Role::DisclosureTriangle);
        let mut names = folds.filter_map(|node| node.accesskit_node().label());
        names.find(|name| name.ends_with(" ways"))
    };
    let fold = ways(&hand).expect("something goes astray");
    hand.unfold(&fold);
    let follow = |node: &egui_kittest::Node<'_>| {
        node.accesskit_node()
            .label()
            .is_some_and(|name| name.starts_with("Follow ") && name.contains('@'))
    };
    let name = hand
        .harness
        .root()
        .children_recursive()
        .find(follow)
        .and_then(|node| node.accesskit_node().label())
        .unwrap();
    hand.press(&name);
    let (address, from) = name["Follow ".len()..].split_once(" from ").unwrap();
    let heading = format!("To {address}, from {from}");
    hand.sees(&heading);
    hand.harness.run_steps(3);
    let place = hand.harness.get_by_label(&heading).rect();
    assert!(place.top() > 0.0 && place.bottom() < 500.0, "{place:?}");
}
