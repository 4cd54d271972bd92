//! A mistake of our own that ends the window: written down before it is gone,
//! told at the next start.

use std::backtrace::Backtrace;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

use crate::shown::shown;

const REPORT: &str = "crash-report.txt";
const TOLD: &str = "crash-report-told.txt";

/// Has a report written to the folder when the window's own thread panics.
pub(super) fn watch(state: &Path) {
    let (file, before) = (state.join(REPORT), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        before(info);
        // Workers are caught where they work, and tell in the window.
        if std::thread::current().name() == Some("main") {
            let _ = fs::create_dir_all(file.parent().unwrap_or(Path::new(".")));
            let _ = fs::write(&file, report(&info.to_string(), &Backtrace::force_capture()));
        }
    }));
}

/// Takes the report back: a driver gave up, which the next renderer answers.
pub(super) fn forget(state: &Path) {
    let _ = fs::remove_file(state.join(REPORT));
}

/// A sentence about the start before this one, told once.
pub(super) fn told(state: &Path) -> Option<String> {
    let (report, told): (PathBuf, PathBuf) = (state.join(REPORT), state.join(TOLD));
    fs::rename(report, &told).ok()?;
    Some(format!(
        "This program ended by a mistake of its own the last time. Your profile is as it was at its last save. What is known of it is in {}; it names no address. Please send it to whoever helps you with this program.",
        told.display()
    ))
}

/// What the report says. The message of a panic may hold what was typed: only
/// its place and its first words are kept, without anything that has an @.
fn report(panic: &str, backtrace: &Backtrace) -> String {
    let words = panic.split_whitespace().filter(|word| !word.contains('@'));
    let panic = shown(&words.collect::<Vec<_>>().join(" "), 400);
    let text = format!(
        "sdr-wizard {} on {} {}\n{panic}\n{backtrace}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
    );
    match std::env::var("HOME").or_else(|_| std::env::var("USERPROFILE")) {
        Ok(home) if home.len() > 1 => text.replace(&home, "~"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_told_once_and_names_no_address() {
        let state = tempfile::tempdir().unwrap();
        assert_eq!(told(state.path()), None);
        let text =
            report("panicked at src/x.rs:1: no ann@example.com here", &Backtrace::disabled());
        assert!(text.contains("src/x.rs:1") && !text.contains("ann@"), "{text}");
        fs::write(state.path().join(REPORT), text).unwrap();
        assert!(told(state.path()).unwrap().contains("ended by a mistake of its own"));
        assert_eq!(told(state.path()), None);
        assert!(state.path().join(TOLD).exists());
    }
}
