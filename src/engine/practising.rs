//! A practice world is started.

use std::collections::BTreeSet;

use super::mishap;
use crate::practice::{Conditions, Fault, PracticeWorld, Switches};

/// What was asked for, to head a message.
pub(super) const WHAT: &str = "Start the practice world";

/// One in which nothing is done yet: the person at the practice panel does it.
///
/// # Errors
/// The sentence that says why there is none.
pub(super) async fn start(faults: BTreeSet<Fault>) -> Result<PracticeWorld, String> {
    let switches = Switches { faults, ..Switches::untouched() };
    // A task of its own, so that a mistake in it ends there.
    let starting = tokio::spawn(PracticeWorld::start_under(Conditions::with(switches)));
    match starting.await {
        Ok(world) => world.map_err(|error| {
            format!(
                "The practice servers could not start on this machine: {error}. Close other programs that hold many connections, then try again."
            )
        }),
        Err(error) => Err(mishap::sentence(error)
            .unwrap_or_else(|| "The program is about to end.".to_owned())),
    }
}
