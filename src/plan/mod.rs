//! What the administrator wants: one domain, two mail systems, who lives where.
//!
//! Everything here is parsed, never merely checked: a value of these types is
//! in its canonical form and may be written into any file or conversation
//! after that format's own escaping. No I/O, no clock, no window.

mod address;
mod domain;
mod external;
mod handed;
mod listed;
mod mailbox;
mod particulars;
mod preset;
mod roster;
mod situation;
mod subdomain;
mod task;
mod wave;

pub use address::{Address, AddressError};
pub use domain::{Domain, HostName, NameError};
pub use external::{Authority, ExternalServer, ExternalSystem};
pub use handed::{Difference, Handed};
pub use listed::Listed;
pub use mailbox::{Home, Mailbox, Strategy};
pub use particulars::{Kind, Particulars};
pub use preset::{AliasBy, HostPreset, MxTarget};
pub use roster::{Everyone, Roster, RosterError};
pub use situation::{PanelOffer, Purpose, Side, Situation};
pub use subdomain::{RoutingSubdomain, SubdomainError};
pub use task::Task;
pub use wave::{Wave, WaveNumber};

use std::collections::{BTreeMap, BTreeSet};

/// The whole intent for one domain. Cheap enough to clone for undo; equal
/// plans produce equal files.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    domain: Domain,
    routing_subdomain: RoutingSubdomain,
    /// The system that takes the moved mailboxes.
    pub host: HostPreset,
    /// Why the domain is split, and how mail enters it today.
    pub situation: Situation,
    /// The system that keeps the other mailboxes.
    pub external: ExternalServer,
    /// The batches in which mailboxes move, by number.
    pub waves: Vec<Wave>,
    /// Everybody with an address in the domain.
    pub roster: Roster,
    /// What the administrator says to have done by hand.
    pub done: BTreeSet<Task>,
    /// What a column of a list means, by its header, where the administrator
    /// corrected it; in the words of the import.
    pub columns: BTreeMap<String, String>,
}

impl Plan {
    /// A plan for `domain` with nothing decided yet: Rackspace Email as host,
    /// a migration, MX at the external server, `rackspace.` as routing label.
    ///
    /// # Errors
    /// When nothing fits below `domain`.
    pub fn new(domain: Domain) -> Result<Self, SubdomainError> {
        let host = HostPreset::rackspace();
        let routing_subdomain = RoutingSubdomain::default_for(&domain, &host)?;
        Ok(Self {
            domain,
            routing_subdomain,
            host,
            situation: Situation::default(),
            external: ExternalServer::default(),
            waves: Vec::new(),
            roster: Roster::default(),
            done: BTreeSet::new(),
            columns: BTreeMap::new(),
        })
    }

    /// The primary domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The subdomain by which the external server reaches the host.
    pub fn routing_subdomain(&self) -> &RoutingSubdomain {
        &self.routing_subdomain
    }

    /// Changes the primary domain; the routing subdomain keeps its label.
    /// People keep their addresses: those outside the new domain are shown
    /// by the guide, not dropped.
    ///
    /// # Errors
    /// When nothing fits below `domain`; the plan is then unchanged.
    pub fn set_domain(&mut self, domain: Domain) -> Result<(), SubdomainError> {
        self.routing_subdomain = self.routing_subdomain.moved_to(&domain)?;
        self.domain = domain;
        Ok(())
    }

    /// Changes the routing subdomain.
    ///
    /// # Errors
    /// When `subdomain` is the primary domain itself or does not lie below it.
    pub fn set_routing_subdomain(&mut self, subdomain: Domain) -> Result<(), SubdomainError> {
        self.routing_subdomain = RoutingSubdomain::new(subdomain, &self.domain)?;
        Ok(())
    }

    /// The wave with this number; made on the fly when only people name it.
    pub fn wave(&self, number: WaveNumber) -> Wave {
        self.waves
            .iter()
            .find(|wave| wave.number == number)
            .cloned()
            .unwrap_or_else(|| Wave::numbered(number))
    }

    /// Every wave that the plan or a person names, in order.
    pub fn wave_numbers(&self) -> BTreeSet<WaveNumber> {
        let named = self.waves.iter().map(|wave| wave.number);
        let worn = self.roster.iter().filter_map(|mailbox| mailbox.wave);
        named.chain(worn).collect()
    }

    /// The same person at the routing subdomain: `ann@rackspace.example.com`
    /// for `ann@example.com`.
    pub fn routing_address(&self, address: &Address) -> Address {
        address.at(self.routing_subdomain.as_domain())
    }
}
