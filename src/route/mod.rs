//! Where a message goes: the two-system model. Pure.

mod audit;
mod beside;
mod breaks;
mod carry;
mod cause;
mod crowd;
mod decide;
mod deed;
mod disperse;
mod follow;
mod harm;
mod kinds;
mod limits;
mod moment;
mod order;
mod phase;
mod picture;
mod remedy;
mod search;
mod seen;
mod setting;
mod sofar;
mod subject;
mod survey;
mod tally;
mod tell;
mod trace;
mod watch;
mod way_out;
mod window;
mod world;

pub use audit::{Audit, AuditGroup, AuditLine, audit};
pub use beside::remarks;
pub use carry::{Carried, Message, Return, carry};
pub use cause::Cause;
pub use crowd::{Crowd, End, Stream, place_name};
pub use deed::{Deed, deeds, left_out, stay};
pub use disperse::{Dispersal, Endless, Way};
pub use follow::{follow, follow_message};
pub use harm::Harm;
pub use limits::{Limits, Narrowest, Unfit};
pub use moment::{Moment, world_after, world_now};
pub use order::{Refusal, SAFE, SafeOrder, Start, check_order};
pub use phase::{Phase, phases};
pub use picture::{Area, Arrow, Node, Picture, Place, Point, area, picture};
pub use search::{Shortest, shortest_order};
pub use seen::{Fact, Seen};
pub use sofar::{done_already, left};
pub use survey::Survey;
pub use tell::{hop_text, outcome_text, trace_dot, trace_text};
pub use trace::{Hop, Outcome, Rule, Trace};
pub use way_out::{Switch, WayOut, ways_out};
pub use window::{Basis, Window, span};
pub use world::{
    AcceptedDomain, ExternalSide, Forward, HostSide, MxOwner, Origin, RcptAnswer, System, World,
};
