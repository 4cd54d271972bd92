//! The terminal program as a person or a script runs it: real processes, real
//! folders, exit codes.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

mod asking;
mod done;
mod mail;
mod many;
mod packages;
mod practice;
mod profiles;
mod routes;
mod usage;
mod waves;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn sdrctl(args: &[&str]) -> Output {
    sdrctl_at(Path::new("."), args)
}

fn sdrctl_at(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sdrctl"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {}", err(output)))
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs, expects this exit code, and gives what it wrote.
fn expect(wanted: i32, folder: &Path, args: &[&str]) -> Output {
    let output = sdrctl_at(folder, args);
    let told = format!("{args:?}\n{}\n{}", out(&output), err(&output));
    assert_eq!(code(&output), wanted, "{told}");
    output
}

/// Wrong usage or unreadable input: exit code 2, nothing on standard output,
/// one line that holds `part` on standard error.
fn refused(folder: &Path, args: &[&str], part: &str) {
    let output = expect(2, folder, args);
    let said = err(&output);
    assert_eq!(out(&output), "", "{args:?}");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.starts_with("sdrctl: "), "{args:?}: {said}");
    assert!(said.contains(part), "{args:?}: {said}");
    assert!(!said.contains("panicked"), "{args:?}: {said}");
    let shown = said.trim_end_matches('\n');
    assert!(!shown.chars().any(char::is_control) && shown.len() < 1000, "{args:?}: {said:?}");
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a profile `p` for example.com in it.
    fn with_profile() -> Self {
        let folder = Self::new();
        let address = ["--verification-address", "ann@example.com"];
        let host = ["--external-host", "mail.example.com"];
        let args = [&["new", "p", "--domain", "example.com"][..], &host, &address].concat();
        expect(0, folder.path(), &args);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

const PEOPLE: &str = "address,display_name,home,wave\n\
    ann@example.com,Ann Lee,external,\n\
    bob@example.com,Bob Ray,external,1\n\
    cat@example.com,Cat Fox,host,\n";
