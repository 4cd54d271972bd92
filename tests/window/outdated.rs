//! Answers about what the plan names no more: they stay to be read, and count
//! no more until they are about it again.

use eframe::egui::{Key, Modifiers};

use super::practising;

#[test]
fn an_answer_about_another_server_is_told_as_such_until_the_way_back() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.check();
    hand.sees("3 External server: Done");
    hand.sees(" passed.");
    let mut standings: Vec<String> = Vec::new();
    let mut standing = |hand: &super::Hand| {
        let session = hand.harness.state().state().session.as_ref().unwrap();
        let known = &session.derived.known;
        standings.push(format!("{:?} {:?}", known.external_authority, known.roles));
    };
    standing(&hand);
    let before = hand.value("External mail server");
    hand.fill("External mail server", "wrong.example.com");
    hand.tab();
    hand.sees(&format!("3 External server: To do: was about {before}, check again"));
    hand.sees(&format!("These were about {before}. They count no more; check again."));
    hand.sees("Outdated");
    assert!(!hand.has(" passed."), "{}", hand.words());
    standing(&hand);

    hand.press("Undo");
    hand.sees("3 External server: Done");
    hand.sees(" passed.");
    assert!(!hand.has("Outdated") && !hand.has("count no more"), "{}", hand.words());
    standing(&hand);
    assert_eq!(standings[0], standings[2]);
    assert_eq!(standings[1], "None None", "the model takes nothing from another server");
    assert_ne!(standings[0], standings[1]);
}

#[test]
fn an_answer_about_another_domain_stands_under_no_other_name() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.check();
    hand.until("an end", |hand| hand.has(" passed"));
    hand.fill("Primary domain", "bücher.example");
    hand.tab();
    hand.sees("1 Situation: To do: was about example.com, check again");
    hand.sees("These were about example.com.");
    assert!(!hand.has(" passed"), "{}", hand.words());
}
