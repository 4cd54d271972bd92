//! Saved profiles: a folder per domain, readable and mailable as it is. No
//! secret is ever in it.

mod folder;
mod lock;
mod plan_file;
mod recent;
mod roster_file;
mod save;

pub use folder::{Profile, ProfileError, create, list, open};
pub use lock::Lock;
pub use recent::{Recent, default_folder};
pub use save::{save, write_exports};
