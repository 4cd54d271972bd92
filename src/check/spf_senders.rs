//! The two systems that have to pass under the domain's SPF record, and what
//! is to be said where one does not.

use std::net::IpAddr;

use super::address_set::Addresses;
use super::addresses::is_private;
use super::heard::CONTRADICT;
use super::primary_mx::Seen;
use super::spf_expand::{Fault, Leads, Node};
use super::spf_passing::{Outcome, Standing};
use super::spf_record::Qualifier;
use crate::finding::State;
use crate::plan::{Plan, Task};
use crate::shown::shown;

/// The host, by the record that its customers include.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) include: String,
    /// That record; `None` where it could not be read.
    pub(super) record: Option<Node>,
}

/// The external server, which has to be in the record beside the host.
#[derive(Debug)]
pub(super) struct Senders {
    /// Its name, where the plan or the MX records give one.
    pub(super) name: Option<String>,
    pub(super) external: Vec<IpAddr>,
    /// Who says what of its addresses, where that is not the same.
    pub(super) doubt: Option<String>,
    /// Whether it still sends: until everything is taken down.
    pub(super) sends: bool,
}

/// One thing that is wrong, in the words of a finding.
pub(super) struct Complaint {
    pub(super) state: State,
    pub(super) summary: String,
    /// Empty where it goes without saying.
    pub(super) meaning: String,
    /// Whether one of the systems does not pass.
    pub(super) stops_mail: bool,
}

/// What a system that does not pass means.
pub(super) const UNNAMED: &str = "Mail that a user sends through that system, and mail that it passes to the other, fails SPF and may be refused or taken for spam (5.7.23).";

impl Host {
    /// Where it sends from, as far as that does not depend on the message.
    pub(super) fn networks(&self) -> Addresses {
        self.record.as_ref().map(|node| node.outcome().surely()).unwrap_or_default()
    }

    /// What an include of it leads to.
    pub(super) fn leads(&self) -> Leads {
        let gone = || Fault::NoAnswer(format!("{} was not answered", self.include));
        let found = self.record.clone().map(Box::new).ok_or_else(gone);
        Leads::Record(self.include.clone(), found)
    }
}

impl Senders {
    pub(super) fn of(plan: &Plan, primary: &Seen) -> Self {
        let sends = !plan.done.contains(&Task::TakeDown);
        if let Some(name) = &plan.external.host_name {
            let one = primary.external.as_ref();
            let external = one.map(|one| one.addresses().to_vec()).unwrap_or_default();
            let doubt = one.and_then(|one| one.doubt()).map(str::to_owned);
            return Self { name: Some(name.to_string()), external, doubt, sends };
        }
        let others: Vec<_> = primary
            .exchangers
            .iter()
            .filter(|one| !plan.host.owns_exchange(&one.name) && !one.addresses().is_empty())
            .collect();
        Self {
            name: others.first().map(|one| one.name.clone()),
            external: others.iter().flat_map(|one| one.addresses()).copied().collect(),
            doubt: others.iter().find_map(|one| one.doubt()).map(str::to_owned),
            sends,
        }
    }

    /// Addresses that have to pass: those that a receiver can meet.
    pub(super) fn needed(&self) -> impl Iterator<Item = &IpAddr> {
        self.external.iter().filter(|ip| self.sends && !is_private(ip))
    }

    /// An address inside a private network, where no other is known: what it
    /// sends from is another one, which can't be seen from here.
    pub(super) fn hidden(&self) -> Option<&IpAddr> {
        let first = self.external.first().filter(|_| self.sends)?;
        self.needed().next().is_none().then_some(first)
    }

    /// What to call it.
    pub(super) fn called(&self) -> &str {
        self.name.as_deref().unwrap_or("the external server")
    }
}

/// What the record does to the two systems, and whom else it lets send.
pub(super) fn complaints(
    plan: &Plan,
    tree: &Node,
    host: &Host,
    senders: &Senders,
) -> Vec<Complaint> {
    let outcome = tree.outcome();
    let wide = open_to_many(plan, tree, &outcome);
    let of_host = host_complaint(plan, tree, &outcome, host, wide.is_some());
    let of_external = external_complaint(plan, tree, &outcome, senders);
    of_host.into_iter().chain(of_external).chain(wide).collect()
}

fn host_complaint(
    plan: &Plan,
    tree: &Node,
    outcome: &Outcome,
    host: &Host,
    open: bool,
) -> Option<Complaint> {
    let (domain, name, networks) = (plan.domain(), &plan.host.name, host.networks());
    let passing = outcome.surely();
    let standing = tree.standing(&host.include);
    let left_out = networks.minus(&passing);
    let all_pass = !networks.is_empty() && left_out.is_empty();
    let stops =
        |state, summary, meaning| Some(Complaint { state, summary, meaning, stops_mail: true });
    if all_pass && standing != Standing::Taken {
        return if open { None } else { listed_only(plan, host, &standing) };
    }
    match standing {
        Standing::Absent => stops(
            State::Warning,
            format!("The SPF record of {domain} does not name {name} (include:{}).", host.include),
            String::new(),
        ),
        Standing::Behind(term, all) => stops(
            State::Warning,
            format!(
                "The SPF record of {domain} names {name} where nobody looks: “{}” stands behind “{}”.",
                shown(&term, 100),
                shown(&all, 20)
            ),
            format!("Receivers stop at “all” (RFC 7208 5.1), so {name} counts as not named."),
        ),
        Standing::Signed(qualifier, term) => stops(
            severity(qualifier),
            format!(
                "The SPF record of {domain} does not let {name} send: “{}”.",
                shown(&term, 100)
            ),
            format!("The sign in front makes mail from {name} {}.", qualifier.does()),
        ),
        Standing::Taken => {
            let ip = left_out.first()?;
            let perhaps = left_out.within(outcome.perhaps());
            Some(stopped(plan, tree, ip, &format!("{name}, which it includes,"), perhaps))
        }
    }
}

/// The host's networks one by one, in place of its record.
fn listed_only(plan: &Plan, host: &Host, standing: &Standing) -> Option<Complaint> {
    let (domain, name) = (plan.domain(), &plan.host.name);
    let beside = match standing {
        Standing::Signed(_, term) | Standing::Behind(term, _) => {
            format!(" “{}” in it does not do that.", shown(term, 100))
        }
        _ => String::new(),
    };
    Some(Complaint {
        state: State::Warning,
        summary: format!(
            "The SPF record of {domain} lets {name} send by its networks of today, not by include:{}.",
            host.include
        ),
        meaning: format!(
            "{name} may change its networks; mail from a new one would fail SPF.{beside}"
        ),
        stops_mail: false,
    })
}

fn external_complaint(
    plan: &Plan,
    tree: &Node,
    outcome: &Outcome,
    senders: &Senders,
) -> Option<Complaint> {
    let (passing, name) = (outcome.surely(), senders.called());
    if let Some(ip) = senders.hidden() {
        return Some(Complaint {
            state: State::Unknown {
                why: format!("{name} leads to {ip} from here, an address inside a private network"),
            },
            summary: format!(
                "Whether the SPF record of {} lets the external server send can't be told.",
                plan.domain()
            ),
            meaning: "Receivers see it by its public address, which has to pass.".to_owned(),
            stops_mail: false,
        });
    }
    let ip = senders.needed().find(|ip| !Addresses::one(**ip).within(&passing))?;
    let who = format!("the external server ({name}, {ip})");
    if let Some(says) = &senders.doubt {
        return Some(Complaint {
            state: State::Unknown {
                why: format!("the answers about the addresses of {name} {CONTRADICT}: {says}"),
            },
            summary: format!(
                "Whether the SPF record of {} lets the external server send can't be told.",
                plan.domain()
            ),
            meaning: "Which addresses it has is not settled.".to_owned(),
            stops_mail: false,
        });
    }
    let perhaps = Addresses::one(*ip).within(outcome.perhaps());
    let refused = tree.decides(*ip).is_some_and(|term| !matches!(term.leads, Leads::All));
    if perhaps || refused {
        return Some(stopped(plan, tree, *ip, &who, perhaps));
    }
    Some(Complaint {
        state: State::Warning,
        summary: format!("The SPF record of {} does not name {who}.", plan.domain()),
        meaning: String::new(),
        stops_mail: true,
    })
}

/// A sender that does not get to its own term, or whose term can't be told.
fn stopped(plan: &Plan, tree: &Node, ip: IpAddr, who: &str, perhaps: bool) -> Complaint {
    let domain = plan.domain();
    if perhaps {
        return Complaint {
            state: State::Unknown { why: tree.untold().join("; ") },
            summary: format!("Whether the SPF record of {domain} lets {who} send can't be told."),
            meaning: "The rest of the record alone does not decide it.".to_owned(),
            stops_mail: false,
        };
    }
    let (text, qualifier) = match tree.decides(ip) {
        Some(term) => (term.text.as_str(), term.qualifier),
        None => ("the end of the record", Qualifier::Neutral),
    };
    Complaint {
        state: severity(qualifier),
        summary: format!("The SPF record of {domain} stops {who} at “{}”.", shown(text, 100)),
        meaning: format!(
            "The first term that matches decides (RFC 7208 4.6.2): for mail from {ip} it is this one, and it makes that mail {}.",
            qualifier.does()
        ),
        stops_mail: true,
    }
}

fn open_to_many(plan: &Plan, tree: &Node, outcome: &Outcome) -> Option<Complaint> {
    let passing = outcome.surely();
    if !passing.are_many() {
        return None;
    }
    let terms = tree.terms.iter().chain(tree.redirect.as_deref());
    let wide: Vec<String> = terms
        .filter(|term| term.passing().are_many())
        .map(|term| format!("“{}”", shown(&term.text, 100)))
        .collect();
    let by = if wide.is_empty() { "all its terms together".to_owned() } else { wide.join(", ") };
    Some(Complaint {
        state: State::Warning,
        summary: format!("The SPF record of {} lets anybody send for it: {by}.", plan.domain()),
        meaning:
            "Far more addresses pass than one domain's senders have, so forged mail passes too."
                .to_owned(),
        stops_mail: false,
    })
}

/// A refusal is worse than silence.
fn severity(qualifier: Qualifier) -> State {
    if qualifier == Qualifier::Fail { State::Failed } else { State::Warning }
}

impl Qualifier {
    /// What it makes of mail, a sentence part.
    fn does(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "fail softly (softfail)",
            Self::Neutral => "count as unnamed (neutral)",
        }
    }

    /// As it is written before a term.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Pass => "",
            Self::Fail => "-",
            Self::SoftFail => "~",
            Self::Neutral => "?",
        }
    }
}
