//! The picture of the mail flow.
