//! What the person at the practice panel can switch, and its effect on the model.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;

use super::sample::{self, known};
use super::{Edit, Fault, Greylist};
use crate::net::{Lead, Leads, Sender};
use crate::plan::{Address, Authority, Plan};
use crate::route::{Deed, MxOwner, Phase, System, Trace, World, world_after};

/// How many accepted messages are remembered.
const REMEMBERED: usize = 1000;

/// The state of everything that is done by hand outside of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switches {
    /// Split domain routing, in the host's control panel.
    pub sdr: bool,
    /// The routing subdomain as domain alias, by the host's support.
    pub alias: bool,
    /// The routing subdomain's MX records, at the DNS host.
    pub subdomain_mx: bool,
    /// The contacts of the moved people, on the external server.
    pub contacts: bool,
    /// The primary MX records name the host, at the DNS host.
    pub primary_mx_at_host: bool,
    /// What is spoiled.
    pub faults: BTreeSet<Fault>,
}

impl Switches {
    /// What the administrator reads on the external server
    /// (`Get-AcceptedDomain`): what it says of itself, not what it does.
    pub fn stated_authority(&self) -> Authority {
        if self.has(Fault::BothNonAuthoritative) {
            Authority::InternalRelay
        } else {
            Authority::Authoritative
        }
    }

    /// Everything done as the practice plan wants it before wave 2.
    pub fn all_done() -> Self {
        Self { sdr: true, alias: true, subdomain_mx: true, contacts: true, ..Self::untouched() }
    }

    /// Nothing done.
    pub fn untouched() -> Self {
        Self {
            sdr: false,
            alias: false,
            subdomain_mx: false,
            contacts: false,
            primary_mx_at_host: false,
            faults: BTreeSet::new(),
        }
    }

    /// Whether `fault` is switched on.
    pub fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }
}

/// A message that a practice server has accepted, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// When it was accepted, by the practice world's clock.
    pub at: Timestamp,
    /// Who accepted it.
    pub by: System,
    /// The envelope sender.
    pub from: Sender,
    /// The envelope recipient.
    pub to: Address,
    /// Its Subject, escaped and cut to 200 characters; empty where it has none.
    pub subject: String,
    /// Octets of the message.
    pub size: u64,
    /// Where it went from the accepting server on.
    pub trace: Trace,
}

/// Hands on the switches of a running world; changes take effect at once.
#[derive(Clone)]
pub struct Controls {
    shared: Arc<Shared>,
}

struct Shared {
    plan: Plan,
    switches: RwLock<Switches>,
    changes: AtomicU64,
    delivered: Mutex<VecDeque<Delivered>>,
    greylist: Greylist,
    leads: Leads,
    /// Records that differ from what the switches say.
    edits: Vec<Edit>,
    /// The mail servers: address as published, and the socket behind it.
    mail_ports: Mutex<Vec<(SocketAddr, SocketAddr)>>,
}

impl Controls {
    pub(super) fn new(
        plan: Plan,
        switches: Switches,
        greylist: Greylist,
        leads: Leads,
        edits: Vec<Edit>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                plan,
                switches: RwLock::new(switches),
                changes: AtomicU64::new(0),
                delivered: Mutex::default(),
                greylist,
                leads,
                edits,
                mail_ports: Mutex::default(),
            }),
        }
    }

    /// How they stand.
    pub fn switches(&self) -> Switches {
        self.shared.switches.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets them.
    pub fn set(&self, switches: Switches) {
        let mut now = self.shared.switches.write().unwrap_or_else(PoisonError::into_inner);
        if *now != switches {
            if !switches.has(Fault::Greylist) {
                self.shared.greylist.forget();
            }
            *now = switches;
            self.lead_mail_ports(&now);
            self.shared.changes.fetch_add(1, Ordering::SeqCst);
        }
    }

    pub(super) fn edits(&self) -> &[Edit] {
        &self.shared.edits
    }

    /// How often they were changed since the start.
    pub fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::SeqCst)
    }

    /// The model as it stands: what really decides in there.
    pub fn world(&self) -> World {
        let switches = self.switches();
        let has = |fault| switches.has(fault);
        let plan = self.plan();
        let routing = plan.routing_subdomain().as_domain().clone();
        let mut world = world_after(&plan, Phase::After(Deed::FirstContacts));

        world.host.sdr = switches.sdr && !has(Fault::SdrOff);
        if switches.alias && !has(Fault::NoAlias) {
            world.host.alias_domains.insert(routing.clone());
        } else {
            world.host.alias_domains.remove(&routing);
        }
        if switches.subdomain_mx && !has(Fault::NoSubdomainMx) {
            world.mx.insert(routing, MxOwner::Host);
        } else {
            world.mx.remove(&routing);
        }
        let at_host = switches.primary_mx_at_host || has(Fault::PrimaryMxChanged);
        let primary = if at_host { MxOwner::Host } else { MxOwner::External };
        world.mx.insert(plan.domain().clone(), primary);
        if !switches.contacts {
            world.external.forwards.clear();
        }
        // Every domain has them (RFC 2142), whoever reads them.
        for role in ["postmaster", "abuse"] {
            let address = known(Address::parse(&format!("{role}@{}", plan.domain())));
            world.external.mailboxes.insert(address);
        }
        world.external.authority = match () {
            () if has(Fault::BothNonAuthoritative) => Authority::InternalRelay,
            () if has(Fault::AcceptsAnything) => Authority::AcceptsAnything,
            () => Authority::Authoritative,
        };
        if has(Fault::OwnDomainRefused) {
            world.external.refuses_own_senders = Some("550 5.7.60".into());
        }
        if has(Fault::ContactWithoutMailbox) {
            world.host.mailboxes.remove(&known(Address::parse(sample::WITHOUT_MAILBOX)));
        }
        world
    }

    /// The plan of the world's administrator. Only what would be read off the
    /// servers follows the faults; that something else was spoiled is for the
    /// checks to find.
    pub fn plan(&self) -> Plan {
        let mut plan = self.shared.plan.clone();
        plan.external.authority = self.switches().stated_authority();
        plan
    }

    /// The messages accepted so far, oldest first; the latest thousand.
    pub fn delivered(&self) -> Vec<Delivered> {
        let delivered = self.shared.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        delivered.iter().cloned().collect()
    }

    pub(super) fn record(&self, message: Delivered) {
        let mut delivered = self.shared.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        if delivered.len() == REMEMBERED {
            delivered.pop_front();
        }
        delivered.push_back(message);
    }

    /// Puts a mail server on the map.
    pub(super) fn open_mail_port(&self, published: SocketAddr, real: SocketAddr) {
        let switches = self.switches();
        let ports = self.shared.mail_ports.lock();
        ports.unwrap_or_else(PoisonError::into_inner).push((published, real));
        self.lead_mail_ports(&switches);
    }

    fn lead_mail_ports(&self, switches: &Switches) {
        let ports = self.shared.mail_ports.lock().unwrap_or_else(PoisonError::into_inner);
        for &(published, real) in ports.iter() {
            let blocked = switches.has(Fault::PortBlocked);
            let lead = if blocked { Lead::Dropped } else { Lead::To(real) };
            self.shared.leads.set(published, lead);
        }
    }

    pub(super) fn greylist(&self) -> &Greylist {
        &self.shared.greylist
    }
}
