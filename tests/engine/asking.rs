//! Checks: run, stopped, started afresh, asked again by themselves.

use super::*;

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
fn the_hosts_key_is_used_while_the_profile_is_open_and_forgotten_when_it_is_closed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let switches = Switches::all_done();
    let world = runtime.block_on(PracticeWorld::start_under(Conditions::with(switches))).unwrap();
    let mut desk = Desk::with(Ok(world.net()));
    let plan = world.plan();
    let listed = |desk: &mut Desk| {
        let (findings, _) = check(desk, &plan, Step::Flow);
        let inventory = findings.into_iter().find(|finding| finding.id == "flow.inventory");
        inventory.map(|finding| finding.state)
    };
    desk.send(Command::SetApiKey(Some(world.api_key())));
    assert_eq!(listed(&mut desk), Some(State::Passed));
    desk.send(Command::Close);
    assert!(matches!(listed(&mut desk), Some(State::Skipped { .. })));
}
