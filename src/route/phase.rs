//! The moments of a plan: today, after each action in order, and the end.

use serde::Serialize;

use crate::plan::{Home, Plan, Purpose, Side, Task, WaveNumber};

/// A moment of the plan, each after the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "phase", content = "wave", rename_all = "kebab-case")]
pub enum Phase {
    /// As it was before anything was done. The host has the domain only if
    /// somebody lives there or the MX records name it: a domain that is added
    /// to the host without split domain routing takes the mail of all the
    /// host's customers (`facts` 1.3).
    Before,
    /// The host has the domain, and split domain routing is on.
    SdrOn,
    /// In place of split domain routing: the host has an alias for everybody
    /// outside, and the second routing subdomain leads there.
    AliasesMade,
    /// The host has the routing subdomain as domain alias.
    AliasThere,
    /// The subdomain's MX records are visible.
    SubdomainMx,
    /// The forwards of those who live at the host already are loaded.
    ForwardsLoaded,
    /// The mailboxes of this wave are at the host and its forwards are loaded.
    WaveMoved(WaveNumber),
    /// The primary domain's MX records name the host.
    PrimaryMxChanged,
    /// Split domain routing is off again, forwards, kept mailboxes and alias
    /// are gone. An external server on which nobody is left has let go of the
    /// domain and sends mail for it by MX; while it holds on to it, its own
    /// users reach nobody who has moved.
    TakenDown,
}

impl Phase {
    /// A short name: "After wave 2".
    pub fn label(self) -> String {
        match self {
            Self::Before => "Before anything is done".to_owned(),
            Self::SdrOn => "Split domain routing is on".to_owned(),
            Self::AliasesMade => "The host has aliases for those outside".to_owned(),
            Self::AliasThere => "The host knows the routing subdomain".to_owned(),
            Self::SubdomainMx => "The subdomain's MX records are visible".to_owned(),
            Self::ForwardsLoaded => "Forwards to the host are loaded".to_owned(),
            Self::WaveMoved(wave) => format!("Wave {wave} has moved"),
            Self::PrimaryMxChanged => "The primary MX records name the host".to_owned(),
            Self::TakenDown => "The split is taken down".to_owned(),
        }
    }
}

/// The phases of this plan, in the recommended order. A permanent split ends
/// with its last wave, or with the MX change where that was made.
pub fn phases(plan: &Plan) -> Vec<Phase> {
    let way_out = match plan.external_subdomain() {
        None => Phase::SdrOn,
        Some(_) => Phase::AliasesMade,
    };
    let mut phases = vec![Phase::Before, way_out, Phase::AliasThere, Phase::SubdomainMx];
    if plan.roster.iter().any(|person| person.home == Home::Host) {
        phases.push(Phase::ForwardsLoaded);
    }
    phases.extend(plan.wave_numbers().into_iter().map(Phase::WaveMoved));
    let migration = plan.situation.purpose == Purpose::Migration;
    let mx_changes = migration || plan.done.contains(&Task::ChangePrimaryMx);
    if plan.situation.primary_mx == Side::External && mx_changes {
        phases.push(Phase::PrimaryMxChanged);
    }
    if migration {
        phases.push(Phase::TakenDown);
    }
    phases
}
