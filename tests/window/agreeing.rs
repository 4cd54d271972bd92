//! What one place of the window says, no other contradicts; and nothing is
//! asked that was not announced.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::guide::{self, Step};

use super::{Hand, play_the_other_side, practising};

const KEYS: [Key; 8] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];

fn check_step(hand: &mut Hand, step: Step) -> Vec<Finding> {
    hand.keys(Modifiers::COMMAND, KEYS[usize::from(step.number()) - 1]);
    hand.check();
    let session = hand.harness.state().state().session.as_ref().unwrap();
    session.evidence.of_step(step.slug()).cloned().collect()
}

#[test]
fn nothing_of_a_domain_that_does_not_exist_has_passed() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.fill("Primary domain", "missing.example");
    hand.tab();
    let findings = check_step(&mut hand, Step::Situation);
    hand.sees("missing.example does not exist in the DNS.");
    let is = |name: &str| findings.iter().find(|one| one.id == name).unwrap();
    assert_eq!(is("situation.primary-mx").state, State::Failed);
    // The panel is the plan's word: nobody was asked.
    for one in findings.iter().filter(|one| one.id != "situation.panel") {
        assert_ne!(one.state, State::Passed, "{one:?}");
    }
    for name in ["situation.spf", "situation.dmarc", "situation.mta-sts"] {
        assert!(matches!(is(name).state, State::Skipped { .. }), "{:?}", is(name));
    }
}

/// Where each of these words stands, from the top.
fn from_the_top<'a>(hand: &Hand, words: &[&'a str]) -> Vec<&'a str> {
    let mut all = Vec::new();
    for words in words {
        let labels = hand.harness.query_all_by_label_contains(words);
        // The whole text, not its lines again.
        let whole = labels.filter(|node| node.rect().left() > 240.0);
        all.extend(whole.map(|node| (node.rect().top() as i64, *words)));
    }
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|(_, words)| words).collect()
}

#[test]
fn step_seven_tells_its_causes_in_one_order_and_step_eight_names_the_worst() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    for step in &Step::ALL[..7] {
        check_step(&mut hand, *step);
    }
    let causes =
        ["4 people: at the host without", "9 people: unknown at", "2 addresses: postmaster"];
    let order = from_the_top(&hand, &causes);
    assert_eq!(order, [causes, causes].concat(), "{}", hand.words());
    hand.sees("8 Cutover: Not yet: solve first what step 7 has open");
    let exit = check_step(&mut hand, Step::Cutover);
    let flow = exit.iter().find(|one| one.id == "cutover.flow").unwrap();
    let State::Skipped { because } = &flow.state else { panic!("{flow:?}") };
    assert!(because.contains(": 4 people: at the host"), "{because}");
    assert!(because.ends_with("(2 more are open)"), "{because}");
}

#[test]
fn step_seven_sends_nobody_back_to_a_step_that_is_green() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    play_the_other_side(&mut hand);
    for step in &Step::ALL[..6] {
        let found = check_step(&mut hand, *step);
        assert!(found.iter().all(|one| one.state != State::Failed), "{found:?}");
    }
    let findings = check_step(&mut hand, Step::Flow);
    let all = findings.iter().find(|one| one.id == "flow.all").unwrap();
    // What is left is the administrator's word, not a check.
    let session = hand.harness.state().state().session.as_ref().unwrap();
    let done = |step: &Step| *session.standing(*step) == guide::Standing::Done;
    assert!(Step::ALL[..6].iter().all(done), "{}", hand.words());
    assert!(!all.action.contains("Check"), "{}", all.action);
    assert!(all.action.contains("tick them off in step 6"), "{}", all.action);
}

#[test]
fn where_an_address_of_others_ends_is_not_said_to_be_known() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.fill("To this address", "x@gmail.com");
    hand.press("Follow");
    hand.sees("To x@gmail.com");
    hand.quiet();
    hand.sees("Handed over to another system, for x@gmail.com.");
    assert!(!hand.has("Delivered"), "{}", hand.words());
}

#[test]
fn every_connection_of_a_check_is_announced_on_its_page() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    play_the_other_side(&mut hand);
    for step in Step::ALL {
        let findings = check_step(&mut hand, step);
        let session = hand.harness.state().state().session.as_ref().unwrap();
        let announced = guide::page(step, &session.plan).announce.join("\n");
        for one in findings {
            for (sign, word) in
                [("http", "API of "), (":53", "DNS, port 53"), (":25", "SMTP, port 25")]
            {
                let asked = one.asked.contains(sign);
                assert!(!asked || announced.contains(word), "{step:?} {one:?}: {announced}");
            }
        }
    }
}

#[test]
fn files_that_can_not_be_made_are_told_with_what_is_in_the_way() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num6);
    hand.fill("Folder for the files", "/proc/nope");
    hand.press("Export Wave 1, Pilot");
    hand.sees("Dismiss: Write the files");
    hand.sees("The folder that it belongs in is not there and can't be made");
    assert!(!hand.has("Close other programs"), "{}", hand.words());
}
