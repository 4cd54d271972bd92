//! The scripts for DNS hosts, by what they run: programs in the place of the
//! real ones write down how they were called.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::dns::sample;
use crate::judges::{run, there};

/// Runs a script of ours with programs that write down how they were called.
fn follow(script: &[u8], arguments: &[&str], programs: &[(&str, &str)]) -> Vec<Vec<String>> {
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
    run(Command::new("sh")
        .current_dir(folder.path())
        .env("PATH", path)
        .env("CLOUDFLARE_API_TOKEN", "token-that-must-not-be-seen")
        .arg("script.sh")
        .args(arguments)
        .stdin(Stdio::null()));
    let calls = std::fs::read_to_string(&log).unwrap_or_default();
    calls
        .split("\n\0")
        .filter(|call| !call.is_empty())
        .map(|call| call.trim_end_matches('\0').split('\0').map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_scripts_of_dns_hosts_run_what_they_say_and_nothing_in_a_preview() {
    let files = sample();
    let words = |calls: &[Vec<String>]| -> Vec<String> {
        calls.iter().map(|call| call.join("|")).collect()
    };
    let az = [("az", "")];
    assert!(follow(&files["dns/azure.sh"], &["my group"], &az).is_empty());
    let set = "az|network|dns|record-set|mx";
    let at = "-g|my group|-z|example.com|-n|rackspace";
    assert_eq!(
        words(&follow(&files["dns/azure.sh"], &["my group", "--apply"], &az)),
        [
            format!("{set}|create|{at}|--ttl|3600|--if-none-match"),
            format!("{set}|add-record|{at}|--preference|10|--exchange|mx1.emailsrvr.com."),
            format!("{set}|add-record|{at}|--preference|20|--exchange|mx2.emailsrvr.com."),
        ]
    );
    let undone = words(&follow(&files["dns/azure-undo.sh"], &["g", "--apply"], &az));
    assert!(undone.len() == 2 && undone.iter().all(|call| call.contains("remove-record")));
    let over = words(&follow(&files["dns-cutover/azure.sh"], &["g", "--apply"], &az));
    assert!(
        over[0].contains("add-record")
            && over[2].contains("remove-record")
            && over[2].contains("exch.example.com."),
        "{over:?}"
    );

    let gcloud = [("gcloud", "")];
    assert!(follow(&files["dns/google.sh"], &["z"], &gcloud).is_empty());
    let call = &follow(&files["dns/google.sh"], &["z", "--apply"], &gcloud)[0];
    assert!(
        call.contains(&"--rrdatas=10 mx1.emailsrvr.com.,20 mx2.emailsrvr.com.".to_owned()),
        "{call:?}"
    );
    assert_eq!(call[3], "create");
    let undone = follow(&files["dns/google-undo.sh"], &["z", "--apply"], &gcloud);
    assert_eq!(
        undone[1][undone[1].len() - 2..],
        ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com."]
    );

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
    assert_eq!(follow(&files["dns/digitalocean.sh"], &["--apply"], &doctl).len(), 2);
    assert!(follow(&files["dns/digitalocean.sh"], &[], &doctl).is_empty());
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
