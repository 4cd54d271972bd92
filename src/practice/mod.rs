//! The embedded mail world: name server, both mail systems and the host's
//! API, in this process, on loopback, on free ports. Decides nothing itself:
//! every answer is `route/`'s model speaking.

mod fault;
mod host_api;
mod mail_server;
mod name_server;
mod switches;

use std::collections::BTreeSet;

pub use fault::Fault;
pub use switches::{Controls, Switches};

use crate::net::{ApiKey, Net};
use crate::plan::Plan;

/// A running practice world. Dropping it stops every server in it.
pub struct PracticeWorld {
    _private: (),
}

impl PracticeWorld {
    /// Starts one with everything done as the practice plan wants it, then
    /// spoiled by `faults`. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// When no loopback port can be had.
    pub async fn start(faults: BTreeSet<Fault>) -> std::io::Result<Self> {
        let _ = faults;
        unimplemented!()
    }

    /// The way into this world, and nowhere else.
    pub fn net(&self) -> Net {
        unimplemented!()
    }

    /// The plan that this world goes with: example.com, a dozen people, two waves.
    pub fn plan(&self) -> Plan {
        unimplemented!()
    }

    /// The key of its host API.
    pub fn api_key(&self) -> ApiKey {
        unimplemented!()
    }

    /// The hands on its switches; cheap to clone.
    pub fn controls(&self) -> Controls {
        unimplemented!()
    }
}
