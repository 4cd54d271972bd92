//! The waves beside what was handed out of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::Event;
use crate::plan::{Address, Difference, Handed, Plan, WaveNumber};
use crate::profile;

/// What of the waves has to be handed out yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outstanding {
    /// What was handed out.
    pub handed: Handed,
    /// How many exports tell of it.
    pub exports: usize,
    /// Each wave, and everyone at the host (`None`), beside it.
    pub waves: BTreeMap<Option<WaveNumber>, Difference>,
    /// Forwards that were handed out and that nobody needs.
    pub to_remove: Vec<Address>,
    /// Sentences about exports that can't be read, or were changed since.
    pub remarks: Vec<String>,
}

/// Looks at the exports in a folder. Blocks.
pub(super) fn look(plan: Arc<Plan>, folder: &Path) -> Event {
    let out = profile::read_handed_out([folder]);
    let waves = plan.wave_numbers().into_iter().map(Some).chain([None]);
    let waves = waves.map(|wave| (wave, out.handed.difference(&plan, wave))).collect();
    let to_remove = out.handed.to_remove(&plan).into_keys().collect();
    let (handed, exports, remarks) = (out.handed, out.exports, out.remarks);
    let outstanding = Arc::new(Outstanding { handed, exports, waves, to_remove, remarks });
    Event::WavesSeen { plan, outstanding }
}
