//! Any two mail systems, as plain choices that become a world of any name.

use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use sdr_wizard::plan::{Address, Authority, Domain};
use sdr_wizard::route::{
    AcceptedDomain, ExternalSide, Forward, HostSide, Limits, Message, MxOwner, Origin, World,
};

/// Local parts: plain, quoted, with a quote, in another alphabet.
const NAMES: [&str; 7] = ["ann", "bob", "cy", "o'brien", "\"two words\"", "jörg", "dee"];

/// What holds for both servers and all worlds of a run.
#[derive(Debug, Clone)]
pub(crate) struct House {
    pub(crate) host: Limits,
    pub(crate) external: Limits,
}

/// A person by number, at a domain by number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct To(pub(crate) usize, pub(crate) usize);

#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    primary_mx: Option<MxOwner>,
    routing_mx: Option<MxOwner>,
    second_mx: Option<MxOwner>,
    host: Host,
    external: External,
    /// Whose list holds one of the other system, and who is on both.
    nested: Option<Nested>,
    letters: Vec<Letter>,
}

#[derive(Debug, Clone)]
struct Nested {
    outer_at_host: bool,
    /// A second list of the other system too.
    two: bool,
    member: To,
}

#[derive(Debug, Clone)]
struct Host {
    mailboxes: Vec<bool>,
    aliases: Vec<Option<Vec<To>>>,
    lists: Vec<Vec<To>>,
    alias_domain: bool,
    second_alias_domain: bool,
    sdr: bool,
    catch_all: Option<To>,
    has_domain: bool,
    third_domain: bool,
    forced_mx: bool,
}

#[derive(Debug, Clone)]
struct External {
    authority: Authority,
    accepts_primary: bool,
    wildcard: bool,
    accepts_second: bool,
    second_is_alias: bool,
    rewrites_any_domain: bool,
    mailboxes: Vec<bool>,
    second_mailboxes: Vec<bool>,
    forwards: Vec<Option<(To, bool)>>,
    aliases: Vec<Option<To>>,
    lists: Vec<Vec<To>>,
    catch_all: Option<To>,
}

#[derive(Debug, Clone)]
struct Letter {
    origin: Origin,
    to: To,
    extension: bool,
    sender: usize,
    large: bool,
}

/// Octets of a letter.
pub(crate) const SMALL: u64 = 600;
pub(crate) const LARGE: u64 = 60_000;

pub(crate) const PEOPLE: usize = 4;
/// The addresses beside the people's own: two lists on each side, nobody.
const HOST_LIST: usize = PEOPLE;
const EXTERNAL_LIST: usize = PEOPLE + 2;
const ALIASES: usize = PEOPLE + 4;
const NOBODY: usize = PEOPLE + 8;

pub(crate) const DOMAINS: usize = 5;
const PRIMARY: usize = 0;
const ROUTING: usize = 1;
const SECOND: usize = 2;
const THIRD: usize = 3;
const FOREIGN: usize = 4;

fn owner() -> impl Strategy<Value = MxOwner> {
    select(vec![MxOwner::Host, MxOwner::Host, MxOwner::External, MxOwner::External, MxOwner::Third])
}

fn member() -> impl Strategy<Value = To> {
    let domain = select(vec![PRIMARY, PRIMARY, PRIMARY, ROUTING, SECOND, THIRD, FOREIGN]);
    (0..=NOBODY, domain).prop_map(|(who, domain)| To(who, domain))
}

fn members() -> impl Strategy<Value = Vec<To>> {
    vec(member(), 1..4)
}

fn host() -> impl Strategy<Value = Host> {
    let names = (
        vec(any::<bool>(), PEOPLE),
        vec(weighted(0.25, vec(member(), 1..=4)), PEOPLE),
        vec(members(), 2),
        weighted(0.1, member()),
    );
    let settings = (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.6),
        prop::bool::weighted(0.92),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
    );
    (names, settings).prop_map(
        |(
            (mailboxes, aliases, lists, catch_all),
            (alias_domain, second_alias_domain, sdr, has_domain, third_domain, forced_mx),
        )| Host {
            mailboxes,
            aliases,
            lists,
            alias_domain,
            second_alias_domain,
            sdr,
            catch_all,
            has_domain,
            third_domain,
            forced_mx,
        },
    )
}

fn external() -> impl Strategy<Value = External> {
    let authority = select(vec![
        Authority::Authoritative,
        Authority::Authoritative,
        Authority::InternalRelay,
        Authority::AcceptsAnything,
    ]);
    let target = (member(), any::<bool>(), any::<u8>());
    let names = (
        vec(any::<bool>(), PEOPLE),
        vec(prop::bool::weighted(0.2), PEOPLE),
        vec(of((target, prop::bool::weighted(0.3))), PEOPLE),
        vec(weighted(0.3, member()), PEOPLE),
        vec(members(), 2),
        weighted(0.1, member()),
    );
    let settings = (
        authority,
        prop::bool::weighted(0.92),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.7),
    );
    (names, settings).prop_map(
        |(
            (mailboxes, second_mailboxes, forwards, aliases, lists, catch_all),
            (authority, accepts_primary, wildcard, accepts_second, second_is_alias, any_domain),
        )| {
            // Mostly to the same person at the routing subdomain.
            let forwards = forwards.into_iter().enumerate().map(|(who, forward)| {
                forward.map(|((anywhere, usual, _), keep)| {
                    (if usual { To(who, ROUTING) } else { anywhere }, keep)
                })
            });
            External {
                authority,
                accepts_primary,
                wildcard,
                accepts_second,
                second_is_alias,
                rewrites_any_domain: any_domain,
                mailboxes,
                second_mailboxes,
                forwards: forwards.collect(),
                aliases,
                lists,
                catch_all,
            }
        },
    )
}

fn letter() -> impl Strategy<Value = Letter> {
    let domain = select(vec![PRIMARY, PRIMARY, PRIMARY, PRIMARY, ROUTING, SECOND, THIRD]);
    (
        select(Origin::ALL.to_vec()),
        (0..=NOBODY, domain),
        prop::bool::weighted(0.15),
        0..8_usize,
        prop::bool::weighted(0.1),
    )
        .prop_map(|(origin, (who, domain), extension, sender, large)| Letter {
            origin,
            to: To(who, domain),
            extension,
            sender,
            large,
        })
}

fn nested() -> impl Strategy<Value = Nested> {
    (any::<bool>(), any::<bool>(), member()).prop_map(|(outer_at_host, two, member)| Nested {
        outer_at_host,
        two,
        member,
    })
}

/// Any world, and letters to send in it.
pub(crate) fn recipe(letters: usize) -> impl Strategy<Value = Recipe> {
    (
        weighted(0.95, owner()),
        weighted(0.85, owner()),
        weighted(0.7, owner()),
        host(),
        external(),
        weighted(0.4, nested()),
        vec(letter(), letters),
    )
        .prop_map(
            |(primary_mx, routing_mx, second_mx, host, external, nested, mut letters)| {
                // Most worlds that have such lists write to them.
                if let (Some(nested), Some(letter)) = (&nested, letters.first_mut()) {
                    letter.to = To(nested.outer(), PRIMARY);
                    letter.extension = false;
                }
                Recipe { primary_mx, routing_mx, second_mx, host, external, nested, letters }
            },
        )
}

impl Nested {
    /// The list that holds the others.
    fn outer(&self) -> usize {
        if self.outer_at_host { HOST_LIST } else { EXTERNAL_LIST }
    }

    /// Puts the lists of the one system on that of the other, and somebody on all.
    fn weave(&self, at: impl Fn(To) -> Address, world: &mut World) {
        let (host, external) = (&mut world.host.lists, &mut world.external.lists);
        let (outer, inner, first, way) = match self.outer_at_host {
            true => (host, external, EXTERNAL_LIST, PRIMARY),
            false => (external, host, HOST_LIST, ROUTING),
        };
        let members = outer.entry(at(To(self.outer(), PRIMARY))).or_default();
        for list in first..=first + usize::from(self.two) {
            members.push(at(To(list, way)));
            inner.entry(at(To(list, PRIMARY))).or_default().push(at(self.member));
        }
        members.push(at(self.member));
    }
}

/// A world with its own domain names, and the messages to send in it.
pub(crate) struct Case {
    pub(crate) number: usize,
    pub(crate) world: World,
    pub(crate) letters: Vec<Message>,
}

/// The names of world `number`.
pub(crate) fn domains(number: usize) -> [Domain; DOMAINS] {
    // Every fifth one is international.
    let primary = match number % 5 {
        0 => format!("bücher{number}.test"),
        _ => format!("w{number}.test"),
    };
    let name = |text: String| Domain::parse(&text).unwrap();
    [
        name(primary.clone()),
        name(format!("rackspace.{primary}")),
        name(format!("exchange.{primary}")),
        name(format!("shop{number}.test")),
        name(format!("foreign{number}.test")),
    ]
}

impl Recipe {
    pub(crate) fn case(&self, number: usize, house: &House) -> Case {
        let domains = domains(number);
        let people: Vec<&str> =
            (0..PEOPLE).map(|who| NAMES[(number + who) % NAMES.len()]).collect();
        let local = |who: usize| match who {
            who if who < HOST_LIST => people[who].to_owned(),
            who if who < ALIASES => format!("list{}", who - HOST_LIST),
            who if who < NOBODY => format!("alias{}", who - ALIASES),
            _ => "nobody".to_owned(),
        };
        let at = |To(who, domain): To| {
            Address::parse(&format!("{}@{}", local(who), domains[domain])).unwrap()
        };
        let all = |to: &[To]| -> Vec<Address> { to.iter().map(|to| at(*to)).collect() };
        let own = |who| at(To(who, PRIMARY));
        let chosen = |flags: &[bool], domain: usize| {
            let chosen = flags.iter().enumerate().filter(|(_, on)| **on);
            chosen.map(|(who, _)| at(To(who, domain))).collect::<Vec<_>>()
        };
        let mx = [
            (PRIMARY, self.primary_mx),
            (ROUTING, self.routing_mx),
            (SECOND, self.second_mx),
            (THIRD, self.host.third_domain.then_some(MxOwner::Host)),
        ];
        let mx =
            mx.into_iter().filter_map(|(domain, owner)| Some((domains[domain].clone(), owner?)));
        let mut host = HostSide {
            has_domain: self.host.has_domain,
            forced_mx: self.host.forced_mx,
            limits: house.host.clone(),
            ..HostSide::default()
        };
        if self.host.has_domain {
            host.sdr = self.host.sdr;
            host.catch_all = self.host.catch_all.map(at);
            host.mailboxes.extend(chosen(&self.host.mailboxes, PRIMARY));
            for (who, to) in self.host.aliases.iter().enumerate() {
                let own = own(who);
                if let Some(to) = to {
                    host.aliases.insert(own, all(to));
                }
            }
            for (list, to) in self.host.lists.iter().enumerate() {
                host.lists.insert(own(HOST_LIST + list), all(to));
            }
            if self.host.alias_domain {
                host.alias_domains.insert(domains[ROUTING].clone());
            }
            if self.host.second_alias_domain {
                host.alias_domains.insert(domains[SECOND].clone());
            }
            if self.host.third_domain {
                host.other_domains.insert(domains[THIRD].clone());
                host.mailboxes.insert(at(To(0, THIRD)));
                host.aliases.insert(at(To(1, THIRD)), vec![own(1)]);
            }
        }
        let mut external = ExternalSide {
            authority: self.external.authority,
            limits: house.external.clone(),
            catch_all: self.external.catch_all.map(at),
            rewrites_any_domain: self.external.rewrites_any_domain,
            ..ExternalSide::default()
        };
        let mut accept = |domain: usize, with_subdomains| {
            let domain = domains[domain].clone();
            external.accepted_domains.push(AcceptedDomain { domain, with_subdomains });
        };
        if self.external.accepts_primary {
            accept(PRIMARY, self.external.wildcard);
        }
        if self.external.accepts_second
            && self.external.second_is_alias
            && self.external.accepts_primary
        {
            external.alias_domains.insert(domains[SECOND].clone());
        } else if self.external.accepts_second {
            accept(SECOND, false);
        }
        external.mailboxes.extend(chosen(&self.external.mailboxes, PRIMARY));
        external.mailboxes.extend(chosen(&self.external.second_mailboxes, SECOND));
        for (who, forward) in self.external.forwards.iter().enumerate() {
            if let Some((to, keep_copy)) = *forward
                && at(to) != own(who)
            {
                external.forwards.insert(own(who), Forward { to: at(to), keep_copy });
            }
        }
        for (who, to) in self.external.aliases.iter().enumerate() {
            // The last one stands beside a person of the same name.
            let own = own(if who + 1 == PEOPLE { who } else { ALIASES + who });
            if let Some(to) = to.map(at) {
                external.aliases.insert(own, vec![to]);
            }
        }
        for (list, to) in self.external.lists.iter().enumerate() {
            external.lists.insert(own(EXTERNAL_LIST + list), all(to));
        }
        let domain = domains[PRIMARY].clone();
        let mut world = World { domain, mx: mx.collect(), host, external };
        if let Some(nested) = self.nested.as_ref().filter(|_| self.host.has_domain) {
            nested.weave(at, &mut world);
        }
        let letters = { self.letters.iter() }
            .map(|letter| {
                let mut to = at(letter.to);
                if letter.extension && !to.local().starts_with('"') {
                    to = Address::parse(&format!("{}+tag@{}", to.local(), to.domain())).unwrap();
                }
                let size = if letter.large { LARGE } else { SMALL };
                let sender = sender(&world, letter, number);
                Message { origin: letter.origin, sender, to, size }
            })
            .collect();
        Case { number, world, letters }
    }
}

/// A user of the origin where there is one, somebody on the Internet, or the
/// null sender.
fn sender(world: &World, letter: &Letter, number: usize) -> Option<Address> {
    let outside = Address::parse(&format!("writer{number}@internet.test")).unwrap();
    let users = match letter.origin {
        Origin::Internet => None,
        Origin::Host => Some(&world.host.mailboxes),
        Origin::External => Some(&world.external.mailboxes),
    };
    match letter.sender {
        0 => None,
        1 => Some(outside),
        pick => {
            let users: Vec<&Address> = users.into_iter().flatten().collect();
            let user = users.get(pick % users.len().max(1)).map(|user| (*user).clone());
            Some(user.unwrap_or(outside))
        }
    }
}
