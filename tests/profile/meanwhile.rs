//! What happens to the files while a window has them open.

use std::fs;

use super::*;

#[test]
fn a_hand_edit_while_the_window_is_open_is_kept_aside() {
    let home = tempfile::tempdir().unwrap();
    let mut open = profile::create(home.path(), full_plan()).unwrap();
    let text = read(home.path(), "profile.toml");

    let commented =
        text.replace("# The mail domain", "# call Joe first\n# The mail domain") + "mine = 3\n";
    fs::write(home.path().join("profile.toml"), &commented).unwrap();
    open.plan.situation.panel = PanelOffer::NotOffered;
    profile::save(&mut open).unwrap();
    assert_eq!(open.remarks, [""; 0], "a comment needs no copy");
    assert_eq!(
        read(home.path(), "profile.toml"),
        commented.replace("\"offered\"\n", "\"not-offered\"\n")
    );

    let edited =
        read(home.path(), "profile.toml").replace("mail1.example.com", "mail2.example.com");
    fs::write(home.path().join("profile.toml"), &edited).unwrap();
    open.plan.situation.panel = PanelOffer::Offered;
    profile::save(&mut open).unwrap();
    assert!(open.remarks[0].contains("profile.toml.yours-1"), "{:?}", open.remarks);
    assert_eq!(read(home.path(), "profile.toml.yours-1"), edited);
    assert!(read(home.path(), "profile.toml").contains("mail1.example.com"));

    fs::write(home.path().join("profile.toml"), "half a").unwrap();
    open.plan.situation.panel = PanelOffer::NotLooked;
    profile::save(&mut open).unwrap();
    assert_eq!(read(home.path(), "profile.toml.yours-2"), "half a");
    assert!(read(home.path(), "profile.toml").contains("# call Joe first"));

    let people = "address,phone\r\neve@example.com,1\r\n";
    fs::write(home.path().join("roster.csv"), people).unwrap();
    open.plan.roster.put(mailbox("carol@example.com"));
    profile::save(&mut open).unwrap();
    assert_eq!(read(home.path(), "roster.csv.yours-1"), people);
    assert_eq!(open.remarks.len(), 3);
    let plan = open.plan.clone();
    assert_eq!(reopened(open).plan, plan);
}

#[test]
fn a_file_deleted_while_the_window_is_open_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let mut open = profile::create(home.path(), full_plan()).unwrap();
    let text = read(home.path(), "profile.toml");
    fs::remove_file(home.path().join("profile.toml")).unwrap();
    fs::remove_file(home.path().join("roster.csv")).unwrap();
    profile::save(&mut open).unwrap();
    assert_eq!(read(home.path(), "profile.toml"), text);
    assert_eq!(reopened(open).plan, full_plan());
}

#[cfg(unix)]
#[test]
fn files_that_did_not_change_are_not_written() {
    use std::os::unix::fs::MetadataExt;
    let home = tempfile::tempdir().unwrap();
    let mut open = profile::create(home.path(), full_plan()).unwrap();
    open.evidence.record(finding("server.banner"));
    profile::save(&mut open).unwrap();
    let inodes = || {
        ["profile.toml", "roster.csv", "evidence.json"]
            .map(|file| fs::metadata(home.path().join(file)).unwrap().ino())
    };
    let before = inodes();
    profile::save(&mut open).unwrap();
    assert_eq!(inodes(), before);
    open.plan.situation.purpose = Purpose::Migration;
    profile::save(&mut open).unwrap();
    assert_ne!(inodes()[0], before[0]);
    assert_eq!(inodes()[1..], before[1..]);
    let names: Vec<String> = { fs::read_dir(home.path()).unwrap() }
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 4, "no temp file stays: {names:?}");
}

#[test]
fn work_survives_a_folder_that_went_away() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("p");
    let mut open = profile::create(&folder, full_plan()).unwrap();
    fs::rename(&folder, home.path().join("moved")).unwrap();
    open.plan.situation.purpose = Purpose::Migration;
    let said = profile::save(&mut open).unwrap_err().to_string();
    assert!(said.contains("can't be written"), "{said}");
    fs::rename(home.path().join("moved"), &folder).unwrap();
    profile::save(&mut open).unwrap();
    assert_eq!(reopened(open).plan.situation.purpose, Purpose::Migration);
}

#[test]
fn people_lists_that_lie_there_already_are_kept() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("roster.csv"), "mine").unwrap();
    let made = profile::create(home.path(), full_plan()).unwrap();
    assert_eq!(read(home.path(), "roster.csv.yours-1"), "mine");
    assert_eq!(made.remarks.len(), 1);
    assert_eq!(reopened(made).plan, full_plan());
}

#[test]
fn unreadable_evidence_is_set_aside_once_there_is_new() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), plan()).unwrap());
    let broken = "{\"server.banner\": {\"id\": ";
    fs::write(home.path().join("evidence.json"), broken).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    assert!(opened.remarks[0].contains("evidence.json can't be read"), "{:?}", opened.remarks);
    profile::save(&mut opened).unwrap();
    assert_eq!(read(home.path(), "evidence.json"), broken);
    opened.evidence.record(finding("server.ehlo"));
    profile::save(&mut opened).unwrap();
    assert_eq!(read(home.path(), "evidence.json.before-1"), broken);
    assert!(opened.remarks.last().unwrap().contains("evidence.json.before-1"));

    let good = read(home.path(), "evidence.json");
    let half = good.replacen("\n  \"server.ehlo\"", "\n  \"dns.mx\": 3,\n  \"server.ehlo\"", 1);
    fs::write(home.path().join("evidence.json"), &half).unwrap();
    let opened = reopened(opened);
    assert!(opened.evidence.get("server.ehlo").is_some());
    assert!(opened.remarks[0].contains("“dns.mx”"), "{:?}", opened.remarks);
}

#[test]
fn a_pasted_list_too_long_to_keep_does_not_spoil_the_profile() {
    let home = tempfile::tempdir().unwrap();
    let mut open = profile::create(home.path(), plan()).unwrap();
    open.drafts.insert("list-paste".into(), "a".repeat(1 << 20));
    profile::save(&mut open).unwrap();
    assert_eq!(open.remarks, [""; 0]);
    open.drafts.insert("external-host".into(), "mail server".into());
    open.drafts.insert("list-paste".into(), "\u{1}".repeat(2 << 20));
    profile::save(&mut open).unwrap();
    profile::save(&mut open).unwrap();
    assert_eq!(open.remarks.len(), 1);
    assert!(open.remarks[0].contains("“list-paste” is too long"), "{:?}", open.remarks);
    let back = reopened(open);
    assert_eq!(back.drafts.keys().collect::<Vec<_>>(), ["external-host"]);
}
