//! Worlds with a name: the loops of the facts, and what random worlds once
//! showed the model to have wrong. Each runs on the real servers every time.

use sdr_wizard::plan::{Address, Authority, Domain};
use sdr_wizard::route::{
    AcceptedDomain, ExternalSide, Forward, HostSide, Message, MxOwner, Origin, World,
};

use crate::recipe::{Case, House, LARGE, SMALL, domains};

/// The first number of these worlds, far above the random ones.
const FIRST: usize = 900_000;

/// A world set up as the article has it: ann at the host, bob outside.
struct Named<'a> {
    case: Case,
    names: &'a [Domain],
}

impl Named<'_> {
    fn at(&self, local: &str, domain: usize) -> Address {
        Address::parse(&format!("{local}@{}", self.names[domain])).unwrap()
    }

    fn own(&self, local: &str) -> Address {
        self.at(local, 0)
    }

    fn list(&mut self, external: bool, name: &str, members: &[(&str, usize)]) {
        let members = members.iter().map(|(local, domain)| self.at(local, *domain)).collect();
        let (name, world) = (self.own(name), &mut self.case.world);
        let lists = if external { &mut world.external.lists } else { &mut world.host.lists };
        lists.insert(name, members);
    }

    /// To `local` of the primary domain, from everywhere.
    fn letters(&mut self, local: &str) {
        self.letters_to(&self.own(local));
    }

    fn letters_to(&mut self, to: &Address) {
        for origin in Origin::ALL {
            let user = match origin {
                Origin::Internet => Address::parse("writer@internet.test").unwrap(),
                Origin::Host => self.own("ann"),
                Origin::External => self.own("bob"),
            };
            let to = to.clone();
            self.case.letters.push(Message { origin, sender: Some(user), to, size: SMALL });
        }
    }
}

type Spoil = fn(&mut Named<'_>);

/// By name: what is different from the article's world, and the letters.
const WORLDS: [(&str, Spoil); 42] = [
    ("all well", |w| {
        for who in ["ann", "bob", "nobody", "ann+tag", "bob+tag"] {
            w.letters(who);
        }
    }),
    ("an extension behind a quoted name", |w| {
        let (alias, quoted) = (w.own("alias"), w.own("\"two words\""));
        w.case.world.external.mailboxes.insert(quoted.clone());
        w.case.world.external.aliases.insert(alias, vec![quoted]);
        w.letters("alias+tag");
    }),
    ("contact without a mailbox", |w| {
        w.case.world.host.mailboxes.clear();
        w.letters("ann");
    }),
    ("both sides pass unknown addresses on", |w| {
        w.case.world.external.authority = Authority::InternalRelay;
        w.letters("nobody");
    }),
    ("a list that holds its own subdomain address", |w| {
        w.list(true, "team", &[("bob", 0), ("ann", 0), ("team", 1)]);
        w.letters("team");
    }),
    ("two lists that hold each other across the border", |w| {
        w.list(true, "east", &[("bob", 0), ("west", 1)]);
        w.list(false, "west", &[("ann", 0), ("east", 0)]);
        w.letters("east");
        w.letters("west");
    }),
    ("a forward that keeps a copy", |w| {
        let (ann, to) = (w.own("ann"), w.at("ann", 1));
        w.case.world.external.mailboxes.insert(ann.clone());
        w.case.world.external.forwards.insert(ann, Forward { to, keep_copy: true });
        w.letters("ann");
    }),
    ("a mailbox on both sides", |w| {
        let bob = w.own("bob");
        w.case.world.host.mailboxes.insert(bob);
        w.letters("bob");
    }),
    ("split domain routing off", |w| {
        w.case.world.host.sdr = false;
        w.letters("bob");
        w.letters("nobody");
    }),
    ("no domain alias", |w| {
        w.case.world.host.alias_domains.clear();
        w.letters("ann");
    }),
    ("aliases that go on after their domain was given up", |w| {
        let external = &mut w.case.world.external;
        external.accepted_domains.clear();
        external.rewrites_any_domain = true;
        w.case.world.mx.insert(w.names[0].clone(), MxOwner::Host);
        let (dee, to) = (w.own("dee"), w.at("dee", 1));
        w.case.world.external.mailboxes.insert(dee.clone());
        w.case.world.host.mailboxes.insert(dee.clone());
        w.case.world.external.forwards.insert(dee, Forward { to, keep_copy: true });
        w.list(true, "team", &[("ann", 0), ("bob", 0), ("team", 0), ("friend", 4)]);
        for who in ["ann", "bob", "dee", "team", "nobody"] {
            w.letters(who);
        }
    }),
    ("aliases go with their domain where they are looked up behind it", |w| {
        w.case.world.external.accepted_domains.clear();
        w.case.world.mx.insert(w.names[0].clone(), MxOwner::Host);
        w.letters("ann");
        w.letters("bob");
    }),
    ("returns that are lost on their way to the writer", |w| {
        w.case.world.host.alias_domains.clear();
        w.list(true, "team", &[("bob", 0), ("nobody", 0)]);
        w.letters("team");
    }),
    ("a return to somebody whose own mail goes round", |w| {
        let (bob, to) = (w.own("bob"), w.at("bob", 1));
        w.case.world.external.forwards.insert(bob, Forward { to, keep_copy: false });
        w.list(true, "team", &[("ann", 0), ("nobody", 0)]);
        w.list(false, "crew", &[("ann", 0), ("nobody", 0)]);
        w.letters("team");
        w.letters_to(&w.at("crew", 1));
    }),
    ("no MX of the subdomain", |w| {
        w.case.world.mx.remove(&w.names[1]);
        w.letters("ann");
    }),
    ("a catch-all at the host", |w| {
        w.case.world.host.catch_all = Some(w.own("ann"));
        w.letters("bob");
        w.letters("nobody");
    }),
    ("both directions by subdomain, without split domain routing", |w| {
        let second = w.names[2].clone();
        w.case.world.host.sdr = false;
        w.case.world.mx.insert(second.clone(), MxOwner::External);
        w.case.world.external.alias_domains.insert(second);
        let bob = w.own("bob");
        let there = w.at("bob", 2);
        w.case.world.host.aliases.insert(bob, vec![there]);
        w.letters("ann");
        w.letters("bob");
        w.letters("nobody");
    }),
    ("forced MX left on", |w| {
        w.case.world.host.forced_mx = true;
        w.letters("ann");
        w.letters("bob");
    }),
    // Found by random worlds, seed 1.
    ("what fails for now is returned by itself", |w| {
        w.list(true, "round", &[("about", 0)]);
        w.list(true, "about", &[("round", 0)]);
        w.list(false, "both", &[("round", 0), ("nobody", 3)]);
        w.letters("both");
    }),
    ("the last copies of a loop reach nobody elsewhere either", |w| {
        w.list(true, "far", &[("friend", 4), ("far", 1)]);
        w.letters("far");
    }),
    // Found by random worlds, seed 2.
    ("a catch-all that leads to nobody says yes", |w| {
        w.case.world.external.catch_all = Some(w.own("nobody"));
        w.letters("nobody");
        w.letters("stranger");
    }),
    ("too large, or not in ASCII, for one side only", |w| {
        let joerg = w.own("jörg");
        w.case.world.external.mailboxes.insert(joerg);
        w.letters("jörg");
        w.letters("bob");
        w.letters("ann");
        for letter in w.case.letters.iter_mut().skip(3) {
            letter.size = LARGE;
        }
    }),
    // Found by random worlds, seed 7.
    ("a list in ASCII with a member who is not", |w| {
        let joerg = w.own("jörg");
        w.case.world.external.mailboxes.insert(joerg);
        w.list(false, "team", &[("ann", 0), ("jörg", 0)]);
        w.letters("team");
    }),
    ("an alias that is not in ASCII, for somebody who is", |w| {
        let (joerg, bob) = (w.own("jörg"), w.own("bob"));
        w.case.world.host.aliases.insert(joerg, vec![bob]);
        w.letters("jörg");
    }),
    ("a catch-all that leads to nobody in another domain of the host", |w| {
        let (third, nobody) = (w.names[3].clone(), w.at("nobody", 3));
        w.case.world.mx.insert(third.clone(), MxOwner::Host);
        w.case.world.host.other_domains.insert(third);
        w.case.world.host.sdr = false;
        w.case.world.host.catch_all = Some(nobody.clone());
        w.letters_to(&nobody);
        w.letters("stranger");
    }),
    ("lists on both sides with members in common", |w| {
        w.list(true, "all", &[("bob", 0), ("ann", 0), ("hosted", 1)]);
        w.list(false, "hosted", &[("ann", 0), ("bob", 0), ("all", 0)]);
        w.list(true, "three", &[("bob", 0), ("four", 1)]);
        w.list(false, "four", &[("ann", 0), ("bob", 0)]);
        w.letters("all");
        w.letters("three");
        w.letters("four");
    }),
    // Found by an administrator.
    ("a list of the host within one outside, and somebody on both", |w| {
        w.list(true, "all", &[("hl", 1), ("ann", 0)]);
        w.list(false, "hl", &[("ann", 0)]);
        w.letters("all");
    }),
    ("aliases within aliases on both sides, with members in common", |w| {
        let aliases = [
            (false, "two", vec![w.own("one"), w.own("ann")]),
            (false, "one", vec![w.own("bob")]),
            (true, "six", vec![w.own("ann"), w.own("bob")]),
            (true, "seven", vec![w.at("two", 1), w.own("six")]),
        ];
        for (external, name, to) in aliases {
            let (name, world) = (w.own(name), &mut w.case.world);
            match external {
                true => world.external.aliases.insert(name, to),
                false => world.host.aliases.insert(name, to),
            };
        }
        w.letters("seven");
    }),
    ("a loop of two lists of the host in one outside", |w| {
        w.list(true, "big", &[("left", 1), ("right", 1)]);
        w.list(false, "left", &[("ann", 0), ("big", 0)]);
        w.list(false, "right", &[("ann", 0)]);
        w.letters("big");
    }),
    ("lists that hold themselves straight", |w| {
        w.list(true, "outside", &[("outside", 0), ("bob", 0)]);
        w.list(false, "hosted", &[("ann", 0), ("hosted", 0)]);
        w.letters("outside");
        w.letters_to(&w.at("hosted", 1));
    }),
    ("an alias at the host that holds itself", |w| {
        w.case.world.host.aliases.insert(w.own("team"), vec![w.own("ann"), w.own("team")]);
        w.letters("team");
        w.case.world.host.aliases.insert(w.own("crew"), vec![w.own("ann"), w.own("crew")]);
        w.case.world.external.mailboxes.insert(w.own("crew"));
        w.letters("crew");
    }),
    ("a chain longer than a server follows", |w| {
        for link in 0..1_000 {
            let next = w.own(&format!("link{}", link + 1));
            w.case.world.host.aliases.insert(w.own(&format!("link{link}")), vec![next]);
        }
        w.case.world.host.mailboxes.insert(w.own("link1000"));
        w.letters("link0");
        w.letters("link1");
    }),
    ("a list that holds itself, where unknown addresses go to the host", |w| {
        w.case.world.external.authority = Authority::InternalRelay;
        w.case.world.host.sdr = false;
        w.list(true, "outside", &[("outside", 0), ("bob", 0)]);
        w.letters("outside");
    }),
    ("lists of one system that hold each other", |w| {
        w.list(true, "round", &[("about", 0), ("bob", 0)]);
        w.list(true, "about", &[("round", 0), ("ann", 0)]);
        w.list(false, "hosted", &[("ann", 0), ("again", 0)]);
        w.list(false, "again", &[("hosted", 0)]);
        w.letters("round");
        w.letters_to(&w.at("hosted", 1));
    }),
    ("a list beside a person of the same name", |w| {
        w.case.world.host.mailboxes.insert(w.own("sales"));
        w.list(false, "sales", &[("ann", 0)]);
        w.case.world.external.mailboxes.insert(w.own("shop"));
        w.list(true, "shop", &[("bob", 0)]);
        w.letters_to(&w.at("sales", 1));
        w.letters("shop");
    }),
    ("an alias that holds the mailbox of its name", |w| {
        w.case.world.host.aliases.insert(w.own("ann"), vec![w.own("ann"), w.own("bob")]);
        w.letters("ann");
    }),
    ("forced MX left on while the MX names the host", |w| {
        w.case.world.host.forced_mx = true;
        w.case.world.mx.insert(w.names[0].clone(), MxOwner::Host);
        w.case.world.host.aliases.insert(w.own("info"), vec![w.own("bob"), w.own("ann")]);
        for who in ["ann", "bob", "info", "nobody"] {
            w.letters(who);
        }
    }),
    ("an alias at the host with four members on all sides", |w| {
        let members = [w.own("ann"), w.own("bob"), w.at("ann", 1), w.at("friend", 4)];
        w.case.world.host.aliases.insert(w.own("four"), members.to_vec());
        let forward = Forward { to: w.at("four", 1), keep_copy: false };
        w.case.world.external.forwards.insert(w.own("four"), forward);
        w.letters("four");
    }),
    ("a list that holds itself through both subdomains", |w| {
        let second = w.names[2].clone();
        w.case.world.mx.insert(second.clone(), MxOwner::External);
        w.case.world.external.alias_domains.insert(second);
        w.list(true, "team", &[("bob", 0), ("team", 1)]);
        w.list(false, "team", &[("ann", 0), ("team", 2)]);
        w.letters("team");
    }),
    // Found by random worlds, seed 23.
    ("a circle through a list that holds itself", |w| {
        w.list(false, "round", &[("about", 0), ("friend", 4)]);
        w.list(false, "about", &[("ann", 0), ("about", 0), ("round", 1)]);
        w.letters_to(&w.at("round", 1));
    }),
    // Found by random worlds, seed 2026: Exim's catch-all takes it then.
    ("a list that holds itself beside a catch-all", |w| {
        w.case.world.external.catch_all = Some(w.own("bob"));
        w.list(true, "team", &[("team", 0)]);
        w.list(true, "both", &[("both", 0), ("friend", 4)]);
        w.letters("team");
        w.letters("both");
    }),
    // Found by random worlds, seed 11.
    ("an extension behind a quoted name of a domain alias", |w| {
        let quoted = w.own("\"two words\"");
        w.case.world.host.mailboxes.insert(quoted);
        w.case.world.host.sdr = false;
        w.list(false, "team", &[("\"two words\"", 1), ("ann", 1)]);
        w.letters("team+tag");
    }),
];

/// All of them, with this run's limits. Each batch has its own domain names:
/// the host remembers what it was told of recipients.
pub(crate) fn cases(batch: usize, house: &House) -> Vec<(&'static str, Case)> {
    let first = FIRST + 100 * batch;
    let numbered = WORLDS.iter().enumerate();
    numbered
        .map(|(at, (name, spoil))| {
            let names = domains(first + at);
            let mut world = Named { case: plain(first + at, house), names: &names };
            spoil(&mut world);
            (*name, world.case)
        })
        .collect()
}

fn plain(number: usize, house: &House) -> Case {
    let names = domains(number);
    let [primary, routing, ..] = names;
    let address =
        |local: &str, domain: &Domain| Address::parse(&format!("{local}@{domain}")).unwrap();
    let mx = [(primary.clone(), MxOwner::External), (routing.clone(), MxOwner::Host)];
    let host = HostSide {
        mailboxes: [address("ann", &primary)].into(),
        alias_domains: [routing.clone()].into(),
        sdr: true,
        has_domain: true,
        limits: house.host.clone(),
        ..HostSide::default()
    };
    let forward = Forward { to: address("ann", &routing), keep_copy: false };
    let accepted = AcceptedDomain { domain: primary.clone(), with_subdomains: false };
    let external = ExternalSide {
        accepted_domains: vec![accepted],
        mailboxes: [address("bob", &primary)].into(),
        forwards: [(address("ann", &primary), forward)].into(),
        limits: house.external.clone(),
        ..ExternalSide::default()
    };
    let world = World { domain: primary, mx: mx.into(), host, external };
    Case { number, world, letters: Vec::new() }
}
