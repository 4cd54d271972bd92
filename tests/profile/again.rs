//! An export over an earlier one.

use std::fs;
use std::path::Path;

use sdr_wizard::artifact;
use sdr_wizard::finding::Evidence;
use sdr_wizard::plan::{ExternalSystem, Handed, Home, Mailbox, Plan};

use super::*;

fn one_at_the_host(system: ExternalSystem) -> Plan {
    let mut plan = plan();
    plan.external.system = system;
    let mut ann = Mailbox::new("ann.moved@example.com".parse().unwrap());
    ann.home = Home::Host;
    plan.roster.put(ann);
    plan
}

fn export(folder: &Path, system: ExternalSystem) {
    let now = "2025-03-01T09:30:00Z".parse().unwrap();
    let (files, _) = artifact::export(
        &one_at_the_host(system),
        &Evidence::default(),
        &Handed::default(),
        None,
        now,
    );
    let files = files.iter().map(|file| (file.path.as_str(), file.bytes.as_slice()));
    profile::write_exports(folder, files).unwrap();
}

#[test]
fn an_export_for_another_server_leaves_no_list_of_the_one_before() {
    let home = tempfile::tempdir().unwrap();
    let all = home.path().join("all");
    export(home.path(), ExternalSystem::Postfix);
    fs::write(all.join("postfix/notes.txt"), "mine").unwrap();
    fs::write(home.path().join("beside.txt"), "mine").unwrap();
    fs::write(all.join("postfix/HOW-TO.txt"), "with my remarks").unwrap();
    assert!(all.join("postfix/sdr-forwards").exists());

    export(home.path(), ExternalSystem::ExchangeServer);
    assert!(!all.join("postfix/sdr-forwards").exists(), "nobody loads it by mistake");
    assert!(!all.join("postfix/HOW-TO.txt").exists());
    let kept = |name: &str| fs::read_to_string(all.join(name)).unwrap();
    assert_eq!(kept("postfix/HOW-TO.txt.yours-1"), "with my remarks");
    assert_eq!(kept("postfix/notes.txt"), "mine");
    assert_eq!(fs::read_to_string(home.path().join("beside.txt")).unwrap(), "mine");
    assert!(all.join("exchange/apply.ps1").exists() && all.join("run-book.md").exists());

    fs::write(all.join("exchange/applied.csv"), "what undo.ps1 needs").unwrap();
    export(home.path(), ExternalSystem::Other);
    assert!(!all.join("exchange/apply.ps1").exists());
    assert_eq!(kept("exchange/applied.csv"), "what undo.ps1 needs");
}

/// Each of these would be removed if the old manifest were believed.
#[test]
fn a_manifest_from_elsewhere_removes_nothing_outside_its_folder() {
    let home = tempfile::tempdir().unwrap();
    let all = home.path().join("all");
    fs::create_dir_all(&all).unwrap();
    // SHA-256 of "mine".
    let hash = "3fd30542fe3f61b14bd4a4b2dc0b6fb30fa6f63ebce52dd1778aaa8c4dc02cff";
    let mine = home.path().join("mine.txt");
    fs::write(&mine, "mine").unwrap();
    let absolute = mine.display().to_string();
    for path in ["../mine.txt", &*absolute, "link/mine.txt", "README.TXT"] {
        #[cfg(unix)]
        if !all.join("link").exists() {
            std::os::unix::fs::symlink(home.path(), all.join("link")).unwrap();
        }
        let old = serde_json::json!({ "files": [{ "path": path, "sha256": hash }] });
        fs::write(all.join("manifest.json"), old.to_string()).unwrap();
        export(home.path(), ExternalSystem::Other);
        assert_eq!(fs::read_to_string(&mine).unwrap(), "mine", "{path}");
        assert!(!home.path().join("mine.txt.yours-1").exists(), "{path}");
        assert!(all.join("README.txt").exists());
    }
}

#[test]
fn a_text_that_is_no_manifest_removes_nothing() {
    let home = tempfile::tempdir().unwrap();
    export(home.path(), ExternalSystem::Postfix);
    let all = home.path().join("all");
    profile::write_exports(&all, [("manifest.json", &b"a note"[..])]).unwrap();
    assert!(all.join("postfix/sdr-forwards").exists());
    // And one that can't be read names nothing.
    export(home.path(), ExternalSystem::Other);
    assert!(all.join("postfix/sdr-forwards").exists());
}
