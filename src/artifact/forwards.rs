//! Who needs a forward, and from which addresses to which.

use std::collections::{HashMap, HashSet};

use super::Refusal;
use crate::plan::{Address, Home, Mailbox, Plan, WaveNumber};

/// One person with everything that leads to the mailbox at the host.
pub(super) struct Moved<'a> {
    pub(super) person: &'a Mailbox,
    /// The same user at the routing subdomain.
    pub(super) target: Address,
    /// Other addresses of the person, those that can be forwarded.
    pub(super) others: Vec<&'a Address>,
}

impl Moved<'_> {
    /// Every address of this person that leads to `target`, the primary one first.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.person.address).chain(self.others.iter().copied())
    }
}

/// Whose forwards a file holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whom {
    /// The people of one wave: added to what was loaded before.
    OfWave(WaveNumber),
    /// Everyone at the host once this wave has moved, or today: for a file
    /// that replaces the one before. Never anyone who moves later: a forward
    /// without a mailbox behind it is a loop.
    AtHostAfter(Option<WaveNumber>),
    /// Everyone who will ever need one: for names that stay unique to the end.
    Ever,
}

impl Whom {
    /// Of an export: a wave's own people, or everyone who is at the host today.
    pub(super) fn of_export(wave: Option<WaveNumber>) -> Self {
        wave.map_or(Self::AtHostAfter(None), Self::OfWave)
    }

    pub(super) fn holds(self, person: &Mailbox) -> bool {
        match self {
            Self::OfWave(wave) => person.wave == Some(wave),
            Self::AtHostAfter(reached) => person.at_host_after(reached),
            Self::Ever => person.home == Home::Host || person.wave.is_some(),
        }
    }
}

/// The people of an export in the order of the roster; and the addresses that
/// get no forward: those outside the primary domain, which the routing
/// subdomain does not lead to, and those that do not lead to one person alone.
/// `file` is the list that they are missing from.
pub(super) fn moved<'a>(plan: &'a Plan, whom: Whom, file: &str) -> (Vec<Moved<'a>>, Vec<Refusal>) {
    let owners = Owners::of(plan);
    let (mut moved, mut refused) = (Vec::new(), Vec::new());
    for person in plan.roster.iter().filter(|person| whom.holds(person)) {
        let mut refuse = |address: &Address, reason: String| {
            refused.push(Refusal { address: address.clone(), file: file.to_owned(), reason });
        };
        if person.address.domain() != plan.domain() {
            let (domain, subdomain) = (plan.domain(), plan.routing_subdomain());
            refuse(
                &person.address,
                format!("it is not in {domain}, so {subdomain} does not lead to it"),
            );
            continue;
        }
        let others = owners.others(person, refuse);
        moved.push(Moved { person, target: plan.routing_address(&person.address), others });
    }
    (moved, refused)
}

/// How many people of the whole roster have each alias, wherever they are: one
/// that stays on the external server goes on getting its mail there.
pub(super) struct Owners<'a> {
    plan: &'a Plan,
    owners: HashMap<&'a Address, usize>,
}

impl<'a> Owners<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut owners = HashMap::new();
        for alias in plan.roster.iter().flat_map(aliases) {
            *owners.entry(alias).or_insert(0) += 1;
        }
        Self { plan, owners }
    }

    /// The other addresses of a person that can be forwarded; `refuse` hears
    /// of each that can't, and why.
    pub(super) fn others(
        &self,
        person: &'a Mailbox,
        mut refuse: impl FnMut(&Address, String),
    ) -> Vec<&'a Address> {
        let mut others = Vec::new();
        for alias in aliases(person) {
            match self.fault(person, alias) {
                None => others.push(alias),
                Some(reason) => refuse(alias, reason),
            }
        }
        others
    }

    /// Why nothing may forward this alias to the mailbox of this person.
    fn fault(&self, person: &Mailbox, alias: &Address) -> Option<String> {
        let plan = self.plan;
        let subdomain = plan.routing_subdomain();
        let owner = &person.address;
        if alias.domain() == subdomain.as_domain() {
            return Some(format!(
                "{subdomain} leads to the host already; a forward from it is a loop"
            ));
        }
        if alias.domain() != plan.domain() {
            return Some(format!("it is not in {} (an alias of {owner})", plan.domain()));
        }
        if plan.roster.get(alias).is_some() {
            return Some(format!("as an alias of {owner}, because it is another person's address"));
        }
        (self.owners.get(alias).is_some_and(|owners| *owners > 1))
            .then(|| format!("as an alias of {owner}, because another person has it too"))
    }
}

/// The aliases of one person, each once and none that is the address itself.
fn aliases(person: &Mailbox) -> impl Iterator<Item = &Address> {
    let mut seen = HashSet::new();
    let others = person.aliases.iter().filter(|alias| **alias != person.address);
    others.filter(move |alias| seen.insert(*alias))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Domain;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn person(text: &str, home: Home, wave: u16, aliases: &[&str]) -> Mailbox {
        let mut person = Mailbox::new(address(text));
        person.home = home;
        person.wave = WaveNumber::new(wave);
        person.aliases = aliases.iter().map(|alias| address(alias)).collect();
        person
    }

    fn plan(people: Vec<Mailbox>) -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        for person in people {
            plan.roster.add(person).unwrap();
        }
        plan
    }

    fn names(plan: &Plan, whom: Whom) -> Vec<String> {
        let (moved, _) = moved(plan, whom, "list");
        moved.iter().map(|moved| moved.person.address.local().to_owned()).collect()
    }

    #[test]
    fn nobody_gets_a_forward_before_the_mailbox_has_moved() {
        let plan = plan(vec![
            person("stays@example.com", Home::External, 0, &[]),
            person("first@example.com", Home::External, 1, &[]),
            person("moved@example.com", Home::Host, 1, &[]),
            person("second@example.com", Home::External, 2, &[]),
            person("always@example.com", Home::Host, 0, &[]),
        ]);
        let of_export = |wave| Whom::of_export(WaveNumber::new(wave));
        let after = |wave| Whom::AtHostAfter(WaveNumber::new(wave));
        assert_eq!(names(&plan, of_export(0)), ["moved", "always"]);
        assert_eq!(names(&plan, of_export(1)), ["first", "moved"]);
        assert_eq!(names(&plan, of_export(2)), ["second"]);
        assert_eq!(names(&plan, of_export(3)), Vec::<String>::new());
        assert_eq!(names(&plan, after(1)), ["first", "moved", "always"]);
        assert_eq!(names(&plan, after(2)), ["first", "moved", "second", "always"]);
        assert_eq!(names(&plan, Whom::Ever), ["first", "moved", "second", "always"]);
    }

    #[test]
    fn an_address_is_forwarded_once_and_never_to_itself() {
        let plan = plan(vec![
            person(
                "ann@example.com",
                Home::Host,
                0,
                &[
                    "ann@example.com",
                    "ann@rackspace.example.com",
                    "bob@example.com",
                    "sales@example.com",
                    "sales@example.com",
                ],
            ),
            person("bob@example.com", Home::Host, 0, &["sales@example.com", "bob@example.org"]),
            person("eve@example.org", Home::Host, 0, &[]),
        ]);
        let (moved, refused) = moved(&plan, Whom::Ever, "list");
        let lines: Vec<String> = moved
            .iter()
            .flat_map(|moved| moved.addresses().map(move |from| format!("{from} {}", moved.target)))
            .collect();
        assert_eq!(
            lines,
            [
                "ann@example.com ann@rackspace.example.com",
                "bob@example.com bob@rackspace.example.com",
            ]
        );
        let refused: Vec<String> =
            refused.iter().map(|refused| refused.address.to_string()).collect();
        assert_eq!(
            refused,
            [
                "ann@rackspace.example.com",
                "bob@example.com",
                "sales@example.com",
                "sales@example.com",
                "bob@example.org",
                "eve@example.org"
            ]
        );
    }

    #[test]
    fn an_alias_elsewhere_is_left_out_and_named() {
        let aliases = ["ann.private@gmail.com", "a@sub.example.com", "a.lee@example.com"];
        let plan = plan(vec![person("ann@example.com", Home::Host, 0, &aliases)]);
        let (moved, refused) = moved(&plan, Whom::Ever, "list");
        let from: Vec<String> = moved[0].addresses().map(ToString::to_string).collect();
        assert_eq!(from, ["ann@example.com", "a.lee@example.com"]);
        let refused: Vec<String> = refused.iter().map(ToString::to_string).collect();
        assert_eq!(refused.len(), 2, "{refused:?}");
        for (said, alias) in refused.iter().zip(aliases) {
            assert!(said.starts_with(alias) && said.contains("it is not in example.com"), "{said}");
        }
    }

    #[test]
    fn an_alias_of_somebody_who_stays_is_not_taken_along() {
        let shared = "a.lee@example.com";
        let people = [
            person("ann@example.com", Home::Host, 0, &[shared]),
            person("bob@example.com", Home::External, 0, &[shared]),
        ];
        for people in [people.to_vec(), people.iter().rev().cloned().collect()] {
            let plan = plan(people);
            let (moved, refused) = moved(&plan, Whom::Ever, "list");
            assert_eq!(moved.len(), 1);
            assert!(moved[0].others.is_empty());
            assert_eq!(refused.len(), 1);
            assert_eq!(refused[0].address, address(shared));
            assert!(refused[0].reason.contains("ann@example.com"), "{}", refused[0].reason);
        }
    }
}
