//! Waves: named, dated, filled, and beside what was handed out.

use super::*;

fn tall(home: &Path) -> Hand {
    let builder = hand::builder().with_size([1100.0, 2400.0]);
    let mut hand = hand::window_of(builder, home, still());
    hand.press("Practise with example.com");
    hand.sees("Step 1 of 8");
    hand
}

#[test]
fn a_wave_is_named_and_dated_and_what_is_no_day_stays_in_its_field() {
    let home = tempfile::tempdir().unwrap();
    let profile = {
        let mut hand = window(home.path(), still());
        hand.fill("Your mail domain", "bakery.example");
        hand.enter();
        hand.sees("Step 1 of 8");
        hand.keys(Modifiers::COMMAND, Key::Num2);
        hand.fill("Or add one person", "ann@bakery.example");
        hand.enter();
        // The way to add the next one stays open above the table.
        hand.scroll_to_top("Search");
        hand.click(Role::CheckBox, "Select ann@bakery.example");
        hand.press("Move in wave 1");
        hand.sees("External, moves in wave 1");
        hand.keys(Modifiers::COMMAND, Key::Num6);
        hand.fill("Name of wave 1", "  Ovens   and tills ");
        hand.tab();
        hand.sees("Wave 1, Ovens and tills");
        hand.fill("Day of wave 1", "31.1.2027");
        hand.tab();
        hand.sees("“31.1.2027” is no day. Write year, month and day, such as 2027-01-31.");
        hand.press("Export Wave 1, Ovens and tills");
        hand.sees("can't be taken as the day of a wave");
        hand.sees("Saved 14:05");
        let folder = std::fs::read_dir(home.path().join("profiles")).unwrap().next().unwrap();
        let folder = folder.unwrap().path();
        hand.press("Close profile");
        hand.sees("New profile");
        folder
    };
    // Nothing typed is lost, and what could be taken is in the plan.
    let mut hand = window(home.path(), Beginning { folder: Some(profile.clone()), ..still() });
    hand.until("a step", |hand| hand.has(" of 8, "));
    hand.keys(Modifiers::COMMAND, Key::Num6);
    assert_eq!(hand.value("Name of wave 1"), "Ovens and tills");
    assert_eq!(hand.value("Day of wave 1"), "31.1.2027");
    hand.fill("Day of wave 1", "2027-01-31");
    hand.tab();
    hand.until("the day to be taken", |hand| !hand.has("is no day"));
    hand.sees("Saved 14:05");
    hand.press("Close profile");
    hand.sees("New profile");
    drop(hand);
    let plan = sdr_wizard::profile::open(&profile).unwrap().plan;
    assert_eq!(plan.waves[0].date, Some("2027-01-31".parse().unwrap()));
}

#[test]
fn each_wave_says_what_of_it_was_not_handed_out_yet() {
    let home = tempfile::tempdir().unwrap();
    let exports = home.path().join("exports");
    let mut hand = tall(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num6);
    hand.fill("Folder for the files", &exports.display().to_string());
    hand.press("Export Wave 1, Pilot");
    hand.sees("files written");
    hand.sees("addresses were handed out.");
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.sees("to hand out");
    let count = |hand: &Hand, word: &str| hand.harness.query_all_by_label(word).count();
    let before = count(&hand, "handed out");
    assert!(before > 0, "{}", hand.words());
    // Somebody of wave 2 joins wave 1: one address is new in it.
    hand.fill("Search", "wave 2");
    hand.until("the search", |hand| !hand.has("moves in wave 1"));
    let name = hand
        .words()
        .lines()
        .find(|line| line.starts_with("Select ") && line.contains('@'))
        .unwrap()
        .to_owned();
    hand.click(Role::CheckBox, &name);
    hand.press("Move in wave 1");
    hand.fill("Search", "");
    hand.keys(Modifiers::COMMAND, Key::Num6);
    hand.sees(" 0 changed, ");
    hand.sees("New in Wave 1, Pilot");
    // Everybody stays where they are: what was handed out is to be removed.
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.press("Select all shown");
    hand.press("Set to external");
    hand.until("the word in each row", |hand| count(hand, "to remove") == before);
    hand.keys(Modifiers::COMMAND, Key::Num6);
    hand.sees("take the forwards of these off the external server");
}

#[test]
fn a_department_is_selected_at_once_and_moved() {
    let home = tempfile::tempdir().unwrap();
    let list = home.path().join("list.csv");
    let people = "address,display_name,department\n\
        new.one@example.com,New One,Sales\nnew.two@example.com,New Two, sales\n\
        new.three@example.com,New Three,Baking\n";
    std::fs::write(&list, people).unwrap();
    let mut hand = tall(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num2);
    hand.unfold("Bring more people in");
    hand.fill("File with people", &list.display().to_string());
    hand.press("Read file");
    hand.press("Show what would change");
    hand.press("Take these changes");
    hand.sees("16 people");
    hand.click(Role::ComboBox, "Select a department");
    hand.press("Sales");
    hand.sees("2 selected");
    hand.click(Role::ComboBox, "Which wave");
    hand.press("Wave 3, new");
    hand.press("Move in wave 3");
    hand.keys(Modifiers::COMMAND, Key::Num6);
    hand.sees("Wave 3");
    assert_eq!(hand.value("Name of wave 3"), "");
    hand.press("Export Wave 3");
    hand.sees("files written");
}

#[test]
fn the_records_are_shown_as_the_chosen_dns_host_takes_them() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num5);
    hand.sees("Your DNS host");
    hand.press("Copy record 1");
    hand.sees("Copied record 1");
    hand.sees("Hostname");
    hand.unfold("As a text, for whoever types them in");
    hand.sees("records for Rackspace DNS");
    hand.click(Role::ComboBox, "DNS host");
    hand.press("Route 53 (aws)");
    hand.sees("\"Action\": \"CREATE\"");
    hand.press("Copy records for Route 53 (aws)");
    hand.sees("Copied");
    hand.unfold("The way back");
    hand.sees("\"Action\": \"DELETE\"");
    // It is part of the plan.
    hand.keys(Modifiers::COMMAND, Key::Num4);
    hand.keys(Modifiers::COMMAND, Key::Num5);
    hand.sees("records for Route 53 (aws)");
    hand.press("Undo");
    hand.sees("records for Rackspace DNS");
}
