//! The DNS files, judged by who reads them: named with TSIG, the service model
//! of Route 53, octoDNS, HCL, and the command lines that the scripts run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use sdr_wizard::artifact::export;
use sdr_wizard::finding::{Evidence, Finding, State};
use sdr_wizard::plan::{Domain, ExternalSystem, Handed, Plan, Purpose, Side};
use serde_json::{Value, json};

use crate::judges::there;
use crate::sample::{files, now, plan, text};

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

fn all(plan: &Plan) -> Files {
    files(plan, None).0
}

pub(crate) fn sample() -> Files {
    all(&plan(ExternalSystem::Other))
}

/// A program of the judges' own Python, which `tests/run` makes.
fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges/bin/python");
    there(python.to_str().unwrap(), "--version").then_some(python)
}

/// What a library says of each file, in order.
fn judge(python: &Path, library: &str, judged: &[&[u8]]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/artifacts/judge.py");
    let mut command = Command::new(python);
    command.arg(script).arg(library);
    for (at, bytes) in judged.iter().enumerate() {
        let file = folder.path().join(at.to_string());
        std::fs::write(&file, bytes).unwrap();
        command.arg(file);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{library}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

const CUTOVER: &str = "dns-cutover/";

#[test]
fn only_the_folder_of_the_cutover_names_the_primary_domain_and_only_in_a_migration() {
    let files = sample();
    let of_top = |path: &str| {
        let text = text(&files[path]);
        // The name as a record's owner, in any of the spellings.
        [
            "\nexample.com.",
            "\"example.com.\"",
            "name    = \"example.com\"",
            "MX(\"@\"",
            "'': ",
            "''\n",
            "-n '@'",
            "--record-name '@'",
            "name = \"@\"",
            ":        @\r\n",
            "\"name\":\"example.com\"",
            " example.com. IN MX",
            "'example.com.'",
            "fqdn = 'example.com'",
        ]
        .iter()
        .any(|owner| text.contains(owner))
    };
    let mut named = 0;
    for path in files.keys() {
        if path.starts_with(CUTOVER) {
            named += usize::from(of_top(path));
        } else if path.starts_with("dns/") {
            assert!(!of_top(path), "{path}: {}", text(&files[path]));
        }
    }
    assert!(
        named > 20,
        "only {named} files of the cutover name the domain: the test has gone blind"
    );
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with(CUTOVER)) {
        let text = text(bytes);
        assert!(text.contains("CUTOVER"), "{path} has no warning");
        // The way back is not taken for the way there.
        let undone = text.contains("CUTOVER UNDONE") || text.contains("CUTOVER undone");
        assert_eq!(undone, path.contains("/back/"), "{path}");
    }

    let mut permanent = plan(ExternalSystem::Other);
    permanent.situation.purpose = Purpose::Permanent;
    let mut at_host = plan(ExternalSystem::Other);
    at_host.situation.primary_mx = Side::Host;
    for plan in [permanent, at_host] {
        assert!(!all(&plan).keys().any(|path| path.starts_with(CUTOVER)));
    }
    let plan = plan(ExternalSystem::Other);
    let has =
        |wave| crate::sample::files(&plan, Some(wave)).0.keys().any(|p| p.starts_with(CUTOVER));
    assert!(!has(1) && has(2), "with the last wave alone");
}

#[test]
fn without_the_records_of_before_nothing_goes_back_and_it_is_said() {
    let (artifacts, _) =
        export(&plan(ExternalSystem::Other), &Evidence::default(), &Handed::default(), None, now());
    let path = |wanted: &str| artifacts.iter().find(|artifact| artifact.path == wanted);
    assert!(!artifacts.iter().any(|artifact| artifact.path.contains("/back/")));
    let readme = text(&path("all/dns-cutover/README.txt").unwrap().bytes);
    assert!(readme.contains("MISSING: the records of today"), "{readme}");
    let zone = text(&path("all/dns-cutover/mx-records.zone").unwrap().bytes);
    assert!(zone.contains("take out: every other MX record"), "{zone}");
}

#[test]
fn the_way_back_has_the_ttl_that_step_1_saw() {
    let mut evidence = crate::sample::evidence();
    let ttl = Finding::new("situation.ttl", State::Passed, "they live for 30 minutes", now());
    evidence.record(ttl.compared("at most 3600 s before they are changed", "1800 s"));
    let plan = plan(ExternalSystem::Other);
    let (files, _) = crate::sample::files_after(&plan, &evidence, &Handed::default(), None);
    let mut seen = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with(CUTOVER)) {
        let text = text(bytes);
        let back = path.contains("/back/");
        // Panels in minutes, and what has no TTL of its own.
        let told =
            text.contains("1800") || text.contains("30 min") || text.contains("Half an hour");
        assert!(!back || told, "{path}: {text}");
        assert!(back || path.ends_with("README.txt") || !told, "{path}: {text}");
        seen += usize::from(back);
    }
    assert!(seen > 10);
    let readme = text(&files["dns-cutover/README.txt"]);
    assert!(readme.contains("Their TTL was 1800 seconds; back/ restores that too."), "{readme}");
}

#[test]
fn route_53_takes_the_change_batches() {
    let Some(python) = python() else { return };
    let files = sample();
    let host = json!([{ "Value": "10 mx1.emailsrvr.com." }, { "Value": "20 mx2.emailsrvr.com." }]);
    let before = json!([{ "Value": "10 exch.example.com." }]);
    let wanted = [
        ("dns/route53.json", "CREATE", "rackspace.example.com.", &host),
        ("dns/route53-undo.json", "DELETE", "rackspace.example.com.", &host),
        ("dns-cutover/route53.json", "UPSERT", "example.com.", &host),
        ("dns-cutover/back/route53.json", "UPSERT", "example.com.", &before),
    ];
    let batches = judge(&python, "route53", &wanted.map(|(path, ..)| &*files[path]));
    for ((path, action, name, records), batch) in wanted.into_iter().zip(batches) {
        let change = &batch["Changes"][0];
        assert_eq!(batch["Changes"].as_array().unwrap().len(), 1);
        assert_eq!(change["Action"], action, "{path}");
        assert_eq!(change["ResourceRecordSet"]["Name"], name, "{path}");
        assert_eq!(&change["ResourceRecordSet"]["ResourceRecords"], records, "{path}");
        assert_eq!(change["ResourceRecordSet"]["TTL"], 3600, "{path}");
    }
}

#[test]
fn octodns_validates_the_zone_in_its_own_order() {
    let Some(python) = python() else { return };
    let host = json!([[10, "mx1.emailsrvr.com."], [20, "mx2.emailsrvr.com."]]);
    let before = json!([[10, "exch.example.com."]]);
    let files = sample();
    let mut wanted = vec![
        (files["dns/octodns.yaml"].clone(), "rackspace.example.com.".to_owned(), &host),
        (files["dns-cutover/octodns.yaml"].clone(), "example.com.".to_owned(), &host),
        (files["dns-cutover/back/octodns.yaml"].clone(), "example.com.".to_owned(), &before),
    ];
    // Labels that YAML would take for something else.
    for label in ["null", "123", "on", "a.b", "1e3"] {
        let mut plan = plan(ExternalSystem::Other);
        let name = format!("{label}.example.com");
        plan.set_routing_subdomain(Domain::parse(&name).unwrap()).unwrap();
        wanted.push((all(&plan).remove("dns/octodns.yaml").unwrap(), format!("{name}."), &host));
    }
    let judged: Vec<&[u8]> = wanted.iter().map(|(bytes, ..)| &**bytes).collect();
    for ((_, name, values), read) in wanted.iter().zip(judge(&python, "octodns", &judged)) {
        assert_eq!(read, json!([[name, 3600, values]]));
    }
}

#[test]
fn terraform_files_are_well_formed_and_say_the_records() {
    let Some(python) = python() else { return };
    let files = sample();
    let bare = |value: &Value| value.as_str().unwrap_or_default().trim_matches('"').to_owned();
    let (paths, judged): (Vec<&String>, Vec<&[u8]>) = files
        .iter()
        .filter(|(path, _)| path.ends_with(".tf"))
        .map(|(path, bytes)| (path, &**bytes))
        .unzip();
    assert_eq!(paths.len(), 15, "five providers for the subdomain, the cutover and the way back");
    for (path, read) in paths.into_iter().zip(judge(&python, "hcl", &judged)) {
        let said = read["resource"].to_string();
        let old = path.contains("/back/");
        for exchange in ["mx1.emailsrvr.com", "mx2.emailsrvr.com"] {
            assert_eq!(said.contains(exchange), !old, "{path}: {said}");
        }
        assert_eq!(said.contains("exch.example.com"), old, "{path}");
        for block in read["resource"].as_array().unwrap() {
            let (_, named) = block.as_object().unwrap().iter().next().unwrap();
            let (_, resource) = named.as_object().unwrap().iter().next().unwrap();
            assert_eq!(resource["ttl"], 3600, "{path}");
            let name = bare(&resource["name"]);
            let wanted: &[&str] = if path.starts_with(CUTOVER) {
                &["example.com", "example.com.", "@"]
            } else {
                &["rackspace.example.com", "rackspace.example.com.", "rackspace"]
            };
            assert!(wanted.contains(&&*name), "{path}: {name}");
        }
    }
    // The program itself where it is there: its formatter reads the language.
    if Command::new("terraform").arg("version").output().is_ok() {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".tf")) {
            std::fs::write(folder.path().join(path.replace('/', "-")), bytes).unwrap();
        }
        let output = Command::new("terraform")
            .current_dir(folder.path())
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .args(["fmt", "-check", "-diff"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn dnscontrol_lines_are_calls_with_these_arguments() {
    let files = sample();
    for (path, place, exchanges) in [
        (
            "dns/dnscontrol.js",
            "rackspace",
            vec![(10, "mx1.emailsrvr.com."), (20, "mx2.emailsrvr.com.")],
        ),
        (
            "dns-cutover/dnscontrol.js",
            "@",
            vec![(10, "mx1.emailsrvr.com."), (20, "mx2.emailsrvr.com.")],
        ),
        ("dns-cutover/back/dnscontrol.js", "@", vec![(10, "exch.example.com.")]),
    ] {
        let text = text(&files[path]);
        let code: Vec<&str> = text.lines().filter(|line| !line.starts_with("//")).collect();
        let rows: Vec<String> = exchanges
            .iter()
            .map(|(preference, exchange)| {
                format!("  MX(\"{place}\", {preference}, \"{exchange}\", TTL(3600))")
            })
            .collect();
        assert_eq!(code.join("\n"), format!("D_EXTEND(\"example.com\",\n{}\n);", rows.join(",\n")));
    }
}

#[test]
fn panels_get_each_value_in_their_own_words() {
    let files = sample();
    let text = |path: &str| text(&files[path]);
    let godaddy = text("dns/panels/godaddy.txt");
    for line in [
        "  Type:        MX",
        "  Name:        rackspace",
        "  Value:       mx1.emailsrvr.com",
        "  Priority:    10",
        "  TTL:         Custom, 3600 seconds",
    ] {
        assert!(godaddy.contains(&format!("{line}\n")), "{godaddy}");
    }
    let namecheap = text("dns/panels/namecheap.txt");
    assert!(namecheap.contains("  Host:        rackspace\n") && namecheap.contains("60 min"));
    assert!(namecheap.contains("WARNING") && namecheap.contains("Custom MX"));
    assert!(text("dns/panels/rackspace-dns.txt").contains("  Hostname:    rackspace\n"));
    for panel in ["rackspace-dns", "godaddy", "namecheap", "any-panel"] {
        let cutover = text(&format!("dns-cutover/panels/{panel}.txt"));
        assert!(
            cutover.contains(
                "Delete these, in the same change:\n  MX, priority 10, exch.example.com\n"
            )
        );
        assert!(cutover.contains(" @\n"), "{cutover}");
        let back = text(&format!("dns-cutover/back/panels/{panel}.txt"));
        assert!(back.contains("  MX, priority 20, mx2.emailsrvr.com\n"), "{back}");
        assert!(back.contains("exch.example.com\n"));
    }
}
