//! Lists of people.

use super::*;

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
    let (columns, roster) = (table.columns.clone(), Default::default());
    desk.send(Command::TakePeople { columns, table, domain: domain(), roster });
    let (people, changes) = desk.until("PeopleTaken", |event| match event {
        Event::PeopleTaken { people, changes } => Some((people, changes)),
        _ => None,
    });
    assert_eq!(people.listed.len(), 1);
    assert_eq!(people.rejects.len(), 1);
    assert_eq!((changes.new.len(), changes.changed.len(), changes.missing.len()), (1, 0, 0));
    assert_eq!(people.rejects[0].line, 3);
    assert!(desk.woken.load(Ordering::SeqCst) >= 2, "each event wakes the window");
}

/// What is said of everybody: findings by their id, and all answers.
fn asked(desk: &mut Desk, plan: &Plan, evidence: &Evidence) -> (BTreeMap<String, State>, Evidence) {
    desk.send(Command::AskPeople {
        plan: Arc::new(plan.clone()),
        evidence: Arc::new(evidence.clone()),
    });
    let (mut started, mut said, mut seen) = (false, BTreeMap::new(), evidence.clone());
    desk.until("AskingEnded", |event| {
        match event {
            Event::AskingStarted => started = true,
            Event::PersonAsked { finding } => {
                assert!(started, "answers come after the start");
                said.insert(finding.id, finding.state);
            }
            Event::PeopleHeard { entries, .. } => {
                assert!(started, "answers come after the start");
                entries.into_iter().for_each(|entry| seen.hear(entry));
            }
            Event::AskingEnded { cancelled: false, .. } => return Some(()),
            Event::Failed { sentence, .. } => panic!("{sentence}"),
            _ => {}
        }
        None
    });
    (said, seen)
}

#[test]
fn everybody_is_asked_of_their_server_and_a_stranger_is_refused() {
    let mut desk = Desk::new();
    let mut plan = practise(&mut desk, &[]);
    let known = plan.roster.len();
    let stranger = Address::parse("nobody.knows.me@example.com").unwrap();
    plan.roster.add(Mailbox::new(stranger)).unwrap();
    let (said, seen) = asked(&mut desk, &plan, &Evidence::default());
    assert_eq!(said["people.rcpt@nobody.knows.me@example.com"], State::Failed);
    assert_eq!(said["people.external"], State::Failed);
    assert_eq!(said["people.host"], State::Passed);
    let confirmed = |who: &&Mailbox| seen.people().is_confirmed(&who.address, who.home);
    assert_eq!(plan.roster.iter().filter(confirmed).count(), known);
    assert_eq!(seen.people().begun(), None, "the run has come to its end");
}

#[test]
fn asking_the_people_and_checking_their_step_do_not_stop_each_other() {
    let mut desk = Desk::new();
    let plan = Arc::new(practise(&mut desk, &[Fault::Tarpit]));
    desk.send(Command::AskPeople { plan: plan.clone(), evidence: Arc::default() });
    let (findings, _) = check(&mut desk, &plan, Step::People);
    assert!(!findings.is_empty());
    desk.send(Command::CancelAskPeople);
    desk.until("AskingEnded", |event| match event {
        Event::AskingEnded { cancelled, again_at } => {
            assert_eq!((cancelled, again_at), (true, None));
            Some(())
        }
        _ => None,
    });
}

#[test]
fn without_a_way_to_the_world_nobody_is_asked_and_it_is_said_why() {
    let mut desk = Desk::new();
    let (_, plan) = desk.open_new();
    desk.send(Command::AskPeople { plan: Arc::new(plan), evidence: Arc::default() });
    assert_eq!(desk.sentence(), "No resolver is known here.");
    desk.until("AskingEnded", |event| match event {
        Event::AskingEnded { cancelled: false, again_at: None } => Some(()),
        _ => None,
    });
}
