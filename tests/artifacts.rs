//! What is handed out, judged by the programs that read it: named, Postfix,
//! Python's csv module, PowerShell's grammar.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use sdr_wizard::artifact::{Artifact, Refusal, bind_zone, export};
use sdr_wizard::finding::{Evidence, Finding, State};
use sdr_wizard::plan::{
    Address, Domain, ExternalSystem, Home, HostName, HostPreset, Mailbox, Plan, RoutingSubdomain,
    Strategy, Task, Wave, WaveNumber,
};

fn now() -> jiff::Timestamp {
    "2025-03-01T09:30:00Z".parse().unwrap()
}

fn person(address: &str, name: &str, wave: u16) -> Mailbox {
    let mut person = Mailbox::new(address.parse().unwrap());
    person.display_name = name.into();
    person.wave = WaveNumber::new(wave);
    person
}

/// Two waves, an alias, a mailbox that stays and forwards, one that is there.
fn plan(system: ExternalSystem) -> Plan {
    let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    plan.external.system = system;
    plan.external.host_name = Some(HostName::parse("exch.example.com").unwrap());
    plan.external.verification_address = Some("postmaster@example.com".parse().unwrap());
    plan.waves.push(Wave {
        number: WaveNumber::FIRST,
        name: "Sales".into(),
        date: Some("2025-03-10".parse().unwrap()),
    });
    let mut ann = person("ann@example.com", "Ann Lee", 1);
    (ann.first_name, ann.last_name) = ("Ann".into(), "Lee".into());
    ann.aliases =
        vec!["ann.lee@example.com".parse().unwrap(), "sales@example.com".parse().unwrap()];
    let mut bob = person("bob@example.com", "Bob \"B\" O'Brien, Jr.", 1);
    bob.strategy = Strategy::Forward;
    let mut zoe = person("zoe@example.com", "Zoë Ångström", 2);
    zoe.home = Home::Host;
    let namesake = person("ann2@example.com", "Ann Lee", 2);
    for person in [ann, bob, zoe, namesake, person("eve@example.com", "Eve", 0)] {
        plan.roster.add(person).unwrap();
    }
    plan.done.insert(Task::OpenPort25);
    plan
}

fn evidence() -> Evidence {
    let mut evidence = Evidence::default();
    evidence.record(
        Finding::new(
            "situation.mx",
            State::Passed,
            "the MX records name the external server",
            now(),
        )
        .compared("exch.example.com", "10 exch.example.com")
        .asked("192.0.2.53:53"),
    );
    evidence.record(
        Finding::new("server.rcpt", State::Failed, "the verification address was refused", now())
            .compared("250", "550 5.1.1 <postmaster@example.com>: User unknown")
            .asked("exch.example.com:25")
            .means("The panel would not accept it.")
            .advise("Choose an address that exists.")
            .with_evidence(["C: RCPT TO:<postmaster@example.com>".into(), "S: 550 5.1.1".into()]),
    );
    evidence
}

/// The files of an export by the path below its folder.
fn files(plan: &Plan, wave: Option<u16>) -> (BTreeMap<String, Vec<u8>>, Vec<Refusal>) {
    let (artifacts, refused) = export(plan, &evidence(), wave.and_then(WaveNumber::new), now());
    let below = |artifact: Artifact| {
        let (_, path) = artifact.path.split_once('/').unwrap();
        (path.to_owned(), artifact.bytes)
    };
    (artifacts.into_iter().map(below).collect(), refused)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap().trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

fn all_systems() -> impl Iterator<Item = (ExternalSystem, BTreeMap<String, Vec<u8>>)> {
    ExternalSystem::ALL.into_iter().map(|system| (system, files(&plan(system), Some(1)).0))
}

/// Whether a judge is there. On CI none may be missing.
fn there(program: &str, argument: &str) -> bool {
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
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark");
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes)
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn golden_files() {
    let (exchange, _) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    insta::assert_snapshot!("readme", text(&exchange["README.txt"]));
    insta::assert_snapshot!("contacts", text(&exchange["exchange/contacts.for-exchange.csv"]));
    insta::assert_snapshot!("run_book", text(&exchange["run-book.md"]));
    insta::assert_snapshot!("windows_dns", text(&exchange["dns/windows-dns.ps1"]));
    let (postfix, _) = files(&plan(ExternalSystem::Postfix), None);
    insta::assert_snapshot!("postfix_map", text(&postfix["postfix/sdr-forwards"]));
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    for system in ExternalSystem::ALL {
        assert_eq!(files(&plan(system), None), files(&plan(system), None));
    }
}

#[test]
fn the_manifest_names_every_file_with_its_hash() {
    use sha2::Digest;
    for (_, files) in all_systems() {
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        let listed = manifest["files"].as_array().unwrap();
        assert_eq!(listed.len(), files.len() - 1, "all but itself");
        for (at, file) in listed.iter().enumerate() {
            let bytes = &files[file["path"].as_str().unwrap()];
            let hash: String =
                sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["sha256"], hash.as_str());
            assert_eq!(file["order"], at + 1);
        }
        assert_eq!(manifest["wave"], 1);
        assert_eq!(manifest["people"], 2);
    }
}

#[test]
fn manifest_and_readme_come_first_and_stay_in_the_waves_own_folder() {
    for (wave, folder) in [(None, "all/"), (WaveNumber::new(2), "wave-2/")] {
        let (artifacts, _) = export(&plan(ExternalSystem::Other), &evidence(), wave, now());
        assert!(artifacts[0].path.ends_with("manifest.json"));
        assert!(artifacts[1].path.ends_with("README.txt"));
        for artifact in artifacts {
            assert!(artifact.path.starts_with(folder), "{}", artifact.path);
            assert!(
                artifact.path.split('/').all(|part| !part.is_empty()
                    && part != ".."
                    && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))),
                "{}",
                artifact.path
            );
            assert!(artifact.purpose.ends_with('.'), "{}", artifact.purpose);
        }
    }
}

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
    let (files, refused) = files(&plan, None);
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
    assert_eq!(listed.lines().count(), expected.len() - 1 - left_out);
}

#[test]
fn python_reads_the_same_cells() {
    if !there("python3", "--version") {
        return;
    }
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        for person in hostile_people() {
            plan.roster.put(person);
        }
        let (files, _) = files(&plan, None);
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".csv")) {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("list.csv"), bytes).unwrap();
            let said = run(Command::new("python3").current_dir(folder.path()).args([
                "-c",
                "import csv, json\n\
                 with open('list.csv', encoding='utf-8-sig', newline='') as f:\n\
                 \x20   print(json.dumps(list(csv.reader(f, strict=True))))",
            ]));
            let read: Vec<Vec<String>> = serde_json::from_str(&said).unwrap();
            assert_eq!(read, rows(bytes), "{path}");
        }
    }
}

#[test]
fn every_script_is_powershell_in_ascii_with_crlf() {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let mut seen = 0;
    for (_, files) in all_systems() {
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".ps1")) {
            seen += 1;
            assert!(bytes.is_ascii(), "{path}: PowerShell 5.1 reads the rest as ANSI");
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{path}");
            assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "{path}");
            let tree = parser.parse(&text, None).unwrap();
            assert!(!tree.root_node().has_error(), "{path}: {}", first_error(&tree, &text));
        }
    }
    assert_eq!(seen, 2 * 4 + 2 * 4, "two for DNS each, and four for either Exchange");

    let broken = parser.parse("function f( { if }", None).unwrap();
    assert!(broken.root_node().has_error(), "the judge can say no");
}

fn first_error(tree: &tree_sitter::Tree, text: &str) -> String {
    let mut nodes = vec![tree.root_node()];
    while let Some(node) = nodes.pop() {
        if node.is_error() || node.is_missing() {
            let line = node.start_position().row;
            return format!("line {}: {}", line + 1, text.lines().nth(line).unwrap_or_default());
        }
        let mut cursor = node.walk();
        nodes.extend(
            node.children(&mut cursor).filter(|child| child.has_error() || child.is_missing()),
        );
    }
    String::new()
}

#[test]
fn the_scripts_that_only_read_name_no_command_that_changes() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    for name in ["exchange/verify.ps1", "exchange/read-exchange.ps1"] {
        let text = text(&files[name]);
        for verb in ["Mailbox", "MailContact", "RemoteDomain", "AcceptedDomain"] {
            for change in ["New", "Set", "Remove", "Enable", "Disable"] {
                let command = format!("{change}-{verb}");
                let named = text
                    .lines()
                    .any(|line| !line.trim_start().starts_with('#') && line.contains(&command));
                assert!(!named, "{name}: {command}");
            }
        }
    }
    for name in ["exchange/apply.ps1", "exchange/undo.ps1"] {
        let text = text(&files[name]);
        for line in text.lines().filter(|line| line.contains("-ErrorAction Stop")) {
            let changes =
                ["New-Mail", "Set-Mail", "Remove-Mail"].iter().any(|verb| line.contains(verb));
            // After a contact was really made, its settings follow: not in a preview.
            let after_creation = line.contains("$made.Guid");
            assert!(
                !changes || line.contains("-WhatIf:$preview") || after_creation,
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn no_name_of_a_person_stands_in_a_script() {
    let mut plan = plan(ExternalSystem::ExchangeOnline);
    plan.roster.put(person("canary-person@example.com", "Canary Person", 1));
    let (files, _) = files(&plan, Some(1));
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".ps1")) {
        assert!(!text(bytes).to_lowercase().contains("canary"), "{path}");
    }
    assert!(text(&files["exchange/contacts.for-exchange.csv"]).contains("Canary Person"));
}

#[test]
fn the_bulk_import_of_exchange_online_has_its_header_to_the_letter() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeOnline), None);
    let list = text(&files["exchange/bulk-import.for-exchange-online.csv"]);
    assert_eq!(
        list.lines().next(),
        Some(
            "ExternalEmailAddress,Name,FirstName,LastName,StreetAddress,City,StateorProvince,\
             PostalCode,Phone,MobilePhone,Pager,HomePhone,Company,Title,OtherTelephone,Department,\
             CountryOrRegion,Fax,Initials,Notes,Office,Manager"
        )
    );
    for row in &rows(&files["exchange/bulk-import.for-exchange-online.csv"])[1..] {
        assert!(row[..4].iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

/// Names that broke other programs, and local parts that addresses may have.
fn hostile_people() -> Vec<Mailbox> {
    let names = [
        "\"",
        "\"\"",
        "'",
        "''",
        "`",
        "``",
        "\u{2018}x\u{2019}",
        "\u{201a}x\u{201b}",
        "\u{201c}x\u{201d}",
        "\u{201e}x\u{201f}",
        "\u{ab}x\u{bb}",
        "$(Remove-Mailbox *)",
        "${env:PATH}",
        "`$(1)",
        "'; Remove-Mailbox * #",
        "\"; exit; \"",
        "a;b",
        "a,b",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "a\rb",
        "\n",
        "a\0b",
        "=cmd|'/c calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\u{ff1d}1",
        "%USERPROFILE%",
        "{0}",
        "%s%n",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "</pre></table>",
        "a|b|c",
        "[x](javascript:alert(1))",
        "# Heading",
        "- item",
        "1. item",
        "```",
        "\u{202e}gnp.exe",
        "\u{2066}x\u{2069}",
        "\u{200b}",
        "\u{feff}bom",
        "\u{e0041}tag",
        "\u{1f600}\u{1f600}",
        "e\u{301}",
        "\u{fb01}",
        "İstanbul",
        "ß",
        "渡辺",
        "שלום",
        "\\",
        "\\\"",
        "C:\\x",
        "../../etc/passwd",
        "NUL",
        "CON",
        " lead",
        "trail ",
        "   ",
        "#TYPE System.Object",
    ];
    let locals = [
        "o'brien",
        "a`b",
        "$a",
        "a$(b)",
        "{x}",
        "a|b",
        "|cmd",
        "=cmd|x",
        "+plus",
        "-hyphen",
        "#hash",
        "a#b",
        "a%b",
        "a!b",
        "a&b",
        "a/b",
        "/file",
        "*",
        "a*",
        "?",
        "~",
        "^",
        "_",
        "a.b.c",
        "\"two words\"",
        "\"a,b\"",
        "jörg",
        "渡辺",
        "\"=1+1\"",
    ];
    let mut people = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut hostile = person(&format!("n{at}@example.com"), name, 3);
        (hostile.first_name, hostile.last_name) = ((*name).into(), (*name).into());
        people.push(hostile);
    }
    for local in locals {
        // What is no address can't be in a plan; the parser has its own tests.
        if let Ok(address) = format!("{local}@example.com").parse::<Address>() {
            let mut hostile = person("x@example.com", local, 3);
            hostile.address = address;
            people.push(hostile);
        }
    }
    people.push(person(&format!("{}@example.com", "l".repeat(64)), &"N".repeat(500), 3));
    people.push(person(&format!("{}x@example.com", "l".repeat(63)), &"\u{1f600}".repeat(500), 3));
    people
}

#[test]
fn hostile_people_break_no_format_and_nothing_is_altered_in_silence() {
    let people = hostile_people();
    assert!(people.len() > 85);
    for system in ExternalSystem::ALL {
        let mut plan = plan(system);
        plan.waves.push(Wave {
            number: WaveNumber::new(3).unwrap(),
            name: "<b>\"evil\"\u{202e}\r\n</b>".into(),
            date: None,
        });
        for person in &people {
            plan.roster.put(person.clone());
        }
        let (files, refused) = files(&plan, Some(3));
        let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
        assert_eq!(manifest["left_out"].as_array().unwrap().len(), refused.len());

        let list = rows(&files["forwards/forwards.csv"]);
        assert_eq!(list.len(), 1 + people.len());
        for (row, person) in list[1..].iter().zip(&people) {
            assert_eq!(row[0], person.address.to_string(), "programs get values as they are");
        }
        let sheet = rows(&files["forwards/forwards.for-spreadsheet.csv"]);
        assert_eq!(sheet.len(), 1 + people.len());
        for cell in sheet.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
        let changed = |file: &str, what: &str, address: &str| {
            manifest["altered"].as_array().unwrap().iter().any(|altered| {
                altered["file"] == file && altered["what"] == what && altered["address"] == address
            })
        };
        for (row, person) in sheet[1..].iter().zip(&people) {
            let file = "forwards/forwards.for-spreadsheet.csv";
            let address = person.address.to_string();
            for (cell, was, what) in
                [(&row[0], &*address, "address"), (&row[2], &*person.display_name, "display name")]
            {
                assert_eq!(cell != was, changed(file, what, &address), "{was:?} {cell:?}");
            }
        }
        if let Some(contacts) = files.get("exchange/contacts.for-exchange.csv") {
            judge_contacts(&rows(contacts), &people, &refused, changed);
        }
        judge_papers(&files);
    }
}

fn judge_contacts(
    rows: &[Vec<String>],
    people: &[Mailbox],
    refused: &[Refusal],
    changed: impl Fn(&str, &str, &str) -> bool,
) {
    let file = "exchange/contacts.for-exchange.csv";
    let left: Vec<&Mailbox> = people
        .iter()
        .filter(|person| !refused.iter().any(|refusal| refusal.address == person.address))
        .collect();
    assert_eq!(rows.len(), 1 + left.len());
    let mut names = std::collections::BTreeSet::new();
    let mut aliases = std::collections::BTreeSet::new();
    for (row, person) in rows[1..].iter().zip(left) {
        let address = person.address.to_string();
        assert_eq!(row[5], address);
        assert_eq!(row[6], format!("{}@rackspace.example.com", person.address.local()));
        assert!(row[5].is_ascii() && !row[5].starts_with('"'));
        assert!(names.insert(row[0].to_lowercase()), "{row:?}");
        assert!(aliases.insert(row[1].to_lowercase()), "{row:?}");
        assert!(row[0].encode_utf16().count() <= 64 && row[1].encode_utf16().count() <= 64);
        assert!(row.iter().flat_map(|cell| cell.chars()).all(|c| !c.is_control()), "{row:?}");
        for (cell, was, what) in
            [(&row[3], &person.first_name, "first name"), (&row[4], &person.last_name, "last name")]
        {
            assert_eq!(**cell != **was, changed(file, what, &address), "{was:?} {cell:?}");
        }
        if *row[2] != *person.display_name {
            let stood_in = person.display_name.is_empty();
            assert!(stood_in || changed(file, "display name", &address), "{row:?}");
        }
    }
}

fn judge_papers(files: &BTreeMap<String, Vec<u8>>) {
    let page = text(&files["run-book.html"]);
    for tag in ["<script", "<img", "<b>", "javascript:\"", "http-equiv=\"refresh\""] {
        assert!(!page.contains(tag), "{tag}");
    }
    for path in ["README.txt", "people/note-to-the-wave.txt", "run-book.md", "run-book.html"] {
        let text = text(&files[path]);
        let hidden = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
        });
        assert_eq!(hidden, None, "{path}");
    }
    for path in ["README.txt", "host/alias-ticket.txt", "network/firewall-request.txt"] {
        let bytes = &files[path];
        assert!(bytes.starts_with(b"\xef\xbb\xbf"), "{path}");
        let count = |wanted: &[u8]| bytes.windows(wanted.len()).filter(|w| *w == wanted).count();
        assert_eq!(count(b"\n"), count(b"\r\n"), "{path}");
    }
}

#[test]
fn a_wave_with_nobody_in_it_has_no_lists_and_says_so() {
    let (files, refused) = files(&plan(ExternalSystem::ExchangeServer), Some(9));
    assert!(refused.is_empty());
    assert!(!files.keys().any(|path| path.ends_with(".csv") || path.starts_with("exchange/")));
    assert!(text(&files["README.txt"]).contains("Nobody is in it yet"));
}

#[test]
fn the_run_book_names_what_failed_and_the_way_back() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeServer), None);
    let (paper, page) = (text(&files["run-book.md"]), text(&files["run-book.html"]));
    assert!(paper.contains("| Failed | the verification address was refused |"), "{paper}");
    assert!(page.contains("<td class=\"bad\">Failed</td>"));
    assert!(page.contains("550 5.1.1 &lt;postmaster@example.com&gt;: User unknown"));
    for heading in
        ["Purpose and situation", "People", "Records", "The way back", "Appendix: evidence"]
    {
        assert!(paper.contains(&format!("## {heading}\n")), "{heading}");
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    assert!(page.contains("@media print"));
}
