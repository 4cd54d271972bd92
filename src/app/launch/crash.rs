//! A mistake of our own that ends the window: written down before it is gone,
//! told at the next start.

use std::backtrace::Backtrace;
use std::fs;
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::{Timestamp, Zoned};

use crate::app::caption::PROGRAM;
use crate::app::redacted::redacted;
use crate::profile::Zone;
use crate::shown::shown;

const REPORT: &str = "crash-report.txt";
const TOLD: &str = "crash-report-told.txt";

/// As in the window.
const TIME: &str = "%Y-%m-%d %H:%M:%S UTC%:z";

/// Renderer and driver, as far as the start has come: the report names them.
static DRAWN_BY: Mutex<String> = Mutex::new(String::new());

/// Has a report written to the folder when the window's own thread panics.
pub(super) fn watch(state: &Path, system: &str) {
    let (file, before) = (state.join(REPORT), panic::take_hook());
    let system = system.to_owned();
    panic::set_hook(Box::new(move |info| {
        before(info);
        // Workers are caught where they work, and tell in the window.
        if std::thread::current().name() == Some("main") {
            let drawn_by = DRAWN_BY.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let crash = Crash::of(info, &system, &drawn_by);
            let _ = fs::create_dir_all(file.parent().unwrap_or(Path::new(".")));
            let _ = fs::write(&file, crash.report(&Backtrace::force_capture().to_string()));
        }
    }));
}

/// What draws from now on.
pub(super) fn drawn_by(what: &str) {
    what.clone_into(&mut DRAWN_BY.lock().unwrap_or_else(PoisonError::into_inner));
}

/// Takes the report back: a driver gave up, which the next renderer answers.
pub(super) fn forget(state: &Path) {
    let _ = fs::remove_file(state.join(REPORT));
}

/// A sentence about the start before this one, with its time, told once.
pub(super) fn told(state: &Path, zone: &Zone) -> Option<String> {
    let (report, told): (PathBuf, PathBuf) = (state.join(REPORT), state.join(TOLD));
    let at = fs::metadata(&report).and_then(|about| about.modified()).ok();
    fs::rename(report, &told).ok()?;
    let at = at.and_then(|at| Timestamp::try_from(at).ok());
    let when = at.map_or("The last time".to_owned(), |at| {
        at.to_zoned(zone.time_zone()).strftime("On %Y-%m-%d at %H:%M:%S UTC%:z").to_string()
    });
    Some(format!(
        "{when} this program ended by a mistake of its own. Your profile is as it was at its last save. What is known of it is in {}; it names no address. Please send it to whoever helps you with this program.",
        told.display()
    ))
}

/// What is known of a panic.
struct Crash<'a> {
    at: Zoned,
    system: &'a str,
    drawn_by: &'a str,
    thread: String,
    place: String,
    message: String,
}

impl<'a> Crash<'a> {
    fn of(info: &PanicHookInfo<'_>, system: &'a str, drawn_by: &'a str) -> Self {
        Self {
            at: Zoned::now(),
            system,
            drawn_by,
            thread: std::thread::current().name().unwrap_or("(no name)").to_owned(),
            place: info.location().map(ToString::to_string).unwrap_or_default(),
            message: info.payload_as_str().unwrap_or("(no words)").to_owned(),
        }
    }

    fn report(&self, frames: &str) -> String {
        let text = format!(
            "{PROGRAM} {}: crash report\nTime: {}\nSystem: {}\nDrawn by: {}\nThread: {}\nPlace: {}\nMessage: {}\n\n{frames}\n",
            env!("CARGO_PKG_VERSION"),
            self.at.strftime(TIME),
            self.system,
            self.drawn_by,
            self.thread,
            self.place,
            shown(
                &without_quotes(&self.message.split_whitespace().collect::<Vec<_>>().join(" ")),
                400
            ),
        );
        redacted(&text, &[])
    }
}

/// What the standard library itself puts in quotes.
const CODE: [&str; 6] =
    ["`Option::unwrap()`", "`None`", "`Result::unwrap()`", "`Err`", "`Ok`", "`left == right`"];

/// What a message quotes may have been typed, a key among it: left out, from
/// the first quote to the last one, because what was typed may hold quotes.
fn without_quotes(message: &str) -> String {
    let mut start = 0;
    let first = loop {
        let Some(at) = message.get(start..).and_then(|rest| rest.find(['`', '"', '\'', '“']))
        else {
            return message.to_owned();
        };
        let at = start + at;
        let rest = message.get(at..).unwrap_or_default();
        let before = message.get(..at).and_then(|before| before.chars().next_back());
        start = match CODE.iter().find(|code| rest.starts_with(**code)) {
            Some(code) => at + code.len(),
            // An apostrophe: "can't".
            None if rest.starts_with('\'') && before.is_some_and(char::is_alphanumeric) => at + 1,
            None => break at,
        };
    };
    let last = message.rfind(['`', '"', '\'', '”']).filter(|last| *last > first);
    let after = last.and_then(|last| message.get(last..)).map_or("", |rest| {
        let mut rest = rest.chars();
        rest.next();
        rest.as_str()
    });
    format!("{}(left out){after}", message.get(..first).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crash(message: &str) -> Crash<'_> {
        Crash {
            at: "2026-11-26T11:03:05+01:00[Europe/Berlin]".parse().unwrap(),
            system: "Debian GNU/Linux 12, kernel 6.1.0, x86_64",
            drawn_by: "OpenGL, llvmpipe",
            thread: "main".to_owned(),
            place: "src/x.rs:1:2".to_owned(),
            message: message.to_owned(),
        }
    }

    #[test]
    fn a_report_says_when_where_and_on_what() {
        let report = crash("index out of bounds").report("0: sdr_wizard::app::App::act");
        assert_eq!(
            report,
            format!(
                "Split Domain Routing wizard {}: crash report\n\
                 Time: 2026-11-26 11:03:05 UTC+01:00\n\
                 System: Debian GNU/Linux 12, kernel 6.1.0, x86_64\n\
                 Drawn by: OpenGL, llvmpipe\n\
                 Thread: main\n\
                 Place: src/x.rs:1:2\n\
                 Message: index out of bounds\n\n\
                 0: sdr_wizard::app::App::act\n",
                env!("CARGO_PKG_VERSION")
            )
        );
    }

    #[test]
    fn what_may_have_been_typed_is_left_out() {
        for (message, left) in [
            (
                "byte index 3 is not a char boundary; it is inside 'ö' (bytes 2..4) of `a`b'c`",
                "byte index 3 is not a char boundary; it is inside (left out)",
            ),
            ("it can't be: \"s3cret", "it can't be: (left out)"),
            ("no ann@example.com here", "no (address) here"),
            (
                "called `Result::unwrap()` on an `Err` value: Key(\"s3cret\") today",
                "called `Result::unwrap()` on an `Err` value: Key((left out)) today",
            ),
            (
                "called `Option::unwrap()` on a `None` value",
                "called `Option::unwrap()` on a `None` value",
            ),
        ] {
            let report = crash(message).report("");
            let said = report.lines().find_map(|line| line.strip_prefix("Message: "));
            assert_eq!(said, Some(left));
        }
    }

    #[test]
    fn a_report_is_told_once_with_its_own_time() {
        let state = tempfile::tempdir().unwrap();
        let zone = Zone::parse("Europe/Berlin").unwrap();
        assert_eq!(told(state.path(), &zone), None);
        let report = state.path().join(REPORT);
        fs::write(&report, "").unwrap();
        let at = Timestamp::from_second(1_790_000_000).unwrap();
        fs::File::options().write(true).open(&report).unwrap().set_modified(at.into()).unwrap();
        let sentence = told(state.path(), &zone).unwrap();
        assert!(sentence.starts_with("On 2026-09-21 at 16:13:20 UTC+02:00 this"), "{sentence}");
        assert_eq!(told(state.path(), &zone), None);
        assert!(state.path().join(TOLD).exists());
    }
}
