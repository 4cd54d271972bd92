//! Wrong usage, unreadable input, and an output that ends.

use std::process::{Command, Stdio};

use super::{Folder, PEOPLE, code, err, expect, refused, sdrctl};

#[test]
fn wrong_usage_is_one_line_and_exit_code_2() {
    let folder = Folder::with_profile();
    let here = folder.path();
    refused(here, &["fly"], "fly");
    refused(here, &["hedders"], "'hedders'. A similar subcommand exists: 'headers'. Try --help.");
    refused(here, &["new"], "not provided: --domain <DOMAIN>, <DIR>. Try --help.");
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
    refused(here, &["dns", "example.com", "--doh", "https://dns.example/q"], "--doh");
    refused(here, &["dns", "example.com", "--doh", "http://1.1.1.1/dns-query"], "--doh");
    refused(here, &["dns", "example.com", "--external-host", "192.0.2.1"], "--external-host");
    refused(here, &["dns", "example.com", "--mx", "nowhere"], "--mx");
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
    assert!(err(&output).contains("\nlong.csv:3: "), "{}", err(&output).len());
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
