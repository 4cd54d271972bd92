//! A disk that is full, and one that can't be written: said in a sentence, and
//! the work is kept in memory until it can be.

use std::fs;
use std::path::Path;
use std::process::Command;

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};

use super::{still, window};

/// The disk of the child; the sign that it is one.
const DISK: &str = "SDR_SMALL_DISK";

const NAME: &str = "bakery.example";

/// Runs the test of this name again with a small disk of its own, in a mount
/// namespace that is gone afterwards.
fn with_a_small_disk(test: &str) {
    let disk = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=128k none \"$SDR_SMALL_DISK\" && exec \"$@\"";
    // Root of its own namespace, for whoever is not root outside.
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(DISK, disk.path())
        .status()
        .unwrap();
    assert!(status.success(), "{test}: {status}");
}

/// Whether a disk can be mounted in a namespace here: some systems let only
/// root, and some nobody.
fn can_mount() -> bool {
    let works = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"])
        .output()
        .is_ok_and(|tried| tried.status.success());
    assert!(works || std::env::var_os("CI").is_none(), "on CI nothing may be skipped");
    if !works {
        eprintln!("SKIPPED: no disk can be mounted here");
    }
    works
}

/// The profile in a view of it that can't be written. The disk itself can't be
/// turned while the window has its lock open there.
fn shut(disk: &Path) {
    let view = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";
    let done = Command::new("sh").args(["-c", view, "sh"]).arg(disk.join(NAME)).status();
    assert!(done.unwrap().success());
}

fn open(disk: &Path) {
    assert!(Command::new("umount").arg(disk.join(NAME)).status().unwrap().success());
}

/// Takes all that is left of the disk.
fn filled(disk: &Path) {
    let mut piece = vec![0; 64 * 1024];
    for at in 0.. {
        while fs::write(disk.join(format!("filler-{at}")), &piece).is_err() {
            let _ = fs::remove_file(disk.join(format!("filler-{at}")));
            if piece.len() < 2 {
                return;
            }
            piece.truncate(piece.len() / 2);
        }
    }
}

fn emptied(disk: &Path) {
    for entry in fs::read_dir(disk).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("filler-") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// Changes something that can't be saved for what `stop` does to the disk, and
/// saves it after `go`.
fn stopped(words: &[&str], stop: impl Fn(&Path), go: impl Fn(&Path)) {
    let disk = std::path::PathBuf::from(std::env::var_os(DISK).unwrap());
    let home = tempfile::tempdir().unwrap();
    let profile = disk.join(NAME);
    let mut hand = window(home.path(), still());
    hand.fill("Your mail domain", "bakery.example");
    hand.unfold("Where it is saved");
    hand.fill("Folder of the new profile", &profile.display().to_string());
    hand.press("Create profile");
    hand.sees("Step 1 of 8");
    hand.click(Role::RadioButton, "How long will the domain be split: Permanent");
    hand.sees("Saved 14:05");
    let before = fs::read_to_string(profile.join("profile.toml")).unwrap();
    assert!(before.contains("permanent"), "{before}");

    stop(&disk);
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.fill("External mail server", "mail.bakery.example");
    hand.tab();
    hand.sees("Dismiss: Not saved");
    for words in words {
        assert!(hand.has(words), "{words}:\n{}", hand.words());
    }
    assert!(hand.has("Your work is kept in memory until then."), "{}", hand.words());
    assert!(!hand.has("os error"), "{}", hand.words());
    // On disk it is what it was, whole; on screen it is what was typed.
    assert_eq!(fs::read_to_string(profile.join("profile.toml")).unwrap(), before);
    assert_eq!(hand.value("External mail server"), "mail.bakery.example");

    go(&disk);
    hand.press("Save the profile again");
    hand.sees("Saved 14:05");
    assert!(!hand.has("Not saved"), "{}", hand.words());
    let after = fs::read_to_string(profile.join("profile.toml")).unwrap();
    assert!(after.contains("mail.bakery.example"), "{after}");
}

#[test]
fn a_full_disk_is_said_and_the_work_kept() {
    if can_mount() {
        with_a_small_disk("full::on_a_full_disk");
    }
}

#[test]
#[ignore = "the child of the test above, with a disk of its own"]
fn on_a_full_disk() {
    stopped(&["No space left", "Free space there"], filled, emptied);
}

#[test]
fn a_disk_that_can_not_be_written_is_said_and_the_work_kept() {
    if can_mount() {
        with_a_small_disk("full::on_a_disk_that_can_not_be_written");
    }
}

#[test]
#[ignore = "the child of the test above, with a disk of its own"]
fn on_a_disk_that_can_not_be_written() {
    let words = ["Read-only file system", "Nothing can be written on that disk as it is"];
    stopped(&words, shut, open);
}
