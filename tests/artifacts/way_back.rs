//! The way back of one wave, by the commands that are handed out.

use std::fs;
use std::path::Path;
use std::process::Command;

use sdr_wizard::plan::{ExternalSystem, Home, Plan};

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
    let output = Command::new("sh")
        .current_dir(etc)
        .arg("-c")
        .arg(format!(
            "postfix() {{ :; }}\npostmap() {{ cp \"${{1#hash:}}\" \"${{1#hash:}}.db\"; }}\n{commands}"
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
    assert!(map().contains("ann@rackspace") && map().contains("zoe@rackspace"));
    // Once more, with a correction: the map kept is still the one of wave 1.
    load(&plan, 2);
    follow(&second, "Undo", 1, etc.path());
    assert_eq!(map(), after_first);
    assert_eq!(fs::read_to_string(etc.path().join("sdr-forwards.db")).unwrap(), after_first);
    let empty = |how_to: &str| follow(how_to, "Undo", 2, etc.path());
    assert_eq!(empty(&second), "", "the map holds people: it stays in virtual_alias_maps");

    follow(&first, "Undo", 1, etc.path());
    assert_eq!(map(), "");
    assert!(empty(&first).contains("this was the first"));
}

#[test]
fn readme_and_manifest_put_the_map_of_before_back() {
    let (with_wave, _) = files(&plan(ExternalSystem::Postfix), Some(1));
    let (all, _) = files(&plan(ExternalSystem::Postfix), None);
    for (files, before) in
        [(with_wave, "sdr-forwards.before-wave-1"), (all, "sdr-forwards.before-all")]
    {
        let command = format!(
            "mv {before} sdr-forwards && postmap hash:/etc/postfix/sdr-forwards && postfix reload"
        );
        for path in ["README.txt", "manifest.json"] {
            assert!(text(&files[path]).contains(&command), "{path}: {}", text(&files[path]));
        }
        let keep = format!("test -e {before} || cp -p sdr-forwards {before}\n");
        assert!(text(&files["postfix/HOW-TO.txt"]).contains(&keep));
    }
}
