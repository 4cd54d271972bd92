//! cPanel's alias files, and Exim that reads them.

use std::path::Path;
use std::process::Command;

use sdr_wizard::plan::ExternalSystem;

use crate::judges::{run, there};
use crate::sample::{plan, text};
use crate::servers::{Server, few, hostile};

/// Exim unpacked beside Postfix, by `tests/run`; root alone can lend it its user.
fn exim(folder: &Path, config: &str, addresses: &[String]) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/lab-servers");
    let program = root.join("usr/sbin/exim4");
    let is_root = run(Command::new("id").arg("-u")).trim() == "0";
    if !is_root || !there(program.to_str().unwrap(), "-bV") {
        // tests/run says so as well: what a passing test prints is not shown.
        println!("SKIPPED: Exim needs root and target/lab-servers");
        assert!(std::env::var_os("CI").is_none(), "on CI nothing may be skipped");
        return None;
    }
    for (file, line) in [
        ("passwd", "Debian-exim:x:61996:61996::/nonexistent:/bin/false\n"),
        ("group", "Debian-exim:x:61996:\n"),
    ] {
        let whole = std::fs::read_to_string(format!("/etc/{file}")).unwrap() + line;
        std::fs::write(folder.join(file), whole).unwrap();
    }
    let config = format!("exim_path = {}\n{config}", program.display());
    std::fs::write(folder.join("exim.conf"), config).unwrap();
    let output = Command::new("unshare")
        .current_dir(folder)
        .args(["--mount", "sh", "-c"])
        .arg("mount --bind passwd /etc/passwd && mount --bind group /etc/group && exec \"$@\"")
        .arg("sh")
        .arg(program)
        .arg("-C")
        .arg(folder.join("exim.conf"))
        .arg("-bt")
        .args(addresses)
        .output()
        .unwrap();
    Some(
        String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr),
    )
}

#[test]
fn alias_files_of_cpanel_get_their_lines_and_lose_no_other() {
    let (wanted, files) = few(ExternalSystem::Cpanel, 3);
    let server = Server::new("cpanel", &files, &[]);
    let valiases = server.path("valiases");
    std::fs::create_dir(&valiases).unwrap();
    let file = valiases.join("example.com");
    // What cPanel has in it: an alias of its own, and the refusal of all others.
    let own = "info@example.com: boss@example.net\n*: :fail: No Such User Here\n";
    std::fs::write(&file, own).unwrap();
    let state = || {
        std::fs::read_to_string(&file)
            .unwrap()
            .lines()
            .map(|line| line.split_once(": ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap())
            .collect()
    };
    server.there_and_back(&wanted, state);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), own, "byte for byte");

    let ours = crate::sample::files(&plan(ExternalSystem::Cpanel), Some(1)).0;
    std::fs::write(server.path("forwards.tsv"), &ours["cpanel/forwards.tsv"]).unwrap();
    for key in ["ann@example.com:", "Ann@example.com :", "\"ann@example.com\":"] {
        let line = format!("{key} elsewhere@example.net");
        std::fs::write(&file, format!("{line}\n")).unwrap();
        // A preview says what would be in the way, and takes nothing for done.
        let (code, said) = server.script(&[]);
        assert!(code == 1 && said.contains("COLLISION ann@example.com"), "{key} {said}");
        assert!(said.contains("WOULD     bob@example.com"), "{said}");
        assert!(said.contains(" would be loaded, 0 in place already, 1 can't be."), "{said}");
        assert!(!said.contains("not as wanted") && !said.contains("DONE"), "{said}");
        let (code, said) = server.script(&["--apply"]);
        assert!(code == 1 && said.contains("ann@example.com has a line"), "{key} {said}");
        assert!(text(&std::fs::read(&file).unwrap()).contains(&line));
    }
}

#[test]
fn exim_routes_each_line_of_the_alias_file_and_nobody_else() {
    let (wanted, files) = hostile(ExternalSystem::Cpanel);
    let folder = tempfile::tempdir().unwrap();
    // As the script writes them.
    let lines = text(&files["cpanel/forwards.tsv"]).replace('\t', ": ");
    let file = folder.path().join("aliases");
    std::fs::write(&file, lines + "*: :fail: No Such User Here\n").unwrap();
    let config = format!(
        "primary_hostname = mail.example.com\ndomainlist local_domains = example.com\n\
         spool_directory = {at}/spool\nlog_file_path = {at}/%slog\nkeep_environment =\nbegin routers\n\
         virtual:\n  driver = redirect\n  domains = +local_domains\n  allow_fail\n  \
         data = ${{lookup{{$local_part@$domain}}lsearch*{{{file}}}}}\n\
         out:\n  driver = accept\n  domains = ! +local_domains\n  transport = out\n\
         begin transports\nout:\n  driver = smtp\n",
        at = folder.path().display(),
        file = file.display(),
    );
    let mut asked: Vec<String> = wanted.keys().cloned().collect();
    asked.push("nobody@example.com".to_owned());
    let Some(said) = exim(folder.path(), &config, &asked) else { return };
    for (address, target) in &wanted {
        let route = format!("{target}\n    <-- {address}\n  router = out, transport = out\n");
        assert!(said.contains(&route), "{address}: {said}");
    }
    assert!(said.contains("nobody@example.com is undeliverable: No Such User Here"), "{said}");
    assert_eq!(said.matches("<--").count(), wanted.len());
}
