//! What the administrator wants: one domain, two mail systems, who lives where.
//!
//! Everything here is parsed, never merely checked: a value of these types is
//! in its canonical form and may be written into any file or conversation
//! after that format's own escaping. No I/O, no clock, no window.

mod address;
mod census;
mod domain;
mod external;
mod group;
mod handed;
mod listed;
mod local_part;
mod mailbox;
mod owners;
mod particulars;
mod preset;
mod roster;
mod settings;
mod situation;
mod standing;
mod subdomain;
mod task;
mod wave;

pub use address::{Address, AddressError};
pub use census::{Census, Heads};
pub use domain::{Domain, HostName, NameError, is_within};
pub use external::{Authority, ExternalServer, ExternalSystem};
pub use group::{Group, GroupKind};
pub use handed::{ContactName, Difference, Handed, Handing, Removal};
pub use listed::Listed;
pub use mailbox::{Home, Mailbox, Strategy};
pub use owners::{NotForwarded, Owners};
pub use particulars::{Kind, Particulars};
pub use preset::{AliasBy, HostPreset, MxTarget};
pub use roster::{Adding, Everyone, Newcomer, Roster, RosterError};
pub use settings::HostSettings;
pub use situation::{PanelOffer, Purpose, Side, Situation};
pub use standing::{Apart, Standing};
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
    external_subdomain: Option<RoutingSubdomain>,
    /// What the host is set to.
    pub host_settings: HostSettings,
    /// Lists, and aliases with members, on either system.
    pub groups: Vec<Group>,
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
    /// The form of the DNS host in which the records are shown, by the name of its
    /// file; empty: the first.
    pub dns_form: String,
    /// What a column of a list means, by its header, where the administrator
    /// corrected it; in the words of the import.
    pub columns: BTreeMap<String, String>,
}

/// People whose mail with an extension behind the name fares alike.
#[derive(Debug, Clone, Copy)]
pub struct Extended<'a> {
    /// The first of them.
    pub person: &'a Mailbox,
    /// What separates the extension.
    pub sign: char,
    /// How many they are.
    pub people: usize,
}

impl Extended<'_> {
    /// An address of the first of them with an extension.
    pub fn address(&self) -> Option<Address> {
        let address = &self.person.address;
        let text = format!("{}{}extension@{}", address.local(), self.sign, address.domain());
        Address::parse(&text).ok()
    }
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
            external_subdomain: None,
            host_settings: HostSettings::default(),
            groups: Vec::new(),
            host,
            situation: Situation::default(),
            external: ExternalServer::default(),
            waves: Vec::new(),
            roster: Roster::default(),
            done: BTreeSet::new(),
            dns_form: String::new(),
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

    /// The system that the plan expects behind the primary MX records now.
    pub fn primary_side(&self) -> Side {
        let cut_over = self.situation.purpose == Purpose::Migration
            && self.done.contains(&Task::ChangePrimaryMx);
        if cut_over { Side::Host } else { self.situation.primary_mx }
    }

    /// Changes the primary domain; the routing subdomain keeps its label.
    /// People keep their addresses: those outside the new domain are shown
    /// by the guide, not dropped.
    ///
    /// # Errors
    /// When nothing fits below `domain`; the plan is then unchanged.
    pub fn set_domain(&mut self, domain: Domain) -> Result<(), SubdomainError> {
        let second =
            self.external_subdomain.as_ref().map(|name| name.moved_to(&domain)).transpose()?;
        self.routing_subdomain = self.routing_subdomain.moved_to(&domain)?;
        self.external_subdomain = second;
        self.domain = domain;
        Ok(())
    }

    /// Changes the routing subdomain.
    ///
    /// # Errors
    /// When `subdomain` is the primary domain itself or does not lie below it,
    /// or is the second one already.
    pub fn set_routing_subdomain(&mut self, subdomain: Domain) -> Result<(), SubdomainError> {
        let subdomain = RoutingSubdomain::new(subdomain, &self.domain)?;
        if self.external_subdomain.as_ref() == Some(&subdomain) {
            return Err(SubdomainError::BothWays(subdomain.as_domain().clone()));
        }
        self.routing_subdomain = subdomain;
        Ok(())
    }

    /// The second routing subdomain, by which the host reaches the external
    /// server: the way without split domain routing, with an alias at the host
    /// for everybody outside (`facts` 1.2). `None`: split domain routing.
    pub fn external_subdomain(&self) -> Option<&RoutingSubdomain> {
        self.external_subdomain.as_ref()
    }

    /// The way without split domain routing that this plan goes: by the second
    /// routing subdomain, or where none was chosen and the panel does not offer
    /// Split Domain, by one of the customary name. `None`: it needs no such way.
    pub fn way_without_sdr(&self) -> Option<RoutingSubdomain> {
        if let Some(chosen) = &self.external_subdomain {
            return Some(chosen.clone());
        }
        let taken = |label: &&str| *label != self.routing_subdomain.label();
        let label = ["exchange", "outside"].into_iter().find(taken)?;
        (self.situation.panel == PanelOffer::NotOffered)
            .then(|| RoutingSubdomain::below(&self.domain, label).ok())?
    }

    /// Chooses the way without split domain routing, or that with it.
    ///
    /// # Errors
    /// As [`Plan::set_routing_subdomain`]; one name can't lead both ways.
    pub fn set_external_subdomain(
        &mut self,
        subdomain: Option<Domain>,
    ) -> Result<(), SubdomainError> {
        let new = |name| RoutingSubdomain::new(name, &self.domain);
        let second = subdomain.map(new).transpose()?;
        if second.as_ref() == Some(&self.routing_subdomain) {
            return Err(SubdomainError::BothWays(self.routing_subdomain.as_domain().clone()));
        }
        self.external_subdomain = second;
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

    /// Changes what is planned for a wave.
    pub fn edit_wave(&mut self, number: WaveNumber, change: impl FnOnce(&mut Wave)) {
        let mut wave = self.wave(number);
        change(&mut wave);
        match self.waves.iter_mut().find(|there| there.number == number) {
            Some(there) => *there = wave,
            None if wave == Wave::numbered(number) => {}
            None => {
                self.waves.push(wave);
                self.waves.sort_by_key(|wave| wave.number);
            }
        }
    }

    /// Every wave that the plan or a person names, in order.
    pub fn wave_numbers(&self) -> BTreeSet<WaveNumber> {
        let named = self.waves.iter().map(|wave| wave.number);
        named.chain(self.roster.census().everybody().waves()).collect()
    }

    /// The wave after which everyone has moved: the one with the latest day. One
    /// that has no day yet and the highest number comes after all of those.
    pub fn last_wave(&self) -> Option<WaveNumber> {
        let numbers = self.wave_numbers();
        let last = numbers.last().copied()?;
        let day = |number: WaveNumber| Some((self.wave(number).date?, number));
        let latest = numbers.into_iter().filter_map(day).max();
        Some(latest.filter(|_| day(last).is_some()).map_or(last, |(_, number)| number))
    }

    /// Whether the address is one of a list, or of an alias with members.
    pub fn is_group(&self, address: &Address) -> bool {
        self.groups.iter().any(|group| group.address == *address)
    }

    /// The lists and aliases with members that the external server has: they do
    /// not move with the mailboxes.
    pub fn lists_outside(&self) -> impl Iterator<Item = &Group> {
        let own = |group: &&Group| group.address.domain() == self.domain();
        self.groups.iter().filter(|group| group.at == Side::External).filter(own)
    }

    /// The lists and aliases with members that the host has, each in the shape of
    /// somebody who lives there: the external server needs a contact for them as
    /// for a person. None that is a person's address, or the external server's
    /// own list too.
    pub fn lists_at_host(&self) -> Vec<Mailbox> {
        let taken = |address: &Address| {
            self.roster.get(address).is_some()
                || self.lists_outside().any(|list| list.address == *address)
        };
        let own = |group: &&Group| group.address.domain() == self.domain();
        let at_host = self.groups.iter().filter(|group| group.at == Side::Host).filter(own);
        let free: BTreeSet<&Address> =
            at_host.map(|group| &group.address).filter(|address| !taken(address)).collect();
        let lists = free.into_iter().map(|address| Mailbox::new(address.clone()));
        lists.map(|list| Mailbox { home: Home::Host, ..list }).collect()
    }

    /// Where either system separates an extension from the name: of each home and
    /// wave the first person with a plain name, and how many have one. Mail with
    /// an extension fares alike for them.
    pub fn extended(&self) -> Vec<Extended<'_>> {
        let Some(sign) = self.external.extension.or(self.host_settings.extension) else {
            return Vec::new();
        };
        let mut all: BTreeMap<(Home, Option<WaveNumber>), Extended<'_>> = BTreeMap::new();
        let plain = self.roster.iter().filter(|person| {
            person.address.domain() == self.domain()
                && !person.address.local().contains([sign, '"'])
                && !self.is_group(&person.address)
        });
        for person in plain {
            let alike = all.entry((person.home, person.wave));
            alike.or_insert(Extended { person, sign, people: 0 }).people += 1;
        }
        all.into_values().collect()
    }

    /// Whether an address of it needs SMTPUTF8 (RFC 6531).
    pub fn needs_smtputf8(&self) -> bool {
        let people = self.roster.iter();
        let people = people.flat_map(|who| std::iter::once(&who.address).chain(&who.aliases));
        let lists = self.groups.iter();
        let lists = lists.flat_map(|list| std::iter::once(&list.address).chain(&list.members));
        people.chain(lists).any(Address::needs_smtputf8)
    }

    /// The same person at the routing subdomain: `ann@rackspace.example.com`
    /// for `ann@example.com`.
    pub fn routing_address(&self, address: &Address) -> Address {
        address.at(self.routing_subdomain.as_domain())
    }
}
