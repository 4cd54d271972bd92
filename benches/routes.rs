//! The audit of very many addresses, in three parts: the profile read, the
//! survey of everybody from nothing, and one person changed; each in time on a
//! core. `benches/routes` runs it on a profile that it makes, beside `exim -bt`
//! on the same addresses.
//!
//! `PROFILE=FOLDER cargo bench --bench routes`; with `EXIM` (the program) and
//! `EXIM_CONF` the peer is asked about the first addresses as well.

#![allow(clippy::print_stdout, reason = "a bench that prints nothing measures nothing")]

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use sdr_wizard::plan::{Address, Home, Mailbox};
use sdr_wizard::profile;
use sdr_wizard::route::{Deed, Moment, Phase, Survey};

/// Addresses that the peer is asked about: a million would take it hours.
const ASKED: usize = 4_000;

fn main() {
    let Some(folder) = env::var_os("PROFILE").map(PathBuf::from) else {
        println!("skipped: benches/routes names a profile in PROFILE");
        return;
    };
    let before = resident();
    let start = on_core();
    let profile = profile::open(&folder).expect("a profile");
    let read = on_core() - start;
    let plan = &profile.plan;
    let addresses = |person: &Mailbox| 1 + person.aliases.len();
    let people: usize = plan.roster.iter().map(addresses).sum();
    let of_plan = resident().saturating_sub(before);
    println!("read       {people} addresses in {read:.2?}, {} octets each", of_plan / people);

    let before = resident();
    let moment = || Moment::after(plan, Phase::After(Deed::FirstContacts));
    let start = on_core();
    let mut survey = Survey::new(plan, moment());
    let audit = survey.audit(50, None);
    let cold = on_core() - start;
    let of_audit = resident().saturating_sub(before);
    let ways = audit.routes();
    println!("survey     {ways} ways in {cold:.2?}, {} octets an address", of_audit / people);

    let mut changed = plan.clone();
    let who: Address = plan.roster.at(1).expect("a second person").address.clone();
    changed.roster.edit(&who, |person| person.home = Home::Host);
    let start = on_core();
    let again = survey.renew(&changed, Moment::after(&changed, Phase::After(Deed::FirstContacts)));
    println!("one change {again} looked at again, {:.2?}", on_core() - start);

    if let (Some(exim), Some(conf)) = (env::var_os("EXIM"), env::var_os("EXIM_CONF")) {
        let first = plan.roster.iter().take(ASKED).map(|person| person.address.to_string());
        let output = Command::new(exim).arg("-C").arg(conf).arg("-bt").args(first).output();
        let each = of_children() / ASKED as u32;
        let output = output.expect("exim runs");
        let routed = String::from_utf8_lossy(&output.stdout).matches("router = ").count();
        assert!(routed >= ASKED, "exim routed {routed} of {ASKED}: {output:?}");
        let own = (read + cold).as_secs_f64() / people as f64;
        println!("exim -bt   {each:.2?} an address (one origin, one side)");
        println!(
            "sdrctl     {:.2?} an address (three origins, both sides)",
            Duration::from_secs_f64(own)
        );
        println!("ratio      {:.0}", each.as_secs_f64() / own);
    }
}

/// How long this program has been on a core, by the kernel's count: what
/// others do on the machine meanwhile is none of it.
fn on_core() -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a kernel that counts"))
}

/// The same of the programs that it ran, in hundredths of a second.
fn of_children() -> Duration {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = told.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(13).take(2).filter_map(|text| text.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

/// Octets in memory, by the kernel's count; 0 where there is no such file.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kilobytes.unwrap_or_default() * 1024
}
