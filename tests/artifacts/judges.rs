//! The programs that read our files: named, Postfix, Python.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use sdr_wizard::artifact::{bind_zone, picture_svg};
use sdr_wizard::plan::{Domain, ExternalSystem, HostPreset, RoutingSubdomain};
use sdr_wizard::route::{Origin, Phase, follow, world_after};

use crate::active_directory::unicode;
use crate::hostile::hostile_people;
use crate::sample::{files, plan, rows};

#[test]
fn named_loads_the_records_below_the_primary_domain_and_as_a_zone_of_their_own() {
    if !there("named-checkzone", "-v") {
        return;
    }
    let long = format!("{}.{}.example.com", "a".repeat(63), "b".repeat(63));
    for (primary, subdomain) in [
        ("example.com", "rackspace.example.com"),
        ("example.com", "a.b.example.com"),
        ("bücher.example", "rackspace.bücher.example"),
        ("example.com", &long),
    ] {
        let primary = Domain::parse(primary).unwrap();
        let subdomain = RoutingSubdomain::new(Domain::parse(subdomain).unwrap(), &primary).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mx"), bind_zone(&subdomain, &HostPreset::rackspace()))
            .unwrap();
        for zone in [primary.as_str(), subdomain.as_str()] {
            // Without $TTL: each record has to bring its own.
            let wrapper = format!(
                "$ORIGIN {zone}.\n@ 3600 IN SOA ns1 hostmaster 1 7200 900 1209600 300\n\
                 @ 3600 IN NS ns1\nns1 3600 IN A 192.0.2.1\n$INCLUDE mx\n"
            );
            std::fs::write(folder.path().join("zone"), wrapper).unwrap();
            let said = run(Command::new("named-checkzone")
                .current_dir(folder.path())
                .args(["-i", "local", "-m", "fail", "-M", "fail", "-n", "fail", "-k", "fail", "-D"])
                .args([zone, "zone"]));
            for record in ["MX\t10 mx1.emailsrvr.com.", "MX\t20 mx2.emailsrvr.com."] {
                let line = said
                    .lines()
                    .find(|line| line.replace("IN MX ", "IN MX\t").contains(record))
                    .unwrap_or_else(|| panic!("{record} is missing: {said}"));
                let mut words = line.split_whitespace();
                assert_eq!(words.next(), Some(&*format!("{subdomain}.")));
                assert_eq!(words.next(), Some("3600"));
            }
        }
    }
}

#[test]
fn postfix_finds_each_target_and_nothing_else() {
    if !there("postmap", "-V") {
        return;
    }
    let mut plan = plan(ExternalSystem::Postfix);
    for person in hostile_people() {
        plan.roster.put(person);
    }
    let (files, refused) = files(&plan, Some(3));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("main.cf"),
        "compatibility_level = 3.6\nqueue_directory = .\ninet_interfaces = loopback-only\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("sdr-forwards"), &files["postfix/sdr-forwards"]).unwrap();
    let postmap = || {
        let mut command = Command::new("postmap");
        command.current_dir(folder.path()).arg("-c").arg(folder.path());
        command
    };
    let said = run(postmap().arg("hash:sdr-forwards"));
    assert_eq!(said, "", "postmap has nothing to complain about");

    let expected = rows(&files["forwards/forwards.csv"]);
    let refused: Vec<String> = refused.iter().map(|refusal| refusal.address.to_string()).collect();
    let keys: String = expected[1..].iter().map(|row| format!("{}\n", row[0])).collect();
    std::fs::write(folder.path().join("keys"), keys).unwrap();
    let output = postmap()
        .args(["-q", "-", "hash:sdr-forwards"])
        .stdin(std::fs::File::open(folder.path().join("keys")).unwrap())
        .output()
        .unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: BTreeMap<&str, &str> =
        answers.lines().map(|line| line.split_once('\t').unwrap()).collect();
    for row in &expected[1..] {
        let target = (!refused.contains(&row[0])).then_some(&*row[1]);
        assert_eq!(answers.get(&*row[0]).copied(), target, "{}", row[0]);
    }
    let listed = run(postmap().args(["-s", "hash:sdr-forwards"]));
    let left_out = expected[1..].iter().filter(|row| refused.contains(&row[0])).count();
    // The map holds who is at the host already, one address, and nobody who
    // was not handed out.
    assert_eq!(listed.lines().count(), expected.len() - 1 - left_out + 1);
}

#[test]
fn python_reads_the_same_cells() {
    if !there("python3", "--version") {
        return;
    }
    let mut judged = BTreeSet::new();
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        for person in hostile_people() {
            plan.roster.put(person);
        }
        let (files, _) = files(&plan, Some(3));
        for (path, bytes) in files.into_iter().filter(|(path, _)| path.ends_with(".csv")) {
            if !judged.insert((path.clone(), bytes.clone())) {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("list.csv"), &bytes).unwrap();
            // What no program of Windows alone reads has no mark in front.
            let (encoding, wanted) = match &*path {
                "forwards/forwards.csv" => ("utf-8", rows(&bytes)),
                path if path.ends_with(".for-csvde.csv") => ("utf-16", rows(&unicode(&bytes))),
                _ => ("utf-8-sig", rows(&bytes)),
            };
            let said = run(Command::new("python3").current_dir(folder.path()).args([
                "-c",
                "import csv, json, sys\n\
                 with open('list.csv', encoding=sys.argv[1], newline='') as f:\n\
                 \x20   print(json.dumps(list(csv.reader(f, strict=True))))",
                encoding,
            ]));
            let read: Vec<Vec<String>> = serde_json::from_str(&said).unwrap();
            assert_eq!(read, wanted, "{path}");
        }
    }
}

#[test]
fn the_drawings_of_the_run_book_are_sound_xml_whatever_the_names() {
    if !there("python3", "--version") {
        return;
    }
    let mut plan = plan(ExternalSystem::ExchangeServer);
    plan.host.name = "Host <b>&\"'\u{7}".to_owned();
    let world = world_after(&plan, Phase::Before);
    let folder = tempfile::tempdir().unwrap();
    let people: Vec<_> = hostile_people().into_iter().map(|person| person.address).collect();
    for (at, address) in people.iter().enumerate() {
        for origin in Origin::ALL {
            let svg = picture_svg(&follow(&world, origin, address), &plan.host.name);
            std::fs::write(folder.path().join(format!("{at}-{origin:?}.svg")), svg).unwrap();
        }
    }
    let said = run(Command::new("python3").current_dir(folder.path()).args([
        "-c",
        "import glob, xml.etree.ElementTree as tree\n\
         names = glob.glob('*.svg')\n\
         for name in names:\n\
         \x20   for node in tree.parse(name).iter():\n\
         \x20       assert node.tag.split('}')[1] in 'svg title desc rect path text'.split(), node.tag\n\
         print(len(names))",
    ]));
    assert_eq!(said.trim(), (people.len() * 3).to_string());
}

/// Whether a judge is there. On CI none may be missing.
pub(crate) fn there(program: &str, argument: &str) -> bool {
    let there = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "{program} is not installed");
        println!("SKIPPED: {program} is not installed");
    }
    there
}

#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    said
}
