//! Questions put to the real world, and what each answer means.

mod cutover;
mod dns;
mod flow;
mod people;
mod sdr;
mod server;
mod situation;
mod subdomain;

use crate::finding::{Evidence, Finding};
use crate::guide::Step;
use crate::net::{ApiKey, Net};
use crate::plan::Plan;

/// What a check works with.
pub struct Ask<'a> {
    /// The way to the world.
    pub net: &'a Net,
    /// What the administrator wants.
    pub plan: &'a Plan,
    /// What earlier checks saw.
    pub evidence: &'a Evidence,
    /// The host's API, when the administrator gave a key for this session.
    pub api_key: Option<&'a ApiKey>,
    /// Seed of random recipients.
    pub seed: u64,
}

/// Runs the checks of one step; each finding is handed on as soon as it is
/// there, worst cause first where one explains the others. Dropping the
/// future cancels.
pub async fn check(step: Step, ask: &Ask<'_>, on_finding: &mut (dyn FnMut(Finding) + Send)) {
    let _ = (step, ask, on_finding);
    unimplemented!()
}

/// The server test alone, as `sdrctl smtp` runs it: `host` and `address` need
/// no profile.
pub async fn server_alone(
    net: &Net,
    host: &crate::plan::HostName,
    address: &crate::plan::Address,
    seed: u64,
    on_finding: &mut (dyn FnMut(Finding) + Send),
) {
    let _ = (net, host, address, seed, on_finding);
    unimplemented!()
}
