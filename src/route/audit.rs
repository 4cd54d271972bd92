//! Every address from every origin: what the plan wants against what happens.

use serde::Serialize;

use super::{Origin, System, Trace, World};
use crate::plan::{Address, Plan};

/// Why a group of addresses does not do what the plan wants, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A contact on the external server, no mailbox at the host: a loop.
    ContactWithoutMailbox,
    /// Both systems pass unknown addresses to each other: a loop.
    BothNonAuthoritative,
    /// The external server takes the routing subdomain for its own: a loop.
    WildcardAcceptedDomain,
    /// Unknown at the host, and split domain routing is off.
    SdrOff,
    /// The host does not know the routing subdomain.
    NoDomainAlias,
    /// The routing subdomain has no MX record.
    NoSubdomainMx,
    /// A mailbox at the host, no contact or forward on the external server.
    MailboxWithoutContact,
    /// A mailbox on both systems: mail splits by where it is written.
    TwoHomes,
    /// A mailbox on neither system.
    NoHome,
    /// A catch-all takes what should pass.
    CatchAll,
    /// The external server accepts anything: lost or bounced later.
    AcceptsAnything,
    /// Another reason; the trace tells.
    Other,
}

/// One address from one origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// The address.
    pub address: Address,
    /// Where the message is written.
    pub origin: Origin,
    /// The system on which the plan wants it to end; `Nobody` for a bounce.
    pub planned: System,
    /// What happens instead or indeed.
    pub trace: Trace,
    /// Why it is not as planned; `None` when it is.
    pub cause: Option<Cause>,
}

/// Lines with the same cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditGroup {
    /// The cause they share.
    pub cause: Cause,
    /// How many people, not lines.
    pub people: usize,
    /// One sentence: "3 people: contact without a mailbox at the host".
    pub summary: String,
    /// What it means and what to do, in sentences.
    pub meaning: String,
    /// The remedy.
    pub action: String,
    /// The lines.
    pub lines: Vec<AuditLine>,
}

/// The whole audit of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Audit {
    /// What is not as planned, worst cause first.
    pub groups: Vec<AuditGroup>,
    /// Lines that are as planned.
    pub fine: Vec<AuditLine>,
}

/// Follows every person of the plan's roster, an unknown address, and
/// everyone else that either system knows, from all three origins.
pub fn audit(plan: &Plan, world: &World) -> Audit {
    let _ = (plan, world);
    unimplemented!()
}
