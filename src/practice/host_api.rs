//! Part of the practice world.
