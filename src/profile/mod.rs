//! Saved profiles: a folder per domain, readable and mailable as it is. No
//! secret is ever in it.

mod columns_table;
mod disk;
pub mod draft;
mod elsewhere;
mod evidence_file;
mod exports;
mod folder;
mod handed_out;
mod history;
mod host_edit;
pub mod hostile;
mod in_place;
mod journal;
mod key_store;
mod lock;
mod person_row;
mod places;
mod plan_edit;
mod plan_file;
mod preferences;
mod preferences_file;
mod recent;
mod refused;
mod roster_file;
mod save;
mod settings_table;
mod stale;
mod starting;
mod value;
mod zone;

pub use elsewhere::{remember_elsewhere, was_exported};
pub use exports::write_exports;
pub use folder::{Profile, ProfileError, create, list, open};
pub use handed_out::{HandedOut, read_handed_out};
pub use history::{Change, changes, read_history, write_history};
pub use journal::{note, note_all};
pub use key_store::{KeyStoreError, delete_key, keep_key, kept_key};
pub use lock::Lock;
pub use places::{default_folder, settings_folder, state_folder};
pub use preferences::{Preferences, ReducedMotion, Renderer, Theme};
pub use recent::Recent;
pub use save::save;
pub use starting::{Died, Starting};
pub use zone::{NoSuchZone, Zone};
