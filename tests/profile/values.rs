//! What stands in `profile.toml`, and what is made of it.

use std::fs;

use super::*;

#[test]
fn a_newer_schema_is_refused_with_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), plan()).unwrap());
    let newer = read(home.path(), "profile.toml").replace("schema = 1", "schema = 2");
    fs::write(home.path().join("profile.toml"), &newer).unwrap();
    let said = profile::open(home.path()).unwrap_err().to_string();
    assert!(said.contains("schema 2; this one knows 1"), "{said}");
    assert_eq!(read(home.path(), "profile.toml"), newer);
}

#[test]
fn a_new_profile_explains_every_key() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), full_plan()).unwrap());
    let text = read(home.path(), "profile.toml");
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let own = line.contains(" = ") && !line.starts_with('#');
        let waves = lines[..at].contains(&"[[wave]]");
        assert!(!own || waves || lines[at - 1].starts_with("# "), "{line} has no comment\n{text}");
    }
    for part in [
        "schema = 1\n",
        "routing_subdomain = \"mail.example.com\"\n",
        "host_name = \"mail1.example.com\"\n",
        "done = [\"enable-sdr\", \"publish-subdomain-mx\"]\n",
        "[[wave]]\nnumber = 1\nname = 'Sales \"east\"'\ndate = 2027-01-31\n",
        "[[wave]]\nnumber = 2\n",
        "external_subdomain = \"exchange.example.com\"\n",
        "[[list]]\naddress = \"info@example.com\"\nat = \"host\"\nkind = \"alias\"\n",
        "forced_mx = true\n",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    let people = read(home.path(), "roster.csv");
    assert_eq!(
        people,
        "\u{feff}address,display_name,first_name,last_name,home,wave,aliases,strategy\r\n\
         ann@example.com,\"Ann, \"\"the\"\" Lee\",,,host,1,a.lee@example.com,contact\r\n\
         bob@example.com,,,,external,,,contact\r\n"
    );
}

#[test]
fn a_value_corrected_by_hand_wins() {
    let home = tempfile::tempdir().unwrap();
    drop(profile::create(home.path(), full_plan()).unwrap());
    let edited = read(home.path(), "profile.toml")
        .replace("\"permanent\"\n", "\"Migration\" # was permanent\n")
        .replace("host_name = \"mail1.example.com\"", "host_name = 'https://MX.Example.com/'")
        .replace("routing_subdomain = \"mail.example.com\"", "routing_subdomain = \"west\"")
        .replace("date = 2027-01-31", "date = \"2027-02-01\"")
        .replace("panel = \"offered\"", "");
    fs::write(home.path().join("profile.toml"), &edited).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    assert_eq!(opened.remarks, [""; 0]);
    assert_eq!(opened.plan.situation.purpose, Purpose::Migration);
    assert_eq!(opened.plan.situation.panel, PanelOffer::NotLooked);
    assert_eq!(opened.plan.external.host_name.as_ref().unwrap().as_str(), "mx.example.com");
    assert_eq!(opened.plan.routing_subdomain().as_str(), "west.example.com");
    assert_eq!(opened.plan.waves[0].date, "2027-02-01".parse().ok());
    profile::save(&mut opened).unwrap();
    assert_eq!(read(home.path(), "profile.toml"), edited, "what means the same is not rewritten");
}

#[test]
fn a_value_that_does_not_parse_is_kept_and_named() {
    let home = tempfile::tempdir().unwrap();
    let spoilt = "# mine\nschema = 1\ndomain = \"example.com\"\nrouting_subdomain = \"example.com\"\n\
         host = \"acme\"\ndone = [\"enable-sdr\", \"dance\"]\n\n[situation]\npurpose = \"fun\"\nprimary_mx = 3\n\
         \n[external]\nhost_name = \"mail server\"\nverification_address = \"ann\" # ask Ann\n\
         \n[[wave]]\nnumber = 0\n\n[[wave]]\nnumber = 2\ndate = \"soon\"\n\n[[wave]]\nnumber = 2\n";
    fs::write(home.path().join("profile.toml"), spoilt).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    for (key, write) in [
        ("routing_subdomain", "choose a name below it"),
        ("host:", "host = \"rackspace\""),
        ("done: “dance”", "enable-sdr, publish-external-mx"),
        ("[situation] purpose: “fun”", "migration, permanent"),
        ("[situation] primary_mx: “3”", "external, host"),
        ("[external] host_name", "spaces"),
        ("[external] verification_address", "has no @"),
        ("[[wave]]: 1 of them", "number = 1"),
        ("[[wave]] 2 date: “soon”", "2027-01-31"),
        ("wave 2 stands there twice", "number of its own"),
    ] {
        let named = |remark: &&String| {
            remark.starts_with("profile.toml") && remark.contains(key) && remark.contains(write)
        };
        assert!(opened.remarks.iter().any(|remark| named(&remark)), "{key}: {:#?}", opened.remarks);
    }
    assert_eq!(opened.drafts["external-host"], "mail server");
    assert_eq!(opened.drafts["verification-address"], "ann");
    assert_eq!(opened.drafts["routing-subdomain"], "example.com");
    assert_eq!(opened.plan.routing_subdomain().as_str(), "rackspace.example.com");
    assert!(opened.plan.done.contains(&Task::EnableSdr));

    opened.plan.situation.panel = PanelOffer::Offered;
    profile::save(&mut opened).unwrap();
    let (plan, drafts) = (opened.plan.clone(), opened.drafts.clone());
    let back = reopened(opened);
    assert_eq!((&back.plan, &back.drafts), (&plan, &drafts));
    let text = read(home.path(), "profile.toml");
    for kept in [
        "# mine",
        "purpose = \"fun\"",
        "\"dance\"",
        "host = \"acme\"",
        "# ask Ann",
        "number = 0",
        "\"soon\"",
    ] {
        assert!(text.contains(kept), "{kept}\n---\n{text}");
    }
    assert!(text.contains("verification-address = \"ann\"\n"), "{text}");
}

#[test]
fn only_an_unreadable_domain_refuses_the_profile() {
    for (text, part) in [
        ("", "it names no domain"),
        ("schema = 1\ndomain = \"\"\n", "it names no domain"),
        ("domain = \"exa mple.com\"\n", "no spaces"),
        ("domain = 7\n", "no dot"),
        ("schema = 1\n# ok\ndomain = \"example.com\"\nhost = = 2\n", "line 4 can't be read"),
        ("schema = \"1\"\ndomain = \"example.com\"\n", "schema = 1 belongs"),
        ("schema = 0\ndomain = \"example.com\"\n", "schema = 1 belongs"),
        ("schema = 1\ndomain = \"a\0b.com\"\n", "NUL"),
        ("PK\u{3}\u{4}", "Excel workbook"),
        (&format!("domain = \"{}\"", "[".repeat(1 << 16)), "domain can't be read"),
        (&format!("x = {}", "[".repeat(1 << 16)), "line 1 can't be read"),
    ] {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("profile.toml"), text).unwrap();
        let said = profile::open(home.path()).unwrap_err().to_string();
        assert!(said.contains(part) && said.contains("is not a profile"), "{said}");
        assert!(said.len() < 400, "{said}");
        assert_eq!(read(home.path(), "profile.toml"), text);
    }
}

#[test]
fn a_file_saved_by_an_old_editor_opens() {
    let home = tempfile::tempdir().unwrap();
    let text = "# Büro\r\ndomain = \"bücher.example\"\r\nx = 1\r\n";
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let ansi: Vec<u8> = text.chars().map(|c| c as u8).collect();
    for bytes in
        [text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat(), utf16, ansi]
    {
        fs::write(home.path().join("profile.toml"), &bytes).unwrap();
        let mut opened = profile::open(home.path()).unwrap();
        assert_eq!(opened.plan.domain().as_str(), "xn--bcher-kva.example");
        profile::save(&mut opened).unwrap();
        assert_eq!(fs::read(home.path().join("profile.toml")).unwrap(), bytes);
        opened.plan.situation.purpose = Purpose::Permanent;
        profile::save(&mut opened).unwrap();
        let saved = read(home.path(), "profile.toml");
        assert!(saved.starts_with("# Büro\r\ndomain = \"bücher.example\"\r\nx = 1\r\n"), "{saved}");
        assert_eq!(saved.matches('\n').count(), saved.matches("\r\n").count());
        assert_eq!(opened.remarks, [""; 0]);
    }
}

#[test]
fn a_customised_host_is_written_whole() {
    let home = tempfile::tempdir().unwrap();
    let mut plan = full_plan();
    plan.host.id = "thexyz".into();
    plan.host.panel_path = vec!["Domains \"all\"".into()];
    plan.host.mx[0].exchange = HostName::parse("mx.thexyz.example").unwrap();
    plan.host.api = None;
    let open = profile::create(home.path(), plan.clone()).unwrap();
    let text = read(home.path(), "profile.toml");
    assert!(text.contains("# The system that takes the moved mailboxes.\n[host"), "{text}");
    let commented = text.replace("mx_ttl = 3600", "mx_ttl = 3600 # an hour\nour_account = 17");
    drop(open);
    fs::write(home.path().join("profile.toml"), &commented).unwrap();
    let mut open = profile::open(home.path()).unwrap();
    assert_eq!((&open.plan, &open.remarks), (&plan, &vec![]));
    open.plan.host.mx_ttl = 300;
    open.plan.host.api = Some("https://api.example/v1".into());
    profile::save(&mut open).unwrap();
    let text = read(home.path(), "profile.toml");
    assert!(text.contains("mx_ttl = 300 # an hour\nour_account = 17"), "{text}");
    let plan = open.plan.clone();
    assert_eq!(reopened(open).plan, plan);
}

#[test]
fn each_setting_comes_back_and_one_changed_leaves_the_others_as_written() {
    let home = tempfile::tempdir().unwrap();
    let mut made = profile::create(home.path(), plan()).unwrap();
    let full = full_plan();
    made.plan.external.clone_from(&full.external);
    made.plan.host_settings.clone_from(&full.host_settings);
    made.plan.groups.clone_from(&full.groups);
    let second = full.external_subdomain().map(|name| name.as_domain().clone());
    made.plan.set_external_subdomain(second).unwrap();
    profile::save(&mut made).unwrap();
    let written = made.plan.clone();
    let mut back = reopened(made);
    assert_eq!(back.remarks, [""; 0]);
    assert_eq!(back.plan, written);
    // A remark of one's own stays beside a list that another one joins.
    let text = read(home.path(), "profile.toml");
    let mine = text.replace("at = \"external\"", "at = \"external\" # Exchange");
    assert_ne!(text, mine);
    drop(back);
    fs::write(home.path().join("profile.toml"), &mine).unwrap();
    back = profile::open(home.path()).unwrap();
    back.plan.groups.push(group("all@example.com", Side::Host, &["bob@example.com"]));
    back.plan.groups.retain(|group| group.address.local() != "info");
    back.plan.host_settings.forced_mx = false;
    back.plan.set_external_subdomain(None).unwrap();
    profile::save(&mut back).unwrap();
    let text = read(home.path(), "profile.toml");
    assert!(text.contains("at = \"external\" # Exchange") && !text.contains("info@"), "{text}");
    assert!(text.contains("external_subdomain = \"\"") && text.contains("all@"), "{text}");
    let wanted = back.plan.clone();
    assert_eq!(reopened(back).plan, wanted);
}

#[test]
fn a_setting_that_can_not_be_read_is_named_and_stays() {
    let home = tempfile::tempdir().unwrap();
    let spoilt = "schema = 1\ndomain = \"example.com\"\nexternal_subdomain = \"rackspace.example.com\"\n\
         [external]\ncatch_all = \"ann\"\nextension = \"plus\"\naccepts_subdomains = \"maybe\"\n\
         [host_settings]\nforced_mx = 1\n\
         [[list]]\naddress = \"team@example.com\"\nat = \"moon\"\nmembers = [\"ann@example.com\", \"b c\"]\n\
         [[list]]\nmembers = [\"ann@example.com\"]\n";
    fs::write(home.path().join("profile.toml"), spoilt).unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    for part in [
        "external_subdomain: rackspace.example.com leads to the one system already",
        "[external] catch_all: “ann” has no @",
        "[external] extension: “plus” separates nothing",
        "[external] accepts_subdomains: ",
        "[host_settings] forced_mx: “1” is neither true nor false",
        "[[list]] team@example.com at",
        "[[list]] team@example.com members: “b c” has no @",
        "[[list]] address: a list without an address",
    ] {
        assert!(
            opened.remarks.iter().any(|said| said.contains(part)),
            "{part}: {:?}",
            opened.remarks
        );
    }
    assert_eq!(opened.plan.groups.len(), 1);
    profile::save(&mut opened).unwrap();
    assert_eq!(read(home.path(), "profile.toml"), spoilt, "what is not used is not rewritten");
}

#[test]
fn the_dns_host_of_the_records_is_part_of_the_plan() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("profile.toml"), "domain = \"example.com\"\n").unwrap();
    let mut opened = profile::open(home.path()).unwrap();
    opened.plan.dns_form = "dns/panels/godaddy.txt".to_owned();
    profile::save(&mut opened).unwrap();
    drop(opened);
    assert!(read(home.path(), "profile.toml").contains("dns_form = \"dns/panels/godaddy.txt\""));
    let again = profile::open(home.path()).unwrap();
    assert_eq!(again.plan.dns_form, "dns/panels/godaddy.txt");
}
