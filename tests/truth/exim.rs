//! The same worlds with Exim as the external server: what `exim -bt` makes of
//! each address, held against what the model makes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use sdr_wizard::plan::{Address, Authority};
use sdr_wizard::route::{Expander, System, World};

use crate::maps::{known_to_external, list, members};
use crate::recipe::{Case, domains};

/// Where each address of a message ends on this system: the mailboxes here,
/// what goes on to the host or elsewhere, and what is refused.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ends {
    here: BTreeSet<Address>,
    relayed: BTreeSet<Address>,
    by_mx: BTreeSet<Address>,
    failed: BTreeSet<Address>,
}

/// Compares all cases; how many addresses, and what differs.
pub(crate) fn compare(exim: &Path, lab: &Path, cases: &[Case]) -> (usize, Vec<String>) {
    let folder = lab.join("exim");
    fs::create_dir_all(&folder).unwrap();
    configure(&folder, cases);
    let (mut asked, mut wrong) = (0, Vec::new());
    for case in cases {
        for to in addresses(&case.world) {
            let Some(model) = model(&case.world, &to) else { continue };
            let output = Command::new(exim)
                .arg("-C")
                .arg(folder.join("exim.conf"))
                .args(["-bt", &to.to_string()])
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            // A stop on the way may be quoted or non-ASCII too, which Exim's
            // files of addresses know in another spelling.
            if text.contains('"') || !text.is_ascii() {
                continue;
            }
            asked += 1;
            let real = read(&text);
            if real != model {
                let errors = String::from_utf8_lossy(&output.stderr).into_owned();
                wrong.push(format!(
                    "{to}\n  model {model:?}\n  exim  {real:?}\n{text}{errors}{:#?}",
                    case.world
                ));
            }
        }
    }
    (asked, wrong)
}

/// Every plain address that the external server knows, and one that it does not.
fn addresses(world: &World) -> Vec<Address> {
    let nobody = Address::parse(&format!("nobody@{}", world.domain)).unwrap();
    let mut known = known_to_external(&world.external);
    known.insert(nobody);
    known.into_iter().filter(|to| to.local().is_ascii() && !to.local().contains('"')).collect()
}

/// `None` where it can't be compared.
fn model(world: &World, to: &Address) -> Option<Ends> {
    // Its routers for aliases are those of its own domains.
    let mut world = world.clone();
    world.external.rewrites_any_domain = false;
    world.external.expander = Expander::Exim;
    let dispersal = world.disperse(System::External, &BTreeSet::from([to.clone()])).ok()?;
    let mut ends = Ends {
        here: dispersal.here.into_keys().map(|(_, to)| to).collect(),
        failed: dispersal.failed.into_keys().collect(),
        ..Ends::default()
    };
    for ((_, way), addresses) in dispersal.onward {
        match way {
            sdr_wizard::route::Way::Relay => ends.relayed.extend(addresses),
            _ => ends.by_mx.extend(addresses),
        }
    }
    let plain = |to: &Address| to.local().is_ascii() && !to.local().contains('"');
    let all = [&ends.here, &ends.relayed, &ends.by_mx, &ends.failed];
    let plain = all.into_iter().flatten().all(plain);
    plain.then_some(ends)
}

fn read(text: &str) -> Ends {
    let mut ends = Ends::default();
    let mut current = None;
    for line in text.lines() {
        if let Some((address, _)) = line.split_once(" is undeliverable") {
            ends.failed.extend(Address::parse(address));
        } else if let Some((address, _)) = line.split_once(" cannot be resolved") {
            ends.failed.extend(Address::parse(address));
        } else if !line.starts_with(' ') {
            current = Address::parse(line.split(" -> ").next().unwrap_or(line)).ok();
        } else if let Some(rest) = line.trim_start().strip_prefix("router = ") {
            let to = current.clone();
            match rest.split(',').next().unwrap_or_default() {
                "mailbox" => ends.here.extend(to),
                "relay" => ends.relayed.extend(to),
                "outside" => ends.by_mx.extend(to),
                other => panic!("router {other}: {text}"),
            }
        }
    }
    ends
}

fn configure(folder: &Path, cases: &[Case]) {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let names = ["accepted", "aliases", "mailboxes", "catch_all", "relay", "alias_domains"];
    for name in names {
        files.insert(name, String::new());
    }
    for case in cases {
        let (world, external) = (&case.world, &case.world.external);
        let mut add = |name: &str, line: String| {
            writeln!(files.get_mut(name).unwrap(), "{line}").unwrap();
        };
        for domain in domains(case.number) {
            if external.alias_domains.contains(&domain) {
                add("alias_domains", format!("{domain}: {}", world.domain));
            } else if external.accepts(&domain) {
                add("accepted", format!("{domain}: x"));
                if let Some(to) = &external.catch_all {
                    add("catch_all", format!("{domain}: {to}"));
                }
                if external.authority == Authority::InternalRelay {
                    add("relay", format!("{domain}: x"));
                }
            }
        }
        for name in known_to_external(external) {
            if name.local().contains('"') {
                continue;
            }
            let mailbox = external.mailboxes.contains(&name);
            if mailbox {
                add("mailboxes", format!("{name}: x"));
            }
            let members = members(&external.aliases, &external.lists, &name);
            match (external.forwards.get(&name), members) {
                (Some(forward), _) if mailbox && forward.keep_copy => {
                    add("aliases", format!("{name}: {name}, {}", forward.to));
                }
                (Some(forward), _) => add("aliases", format!("{name}: {}", forward.to)),
                (None, Some(members)) => add("aliases", format!("{name}: {}", list(members))),
                (None, None) => {}
            }
        }
    }
    for (name, text) in &files {
        fs::write(folder.join(name), text).unwrap();
    }
    let d = folder.display();
    let conf = format!(
        "primary_hostname = mail.ext.test\nlocal_interfaces = 127.0.0.12\nspool_directory = {d}\n\
log_file_path = {d}/log-%s\ndomainlist accepted = lsearch;{d}/accepted\n\
domainlist other_names = lsearch;{d}/alias_domains\nkeep_environment =\n\
received_headers_max = 30\nbegin routers\n\
alias_domain:\n  driver = redirect\n  domains = +other_names\n\
  data = ${{quote_local_part:$local_part}}@$domain_data\n\
aliases:\n  driver = redirect\n  domains = +accepted\n\
  data = ${{lookup{{$local_part@$domain}}lsearch{{{d}/aliases}}}}\n\
mailbox:\n  driver = accept\n  domains = +accepted\n\
  condition = ${{lookup{{$local_part@$domain}}lsearch{{{d}/mailboxes}}{{yes}}{{no}}}}\n\
  transport = local\n\
catch_all:\n  driver = redirect\n  domains = +accepted\n\
  data = ${{lookup{{$domain}}lsearch{{{d}/catch_all}}}}\n\
relay:\n  driver = manualroute\n  domains = lsearch;{d}/relay\n\
  route_list = * mx1.emailsrvr.com\n  transport = remote\n\
unknown:\n  driver = redirect\n  domains = +accepted\n  allow_fail\n  data = :fail: unknown\n\
outside:\n  driver = dnslookup\n  self = fail\n  transport = remote\n\
begin transports\nlocal:\n  driver = appendfile\n  directory = {d}/mail\n  maildir_format\n\
remote:\n  driver = smtp\n"
    );
    fs::write(folder.join("exim.conf"), conf).unwrap();
}
