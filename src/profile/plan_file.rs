//! One file of the profile.
