//! The engine against real folders and a real practice world.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sdr_wizard::engine::{Command, Engine, Event, Setup, Worker};
use sdr_wizard::finding::{Evidence, Finding, State};
use sdr_wizard::guide::Step;
use sdr_wizard::net::{Clock, Net};
use sdr_wizard::plan::{Address, Domain, Mailbox, Plan, WaveNumber};
use sdr_wizard::practice::{Conditions, Fault, PracticeWorld, Switches};
use sdr_wizard::{profile, route};

/// An engine with everything in a folder of its own, without a world.
struct Desk {
    engine: Engine,
    folder: tempfile::TempDir,
    woken: Arc<AtomicUsize>,
}

impl Desk {
    fn new() -> Self {
        Self::with(Err("No resolver is known here.".into()))
    }

    fn with(net: Result<Net, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let woken = Arc::new(AtomicUsize::new(0));
        let engine = start(net, folder.path(), woken.clone());
        Self { engine, folder, woken }
    }

    fn send(&mut self, command: Command) {
        self.engine.send(command);
    }

    /// The next event that `pick` takes; those before it are let go.
    fn until<T>(&mut self, what: &str, pick: impl FnMut(Event) -> Option<T>) -> T {
        until(&mut self.engine, what, pick)
    }

    fn open_new(&mut self) -> (PathBuf, Plan) {
        self.send(Command::Create { domain: domain(), folder: None });
        self.until("Opened", |event| match event {
            Event::Opened { folder, plan, .. } => Some((folder, *plan)),
            _ => None,
        })
    }

    fn sentence(&mut self) -> String {
        self.until("Failed", |event| match event {
            Event::Failed { sentence, .. } => Some(sentence),
            _ => None,
        })
    }
}

fn start(net: Result<Net, String>, folder: &Path, woken: Arc<AtomicUsize>) -> Engine {
    Engine::start(Setup {
        net,
        profiles: Some(folder.join("profiles")),
        settings: Some(folder.join("settings")),
        wake: Box::new(move || {
            woken.fetch_add(1, Ordering::SeqCst);
        }),
    })
    .unwrap()
}

/// Generous: only a test that fails waits for its end.
const PATIENCE: Duration = Duration::from_secs(120);

fn until<T>(engine: &mut Engine, what: &str, mut pick: impl FnMut(Event) -> Option<T>) -> T {
    let begin = Instant::now();
    let mut seen = Vec::new();
    while begin.elapsed() < PATIENCE {
        match engine.poll() {
            Some(event) => {
                seen.push(format!("{event:?}").chars().take(200).collect::<String>());
                if let Some(picked) = pick(event) {
                    return picked;
                }
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
    panic!("no {what}; instead: {seen:#?}");
}

fn domain() -> Domain {
    Domain::parse("example.com").unwrap()
}

fn save(plan: &Plan, evidence: &Evidence) -> Command {
    Command::Save {
        plan: Arc::new(plan.clone()),
        evidence: Arc::new(evidence.clone()),
        drafts: BTreeMap::new(),
    }
}

fn with_people(mut plan: Plan, count: usize) -> Plan {
    for at in 0..count {
        let address = Address::parse(&format!("p{at}@example.com")).unwrap();
        let mut person = Mailbox::new(address);
        person.wave = WaveNumber::new(1);
        plan.roster.add(person).unwrap();
    }
    plan
}

fn saved(event: Event) -> Option<()> {
    match event {
        Event::Saved { .. } => Some(()),
        Event::SaveFailed { sentence } => panic!("{sentence}"),
        _ => None,
    }
}

#[test]
fn what_was_saved_is_there_when_the_profile_is_opened_again() {
    let mut desk = Desk::new();
    let (folder, plan) = desk.open_new();
    assert_eq!(folder, desk.folder.path().join("profiles/example.com"));
    let plan = with_people(plan, 3);
    let mut evidence = Evidence::default();
    let at = jiff::Timestamp::from_second(1_700_000_000).unwrap();
    evidence.record(Finding::new("server.rcpt", State::Warning, "Slow.", at));
    let drafts = BTreeMap::from([("external-host".to_owned(), "mail example".to_owned())]);
    desk.send(Command::Save {
        plan: Arc::new(plan.clone()),
        evidence: Arc::new(evidence.clone()),
        drafts: drafts.clone(),
    });
    desk.until("Saved", saved);
    desk.send(Command::Close);
    desk.send(Command::Open { folder: folder.clone() });
    let opened = desk.until("Opened", |event| match event {
        Event::Opened { plan, evidence, drafts, read_only, remarks, .. } => {
            Some((*plan, evidence, drafts, read_only, remarks))
        }
        _ => None,
    });
    assert_eq!(opened, (plan, evidence, drafts, false, Vec::new()));
}

#[test]
fn the_list_of_recent_profiles_has_the_last_one_on_top_and_survives() {
    let mut desk = Desk::new();
    let none = desk.until("Recent", |event| match event {
        Event::Recent(folders) => Some(folders),
        _ => None,
    });
    assert_eq!(none, Vec::<PathBuf>::new());
    let (one, _) = desk.open_new();
    let two = desk.folder.path().join("elsewhere");
    desk.send(Command::Create { domain: domain(), folder: Some(two.clone()) });
    desk.until("two on top", |event| match event {
        Event::Recent(folders) if folders == [two.clone(), one.clone()] => Some(()),
        _ => None,
    });
    let Desk { engine, folder, woken } = desk;
    drop(engine);
    let mut engine = start(Err(String::new()), folder.path(), woken);
    until(&mut engine, "the same after a restart", |event| match event {
        Event::Recent(folders) if folders == [two.clone(), one.clone()] => Some(()),
        _ => None,
    });
}

#[test]
fn a_burst_of_saves_ends_with_the_last_state_on_disk_in_few_writes() {
    let mut desk = Desk::new();
    let (folder, plan) = desk.open_new();
    for count in 1..=200 {
        desk.send(save(&with_people(plan.clone(), count), &Evidence::default()));
    }
    // The answer to something that comes after all of them.
    desk.send(Command::Export {
        plan: Arc::new(plan),
        evidence: Arc::default(),
        wave: None,
        folder: Some(desk.folder.path().join("out")),
    });
    let mut count = 0;
    desk.until("the export", |event| {
        match event {
            Event::Saved { .. } => count += 1,
            Event::Exported { .. } | Event::Failed { .. } => return Some(()),
            _ => {}
        }
        None
    });
    assert!((1..200).contains(&count), "{count} writes");
    drop(desk.engine);
    assert_eq!(profile::open(&folder).unwrap().plan.roster.len(), 200);
}

#[test]
fn dropping_the_engine_writes_what_was_still_to_be_saved() {
    let mut desk = Desk::new();
    let (folder, plan) = desk.open_new();
    for count in 1..=20 {
        desk.send(save(&with_people(plan.clone(), count), &Evidence::default()));
    }
    drop(desk.engine);
    let profile = profile::open(&folder).unwrap();
    assert_eq!(profile.plan.roster.len(), 20);
    assert!(profile.lock.is_some(), "the engine let go of its lock");
}

#[test]
fn a_save_with_nothing_open_or_in_a_second_window_is_refused_with_a_sentence() {
    let refused = |event| match event {
        Event::SaveFailed { sentence } => Some(sentence),
        Event::Saved { .. } => panic!("saved"),
        _ => None,
    };
    let mut desk = Desk::new();
    let plan = Plan::new(domain()).unwrap();
    desk.send(save(&plan, &Evidence::default()));
    let said = desk.until("SaveFailed", refused);
    assert!(said.contains("No profile is open"), "{said}");

    let (folder, plan) = desk.open_new();
    let mut other = start(Err(String::new()), desk.folder.path(), Arc::default());
    other.send(Command::Open { folder: folder.clone() });
    let read_only = until(&mut other, "Opened", |event| match event {
        Event::Opened { read_only, .. } => Some(read_only),
        _ => None,
    });
    assert!(read_only);
    other.send(save(&with_people(plan.clone(), 5), &Evidence::default()));
    let said = until(&mut other, "SaveFailed", refused);
    assert!(said.contains("another window"), "{said}");
    other.send(Command::Export {
        plan: Arc::new(plan),
        evidence: Arc::default(),
        wave: None,
        folder: None,
    });
    let said = until(&mut other, "Failed", |event| match event {
        Event::Failed { sentence, .. } => Some(sentence),
        _ => None,
    });
    assert!(said.contains("another window"), "{said}");
    assert!(!folder.join("exports").exists());
    drop((other, desk.engine));
    assert_eq!(profile::open(&folder).unwrap().plan.roster.len(), 0);
}

#[test]
fn opening_the_open_profile_again_does_not_lock_oneself_out() {
    let mut desk = Desk::new();
    let (folder, _) = desk.open_new();
    desk.send(Command::Open { folder });
    let read_only = desk.until("Opened", |event| match event {
        Event::Opened { read_only, .. } => Some(read_only),
        _ => None,
    });
    assert!(!read_only);
}

#[test]
fn what_can_not_be_opened_or_read_is_said_in_a_sentence_and_the_open_profile_stays() {
    let mut desk = Desk::new();
    let (folder, plan) = desk.open_new();
    let missing = desk.folder.path().join("missing");
    for command in [
        Command::Open { folder: missing.clone() },
        Command::Open { folder: folder.join("roster.csv") },
        Command::Create { domain: domain(), folder: None },
        Command::ReadFile { path: missing.clone() },
        Command::ReadFile { path: folder.clone() },
        Command::ReadPaste { text: String::new() },
        Command::SaveText { path: missing.join("\0"), text: "x".into() },
        Command::SetSwitches(Switches::untouched()),
    ] {
        let asked = format!("{command:?}");
        desk.send(command);
        let said = desk.sentence();
        assert!(said.ends_with('.') && said.len() > 30, "{asked}: {said}");
        assert!(!said.contains("made a mistake"), "{asked}: {said}");
    }
    desk.send(save(&with_people(plan, 1), &Evidence::default()));
    desk.until("Saved", saved);
}

#[test]
fn a_check_without_a_way_to_the_world_says_why() {
    let mut desk = Desk::new();
    let (_, plan) = desk.open_new();
    desk.send(Command::Check {
        step: Step::Server,
        plan: Arc::new(plan),
        evidence: Arc::default(),
    });
    let mut said = String::new();
    desk.until("CheckEnded", |event| match event {
        Event::Failed { sentence, .. } => {
            said = sentence;
            None
        }
        Event::CheckEnded { step: Step::Server, .. } => Some(()),
        _ => None,
    });
    assert_eq!(said, "No resolver is known here.");
}

#[test]
fn people_read_from_a_file_are_taken_over() {
    let mut desk = Desk::new();
    let path = desk.folder.path().join("people.csv");
    std::fs::write(&path, "address,display_name\nann@example.com,Ann\nnobody\n").unwrap();
    desk.send(Command::ReadFile { path });
    let (name, table) = desk.until("TableRead", |event| match event {
        Event::TableRead { name, table } => Some((name, table)),
        _ => None,
    });
    assert_eq!(name, "people.csv");
    desk.send(Command::TakePeople { columns: table.columns.clone(), table, domain: domain() });
    let people = desk.until("PeopleTaken", |event| match event {
        Event::PeopleTaken(people) => Some(people),
        _ => None,
    });
    assert_eq!(people.mailboxes.len(), 1);
    assert_eq!(people.rejects.len(), 1);
    assert_eq!(people.rejects[0].line, 3);
    assert!(desk.woken.load(Ordering::SeqCst) >= 2, "each event wakes the window");
}

fn practise(desk: &mut Desk, faults: &[Fault]) -> Plan {
    desk.send(Command::Practice { faults: faults.iter().copied().collect() });
    let (plan, mut switches) = desk.until("PracticeStarted", |event| match event {
        Event::PracticeStarted { plan, switches } => Some((*plan, switches)),
        _ => None,
    });
    assert!(!switches.sdr, "nothing is done yet in a fresh practice world");
    let faults: BTreeSet<_> = faults.iter().copied().collect();
    assert_eq!(switches.faults, faults);
    switches = Switches { faults, ..Switches::all_done() };
    desk.send(Command::SetSwitches(switches.clone()));
    desk.until("PracticeSwitched", |event| match event {
        Event::PracticeSwitched(now) => {
            assert_eq!(now, switches);
            Some(())
        }
        _ => None,
    });
    plan
}

/// The findings of one step, and when it will be asked again.
fn check(desk: &mut Desk, plan: &Plan, step: Step) -> (Vec<Finding>, Option<jiff::Timestamp>) {
    let asked = Command::Check { step, plan: Arc::new(plan.clone()), evidence: Arc::default() };
    desk.send(asked);
    let mut findings = Vec::new();
    let mut started = false;
    let again_at = desk.until("CheckEnded", |event| {
        match event {
            Event::CheckStarted { step: begun } => started = begun == step,
            Event::Found { step: of, finding } if of == step => {
                assert!(started, "findings come after the start");
                findings.push(finding);
            }
            Event::CheckEnded { step: ended, cancelled: false, again_at } if ended == step => {
                return Some(again_at);
            }
            Event::Failed { sentence, .. } => panic!("{sentence}"),
            _ => {}
        }
        None
    });
    (findings, again_at)
}

#[test]
fn a_check_in_practice_hands_over_findings_and_ends() {
    let mut desk = Desk::new();
    let plan = practise(&mut desk, &[]);
    let (findings, again_at) = check(&mut desk, &plan, Step::Server);
    assert!(!findings.is_empty());
    let bad: Vec<_> = findings.iter().filter(|finding| !finding.is_fine()).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert_eq!(again_at, None);
}

#[test]
fn a_greylisting_server_is_asked_again_by_itself_later() {
    let mut desk = Desk::new();
    let plan = practise(&mut desk, &[Fault::Greylist]);
    let (findings, again_at) = check(&mut desk, &plan, Step::Server);
    let waiting = findings.iter().find_map(|finding| match finding.state {
        State::Waiting { again_at } => Some(again_at),
        _ => None,
    });
    assert!(waiting.is_some(), "{findings:#?}");
    assert_eq!(again_at, waiting);
    // A changed plan takes the promise back.
    desk.send(save(&with_people(plan, 1), &Evidence::default()));
    desk.until("CheckEnded", |event| match event {
        Event::CheckEnded { step: Step::Server, again_at: None, .. } => Some(()),
        _ => None,
    });
}

/// A clock that goes only when it is told to.
struct Stepped(AtomicI64);

impl Clock for Stepped {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

#[test]
fn a_step_is_asked_again_by_itself_when_its_time_has_come_and_not_before() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let clock = Arc::new(Stepped(AtomicI64::new(1_800_000_000)));
    let faults = BTreeSet::from([Fault::Greylist]);
    let switches = Switches { faults, ..Switches::all_done() };
    let conditions = Conditions { clock: clock.clone(), ..Conditions::with(switches) };
    let world = runtime.block_on(PracticeWorld::start_under(conditions)).unwrap();
    let mut desk = Desk::with(Ok(world.net()));
    let plan = world.plan();
    let (_, again_at) = check(&mut desk, &plan, Step::Server);
    let again_at = again_at.expect("greylisting is waited for").as_second();

    // Any command makes the engine look at the clock; the answer to the paste
    // says that it has.
    let nudge = |desk: &mut Desk| {
        desk.send(Command::ReadPaste { text: "address\nann@example.com\n".into() });
        desk.until("TableRead", |event| match event {
            Event::TableRead { .. } => Some(()),
            Event::CheckStarted { .. } => panic!("asked before its time"),
            _ => None,
        });
    };
    clock.0.store(again_at - 1, Ordering::SeqCst);
    nudge(&mut desk);
    nudge(&mut desk);
    clock.0.store(again_at, Ordering::SeqCst);
    desk.send(Command::SetApiKey(None));
    desk.until("CheckStarted", |event| match event {
        Event::CheckStarted { step } => {
            assert_eq!(step, Step::Server);
            Some(())
        }
        _ => None,
    });
    // It let us in the second time, and then there is nothing to wait for.
    desk.until("CheckEnded", |event| match event {
        Event::Found { finding, .. } => {
            assert!(finding.is_fine(), "{finding:#?}");
            None
        }
        Event::CheckEnded { cancelled, again_at, .. } => {
            assert_eq!((cancelled, again_at), (false, None));
            Some(())
        }
        _ => None,
    });
}

#[test]
fn a_save_that_fails_says_so_and_the_next_one_can_succeed() {
    let mut desk = Desk::new();
    let (folder, plan) = desk.open_new();
    let aside = desk.folder.path().join("aside");
    std::fs::rename(&folder, &aside).unwrap();
    std::fs::write(&folder, "a file in place of the folder").unwrap();
    let plan = with_people(plan, 2);
    desk.send(save(&plan, &Evidence::default()));
    let said = desk.until("SaveFailed", |event| match event {
        Event::SaveFailed { sentence } => Some(sentence),
        Event::Saved { .. } => panic!("saved"),
        _ => None,
    });
    assert!(said.contains("example.com") && said.ends_with('.'), "{said}");
    std::fs::remove_file(&folder).unwrap();
    std::fs::rename(&aside, &folder).unwrap();
    desk.send(save(&plan, &Evidence::default()));
    desk.until("Saved", saved);
    drop(desk.engine);
    assert_eq!(profile::open(&folder).unwrap().plan.roster.len(), 2);
}

#[test]
fn opening_a_profile_ends_the_checks_of_the_one_before() {
    let mut desk = Desk::new();
    let (folder, _) = desk.open_new();
    let plan = practise(&mut desk, &[Fault::Tarpit]);
    let step = Step::Server;
    desk.send(Command::Check { step, plan: Arc::new(plan), evidence: Arc::default() });
    desk.send(Command::Open { folder });
    let mut ended = false;
    desk.until("Opened", |event| match event {
        Event::CheckEnded { cancelled, .. } => {
            ended = cancelled;
            None
        }
        Event::Opened { .. } => {
            assert!(ended, "the check was ended first");
            Some(())
        }
        _ => None,
    });
    // And the practice world is left.
    desk.send(Command::SetSwitches(Switches::untouched()));
    assert!(desk.sentence().contains("No practice world"));
}

#[test]
fn dropping_the_engine_in_the_middle_of_everything_returns() {
    let mut desk = Desk::new();
    let plan = Arc::new(practise(&mut desk, &[Fault::Tarpit, Fault::PortBlocked]));
    for step in Step::ALL {
        desk.send(Command::Check { step, plan: plan.clone(), evidence: Arc::default() });
        desk.send(Command::Audit { plan: plan.clone(), evidence: Arc::default(), phase: None });
    }
    drop(desk.engine);
}

#[test]
fn a_stopped_check_ends_at_once_and_its_late_findings_are_dropped() {
    let mut desk = Desk::new();
    let plan = practise(&mut desk, &[Fault::Tarpit]);
    let step = Step::Server;
    desk.send(Command::Check { step, plan: Arc::new(plan.clone()), evidence: Arc::default() });
    desk.until("CheckStarted", |event| match event {
        Event::CheckStarted { .. } => Some(()),
        _ => None,
    });
    desk.send(Command::CancelCheck { step });
    desk.until("CheckEnded", |event| match event {
        Event::CheckEnded { cancelled, .. } => {
            assert!(cancelled);
            Some(())
        }
        _ => None,
    });
    // Something slower than the rest of the check, then nothing of it came.
    desk.send(Command::Check {
        step: Step::Subdomain,
        plan: Arc::new(plan),
        evidence: Arc::default(),
    });
    desk.until("the other step's end", |event| match event {
        Event::CheckEnded { step: Step::Subdomain, .. } => Some(()),
        Event::Found { step: Step::Server, finding } => panic!("late: {finding:?}"),
        _ => None,
    });
}

#[test]
fn asking_a_running_step_again_starts_it_afresh_and_it_ends_once() {
    let mut desk = Desk::new();
    let plan = Arc::new(practise(&mut desk, &[]));
    let step = Step::Server;
    for _ in 0..5 {
        desk.send(Command::Check { step, plan: plan.clone(), evidence: Arc::default() });
    }
    let (mut started, mut ids) = (0, Vec::new());
    desk.until("CheckEnded", |event| match event {
        Event::CheckStarted { .. } => {
            started += 1;
            ids.clear();
            None
        }
        Event::Found { finding, .. } => {
            ids.push(finding.id);
            None
        }
        Event::CheckEnded { .. } => Some(()),
        _ => None,
    });
    assert_eq!(started, 5);
    let once: BTreeSet<_> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "no finding of an earlier run among {ids:?}");
}

#[test]
fn practice_is_not_written_and_its_files_go_where_they_are_asked_for() {
    let mut desk = Desk::new();
    let (folder, _) = desk.open_new();
    let before = std::fs::read(folder.join("profile.toml")).unwrap();
    let plan = practise(&mut desk, &[]);
    desk.send(save(&plan, &Evidence::default()));
    desk.until("Saved", saved);
    assert_eq!(std::fs::read(folder.join("profile.toml")).unwrap(), before);

    let exported = |event| match event {
        Event::Exported { folder, files, refusals } => Some((folder, files, refusals)),
        Event::Failed { sentence, .. } => panic!("{sentence}"),
        _ => None,
    };
    let out = desk.folder.path().join("out");
    for asked in [Some(out.clone()), None] {
        desk.send(Command::Export {
            plan: Arc::new(plan.clone()),
            evidence: Arc::default(),
            wave: None,
            folder: asked.clone(),
        });
        let (folder, files, refusals) = desk.until("Exported", exported);
        assert_eq!(refusals, Vec::<String>::new());
        assert_eq!(files[0].file_name().unwrap(), "README.txt");
        for file in files {
            assert!(file.starts_with(&folder) && file.is_file(), "{}", file.display());
        }
        match asked {
            Some(out) => assert_eq!(folder, out),
            None => {
                let name = folder.file_name().unwrap().to_string_lossy().into_owned();
                assert!(name.starts_with("sdr-practice-"), "{name}");
                assert!(folder.starts_with(std::env::temp_dir()));
                std::fs::remove_dir_all(folder).unwrap();
            }
        }
    }
    // Its servers are gone with it: the engine is back in a world it has no way to.
    desk.send(Command::Close);
    desk.send(Command::Check {
        step: Step::Server,
        plan: Arc::new(plan),
        evidence: Arc::default(),
    });
    assert_eq!(desk.sentence(), "No resolver is known here.");
}

#[test]
fn an_audit_answers_for_now_and_for_a_moment_of_the_plan() {
    let mut desk = Desk::new();
    let plan = practise(&mut desk, &[]);
    let last = route::phases(&plan).last().copied();
    for phase in [None, last] {
        desk.send(Command::Audit { plan: Arc::new(plan.clone()), evidence: Arc::default(), phase });
        let (answered, audit) = desk.until("Audited", |event| match event {
            Event::Audited { phase, audit } => Some((phase, audit)),
            Event::Failed { sentence, .. } => panic!("{sentence}"),
            _ => None,
        });
        assert_eq!(answered, phase);
        let lines = audit.groups.iter().map(|group| group.lines.len()).sum::<usize>();
        assert!(lines + audit.fine.len() >= plan.roster.len() * 3);
    }
}
