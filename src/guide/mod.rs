//! The eight steps: what the administrator does, what is checked, and how far
//! the plan has come. Words and rules, no I/O.

mod bounce;
mod folded;
mod governs;
mod headers;
mod order;
mod page;
mod progress;
mod since;
mod step;

pub use bounce::{
    CUT, Cause as BounceCause, Explained, NOTHING_SAID, Notice, Upshot, explain, gloss,
};
pub use governs::{step_of_hop, step_of_place};
pub use headers::{CAN_NOT_PROVE, Compared, PathTaken, Stop, read_headers};
pub use order::{ExitPoint, exit_points, in_order};
pub use page::{
    CopyValue, Page, Tick, Todo, announce_test_message, asking_people, command_elsewhere, page,
    ticks,
};
pub use progress::{Field, Problem, Standing, opening_step, outdated, problems, standing};
pub use since::since_you_left;
pub use step::Step;
