//! Where messages go, told in a terminal.

use super::{Folder, PEOPLE, code, expect, json, out, refused, sdrctl_at};

#[test]
fn routes_tell_each_moment_of_the_plan_and_exit_by_it() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    // Before anything is done, Cat at the host can't be reached from the Internet.
    let output = expect(1, folder.path(), &["routes", "p", "--phase", "0"]);
    assert!(out(&output).contains("Failed"), "{}", out(&output));
    let output = sdrctl_at(folder.path(), &["routes", "p", "--phase", "5", "--json"]);
    let routes = json(&output);
    for route in &routes {
        for field in ["address", "origin", "planned", "outcome"] {
            assert!(route[field].is_string(), "{field} of {route}");
        }
        assert!(route["at"].is_array() && route["copies"].is_u64(), "{route}");
        assert!(route["hops"].is_array(), "{route}");
    }
    // Everything is done and wave 1 has moved: Bob is delivered once, at the host.
    let bob: Vec<_> = routes.iter().filter(|route| route["address"] == "bob@example.com").collect();
    assert_eq!(bob.len(), 3, "from all three origins");
    for route in bob {
        assert_eq!((&route["at"][0], &route["copies"]), (&"host".into(), &1.into()), "{route}");
    }
    assert_eq!(code(&output), 0, "{}", out(&output));
    let output = expect(
        0,
        folder.path(),
        &["routes", "p", "--phase", "5", "--from", "internet", "--address", "bob@example.com"],
    );
    let text = out(&output);
    assert!(text.contains("1. ") && text.contains("bob@rackspace.example.com"), "{text}");
    let bob = ["routes", "p", "--phase", "5", "--from", "internet", "--address", "bob@example.com"];
    let drawn =
        |format| out(&expect(0, folder.path(), &[&bob[..], &["--picture", format]].concat()));
    assert!(
        drawn("svg").starts_with("<svg ") && drawn("svg").contains("split domain")
            || drawn("svg").contains("contact or forward")
    );
    assert!(drawn("dot").starts_with("digraph ") && drawn("dot").trim_end().ends_with('}'));
    refused(folder.path(), &["routes", "p", "--picture", "svg"], "--address");
    let output = expect(
        0,
        folder.path(),
        &["routes", "p", "--phase", "5", "--json", "--address", "stranger@example.com"],
    );
    for route in json(&output) {
        assert_eq!(route["outcome"], "bounced", "{route}");
    }
    let all = out(&expect(0, folder.path(), &["routes", "p", "--phase", "5", "--all"]));
    assert!(all.lines().count() > routes.len(), "{all}");
    refused(folder.path(), &["routes", "p", "--phase", "99"], "--phase");
    refused(folder.path(), &["routes", "p", "--address", "ann"], "--address");
    refused(folder.path(), &["routes", "p", "--address", "a@elsewhere.org"], "--address");
}

#[test]
fn what_nobody_has_checked_is_not_told_as_a_fact() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let text = out(&expect(3, folder.path(), &["routes", "p"]));
    assert!(text.contains("by the plan; not checked yet"), "{text}");
    assert!(!text.contains("what the checks saw"), "{text}");
    assert!(text.contains("Can't tell") && !text.contains("Failed"), "{text}");
}

#[test]
fn an_order_is_judged_action_by_action() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let order =
        |code, names: &str| out(&expect(code, folder.path(), &["routes", "p", "--order", names]));
    let text = order(1, "sdr-on,alias,subdomain-mx,contacts-1,mailboxes-1");
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(place("Safe so far:") < place("Refused: contacts-1. "), "{text}");
    assert!(place("go round in a loop") < place("Not judged, because of that: mailboxes-1."));
    let text = order(0, "sdr-on,alias,subdomain-mx,mailboxes-1");
    assert!(text.contains("This order is safe:") && text.contains("Not in it: "), "{text}");
    refused(folder.path(), &["routes", "p", "--order", "sdr-on,contacts-9"], "contacts-9");
    refused(folder.path(), &["routes", "p", "--order", "sdr-on,sdr-on"], "twice");
}

#[test]
fn lists_and_settings_of_the_profile_are_audited() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let path = folder.path().join("p/profile.toml");
    let plain = std::fs::read_to_string(&path).unwrap();
    let with_list = |members: &str| {
        let list = format!(
            "{plain}\n[[list]]\naddress = \"postmaster@example.com\"\nat = \"external\"\nmembers = [{members}]\n"
        );
        std::fs::write(&path, list).unwrap();
    };
    with_list("\"bob@example.com\"");
    expect(0, folder.path(), &["routes", "p", "--phase", "5"]);
    with_list("\"bob@example.com\", \"gone@example.com\"");
    let text = out(&expect(1, folder.path(), &["routes", "p", "--phase", "5"]));
    assert!(text.contains("1 list: a list with a member whom its mail does not reach"), "{text}");
    assert!(text.contains("postmaster@example.com"), "{text}");
    with_list("\"postmaster@rackspace.example.com\"");
    let text = out(&expect(1, folder.path(), &["routes", "p", "--phase", "5"]));
    assert!(text.contains("1 list: a list that leads back to itself"), "{text}");
    let way = ["routes", "p", "--phase", "5", "--address", "postmaster@example.com"];
    let text = out(&expect(1, folder.path(), &way));
    assert!(text.contains("Way out: take postmaster@rackspace.example.com out of"), "{text}");
}
