//! The terminal program: one file per verb. Answers go to standard output,
//! trouble as one line to standard error, and the exit code says how things
//! stand: 0 all passed, 1 something failed, 2 wrong usage or unreadable
//! input, 3 something can't be told or is waiting, 4 passed with warnings.

mod bounce;
mod check;
mod compare;
mod contacts;
mod dns;
mod done;
mod export;
mod generate;
mod headers;
mod history;
mod import;
mod import_result;
mod moments;
mod new;
mod open_profile;
mod order;
mod pasted;
mod people;
mod practice;
mod reach;
mod report;
mod routes;
mod send_test;
mod smtp;
mod waves;
mod way;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use report::Report;

use crate::shown::capital;

/// Wrong usage or unreadable input.
const USAGE: u8 = 2;

/// Splits one mail domain between two mail systems, and proves where every
/// message goes before anything is changed. Changes nothing outside by itself.
#[derive(Debug, Parser)]
#[command(name = "sdrctl", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = EXIT_CODES)]
struct Sdrctl {
    #[command(subcommand)]
    verb: Verb,
    /// Write one JSON object a line instead of text.
    #[arg(long, global = true)]
    json: bool,
    /// Show the raw answers and transcripts too.
    #[arg(long, short, global = true)]
    verbose: bool,
}

const EXIT_CODES: &str = "Exit codes: 0 all passed, 1 something failed, 2 wrong usage or unreadable input, \
3 nothing failed but something can't be told or is waiting, 4 passed with warnings.";

#[derive(Debug, Subcommand)]
enum Verb {
    Practice(practice::Practice),
    New(new::New),
    Import(import::Import),
    Check(check::Check),
    Smtp(smtp::Smtp),
    Dns(dns::Dns),
    Bounce(bounce::Bounce),
    ImportResult(import_result::ImportResult),
    SendTest(send_test::SendTest),
    Headers(headers::Headers),
    People(people::People),
    Routes(routes::Routes),
    Compare(compare::Compare),
    Contacts(contacts::Contacts),
    Waves(waves::Waves),
    Done(done::Done),
    History(history::History),
    Export(export::Export),
    Generate(generate::Generate),
}

/// Runs the program with these arguments, the program's name first.
pub fn run<A: Into<OsString> + Clone>(args: impl IntoIterator<Item = A>) -> ExitCode {
    let sdrctl = match Sdrctl::try_parse_from(args) {
        Ok(sdrctl) => sdrctl,
        Err(error) => return usage(&error),
    };
    let mut report = Report::to_stdout(sdrctl.json, sdrctl.verbose);
    let done = match &sdrctl.verb {
        Verb::Practice(verb) => verb.run(&mut report),
        Verb::New(verb) => verb.run(&mut report),
        Verb::Import(verb) => verb.run(&mut report),
        Verb::Check(verb) => verb.run(&mut report),
        Verb::Smtp(verb) => verb.run(&mut report),
        Verb::Dns(verb) => verb.run(&mut report),
        Verb::Bounce(verb) => verb.run(&mut report),
        Verb::ImportResult(verb) => verb.run(&mut report),
        Verb::SendTest(verb) => verb.run(&mut report),
        Verb::Headers(verb) => verb.run(&mut report),
        Verb::People(verb) => verb.run(&mut report),
        Verb::Routes(verb) => verb.run(&mut report),
        Verb::Compare(verb) => verb.run(&mut report),
        Verb::Contacts(verb) => verb.run(&mut report),
        Verb::Waves(verb) => verb.run(&mut report),
        Verb::Done(verb) => verb.run(&mut report),
        Verb::History(verb) => verb.run(&mut report),
        Verb::Export(verb) => verb.run(&mut report),
        Verb::Generate(verb) => verb.run(&mut report, Sdrctl::command()),
    };
    match done.and_then(|code| report.finish().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            report::complain(&format!("sdrctl: {}", told(&error)));
            ExitCode::from(USAGE)
        }
    }
}

/// The error and its causes, each once: many sentences hold their cause already.
fn told(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| {
        match (told.is_empty(), told.contains(&cause)) {
            (true, _) => cause,
            (false, true) => told,
            (false, false) => format!("{told}: {cause}"),
        }
    })
}

/// Help and version as clap has them; every mistake as one line.
fn usage(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
    };
    let text = error.render().to_string();
    match error.kind() {
        DisplayHelp | DisplayVersion => {
            // A reader that went away has what it wanted.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
            ExitCode::from(USAGE)
        }
        _ => {
            let told = text.split("\nUsage:").next().unwrap_or_default();
            let told = told.split("\nFor more information").next().unwrap_or_default();
            let told = told.strip_prefix("error: ").unwrap_or(told);
            let sentences: Vec<_> = told.split("\n\n").filter_map(sentence).collect();
            report::complain(&format!("sdrctl: {}. Try --help.", sentences.join(". ")));
            ExitCode::from(USAGE)
        }
    }
}

/// A paragraph of clap's in one line; what it lists behind a colon by commas.
fn sentence(paragraph: &str) -> Option<String> {
    let mut lines = paragraph.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next()?;
    let first = first.strip_prefix("tip: ").map_or_else(|| first.to_owned(), capital);
    let rest: Vec<_> = lines.collect();
    let between = if first.ends_with(':') { ", " } else { " " };
    Some(format!("{first} {}", rest.join(between)).trim().to_owned())
}
