//! What was done by hand is ticked off, each wave for itself.

use std::fs::File;
use std::time::{Duration, SystemTime};

use super::{Folder, err, expect, json, out, refused};

const PEOPLE: &str = "address,home,wave\n\
    ann@example.com,host,1\n\
    bob@example.com,external,2\n\
    vera@example.com,external,\n";

fn profile() -> Folder {
    let folder = Folder::with_profile();
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    folder
}

/// The tasks that are ticked off.
fn ticked(folder: &Folder) -> Vec<String> {
    let told = json(&expect(0, folder.path(), &["done", "p", "--json"]));
    let done = told.iter().filter(|task| task["done"] == true);
    done.map(|task| task["task"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_task_is_ticked_off_listed_taken_back_and_in_the_history() {
    let folder = profile();
    let here = folder.path();
    let said = out(&expect(0, here, &["done", "p"]));
    assert!(said.contains("open    enable-sdr            step 4: Save Split Domain"), "{said}");
    assert!(said.contains("load-forwards-1       step 6: ") && said.contains("(wave 1)"), "{said}");
    assert!(!said.contains("load-first-forwards"), "nobody at the host is in no wave: {said}");
    expect(0, here, &["done", "p", "enable-sdr", "LOAD-forwards-1"]);
    assert_eq!(ticked(&folder), ["enable-sdr", "load-forwards-1"]);
    let text = std::fs::read_to_string(here.join("p/profile.toml")).unwrap();
    assert!(text.contains("done = [\"enable-sdr\", \"load-forwards-1\"]"), "{text}");
    let said = out(&expect(0, here, &["done", "p", "--undo", "enable-sdr"]));
    assert!(said.starts_with("open    enable-sdr"), "{said}");
    assert_eq!(ticked(&folder), ["load-forwards-1"]);
    let told = out(&expect(0, here, &["history", "p"]));
    let objects = json(&expect(0, here, &["history", "p", "--json"]));
    assert_eq!(objects.len(), told.lines().count());
    assert!(told.starts_with(objects[0]["at"].as_str().unwrap()), "{told}");
    refused(here, &["history", "p", "--most", "0"], "--most");
    assert_eq!(told.lines().filter(|line| line.contains("  done: [")).count(), 2, "{told}");

    refused(here, &["done", "p", "load-forwards-3"], "it has open-port25, enable-sdr");
    refused(here, &["done", "p", "load-forwards"], "load-forwards-2");
    refused(here, &["done", "p", "publish-external-mx"], "can't be ticked off in this plan");
    refused(here, &["done", "p", "enable-sdr", "\u{1b}[2J"], "can't be ticked off");
    refused(here, &["done", "p", "--undo"], "TASK");
    assert_eq!(ticked(&folder), ["load-forwards-1"], "nothing of a refused line is taken");
}

#[test]
fn a_tick_for_one_wave_is_none_for_a_later_one() {
    let folder = profile();
    let here = folder.path();
    let tasks = ["enable-sdr", "publish-subdomain-mx", "request-domain-alias", "load-forwards-1"];
    expect(0, here, &[&["done", "p"][..], &tasks].concat());
    let bob = ["routes", "p", "--address", "bob@example.com", "--from", "external", "--json"];
    let way = &json(&expect(3, here, &bob))[0];
    assert_eq!(way["outcome"], "delivered", "in his old mailbox: {way}");
    // Bob works at the host from now on; his wave was never handed out.
    folder.write("moved.csv", "address,home\nbob@example.com,host\n");
    expect(0, here, &["import", "p", "moved.csv"]);
    let way = &json(&super::sdrctl_at(here, &bob))[0];
    assert_eq!(way["cause"], "mailbox-without-contact", "{way}");
    expect(0, here, &["done", "p", "load-forwards-2"]);
    let way = &json(&expect(3, here, &bob))[0];
    assert_eq!((&way["outcome"], &way["at"][0]), (&"delivered".into(), &"host".into()), "{way}");
}

#[test]
fn a_tick_of_an_earlier_profile_counts_for_what_had_been_handed_out_by_then() {
    let folder = profile();
    let here = folder.path();
    for wave in ["1", "2"] {
        expect(0, here, &["export", "p", "--wave", wave]);
    }
    let path = here.join("p/profile.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let then = |hours: u64| {
        std::fs::write(&path, text.replace("done = []", "done = [\"load-forwards\"]")).unwrap();
        let at = SystemTime::now() + Duration::from_secs(hours * 3600);
        File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
    };
    // Wave 2 was handed out after the last word in the plan, wave 1 long before.
    let manifest = here.join("p/exports/wave-2/manifest.json");
    let told = std::fs::read_to_string(&manifest).unwrap();
    let year = told.split("\"made_at\": \"").nth(1).and_then(|time| time.get(..4)).unwrap();
    let made = |year: &str| format!("\"made_at\": \"{year}");
    std::fs::write(&manifest, told.replace(&made(year), &made("2199"))).unwrap();
    then(1);
    assert_eq!(ticked(&folder), ["load-forwards-1"]);
    // The next save writes it wave by wave.
    expect(0, here, &["done", "p", "enable-sdr"]);
    let saved = std::fs::read_to_string(&path).unwrap();
    assert!(saved.contains("done = [\"enable-sdr\", \"load-forwards-1\"]"), "{saved}");
    // With both handed out by then it counts for both.
    std::fs::write(&manifest, &told).unwrap();
    then(1);
    assert_eq!(ticked(&folder), ["load-forwards-1", "load-forwards-2"]);
    // Nothing in the folder tells what was handed out: those who are at the host.
    std::fs::remove_dir_all(here.join("p/exports")).unwrap();
    then(1);
    assert_eq!(ticked(&folder), ["load-forwards-1"]);
    assert_eq!(err(&expect(0, here, &["done", "p"])), "");
}

#[test]
fn records_that_name_the_host_already_are_no_task() {
    let folder = Folder::new();
    let here = folder.path();
    let mx = ["--mx", "host", "--situation", "permanent"];
    expect(0, here, &[&["new", "q", "--domain", "example.com"], &mx[..]].concat());
    let said = out(&expect(0, here, &["done", "q"]));
    assert!(!said.contains("change-primary-mx") && said.contains("enable-sdr"), "{said}");
}
