//! The key to the host's own list.

use super::*;

/// Every byte of every file.
pub(crate) fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        bytes.extend(if entry.is_dir() {
            bytes_below(&entry)
        } else {
            std::fs::read(entry).unwrap()
        });
    }
    bytes
}

#[test]
fn the_key_to_the_hosts_list_is_in_no_file_and_gone_when_the_profile_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = window(home.path(), still());
    hand.fill("Your mail domain", "bakery.example");
    hand.enter();
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.type_hidden("Secret", "s3cretS3CRET");
    hand.press("Use for this session");
    hand.sees("Enter the user key; the secret alone opens nothing.");
    hand.type_hidden("User key", "us3rKEY");
    assert!(!hand.words().contains("us3rKEY"), "read out: {}", hand.words());
    hand.press("Use for this session");
    hand.sees("A key is in use");
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.fill("Verification address", "ann");
    hand.tab();
    hand.sees("Saved 14:05");
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.check();
    hand.press("Close profile");
    hand.press("Open bakery.example");
    hand.until("a step", |hand| hand.has(" of 8, "));
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Use for this session");
    assert!(!hand.has("A key is in use"));
    drop(hand);
    let written = String::from_utf8_lossy(&bytes_below(home.path())).into_owned();
    assert!(written.contains("bakery.example"));
    for part in ["us3rKEY", "s3cret"] {
        assert!(!written.contains(part), "{part} in a file");
    }
}

#[test]
fn practice_brings_its_own_key() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Step 7 of 8");
    assert!(!hand.has("The host's own list (optional)"));
}
