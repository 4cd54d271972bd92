//! The moments of a plan: today, after each action in order, and the end.

use serde::Serialize;

use super::World;
use crate::plan::{Plan, WaveNumber};

/// A moment of the plan, each after the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "phase", rename_all = "kebab-case")]
pub enum Phase {
    /// As it was before anything was done.
    Before,
    /// Split domain routing is on.
    SdrOn,
    /// The host has the routing subdomain as domain alias.
    AliasThere,
    /// The subdomain's MX records are visible.
    SubdomainMx,
    /// The mailboxes of this wave are at the host and its forwards are loaded.
    WaveMoved(WaveNumber),
    /// The primary domain's MX records name the host.
    PrimaryMxChanged,
    /// Split domain routing is off again, forwards and alias are gone.
    TakenDown,
}

/// The phases of this plan, in the recommended order. A permanent split ends
/// with its last wave, or with the MX change where that is planned.
pub fn phases(plan: &Plan) -> Vec<Phase> {
    let _ = plan;
    unimplemented!()
}

/// The world as the plan has it once `phase` is reached, if all goes as planned.
pub fn world_after(plan: &Plan, phase: Phase) -> World {
    let _ = (plan, phase);
    unimplemented!()
}
