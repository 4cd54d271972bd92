//! One writer per profile.

/// Held while this process may write the profile; released on drop.
#[derive(Debug)]
pub struct Lock {
    _file: std::fs::File,
}
