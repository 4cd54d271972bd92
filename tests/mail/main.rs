//! The mail-flow model: where a message goes, and what the audit makes of it.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

mod answers;
mod any;
mod audit;
mod copies;
mod flow;
mod known;
mod moments;
mod order;
mod survey;
mod tangled;
mod way_out;
mod worlds;

use sdr_wizard::plan::{Address, Domain, Home, Mailbox, Plan, WaveNumber};
use sdr_wizard::route::{Deed, Origin, Outcome, Phase, System, Trace, World, follow, world_after};

fn address(local: &str) -> Address {
    Address::parse(&format!("{local}@example.com")).unwrap()
}

fn routing(local: &str) -> Address {
    Address::parse(&format!("{local}@rackspace.example.com")).unwrap()
}

fn domain(name: &str) -> Domain {
    Domain::parse(name).unwrap()
}

/// ann lives at the host, bob stays outside, cy moves in wave 1, dee in wave 2.
fn plan() -> Plan {
    let mut plan = Plan::new(domain("example.com")).unwrap();
    let person = |name: &str, home, wave| {
        let mut person = Mailbox::new(address(name));
        person.home = home;
        person.wave = WaveNumber::new(wave);
        person.aliases = vec![address(&format!("{name}.alias"))];
        person
    };
    for (name, home, wave) in [
        ("ann", Home::Host, 0),
        ("bob", Home::External, 0),
        ("cy", Home::External, 1),
        ("dee", Home::External, 2),
    ] {
        plan.roster.add(person(name, home, wave)).unwrap();
    }
    plan
}

/// The plan above with everything done and wave 1 at the host.
fn world() -> World {
    world_after(&plan(), Phase::After(Deed::Moved(WaveNumber::FIRST)))
}

fn delivered(system: System, local: &str) -> Outcome {
    Outcome::Delivered { copies: vec![(system, address(local))] }
}

fn bounced(by: System, code: &str) -> Outcome {
    Outcome::Bounced { by, code: code.to_owned() }
}

fn ends(world: &World, local: &str) -> [Outcome; 3] {
    Origin::ALL.map(|origin| follow(world, origin, &address(local)).outcome)
}

fn path(trace: &Trace) -> Vec<(System, String)> {
    trace.hops.iter().map(|hop| (hop.at, hop.recipient.to_string())).collect()
}
