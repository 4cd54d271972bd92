//! The terminal program: one file per verb.
