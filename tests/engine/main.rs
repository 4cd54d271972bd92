//! The engine against real folders and a real practice world.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

mod asking;
mod full_disk;
mod people;
mod practice;
mod saving;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sdr_wizard::engine::{Command, Engine, Event, Folders, Setup, Worker};
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
        folders: Folders {
            profiles: Some(folder.join("profiles")),
            settings: Some(folder.join("settings")),
            state: Some(folder.join("state")),
        },
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
