//! One file format.
