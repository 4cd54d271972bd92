//! Worlds as the maps of two Postfix servers and one zone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sdr_wizard::plan::{Address, Authority, Domain};
use sdr_wizard::route::{ExternalSide, HostSide, MxOwner, World};

use crate::recipe::{Case, DOMAINS, domains};

/// The maps of one server: name of the file, lines.
#[derive(Default)]
pub(crate) struct Maps {
    /// `relay_domains`.
    pub(crate) domains: String,
    /// `relay_recipient_maps`.
    pub(crate) recipients: String,
    /// `virtual_alias_maps`.
    pub(crate) aliases: String,
    /// The second of them: regular expressions.
    pub(crate) alias_domains: String,
    /// `virtual_alias_domains`.
    pub(crate) alias_domain_names: String,
    /// `virtual_mailbox_maps`.
    pub(crate) mailboxes: String,
    /// `transport_maps`.
    pub(crate) transport: String,
    /// `check_recipient_access`: whom to ask about before saying yes.
    pub(crate) ask_first: String,
}

impl Maps {
    pub(crate) fn files(&self) -> [(&'static str, &str); 8] {
        [
            ("domains", &self.domains),
            ("recipients", &self.recipients),
            ("aliases", &self.aliases),
            ("alias_domains", &self.alias_domains),
            ("alias_domain_names", &self.alias_domain_names),
            ("mailboxes", &self.mailboxes),
            ("transport", &self.transport),
            ("ask_first", &self.ask_first),
        ]
    }
}

macro_rules! line {
    ($to:expr, $($rest:tt)*) => { writeln!($to, $($rest)*).unwrap() };
}

/// The MX records of a world, for the zone `test.`.
pub(crate) fn zone(case: &Case, zone: &mut String) {
    for domain in domains(case.number) {
        let owner = match case.world.mx.get(&domain) {
            Some(owner) => *owner,
            None if domain == case.world.domain || domain.is_below(&case.world.domain) => continue,
            None => MxOwner::Third,
        };
        match owner {
            MxOwner::Host => {
                line!(zone, "{domain}. MX 10 mx1.emailsrvr.com.");
                line!(zone, "{domain}. MX 20 mx2.emailsrvr.com.");
            }
            MxOwner::External => line!(zone, "{domain}. MX 10 mail.ext.test."),
            MxOwner::Third => line!(zone, "{domain}. MX 10 sink.internet.test."),
        }
    }
}

pub(crate) fn list(addresses: &[Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

type Names = BTreeMap<Address, Vec<Address>>;

/// To whom an alias or else a list of this name goes, where it has members.
pub(crate) fn members<'w>(
    aliases: &'w Names,
    lists: &'w Names,
    name: &Address,
) -> Option<&'w Vec<Address>> {
    let of = |names: &'w Names| names.get(name).filter(|to| !to.is_empty());
    of(aliases).or_else(|| of(lists))
}

/// The folder of a mailbox, which names it again.
pub(crate) fn folder(address: &Address) -> String {
    address.to_string().bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// `named` and all below count; `any` where every user is taken.
fn alias_domain(
    out: &mut Maps,
    alias: &Domain,
    primary: &Domain,
    names: Option<&BTreeSet<Address>>,
    plus: Option<char>,
) {
    line!(out.alias_domain_names, "{alias} x");
    let dots = |domain: &Domain| domain.as_str().replace('.', "\\.");
    let users = match names {
        None => ".*".to_owned(),
        Some(names) => {
            let names = names.iter().filter(|name| name.domain() == primary);
            let end = plus.map_or(String::new(), |plus| format!("(\\{plus}.*)?"));
            // An extension stands within the quotes.
            let names = names.map(|name| match name.local().strip_suffix('"') {
                Some(open) => format!("{}{end}\"", escaped(open)),
                None => format!("{}{end}", escaped(name.local())),
            });
            let names: Vec<String> = names.collect();
            match names.is_empty() {
                true => "no-name-at-all".to_owned(),
                false => names.join("|"),
            }
        }
    };
    line!(out.alias_domains, "/^({users})@{}$/ $1@{primary}", dots(alias));
}

fn escaped(local: &str) -> String {
    let special = |c: char| ".+*?()[]{}^$|\\".contains(c);
    local.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// The host: what it has is here, the rest of the domain goes out.
pub(crate) fn host(world: &World, out: &mut Maps) {
    let host = &world.host;
    if !host.has_domain {
        return;
    }
    let primary = &world.domain;
    let names: BTreeSet<Address> = known_to_host(host);
    let takes_all = host.sdr || host.catch_all.is_some();
    let default = if host.sdr { "smtp:[mail.ext.test]" } else { "virtual:" };
    line!(out.domains, "{primary} x");
    line!(out.transport, "{primary} {default}");
    for third in &host.other_domains {
        line!(out.domains, "{third} x");
        line!(out.transport, "{third} virtual:");
    }
    if takes_all {
        line!(out.recipients, "@{primary} x");
    }
    for name in &names {
        line!(out.recipients, "{name} x");
        line!(out.ask_first, "{name} OK");
        let mailbox = host.mailboxes.contains(name);
        if mailbox {
            line!(out.mailboxes, "{name} {}/", folder(name));
            line!(out.transport, "{name} virtual:");
        }
        match members(&host.aliases, &host.lists, name) {
            // Postfix rewrites before it looks for a mailbox.
            Some(members) => line!(out.aliases, "{name} {}", list(members)),
            None if mailbox => line!(out.aliases, "{name} {name}"),
            None => {}
        }
    }
    let ask = host.sdr && host.catch_all.is_none();
    line!(out.ask_first, "{primary} {}", if ask { "reject_unverified_recipient" } else { "OK" });
    if let Some(to) = &host.catch_all {
        line!(out.aliases, "@{primary} {to}");
    }
    for alias in &host.alias_domains {
        let known = (!takes_all).then_some(&names);
        alias_domain(out, alias, primary, known, host.limits.plus);
        for name in names.iter().filter(|name| name.domain() == primary) {
            line!(out.ask_first, "{} OK", name.at(alias));
        }
        line!(out.ask_first, "{alias} {}", if ask { "reject_unverified_recipient" } else { "OK" });
    }
}

fn known_to_host(host: &HostSide) -> BTreeSet<Address> {
    let lists = host.aliases.iter().chain(&host.lists).filter(|(_, to)| !to.is_empty());
    let named = lists.map(|(name, _)| name).chain(&host.mailboxes);
    named.cloned().collect()
}

/// The external server, with one class of domain for all it does.
pub(crate) fn external(case: &Case, out: &mut Maps) {
    let (world, external) = (&case.world, &case.world.external);
    let default = match external.authority {
        Authority::InternalRelay => "smtp:[mx1.emailsrvr.com]",
        Authority::Authoritative | Authority::AcceptsAnything => "virtual:",
    };
    let takes_all = external.catch_all.is_some() || external.authority != Authority::Authoritative;
    for accepted in &external.accepted_domains {
        line!(out.domains, "{} x", accepted.domain);
        line!(out.transport, "{} {default}", accepted.domain);
        if accepted.with_subdomains {
            line!(out.domains, ".{} x", accepted.domain);
            line!(out.transport, ".{} {default}", accepted.domain);
        }
    }
    let all: [Domain; DOMAINS] = domains(case.number);
    let own =
        |domain: &Domain| external.accepts(domain) && !external.alias_domains.contains(domain);
    for domain in all.iter().filter(|domain| own(domain)) {
        if takes_all {
            line!(out.recipients, "@{domain} x");
        }
        if let Some(to) = &external.catch_all {
            line!(out.aliases, "@{domain} {to}");
        }
    }
    if let Some(to) = &external.catch_all
        && external.rewrites_any_domain
        && !external.accepts(&world.domain)
    {
        line!(out.aliases, "@{} {to}", world.domain);
    }
    let names = known_to_external(external);
    let rewritten =
        |domain: &Domain| own(domain) || external.rewrites_any_domain && !external.accepts(domain);
    for name in names.iter().filter(|name| rewritten(name.domain())) {
        let mailbox = external.mailboxes.contains(name);
        if own(name.domain()) {
            line!(out.recipients, "{name} x");
        }
        if mailbox && own(name.domain()) {
            line!(out.mailboxes, "{name} {}/", folder(name));
            line!(out.transport, "{name} virtual:");
        }
        let members = members(&external.aliases, &external.lists, name);
        match (external.forwards.get(name), members) {
            (Some(forward), _) if mailbox && forward.keep_copy => {
                line!(out.aliases, "{name} {name}, {}", forward.to);
            }
            (Some(forward), _) => line!(out.aliases, "{name} {}", forward.to),
            (None, Some(members)) => line!(out.aliases, "{name} {}", list(members)),
            (None, None) => line!(out.aliases, "{name} {name}"),
        }
    }
    for alias in &external.alias_domains {
        // The primary domain behind it may not be accepted at all.
        let known = (!(takes_all && own(&world.domain))).then_some(&names);
        alias_domain(out, alias, &world.domain, known, external.limits.plus);
    }
}

pub(crate) fn known_to_external(external: &ExternalSide) -> BTreeSet<Address> {
    let lists = external.aliases.iter().chain(&external.lists).filter(|(_, to)| !to.is_empty());
    let named =
        lists.map(|(name, _)| name).chain(&external.mailboxes).chain(external.forwards.keys());
    named.cloned().collect()
}
