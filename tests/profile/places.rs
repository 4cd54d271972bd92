//! Folders, links, exports and the list of recent profiles.

use std::fs;

use super::*;

#[test]
fn what_is_no_ordinary_file_is_named() {
    for file in ["profile.toml", "roster.csv"] {
        let home = tempfile::tempdir().unwrap();
        drop(profile::create(home.path(), plan()).unwrap());
        fs::remove_file(home.path().join(file)).unwrap();
        fs::create_dir(home.path().join(file)).unwrap();
        let said = profile::open(home.path()).unwrap_err().to_string();
        assert!(
            said.contains(&format!("{file} is a folder, where an ordinary file belongs")),
            "{said}"
        );
    }
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), plan()).unwrap());
    fs::create_dir(home.path().join("evidence.json")).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    assert!(opened.remarks[0].contains("evidence.json is a folder"), "{:?}", opened.remarks);
    profile::save(&mut opened).unwrap();
    opened.evidence.record(finding("server.banner"));
    let said = profile::save(&mut opened).unwrap_err().to_string();
    assert!(said.contains("evidence.json is a folder"), "{said}");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_not_followed() {
    let home = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    drop(profile::create(elsewhere.path(), plan()).unwrap());
    std::os::unix::fs::symlink(
        elsewhere.path().join("profile.toml"),
        home.path().join("profile.toml"),
    )
    .unwrap();
    let said = profile::open(home.path()).unwrap_err().to_string();
    assert!(said.contains("is a link"), "{said}");
    assert!(profile::create(home.path(), plan()).is_err());
    fs::remove_file(home.path().join("profile.toml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(home.path().join("profile.toml")).status();
    if made.is_ok_and(|status| status.success()) {
        let said = profile::open(home.path()).unwrap_err().to_string();
        assert!(said.contains("not an ordinary file"), "{said}");
    }
}

#[test]
fn a_place_that_holds_no_profile_is_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let said = profile::open(home.path()).unwrap_err().to_string();
    assert!(said.contains("the folder holds no profile.toml"), "{said}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "looking leaves nothing behind");
    let said = profile::open(&home.path().join("nowhere")).unwrap_err().to_string();
    assert!(said.contains("can't be read"), "{said}");
    fs::write(home.path().join("file"), "x").unwrap();
    let said = profile::open(&home.path().join("file")).unwrap_err().to_string();
    assert!(said.contains("it is a file, not a folder"), "{said}");
    let said = profile::create(&home.path().join("file"), plan()).unwrap_err().to_string();
    assert!(said.contains("can't be written") && said.contains("choose a folder"), "{said}");
    let said = profile::create(&home.path().join("file/below"), plan()).unwrap_err().to_string();
    assert!(said.contains("can't be written"), "{said}");
    let made = profile::create(&home.path().join("a/b"), plan()).unwrap();
    let said = profile::create(&home.path().join("a/b"), plan()).unwrap_err().to_string();
    assert!(said.contains("holds a profile already"), "{said}");
    drop(made);
    assert!(profile::open(&home.path().join("a/b/profile.toml")).is_ok());
}

#[test]
fn exports_stay_below_their_folder() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("exports");
    let written =
        profile::write_exports(&folder, [("wave-1/a.csv", &b"a"[..]), ("README.md", b"r")])
            .unwrap();
    assert_eq!(written, [folder.join("wave-1/a.csv"), folder.join("README.md")]);
    assert_eq!(fs::read(&written[0]).unwrap(), b"a");
    for path in [
        "",
        "/",
        "/etc/x",
        "../x",
        "a/../../x",
        "a//b",
        "./a",
        "a/..",
        "C:x",
        "a\\..\\b",
        "...",
        "a\nb",
        "a\0b",
    ] {
        let tried = profile::write_exports(&folder, [("new.txt", &b"n"[..]), (path, b"x")]);
        let said = tried.unwrap_err().to_string();
        assert!(said.contains("can't be a file below the folder"), "{path:?}: {said}");
        assert!(!said.contains('\n') && !said.contains('\0'));
    }
    assert!(!folder.join("new.txt").exists(), "all or nothing of a refused list");
    fs::create_dir(folder.join("taken")).unwrap();
    let said = profile::write_exports(&folder, [("taken", &b"x"[..])]).unwrap_err().to_string();
    assert!(said.contains("is a folder"), "{said}");
    let said = profile::write_exports(&folder.join("README.md"), [("x", &b"x"[..])])
        .unwrap_err()
        .to_string();
    assert!(said.contains("can't be written"), "{said}");
}

#[test]
fn ten_recent_profiles_latest_first() {
    let settings = tempfile::tempdir().unwrap();
    let settings = settings.path().join("new");
    assert_eq!(profile::Recent::load(&settings).folders.len(), 0);
    let mut recent = profile::Recent::default();
    let folder = |n: usize| std::path::absolute(format!("p{n}")).unwrap();
    for n in 0..12 {
        recent.remember(&settings, &folder(n)).unwrap();
    }
    let mut other_window = profile::Recent::load(&settings);
    assert_eq!(other_window, recent);
    assert_eq!(recent.folders, (2..12).rev().map(folder).collect::<Vec<_>>());
    other_window.remember(&settings, &folder(20)).unwrap();
    recent.remember(&settings, &folder(5)).unwrap();
    assert_eq!(recent.folders[..2], [folder(5), folder(20)]);
    assert_eq!(recent.folders.iter().filter(|path| **path == folder(5)).count(), 1);
    fs::write(settings.join("recent.toml"), b"\xff\0 = [").unwrap();
    assert_eq!(profile::Recent::load(&settings).folders.len(), 0);
    recent.remember(&settings, &folder(1)).unwrap();
    assert_eq!(profile::Recent::load(&settings), recent);
    let blocked = settings.join("recent.toml");
    assert!(recent.remember(&blocked, &folder(2)).is_err());
    assert_eq!(recent.folders[0], folder(2));
}

#[test]
fn a_folder_that_can_not_be_locked_opens_for_reading_and_says_why() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), plan()).unwrap());
    fs::remove_file(home.path().join(".lock")).unwrap();
    fs::create_dir(home.path().join(".lock")).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    assert!(opened.lock.is_none());
    assert!(opened.remarks[0].contains("open for reading only"), "{:?}", opened.remarks);
    assert!(matches!(profile::save(&mut opened), Err(ProfileError::ReadOnly { .. })));
}

/// No rights keep root from writing, but the kernel's own folders do.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_without_write_permission_is_a_sentence() {
    let said = profile::create(std::path::Path::new("/proc/self"), plan()).unwrap_err().to_string();
    assert!(said.contains("can't be written") && said.contains("choose a folder"), "{said}");
    let files = [("a.txt", &b"a"[..])];
    let said = profile::write_exports(std::path::Path::new("/proc/self"), files).unwrap_err();
    assert!(said.to_string().contains("/proc/self/a.txt can't be written"), "{said}");
}
