//! What gets no forward, or is not known yet: not in a file, and said.

use sdr_wizard::artifact::export;
use sdr_wizard::finding::Evidence;
use sdr_wizard::plan::{ExternalSystem, Handed};

use crate::sample::{files, plan, text};

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
fn the_manifest_has_whole_seconds() {
    let now = "2025-03-01T09:30:00.123456789Z".parse().unwrap();
    let (files, _) =
        export(&plan(ExternalSystem::Other), &Evidence::default(), &Handed::default(), None, now);
    let manifest: serde_json::Value = serde_json::from_slice(&files[0].bytes).unwrap();
    assert_eq!(manifest["made_at"], "2025-03-01T09:30:00Z");
}
