//! The terminal program as a person or a script runs it: real processes, real
//! folders, exit codes.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn sdrctl(args: &[&str]) -> Output {
    sdrctl_at(Path::new("."), args)
}

fn sdrctl_at(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sdrctl"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {}", err(output)))
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs, expects this exit code, and gives what it wrote.
fn expect(wanted: i32, folder: &Path, args: &[&str]) -> Output {
    let output = sdrctl_at(folder, args);
    let told = format!("{args:?}\n{}\n{}", out(&output), err(&output));
    assert_eq!(code(&output), wanted, "{told}");
    output
}

/// Wrong usage or unreadable input: exit code 2, nothing on standard output,
/// one line that holds `part` on standard error.
fn refused(folder: &Path, args: &[&str], part: &str) {
    let output = expect(2, folder, args);
    let said = err(&output);
    assert_eq!(out(&output), "", "{args:?}");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.starts_with("sdrctl: "), "{args:?}: {said}");
    assert!(said.contains(part), "{args:?}: {said}");
    assert!(!said.contains("panicked"), "{args:?}: {said}");
    let shown = said.trim_end_matches('\n');
    assert!(!shown.chars().any(char::is_control) && shown.len() < 1000, "{args:?}: {said:?}");
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a profile `p` for example.com in it.
    fn with_profile() -> Self {
        let folder = Self::new();
        let address = ["--verification-address", "ann@example.com"];
        let host = ["--external-host", "mail.example.com"];
        let args = [&["new", "p", "--domain", "example.com"][..], &host, &address].concat();
        expect(0, folder.path(), &args);
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

const PEOPLE: &str = "address,display_name,home,wave\n\
    ann@example.com,Ann Lee,external,\n\
    bob@example.com,Bob Ray,external,1\n\
    cat@example.com,Cat Fox,host,\n";

// --- practice

#[test]
fn practice_walks_all_eight_steps_and_everything_passes() {
    let folder = Folder::new();
    let output = expect(0, folder.path(), &["practice", "--out", "out"]);
    let text = out(&output);
    let heads = [
        "1. Situation",
        "2. People",
        "3. External server",
        "4. Split Domain Routing",
        "5. Routing subdomain",
        "6. Forwards",
        "7. Mail flow",
        "8. Cutover",
    ];
    let mut from = 0;
    for (at, head) in heads.iter().enumerate() {
        let here = text[from..].find(&format!("\n{head}\n"));
        from += here.unwrap_or_else(|| panic!("no {head} in its place:\n{text}"));
        let end = heads.get(at + 1).and_then(|next| text.find(&format!("\n{next}\n")));
        let findings = &text[from..end.unwrap_or(text.len())];
        assert!(findings.contains("\nPassed      "), "{head}: {findings}");
    }
    for word in ["Failed", "Warning", "Can't tell", "Waiting"] {
        assert!(!text.lines().any(|line| line.starts_with(word)), "{word}:\n{text}");
    }
    assert_eq!(err(&output), "", "progress goes to a terminal only");
    // What it names is there.
    let named: Vec<_> = text
        .lines()
        .skip_while(|line| !line.contains("files written to out"))
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(named.len() > 3, "{text}");
    for file in named {
        assert!(folder.path().join("out").join(file).is_file(), "{file}");
    }
}

#[test]
fn practice_without_a_folder_names_the_one_that_it_made() {
    let output = expect(0, Path::new("."), &["practice"]);
    let text = out(&output);
    let line = text.lines().find(|line| line.contains("files written to")).unwrap();
    let made = line.split(" to ").nth(1).unwrap().trim_end_matches(':');
    assert!(made.contains("sdr-practice-"), "{line}");
    assert!(std::fs::read_dir(made).unwrap().next().is_some());
    std::fs::remove_dir_all(made).unwrap();
}

/// What a walk with this fault must end with, and what the first finding that
/// did not pass must speak of: each alternative is a set of words, all in it.
fn fault(name: &str, wanted: i32, words: &[&str]) {
    let output = sdrctl(&["practice", "--json", "--fault", name]);
    let findings = json(&output);
    let bad: Vec<_> = findings
        .iter()
        .filter(|finding| !matches!(finding["state"].as_str().unwrap(), "passed" | "skipped"))
        .collect();
    let told = bad.iter().map(|finding| finding.to_string()).collect::<Vec<_>>().join("\n");
    assert_eq!(code(&output), wanted, "{name}: {}\n{told}", err(&output));
    let first = bad.first().unwrap_or_else(|| panic!("{name}: everything passed"));
    let part = |field: &str| first[field].as_str().unwrap_or_default().to_lowercase();
    let said = ["summary", "found", "why", "meaning", "action"].map(part).join(" ");
    for word in words {
        assert!(said.contains(word), "{name}: no “{word}” in the first of\n{told}");
    }
    assert!(!part("action").is_empty(), "{name}: no remedy in {first}");
}

#[test]
fn routing_that_is_off_is_named_first() {
    fault("sdr-off", 1, &["split domain"]);
}

#[test]
fn a_missing_domain_alias_is_named_first() {
    fault("no-alias", 1, &["alias", "support"]);
}

#[test]
fn missing_subdomain_records_are_named_first() {
    fault("no-subdomain-mx", 1, &["mx", "rackspace.example.com"]);
}

#[test]
fn a_changed_primary_mx_is_named_first() {
    fault("primary-mx-changed", 1, &["mx", "example.com"]);
}

#[test]
fn a_server_that_takes_anything_is_named_first() {
    fault("accepts-anything", 3, &["accept"]);
}

#[test]
fn greylisting_is_waited_for() {
    fault("greylist", 3, &["greylist"]);
}

#[test]
fn a_tarpit_is_a_warning() {
    fault("tarpit", 4, &["slow"]);
}

#[test]
fn a_blocked_port_25_can_not_be_told_from_here() {
    fault("port-blocked", 3, &["port 25"]);
}

#[test]
fn a_server_that_refuses_its_own_domain_from_outside_is_named_first() {
    fault("own-domain-refused", 1, &["own domain"]);
}

#[test]
fn a_bad_certificate_is_a_warning() {
    fault("bad-certificate", 4, &["certificate"]);
}

#[test]
fn a_contact_without_a_mailbox_is_named_first() {
    fault("contact-without-mailbox", 1, &["mailbox"]);
}

#[test]
fn two_sides_that_pass_on_to_each_other_are_named_first() {
    fault("both-non-authoritative", 1, &["authoritative"]);
}

#[test]
fn every_fault_that_the_program_knows_is_tested_here() {
    let help = out(&sdrctl(&["practice", "--help"]));
    let text = include_str!("cli.rs");
    for name in sdr_wizard::practice::Fault::ALL {
        assert!(help.contains(name.as_str()), "{help}");
        assert!(text.contains(&format!("fault(\"{}\"", name.as_str())), "{}", name.as_str());
    }
}

#[test]
fn findings_as_json_have_what_a_script_needs() {
    let output = expect(0, Path::new("."), &["practice", "--json"]);
    let findings = json(&output);
    assert!(findings.len() >= 8);
    for finding in &findings {
        for field in
            ["id", "state", "summary", "expected", "found", "asked", "at", "meaning", "action"]
        {
            assert!(finding[field].is_string(), "{field} of {finding}");
        }
        finding["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    }
    for step in sdr_wizard::guide::Step::ALL {
        let prefix = format!("{}.", step.slug());
        let of_step = |finding: &Value| finding["id"].as_str().unwrap().starts_with(&prefix);
        assert!(findings.iter().any(of_step), "{prefix}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sdrctl"))
        .args(["generate", "completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), err(&output).as_str()), (0, ""));
}

// --- a profile from nothing, people, files

#[test]
fn a_profile_takes_people_and_hands_out_their_files() {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    let output = expect(0, folder.path(), &["import", "p", "people.csv"]);
    assert!(out(&output).contains("3 taken"), "{}", out(&output));
    assert_eq!(err(&output), "");

    // Again: the same people, none twice.
    let output = expect(0, folder.path(), &["import", "p", "people.csv", "--json"]);
    let told = &json(&output)[0];
    assert_eq!((&told["taken"], &told["replaced"]), (&3.into(), &3.into()));
    let roster = std::fs::read_to_string(folder.path().join("p/roster.csv")).unwrap();
    assert_eq!(roster.matches("@example.com").count(), 3, "{roster}");

    let output = expect(0, folder.path(), &["export", "p"]);
    let files = folder.path().join("p/exports");
    let text: String = walk(&files)
        .iter()
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
        .collect();
    assert!(text.contains("cat@rackspace.example.com"), "{}", out(&output));
    assert!(!text.contains("ann@rackspace.example.com"), "Ann stays where she is");

    let output = expect(0, folder.path(), &["export", "p", "--wave", "1", "--out", "w", "--json"]);
    for file in json(&output) {
        let path = folder.path().join(file["path"].as_str().unwrap());
        assert_eq!(std::fs::metadata(path).unwrap().len(), file["bytes"].as_u64().unwrap());
    }
    let text: String = walk(&folder.path().join("w"))
        .iter()
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
        .collect();
    assert!(text.contains("bob@rackspace.example.com"));
    refused(folder.path(), &["export", "p", "--wave", "7"], "--wave");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn rejects_are_told_with_file_line_and_reason_and_the_rest_is_taken() {
    let folder = Folder::with_profile();
    folder.write(
        "people.csv",
        "address,display_name\nann@example.com,Ann\nbob,Bob\n\ncat@other.org,Cat\nann@example.com,Again\n",
    );
    let output = expect(4, folder.path(), &["import", "p", "people.csv"]);
    let said = err(&output);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].starts_with("people.csv:3: ") && lines[0].contains('@'), "{said}");
    assert!(lines[1].starts_with("people.csv:5: ") && lines[1].contains("other.org"), "{said}");
    assert!(lines[2].starts_with("people.csv:6: "), "{said}");
    assert!(out(&output).contains("1 taken"), "{}", out(&output));
}

#[test]
fn every_option_of_new_ends_up_in_the_profile() {
    let folder = Folder::new();
    expect(
        0,
        folder.path(),
        &[
            "new",
            "deep/er",
            "--domain",
            "https://www.Example.com/",
            "--subdomain",
            "mail.example.com",
            "--external-host",
            "MX.Example.net.",
            "--verification-address",
            "Ann@Example.com",
            "--situation",
            "permanent",
            "--mx",
            "host",
            "--system",
            "postfix",
        ],
    );
    let plan = sdr_wizard::profile::open(&folder.path().join("deep/er")).unwrap().plan;
    assert_eq!(plan.domain().as_str(), "example.com");
    assert_eq!(plan.routing_subdomain().as_str(), "mail.example.com");
    assert_eq!(plan.external.host_name.as_ref().unwrap().as_str(), "mx.example.net");
    assert_eq!(plan.external.verification_address.as_ref().unwrap().to_string(), "ann@example.com");
    assert_eq!(plan.external.system, sdr_wizard::plan::ExternalSystem::Postfix);
    assert_eq!(plan.situation.purpose, sdr_wizard::plan::Purpose::Permanent);
    assert_eq!(plan.situation.primary_mx, sdr_wizard::plan::Side::Host);
    refused(
        folder.path(),
        &["new", "deep/er", "--domain", "example.org"],
        "holds a profile already",
    );
}

// --- routes

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

// --- asking a world that does not answer

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

// --- wrong usage, unreadable input

#[test]
fn wrong_usage_is_one_line_and_exit_code_2() {
    let folder = Folder::with_profile();
    let here = folder.path();
    refused(here, &["fly"], "fly");
    refused(here, &["practice", "--fault", "earthquake"], "sdr-off");
    refused(here, &["new", "x"], "--domain");
    refused(here, &["new", "x", "--domain", "example.com", "--mx", "nowhere"], "--mx");
    refused(
        here,
        &["new", "x", "--domain", "example.com", "--system", "abacus"],
        "exchange-online",
    );
    refused(here, &["check", "p", "--step", "lunch"], "situation");
    refused(here, &["check", "p", "--resolver", "ns1.example.com"], "--resolver");
    refused(here, &["check", "p", "--smtp-port", "0"], "--smtp-port");
    refused(here, &["smtp", "mail.example.com", "--address", "ann"], "--address");
    refused(here, &["smtp", "192.0.2.1", "--address", "ann@example.com"], "IP address");
    refused(here, &["dns", "example.com", "--subdomain", "example.com"], "--subdomain");
    refused(here, &["dns", "", "--subdomain", "x"], "DOMAIN");
    refused(here, &["generate", "completions", "cobol"], "cobol");
    assert_eq!(code(&sdrctl(&[])), 2);
}

#[test]
fn bad_names_and_addresses_are_told_with_the_option_that_holds_them() {
    let folder = Folder::new();
    let here = folder.path();
    refused(here, &["new", "x", "--domain", ""], "--domain: Enter a name");
    refused(here, &["new", "x", "--domain", "co.uk"], "--domain");
    refused(here, &["new", "x", "--domain", "a\u{1b}[2J.com"], "--domain");
    refused(here, &["new", "x", "--domain", &"a.".repeat(50_000)], "--domain");
    let with = |option: &'static str, value: &'static str| {
        refused(here, &["new", "x", "--domain", "example.com", option, value], option);
    };
    with("--subdomain", "example.com");
    with("--subdomain", "rackspace.example.org");
    with("--external-host", "192.0.2.25");
    with("--verification-address", "ann");
    with("--verification-address", "ann@other.org");
    assert!(!here.join("x").exists(), "nothing is made of what is refused");
}

#[test]
fn a_list_that_can_not_be_read_is_told_in_a_sentence_and_changes_nothing() {
    let folder = Folder::with_profile();
    let here = folder.path();
    folder.write("good.csv", PEOPLE);
    expect(0, here, &["import", "p", "good.csv"]);
    let before = std::fs::read(here.join("p/roster.csv")).unwrap();
    folder.write("empty.csv", "");
    folder.write("nul.csv", b"address\nann\0@example.com\n\0\0\0\x01\x02");
    folder.write("noaddress.csv", "name,phone\nAnn,1\nBob,2\n");
    folder.write("strangers.csv", "address\nann@other.org\n");
    std::fs::create_dir(here.join("folder.csv")).unwrap();
    refused(here, &["import", "p", "empty.csv"], "empty");
    refused(here, &["import", "p", "noaddress.csv"], "No column holds addresses");
    refused(here, &["import", "p", "folder.csv"], "folder");
    refused(here, &["import", "p", "missing.csv"], "not there");
    for name in ["nul.csv", "strangers.csv"] {
        let output = expect(2, here, &["import", "p", name]);
        assert!(err(&output).lines().all(|line| line.contains(name)), "{}", err(&output));
    }
    assert_eq!(std::fs::read(here.join("p/roster.csv")).unwrap(), before);
}

#[test]
fn a_line_of_a_megabyte_and_a_utf_16_file_are_read_or_rejected_not_feared() {
    let folder = Folder::with_profile();
    let here = folder.path();
    let long = "x".repeat(1 << 20);
    folder.write("long.csv", format!("address,display_name\nann@example.com,Ann\n{long},Long\n"));
    let output = expect(4, here, &["import", "p", "long.csv"]);
    assert!(err(&output).starts_with("long.csv:3: "), "{}", &err(&output)[..200]);
    assert!(err(&output).len() < 1000, "the line is not shown in full");
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(
            "address,display_name\r\njo@example.com,Jörg\r\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    folder.write("utf16.csv", utf16);
    expect(0, here, &["import", "p", "utf16.csv"]);
    let roster = std::fs::read_to_string(here.join("p/roster.csv")).unwrap();
    assert!(roster.contains("Jörg"), "{roster}");
}

#[test]
fn a_profile_that_can_not_be_read_is_told_in_a_sentence() {
    let folder = Folder::new();
    let here = folder.path();
    folder.write("file", "hello");
    std::fs::create_dir(here.join("nothing")).unwrap();
    for (name, text) in [
        ("garbage", &b"\xff\xfe\0\0"[..]),
        ("newer", b"schema = 99\ndomain = \"example.com\"\n"),
        ("broken", b"schema = 1\ndomain = \"exa mple\"\n"),
    ] {
        std::fs::create_dir(here.join(name)).unwrap();
        folder.write(&format!("{name}/profile.toml"), text);
    }
    for name in ["missing", "file", "nothing", "garbage", "newer", "broken"] {
        for verb in [
            &["check", name, "--resolver", "127.0.0.1"][..],
            &["import", name, "file"],
            &["export", name],
            &["routes", name],
            &["people", name, "--resolver", "127.0.0.1"],
        ] {
            refused(here, verb, name);
        }
    }
    refused(here, &["new", "file", "--domain", "example.com"], "file");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_told() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sdrctl"))
        .args(["generate", "man"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(err(&output).starts_with("sdrctl: standard output: "), "{}", err(&output));
}

// --- for packages

#[test]
fn packages_get_manual_pages_and_completions() {
    let folder = Folder::new();
    let page = out(&expect(0, folder.path(), &["generate", "man"]));
    assert!(page.contains(".TH sdrctl 1"), "{page}");
    assert!(page.contains("practice"), "{page}");
    expect(0, folder.path(), &["generate", "man", "--out", "man"]);
    assert!(folder.path().join("man/sdrctl-practice.1").is_file());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = out(&expect(0, folder.path(), &["generate", "completions", shell]));
        assert!(script.contains("sdrctl") && script.contains("fault"), "{shell}");
    }
    let version = out(&expect(0, folder.path(), &["--version"]));
    assert_eq!(version, concat!("sdrctl ", env!("CARGO_PKG_VERSION"), "\n"));
}
