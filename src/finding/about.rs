//! What of the plan an answer is about: an answer about another server, domain
//! or list of people says nothing of the plan as it is now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BEFORE, CHANGED, INVENTORY, PERSON, SIDES};
use crate::plan::{Domain, Plan, Side};
use crate::shown::shown;

/// Characters of a value that are shown.
const SHOWN: usize = 80;

/// What questions are about, as the plan had it when they were put: the name
/// of each matter and its value. A name that this version does not know stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct About(BTreeMap<String, String>);

/// One thing in the plan that a question may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matter {
    Domain,
    Host,
    RoutingSubdomain,
    ExternalSubdomain,
    ExternalServer,
    VerificationAddress,
    PrimaryMx,
    Purpose,
    People,
}

use Matter::{
    Domain as PrimaryDomain, ExternalServer, ExternalSubdomain, Host, People, PrimaryMx, Purpose,
    RoutingSubdomain, VerificationAddress,
};

impl About {
    /// What the question of this id is about, by the plan. What the plan does
    /// not name yet, no question is about.
    pub fn of(id: &str, plan: &Plan) -> Self {
        let named = |matter: &Matter| Some((matter.key().to_owned(), matter.value(plan)?));
        Self(matters(id).iter().filter_map(named).collect())
    }

    /// What the answer is about and the plan is not any more, in words to
    /// follow "was about"; `None` where both are about the same.
    pub fn other_than(&self, plan: &Plan) -> Option<String> {
        let differs = |matter: &Matter| {
            let was = self.0.get(matter.key())?;
            (matter.value(plan).as_ref() != Some(was)).then(|| matter.told(was))
        };
        Matter::ALL.iter().find_map(differs)
    }

    /// Whether nothing is known of it, as in files of before.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Matter {
    /// All, in the order in which they are told.
    const ALL: [Self; 9] = [
        PrimaryDomain,
        ExternalServer,
        VerificationAddress,
        RoutingSubdomain,
        ExternalSubdomain,
        Host,
        PrimaryMx,
        Purpose,
        People,
    ];

    /// As in files.
    fn key(self) -> &'static str {
        match self {
            PrimaryDomain => "domain",
            Host => "host",
            RoutingSubdomain => "routing-subdomain",
            ExternalSubdomain => "external-subdomain",
            ExternalServer => "external-server",
            VerificationAddress => "verification-address",
            PrimaryMx => "primary-mx",
            Purpose => "purpose",
            People => "people",
        }
    }

    fn value(self, plan: &Plan) -> Option<String> {
        match self {
            PrimaryDomain => Some(plan.domain().to_string()),
            Host => Some(plan.host.name.clone()),
            RoutingSubdomain => Some(plan.routing_subdomain().to_string()),
            ExternalSubdomain => plan.way_without_sdr().map(|way| way.to_string()),
            ExternalServer => plan.external.host_name.as_ref().map(ToString::to_string),
            VerificationAddress => {
                plan.external.verification_address.as_ref().map(ToString::to_string)
            }
            PrimaryMx => Some(plan.primary_side().as_str().to_owned()),
            Purpose => Some(plan.situation.purpose.as_str().to_owned()),
            People => Some(plan.roster.mark()),
        }
    }

    /// The value as it is told.
    fn told(self, value: &str) -> String {
        match self {
            People => "another list of people".to_owned(),
            Purpose => "another purpose".to_owned(),
            PrimaryMx => {
                let host = value == Side::Host.as_str();
                format!("MX records at the {}", if host { "host" } else { "external server" })
            }
            PrimaryDomain | RoutingSubdomain | ExternalSubdomain | ExternalServer => {
                let name = Domain::parse(value).map(|name| name.to_unicode());
                shown(name.as_deref().unwrap_or(value), SHOWN)
            }
            Host | VerificationAddress => shown(value, SHOWN),
        }
    }
}

/// What the question of this id is about.
fn matters(id: &str) -> &'static [Matter] {
    let question = id.split('@').next().unwrap_or_default();
    match (question.split('.').next().unwrap_or_default(), question) {
        (_, BEFORE) => &[PrimaryDomain],
        (_, CHANGED) => &[PrimaryDomain, Host],
        ("situation", "situation.primary-mx") => &[PrimaryDomain, Host, ExternalServer, PrimaryMx],
        ("situation", "situation.spf" | "situation.exchangers") => {
            &[PrimaryDomain, Host, ExternalServer]
        }
        ("situation", _) => &[PrimaryDomain, Host],
        ("people", _) if SIDES[1] == question => &[PrimaryDomain, Host],
        ("people", _) if SIDES[0] == question || id.starts_with(PERSON) => {
            &[PrimaryDomain, ExternalServer]
        }
        ("people", _) => &[PrimaryDomain, People],
        ("server" | "sdr", _) => &[PrimaryDomain, Host, ExternalServer, VerificationAddress],
        ("subdomain", "subdomain.external-mx") => {
            &[PrimaryDomain, ExternalSubdomain, ExternalServer]
        }
        ("subdomain", _) => &[PrimaryDomain, Host, RoutingSubdomain, ExternalServer],
        ("forwards", _) => &[PrimaryDomain, ExternalServer, VerificationAddress, People],
        // The host's own list is what it is, whoever stands in the plan.
        (_, INVENTORY) => &[PrimaryDomain, Host],
        ("flow", _) => &[PrimaryDomain, Host, RoutingSubdomain, ExternalServer, People],
        ("cutover", _) => &[PrimaryDomain, Host, ExternalServer, People, Purpose],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, HostName, Mailbox};

    fn plan() -> Plan {
        let mut plan = Plan::new(Domain::parse("xn--bcher-kva.example").unwrap()).unwrap();
        plan.external.host_name = Some(HostName::parse("mail.example.com").unwrap());
        plan
    }

    #[test]
    fn each_step_is_about_what_its_questions_name() {
        type Change = fn(&mut Plan);
        let changes: [(Change, &[&str], &str); 6] = [
            (
                |plan| plan.set_domain(Domain::parse("other.example").unwrap()).unwrap(),
                &["situation.ttl", "server.rcpt", "sdr.split", "subdomain.mx", "flow.all", BEFORE],
                "bücher.example",
            ),
            (
                |plan| plan.external.host_name = Some(HostName::parse("mx.other.example").unwrap()),
                &[
                    "situation.primary-mx@192.0.2.1",
                    "server.rcpt",
                    "sdr.split",
                    "forwards.contacts",
                ],
                "mail.example.com",
            ),
            (
                |plan| plan.external.host_name = None,
                &["server.rcpt", "sdr.split", "forwards.contacts"],
                "mail.example.com",
            ),
            (
                |plan| plan.situation.primary_mx = Side::Host,
                &["situation.primary-mx"],
                "MX records at the external server",
            ),
            (
                |plan| {
                    let name = Domain::parse("in.xn--bcher-kva.example").unwrap();
                    plan.set_routing_subdomain(name).unwrap();
                },
                &["subdomain.mx", "flow.all"],
                "rackspace.bücher.example",
            ),
            (
                |plan| {
                    let ann = Address::parse("ann@xn--bcher-kva.example").unwrap();
                    plan.roster.put(Mailbox::new(ann));
                },
                &["people.count", "forwards.contacts", "flow.all", "cutover.flow"],
                "another list of people",
            ),
        ];
        for (change, touched, words) in changes {
            let mut changed = plan();
            change(&mut changed);
            for id in touched {
                let about = About::of(id, &plan());
                assert_eq!(about.other_than(&plan()), None, "{id}");
                assert_eq!(about.other_than(&changed).as_deref(), Some(words), "{id}");
            }
            // The domain's own records are another matter than all but the domain.
            for id in ["situation.ttl", INVENTORY] {
                let own = About::of(id, &plan()).other_than(&changed);
                assert_eq!(own.is_some(), touched.contains(&"situation.ttl"), "{id}");
            }
        }
    }

    #[test]
    fn what_was_not_named_yet_outdates_nothing_once_it_is() {
        let mut nameless = plan();
        nameless.external.host_name = None;
        let about = About::of("situation.spf", &nameless);
        assert_eq!(about.other_than(&plan()), None);
        assert_eq!(About::default().other_than(&plan()), None, "a file of before");
    }

    #[test]
    fn who_moved_or_was_renamed_makes_another_list_whatever_its_order() {
        let person = |name: &str, home| Mailbox {
            home,
            ..Mailbox::new(Address::parse(&format!("{name}@example.com")).unwrap())
        };
        let mark = |people: &[Mailbox]| {
            let mut plan = plan();
            people.iter().for_each(|person| drop(plan.roster.put(person.clone())));
            plan.roster.mark()
        };
        let (ann, bob) = (person("ann", Side::External), person("bob", Side::Host));
        let both = mark(&[ann.clone(), bob.clone()]);
        assert_eq!(mark(&[bob.clone(), ann.clone()]), both);
        assert_ne!(mark(&[person("ann", Side::Host), bob.clone()]), both);
        assert_ne!(mark(&[person("anna", Side::External), bob]), both);
        assert_ne!(mark(&[ann]), both);
    }

    #[test]
    fn an_edited_list_has_the_mark_of_the_same_list_read_anew() {
        let mut roster = plan().roster;
        for name in ["ann", "bob", "cem"] {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            roster.put(Mailbox::new(address));
        }
        let before = roster.mark();
        let bob = Address::parse("bob@example.com").unwrap();
        roster.edit(&bob, |person| person.home = Side::Host);
        let mut anew = plan().roster;
        roster.iter().for_each(|person| drop(anew.put(person.clone())));
        assert_eq!(roster.mark(), anew.mark());
        assert_ne!(roster.mark(), before);
        roster.edit(&bob, |person| person.home = Side::External);
        assert_eq!(roster.mark(), before);
    }
}
