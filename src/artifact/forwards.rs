//! Who needs a forward, and from which addresses to which.

use std::collections::BTreeSet;

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

    fn holds(self, person: &Mailbox) -> bool {
        match self {
            Self::OfWave(wave) => person.wave == Some(wave),
            Self::AtHostAfter(reached) => person.at_host_after(reached),
            Self::Ever => person.home == Home::Host || person.wave.is_some(),
        }
    }
}

/// The people of an export in the order of the roster, each address at most
/// once over the whole roster; and the addresses for which no format can have
/// a forward. `file` is the list that they are missing from.
pub(super) fn moved<'a>(plan: &'a Plan, whom: Whom, file: &str) -> (Vec<Moved<'a>>, Vec<Refusal>) {
    let subdomain = plan.routing_subdomain();
    let primary: BTreeSet<&Address> = plan.roster.iter().map(|person| &person.address).collect();
    let mut taken = BTreeSet::new();
    let (mut moved, mut refused) = (Vec::new(), Vec::new());
    for person in &plan.roster {
        let wanted = whom.holds(person);
        let mut refuse = |address: &Address, reason: String| {
            if wanted {
                refused.push(Refusal { address: address.clone(), file: file.to_owned(), reason });
            }
        };
        if person.address.domain() != plan.domain() {
            refuse(
                &person.address,
                format!("it is not in {}, so {subdomain} does not lead to it", plan.domain()),
            );
            continue;
        }
        let mut others = Vec::new();
        for alias in &person.aliases {
            if *alias == person.address {
                continue;
            }
            if alias.domain() == subdomain.as_domain() {
                refuse(
                    alias,
                    format!("{subdomain} leads to the host already; a forward from it is a loop"),
                );
            } else if primary.contains(alias) {
                refuse(
                    alias,
                    format!(
                        "as an alias of {}, because it is another person's address",
                        person.address
                    ),
                );
            } else if !taken.insert(alias) {
                if !others.contains(&alias) {
                    refuse(
                        alias,
                        format!(
                            "as an alias of {}, because another person has it too",
                            person.address
                        ),
                    );
                }
            } else {
                others.push(alias);
            }
        }
        if wanted {
            moved.push(Moved { person, target: plan.routing_address(&person.address), others });
        }
    }
    (moved, refused)
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
                "sales@example.com ann@rackspace.example.com",
                "bob@example.com bob@rackspace.example.com",
                "bob@example.org bob@rackspace.example.com",
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
                "eve@example.org"
            ]
        );
    }
}
