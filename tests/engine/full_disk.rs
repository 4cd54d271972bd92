//! A disk that is full, and one that can't be written: told in a sentence, with
//! the work kept in memory and the files as they were. In a mount namespace of
//! its own, with a file system of 512 KB.

#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command as Program;

use super::*;

/// Set in the process that has such a disk: where it is.
const DISK: &str = "SDR_SMALL_DISK";

fn failed(desk: &mut Desk) -> String {
    desk.until("SaveFailed", |event| match event {
        Event::SaveFailed { sentence } => Some(sentence),
        Event::Saved { .. } => panic!("saved"),
        _ => None,
    })
}

/// In a disk of its own: runs the test of this name that is ignored here.
fn on_a_small_disk(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let run = format!(
        "mount -t tmpfs -o size=512k none '{}' && exec \"$0\" --exact full_disk::{test} --ignored --nocapture",
        folder.path().display()
    );
    let mut unshare = Program::new("unshare");
    // Without root a user namespace gives the right to mount.
    if !is_root() {
        unshare.args(["--user", "--map-root-user"]);
    }
    let out = unshare
        .args(["--mount", "--propagation", "private", "sh", "-c", &run])
        .arg(std::env::current_exe().unwrap())
        .env(DISK, folder.path())
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(out.status.success() && said[0].contains("1 passed"), "{}\n{}", said[0], said[1]);
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// An engine whose new profile lies on the small disk.
fn desk_on(disk: &Path) -> (Desk, PathBuf, Plan) {
    let mut desk = Desk::new();
    let folder = disk.join("example.com");
    desk.send(Command::Create { domain: domain(), folder: Some(folder.clone()) });
    let plan = desk.until("Opened", |event| match event {
        Event::Opened { plan, .. } => Some(*plan),
        _ => None,
    });
    let plan = with_people(plan, 2);
    desk.send(save(&plan, &Evidence::default()));
    desk.until("Saved", saved);
    (desk, folder, plan)
}

#[test]
fn a_full_disk_costs_nothing_that_was_saved_and_nothing_that_is_in_the_window() {
    on_a_small_disk("inside_a_full_disk");
}

#[test]
#[ignore = "runs on the small disk of the test above"]
fn inside_a_full_disk() {
    let disk = PathBuf::from(std::env::var_os(DISK).unwrap());
    let (mut desk, folder, before) = desk_on(&disk);
    // Some 30 bytes a person: more than there is room for.
    let many = with_people(Plan::new(domain()).unwrap(), 30_000);
    desk.send(save(&many, &Evidence::default()));
    let said = failed(&mut desk);
    assert!(
        said.contains("roster.csv can't be written") && said.contains("No space left"),
        "{said}"
    );
    assert!(said.ends_with("Your work is kept in memory until then."), "{said}");
    // Copied, because this process holds the lock.
    let copy = desk.folder.path().join("copy");
    copied(&folder, &copy);
    assert_eq!(profile::open(&copy).unwrap().plan.roster.len(), before.roster.len());
    // Somebody makes room, or the list is made shorter: the next save is as any other.
    let some = with_people(Plan::new(domain()).unwrap(), 1_000);
    desk.send(save(&some, &Evidence::default()));
    desk.until("Saved", saved);
    drop(desk.engine);
    assert_eq!(profile::open(&folder).unwrap().plan.roster.len(), 1_000);
    let half: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(half.iter().all(|name| !name.to_string_lossy().starts_with(".roster")), "{half:?}");
}

#[test]
fn a_disk_that_became_read_only_is_told_and_a_profile_on_it_opens_for_reading() {
    on_a_small_disk("inside_a_read_only_disk");
}

#[test]
#[ignore = "runs on the small disk of the test above"]
fn inside_a_read_only_disk() {
    let disk = PathBuf::from(std::env::var_os(DISK).unwrap());
    // A lock is a file that is open for writing: it must be closed first.
    let (desk, folder, before) = desk_on(&disk);
    drop(desk);
    turn(&disk, "ro");
    let mut desk = Desk::new();
    desk.send(Command::Open { folder: folder.clone() });
    let (read_only, remarks) = desk.until("Opened", |event| match event {
        Event::Opened { read_only, remarks, .. } => Some((read_only, remarks)),
        _ => None,
    });
    assert!(read_only && remarks[0].contains("can't be written"), "{remarks:?}");
    desk.send(save(&with_people(before, 0), &Evidence::default()));
    let said = failed(&mut desk);
    assert!(said.ends_with("Your work is kept in memory until then."), "{said}");
    desk.send(Command::Create { domain: domain(), folder: Some(disk.join("new")) });
    let said = desk.sentence();
    assert!(said.contains("can't be written") && said.contains("choose a folder"), "{said}");
    turn(&disk, "rw");
    desk.send(Command::Open { folder });
    desk.until("Opened", |event| {
        matches!(event, Event::Opened { read_only: false, .. }).then_some(())
    });
}

fn turn(disk: &Path, how: &str) {
    let turned = Program::new("mount").args(["-o", &format!("remount,{how}")]).arg(disk).status();
    assert!(turned.unwrap().success());
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
