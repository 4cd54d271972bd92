//! What gets no forward, or is not known yet: not in a file, and said.

use sdr_wizard::artifact::export;
use sdr_wizard::finding::Evidence;
use sdr_wizard::plan::{Domain, ExternalSystem, Group, GroupKind, Handed, Side};

use crate::sample::{evidence, files, files_after, handed, person, plan, rows, text};

#[test]
fn an_alias_elsewhere_or_of_two_people_is_in_no_list_and_in_the_readme() {
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        let (elsewhere, shared) = ("ann.private@gmail.com", "a.lee@example.com");
        plan.roster.edit(&"ann@example.com".parse().unwrap(), |ann| {
            ann.aliases.extend([elsewhere.parse().unwrap(), shared.parse().unwrap()]);
        });
        // Eve stays on the external server.
        plan.roster.edit(&"eve@example.com".parse().unwrap(), |eve| {
            eve.aliases.push(shared.parse().unwrap());
        });
        let (files, refused) = files(&plan, Some(1));
        let readme = text(&files["README.txt"]);
        for address in [elsewhere, shared] {
            for path in [
                "postfix/sdr-forwards",
                "forwards/forwards.csv",
                "forwards/forwards.for-spreadsheet.csv",
                "exchange/contacts.for-exchange.csv",
            ] {
                let list = files.get(path).map(|bytes| text(bytes)).unwrap_or_default();
                assert!(!list.contains(address), "{system:?}: {path}: {list}");
            }
            assert!(readme.contains(address), "{system:?}: {readme}");
            let refusals = refused.iter().filter(|refusal| refusal.address.to_string() == address);
            assert_eq!(refusals.count(), 1, "{system:?}: {refused:?}");
        }
        assert!(readme.contains("it is not in example.com"), "{readme}");
    }
}

#[test]
fn what_is_to_be_taken_off_stands_in_the_run_book_too() {
    let mut plan = plan(ExternalSystem::ExchangeServer);
    let (before, _) = files(&plan, Some(1));
    let handed = handed(&[&before]);
    assert!(!text(&before["run-book.md"]).contains("to be taken off"));
    // Ann stays where she is after all.
    plan.roster.edit(&"ann@example.com".parse().unwrap(), |ann| ann.wave = None);
    let (files, _) = files_after(&plan, &evidence(), &handed, Some(1));
    let book = text(&files["run-book.md"]);
    let (_, part) =
        book.split_once("### Forwards to be taken off\n").expect("the run-book says it");
    let (part, _) = part.split_once("\n## ").unwrap();
    for gone in &rows(&files["forwards/to-remove.csv"])[1..] {
        assert!(part.contains(&format!("| {} | {} |", gone[0], gone[1])), "{part}");
    }
    assert!(part.contains("ann@example.com") && part.contains("sales@example.com"), "{part}");
    assert!(!part.contains("bob@example.com"), "{part}");
    assert!(text(&files["run-book.html"]).contains("<h3>Forwards to be taken off</h3>"));
}

#[test]
fn a_name_that_begins_with_a_hyphen_is_said_where_the_form_takes_it_and_refused_elsewhere() {
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        let others = std::mem::take(&mut plan.roster);
        plan.roster.put(person("-dash@example.com", "Dash", 1));
        others.iter().for_each(|who| drop(plan.roster.put(who.clone())));
        let (files, refused) = files(&plan, Some(1));
        let refused = refused.iter().find(|no| no.address.local() == "-dash");
        match system {
            // Nothing is handed to a program as an argument there.
            ExternalSystem::ExchangeServer
            | ExternalSystem::ExchangeOnline
            | ExternalSystem::Other => assert!(refused.is_none(), "{system:?}: {refused:?}"),
            // A name may begin so, by Google's own guidelines.
            ExternalSystem::GoogleWorkspace => {
                assert!(refused.is_none(), "{refused:?}");
                let map = text(&files["google/address-map.txt"]);
                let line = "-dash@example.com, -dash@rackspace.example.com";
                assert!(map.lines().any(|one| one == line), "{map}");
            }
            _ => {
                let refused = refused.unwrap_or_else(|| panic!("{system:?}")).to_string();
                assert!(refused.contains("begins with a hyphen"), "{refused}");
                let typed = matches!(system, ExternalSystem::Kerio | ExternalSystem::MDaemon);
                assert_eq!(refused.contains("is not known"), typed, "{refused}");
            }
        }
        if system == ExternalSystem::Postfix {
            // The example is somebody whom the map holds, though not the first.
            let how_to = text(&files["postfix/HOW-TO.txt"]);
            assert!(how_to.contains("postmap -q 'ann@example.com'"), "{how_to}");
        }
        if system == ExternalSystem::ExchangeServer {
            let ldif = text(&files["exchange/active-directory/contacts.ldf"]);
            assert!(ldif.contains("mailNickname: -dash-sdr\n"), "{ldif}");
        }
    }
}

#[test]
fn a_list_at_the_host_gets_a_contact_and_one_outside_an_alias() {
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        for (name, at) in [("team", Side::Host), ("board", Side::External)] {
            let address = format!("{name}@example.com").parse().unwrap();
            let members = vec!["eve@example.com".parse().unwrap()];
            plan.groups.push(Group { address, at, kind: GroupKind::List, members });
        }
        let (all, refused) = files(&plan, None);
        let list = text(&all["forwards/forwards.csv"]);
        assert!(list.contains("\nteam@example.com,team@rackspace.example.com\n"), "{list}");
        assert!(!list.contains("board@"), "{system:?}: the external server has it: {list}");
        assert!(refused.is_empty(), "{system:?}: {refused:?}");
        if system.is_exchange() {
            let contacts = text(&all["exchange/contacts.for-exchange.csv"]);
            assert!(contacts.contains("team@rackspace.example.com"), "{contacts}");
        }
        let (wave, _) = files(&plan, Some(1));
        assert!(!text(&wave["forwards/forwards.csv"]).contains("team@"), "with no wave");
        assert!(!all.contains_key("host/aliases.csv"));
        let second = Domain::parse("exchange.example.com").unwrap();
        plan.set_external_subdomain(Some(second)).unwrap();
        let (all, _) = files(&plan, None);
        let aliases = text(&all["host/aliases.csv"]);
        assert!(aliases.contains("\nboard@example.com,board@exchange.example.com\n"), "{aliases}");
        assert!(!aliases.contains("team@"), "{aliases}");
    }
}

#[test]
fn names_that_stand_in_a_bulk_import_alone_are_told_as_changed() {
    let mut plan = plan(ExternalSystem::ExchangeOnline);
    plan.roster.put(person("cher@example.com", "Cher Bono", 1));
    let (files, _) = files(&plan, Some(1));
    let readme = text(&files["README.txt"]);
    let file = "exchange/bulk-import.for-exchange-online.csv";
    for (what, to) in [("first name", "Cher"), ("last name", "Bono")] {
        let known = "none is known, so";
        let line =
            format!("  - cher@example.com, {what} in {file}: {known} \"{to}\" stands there\n");
        assert!(readme.contains(&line), "{readme}");
    }
    assert!(!readme.contains("ann@example.com, first name"), "hers are known: {readme}");

    // Of very many people the README names some, and the manifest all.
    for n in 0..300 {
        plan.roster.put(person(&format!("p{n}@example.com"), "One Two", 1));
    }
    let (files, _) = crate::sample::files(&plan, Some(1));
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let altered = manifest["altered"].as_array().unwrap().len();
    let readme = text(&files["README.txt"]);
    assert_eq!(readme.matches(" stands there\n").count(), 200, "{readme}");
    assert!(altered > 600 && readme.contains(&format!("  and {} more; ", altered - 200)));
}

#[test]
fn the_manifest_has_whole_seconds() {
    let now = "2025-03-01T09:30:00.123456789Z".parse().unwrap();
    let (files, _) =
        export(&plan(ExternalSystem::Other), &Evidence::default(), &Handed::default(), None, now);
    let manifest: serde_json::Value = serde_json::from_slice(&files[0].bytes).unwrap();
    assert_eq!(manifest["made_at"], "2025-03-01T09:30:00Z");
}
