//! World files: a set-up in `tests/worlds/*.toml`, what becomes of letters in
//! it, and what the audit finds.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::{fs, path::Path};

use sdr_wizard::plan::{
    Address, Authority, Domain, Group, GroupKind, Home, Mailbox, Plan, Purpose, Side,
};
use sdr_wizard::route::{
    AcceptedDomain, Cause, Deed, Expander, Forward, Limits, Message, MxOwner, Origin, Phase, Rule,
    World, audit, carry, follow_message, outcome_text, ways_out, world_after,
};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The set-up, a sentence.
    about: String,
    #[serde(default)]
    purpose: Purpose,
    primary_mx: Side,
    /// People at the host, and outside.
    host: Vec<Address>,
    external: Vec<Address>,
    /// Lists of the plan.
    #[serde(default)]
    list: Vec<PlanList>,
    #[serde(default)]
    world: Changes,
    #[serde(default)]
    letter: Vec<Letter>,
    /// What the audit finds: cause and people; empty: nothing.
    #[serde(default)]
    finds: BTreeMap<String, usize>,
    /// The same of lists, where the file says so.
    finds_lists: Option<BTreeMap<String, usize>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanList {
    address: Address,
    at: Side,
    members: Vec<Address>,
}

/// What differs from the article's set-up with everything done.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    sdr: Option<bool>,
    authority: Option<Authority>,
    wildcard: Option<bool>,
    forced_mx: Option<bool>,
    no_alias: Option<bool>,
    no_contacts: Option<bool>,
    catch_all_at_host: Option<Address>,
    catch_all_outside: Option<Address>,
    plus_outside: Option<char>,
    size_outside: Option<u64>,
    /// Whether the hop limits are as unknown as in the article's set-up; else
    /// both are Postfix's.
    hop_limits_unknown: Option<bool>,
    no_smtputf8_outside: Option<bool>,
    /// Whether it passes such names on all the same, as Postfix does.
    hands_utf8_on: Option<bool>,
    /// What it says to mail from outside under its own domain.
    refuses_own_senders: Option<String>,
    /// A second routing subdomain that leads out, with an alias at the host
    /// for everybody outside.
    second_subdomain: Option<Domain>,
    no_mailbox_at_host: Option<Address>,
    mailbox_at_host_too: Option<Address>,
    keep_copy: Option<Address>,
    /// What each makes of names that lead back to themselves.
    #[serde(default)]
    expander_at_host: Expander,
    #[serde(default)]
    expander_outside: Expander,
    /// Whether contacts answer to the addresses to which they lead, as on Exchange.
    own_targets: Option<bool>,
    #[serde(default)]
    lists_at_host: BTreeMap<Address, Vec<Address>>,
    #[serde(default)]
    lists_outside: BTreeMap<Address, Vec<Address>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Letter {
    from: Origin,
    to: Address,
    sender: Option<Address>,
    #[serde(default)]
    size: u64,
    /// Each copy as `host ann@example.com`, and how many.
    #[serde(default)]
    copies: BTreeMap<String, u32>,
    /// Returns that arrive: by whom, and how many.
    #[serde(default)]
    returns: BTreeMap<String, usize>,
    /// The sender's own system refuses it with this code.
    refused: Option<String>,
    /// How often a hop limit ends it.
    #[serde(default)]
    too_many_hops: u32,
    /// The end, as an administrator reads it.
    told: Option<String>,
    /// The ways out of a loop, cheapest first.
    out: Option<Vec<String>>,
    /// Rules on its way, by the word of the picture.
    #[serde(default)]
    by: Vec<String>,
}

impl File {
    fn plan(&self) -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        plan.situation.purpose = self.purpose;
        plan.situation.primary_mx = self.primary_mx;
        for (people, home) in [(&self.host, Home::Host), (&self.external, Home::External)] {
            for address in people {
                plan.roster.add(Mailbox { home, ..Mailbox::new(address.clone()) }).unwrap();
            }
        }
        for PlanList { address, at, members } in &self.list {
            let (address, members) = (address.clone(), members.clone());
            plan.groups.push(Group { address, at: *at, kind: GroupKind::List, members });
        }
        plan
    }

    fn world(&self, plan: &Plan) -> World {
        let mut world = world_after(plan, Phase::After(Deed::FirstContacts));
        let change = &self.world;
        let (host, external) = (&mut world.host, &mut world.external);
        host.expander = change.expander_at_host;
        external.expander = change.expander_outside;
        external.contacts_own_targets = change.own_targets == Some(true);
        host.sdr = change.sdr.unwrap_or(host.sdr);
        host.forced_mx = change.forced_mx.unwrap_or(false);
        host.catch_all.clone_from(&change.catch_all_at_host);
        host.lists.extend(change.lists_at_host.clone());
        if change.no_alias == Some(true) {
            host.alias_domains.clear();
        }
        if let Some(gone) = &change.no_mailbox_at_host {
            assert!(host.mailboxes.remove(gone));
        }
        host.mailboxes.extend(change.mailbox_at_host_too.clone());
        external.authority = change.authority.unwrap_or_default();
        external.catch_all.clone_from(&change.catch_all_outside);
        external.lists.extend(change.lists_outside.clone());
        external.limits.plus = change.plus_outside;
        external.limits.size = change.size_outside;
        external.limits.smtputf8 = change.no_smtputf8_outside != Some(true);
        if change.hop_limits_unknown != Some(true) {
            host.limits.hops_by = Limits::default().hops_by;
            external.limits.hops_by = Limits::default().hops_by;
        }
        external.keeps_utf8_back = change.hands_utf8_on != Some(true);
        external.refuses_own_senders = change.refuses_own_senders.as_deref().map(Into::into);
        if change.no_contacts == Some(true) {
            external.forwards.clear();
        }
        if change.wildcard == Some(true) {
            let domain = plan.domain().clone();
            external.accepted_domains = vec![AcceptedDomain { domain, with_subdomains: true }];
        }
        if let Some(both) = &change.keep_copy {
            external.mailboxes.insert(both.clone());
            let to = plan.routing_address(both);
            external.forwards.insert(both.clone(), Forward { to, keep_copy: true });
        }
        if let Some(second) = &change.second_subdomain {
            world.mx.insert(second.clone(), MxOwner::External);
            external.alias_domains.insert(second.clone());
            for person in &self.external {
                host.aliases.insert(person.clone(), vec![person.at(second)]);
            }
        }
        world
    }
}

#[test]
fn each_set_up_does_what_its_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/worlds");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 15, "only {} worlds", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let file: File = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(file.about.ends_with('.'), "{name}");
        assert!(!file.letter.is_empty(), "{name} sends nothing");
        let plan = file.plan();
        let world = file.world(&plan);
        for letter in &file.letter {
            check(&name, &world, letter, &mut wrong);
        }
        let found = audit(&plan, &world);
        let word = |cause: Cause| serde_json::to_value(cause).unwrap().as_str().unwrap().to_owned();
        let groups = found.groups.iter().map(|group| (word(group.cause), group.people));
        same(&mut wrong, &name, &groups.collect(), &file.finds);
        if let Some(lists) = &file.finds_lists {
            let groups = found.groups.iter().filter(|group| group.lists > 0);
            let found = groups.map(|group| (word(group.cause), group.lists)).collect();
            same(&mut wrong, &name, &found, lists);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn same<T: PartialEq + Debug>(wrong: &mut Vec<String>, place: &str, found: &T, wanted: &T) {
    if found != wanted {
        wrong.push(format!("{place}: {found:?}, where the file has {wanted:?}"));
    }
}

fn check(name: &str, world: &World, letter: &Letter, wrong: &mut Vec<String>) {
    let message = Message {
        origin: letter.from,
        sender: letter.sender.clone(),
        to: letter.to.clone(),
        size: letter.size,
    };
    let carried = carry(world, &message);
    let place = format!("{name}, {} from {}", letter.to, letter.from.as_str());
    let copies: BTreeMap<String, u32> = { carried.copies.iter() }
        .map(|((system, mailbox), n)| (format!("{} {mailbox}", system.as_str()), *n))
        .collect();
    same(wrong, &place, &copies, &letter.copies);
    same(wrong, &place, &carried.refused.map(str::to_owned), &letter.refused);
    same(wrong, &place, &carried.too_many_hops, &letter.too_many_hops);
    let mut returns: BTreeMap<String, usize> = BTreeMap::new();
    for back in carried.returns.iter().filter(|back| !back.lands.is_empty()) {
        *returns.entry(back.by.as_str().to_owned()).or_default() += 1;
    }
    same(wrong, &place, &returns, &letter.returns);
    let trace = follow_message(world, &message);
    if let Some(told) = &letter.told {
        same(wrong, &place, &outcome_text(&trace), told);
    }
    if let Some(out) = &letter.out {
        let ways = ways_out(world, &trace).into_iter().map(|way| way.label);
        same(wrong, &place, &ways.collect::<Vec<_>>(), out);
    }
    let rules: Vec<&str> = trace.hops.iter().map(|hop| Rule::label(&hop.rule)).collect();
    for word in &letter.by {
        if !rules.contains(&word.as_str()) {
            wrong.push(format!("{place}: {word} is not in {rules:?}"));
        }
    }
}
