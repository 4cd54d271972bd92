//! The records, judged by a real named that takes signed updates.

use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};

use crate::dns::sample;
use crate::judges::{run, there};
use crate::sample::text;

/// A name server of our own on a free port, ended when dropped.
struct Named {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Named {
    fn start() -> Self {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        let key = run(Command::new("tsig-keygen").args(["-a", "hmac-sha256", "sdr"]));
        std::fs::write(folder.path().join("key"), &key).unwrap();
        std::fs::write(
            folder.path().join("named.conf"),
            format!(
                "{key}\noptions {{ directory \"{at}\"; pid-file none; session-keyfile none; \
                 lock-file none; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; \
                 recursion no; dnssec-validation no; managed-keys-directory \"{at}\"; }};\ncontrols {{}};\n\
                 zone \"example.com\" {{ type primary; file \"zone\"; allow-update {{ key sdr; }}; }};\n"
            ),
        )
        .unwrap();
        std::fs::write(
            folder.path().join("zone"),
            "$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 300\n@ NS ns1\nns1 A 127.0.0.1\n\
             @ MX 10 exch\nexch A 192.0.2.1\nrackspace TXT \"mine\"\nrackspace MX 5 other.example.net.\n",
        )
        .unwrap();
        let child = Command::new("named")
            .args(["-g", "-c"])
            .arg(folder.path().join("named.conf"))
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let named = Self { child, folder, port };
        for _ in 0..100 {
            if named.mx("example.com") == ["10 exch.example.com."] {
                return named;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("{}", std::fs::read_to_string(named.folder.path().join("log")).unwrap());
    }

    fn mx(&self, name: &str) -> Vec<String> {
        let output = Command::new("dig")
            .args([
                "@127.0.0.1",
                "-p",
                &self.port.to_string(),
                "+short",
                "+tries=1",
                "+time=1",
                name,
                "MX",
            ])
            .output()
            .unwrap();
        let mut rows: Vec<String> = String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter(|l| !l.starts_with(';'))
            .map(str::to_owned)
            .collect();
        rows.sort();
        rows
    }

    /// Feeds a file of ours to nsupdate; whether the server took it.
    fn update(&self, bytes: &[u8]) -> bool {
        let file = self.folder.path().join("update");
        let server = format!("server 127.0.0.1 {}\n{}", self.port, text(bytes));
        std::fs::write(&file, server).unwrap();
        let key = self.folder.path().join("key");
        let output = Command::new("nsupdate").arg("-k").arg(key).arg(file).output().unwrap();
        output.status.success()
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_real_named_takes_the_signed_updates_and_gives_them_back() {
    if !there("named", "-v") || !there("nsupdate", "-V") || !there("dig", "-v") {
        return;
    }
    let files = sample();
    let named = Named::start();
    let (name, other) = ("rackspace.example.com", "5 other.example.net.");
    assert!(named.update(&files["dns/mx-records.nsupdate"]));
    assert_eq!(named.mx(name), ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com.", other]);
    assert!(named.update(&files["dns/mx-records-undo.nsupdate"]));
    assert_eq!(named.mx(name), [other], "what was there stays");
    assert_eq!(named.mx("example.com"), ["10 exch.example.com."], "the domain itself is untouched");

    assert!(named.update(&files["dns-cutover/mx-records.nsupdate"]));
    assert_eq!(named.mx("example.com"), ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com."]);
    assert!(
        !named.update(&files["dns-cutover/mx-records.nsupdate"]),
        "the records of before are gone: refused"
    );
    assert!(named.update(&files["dns-cutover/back/mx-records.nsupdate"]));
    assert_eq!(named.mx("example.com"), ["10 exch.example.com."]);
}

#[test]
fn named_loads_the_zone_lines_of_the_cutover_and_back() {
    if !there("named-checkzone", "-v") {
        return;
    }
    let files = sample();
    for (path, records) in
        [("dns-cutover/mx-records.zone", 2), ("dns-cutover/back/mx-records.zone", 1)]
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mx"), &files[path]).unwrap();
        std::fs::write(
            folder.path().join("zone"),
            "$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 300\n@ NS ns1\nns1 A 192.0.2.1\n\
             exch A 192.0.2.1\n$INCLUDE mx\n",
        )
        .unwrap();
        let said = run(Command::new("named-checkzone").current_dir(folder.path()).args([
            "-i",
            "local",
            "-m",
            "fail",
            "-M",
            "fail",
            "-n",
            "fail",
            "-k",
            "fail",
            "-D",
            "example.com",
            "zone",
        ]));
        assert_eq!(said.matches("IN MX").count(), records, "{path}: {said}");
    }
}
