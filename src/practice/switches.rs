//! What the person at the practice panel can switch, and its effect on the model.

use std::collections::BTreeSet;

use super::Fault;
use crate::route::World;

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

/// Hands on the switches of a running world; changes take effect at once.
#[derive(Clone)]
pub struct Controls {
    _private: (),
}

impl Controls {
    /// How they stand.
    pub fn switches(&self) -> Switches {
        unimplemented!()
    }

    /// Sets them.
    pub fn set(&self, switches: Switches) {
        let _ = switches;
        unimplemented!()
    }

    /// The model as it stands: what really decides in there.
    pub fn world(&self) -> World {
        unimplemented!()
    }
}
