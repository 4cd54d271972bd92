//! The way back of one wave, by the commands that are handed out.

use std::fs;
use std::path::Path;
use std::process::Command;

use sdr_wizard::plan::{ExternalSystem, Home, Plan};

use crate::judges::there;
use crate::sample::{evidence, files, files_after, handed, plan, text};

/// Runs the commands of one numbered step of the HOW-TO with a folder in the
/// place of /etc/postfix, and returns what they said.
fn follow(how_to: &str, part: &str, step: usize, etc: &Path) -> String {
    let (_, part) = how_to.split_once(&format!("\n{part}\n\n")).unwrap();
    let (_, step) = part.split_once(&format!("{step}. ")).unwrap();
    let commands: Vec<&str> = step
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with("   "))
        .filter_map(|line| line.strip_prefix("       "))
        .collect();
    let commands = commands.join("\n").replace("/etc/postfix", &etc.display().to_string());
    // What it is given is written down, and compiled where there is a real one.
    let compile = if there("postmap", "-V") { "command postmap -c . \"$1\"" } else { ":" };
    let main = "compatibility_level = 3.6\nqueue_directory = .\ninet_interfaces = loopback-only\n";
    fs::write(etc.join("main.cf"), main).unwrap();
    let output = Command::new("sh")
        .current_dir(etc)
        .arg("-c")
        .arg(format!(
            "postfix() {{ :; }}\npostmap() {{ cp \"${{1#hash:}}\" \"${{1#hash:}}.given\"; {compile}; }}\n{commands}"
        ))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said, "", "{commands}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_undo_of_a_wave_leaves_the_waves_before_in_the_map() {
    let mut plan = plan(ExternalSystem::Postfix);
    let etc = tempfile::tempdir().unwrap();
    let map = || fs::read_to_string(etc.path().join("sdr-forwards")).unwrap();
    let load = |plan: &Plan, wave| {
        let first = files(plan, Some(1)).0;
        let (files, _) = files_after(plan, &evidence(), &handed(&[&first]), Some(wave));
        let how_to = text(&files["postfix/HOW-TO.txt"]);
        follow(&how_to, "Loading", 1, etc.path());
        fs::write(etc.path().join("sdr-forwards"), &files["postfix/sdr-forwards"]).unwrap();
        follow(&how_to, "Loading", 4, etc.path());
        how_to
    };
    // Zoe of wave 2 is at the host already in the sample.
    plan.roster.edit(&"zoe@example.com".parse().unwrap(), |zoe| zoe.home = Home::External);
    let first = load(&plan, 1);
    let after_first = map();
    assert!(after_first.contains("ann@rackspace") && !after_first.contains("zoe@rackspace"));

    let second = load(&plan, 2);
    let after_second = map();
    assert!(after_second.contains("ann@rackspace") && after_second.contains("zoe@rackspace"));
    // Once more, with somebody new: each undo takes back one load.
    plan.roster.add(crate::sample::person("new@example.com", "New", 2)).unwrap();
    // A copy's name tells seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    load(&plan, 2);
    assert!(map().contains("new@rackspace"));
    assert!(follow(&second, "Undo", 1, etc.path()).contains("-wave-2"));
    assert_eq!(map(), after_second, "the first load of wave 2 stays");
    follow(&second, "Undo", 1, etc.path());
    assert_eq!(map(), after_first);
    if there("postmap", "-V") {
        let asked = |who: &str| {
            let mut postmap = Command::new("postmap");
            postmap.current_dir(etc.path()).args(["-c", ".", "-q", who, "hash:sdr-forwards"]);
            String::from_utf8(postmap.output().unwrap().stdout).unwrap()
        };
        assert_eq!(asked("ann@example.com"), "ann@rackspace.example.com\n");
        assert_eq!(asked("zoe@example.com"), "", "she is of wave 2");
    }
    assert_eq!(fs::read_to_string(etc.path().join("sdr-forwards.given")).unwrap(), after_first);
    let empty = |how_to: &str| follow(how_to, "Undo", 2, etc.path());
    assert_eq!(empty(&second), "", "the map holds people: it stays in virtual_alias_maps");

    follow(&first, "Undo", 1, etc.path());
    assert_eq!(map(), "");
    assert!(empty(&first).contains("this was the first"));
}

#[test]
fn readme_and_manifest_put_the_map_of_the_load_before_back() {
    for (system, copy) in [
        (ExternalSystem::Postfix, "sdr-forwards.before-*"),
        (ExternalSystem::PostfixRelay, "NAME.before-*"),
        (ExternalSystem::Sendmail, "virtusertable.before-*"),
    ] {
        let (files, _) = files(&plan(system), Some(1));
        for path in ["README.txt", "manifest.json"] {
            assert!(text(&files[path]).contains(copy), "{path}: {}", text(&files[path]));
        }
    }
}

/// The same with the programs themselves in the place of those above.
#[test]
fn lines_of_the_administrator_survive_loads_and_undo_takes_back_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab-servers");
    let makemap = root.join("usr/libexec/sendmail/makemap");
    let etc = tempfile::tempdir().unwrap();
    let export = tempfile::tempdir().unwrap();
    fs::write(etc.path().join("empty.cf"), "").unwrap();
    let compile = match makemap.exists() {
        true => format!("'{}' -C '{}/empty.cf' \"$@\"", makemap.display(), etc.path().display()),
        false => "cat > /dev/null".to_owned(),
    };
    assert!(makemap.exists() || std::env::var_os("CI").is_none(), "tests/run unpacks makemap");
    let mut plan = plan(ExternalSystem::Sendmail);
    let table = || fs::read_to_string(etc.path().join("virtusertable")).unwrap();
    let run = |commands: &[&str]| {
        let commands = commands.join("\n").replace("/etc/mail", &etc.path().display().to_string());
        let script = format!("makemap() {{ {compile}; }}\n{commands}");
        let sh = Command::new("sh").current_dir(export.path()).args(["-ec", &script]).output();
        let output = sh.unwrap();
        // makemap dislikes the folder in which this machine keeps temporary ones.
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let wrong = said.lines().filter(|line| !line.contains("World writable directory"));
        assert_eq!(wrong.collect::<String>(), "", "{commands}");
    };
    let load = |plan: &Plan| {
        let (files, _) = files(plan, Some(1));
        fs::write(export.path().join("sdr-virtusertable"), &files["sendmail/sdr-virtusertable"])
            .unwrap();
        let how_to = text(&files["sendmail/HOW-TO.txt"]);
        let (loading, undo) = how_to.split_once("\nUndo\n").unwrap();
        let commands = |part: &str| {
            let lines = part.lines().filter_map(|line| line.strip_prefix("       "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let all = commands(loading);
        let three: Vec<&str> = all.iter().take(7).map(String::as_str).collect();
        // In the folder of the export, which the first step has left.
        let back = format!("cd '{}'", export.path().display());
        run(&[&three[..3], &[&back], &three[3..]].concat());
        commands(undo)
    };
    fs::write(etc.path().join("virtusertable"), "info@example.com\tjack\n").unwrap();
    load(&plan);
    assert!(table().starts_with("info@example.com\tjack\n") && table().contains("ann@rackspace"));
    let own = "new-colleague@example.com\tjack\nold@example.com\told@example.net\n";
    fs::write(etc.path().join("virtusertable"), table() + own).unwrap();
    let before = table();
    plan.roster.remove(|who| who.address.local() == "bob");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let undo = load(&plan);
    assert!(table().contains(own), "{}", table());
    assert_eq!(table().matches('#').count(), 1, "the list's own comment is there once");
    assert!(table().contains("ann@rackspace") && !table().contains("bob@rackspace"));
    let undo: Vec<&str> = undo.iter().map(String::as_str).collect();
    // diff says by its exit code that there is something to see.
    run(&[&["set +e"], &undo[..]].concat());
    assert_eq!(table(), before);
    if makemap.exists() {
        assert!(etc.path().join("virtusertable.db").exists());
    }
}
