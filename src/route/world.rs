//! The two mail systems as the model sees them: plain data that decides.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::plan::{Address, Authority, Domain};

/// Everything that decides where a message of the domain goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The primary domain.
    pub domain: Domain,
    /// Who the MX records of each domain name; absent: no MX record.
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

impl Origin {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Internet, Self::Host, Self::External];
}

/// What decides at the host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostSide {
    /// Addresses of the primary domain with a mailbox there.
    pub mailboxes: BTreeSet<Address>,
    /// Aliases of the primary domain and their members.
    pub aliases: BTreeMap<Address, Vec<Address>>,
    /// Domain aliases: `user@alias-domain` is `user@primary`.
    pub alias_domains: BTreeSet<Domain>,
    /// Split domain routing: unknown recipients go to the external server.
    pub sdr: bool,
    /// Where unknown recipients go when SDR does not take them.
    pub catch_all: Option<Address>,
    /// Whether the host knows the primary domain at all.
    pub has_domain: bool,
}

/// What decides at the external server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalSide {
    /// What it does with unknown addresses of its domains.
    pub authority: Authority,
    /// Domains that it takes as its own, the primary one among them.
    pub accepted_domains: Vec<AcceptedDomain>,
    /// Addresses with a mailbox there.
    pub mailboxes: BTreeSet<Address>,
    /// Contacts and forwards: mail for the address is sent on.
    pub forwards: BTreeMap<Address, Forward>,
    /// Where unknown recipients go.
    pub catch_all: Option<Address>,
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

/// What a system says to RCPT TO, by the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RcptAnswer {
    /// 250.
    Accepted,
    /// 550 5.1.1: no such recipient, by nobody.
    Unknown,
    /// 550 5.7.1: the domain is not one that the system takes.
    RelayDenied,
}

impl World {
    /// What `system` says to RCPT TO `recipient` from outside. The host asks
    /// the external server about recipients that it passes on (`facts` 1), as
    /// Rackspace does.
    pub fn rcpt(&self, system: System, recipient: &Address) -> RcptAnswer {
        let _ = (system, recipient);
        unimplemented!()
    }
}
