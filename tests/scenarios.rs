//! Scenario files: a fake world in `tests/scenarios/*.toml`, and beside it the
//! findings that all eight steps must come to when they ask it on the wire.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use sdr_wizard::check::{Ask, News, ask_people, check};
use sdr_wizard::finding::{BEFORE, CHANGED, Evidence, Finding, State, exit_code};
use sdr_wizard::guide::Step;
use sdr_wizard::net::{Clock, FixedClock};
use sdr_wizard::plan::{
    Address, Authority, Domain, Group, GroupKind, Home, HostName, Mailbox, PanelOffer, Plan,
    Purpose, Side, Task,
};
use sdr_wizard::practice::{Conditions, Edit, Fault, PracticeWorld, Switches};
use serde::Deserialize;
use tokio::task::JoinSet;

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    /// What the world is like, a sentence.
    about: String,
    /// Faults, as in options.
    #[serde(default)]
    faults: Vec<String>,
    /// Switches that differ from "everything done".
    #[serde(default)]
    switches: Switched,
    /// Records that differ from what the switches say.
    #[serde(default)]
    records: Vec<Edited>,
    /// Plan edits.
    #[serde(default)]
    plan: Edits,
    /// Whether the administrator has given the host's API key.
    #[serde(default)]
    api_key: bool,
    /// Whether each address is asked of its server too, as `sdrctl people` does.
    #[serde(default)]
    people: bool,
    /// The exit code of the whole walk.
    exit: u8,
    /// The first finding that is neither passed nor skipped.
    first: Option<Expected>,
    /// Findings among all others.
    #[serde(default)]
    expect: Vec<Expected>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switched {
    sdr: Option<bool>,
    alias: Option<bool>,
    subdomain_mx: Option<bool>,
    contacts: Option<bool>,
    primary_mx_at_host: Option<bool>,
}

/// The records of one name and type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edited {
    name: String,
    kind: String,
    /// As in zone files; empty: none.
    #[serde(default)]
    data: Vec<String>,
    #[serde(default = "an_hour")]
    ttl: u32,
    /// The one name server that says so.
    only_at: Option<Ipv4Addr>,
}

fn an_hour() -> u32 {
    3600
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edits {
    purpose: Option<Purpose>,
    primary_mx: Option<Side>,
    panel: Option<PanelOffer>,
    authority: Option<Authority>,
    external_host: Option<HostName>,
    no_external_host: Option<bool>,
    verification_address: Option<Address>,
    subdomain: Option<Domain>,
    host_mx: Option<Vec<HostName>>,
    done: Option<Vec<Task>>,
    everybody_at_host: Option<bool>,
    external_subdomain: Option<Domain>,
    forced_mx: Option<bool>,
    catch_all_at_host: Option<Address>,
    catch_all_outside: Option<Address>,
    extension_at_host: Option<char>,
    extension_outside: Option<char>,
    accepts_subdomains: Option<bool>,
    forwards_keep_copy: Option<bool>,
    #[serde(default)]
    lists: Vec<Listed>,
    #[serde(default)]
    remove: Vec<Address>,
    #[serde(default)]
    at_host: Vec<Address>,
    #[serde(default)]
    at_external: Vec<Address>,
}

/// A list, or an alias with members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    address: Address,
    at: Side,
    #[serde(default)]
    kind: GroupKind,
    members: Vec<Address>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    id: String,
    /// The state's name in JSON.
    state: String,
    /// Texts that summary, reason, meaning or findings must contain.
    #[serde(default)]
    says: Vec<String>,
    /// Texts that the action must contain.
    #[serde(default)]
    remedy: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_comes_to_its_findings() {
    // SCENARIO=tarpit runs the files with that word in their name.
    let only = std::env::var("SCENARIO").unwrap_or_default();
    let mut running = JoinSet::new();
    for (name, scenario) in scenarios().into_iter().filter(|(name, _)| name.contains(&only)) {
        running.spawn(async move {
            let findings = walk(&scenario).await;
            let complaints = judge(&scenario, &findings);
            let open = findings.iter().filter(|finding| finding.state != State::Passed);
            let seen: Vec<String> = open.map(line).collect();
            (!complaints.is_empty()).then(|| {
                let (complaints, seen) = (complaints.join("\n  "), seen.join("\n    "));
                format!("{name} ({})\n  {complaints}\n  not passed:\n    {seen}", scenario.about)
            })
        });
    }
    let mut wrong: Vec<String> = running.join_all().await.into_iter().flatten().collect();
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_fault_has_its_scenario() {
    let told: BTreeSet<String> =
        scenarios().into_iter().flat_map(|(_, scenario)| scenario.faults).collect();
    let all: BTreeSet<String> = Fault::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(told, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_as_long_as_the_greylist_asks_is_let_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/greylist.toml");
    let scenario: Scenario = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // One clock for the servers and for whoever asks them.
    let clock = Arc::new(HandClock(Mutex::new(start_of_day())));
    let world = start(&scenario, clock.clone()).await;
    let (net, plan) = (world.net(), edited(world.plan(), &scenario.plan));
    let mut evidence = Evidence::default();
    for (seed, expected) in [(1, "waiting"), (2, "passed")] {
        let ask = Ask { net: &net, plan: &plan, evidence: &evidence, api_key: None, seed };
        let mut findings = Vec::new();
        check(Step::Server, &ask, &mut |finding| findings.push(finding)).await;
        let known =
            findings.iter().find(|finding| finding.id == "server.verification-address").unwrap();
        assert_eq!(state(known), expected, "{known:?}");
        if let State::Waiting { again_at } = known.state {
            *clock.0.lock().unwrap() = again_at;
        }
        evidence.forget_step("server");
        findings.into_iter().for_each(|finding| evidence.record(finding));
    }
}

fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, scenario)
        })
        .collect()
}

/// A clock that is set by hand.
struct HandClock(Mutex<Timestamp>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn start_of_day() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

async fn start(scenario: &Scenario, clock: Arc<dyn Clock>) -> PracticeWorld {
    let all = Switches::all_done();
    let told = &scenario.switches;
    let switches = Switches {
        sdr: told.sdr.unwrap_or(all.sdr),
        alias: told.alias.unwrap_or(all.alias),
        subdomain_mx: told.subdomain_mx.unwrap_or(all.subdomain_mx),
        contacts: told.contacts.unwrap_or(all.contacts),
        primary_mx_at_host: told.primary_mx_at_host.unwrap_or(all.primary_mx_at_host),
        faults: scenario.faults.iter().map(|name| name.parse().unwrap()).collect(),
    };
    let records = scenario.records.iter().map(|edited| Edit {
        name: edited.name.clone(),
        kind: edited.kind.clone(),
        data: edited.data.clone(),
        ttl: edited.ttl,
        only_at: edited.only_at,
    });
    let conditions = Conditions {
        clock,
        tarpit: Duration::from_millis(1500),
        records: records.collect(),
        ..Conditions::with(switches)
    };
    PracticeWorld::start_under(conditions).await.unwrap()
}

/// All eight steps, each knowing what those before it saw.
async fn walk(scenario: &Scenario) -> Vec<Finding> {
    let world = start(scenario, Arc::new(FixedClock(start_of_day()))).await;
    let (net, plan, key) = (world.net(), edited(world.plan(), &scenario.plan), world.api_key());
    let mut evidence = Evidence::default();
    let mut all = Vec::new();
    for step in Step::ALL {
        let ask = Ask {
            net: &net,
            plan: &plan,
            evidence: &evidence,
            api_key: scenario.api_key.then_some(&key),
            seed: 1,
        };
        let mut findings = Vec::new();
        check(step, &ask, &mut |finding| findings.push(finding)).await;
        if step == Step::People && scenario.people {
            ask_people(&ask, &mut |news| {
                if let News::Finding(finding) = news {
                    findings.push(*finding);
                }
            })
            .await;
        }
        for finding in &findings {
            assert!(
                [BEFORE, CHANGED].contains(&finding.id.as_str())
                    || finding.id.starts_with(&format!("{}.", step.slug())),
                "{} in {step:?}",
                finding.id
            );
        }
        findings.iter().cloned().for_each(|finding| evidence.record(finding));
        all.extend(findings);
    }
    all
}

fn edited(mut plan: Plan, edits: &Edits) -> Plan {
    macro_rules! set {
        ($field:expr, $value:expr) => {
            if let Some(value) = $value.clone() {
                $field = value;
            }
        };
    }
    set!(plan.situation.purpose, edits.purpose);
    set!(plan.situation.primary_mx, edits.primary_mx);
    set!(plan.situation.panel, edits.panel);
    set!(plan.external.authority, edits.authority);
    if edits.external_host.is_some() || edits.no_external_host == Some(true) {
        plan.external.host_name = edits.external_host.clone();
    }
    if let Some(address) = &edits.verification_address {
        plan.external.verification_address = Some(address.clone());
    }
    if let Some(subdomain) = &edits.subdomain {
        plan.set_routing_subdomain(subdomain.clone()).unwrap();
    }
    if let Some(names) = &edits.host_mx {
        for (mx, name) in plan.host.mx.iter_mut().zip(names) {
            mx.exchange = name.clone();
        }
    }
    if let Some(done) = &edits.done {
        plan.done = done.iter().copied().collect();
    }
    set!(plan.host_settings.forced_mx, edits.forced_mx);
    set!(plan.external.accepts_subdomains, edits.accepts_subdomains);
    set!(plan.external.forwards_keep_copy, edits.forwards_keep_copy);
    plan.host_settings.catch_all.clone_from(&edits.catch_all_at_host);
    plan.external.catch_all.clone_from(&edits.catch_all_outside);
    plan.host_settings.extension = edits.extension_at_host;
    plan.external.extension = edits.extension_outside;
    plan.set_external_subdomain(edits.external_subdomain.clone()).unwrap();
    for Listed { address, at, kind, members } in &edits.lists {
        let (address, members) = (address.clone(), members.clone());
        plan.groups.push(Group { address, at: *at, kind: *kind, members });
    }
    plan.roster.remove(|person| edits.remove.contains(&person.address));
    let everybody: Vec<Address> = plan.roster.iter().map(|person| person.address.clone()).collect();
    let all = if edits.everybody_at_host == Some(true) { everybody } else { Vec::new() };
    for (addresses, home) in
        [(&all, Home::Host), (&edits.at_host, Home::Host), (&edits.at_external, Home::External)]
    {
        for address in addresses {
            let before = plan.roster.get(address).cloned();
            let person = before.unwrap_or_else(|| Mailbox::new(address.clone()));
            plan.roster.put(Mailbox { home, ..person });
        }
    }
    plan
}

fn judge(scenario: &Scenario, findings: &[Finding]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut complain = |text: String| complaints.push(text);
    let code = exit_code(findings);
    if code != scenario.exit {
        complain(format!("exit {code}, expected {}", scenario.exit));
    }
    // The house rule: who does not pass says what it means and what to do.
    for finding in findings.iter().filter(|finding| !finding.is_fine()) {
        if finding.meaning.is_empty() || finding.action.is_empty() {
            complain(format!("{} has no meaning or no action", finding.id));
        }
    }
    let open = findings.iter().find(|finding| !finding.is_fine());
    match (&scenario.first, open) {
        (None, None) => {}
        (None, Some(open)) => complain(format!("{} did not pass", open.id)),
        (Some(first), None) => complain(format!("{} passed like everything", first.id)),
        (Some(first), Some(open)) if first.id != open.id => {
            complain(format!("first is {}, expected {}", open.id, first.id))
        }
        (Some(first), Some(open)) => fits(first, open).into_iter().for_each(&mut complain),
    }
    for expected in &scenario.expect {
        match findings.iter().rfind(|finding| finding.id == expected.id) {
            None => complain(format!("{} is missing", expected.id)),
            Some(finding) => fits(expected, finding).into_iter().for_each(&mut complain),
        }
    }
    complaints
}

fn fits(expected: &Expected, finding: &Finding) -> Vec<String> {
    let id = &finding.id;
    let mut complaints = Vec::new();
    if state(finding) != expected.state {
        complaints.push(format!("{id} is {}, expected {}", state(finding), expected.state));
    }
    let reason = match &finding.state {
        State::Unknown { why } => why.as_str(),
        State::Skipped { because } => because.as_str(),
        _ => "",
    };
    let text = [&finding.summary, &finding.meaning, &finding.found, reason].join("\n");
    complaints.extend(
        expected
            .says
            .iter()
            .filter(|part| !text.contains(*part))
            .map(|part| format!("{id} does not say “{part}”: {text}")),
    );
    complaints.extend(
        expected
            .remedy
            .iter()
            .filter(|part| !finding.action.contains(*part))
            .map(|part| format!("{id} does not advise “{part}”: {}", finding.action)),
    );
    complaints
}

fn state(finding: &Finding) -> String {
    let value = serde_json::to_value(&finding.state).unwrap();
    value["state"].as_str().unwrap().to_owned()
}

fn line(finding: &Finding) -> String {
    let reason = match &finding.state {
        State::Unknown { why } => format!(" because {why}"),
        State::Skipped { because } => format!(" because {because}"),
        _ => String::new(),
    };
    format!("{:8} {}: {}{reason} [{}]", state(finding), finding.id, finding.summary, finding.found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_one_of_many_people_at_the_host_is_asked_about() {
    let world = PracticeWorld::start(BTreeSet::new()).await.unwrap();
    let (net, mut plan) = (world.net(), world.plan());
    let there = plan.roster.iter().filter(|person| person.home == Home::Host).count();
    for number in 0..150 {
        let address = Address::parse(&format!("late{number}@example.com")).unwrap();
        plan.roster.add(Mailbox { home: Home::Host, ..Mailbox::new(address) }).unwrap();
    }
    let ask =
        Ask { net: &net, plan: &plan, evidence: &Evidence::default(), api_key: None, seed: 1 };
    let mut found = Vec::new();
    check(Step::Forwards, &ask, &mut |finding| found.push(finding)).await;
    let contacts = found.iter().find(|finding| finding.id == "forwards.contacts").unwrap();
    assert_eq!(contacts.state, State::Failed);
    assert_eq!(contacts.found, format!("{there} accepted, 150 refused, 0 deferred"));
}
