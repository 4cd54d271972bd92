//! Saved profiles, as they lie on disk.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::plan::{
    Address, Domain, ExternalSystem, HostName, Mailbox, PanelOffer, Plan, Purpose, Side, Task,
    Wave, WaveNumber,
};
use sdr_wizard::profile::{self, Profile, ProfileError};

fn plan() -> Plan {
    Plan::new(Domain::parse("example.com").unwrap()).unwrap()
}

fn wave(number: u16) -> WaveNumber {
    WaveNumber::new(number).unwrap()
}

fn mailbox(address: &str) -> Mailbox {
    Mailbox::new(Address::parse(address).unwrap())
}

/// A plan in which everything differs from the default.
fn full_plan() -> Plan {
    let mut plan = plan();
    plan.set_routing_subdomain(Domain::parse("mail.example.com").unwrap()).unwrap();
    plan.situation.purpose = Purpose::Permanent;
    plan.situation.primary_mx = Side::Host;
    plan.situation.panel = PanelOffer::Offered;
    plan.external.system = ExternalSystem::ExchangeOnline;
    plan.external.host_name = Some(HostName::parse("mail1.example.com").unwrap());
    plan.external.verification_address = Some(Address::parse("ann@example.com").unwrap());
    plan.waves = vec![
        Wave { number: wave(1), name: "Sales \"east\"".into(), date: "2027-01-31".parse().ok() },
        Wave::numbered(wave(2)),
    ];
    plan.done.extend([Task::EnableSdr, Task::PublishSubdomainMx]);
    let mut ann = mailbox("ann@example.com");
    ann.display_name = "Ann, \"the\" Lee".into();
    ann.home = Side::Host;
    ann.wave = Some(wave(1));
    ann.aliases = vec![Address::parse("a.lee@example.com").unwrap()];
    plan.roster.add(ann).unwrap();
    plan.roster.add(mailbox("bob@example.com")).unwrap();
    plan
}

fn finding(id: &str) -> Finding {
    Finding::new(id, State::Failed, "seen", Timestamp::UNIX_EPOCH)
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap()
}

fn reopened(profile: Profile) -> Profile {
    let folder = profile.folder.clone();
    drop(profile);
    profile::open(&folder).unwrap()
}

#[test]
fn what_was_saved_is_what_opens() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("example.com");
    let mut made = profile::create(&folder, full_plan()).unwrap();
    made.evidence.record(finding("server.banner"));
    made.drafts.insert("external-host".into(), "mail server\0\n\u{202e}".into());
    profile::save(&mut made).unwrap();
    assert_eq!(made.remarks, [""; 0]);
    let (plan, evidence, drafts) = (made.plan.clone(), made.evidence.clone(), made.drafts.clone());
    let back = reopened(made);
    assert_eq!(back.remarks, [""; 0]);
    assert_eq!(back.plan, plan);
    assert_eq!(back.evidence, evidence);
    assert_eq!(back.drafts, drafts);
    assert!(back.lock.is_some());
    assert_eq!(profile::list(home.path()), [folder]);
}

#[test]
fn a_second_window_reads_and_does_not_write() {
    let home = tempfile::tempdir().unwrap();
    let first = profile::create(home.path(), full_plan()).unwrap();
    let mut second = profile::open(home.path()).unwrap();
    assert!(second.lock.is_none());
    assert_eq!(second.plan, first.plan);
    second.plan.situation.purpose = Purpose::Migration;
    assert!(matches!(profile::save(&mut second), Err(ProfileError::ReadOnly { .. })));
    drop(first);
    assert_eq!(profile::open(home.path()).unwrap().plan, full_plan());
}

#[test]
fn a_newer_schema_is_refused_with_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), plan()).unwrap());
    let newer = read(home.path(), "profile.toml").replace("schema = 1", "schema = 2");
    fs::write(home.path().join("profile.toml"), &newer).unwrap();
    let said = profile::open(home.path()).unwrap_err().to_string();
    assert!(said.contains("schema 2; this one knows 1"), "{said}");
    assert_eq!(read(home.path(), "profile.toml"), newer);
}

#[test]
fn a_new_profile_explains_every_key() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), full_plan()).unwrap());
    let text = read(home.path(), "profile.toml");
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let own = line.contains(" = ") && !line.starts_with('#');
        let waves = lines[..at].iter().any(|line| *line == "[[wave]]");
        assert!(!own || waves || lines[at - 1].starts_with("# "), "{line} has no comment\n{text}");
    }
    for part in [
        "schema = 1\n",
        "routing_subdomain = \"mail.example.com\"\n",
        "host_name = \"mail1.example.com\"\n",
        "done = [\"enable-sdr\", \"publish-subdomain-mx\"]\n",
        "[[wave]]\nnumber = 1\nname = 'Sales \"east\"'\ndate = 2027-01-31\n",
        "[[wave]]\nnumber = 2\n",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    let people = read(home.path(), "roster.csv");
    assert_eq!(
        people,
        "\u{feff}address,display_name,first_name,last_name,home,wave,aliases,strategy\r\n\
         ann@example.com,\"Ann, \"\"the\"\" Lee\",,,host,1,a.lee@example.com,contact\r\n\
         bob@example.com,,,,external,,,contact\r\n"
    );
}

#[test]
fn a_value_corrected_by_hand_wins() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), full_plan()).unwrap());
    let edited = read(home.path(), "profile.toml")
        .replace("\"permanent\"\n", "\"Migration\" # was permanent\n")
        .replace("host_name = \"mail1.example.com\"", "host_name = 'https://MX.Example.com/'")
        .replace("routing_subdomain = \"mail.example.com\"", "routing_subdomain = \"west\"")
        .replace("date = 2027-01-31", "date = \"2027-02-01\"")
        .replace("panel = \"offered\"", "");
    fs::write(home.path().join("profile.toml"), &edited).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    assert_eq!(opened.remarks, [""; 0]);
    assert_eq!(opened.plan.situation.purpose, Purpose::Migration);
    assert_eq!(opened.plan.situation.panel, PanelOffer::NotLooked);
    assert_eq!(opened.plan.external.host_name.as_ref().unwrap().as_str(), "mx.example.com");
    assert_eq!(opened.plan.routing_subdomain().as_str(), "west.example.com");
    assert_eq!(opened.plan.waves[0].date, "2027-02-01".parse().ok());
    profile::save(&mut opened).unwrap();
    assert_eq!(read(home.path(), "profile.toml"), edited, "what means the same is not rewritten");
}

#[test]
fn a_value_that_does_not_parse_is_kept_and_named() {
    let home = tempfile::tempdir().unwrap();
    let spoilt = "# mine\nschema = 1\ndomain = \"example.com\"\nrouting_subdomain = \"example.com\"\n\
         host = \"acme\"\ndone = [\"enable-sdr\", \"dance\"]\n\n[situation]\npurpose = \"fun\"\nprimary_mx = 3\n\
         \n[external]\nhost_name = \"mail server\"\nverification_address = \"ann\" # ask Ann\n\
         \n[[wave]]\nnumber = 0\n\n[[wave]]\nnumber = 2\ndate = \"soon\"\n\n[[wave]]\nnumber = 2\n";
    fs::write(home.path().join("profile.toml"), spoilt).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    for (key, write) in [
        ("routing_subdomain", "choose a name below it"),
        ("host:", "host = \"rackspace\""),
        ("done: “dance”", "enable-sdr, publish-subdomain-mx"),
        ("[situation] purpose: “fun”", "migration, permanent"),
        ("[situation] primary_mx: “3”", "external, host"),
        ("[external] host_name", "spaces"),
        ("[external] verification_address", "has no @"),
        ("[[wave]]: 1 of them", "number = 1"),
        ("[[wave]] 2 date: “soon”", "2027-01-31"),
        ("wave 2 stands there twice", "number of its own"),
    ] {
        let named = |remark: &&String| {
            remark.starts_with("profile.toml") && remark.contains(key) && remark.contains(write)
        };
        assert!(opened.remarks.iter().any(|remark| named(&remark)), "{key}: {:#?}", opened.remarks);
    }
    assert_eq!(opened.drafts["external-host"], "mail server");
    assert_eq!(opened.drafts["verification-address"], "ann");
    assert_eq!(opened.drafts["routing-subdomain"], "example.com");
    assert_eq!(opened.plan.routing_subdomain().as_str(), "rackspace.example.com");
    assert!(opened.plan.done.contains(&Task::EnableSdr));

    opened.plan.situation.panel = PanelOffer::Offered;
    profile::save(&mut opened).unwrap();
    let (plan, drafts) = (opened.plan.clone(), opened.drafts.clone());
    let back = reopened(opened);
    assert_eq!((&back.plan, &back.drafts), (&plan, &drafts));
    let text = read(home.path(), "profile.toml");
    for kept in [
        "# mine",
        "purpose = \"fun\"",
        "\"dance\"",
        "host = \"acme\"",
        "# ask Ann",
        "number = 0",
        "\"soon\"",
    ] {
        assert!(text.contains(kept), "{kept}\n---\n{text}");
    }
    assert!(text.contains("verification-address = \"ann\"\n"), "{text}");
}

#[test]
fn only_an_unreadable_domain_refuses_the_profile() {
    for (text, part) in [
        ("", "it names no domain"),
        ("schema = 1\ndomain = \"\"\n", "it names no domain"),
        ("domain = \"exa mple.com\"\n", "no spaces"),
        ("domain = 7\n", "no dot"),
        ("schema = 1\n# ok\ndomain = \"example.com\"\nhost = = 2\n", "line 4 can't be read"),
        ("schema = \"1\"\ndomain = \"example.com\"\n", "schema = 1 belongs"),
        ("schema = 0\ndomain = \"example.com\"\n", "schema = 1 belongs"),
        ("schema = 1\ndomain = \"a\0b.com\"\n", "NUL"),
        ("PK\u{3}\u{4}", "Excel workbook"),
        (&format!("domain = \"{}\"", "[".repeat(1 << 16)), "domain can't be read"),
        (&format!("x = {}", "[".repeat(1 << 16)), "line 1 can't be read"),
    ] {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("profile.toml"), text).unwrap();
        let said = profile::open(home.path()).unwrap_err().to_string();
        assert!(said.contains(part) && said.contains("is not a profile"), "{said}");
        assert!(said.len() < 400, "{said}");
        assert_eq!(read(home.path(), "profile.toml"), text);
    }
}

#[test]
fn a_file_saved_by_an_old_editor_opens() {
    let home = tempfile::tempdir().unwrap();
    let text = "# Büro\r\ndomain = \"bücher.example\"\r\nx = 1\r\n";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ansi: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for bytes in
        [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), utf16, ansi]
    {
        fs::write(home.path().join("profile.toml"), &bytes).unwrap();
        let mut opened = profile::open(home.path()).unwrap();
        assert_eq!(opened.plan.domain().as_str(), "xn--bcher-kva.example");
        profile::save(&mut opened).unwrap();
        assert_eq!(fs::read(home.path().join("profile.toml")).unwrap(), bytes);
        opened.plan.situation.purpose = Purpose::Permanent;
        profile::save(&mut opened).unwrap();
        let saved = read(home.path(), "profile.toml");
        assert!(saved.starts_with("# Büro\r\ndomain = \"bücher.example\"\r\nx = 1\r\n"), "{saved}");
        assert_eq!(saved.matches('\n').count(), saved.matches("\r\n").count());
        assert_eq!(opened.remarks, [""; 0]);
    }
}

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
fn a_customised_host_is_written_whole() {
    let home = tempfile::tempdir().unwrap();
    let mut plan = full_plan();
    plan.host.id = "thexyz".into();
    plan.host.panel_path = vec!["Domains \"all\"".into()];
    plan.host.mx[0].exchange = HostName::parse("mx.thexyz.example").unwrap();
    plan.host.api = None;
    let mut open = profile::create(home.path(), plan.clone()).unwrap();
    let text = read(home.path(), "profile.toml");
    assert!(text.contains("# The system that takes the moved mailboxes.\n[host"), "{text}");
    let commented = text.replace("mx_ttl = 3600", "mx_ttl = 3600 # an hour\nour_account = 17");
    drop(open);
    fs::write(home.path().join("profile.toml"), &commented).unwrap();
    let mut open = profile::open(home.path()).unwrap();
    assert_eq!((&open.plan, &open.remarks), (&plan, &vec![]));
    open.plan.host.mx_ttl = 300;
    open.plan.host.api = Some("https://api.example/v1".into());
    profile::save(&mut open).unwrap();
    let text = read(home.path(), "profile.toml");
    assert!(text.contains("mx_ttl = 300 # an hour\nour_account = 17"), "{text}");
    let plan = open.plan.clone();
    assert_eq!(reopened(open).plan, plan);
}

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
    assert!(said.contains("can't be written") && said.contains("Choose a folder"), "{said}");
    let said = profile::create(&home.path().join("file/below"), plan()).unwrap_err().to_string();
    assert!(said.contains("can't be written"), "{said}");
    let made = profile::create(&home.path().join("a/b"), plan()).unwrap();
    let said = profile::create(&home.path().join("a/b"), plan()).unwrap_err().to_string();
    assert!(said.contains("holds a profile already"), "{said}");
    drop(made);
    assert!(profile::open(&home.path().join("a/b/profile.toml")).is_ok());
}

#[test]
fn work_survives_a_folder_that_went_away() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("p");
    let mut open = profile::create(&folder, full_plan()).unwrap();
    fs::rename(&folder, home.path().join("moved")).unwrap();
    open.plan.situation.purpose = Purpose::Migration;
    let said = profile::save(&mut open).unwrap_err().to_string();
    assert!(said.contains("can't be written") && said.contains("kept in memory"), "{said}");
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
