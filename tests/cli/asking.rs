//! Asking a world that does not answer, and a profile that is in use.

use super::{Folder, PEOPLE, code, err, expect, json, out, refused, sdrctl_at};

/// Nobody listens there: a refused question, at once.
fn nobody() -> String {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().to_string()
}

#[test]
fn a_check_keeps_what_it_saw_in_the_profile_and_one_step_leaves_the_others_alone() {
    let folder = Folder::with_profile();
    let here = folder.path();
    folder.write("people.csv", PEOPLE);
    expect(0, here, &["import", "p", "people.csv"]);
    let resolver = nobody();
    let evidence = || sdr_wizard::profile::open(&here.join("p")).unwrap().evidence;
    let output = sdrctl_at(here, &["check", "p", "--step", "people", "--resolver", &resolver]);
    assert_eq!(code(&output), 0, "{}{}", out(&output), err(&output));
    let first = evidence();
    assert!(first.get("people.count").is_some());
    assert!(first.of_step("subdomain").next().is_none());

    let output =
        sdrctl_at(here, &["check", "p", "--step", "subdomain", "--resolver", &resolver, "--json"]);
    assert_eq!(code(&output), 3, "{}{}", out(&output), err(&output));
    let second = evidence();
    assert_eq!(first.get("people.count"), second.get("people.count"));
    for finding in json(&output) {
        let kept = second.get(finding["id"].as_str().unwrap()).unwrap();
        assert_eq!(serde_json::to_value(kept).unwrap(), finding);
    }
}

#[test]
fn who_can_not_be_asked_can_not_be_told() {
    let folder = Folder::with_profile();
    let here = folder.path();
    let resolver = nobody();
    let resolver = resolver.as_str();
    refused(here, &["people", "p", "--resolver", resolver], "nobody is in the list");
    folder.write("people.csv", PEOPLE);
    expect(0, here, &["import", "p", "people.csv"]);
    for args in [
        &["people", "p", "--resolver", resolver][..],
        &["dns", "example.com", "--subdomain", "rackspace", "--server", resolver],
        &["dns", "example.com", "--subdomain", "rackspace.example.com", "--resolver", resolver],
        &[
            "smtp",
            "mail.example.com",
            "--address",
            "ann@example.com",
            "--port",
            "25",
            "--resolver",
            resolver,
        ],
    ] {
        let output = expect(3, here, args);
        let text = out(&output);
        assert!(text.lines().any(|line| line.starts_with("Can't tell  ")), "{args:?}: {text}");
        assert!(text.contains("because"), "{args:?}: {text}");
        assert!(text.contains("127.0.0.1"), "{args:?} names whom it asked: {text}");
    }
}

#[test]
fn a_profile_that_another_window_has_is_read_but_not_written() {
    let folder = Folder::with_profile();
    let here = folder.path();
    folder.write("people.csv", PEOPLE);
    let open = sdr_wizard::profile::open(&here.join("p")).unwrap();
    refused(here, &["import", "p", "people.csv"], "another window");
    refused(here, &["people", "p", "--resolver", "127.0.0.1:9"], "another window");
    refused(here, &["export", "p"], "another window");
    expect(0, here, &["export", "p", "--out", "out"]);
    let output = sdrctl_at(here, &["check", "p", "--step", "people", "--resolver", "127.0.0.1:9"]);
    assert!(err(&output).contains("not kept"), "{}", err(&output));
    assert!(!here.join("p/evidence.json").exists() || open.evidence.is_empty());
    drop(open);
    assert!(sdr_wizard::profile::open(&here.join("p")).unwrap().evidence.is_empty());
}
