//! Profiles made, saved, opened again and shared.

use super::*;

#[test]
fn what_was_saved_is_there_when_the_profile_is_opened_again() {
    let mut desk = Desk::new();
    let (folder, plan) = desk.open_new();
    assert_eq!(folder, desk.folder.path().join("profiles/example.com"));
    let plan = with_people(plan, 3);
    let mut evidence = Evidence::default();
    let at = jiff::Timestamp::from_second(1_700_000_000).unwrap();
    evidence.record(Finding::new("server.rcpt", State::Warning, "Slow.", at).about(&plan));
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
