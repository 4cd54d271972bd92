//! Maps and rows for other servers, judged by makemap, postmap and a database.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use sdr_wizard::plan::{ExternalSystem, Home};

use crate::judges::{run, there};
use crate::sample::{files, person, plan, rows, text};
use crate::servers::hostile;

#[test]
fn makemap_compiles_the_virtusertable_and_finds_the_same_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab-servers");
    let makemap = root.join("usr/libexec/sendmail/makemap");
    let (wanted, files) = hostile(ExternalSystem::Sendmail);
    let table = text(&files["sendmail/sdr-virtusertable"]);
    let lines: BTreeMap<&str, &str> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once('\t').unwrap())
        .collect();
    // The people of the earlier waves are in it too: six addresses.
    assert_eq!(lines.len(), wanted.len() + 6);
    for (address, target) in &wanted {
        assert_eq!(lines.get(&**address), Some(&&**target), "{address}");
    }
    if !makemap.exists() && std::env::var_os("CI").is_none() {
        println!("SKIPPED: tests/run unpacks makemap");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("table"), &table).unwrap();
    std::fs::write(folder.path().join("empty.cf"), "").unwrap();
    let said = run(Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", "\"$0\" -C empty.cf hash t < table && \"$0\" -C empty.cf -u hash t"])
        .arg(&makemap));
    let read: BTreeMap<&str, &str> =
        said.lines().map(|line| line.split_once('\t').unwrap()).collect();
    assert_eq!(read, lines);
}

#[test]
fn a_gateway_takes_each_address_and_sends_it_to_the_routing_subdomain() {
    if !there("postmap", "-V") {
        return;
    }
    let (wanted, files) = hostile(ExternalSystem::PostfixRelay);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("main.cf"),
        "compatibility_level = 3.6\nqueue_directory = .\ninet_interfaces = loopback-only\n",
    )
    .unwrap();
    let keys: String = wanted.keys().map(|key| format!("{key}\n")).collect();
    std::fs::write(folder.path().join("keys"), keys).unwrap();
    for (map, answer) in
        [("sdr-transport", "smtp:rackspace.example.com"), ("sdr-relay-recipients", "OK")]
    {
        std::fs::write(folder.path().join(map), &files[&format!("postfix-relay/{map}")]).unwrap();
        let postmap = || {
            let mut command = Command::new("postmap");
            command.current_dir(folder.path()).arg("-c").arg(folder.path());
            command
        };
        assert_eq!(
            run(postmap().arg(format!("hash:{map}"))),
            "",
            "postmap has nothing to complain about"
        );
        let output = postmap()
            .args(["-q", "-", &format!("hash:{map}")])
            .stdin(std::fs::File::open(folder.path().join("keys")).unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let answers: BTreeMap<&str, &str> =
            said.lines().map(|line| line.split_once('\t').unwrap()).collect();
        assert_eq!(answers.len(), wanted.len());
        assert!(answers.values().all(|said| *said == answer), "{map}");
        let nobody =
            postmap().args(["-q", "nobody@example.com", &format!("hash:{map}")]).output().unwrap();
        assert!(!nobody.status.success());
    }
}

/// Runs scripts of SQL on a table like iRedMail's and prints it after each.
const DATABASE: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(":memory:")
db.executescript("""
CREATE TABLE domain (domain VARCHAR(255) PRIMARY KEY);
CREATE TABLE forwardings (id INTEGER PRIMARY KEY, address VARCHAR(255) NOT NULL DEFAULT '',
  forwarding VARCHAR(255) NOT NULL DEFAULT '', domain VARCHAR(255) NOT NULL DEFAULT '',
  dest_domain VARCHAR(255) NOT NULL DEFAULT '', is_maillist INT NOT NULL DEFAULT 0,
  is_list INT NOT NULL DEFAULT 0, is_forwarding INT NOT NULL DEFAULT 0,
  is_alias INT NOT NULL DEFAULT 0, active INT NOT NULL DEFAULT 1);
CREATE UNIQUE INDEX one ON forwardings (address, forwarding);
INSERT INTO domain VALUES ('example.com'), ('other.example');
""")
for address in json.loads(sys.argv[1]):
    db.execute("INSERT INTO forwardings (address, forwarding, domain, dest_domain, is_forwarding) "
               "VALUES (?, ?, 'example.com', 'example.com', 1)", (address, address))
db.execute("INSERT INTO forwardings (address, forwarding, domain, is_forwarding) VALUES "
           "('bystander@example.com', 'x@example.net', 'example.com', 1)")
db.commit()
out = []
for script in [None] + sys.argv[2:]:
    if script:
        # Files of one session; what is not committed in it goes with it.
        parts = [open(part, encoding="utf-8").read() for part in script.split("+")]
        db.executescript("".join(parts))
        db.rollback()
    rows = db.execute("SELECT address, forwarding, domain, dest_domain, is_forwarding, active "
                      "FROM forwardings ORDER BY 1, 2").fetchall()
    out.append([list(map(str, row)) for row in rows])
print(json.dumps(out))
"#;

#[test]
fn a_database_takes_the_rows_twice_and_gives_back_what_was_there() {
    if !there("python3", "--version") {
        return;
    }
    let (wanted, files) = hostile(ExternalSystem::IRedMail);
    let wanted: BTreeMap<String, String> =
        wanted.into_iter().filter(|(a, t)| a.split('@').next() == t.split('@').next()).collect();
    let folder = tempfile::tempdir().unwrap();
    for name in ["forwards.sql", "forwards-undo.sql", "commit.sql"] {
        std::fs::write(folder.path().join(name), &files[&format!("iredmail/{name}")]).unwrap();
    }
    let accounts: Vec<&String> = wanted.keys().collect();
    let said = run(Command::new("python3").current_dir(folder.path()).args([
        "-c",
        DATABASE,
        &serde_json::to_string(&accounts).unwrap(),
        "forwards.sql",
        "forwards.sql+commit.sql",
        "forwards.sql+commit.sql",
        "forwards-undo.sql",
        "forwards-undo.sql+commit.sql",
        "forwards.sql+commit.sql",
    ]));
    let states: Vec<BTreeSet<Vec<String>>> = serde_json::from_str(&said).unwrap();
    let [before, shown, once, twice, shown_undo, undone, again] = &states[..] else {
        panic!("{}", states.len())
    };
    assert_eq!((before, once), (shown, shown_undo), "a preview changes nothing");
    assert_eq!(once, again, "after an undo too");
    assert_eq!(once, twice, "loading again changes nothing");
    assert_eq!(before, undone);
    for (address, target) in &wanted {
        let row = |forwarding: &String, dest: &str, active: &str| {
            [address, forwarding, "example.com", dest, "1", active].map(str::to_owned).to_vec()
        };
        assert!(once.contains(&row(target, "rackspace.example.com", "1")), "{address}");
        assert!(once.contains(&row(address, "example.com", "0")), "{address} keeps a copy");
    }
    assert_eq!(once.len(), before.len() + wanted.len());
}

#[test]
fn everyone_at_the_host_is_handed_out_twice_and_taken_back_once() {
    if !there("python3", "--version") {
        return;
    }
    let mut plan = plan(ExternalSystem::IRedMail);
    let (first, _) = files(&plan, None);
    plan.roster.edit(&"ann@example.com".parse().unwrap(), |ann| ann.home = Home::Host);
    plan.roster.remove(|who| who.address.local() == "zoe");
    let (second, _) = files(&plan, None);
    let folder = tempfile::tempdir().unwrap();
    for (name, files, from) in [
        ("one.sql", &first, "forwards.sql"),
        ("two.sql", &second, "forwards.sql"),
        ("undo.sql", &second, "forwards-undo.sql"),
        ("commit.sql", &second, "commit.sql"),
    ] {
        std::fs::write(folder.path().join(name), &files[&format!("iredmail/{from}")]).unwrap();
    }
    let said = run(Command::new("python3").current_dir(folder.path()).args([
        "-c",
        DATABASE,
        r#"["ann@example.com", "zoe@example.com"]"#,
        "one.sql+commit.sql",
        "two.sql+commit.sql",
        "undo.sql+commit.sql",
    ]));
    let states: Vec<BTreeSet<Vec<String>>> = serde_json::from_str(&said).unwrap();
    let [before, one, two, undone] = &states[..] else { panic!("{}", states.len()) };
    assert_eq!((one.len(), two.len()), (before.len() + 1, before.len() + 2));
    assert_eq!(before, undone, "Zoe's too, who stood in the first list alone");
}

#[test]
fn every_server_has_a_how_to_with_an_undo_and_its_words_are_plain() {
    for system in ExternalSystem::ALL {
        let files = files(&plan(system), Some(1)).0;
        let how_to: Vec<&String> = files
            .keys()
            .filter(|path| path.ends_with("HOW-TO.txt") && !path.starts_with("exchange/"))
            .collect();
        if system.is_exchange() || system == ExternalSystem::Other {
            assert!(how_to.is_empty());
            continue;
        }
        assert_eq!(how_to.len(), 1, "{system:?}");
        let bytes = &files[how_to[0]];
        let text = text(bytes);
        assert!(text.contains("\nUndo") && text.contains("Loading"), "{text}");
        assert!(text.contains("erify"), "{text}");
        let crlf = bytes.windows(2).filter(|two| two == b"\r\n").count();
        let lf = bytes.iter().filter(|byte| **byte == b'\n').count();
        assert!(crlf == 0 || crlf == lf, "{system:?} mixes line ends");
    }
}

#[test]
fn lists_for_administration_pages_hold_each_pair() {
    for (system, path) in [
        (ExternalSystem::GoogleWorkspace, "google/address-map.txt"),
        (ExternalSystem::MDaemon, "mdaemon/aliases.for-spreadsheet.csv"),
        (ExternalSystem::HMailServer, "hmailserver/forwards.for-hmailserver.csv"),
    ] {
        let (wanted, files) = hostile(system);
        let list = text(&files[path]).replace('"', "");
        let mut seen = 0;
        for line in list.lines() {
            let (from, to) = line.split_once(',').unwrap();
            if let Some(target) = wanted.get(from) {
                assert_eq!(to.trim(), target);
                seen += 1;
            }
        }
        assert!(seen > 350, "{path}: {seen}");
    }
}

#[test]
fn lists_that_people_type_off_run_nothing_in_a_spreadsheet() {
    for (system, path) in [
        (ExternalSystem::Kerio, "kerio/aliases.for-spreadsheet.csv"),
        (ExternalSystem::MDaemon, "mdaemon/aliases.for-spreadsheet.csv"),
    ] {
        let mut plan = plan(system);
        plan.roster.put(person("=cmd|x@example.com", "Eve", 1));
        let files = files(&plan, Some(1)).0;
        let list = rows(&files[path]);
        let formula = |cell: &String| cell.starts_with(['=', '+', '-', '@']);
        assert!(!list.iter().flatten().any(formula), "{list:?}");
        assert!(list.iter().any(|row| row[0].starts_with("'=cmd|x")), "{list:?}");
        let readme = text(&files["README.txt"]);
        assert!(readme.contains(&format!("in {path}: \"=cmd|x")), "{readme}");
    }
}
