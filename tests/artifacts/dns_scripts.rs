//! The scripts for DNS hosts, by what they run: programs in the place of the
//! real ones write down how they were called.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::dns::sample;
use crate::judges::{run, there};
use crate::sample::{files_after, plan, text};
use sdr_wizard::finding::Evidence;
use sdr_wizard::plan::{ExternalSystem, Handed};

/// Runs a script of ours with programs that write down how they were called.
fn follow(script: &[u8], arguments: &[&str], programs: &[(&str, &str)]) -> Vec<Vec<String>> {
    let (calls, said) = attempt(script, arguments, programs);
    assert!(said.status.success(), "{said:?}");
    calls
}

/// The same, where it may fail.
fn attempt(
    script: &[u8],
    arguments: &[&str],
    programs: &[(&str, &str)],
) -> (Vec<Vec<String>>, Output) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls");
    let bin = folder.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    for (name, answer) in programs {
        let path = bin.join(name);
        std::fs::write(
            &path,
            format!(
                "#!/bin/sh\n{{ printf '%s\\0' {name} \"$@\"; printf '\\n\\0'; }} >> '{}'\n{answer}\n",
                log.display()
            ),
        )
        .unwrap();
        run(Command::new("chmod").arg("+x").arg(&path));
    }
    std::fs::write(folder.path().join("script.sh"), script).unwrap();
    run(Command::new("sh").current_dir(folder.path()).args(["-n", "script.sh"]));
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let said = Command::new("sh")
        .current_dir(folder.path())
        .env("PATH", path)
        .env("CLOUDFLARE_API_TOKEN", "token-that-must-not-be-seen")
        .arg("script.sh")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let calls = std::fs::read_to_string(&log).unwrap_or_default();
    let calls = calls
        .split("\n\0")
        .filter(|call| !call.is_empty())
        .map(|call| call.trim_end_matches('\0').split('\0').map(str::to_owned).collect());
    (calls.collect(), said)
}

fn words(calls: &[Vec<String>]) -> Vec<String> {
    calls.iter().map(|call| call.join("|")).collect()
}

/// A cutover without what step 1 saw.
fn blind() -> BTreeMap<String, Vec<u8>> {
    let plan = plan(ExternalSystem::Other);
    files_after(&plan, &Evidence::default(), &Handed::default(), None).0
}

#[test]
fn the_scripts_of_dns_hosts_run_what_they_say_and_nothing_in_a_preview() {
    let files = sample();
    // Nothing is there yet.
    let az = [("az", "")];
    assert_eq!(follow(&files["dns/azure.sh"], &["my group"], &az).len(), 2, "a preview only looks");
    let set = "az|network|dns|record-set|mx";
    let at = "-g|my group|-z|example.com|-n|rackspace";
    let made = words(&follow(&files["dns/azure.sh"], &["my group", "--apply"], &az));
    assert!(made[..2].iter().all(|call| call.starts_with(&format!("{set}|list|-g|my group|"))));
    assert_eq!(
        made[2..],
        [
            format!("{set}|create|{at}|--ttl|3600|--if-none-match"),
            format!("{set}|add-record|{at}|--preference|10|--exchange|mx1.emailsrvr.com."),
            format!("{set}|add-record|{at}|--preference|20|--exchange|mx2.emailsrvr.com."),
        ]
    );
    assert_eq!(follow(&files["dns/azure-undo.sh"], &["g", "--apply"], &az).len(), 1, "none goes");
    // Half of it is there, by a run that was cut off: the rest follows, and no more.
    let half = [(
        "az",
        "case \"$*\" in *list*preference*) printf '10\\tMX1.emailsrvr.com.\\n' ;; *list*) echo rackspace ;; esac",
    )];
    let rest = words(&follow(&files["dns/azure.sh"], &["g", "--apply"], &half));
    assert!(rest.len() == 3 && rest[2].contains("|add-record|"), "{rest:?}");
    assert!(rest[2].ends_with("--preference|20|--exchange|mx2.emailsrvr.com."), "{rest:?}");
    let undone = words(&follow(&files["dns/azure-undo.sh"], &["g", "--apply"], &half));
    assert!(undone.len() == 2 && undone[1].contains("|remove-record|"), "{undone:?}");
    // All of it is there: a second run only looks.
    let whole = [(
        "az",
        "case \"$*\" in *list*preference*) printf '10\\tmx1.emailsrvr.com.\\n20\\tmx2.emailsrvr.com.\\n' ;; *list*) echo rackspace ;; esac",
    )];
    assert_eq!(follow(&files["dns/azure.sh"], &["g", "--apply"], &whole).len(), 2);
    // Somebody else's records are there: nothing is added to them.
    let other = [(
        "az",
        "case \"$*\" in *list*preference*) printf '10\\tmx1.emailsrvr.com.\\n5\\tmail.example.net.\\n' ;; *list*) echo rackspace ;; esac",
    )];
    let (calls, said) = attempt(&files["dns/azure.sh"], &["g", "--apply"], &other);
    assert!(!said.status.success() && calls.len() == 1, "{calls:?}");
    assert!(String::from_utf8_lossy(&said.stderr).contains("\n5 mail.example.net\n"), "{said:?}");

    let gcloud = [("gcloud", "")];
    assert_eq!(follow(&files["dns/google.sh"], &["z"], &gcloud).len(), 1, "a preview only looks");
    let call = &follow(&files["dns/google.sh"], &["z", "--apply"], &gcloud)[1];
    assert!(
        call.contains(&"--rrdatas=10 mx1.emailsrvr.com.,20 mx2.emailsrvr.com.".to_owned()),
        "{call:?}"
    );
    assert_eq!(call[3], "create");
    assert_eq!(follow(&files["dns/google-undo.sh"], &["z", "--apply"], &gcloud).len(), 1);
    let half = [("gcloud", "case \"$*\" in *list*) echo '10 MX1.emailsrvr.com.' ;; esac")];
    let rest = follow(&files["dns/google.sh"], &["z", "--apply"], &half);
    assert!(rest.len() == 2 && rest[1][3] == "update", "{rest:?}");
    let whole =
        "case \"$*\" in *list*) echo '10 mx1.emailsrvr.com.'; echo '20 mx2.emailsrvr.com.' ;; esac";
    let whole = [("gcloud", whole)];
    assert_eq!(follow(&files["dns/google.sh"], &["z", "--apply"], &whole).len(), 1);
    let undone = words(&follow(&files["dns/google-undo.sh"], &["z", "--apply"], &whole));
    assert_eq!(
        undone[1..],
        ["gcloud|dns|record-sets|delete|rackspace.example.com.|--zone=z|--type=MX"]
    );
    let other = [("gcloud", "case \"$*\" in *list*) echo '5 mail.example.net.' ;; esac")];
    for path in ["dns/google.sh", "dns/google-undo.sh"] {
        let (calls, said) = attempt(&files[path], &["z", "--apply"], &other);
        assert!(!said.status.success() && calls.len() == 1, "{path}: {calls:?}");
    }

    // The numbers of our two records, and of others that must stay.
    let doctl = [(
        "doctl",
        "case \"$*\" in *list*) cat <<'L'\n1 MX @ 10 mx1.emailsrvr.com\n2 MX rackspace 10 mx1.emailsrvr.com\n3 MX rackspace 20 mx2.emailsrvr.com\n4 MX rackspace 10 other.example.net\n5 A rackspace 10 mx1.emailsrvr.com\nL\nesac",
    )];
    let deleted: Vec<String> =
        words(&follow(&files["dns/digitalocean-undo.sh"], &["--apply"], &doctl))
            .into_iter()
            .filter(|call| call.contains("delete"))
            .collect();
    assert_eq!(
        deleted,
        ["2", "3"].map(|n| format!("doctl|compute|domain|records|delete|example.com|{n}|--force"))
    );
    // Both are there: a second run only looks.
    assert_eq!(follow(&files["dns/digitalocean.sh"], &["--apply"], &doctl).len(), 1);
    let none = [("doctl", "")];
    let added = words(&follow(&files["dns/digitalocean.sh"], &["--apply"], &none));
    assert!(added.len() == 3 && added[1..].iter().all(|call| call.contains("create")), "{added:?}");
    assert_eq!(follow(&files["dns/digitalocean.sh"], &[], &none).len(), 1, "a preview only looks");
}

#[test]
fn a_cutover_leaves_no_mix_of_old_and_new_records() {
    let az = [(
        "az",
        "case \"$*\" in *list*) printf '10\\tEXCH.example.com.\\n20\\tmx2.emailsrvr.com.\\n' ;; esac",
    )];
    let call = |verb: &str, preference: u8, exchange: &str| {
        format!(
            "az|network|dns|record-set|mx|{verb}|-g|g|-z|example.com|-n|@|--preference|{preference}|--exchange|{exchange}."
        )
    };
    // With what step 1 saw, and without: the same records go and come.
    for files in [sample(), blind()] {
        let script = &files["dns-cutover/azure.sh"];
        let over = words(&follow(script, &["g", "--apply"], &az));
        assert_eq!(
            over[1..3],
            [
                call("add-record", 10, "mx1.emailsrvr.com"),
                call("remove-record", 10, "exch.example.com")
            ],
            "{over:?}"
        );
        assert!(over.len() == 4 && over[3].ends_with("|--set|ttl=3600"), "{over:?}");
        assert_eq!(follow(script, &["g"], &az).len(), 1, "a preview only looks");

        let doctl = [(
            "doctl",
            "case \"$*\" in *list*) cat <<'L'\n1 MX @ 10 Exch.example.com\n2 MX @ 10 mx1.emailsrvr.com\n3 MX rackspace 10 mx1.emailsrvr.com\n4 TXT @ 0 v=spf1\nL\nesac",
        )];
        let script = &files["dns-cutover/digitalocean.sh"];
        let over = words(&follow(script, &["--apply"], &doctl));
        let doing = "doctl|compute|domain|records";
        assert!(over[1].starts_with(&format!("{doing}|create|example.com")), "{over:?}");
        assert!(over[1].contains("|mx2.emailsrvr.com.|"), "{over:?}");
        assert_eq!(over[2..], [format!("{doing}|delete|example.com|1|--force")]);
        assert_eq!(follow(script, &[], &doctl).len(), 1, "a preview only looks");
    }
}

#[test]
fn a_script_that_can_not_look_fails_and_changes_nothing() {
    for files in [sample(), blind()] {
        for (path, program) in [
            ("dns/digitalocean.sh", "doctl"),
            ("dns/digitalocean-undo.sh", "doctl"),
            ("dns-cutover/digitalocean.sh", "doctl"),
            ("dns/azure.sh", "az"),
            ("dns/azure-undo.sh", "az"),
            ("dns-cutover/azure.sh", "az"),
        ] {
            let refusing = [(program, "echo 'no token' >&2; exit 1")];
            let arguments: &[&str] = if program == "az" { &["g", "--apply"] } else { &["--apply"] };
            let (calls, said) = attempt(&files[path], arguments, &refusing);
            assert!(!said.status.success(), "{path}");
            assert_eq!(calls.len(), 1, "{path}: {calls:?}");
            assert!(String::from_utf8_lossy(&said.stderr).contains("no token"), "{path}");
        }
    }
}

#[test]
fn every_undo_names_itself_and_no_way_back_empties_the_domain() {
    let files = sample();
    for name in ["azure", "google", "cloudflare", "digitalocean"] {
        let undo = text(&files[&format!("dns/{name}-undo.sh")]);
        for line in undo.lines().filter(|line| line.contains("sh ") && line.starts_with('#')) {
            assert!(line.contains(&format!("sh {name}-undo.sh")), "{line}");
        }
        assert!(undo.contains(&format!("sh {name}-undo.sh")));
    }
    let declared = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.ends_with(".tf") || name == "octodns.yaml" || name == "dnscontrol.js"
    };
    let mut seen = 0;
    let blind = blind();
    for (files, there) in [(&files, "back/"), (&blind, "the records of before")] {
        for (path, bytes) in files.iter().filter(|(path, _)| declared(path)) {
            let text = text(bytes);
            let undo = text.lines().find(|line| line.contains("Undo:")).unwrap();
            if path.starts_with("dns/") {
                assert!(undo.contains("take this out again"), "{path}: {undo}");
                continue;
            }
            seen += 1;
            let there = if path.contains("/back/") { "one folder up" } else { there };
            assert!(undo.contains(there) && undo.contains("Never take it out"), "{path}: {undo}");
        }
    }
    assert_eq!(seen, 7 * 3);
}

#[test]
fn cloudflare_gets_one_batch_that_takes_and_gives_and_no_token_in_an_argument() {
    if !there("jq", "--version") {
        return;
    }
    let files = sample();
    let record = |id: &str, content: &str, priority: u32| json!({ "id": id, "content": content, "priority": priority });
    let batch = |path: &str, there: &[Value]| -> Value {
        let answer = json!({ "result": there }).to_string();
        // `-K -` reads the token: it must come that way.
        let curl = format!(
            "grep -q token-that-must-not-be-seen || exit 22\ncase \"$*\" in *batch*) ;; *) printf '%s' '{answer}' ;; esac"
        );
        assert_eq!(
            follow(&files[path], &["z1"], &[("curl", &curl)]).len(),
            1,
            "a preview only reads"
        );
        let calls = follow(&files[path], &["z1", "--apply"], &[("curl", &curl)]);
        assert!(!calls.iter().flatten().any(|word| word.contains("token-that")), "{calls:?}");
        let at = calls[1].iter().position(|word| word == "--data-binary").unwrap();
        assert!(calls[1].last().unwrap().ends_with("/zones/z1/dns_records/batch"));
        serde_json::from_str(&calls[1][at + 1]).unwrap()
    };
    let added = batch("dns/cloudflare.sh", &[record("a", "MX1.emailsrvr.com.", 10)]);
    assert_eq!(added["deletes"], json!([]));
    assert_eq!(
        added["posts"],
        json!([{ "type": "MX", "name": "rackspace.example.com", "content": "mx2.emailsrvr.com", "priority": 20, "ttl": 3600 }])
    );
    let ours = [
        record("a", "mx1.emailsrvr.com", 10),
        record("b", "mx2.emailsrvr.com", 20),
        record("c", "mx1.emailsrvr.com", 30),
    ];
    let undone = batch("dns/cloudflare-undo.sh", &ours);
    assert_eq!(undone, json!({ "deletes": [{ "id": "a" }, { "id": "b" }], "posts": [] }));
    let over = batch("dns-cutover/cloudflare.sh", &[record("o", "exch.example.com", 10)]);
    assert_eq!(over["deletes"], json!([{ "id": "o" }]));
    assert_eq!(over["posts"].as_array().unwrap().len(), 2);
}
