//! Saved profiles, as they lie on disk.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

mod again;
mod by_hand;
mod killed;
mod meanwhile;
mod people;
mod places;
mod preferences;
mod values;

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::plan::{
    Address, Domain, ExternalSystem, Group, GroupKind, HostName, HostSettings, Mailbox, PanelOffer,
    Plan, Purpose, Side, Task, Wave, WaveNumber,
};
use sdr_wizard::profile::{self, Profile, ProfileError};

fn plan() -> Plan {
    Plan::new(Domain::parse("example.com").unwrap()).unwrap()
}

fn wave(number: u16) -> WaveNumber {
    WaveNumber::new(number).unwrap()
}

fn mailbox(address: &str) -> Mailbox {
    Mailbox::new(Address::parse(address).unwrap())
}

fn group(address: &str, at: Side, members: &[&str]) -> Group {
    let parse = |text: &str| Address::parse(text).unwrap();
    let members = members.iter().map(|member| parse(member)).collect();
    Group { address: parse(address), at, kind: GroupKind::List, members }
}

/// A plan in which everything differs from the default.
fn full_plan() -> Plan {
    let mut plan = plan();
    plan.set_routing_subdomain(Domain::parse("mail.example.com").unwrap()).unwrap();
    plan.situation.purpose = Purpose::Permanent;
    plan.situation.primary_mx = Side::Host;
    plan.situation.panel = PanelOffer::Offered;
    plan.external.system = ExternalSystem::ExchangeOnline;
    plan.external.host_name = Some(HostName::parse("mail1.example.com").unwrap());
    plan.external.verification_address = Some(Address::parse("ann@example.com").unwrap());
    plan.set_external_subdomain(Some(Domain::parse("exchange.example.com").unwrap())).unwrap();
    plan.external.catch_all = Some(Address::parse("ann@example.com").unwrap());
    plan.external.extension = Some('-');
    plan.external.accepts_subdomains = true;
    plan.external.forwards_keep_copy = true;
    plan.host_settings = HostSettings {
        catch_all: Some(Address::parse("bob@example.com").unwrap()),
        extension: Some('+'),
        forced_mx: true,
    };
    plan.groups = vec![
        group(
            "team@example.com",
            Side::External,
            &["ann@example.com", "all@rackspace.example.com"],
        ),
        Group {
            kind: GroupKind::Alias,
            ..group(
                "info@example.com",
                Side::Host,
                &["ann@example.com", "info@exchange.example.com"],
            )
        },
    ];
    plan.waves = vec![
        Wave { number: wave(1), name: "Sales \"east\"".into(), date: "2027-01-31".parse().ok() },
        Wave::numbered(wave(2)),
    ];
    plan.done.extend([Task::EnableSdr, Task::PublishSubdomainMx]);
    let mut ann = mailbox("ann@example.com");
    ann.display_name = "Ann, \"the\" Lee".into();
    ann.home = Side::Host;
    ann.wave = Some(wave(1));
    ann.aliases = vec![Address::parse("a.lee@example.com").unwrap()];
    plan.roster.add(ann).unwrap();
    plan.roster.add(mailbox("bob@example.com")).unwrap();
    plan
}

fn finding(id: &str) -> Finding {
    Finding::new(id, State::Failed, "seen", Timestamp::UNIX_EPOCH)
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap()
}

fn reopened(profile: Profile) -> Profile {
    let folder = profile.folder.clone();
    drop(profile);
    profile::open(&folder).unwrap()
}

#[test]
fn what_was_saved_is_what_opens() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("example.com");
    let mut made = profile::create(&folder, full_plan()).unwrap();
    made.evidence.record(finding("server.banner").about(&made.plan));
    made.drafts.insert("external-host".into(), "mail server\0\n\u{202e}".into());
    profile::save(&mut made).unwrap();
    assert_eq!(made.remarks, [""; 0]);
    let (plan, evidence, drafts) = (made.plan.clone(), made.evidence.clone(), made.drafts.clone());
    let back = reopened(made);
    assert_eq!(back.remarks, [""; 0]);
    assert_eq!(back.plan, plan);
    assert_eq!(back.evidence, evidence);
    assert_eq!(back.drafts, drafts);
    assert!(back.lock.is_some());
    assert_eq!(profile::list(home.path()), [folder]);
}

#[test]
fn a_second_window_reads_and_does_not_write() {
    let home = tempfile::tempdir().unwrap();
    let first = profile::create(home.path(), full_plan()).unwrap();
    let mut second = profile::open(home.path()).unwrap();
    assert!(second.lock.is_none());
    assert_eq!(second.plan, first.plan);
    second.plan.situation.purpose = Purpose::Migration;
    assert!(matches!(profile::save(&mut second), Err(ProfileError::ReadOnly { .. })));
    drop(first);
    assert_eq!(profile::open(home.path()).unwrap().plan, full_plan());
}
