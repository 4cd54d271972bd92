//! What the checks saw of the world, and which facts decide about a message:
//! each is seen, or it is the plan's word.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::{Hop, MxOwner, Origin, Rule, System, Trace, Unfit};
use crate::plan::{Address, Authority, Domain, Plan, Task};

/// What was seen of the world; `None`: not seen, so the plan's word counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Whether split domain routing passes mail on.
    pub sdr: Option<bool>,
    /// Whether the host has the routing subdomain as domain alias.
    pub alias: Option<bool>,
    /// Who the routing subdomain's MX records name; `Some(None)`: it has none.
    pub subdomain_mx: Option<Option<MxOwner>>,
    /// Whether the MX records of the second routing subdomain name the external
    /// server: the way without split domain routing.
    pub external_mx: Option<bool>,
    /// Who the primary domain's MX records name.
    pub primary_mx: Option<MxOwner>,
    /// How long the primary domain's MX records live (TTL), seconds; once they
    /// were changed, those of before.
    pub primary_ttl: Option<u32>,
    /// For how many minutes the changed primary MX records have been seen.
    pub primary_changed_for: Option<u32>,
    /// Every mailbox at the host.
    pub host_mailboxes: Option<BTreeSet<Address>>,
    /// What the external server does with unknown addresses.
    pub external_authority: Option<Authority>,
    /// People at the host whom the external server accepts: it has a contact or
    /// a mailbox for each, and which of them can't be seen from outside.
    pub accepted: Arc<BTreeSet<Address>>,
    /// People at the host whom the external server refused: no contact there.
    pub without_contact: Arc<BTreeSet<Address>>,
    /// The largest message that the external server takes, octets.
    pub external_size: Option<u64>,
    /// Whether the external server offers SMTPUTF8.
    pub external_smtputf8: Option<bool>,
    /// What the external server does with mail from outside under its own domain.
    pub own_senders: Option<OwnSenders>,
    /// Postmaster and abuse, as far as the external server takes their mail.
    pub roles: Option<Arc<BTreeSet<Address>>>,
    /// People whose own server refused their address when it was asked.
    pub refused: Arc<BTreeSet<Address>>,
    /// How many people their own servers confirmed.
    pub confirmed: usize,
}

/// What the external server does with mail from outside whose sender lies in
/// its own domain, as the host's users write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnSenders {
    /// It takes it.
    Taken,
    /// It refuses it, with this reply: `550 5.7.60`.
    Refused(Arc<str>),
}

/// A fact that decides where mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Whom the primary domain's MX records name.
    PrimaryMx,
    /// Whether split domain routing passes mail on.
    SplitRouting,
    /// Whom the routing subdomain's MX records name.
    SubdomainMx,
    /// Whom the MX records of the second routing subdomain name.
    ExternalMx,
    /// Whether the host has the routing subdomain as domain alias.
    Alias,
    /// Whether the contacts and forwards are on the external server.
    Forwards,
    /// What the external server does with unknown addresses.
    Authority,
    /// Whether the external server lets the host's users in, who write under
    /// its own domain.
    OwnSenders,
    /// Whether the external server offers SMTPUTF8, where a name needs it.
    Smtputf8,
    /// Whether the host does: no check sees it.
    HostSmtputf8,
    /// Who has a mailbox at the host.
    HostMailboxes,
    /// Who has a mailbox on the external server.
    ExternalMailboxes,
    /// Lists, catch-alls and extensions, and the aliases of the way without split
    /// domain routing: no check sees them.
    Settings,
}

impl Fact {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::PrimaryMx,
        Self::SplitRouting,
        Self::SubdomainMx,
        Self::ExternalMx,
        Self::Alias,
        Self::Forwards,
        Self::Authority,
        Self::OwnSenders,
        Self::Smtputf8,
        Self::HostSmtputf8,
        Self::HostMailboxes,
        Self::ExternalMailboxes,
        Self::Settings,
    ];

    /// Whether it is the external server's alone, as no action of the plan
    /// changes it.
    pub(super) fn is_of_the_server(self) -> bool {
        matches!(self, Self::Authority | Self::OwnSenders | Self::Smtputf8)
    }

    /// In a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::PrimaryMx => "the primary MX",
            Self::SplitRouting => "Split Domain Routing",
            Self::SubdomainMx => "the routing subdomain's MX record",
            Self::ExternalMx => "the MX record of the subdomain that leads to the external server",
            Self::Alias => "the domain alias",
            Self::Forwards => "whether the forwards are loaded",
            Self::Authority => "what the external server does with unknown addresses",
            Self::OwnSenders => {
                "whether the external server takes outside mail from senders at its own domain"
            }
            Self::Smtputf8 => "whether the external server offers SMTPUTF8",
            Self::HostSmtputf8 => "whether the host offers SMTPUTF8",
            Self::HostMailboxes => "mailboxes at the host",
            Self::ExternalMailboxes => "mailboxes on the external server",
            Self::Settings => "lists and further settings",
        }
    }

    /// Those that decide anything in this plan.
    pub fn of_plan(plan: &Plan, seen: &Seen) -> impl Iterator<Item = Self> {
        let without = plan.way_without_sdr().is_some() && seen.sdr.is_none();
        let needs = plan.needs_smtputf8();
        Self::ALL.into_iter().filter(move |fact| match fact {
            Self::SplitRouting => !without,
            Self::ExternalMx => without,
            Self::Smtputf8 | Self::HostSmtputf8 => needs,
            _ => true,
        })
    }

    /// What decided a way.
    pub fn of_way(trace: &Trace, plan: &Plan) -> BTreeSet<Self> {
        let mut facts: BTreeSet<Self> =
            trace.hops.iter().flat_map(|hop| Self::behind(hop, plan)).collect();
        // From outside, and by a user of either system.
        let comes_in = |hop: &Hop| {
            let goes_out = hop.next().iter().any(|(to, _)| *to == System::External);
            hop.at != System::External && goes_out
                || hop.rule == Rule::Unfit { why: Unfit::OwnSender }
        };
        if trace.origin != Origin::Internet && trace.hops.iter().any(comes_in) {
            facts.insert(Self::OwnSenders);
        }
        if trace.address.needs_smtputf8()
            || trace.hops.iter().any(|hop| hop.recipient.needs_smtputf8())
        {
            let met = |system| trace.hops.iter().any(|hop| hop.at == system);
            facts.extend(met(System::External).then_some(Self::Smtputf8));
            facts.extend(met(System::Host).then_some(Self::HostSmtputf8));
        }
        facts
    }

    /// What decided this stop.
    fn behind(hop: &Hop, plan: &Plan) -> Vec<Self> {
        let domain = hop.recipient.domain();
        let of_subdomain = domain == plan.routing_subdomain().as_domain();
        match (&hop.rule, hop.at) {
            (Rule::Mx { .. } | Rule::NoMx | Rule::ForcedMx { .. }, _) => match () {
                () if domain == plan.domain() => vec![Self::PrimaryMx],
                () if of_subdomain => vec![Self::SubdomainMx],
                () if leads_out(plan, domain) => vec![Self::ExternalMx],
                () if domain.is_below(plan.domain()) => vec![Self::Settings],
                () => Vec::new(),
            },
            (Rule::Sdr, _) => vec![Self::SplitRouting, Self::HostMailboxes],
            (Rule::AliasDomain { .. }, _) if of_subdomain => vec![Self::Alias],
            (Rule::RelayDenied, System::Host) if of_subdomain => vec![Self::Alias],
            (Rule::Forward { .. }, _) => vec![Self::Forwards],
            (Rule::UnknownRecipient, System::Host) if plan.way_without_sdr().is_some() => {
                vec![Self::HostMailboxes]
            }
            (Rule::UnknownRecipient, System::Host) => {
                vec![Self::SplitRouting, Self::HostMailboxes]
            }
            (Rule::UnknownRecipient | Rule::InternalRelay | Rule::AcceptedBlindly, _) => {
                vec![Self::Forwards, Self::Authority, Self::ExternalMailboxes]
            }
            (Rule::Mailbox, System::Host) => vec![Self::HostMailboxes],
            (Rule::Mailbox, _) => vec![Self::ExternalMailboxes],
            (Rule::Elsewhere | Rule::Unfit { .. }, _) => Vec::new(),
            _ => vec![Self::Settings],
        }
    }
}

/// Whether it is the second routing subdomain.
fn leads_out(plan: &Plan, domain: &Domain) -> bool {
    plan.way_without_sdr().is_some_and(|way| way.as_domain() == domain)
}

impl OwnSenders {
    /// The reply of a server that refuses it.
    pub(super) fn refusal(&self) -> Option<Arc<str>> {
        match self {
            Self::Taken => None,
            Self::Refused(reply) => Some(Arc::clone(reply)),
        }
    }
}

impl Seen {
    /// Whether the host's yes to an address says that its mailbox is there.
    /// With split domain routing it says yes as well to whatever the external
    /// server has, which it asks.
    pub fn host_vouches(&self, plan: &Plan) -> bool {
        let ticked = plan.done.contains(&Task::EnableSdr) && !plan.done.contains(&Task::DisableSdr);
        !self.sdr.unwrap_or(ticked)
    }

    /// Whether the checks saw it; the plan's word otherwise.
    pub fn has(&self, fact: Fact) -> bool {
        match fact {
            Fact::PrimaryMx => self.primary_mx.is_some(),
            Fact::SplitRouting => self.sdr.is_some(),
            Fact::SubdomainMx => self.subdomain_mx.is_some(),
            Fact::ExternalMx => self.external_mx.is_some(),
            Fact::Alias => self.alias.is_some(),
            Fact::Authority => self.external_authority.is_some(),
            Fact::OwnSenders => self.own_senders.is_some(),
            Fact::Smtputf8 => self.external_smtputf8.is_some(),
            Fact::HostMailboxes => self.host_mailboxes.is_some(),
            // Of single people it is known that there is none, of nobody that
            // there is one: a mailbox is accepted as well.
            Fact::Forwards | Fact::ExternalMailboxes | Fact::HostSmtputf8 | Fact::Settings => false,
        }
    }
}
