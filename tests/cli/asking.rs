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

/// A resolver on loopback that knows the SPF record of the host and nothing else.
fn resolver_that_knows_the_host() -> String {
    use hickory_proto::op::Message;
    use hickory_proto::rr::rdata::TXT;
    use hickory_proto::rr::{RData, Record, RecordType};

    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = socket.recv_from(&mut packet) {
            let question = Message::from_vec(&packet[..size]).unwrap();
            let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
            reply.add_queries(question.queries.clone());
            let query = &question.queries[0];
            let text = match query.name().to_ascii().as_str() {
                "emailsrvr.com." => "v=spf1 include:spf1.emailsrvr.com ip6:2001:db8::/48 ~all",
                "spf1.emailsrvr.com." => "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.7 -all",
                _ => "nothing",
            };
            if query.query_type() == RecordType::TXT {
                let data = RData::TXT(TXT::new(vec![text.to_owned()]));
                reply.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
            socket.send_to(&reply.to_vec().unwrap(), peer).unwrap();
        }
    });
    at
}

#[test]
fn the_hosts_networks_are_listed_one_a_line_and_nothing_else() {
    let folder = Folder::new();
    let resolver = resolver_that_knows_the_host();
    let args = ["dns", "example.com", "--allow-list", "--resolver", &resolver];
    let output = expect(0, folder.path(), &args);
    assert_eq!(out(&output), "192.0.2.0/24\n198.51.100.7\n2001:db8::/48\n");
    let rows = json(&expect(0, folder.path(), &[&args[..], &["--json"]].concat()));
    assert_eq!(rows[1]["network"], "198.51.100.7");
    assert_eq!(rows[1]["include"], "emailsrvr.com");
    let nobody = nobody();
    let args = ["dns", "example.com", "--allow-list", "--resolver", &nobody];
    let output = expect(3, folder.path(), &args);
    assert_eq!(out(&output), "");
    assert!(err(&output).contains("can't be listed"), "{}", err(&output));
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

/// A host whose API lists nobody, on loopback; returns the base of its API.
fn host_without_mailboxes() -> String {
    use std::io::{BufRead, BufReader, Write};

    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", server.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in server.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let signed = lines
                .by_ref()
                .take_while(|line| !line.is_empty())
                .any(|line| line.to_ascii_lowercase().starts_with("x-api-signature: the-key:"));
            let body = r#"{"offset":0,"size":250,"total":0,"rsMailboxes":[]}"#;
            let status = if signed { "200 OK" } else { "403 Forbidden" };
            let _ = write!(
                &stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    base
}

#[test]
fn the_hosts_own_list_is_read_with_the_sessions_key_and_the_key_is_kept_nowhere() {
    let folder = Folder::with_profile();
    let here = folder.path();
    let plan = std::fs::read_to_string(here.join("p/profile.toml")).unwrap();
    let mut host = sdr_wizard::plan::HostPreset::rackspace();
    host.api = Some(host_without_mailboxes());
    let table =
        format!("\n[host]\n{}", toml::to_string(&host).unwrap().replace("[[mx]]", "[[host.mx]]"));
    folder.write("p/profile.toml", &(plan.replace("host = \"rackspace\"\n", "") + &table));

    let check = |key: &[(&str, &str)]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_sdrctl"))
            .args(["check", "p", "--step", "flow", "--json", "--resolver", &nobody()])
            .envs(key.iter().copied())
            .current_dir(here)
            .output()
            .unwrap()
    };
    let inventory = |output: &std::process::Output| {
        let findings = json(output);
        let found = findings.iter().find(|finding| finding["id"] == "flow.inventory");
        found.unwrap()["state"].clone()
    };
    assert_eq!(inventory(&check(&[])), "skipped");
    let output = check(&[("SDRCTL_API_KEY", "the-key"), ("SDRCTL_API_SECRET", "the-secret")]);
    assert_eq!(inventory(&output), "passed", "{}{}", out(&output), err(&output));
    for file in std::fs::read_dir(here.join("p")).unwrap().flatten() {
        let kept = std::fs::read(file.path()).unwrap_or_default();
        let kept = String::from_utf8_lossy(&kept);
        assert!(!kept.contains("the-key") && !kept.contains("the-secret"), "{:?}", file.path());
    }

    let half = check(&[("SDRCTL_API_KEY", "the-key")]);
    assert_eq!(code(&half), 2);
    assert!(err(&half).contains("set both"), "{}", err(&half));
}

#[test]
fn a_step_in_which_nothing_passed_lets_no_script_go_ahead() {
    let folder = Folder::with_profile();
    let here = folder.path();
    folder.write("people.csv", PEOPLE);
    expect(0, here, &["import", "p", "people.csv"]);
    expect(3, here, &["check", "p", "--step", "cutover", "--resolver", "127.0.0.1:9"]);
    // Everybody is at the host: one point passed, and still nothing is confirmed.
    folder.write(
        "people.csv",
        "address,home\nann@example.com,host\nbob@example.com,host\ncat@example.com,host\n",
    );
    expect(0, here, &["import", "p", "people.csv"]);
    let output = expect(3, here, &["check", "p", "--step", "cutover", "--resolver", "127.0.0.1:9"]);
    assert!(out(&output).contains("Passed"), "{}", out(&output));

    expect(0, here, &["new", "bare", "--domain", "example.com"]);
    let output =
        expect(3, here, &["check", "bare", "--step", "server", "--resolver", "127.0.0.1:9"]);
    assert!(!out(&output).contains("Passed"), "{}", out(&output));
}
