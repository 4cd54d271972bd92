//! The key to the host's own list in the system's key store: a real Secret
//! Service, and none at all. Each in a process of its own, because the system
//! is found by the environment.

use std::process::{Command, Stdio};

use super::*;

/// Runs an ignored test with this in front of it.
pub(crate) fn again(front: &[&str], test: &str, home: &Path) {
    let program = std::env::current_exe().unwrap();
    let mut words: Vec<&str> = front.to_vec();
    let program = program.to_str().unwrap();
    words.extend([program, "--exact", test, "--ignored", "--nocapture"]);
    let (first, rest) = words.split_first().unwrap();
    let mut command = Command::new(first);
    command.args(rest).env("HOME", home).env("XDG_DATA_HOME", home.join("data"));
    command.env("XDG_RUNTIME_DIR", home).stdin(Stdio::null());
    if front.is_empty() {
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// A profile on the page of the key, both parts typed.
fn typed(home: &Path) -> Hand {
    let mut hand = window(home, still());
    hand.fill("Your mail domain", "bakery.example");
    hand.enter();
    hand.sees("Step 1 of 8");
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.type_hidden("User key", "us3rKEY");
    hand.type_hidden("Secret", "s3cretS3CRET");
    hand
}

#[test]
fn a_real_secret_service_keeps_the_key_over_a_restart() {
    let missing = ["dbus-run-session", "gnome-keyring-daemon"].into_iter().find(|program| {
        let there = Command::new(program).arg("--help").stdout(Stdio::null()).status();
        there.is_err()
    });
    if let Some(program) = missing {
        assert!(std::env::var_os("CI").is_none(), "{program} is not installed");
        println!("SKIPPED: {program} is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let unlock = "printf only-for-the-test | gnome-keyring-daemon --unlock --components=secrets \
                  > /dev/null && exec \"$@\"";
    let front = ["dbus-run-session", "--", "sh", "-c", unlock, "sh"];
    again(&front, "key_store::with_a_secret_service", home.path());
}

#[test]
#[ignore = "run by the test above, with a bus of its own"]
fn with_a_secret_service() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = typed(home.path());
    hand.press("Use and keep in this system's key store");
    hand.sees("A key is in use, and this system's key store keeps it.");
    hand.press("Close profile");
    hand.sees("New profile");
    drop(hand);
    let domain = "bakery.example".parse().unwrap();
    let kept = sdr_wizard::profile::kept_key(&domain).unwrap();
    assert_eq!((&*kept.user_key, &*kept.secret), ("us3rKEY", "s3cretS3CRET"));
    // Another window, another day.
    let mut hand = window(home.path(), still());
    hand.press("Open bakery.example");
    hand.until("a step", |hand| hand.has(" of 8, "));
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.press("Take the kept key");
    hand.sees("A key is in use, and this system's key store keeps it.");
    hand.press("Delete from the key store");
    hand.sees("It is forgotten when this profile is closed.");
    hand.press("Forget");
    hand.press("Take the kept key");
    hand.sees("This system's key store holds no key for bakery.example.");
    drop(hand);
    let written = String::from_utf8_lossy(&host_key::bytes_below(home.path())).into_owned();
    assert!(!written.contains("us3rKEY") && !written.contains("s3cret"));
}

#[test]
fn without_a_key_store_the_key_is_used_for_the_session_and_that_is_told() {
    let home = tempfile::tempdir().unwrap();
    again(&[], "key_store::without_a_secret_service", home.path());
}

#[test]
#[ignore = "run by the test above, without a bus"]
fn without_a_secret_service() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = typed(home.path());
    hand.press("Use and keep in this system's key store");
    hand.sees("This system has no key store that answers");
    hand.sees("A key is in use. It is forgotten when this profile is closed.");
    assert!(!hand.words().contains("s3cret"), "{}", hand.words());
}
