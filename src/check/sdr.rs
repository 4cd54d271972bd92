//! Checks of this step.
