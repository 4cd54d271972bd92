//! Where a message goes: the two-system model. Pure.

mod audit;
mod breaks;
mod decide;
mod follow;
mod moment;
mod phase;
mod world;

pub use audit::{Audit, AuditGroup, AuditLine, Cause, audit};
pub use follow::{Hop, Outcome, Rule, Trace, follow};
pub use moment::{Seen, world_after, world_now};
pub use phase::{Phase, phases};
pub use world::{
    AcceptedDomain, ExternalSide, Forward, HostSide, MxOwner, Origin, RcptAnswer, System, World,
};
