//! Where a message goes: the two-system model. Pure.

mod audit;
mod beside;
mod breaks;
mod carry;
mod cause;
mod circles;
mod count;
mod crowd;
mod decide;
mod deed;
mod disperse;
mod ending;
mod expand;
mod follow;
mod graph;
mod harm;
mod kinds;
mod limits;
mod mend;
mod moment;
mod order;
mod phase;
mod picture;
mod reached;
mod remedy;
mod search;
mod seen;
mod setting;
mod sofar;
mod subject;
mod survey;
mod switch;
mod tally;
mod tell;
mod ticked;
mod trace;
mod untangle;
mod watch;
mod watched;
mod way_out;
mod window;
mod world;

pub use audit::{Audit, AuditGroup, AuditLine, audit};
pub use beside::remarks;
pub use carry::{Carried, Message, Return, carry};
pub use cause::Cause;
pub use count::{Copies, Count, Returns, Unsure};
pub use crowd::{Crowd, End, Stream, place_name};
pub use deed::{Deed, deeds, left_out, stay};
pub use disperse::{Dispersal, Endless, Way};
pub use ending::{outcome_text, ways_out_text};
pub use follow::{follow, follow_alone, follow_message};
pub use graph::trace_dot;
pub use harm::Harm;
pub use limits::{Limits, Narrowest, Unfit};
pub use moment::{Moment, world_after, world_now};
pub use order::{Refusal, SAFE, SafeOrder, Start, check_order};
pub use phase::{Phase, phases};
pub use picture::{
    Area, Arrow, Curve, Inside, Labelled, Layout, Line, Measure, NAME, Node, Picture, Place, Point,
    Since, Spot, Stand, WORDS, broken, estimated, layout, picture,
};
pub use reached::{Ground, ground, reached_so_far};
pub use search::{Shortest, shortest_order};
pub use seen::{Fact, OwnSenders, Seen};
pub use sofar::{done_already, left, shows};
pub use survey::Survey;
pub use switch::Switch;
pub use tell::{hop_text, trace_text};
pub use ticked::{concerns, implies_mailbox, ticked, ticked_text};
pub use trace::{Hop, Outcome, Rule, Trace};
pub use way_out::{WayOut, ways_out};
pub use window::{Basis, Window, primary_runs_on, span};
pub use world::{
    AcceptedDomain, Expander, ExternalSide, Forward, HostSide, MxOwner, Origin, RcptAnswer, System,
    World,
};
