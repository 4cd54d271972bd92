//! The practice world inside the engine, and the model.

use super::*;

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
fn practice_is_not_written_and_its_files_go_where_they_are_asked_for() {
    let mut desk = Desk::new();
    let (folder, _) = desk.open_new();
    let before = std::fs::read(folder.join("profile.toml")).unwrap();
    let plan = practise(&mut desk, &[]);
    desk.send(save(&plan, &Evidence::default()));
    desk.until("Saved", saved);
    assert_eq!(std::fs::read(folder.join("profile.toml")).unwrap(), before);

    let exported = |event| match event {
        Event::Exported { folder, files, left_out } => Some((folder, files, left_out)),
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
        assert_eq!(files[0].place, "README.txt");
        for file in files {
            let path = file.path;
            assert!(path.starts_with(&folder) && path.is_file(), "{}", path.display());
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
