//! The two mail systems as the model sees them: plain data that decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Limits;
use crate::plan::{Address, Authority, Domain, Side};

/// Everything that decides where a message of the domain goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The primary domain.
    pub domain: Domain,
    /// Who the MX records of each domain name. Absent: no MX record, for the
    /// primary domain and names below it; somebody else's, for any other.
    pub mx: BTreeMap<Domain, MxOwner>,
    /// The host.
    pub host: HostSide,
    /// The external mail server.
    pub external: ExternalSide,
}

/// The system behind a domain's MX records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MxOwner {
    /// The host.
    Host,
    /// The external mail server.
    External,
    /// Somebody else.
    Third,
}

/// A place where a message can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// The host.
    Host,
    /// The external mail server.
    External,
    /// Another system.
    Third,
    /// No system at all: there is no MX record to follow.
    Nobody,
}

/// Where a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Anybody outside, by the primary domain's MX.
    Internet,
    /// A user of the host.
    Host,
    /// A user of the external mail server.
    External,
}

impl World {
    pub(super) fn expander(&self, system: System) -> Expander {
        match system {
            System::Host => self.host.expander,
            System::External => self.external.expander,
            System::Third | System::Nobody => Expander::Unknown,
        }
    }

    /// Who stands for the users of `origin`, to whom what they wrote is
    /// returned: the first who has a mailbox there, but for `to`. `None`: nobody
    /// has, or it is somebody on the Internet.
    pub(super) fn writer(&self, origin: Origin, to: &Address) -> Option<Address> {
        let mailboxes = match origin {
            Origin::Internet => return None,
            Origin::Host => &self.host.mailboxes,
            Origin::External => &self.external.mailboxes,
        };
        let writes = |user: &&Address| {
            *user != to && *user.domain() == self.domain && !user.needs_smtputf8()
        };
        mailboxes.iter().find(writes).cloned()
    }
}

impl Origin {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Internet, Self::Host, Self::External];

    /// In a sentence: "a user of the host".
    pub fn label(self) -> &'static str {
        match self {
            Self::Internet => "the Internet",
            Self::Host => "a user of the host",
            Self::External => "a user of the external server",
        }
    }

    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Host => "host",
            Self::External => "external",
        }
    }

    /// The system that has the message first: the sender's own. From the
    /// Internet that is [`System::Third`].
    pub fn system(self) -> System {
        match self {
            Self::Internet => System::Third,
            Self::Host => System::Host,
            Self::External => System::External,
        }
    }
}

impl System {
    /// In a sentence: "the external server".
    pub fn label(self) -> &'static str {
        match self {
            Self::Host => "the host",
            Self::External => "the external server",
            Self::Third => "another system",
            Self::Nobody => "nobody",
        }
    }

    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::External => "external",
            Self::Third => "third",
            Self::Nobody => "nobody",
        }
    }
}

impl From<Side> for System {
    fn from(side: Side) -> Self {
        match side {
            Side::Host => Self::Host,
            Side::External => Self::External,
        }
    }
}

impl From<MxOwner> for System {
    fn from(owner: MxOwner) -> Self {
        match owner {
            MxOwner::Host => Self::Host,
            MxOwner::External => Self::External,
            MxOwner::Third => Self::Third,
        }
    }
}

impl From<Side> for MxOwner {
    fn from(side: Side) -> Self {
        match side {
            Side::Host => Self::Host,
            Side::External => Self::External,
        }
    }
}

/// What decides at the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostSide {
    /// Addresses of the primary domain with a mailbox there.
    pub mailboxes: BTreeSet<Address>,
    /// Aliases of the primary domain and their members; Rackspace takes up to
    /// four for each (`facts` 1.2).
    pub aliases: BTreeMap<Address, Vec<Address>>,
    /// Group lists and their members, however many.
    pub lists: BTreeMap<Address, Vec<Address>>,
    /// Domain aliases: `user@alias-domain` is `user@primary`.
    pub alias_domains: BTreeSet<Domain>,
    /// Split domain routing: unknown recipients go to the external server.
    pub sdr: bool,
    /// Where unknown recipients go. Whether it or SDR wins at Rackspace is
    /// UNKNOWN; the model lets it win, because that way round loses mail.
    pub catch_all: Option<Address>,
    /// Whether the host knows the primary domain at all. Without it, the host
    /// relays by MX for its own users and denies everybody else.
    pub has_domain: bool,
    /// Further domains with people at the host: neither alias domains nor the
    /// primary one. Split domain routing does not concern them.
    pub other_domains: BTreeSet<Domain>,
    /// Forced MX routing: what the host's users write to the domain goes out
    /// by its MX records, as if the host did not have it.
    pub forced_mx: bool,
    /// What it does with names that lead back to themselves.
    pub expander: Expander,
    /// What it says of a recipient about whom it asks the external server, and
    /// whom that refuses; `None`: not known, so what that one said is told.
    pub says_of_refused: Option<&'static str>,
    /// Whether it puts a message off that has gone round too often, and leaves it
    /// to the server before to return it (Rackspace: 450 4.4.6, G16).
    pub defers_loops: bool,
    /// What it can take at all.
    pub limits: Limits,
}

/// What decides at the external server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalSide {
    /// What it does with unknown addresses of its domains.
    pub authority: Authority,
    /// Domains that it takes as its own, the primary one among them.
    pub accepted_domains: Vec<AcceptedDomain>,
    /// Addresses with a mailbox there, each alias of a person among them.
    pub mailboxes: BTreeSet<Address>,
    /// Of those the aliases, and whose mailbox it is (proxy addresses of
    /// Exchange): they have none of their own.
    pub proxies: BTreeMap<Address, Address>,
    /// Contacts and forwards: mail for the address is sent on.
    pub forwards: BTreeMap<Address, Forward>,
    /// Further addresses of mailboxes or contacts, and where they lead.
    pub aliases: BTreeMap<Address, Vec<Address>>,
    /// Distribution lists and their members.
    pub lists: BTreeMap<Address, Vec<Address>>,
    /// Domain aliases: `user@alias-domain` is `user@primary`. They count as
    /// accepted domains.
    pub alias_domains: BTreeSet<Domain>,
    /// Whether a contact answers to its external address too, once that lies
    /// in an accepted domain, and so leads to itself: Exchange (5.4.14).
    pub contacts_own_targets: bool,
    /// Whether forwards, aliases and lists hold for names of domains too that
    /// are not (or no longer) its own, once it has the message: Postfix
    /// `virtual_alias_maps`, which "apply to all recipients" (virtual(5)).
    pub rewrites_any_domain: bool,
    /// Where unknown recipients go.
    pub catch_all: Option<Address>,
    /// What it does with names that lead back to themselves.
    pub expander: Expander,
    /// Whether, where it offers no SMTPUTF8, it hands on no name either that
    /// needs it (RFC 6531 3.2); Postfix does all the same.
    pub keeps_utf8_back: bool,
    /// What it says to mail from outside whose sender lies in the primary
    /// domain, as the host's users write it: refused, as forged (`facts` 1.3).
    /// `None`: it takes such mail.
    pub refuses_own_senders: Option<Arc<str>>,
    /// What it can take at all.
    pub limits: Limits,
}

/// A domain that the external server takes as its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedDomain {
    /// The domain.
    pub domain: Domain,
    /// Whether every name below it is taken too (Exchange `*.example.com`).
    pub with_subdomains: bool,
}

/// A forward on the external server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// Where the message is sent.
    pub to: Address,
    /// Whether a copy stays in the local mailbox.
    pub keep_copy: bool,
}

/// What a server does with aliases, lists and forwards of its own that lead
/// back to where they began, without handing the message on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expander {
    /// It refuses the message as a whole for now. One that holds itself straight
    /// is expanded once (`cleanup_map1n.c`; `tests/truth`).
    #[default]
    Postfix,
    /// It expands each once on a way, and then looks for a mailbox of that name
    /// (a router is passed over that has had the same address before).
    Exim,
    /// It expands each list once, for all others on it, and returns what is only
    /// forwarded round (5.4.6).
    Exchange,
    /// Of any other server it is UNKNOWN.
    Unknown,
}

/// What a system says to RCPT TO, by the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RcptAnswer {
    /// 250.
    Accepted,
    /// 550 5.1.1: no such recipient, by nobody.
    Unknown,
    /// 554 5.7.1: the domain is not one that the system takes.
    RelayDenied,
}
