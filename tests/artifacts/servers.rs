//! The files for other servers with 500 hostile people, judged by what reads
//! them: the scripts by what they run, SQL by a database, maps by makemap,
//! postmap and Exim.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use sdr_wizard::plan::{ExternalSystem, Mailbox};

use crate::hostile::hostile_people;
use crate::judges::{run, there};
use crate::sample::{evidence, files, files_after, handed, plan, rows};

/// Address and target of every hostile person that the files could say, and
/// the files.
pub(crate) fn hostile(
    system: ExternalSystem,
) -> (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) {
    let (wanted, files) = loaded(system, hostile_people());
    assert!(wanted.len() > 350, "only {} were said", wanted.len());
    (wanted, files)
}

/// The same with few people, for scripts that start programs for each: those
/// whose addresses are odd, one of `step`. All with `SDR_ALL_PEOPLE`.
pub(crate) fn few(
    system: ExternalSystem,
    step: usize,
) -> (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) {
    let odd = |person: &Mailbox| !person.address.local().bytes().all(|b| b.is_ascii_alphanumeric());
    let step = if std::env::var_os("SDR_ALL_PEOPLE").is_some() { 1 } else { step };
    let (wanted, files) =
        loaded(system, hostile_people().into_iter().filter(odd).step_by(step).collect());
    assert!(wanted.len() > 10, "only {} were said", wanted.len());
    (wanted, files)
}

fn loaded(
    system: ExternalSystem,
    people: Vec<Mailbox>,
) -> (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) {
    let mut plan = plan(system);
    for person in people {
        plan.roster.put(person);
    }
    let (first, second) = (files(&plan, Some(1)).0, files(&plan, Some(2)).0);
    let handed = handed(&[&first, &second]);
    let (files, refused) = files_after(&plan, &evidence(), &handed, Some(3));
    let refused: BTreeSet<String> = refused.iter().map(|no| no.address.to_string()).collect();
    let wanted = rows(&files["forwards/forwards.csv"])[1..]
        .iter()
        .filter(|row| !refused.contains(&row[0]))
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    (wanted, files)
}

/// A folder with one server's files, and programs in the place of the real
/// ones in `bin/`. `#CALLS` in an answer is where calls are written down.
pub(crate) struct Server {
    folder: tempfile::TempDir,
}

impl Server {
    pub(crate) fn new(
        name: &str,
        files: &BTreeMap<String, Vec<u8>>,
        programs: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            if let Some(file) = path.strip_prefix(&format!("{name}/")) {
                std::fs::write(folder.path().join(file), bytes).unwrap();
            }
        }
        let bin = folder.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        for (program, text) in programs {
            let text = text.replace("#STATE", &folder.path().join("state").display().to_string());
            std::fs::write(bin.join(program), format!("#!/bin/sh\n{text}\n")).unwrap();
            run(Command::new("chmod").arg("+x").arg(bin.join(program)));
        }
        std::fs::write(folder.path().join("state"), "").unwrap();
        run(Command::new("sh").current_dir(folder.path()).args(["-n", "forwards.sh"]));
        Self { folder }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    /// Runs the script; its exit code, and what it said.
    pub(crate) fn script(&self, mode: &[&str]) -> (i32, String) {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh")
            .arg(self.path("forwards.sh"))
            .args(mode)
            .env("PATH", path)
            .env("VALIASES", self.folder.path().join("valiases"))
            .env("MAILCOW_HOST", "mail.example.com")
            .env("MAILCOW_API_KEY", "key-that-must-not-be-seen")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap(), said)
    }

    /// Preview, load, load again, verify, undo: `state` after each is what
    /// the server has.
    pub(crate) fn there_and_back(
        &self,
        wanted: &BTreeMap<String, String>,
        state: impl Fn() -> BTreeMap<String, String>,
    ) {
        let before = state();
        let (code, said) = self.script(&[]);
        assert_eq!((code, state()), (0, before.clone()), "a preview changes nothing: {said}");
        assert_eq!(self.script(&["--verify"]).0, 1, "nothing is loaded yet");
        let (code, said) = self.script(&["--apply"]);
        assert_eq!(code, 0, "{said}");
        let loaded = state();
        for (address, target) in wanted {
            assert_eq!(loaded.get(address), Some(target), "{address}");
        }
        assert_eq!(loaded.len(), before.len() + wanted.len());
        let records = self.read("applied.tsv");
        let (code, said) = self.script(&["--apply"]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(said.matches("IN PLACE").count(), wanted.len());
        assert_eq!(self.read("applied.tsv"), records, "a second run changes nothing");
        assert_eq!(self.script(&["--verify"]).0, 0);
        let (code, said) = self.script(&["--undo"]);
        assert_eq!((code, state()), (0, loaded), "a preview changes nothing: {said}");
        assert_eq!(said.matches("WOULD").count(), wanted.len(), "{said}");
        assert_eq!(self.read("applied.tsv"), records);
        let (code, said) = self.script(&["--undo", "--apply"]);
        assert_eq!((code, state()), (0, before), "{said}");
        assert!(!self.path("applied.tsv").exists());
        assert!(!self.path("executed").exists(), "something of a person's name was run");
    }
}

/// `address<TAB>target` lines of a simulator's state.
fn pairs(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(|line| line.split_once('\t').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap())
        .collect()
}

/// The primary addresses alone: aliases of an account follow it.
fn of_accounts(wanted: BTreeMap<String, String>) -> BTreeMap<String, String> {
    wanted.into_iter().filter(|(from, to)| from.split('@').next() == to.split('@').next()).collect()
}

#[test]
fn plesk_is_called_with_each_address_as_one_argument() {
    let (wanted, files) = few(ExternalSystem::Plesk, 4);
    let plesk = r#"[ "$1 $2" = 'bin mail' ] || exit 64
case $3 in
  --info) awk -F'\t' -v OFS= 'BEGIN { a = ENVIRON["A"] } $1 == a { print "Forwarding addresses: ", $2 }' #STATE ;;
  --update) case $# in 8 | 6) ;; *) exit 64 ;; esac
    eval last=\${$#}
    case $last in
      add:*) printf '%s\t%s\n' "$4" "${last#add:}" >> #STATE ;;
      del:*) T=${last#del:} awk -F'\t' '!($1 == ENVIRON["A"] && $2 == ENVIRON["T"])' #STATE > #STATE.new && mv #STATE.new #STATE ;;
    esac ;;
  *) exit 64 ;;
esac"#;
    let plesk = format!("A=$4; export A\n{plesk}");
    let server = Server::new("plesk", &files, &[("plesk", &plesk)]);
    server.there_and_back(&of_accounts(wanted), || pairs(&server.read("state")));
}

#[test]
fn plesk_does_not_take_a_longer_address_for_the_wanted_one() {
    let files = files(&plan(ExternalSystem::Plesk), Some(1)).0;
    let plesk = "[ \"$3\" = --info ] && echo 'Forwarding addresses: joann@rackspace.example.com, bob@rackspace.example.com'";
    let server = Server::new("plesk", &files, &[("plesk", plesk)]);
    let (code, said) = server.script(&["--verify"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("MISSING   ann@example.com"), "{said}");
    assert!(said.contains("IN PLACE  bob@example.com"), "{said}");
}

#[test]
fn zimbra_gets_its_own_setting_back() {
    let (wanted, files) = few(ExternalSystem::Zimbra, 4);
    let zmprov = r#"A=$2; export A
case $1 in
  ga) case $3 in
      zimbraMailForwardingAddress) awk -F'\t' '$1 == ENVIRON["A"] { print "zimbraMailForwardingAddress: " $2 }' #STATE ;;
      *) echo 'zimbraPrefMailLocalDeliveryDisabled: FALSE' ;;
    esac ;;
  ma) [ "$5" = zimbraPrefMailLocalDeliveryDisabled ] || exit 64
    T=$4; export T
    case "$3 $6" in
      '+zimbraMailForwardingAddress TRUE') printf '%s\t%s\n' "$A" "$T" >> #STATE ;;
      '-zimbraMailForwardingAddress FALSE') awk -F'\t' '!($1 == ENVIRON["A"] && $2 == ENVIRON["T"])' #STATE > #STATE.new && mv #STATE.new #STATE ;;
      *) exit 64 ;;
    esac ;;
  *) exit 64 ;;
esac"#;
    let server = Server::new("zimbra", &files, &[("zmprov", zmprov)]);
    server.there_and_back(&of_accounts(wanted), || pairs(&server.read("state")));
}

#[test]
fn a_row_that_fails_is_named_and_tried_again_by_the_next_run() {
    let files = files(&plan(ExternalSystem::Zimbra), Some(1)).0;
    let server = Server::new("zimbra", &files, &[("zmprov", "[ \"$1\" = ga ] || exit 1")]);
    let (code, said) = server.script(&["--apply"]);
    assert_eq!(code, 1);
    assert!(said.contains("FAILED    ann@example.com"), "{said}");
    let (code, said) = server.script(&["--undo", "--apply"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(
        said.matches("GONE").count(),
        2,
        "nothing was done, so nothing is taken back: {said}"
    );
    for wrong in [&["--undone"][..], &["apply"], &["--apply", "--undo"], &["--undo", "yes"]] {
        assert_eq!(server.script(wrong).0, 2);
    }
}

#[test]
fn mailcow_gets_each_alias_by_its_api_and_the_key_in_no_argument() {
    if !there("jq", "--version") {
        return;
    }
    let (wanted, files) = few(ExternalSystem::Mailcow, 10);
    let curl = r#"grep -q key-that-must-not-be-seen || exit 22
case "$*" in *key-that-must*) exit 64 ;; esac
body= url=
while [ $# -gt 0 ]; do case $1 in --data-binary) body=$2; shift ;; https:*) url=$1 ;; esac; shift; done
case $url in
  https://mail.example.com/api/v1/get/alias/all) jq -Rnc '[inputs | split("\t") | {id: .[0], address: .[0], goto: .[1]}]' #STATE ;;
  */add/alias) printf '%s' "$body" | jq -r '[.address, .goto] | join("\t")' >> #STATE; echo '[{"type":"success"}]' ;;
  */delete/alias) printf '%s' "$body" | jq -r '.[]' | while read -r id; do ID=$id awk -F'\t' '$1 != ENVIRON["ID"]' #STATE > #STATE.new; mv #STATE.new #STATE; done; echo '[{"type":"success"}]' ;;
  *) exit 22 ;;
esac"#;
    let server = Server::new("mailcow", &files, &[("curl", curl)]);
    server.there_and_back(&wanted, || pairs(&server.read("state")));
    std::fs::write(server.path("state"), "ann@example.com\telsewhere@example.net\n").unwrap();
    let ours = crate::sample::files(&plan(ExternalSystem::Mailcow), Some(1)).0;
    std::fs::write(server.path("forwards.tsv"), &ours["mailcow/forwards.tsv"]).unwrap();
    let (code, said) = server.script(&[]);
    assert!(code == 1 && said.contains("COLLISION ann@example.com"), "{said}");
    // An answer that says no, with HTTP 200.
    let no = curl.replace("echo '[{\"type\":\"success\"}]'", "echo '[{\"type\":\"danger\"}]'");
    let server = Server::new("mailcow", &files, &[("curl", &no)]);
    let (code, said) = server.script(&["--apply"]);
    assert!(code == 1 && said.contains("danger"), "{said}");
}
