//! One message followed from its origin to its ends.

use serde::Serialize;

use super::{Origin, System, World};
use crate::plan::Address;

/// The path of one message, hop by hop, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Where it was written.
    pub origin: Origin,
    /// To whom.
    pub address: Address,
    /// Each stop in order; with copies, depth first.
    pub hops: Vec<Hop>,
    /// How it ends.
    pub outcome: Outcome,
}

/// One stop of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// The system that has the message.
    pub at: System,
    /// The envelope recipient there.
    pub recipient: Address,
    /// What decided what happens next.
    pub rule: Rule,
}

/// The setting, record or person that decided a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rule {
    /// The mailbox is here.
    Mailbox,
    /// The MX record of the recipient's domain names the next system.
    Mx {
        /// The system behind the record.
        to: System,
    },
    /// The recipient's domain has no MX record.
    NoMx,
    /// The host's domain alias: the same user at the primary domain.
    AliasDomain {
        /// The recipient from here on.
        to: Address,
    },
    /// An alias of the host.
    Alias {
        /// Its members.
        to: Vec<Address>,
    },
    /// Split domain routing: unknown here, so the external server gets it.
    Sdr,
    /// A contact or forward on the external server.
    Forward {
        /// The recipient from here on.
        to: Address,
        /// Whether a copy stays.
        keep_copy: bool,
    },
    /// The external server passes unknown addresses to the host.
    InternalRelay,
    /// A catch-all takes it.
    CatchAll {
        /// The recipient from here on.
        to: Address,
    },
    /// Unknown here, and nothing passes it on.
    UnknownRecipient,
    /// Not a domain of this system, which does not relay.
    RelayDenied,
    /// Accepted without a look, bounced or dropped later.
    AcceptedBlindly,
}

/// How a message ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// In one mailbox or more.
    Delivered {
        /// Each system and mailbox, once for each copy.
        copies: Vec<(System, Address)>,
    },
    /// Refused while the sender's server is on the line: the sender hears of it.
    Bounced {
        /// Who refuses.
        by: System,
        /// The reply to expect, such as `550 5.1.1`.
        code: String,
    },
    /// Accepted, then returned to whoever the envelope names.
    Backscatter {
        /// Who accepts and then returns it.
        by: System,
    },
    /// Round and round until a hop limit ends it.
    Loop {
        /// Index of the hop to which the last one returns.
        cycle_start: usize,
        /// What stops it: a sentence that names a setting or a person.
        breaks: String,
    },
}

/// Follows a message for `address` written at `origin`.
pub fn follow(world: &World, origin: Origin, address: &Address) -> Trace {
    let _ = (world, origin, address);
    unimplemented!()
}
