//! A process that is killed while it saves: whatever the moment, the profile
//! opens, and nothing in it is older than the last save that was finished.

#![cfg(unix)]

use std::env;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use sdr_wizard::finding::{Answer, Entry, Word};

use super::*;

/// The folder that the child saves into; the sign that it is one.
const FOLDER: &str = "SDR_SAVE_UNTIL_KILLED";

/// Puts a number into each file of a profile.
fn numbered(profile: &mut Profile, number: u64) {
    let plan = &mut profile.plan;
    let name = HostName::parse(&format!("mail{number}.example.com")).unwrap();
    plan.external.host_name = Some(name);
    let people = 40 + number % 7;
    plan.roster = Default::default();
    for at in 0..people {
        let mut who = mailbox(&format!("p{at}@example.com"));
        who.display_name = format!("Save {number}").into();
        plan.roster.add(who).unwrap();
    }
    let mut seen = finding("server.banner");
    seen.summary = number.to_string();
    profile.evidence.record(seen);
}

/// The numbers in plan, people and evidence.
fn numbers(profile: &Profile) -> [u64; 3] {
    let host = profile.plan.external.host_name.as_ref().unwrap().to_string();
    let of_plan = host.strip_prefix("mail").unwrap().split('.').next().unwrap().parse().unwrap();
    let names: Vec<&str> = profile.plan.roster.iter().map(|who| &*who.display_name).collect();
    assert!(names.iter().all(|name| *name == names[0]), "people of two saves: {names:?}");
    let of_people: u64 = names[0].strip_prefix("Save ").unwrap().parse().unwrap();
    assert_eq!(names.len() as u64, 40 + of_people % 7);
    let of_evidence = profile.evidence.get("server.banner").unwrap().summary.parse().unwrap();
    [of_plan, of_people, of_evidence]
}

#[test]
#[ignore = "the child of the test below: it saves until it is killed"]
fn saves_until_it_is_killed() {
    let folder = std::path::PathBuf::from(env::var_os(FOLDER).unwrap());
    let mut profile = profile::open(&folder).unwrap();
    let first = numbers(&profile)[0] + 1;
    for number in first.. {
        numbered(&mut profile, number);
        profile::save(&mut profile).unwrap();
        let who = Address::parse(&format!("p{}@example.com", number % 40)).unwrap();
        let at = Timestamp::from_second(i64::try_from(number).unwrap()).unwrap();
        let answer = Answer { at, side: Side::External, word: Word::Known, said: "".into() };
        profile::note(&mut profile, vec![Entry::Heard(who, answer)]).unwrap();
        // One write of few bytes: it arrives whole or not at all.
        let told = format!("finished {number}\n");
        std::io::stderr().write_all(told.as_bytes()).unwrap();
    }
}

#[test]
fn whenever_it_is_killed_the_profile_opens_and_is_no_older_than_the_last_save() {
    let kills: u64 = env::var("SDR_KILLS").map_or(25, |count| count.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("example.com");
    let mut made = profile::create(&folder, plan()).unwrap();
    numbered(&mut made, 0);
    profile::save(&mut made).unwrap();
    drop(made);
    let mut finished = 0;
    let (mut saves, mut between) = (0, 0);
    for kill in 0..kills {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "killed::saves_until_it_is_killed", "--ignored", "--nocapture"])
            .env(FOLDER, &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // It is at work: the moment is any from now on, over several saves.
        let first = lines.next().map(Result::unwrap);
        std::thread::sleep(Duration::from_micros(fastrand::u64(0..20_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in first.into_iter().chain(lines.map_while(Result::ok)) {
            let number =
                line.strip_prefix("finished ").unwrap_or_else(|| panic!("kill {kill}: {line}"));
            finished = number.parse().unwrap();
            saves += 1;
        }
        let opened = profile::open(&folder).unwrap();
        assert_eq!(opened.remarks, [""; 0], "kill {kill}");
        let there = numbers(&opened);
        for number in there {
            assert!(
                (finished..=finished + 1).contains(&number),
                "kill {kill}: {there:?} after {finished}"
            );
        }
        // And the answer that was noted after it.
        let heard = opened.evidence.people().iter().map(|(_, answer)| answer.at.as_second()).max();
        assert!(
            heard.unwrap_or(0) >= i64::try_from(finished).unwrap(),
            "kill {kill}: {heard:?} after {finished}"
        );
        between += u64::from(there.iter().any(|number| *number != there[0]));
        // What the next child begins with is newer than this.
        finished = there.into_iter().min().unwrap();
    }
    // Half a file that a kill left is gone with the next save.
    let mut last = profile::open(&folder).unwrap();
    profile::save(&mut last).unwrap();
    let left: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.') && name != ".lock")
        .collect();
    assert_eq!(left, [""; 0]);
    println!(
        "{kills} kills among {saves} finished saves, {between} of them between the files of one save"
    );
    assert!(saves >= kills, "the child hardly saved: {saves} in {kills} lives");
}
