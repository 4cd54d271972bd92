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
    let output = sdrctl_at(folder.path(), &["routes", "p", "--phase", "moved-1", "--json"]);
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
    // Nobody has postmaster and abuse.
    assert_eq!(code(&output), 4, "{}", out(&output));
    let output = expect(
        0,
        folder.path(),
        &[
            "routes",
            "p",
            "--phase",
            "moved-1",
            "--from",
            "internet",
            "--address",
            "bob@example.com",
        ],
    );
    let text = out(&output);
    assert!(text.contains("1. ") && text.contains("bob@rackspace.example.com"), "{text}");
    let bob =
        ["routes", "p", "--phase", "moved-1", "--from", "internet", "--address", "bob@example.com"];
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
        &["routes", "p", "--phase", "moved-1", "--json", "--address", "stranger@example.com"],
    );
    for route in json(&output) {
        assert_eq!(route["outcome"], "bounced", "{route}");
    }
    let all = out(&expect(4, folder.path(), &["routes", "p", "--phase", "moved-1", "--all"]));
    assert!(all.lines().count() > routes.len(), "{all}");
    refused(folder.path(), &["routes", "p", "--phase", "99"], "--phase");
    let all = ["routes", "p", "--phase", "all", "--address", "bob@example.com"];
    refused(folder.path(), &all, "--phase all");
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
    assert!(place("Safe so far; ") < place("Refused: contacts-1. "), "{text}");
    assert!(place("go round in a loop") < place("Not judged, because of that: mailboxes-1."));
    // Mailboxes whose contacts can't follow split mail for longer than need be.
    let text = order(1, "sdr-on,alias,subdomain-mx,mailboxes-1");
    assert!(text.contains("Refused: mailboxes-1. "), "{text}");
    assert!(text.contains("no action of this order ends that"), "{text}");
    let text = order(0, "sdr-on,alias,subdomain-mx,first-contacts,mailboxes-1,contacts-1");
    assert!(text.contains("This order is safe; ") && text.contains("Not in it: "), "{text}");
    assert!(text.contains("Safe means: "), "{text}");
    assert!(
        text.contains("  mailboxes-1     after 48 h         the mailboxes of wave 1"),
        "{text}"
    );
    assert!(text.contains("  contacts-1      after 48 h 15 min  the contacts of wave 1"), "{text}");
    assert!(
        text.contains("mail for 1 person splits: what comes from a user of the host goes to the new mailbox, all other to the old one, for 15 min or more."),
        "{text}"
    );
    assert!(order(4, "SDR-ON,alias").contains("This order is safe; "));
    // With nobody at the host, an alias takes the domain being added there.
    let nobody = "address,home\nann@example.com,external\n";
    folder.write("few.csv", nobody);
    let new = ["new", "few", "--domain", "example.com", "--panel", "offered"];
    expect(0, folder.path(), &new);
    expect(0, folder.path(), &["import", "few", "few.csv"]);
    let text = out(&expect(1, folder.path(), &["routes", "few", "--order", "alias,sdr-on"]));
    assert!(text.contains("Refused: alias. ") && text.contains("forced MX routing"), "{text}");
    assert!(text.contains("the domain has to be added at the host for it"), "{text}");
    refused(folder.path(), &["routes", "p", "--order", "sdr-on,contacts-9"], "contacts-9");
    refused(folder.path(), &["routes", "p", "--order", "sdr-on,sdr-on"], "twice");
}

#[test]
fn every_moment_of_the_plan_is_audited_with_its_window() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let all = ["routes", "p", "--phase", "all"];
    let text = out(&expect(1, folder.path(), &all));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let after = |name: &str| {
        let at = lines.iter().position(|line| line.contains(&format!(" {name} "))).unwrap();
        (lines[at], lines[at + 1])
    };
    assert!(after("subdomain-mx").0.ends_with("(takes up to 48 h, assumed)"), "{text}");
    assert!(after("sdr-on").0.ends_with("(takes until the checks see it)"), "{text}");
    assert!(after("mailboxes-1").0.ends_with("(takes up to 15 min, assumed)"), "{text}");
    assert!(lines.contains(&"All of it is the plan's word."), "{text}");
    assert_eq!(after("mailboxes-1").1, "Failed: 1 person: a mailbox on both systems (1 way)");
    let at = lines.iter().position(|line| line.contains(" contacts-1 ")).unwrap();
    assert!(lines[at + 1].starts_with("Warning: 2 addresses: postmaster or abuse"), "{text}");
    assert!(lines[at + 3].ends_with("ways end where the plan wants them."), "{text}");
    let told = json(&sdrctl_at(folder.path(), &[&all[..], &["--json"]].concat()));
    let made = told.iter().find(|one| one["moment"] == "mailboxes-1").unwrap();
    assert_eq!((&made["window"], &made["astray"][0]["cause"]), (&15.into(), &"two-homes".into()));
}

#[test]
fn what_was_seen_and_what_is_assumed_is_told_of_each_way() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let text = out(&expect(3, folder.path(), &["routes", "p"]));
    assert!(
        text.contains("Nothing was seen yet; the model goes by the plan alone: the primary MX,"),
        "{text}"
    );
    let bob = ["routes", "p", "--from", "internet", "--address", "bob@example.com"];
    let told = json(&sdrctl_at(folder.path(), &[&bob[..], &["--json"]].concat()));
    assert_eq!(told[0]["seen"], serde_json::json!([]));
    assert_eq!(told[0]["assumed"], serde_json::json!(["primary-mx", "external-mailboxes"]));
    assert_eq!(
        (&told[0]["largest"], &told[0]["hop_limit"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    let text = out(&sdrctl_at(folder.path(), &bob));
    assert!(
        text.contains("The plan's word: the primary MX, mailboxes on the external server."),
        "{text}"
    );
    // Cat's way leads to the host, whose limit is known.
    let cat = [
        "routes",
        "p",
        "--phase",
        "first-contacts",
        "--from",
        "internet",
        "--address",
        "cat@example.com",
    ];
    let text = out(&expect(0, folder.path(), &cat));
    assert!(text.contains("Size: at most 50 MB, by the host."), "{text}");
}

#[test]
fn postmaster_whom_nobody_has_and_people_elsewhere_are_told() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let text = out(&expect(4, folder.path(), &["routes", "p", "--phase", "moved-1"]));
    assert!(
        text.contains("Warning     2 addresses: postmaster or abuse, whose mail reaches nobody"),
        "{text}"
    );
    let path = folder.path().join("p/profile.toml");
    let plain = std::fs::read_to_string(&path).unwrap();
    let members: Vec<String> = (0..5).map(|n| format!("\"m{n}@elsewhere.org\"")).collect();
    let list = format!(
        "{plain}\n[[list]]\naddress = \"sales@example.com\"\nat = \"host\"\nkind = \"alias\"\nmembers = [{}]\n",
        members.join(", ")
    );
    std::fs::write(&path, list).unwrap();
    let text = out(&sdrctl_at(folder.path(), &["routes", "p", "--phase", "moved-1"]));
    assert!(text.contains("Note        The alias sales@example.com at Rackspace Email has 5 members, and Rackspace takes up to 4."), "{text}");
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
    expect(4, folder.path(), &["routes", "p", "--phase", "moved-1"]);
    with_list("\"bob@example.com\", \"gone@example.com\"");
    let text = out(&expect(1, folder.path(), &["routes", "p", "--phase", "moved-1"]));
    assert!(text.contains("1 list: a list with a member whom its mail does not reach"), "{text}");
    assert!(text.contains("postmaster@example.com"), "{text}");
    with_list("\"postmaster@rackspace.example.com\"");
    let text = out(&expect(1, folder.path(), &["routes", "p", "--phase", "moved-1"]));
    assert!(text.contains("1 list: a list or alias that leads back to itself"), "{text}");
    let way = ["routes", "p", "--phase", "moved-1", "--address", "postmaster@example.com"];
    let text = out(&expect(1, folder.path(), &way));
    assert!(text.contains("Way out: take postmaster@rackspace.example.com out of"), "{text}");
}

/// A finding of before, as evidence.json has it.
fn finding(id: &str, found: &str) -> (String, serde_json::Value) {
    let finding = serde_json::json!({
        "id": id, "state": "passed", "summary": "seen", "expected": "", "found": found,
        "asked": "", "at": "2026-11-26T09:00:00Z", "meaning": "", "action": "",
    });
    (id.to_owned(), finding)
}

#[test]
fn what_was_seen_of_another_server_is_not_used_and_said_to_be_left_out() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let (id, mut sdr) = finding("sdr.mx1", "");
    sdr["about"] = serde_json::json!({ "domain": "example.com", "external-server": "old.example.com", "later": "?" });
    let evidence = serde_json::json!({ id: sdr });
    folder.write("p/evidence.json", serde_json::to_vec(&evidence).unwrap());
    let name = |name: &str| {
        let path = folder.path().join("p/profile.toml");
        let mut plan: toml_edit::DocumentMut =
            std::fs::read_to_string(&path).unwrap().parse().unwrap();
        plan["external"]["host_name"] = toml_edit::value(name);
        std::fs::write(&path, plan.to_string()).unwrap();
    };
    let order = || sdrctl_at(folder.path(), &["routes", "p", "--order"]);
    let seen = "split domain routing is switched on: seen by the checks";
    let left_out = "the answers of step 4, Split Domain Routing, are not used: they are about old.example.com. Check it again with: sdrctl check --step sdr";
    let told = |output: &std::process::Output| {
        String::from_utf8(output.stderr.clone()).unwrap().contains(left_out)
    };
    name("old.example.com");
    let output = order();
    assert!(out(&output).contains(seen) && !told(&output), "{}", out(&output));
    name("new.example.com");
    let output = order();
    assert!(!out(&output).contains(seen) && told(&output), "{}", out(&output));
    name("old.example.com");
    assert!(out(&order()).contains(seen), "what was seen was not lost");
}

#[test]
fn what_the_checks_saw_is_done_in_the_order_and_told_apart_from_what_was_ticked_off() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let evidence: serde_json::Map<String, serde_json::Value> = [
        finding("sdr.mx1", ""),
        finding("subdomain.mx", "10 mx1.emailsrvr.com, 20 mx2.emailsrvr.com"),
        finding("situation.ttl", "1800 s"),
    ]
    .into_iter()
    .collect();
    folder.write("p/evidence.json", serde_json::to_vec(&evidence).unwrap());
    let path = folder.path().join("p/profile.toml");
    let plan = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, plan.replace("done = []", "done = [\"request-domain-alias\"]")).unwrap();
    let text = out(&expect(0, folder.path(), &["routes", "p", "--order"]));
    for line in [
        "  sdr-on            split domain routing is switched on: seen by the checks",
        "  alias             the domain alias is added at the host: ticked off, not seen by the checks",
        "  subdomain-mx      the routing subdomain's MX records are published: seen by the checks",
        "  first-contacts  at once",
        "  mailboxes-1     at once",
        "  contacts-1      after 15 min",
        "Takes up to 30 min, by the TTL seen.",
        "1 person stays on the external server, in no wave.",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let text = out(&expect(0, folder.path(), &["routes", "p", "--order", "sdr-on,first-contacts"]));
    assert!(text.contains("Done already, so not judged: sdr-on."), "{text}");
    let told = json(&sdrctl_at(folder.path(), &["routes", "p", "--order", "--json"]));
    let basis = |name: &str| told.iter().find(|one| one["done"] == name).unwrap()["basis"].clone();
    assert_eq!((basis("sdr-on"), basis("alias")), ("seen".into(), "told".into()));
    let mx = told.iter().find(|one| one["action"] == "primary-mx").unwrap();
    assert_eq!((&mx["window"], &mx["window_basis"]), (&30.into(), &"seen".into()));
    let last = told.last().unwrap();
    assert_eq!(last["verdict"], "safe", "{last}");
    // Which facts were seen is told of each way.
    let ann = ["routes", "p", "--from", "host", "--address", "ann@example.com", "--json"];
    let told = json(&sdrctl_at(folder.path(), &ann));
    assert_eq!(told[0]["seen"], serde_json::json!(["split-routing"]));
    assert_eq!(told[0]["told"], serde_json::json!([]));
    assert_eq!(
        told[0]["assumed"],
        serde_json::json!(["own-senders", "host-mailboxes", "external-mailboxes"])
    );
}

#[test]
fn a_way_tells_what_was_ticked_off_and_what_was_seen_at_a_moment_too() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let done = ["load-forwards-1", "enable-sdr", "publish-subdomain-mx", "request-domain-alias"];
    expect(0, folder.path(), &[&["done", "p"], &done[..]].concat());
    let bob = ["routes", "p", "--from", "internet", "--address", "bob@example.com"];
    let told = json(&sdrctl_at(folder.path(), &[&bob[..], &["--json"]].concat()));
    let by_tick = serde_json::json!(["subdomain-mx", "alias", "forwards"]);
    assert_eq!(told[0]["told"], by_tick, "{}", told[0]);
    assert_eq!(told[0]["implied"], serde_json::json!(["host-mailboxes"]), "{}", told[0]);
    let text = out(&sdrctl_at(folder.path(), &bob));
    assert!(text.contains("the domain alias, whether the forwards are loaded."), "{text}");
    assert!(text.contains("loading the forwards of wave 1 is ticked off: mailboxes at the host."));
    let text = out(&sdrctl_at(folder.path(), &["routes", "p", "--order"]));
    let line = text.lines().find(|line| line.contains("mailboxes-1")).unwrap();
    assert!(line.ends_with("implied, because loading the forwards of wave 1 is ticked off"));
    // What was seen and holds then is seen of each way as well.
    let random = r#"{"server.random-address": {"id": "server.random-address", "state": "passed",
        "summary": "Refused.", "expected": "", "found": "", "asked": "", "at": "2026-11-26T09:00:00Z",
        "meaning": "", "action": "", "evidence": []}}"#;
    folder.write("p/evidence.json", random);
    let nobody = ["--phase", "moved-1", "--address", "nobody@example.com", "--from", "internet"];
    let told = json(&sdrctl_at(folder.path(), &[&["routes", "p", "--json"], &nobody[..]].concat()));
    assert_eq!(told[0]["seen"], serde_json::json!(["authority"]), "{}", told[0]);
}

#[test]
fn an_address_that_its_server_refused_is_seen_not_to_be_there() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let heard = |who: &str, side: &str, word: &str| {
        format!("heard\t2026-11-26T09:00:01Z\t{side}\t{who}@example.com\t{word}\t550 5.1.1 no\n")
    };
    let journal = [
        "begun\t2026-11-26T09:00:00Z\nproved\texternal\trefuses-unknown\nproved\thost\trefuses-unknown\n",
        &heard("ann", "external", "refused"),
        &heard("bob", "external", "known"),
        &heard("cat", "host", "refused"),
        "finished\t2026-11-26T09:00:02Z\n",
    ];
    folder.write("p/people.journal", journal.concat());
    let text = out(&expect(1, folder.path(), &["routes", "p"]));
    assert!(
        text.contains("Of 3 people, the servers of their own side confirmed 1 and refused 2."),
        "{text}"
    );
    assert!(text.contains("Failed      2 people: a mailbox on neither system"), "{text}");
    let way = ["routes", "p", "--from", "internet", "--address", "bob@example.com", "--json"];
    let told = json(&sdrctl_at(folder.path(), &way));
    assert_eq!(told[0]["seen"], serde_json::json!(["external-mailboxes"]));
    let text = out(&expect(1, folder.path(), &["compare", "p"]));
    assert!(text.contains("At the host by the plan, but without a mailbox there (1)"), "{text}");
    assert!(text.contains("  cat@example.com is refused by the host"), "{text}");
    assert!(text.contains("On the external server by the plan, which refuses them (1)"), "{text}");
    assert!(!text.contains("They agree"), "{text}");
}

#[test]
fn a_followed_loop_has_its_copies_and_the_ways_out_with_their_costs() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let path = folder.path().join("p/profile.toml");
    let list = "\n[[list]]\naddress = \"team@example.com\"\nat = \"external\"\nmembers = [\"bob@example.com\", \"team@rackspace.example.com\"]\n";
    let plain = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, plain.clone() + list).unwrap();
    let way =
        ["routes", "p", "--phase", "5", "--address", "team@example.com", "--from", "internet"];
    let text = out(&expect(1, folder.path(), &way));
    assert!(
        text.contains("Copy after copy arrives meanwhile: bob@example.com at the external server. How many, when, and who returns it, can't be told from here"),
        "{text}"
    );
    let route = json(&expect(1, folder.path(), &[&way[..], &["--json"]].concat())).remove(0);
    assert_eq!((&route["outcome"], &route["copies"]), (&"loop".into(), &24.into()), "{route}");
    assert_eq!(route["count"]["too_many_hops"], 1, "{route}");
    let out = &route["ways_out"][0];
    let label = "take team@rackspace.example.com out of team@example.com on the external server";
    assert_eq!(out["label"], label, "{route}");
    assert!(out["cost"].as_str().is_some_and(|cost| !cost.is_empty()) && out["lost"].is_u64());
}

#[test]
fn an_address_of_the_subdomain_that_leads_out_is_followed() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let path = folder.path().join("p/profile.toml");
    let plain = std::fs::read_to_string(&path).unwrap();
    let set = "external_subdomain = \"exchange.example.com\"";
    std::fs::write(&path, plain.replace("external_subdomain = \"\"", set)).unwrap();
    let way = ["routes", "p", "--phase", "0", "--json", "--address", "bob@exchange.example.com"];
    let ways = json(&sdrctl_at(folder.path(), &way));
    assert_eq!(ways.len(), 3, "{ways:?}");
    assert!(ways.iter().all(|way| way["hops"].as_array().is_some_and(|hops| !hops.is_empty())));
    refused(
        folder.path(),
        &["routes", "p", "--address", "a@elsewhere.org"],
        "exchange.example.com",
    );
}
