//! The audit of a million addresses, beside `exim -bt` on some of the same.
//!
//! `cargo bench --bench routes`; with `EXIM=/path/to/exim4` (and a
//! configuration that it takes, in `EXIM_CONF`) the peer is asked as well.
//! `PEOPLE` is how many; half at the host, half outside, four waves. Prints
//! the time of one phase from all origins, octets for each address, and the
//! ratio to the peer.

#![allow(clippy::print_stdout, reason = "a bench that prints nothing measures nothing")]

use std::env;
use std::process::Command;
use std::time::Instant;

use sdr_wizard::plan::{Address, Domain, Home, Mailbox, Plan, WaveNumber};
use sdr_wizard::route::{Moment, Phase, Survey};

const PEOPLE: usize = 1_000_000;
/// Addresses that the peer is asked about: a million would take it hours.
const ASKED: usize = 200;

fn main() {
    let people = env::var("PEOPLE").ok().and_then(|text| text.parse().ok()).unwrap_or(PEOPLE);
    let domain = Domain::parse("example.com").expect("a domain");
    let mut plan = Plan::new(domain.clone()).expect("a plan");
    for number in 0..people {
        let address = Address::parse(&format!("first.last{number}@example.com"));
        let mut person = Mailbox::new(address.expect("an address").at(&domain));
        person.home = if number % 2 == 0 { Home::Host } else { Home::External };
        person.wave = WaveNumber::new((number % 5) as u16);
        plan.roster.put(person);
    }
    let of_plan = resident();
    let start = Instant::now();
    let mut survey = Survey::new(&plan, Moment::after(&plan, Phase::ForwardsLoaded));
    let audit = survey.audit(50, None);
    let took = start.elapsed();
    let of_audit = resident().saturating_sub(of_plan);
    println!("plan       {} octets an address", of_plan / people);
    println!(
        "audit      {} ways in {took:.2?}, {} octets an address",
        audit.routes(),
        of_audit / people
    );
    let mut changed = plan.clone();
    let who = Address::parse("first.last1@example.com").expect("an address");
    changed.roster.edit(&who, |person| person.home = Home::Host);
    let start = Instant::now();
    let again = survey.renew(&changed, Moment::after(&changed, Phase::ForwardsLoaded));
    println!("one change {again} looked at again, {:.2?}", start.elapsed());
    if let (Some(exim), Some(conf)) = (env::var_os("EXIM"), env::var_os("EXIM_CONF")) {
        let start = Instant::now();
        let addresses = plan.roster.iter().take(ASKED).map(|person| person.address.to_string());
        let output = Command::new(exim).arg("-C").arg(conf).arg("-bt").args(addresses).output();
        let each = start.elapsed() / ASKED as u32;
        let own = took / people as u32;
        println!(
            "exim -bt   {each:.2?} an address (one origin, one side), ended {:?}",
            output.map(|o| o.status)
        );
        println!("ratio      {:.0}", each.as_secs_f64() / own.as_secs_f64());
    }
}

/// Octets in memory, by the kernel's count; 0 where there is no such file.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kilobytes.unwrap_or_default() * 1024
}
