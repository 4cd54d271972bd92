//! Who needs a forward, and from which addresses to which.

use jiff::civil::Date;

use super::Refusal;
use crate::plan::{
    Address, Handed, Home, Mailbox, NotForwarded, Owners, Plan, Standing, WaveNumber,
};

/// One person with everything that leads to the mailbox at the host; or a list
/// that is there, in the shape of one.
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
#[derive(Clone, Copy)]
pub(super) enum Whom<'a> {
    /// The people of one wave: added to what was loaded before.
    OfWave(WaveNumber),
    /// Everyone whose mailbox is at the host today.
    AtHost,
    /// For a file that replaces the one before: everyone at the host, of this
    /// wave, and of earlier ones that were handed out.
    Loaded(&'a Standing<'a>),
    /// Everyone who will ever need one: for names that stay unique to the end.
    Ever,
}

/// What an export is made for.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) wave: Option<WaveNumber>,
    pub(super) today: Date,
    pub(super) handed: &'a Handed,
}

impl Whom<'_> {
    /// Of an export: a wave's own people, or everyone who is at the host today.
    pub(super) fn of_export(wave: Option<WaveNumber>) -> Self {
        wave.map_or(Self::AtHost, Self::OfWave)
    }

    pub(super) fn holds(self, person: &Mailbox) -> bool {
        let at_host = person.home == Home::Host;
        match self {
            Self::OfWave(wave) => person.wave == Some(wave),
            Self::AtHost => at_host,
            Self::Loaded(standing) => standing.holds(person),
            Self::Ever => at_host || person.wave.is_some(),
        }
    }
}

/// The people of an export in the order of the roster; and the addresses that
/// get no forward: those outside the primary domain, which the routing
/// subdomain does not lead to, and those that do not lead to one person alone.
/// `lists`: those at the host ([`Plan::lists_at_host`]). `file` is the list that
/// they are missing from.
pub(super) fn moved<'a>(
    plan: &'a Plan,
    lists: &'a [Mailbox],
    whom: Whom<'_>,
    file: &str,
) -> (Vec<Moved<'a>>, Vec<Refusal>) {
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
        let others = forwarded(&owners, plan, person, refuse);
        moved.push(Moved { person, target: plan.routing_address(&person.address), others });
    }
    // Whoever writes to a list at the host from outside needs it as well.
    for list in lists.iter().filter(|list| whom.holds(list)) {
        let target = plan.routing_address(&list.address);
        moved.push(Moved { person: list, target, others: Vec::new() });
    }
    (moved, refused)
}

/// The other addresses of a person that can be forwarded; `refuse` hears of
/// each that can't, and why.
pub(super) fn forwarded<'a>(
    owners: &Owners<'_>,
    plan: &Plan,
    person: &'a Mailbox,
    mut refuse: impl FnMut(&Address, String),
) -> Vec<&'a Address> {
    let mut others = Vec::new();
    for (alias, fault) in owners.others(person) {
        match fault {
            None => others.push(alias),
            Some(fault) => refuse(alias, words(fault, plan, &person.address)),
        }
    }
    others
}

/// To follow a colon.
fn words(fault: NotForwarded, plan: &Plan, owner: &Address) -> String {
    let (domain, subdomain) = (plan.domain(), plan.routing_subdomain());
    match fault {
        NotForwarded::Loop => {
            format!("{subdomain} leads to the host already; a forward from it is a loop")
        }
        NotForwarded::Elsewhere => format!("it is not in {domain} (an alias of {owner})"),
        NotForwarded::AnothersAddress => {
            format!("as an alias of {owner}, because it is another person's address")
        }
        NotForwarded::Shared => {
            format!("as an alias of {owner}, because another person has it too")
        }
    }
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
        let (moved, _) = moved(plan, &[], whom, "list");
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
        assert_eq!(names(&plan, of_export(0)), ["moved", "always"]);
        assert_eq!(names(&plan, of_export(1)), ["first", "moved"]);
        assert_eq!(names(&plan, of_export(2)), ["second"]);
        assert_eq!(names(&plan, of_export(3)), Vec::<String>::new());
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
        let (moved, refused) = moved(&plan, &[], Whom::Ever, "list");
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
        let (moved, refused) = moved(&plan, &[], Whom::Ever, "list");
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
            let (moved, refused) = moved(&plan, &[], Whom::Ever, "list");
            assert_eq!(moved.len(), 1);
            assert!(moved[0].others.is_empty());
            assert_eq!(refused.len(), 1);
            assert_eq!(refused[0].address, address(shared));
            assert!(refused[0].reason.contains("ann@example.com"), "{}", refused[0].reason);
        }
    }
}
