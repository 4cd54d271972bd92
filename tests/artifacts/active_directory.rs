//! Contacts for Active Directory: read back line by line, and taken by a real
//! Samba AD where `SDR_SAMBA` is set (it takes minutes to provision).

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use base64::Engine;
use sdr_wizard::plan::{ContactName, ExternalSystem, Handed, Particulars, Strategy};

use crate::hostile::hostile_people;
use crate::judges::run;
use crate::sample::{evidence, files, files_after, person, plan, rows, text};

const LDIF: &str = "exchange/active-directory/contacts.ldf";
const UNDO: &str = "exchange/active-directory/contacts-undo.ldf";

/// The entries of an LDIF, each with its attributes decoded (RFC 2849).
fn entries(ldif: &str) -> Vec<Vec<(String, String)>> {
    ldif.split("\n\n")
        .filter(|entry| !entry.trim().is_empty())
        .map(|entry| {
            entry
                .trim_end()
                .lines()
                .map(|line| {
                    assert!(line.is_ascii() && !line.starts_with([' ', '#']), "{line}");
                    let (name, value) = line.split_once(':').unwrap();
                    assert!(!value.starts_with('<'), "a URL would be read: {line}");
                    let value = match value.strip_prefix(": ") {
                        Some(encoded) => {
                            let bytes = base64::prelude::BASE64_STANDARD.decode(encoded).unwrap();
                            String::from_utf8(bytes).unwrap()
                        }
                        None => {
                            let plain = value.strip_prefix(' ').unwrap();
                            assert!(!plain.starts_with([' ', ':', '<']), "{line}");
                            plain.to_owned()
                        }
                    };
                    (name.to_owned(), value)
                })
                .collect()
        })
        .collect()
}

#[test]
fn ldif_says_what_the_list_says_and_its_undo_names_the_same_entries() {
    let mut plan = plan(ExternalSystem::ExchangeServer);
    for person in hostile_people() {
        plan.roster.put(person);
    }
    let (files, _) = files(&plan, Some(3));
    let list = rows(&files["exchange/contacts.for-exchange.csv"]);
    let read = entries(&text(&files[LDIF]));
    let (unit, contacts) = read.split_first().unwrap();
    assert_eq!(unit[0].1, "OU=Split domain contacts,DC=X");
    assert_eq!(contacts.len(), list.len() - 1);
    for (entry, row) in contacts.iter().zip(&list[1..]) {
        let get = |name: &str| {
            let mut all = entry.iter().filter(|(key, _)| key == name).map(|(_, value)| &**value);
            (all.next().unwrap_or_default(), all.collect::<Vec<_>>())
        };
        assert_eq!(get("displayName").0, row[2]);
        assert_eq!(get("givenName").0, row[3]);
        assert_eq!(get("sn").0, row[4]);
        assert_eq!(get("mailNickname").0, row[1]);
        assert_eq!(get("targetAddress").0, format!("SMTP:{}", row[6]));
        let (primary, others) = get("proxyAddresses");
        assert_eq!(primary, format!("SMTP:{}", row[5]));
        assert_eq!(others[0], format!("smtp:{}", row[6]));
    }
    let names = |of: &[Vec<(String, String)>]| -> BTreeSet<String> {
        of.iter().map(|entry| entry[0].1.clone()).collect()
    };
    let undo = entries(&text(&files[UNDO]));
    assert_eq!(names(&undo), names(contacts));
    assert!(undo.iter().all(|entry| entry[1] == ("changetype".into(), "delete".into())));
    let csvde = rows(&unicode(&files["exchange/active-directory/contacts.for-csvde.csv"]));
    assert_eq!(csvde.len(), list.len());
    for row in &csvde[1..] {
        assert!(row[2..5].iter().all(|name| !name.contains(';')), "{row:?}");
    }
}

#[test]
fn only_contacts_of_an_exchange_on_the_premises_go_into_the_directory() {
    let mut plan = plan(ExternalSystem::ExchangeServer);
    plan.roster.edit(&"ann@example.com".parse().unwrap(), |ann| ann.strategy = Strategy::Retire);
    let (two, _) = files(&plan, Some(1));
    assert!(!two.contains_key(LDIF), "one retires, one forwards");
    plan.external.system = ExternalSystem::ExchangeOnline;
    assert!(!files(&plan, None).0.contains_key(LDIF));
}

/// Two attributes of Exchange's schema, as its set-up adds them.
const SCHEMA: &str = "\
dn: CN=ms-Exch-Mail-Nickname,CN=Schema,CN=Configuration,DC=sdr,DC=test
changetype: add
objectClass: attributeSchema
lDAPDisplayName: mailNickname
attributeID: 1.2.840.113556.1.2.447
attributeSyntax: 2.5.5.12
oMSyntax: 64
isSingleValued: TRUE

dn: CN=ms-Exch-Target-Address,CN=Schema,CN=Configuration,DC=sdr,DC=test
changetype: add
objectClass: attributeSchema
lDAPDisplayName: targetAddress
attributeID: 1.2.840.113556.1.2.352
attributeSyntax: 2.5.5.12
oMSyntax: 64
isSingleValued: TRUE
";

/// What may have them; loaded by another process, which reads the schema anew.
const CLASS: &str = "\
dn: CN=Contact,CN=Schema,CN=Configuration,DC=sdr,DC=test
changetype: modify
add: mayContain
mayContain: mailNickname
mayContain: targetAddress
";

#[test]
fn a_samba_active_directory_takes_two_thousand_contacts_and_gives_them_back() {
    if std::env::var_os("SDR_SAMBA").is_none() {
        println!("SKIPPED: SDR_SAMBA is not set (needs the package samba-dsdb-modules, and root)");
        return;
    }
    let mut plan = plan(ExternalSystem::ExchangeServer);
    for person in hostile_people() {
        plan.roster.put(person);
    }
    for n in 0..1500 {
        plan.roster.put(person(&format!("person{n}@example.com"), &format!("Person {n}"), 3));
    }
    let (files, _) = files(&plan, Some(3));
    let wanted = rows(&files["exchange/contacts.for-exchange.csv"]).len() - 1;
    assert!(wanted >= 1900, "{wanted}");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    run(Command::new("samba-tool")
        .args(["domain", "provision", "--realm=SDR.TEST", "--domain=SDR", "--server-role=dc"])
        .args(["--adminpass=Pr0vision.only", "--host-name=dc", "--dns-backend=NONE"])
        .arg(format!("--targetdir={}", folder.path().display())));
    let database = at("private/sam.ldb");
    let modify = |file: &str, text: &str| {
        // What `-c "DC=X" "DC=sdr,DC=test"` does.
        let text = text.replace("DC=X", "DC=sdr,DC=test");
        std::fs::write(at(file), text).unwrap();
        run(Command::new("ldbmodify")
            .arg("--option=dsdb:schema update allowed=true")
            .arg("-H")
            .arg(&database)
            .arg(at(file)))
    };
    modify("schema.ldif", SCHEMA);
    modify("class.ldif", CLASS);
    modify("contacts.ldif", &text(&files[LDIF]));
    let search = |filter: &str| {
        run(Command::new("ldbsearch")
            .arg("-H")
            .arg(&database)
            .arg(filter)
            .args(["dn", "targetAddress"]))
    };
    let count = |said: &str| said.matches("\ntargetAddress:").count();
    assert_eq!(count(&search("(objectClass=contact)")), wanted);
    assert_eq!(count(&search("(proxyAddresses=SMTP:person7@example.com)")), 1);
    modify("undo.ldif", &text(&files[UNDO]));
    assert_eq!(count(&search("(objectClass=contact)")), 0);
}

/// What csvde reads with `-u`, as UTF-8.
pub(crate) fn unicode(bytes: &[u8]) -> Vec<u8> {
    assert_eq!(bytes[..2], [0xff, 0xfe], "the mark of UTF-16");
    let units = bytes[2..].chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    String::from_utf16(&units.collect::<Vec<_>>()).unwrap().into_bytes()
}

#[test]
fn whoever_is_no_contact_is_named_as_missing_from_the_files_for_active_directory() {
    let (files, refused) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    let ldif = text(&files["exchange/active-directory/contacts.ldf"]);
    assert!(ldif.contains("ann@example.com") && !ldif.contains("bob@example.com"));
    let readme = text(&files["README.txt"]);
    let said = "  - bob@example.com: only the scripts do what the strategy forward wants\n";
    assert!(readme.contains(said), "{readme}");
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let left_out = manifest["left_out"].as_array().unwrap();
    let of_bob = left_out.iter().find(|one| one["address"] == "bob@example.com").unwrap();
    assert_eq!(of_bob["file"], "exchange/active-directory");
    assert!(refused.is_empty(), "the scripts serve him: nobody is missing altogether");
}

#[test]
fn a_contact_that_is_there_keeps_its_name_and_nobody_else_gets_it() {
    let mut plan = plan(ExternalSystem::ExchangeServer);
    plan.roster.put(person("amp&x@example.com", "Amp", 5));
    let contacts = |files: &BTreeMap<String, Vec<u8>>| -> Vec<Vec<String>> {
        rows(&files["exchange/contacts.for-exchange.csv"])[1..].to_vec()
    };
    let first = contacts(&files(&plan, Some(5)).0);
    assert_eq!(first[0][1], "amp_x-sdr");
    let mut handed = Handed::default();
    let kept = ContactName { name: first[0][0].clone(), alias: first[0][1].clone() };
    handed.names.insert("amp&x@example.com".parse().unwrap(), kept);
    // Later, somebody comes whose address would be called that by itself, and
    // another of the same name.
    plan.roster.put(person("amp_x@example.com", "Amp", 6));
    let after = |wave| files_after(&plan, &evidence(), &handed, Some(wave)).0;
    let (again, second) = (contacts(&after(5)), contacts(&after(6)));
    assert_eq!(again, first);
    assert_eq!((&*second[0][0], &*second[0][1]), ("Amp (amp_x, SDR)", "amp_x-sdr2"));
    let dn = |files: &BTreeMap<String, Vec<u8>>, name: &str| {
        let text = text(&files[&format!("exchange/active-directory/{name}")]);
        text.lines()
            .filter(|line| line.starts_with("dn: CN="))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let undone = dn(&after(6), "contacts-undo.ldf");
    assert_eq!(undone.len(), 1);
    assert!(!dn(&after(5), "contacts.ldf").contains(&undone[0]), "{undone:?}");
}

/// Replies to old mail go by it, so a contact takes it over from the mailbox.
#[test]
fn what_replies_to_old_mail_go_by_stands_among_a_contacts_addresses() {
    let mut plan = plan(ExternalSystem::ExchangeServer);
    for name in ["ann", "bob"] {
        plan.roster.edit(&format!("{name}@example.com").parse().unwrap(), |who| {
            who.particulars = Particulars {
                legacy_dn: format!("/o=First Org/ou=X (FYDIBOHF23SPDLT)/cn={name}").into(),
                x500: [
                    format!("/O=first org/ou=x (fydibohf23spdlt)/cn={name}").into(),
                    "/o=Old; Ltd/cn=ann".into(),
                ]
                .into(),
                ..Particulars::default()
            }
            .boxed();
        });
    }
    let (files, _) = files(&plan, Some(1));
    let list = rows(&files["exchange/contacts.for-exchange.csv"]);
    let of = |primary: &str| list.iter().find(|row| row[5] == primary).unwrap();
    let former = "X500:/o=First Org/ou=X (FYDIBOHF23SPDLT)/cn=ann";
    assert_eq!(
        of("ann@example.com")[7],
        format!("ann.lee@example.com sales@example.com {former} X500:/o=Old; Ltd/cn=ann"),
        "once, however it is written"
    );
    assert_eq!(of("bob@example.com")[7], "", "a mailbox that stays keeps it");
    let ldif = text(&files[LDIF]);
    assert!(ldif.contains(&format!("\nproxyAddresses: {former}\n")), "{ldif}");
    let csvde = unicode(&files["exchange/active-directory/contacts.for-csvde.csv"]);
    assert!(text(&csvde).contains(former) && !text(&csvde).contains("/o=Old"), "it parts at ;");
    assert!(text(&files["README.txt"]).contains("\"X500:/o=Old; Ltd/cn=ann\" became \"\""));
}
