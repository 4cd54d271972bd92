//! Where a message goes: the two-system model. Pure.

mod audit;
mod follow;
mod phase;
mod world;

pub use audit::{Audit, AuditGroup, AuditLine, Cause, audit};
pub use follow::{Hop, Outcome, Rule, Trace, follow};
pub use phase::{Phase, phases, world_after};
pub use world::{
    AcceptedDomain, ExternalSide, Forward, HostSide, MxOwner, Origin, RcptAnswer, System, World,
};
