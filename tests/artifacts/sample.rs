//! A plan with everything in it, and its files.

use std::collections::BTreeMap;

use sdr_wizard::artifact::{Artifact, Refusal, export};
use sdr_wizard::finding::{BEFORE, Evidence, Finding, State};
use sdr_wizard::plan::{
    Domain, ExternalSystem, Handed, Home, HostName, Mailbox, Plan, Strategy, Task, Wave, WaveNumber,
};

pub(crate) fn now() -> jiff::Timestamp {
    "2025-03-01T09:30:00Z".parse().unwrap()
}

pub(crate) fn person(address: &str, name: &str, wave: u16) -> Mailbox {
    let mut person = Mailbox::new(address.parse().unwrap());
    person.display_name = name.into();
    person.wave = WaveNumber::new(wave);
    person
}

/// Two waves, an alias, a mailbox that stays and forwards, one that is there.
pub(crate) fn plan(system: ExternalSystem) -> Plan {
    let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    plan.external.system = system;
    plan.external.host_name = Some(HostName::parse("exch.example.com").unwrap());
    plan.external.verification_address = Some("postmaster@example.com".parse().unwrap());
    plan.waves.push(Wave {
        number: WaveNumber::FIRST,
        name: "Sales".into(),
        date: Some("2025-03-10".parse().unwrap()),
    });
    let mut ann = person("ann@example.com", "Ann Lee", 1);
    (ann.first_name, ann.last_name) = ("Ann".into(), "Lee".into());
    ann.aliases =
        vec!["ann.lee@example.com".parse().unwrap(), "sales@example.com".parse().unwrap()];
    let mut bob = person("bob@example.com", "Bob \"B\" O'Brien, Jr.", 1);
    bob.strategy = Strategy::Forward;
    let mut zoe = person("zoe@example.com", "Zoë Ångström", 2);
    zoe.home = Home::Host;
    let namesake = person("ann2@example.com", "Ann Lee", 2);
    for person in [ann, bob, zoe, namesake, person("eve@example.com", "Eve", 0)] {
        plan.roster.add(person).unwrap();
    }
    plan.done.insert(Task::OpenPort25);
    plan
}

pub(crate) fn evidence() -> Evidence {
    let mut evidence = Evidence::default();
    evidence.record(
        Finding::new(BEFORE, State::Passed, "the MX records name the external server", now())
            .compared("exch.example.com", "10 exch.example.com")
            .asked("192.0.2.53:53"),
    );
    evidence.record(
        Finding::new("server.rcpt", State::Failed, "the verification address was refused", now())
            .compared("250", "550 5.1.1 <postmaster@example.com>: User unknown")
            .asked("exch.example.com:25")
            .means("The panel would not accept it.")
            .advise("Choose an address that exists.")
            .with_evidence(["C: RCPT TO:<postmaster@example.com>".into(), "S: 550 5.1.1".into()]),
    );
    evidence
}

/// The files of an export by the path below its folder.
pub(crate) fn files(plan: &Plan, wave: Option<u16>) -> (BTreeMap<String, Vec<u8>>, Vec<Refusal>) {
    files_after(plan, &evidence(), &Handed::default(), wave)
}

/// The same, with what was seen and what was handed out before.
pub(crate) fn files_after(
    plan: &Plan,
    evidence: &Evidence,
    handed: &Handed,
    wave: Option<u16>,
) -> (BTreeMap<String, Vec<u8>>, Vec<Refusal>) {
    let (artifacts, refused) =
        export(plan, evidence, handed, wave.and_then(WaveNumber::new), now());
    let below = |artifact: Artifact| {
        let (_, path) = artifact.path.split_once('/').unwrap();
        (path.to_owned(), artifact.bytes)
    };
    (artifacts.into_iter().map(below).collect(), refused)
}

/// What these exports handed out, the oldest first.
pub(crate) fn handed(exports: &[&BTreeMap<String, Vec<u8>>]) -> Handed {
    let mut handed = Handed::default();
    for files in exports {
        for row in &rows(&files["forwards/forwards.csv"])[1..] {
            handed.forwards.insert(row[0].parse().unwrap(), row[1].parse().unwrap());
        }
    }
    handed
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap().trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

pub(crate) fn all_systems() -> impl Iterator<Item = (ExternalSystem, BTreeMap<String, Vec<u8>>)> {
    ExternalSystem::ALL.into_iter().map(|system| (system, files(&plan(system), Some(1)).0))
}

pub(crate) fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes)
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}
