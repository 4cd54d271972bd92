//! One mail domain on two mail systems: asks the real world, proves where
//! every message goes, writes the files that make it so and the ones that
//! undo it.
//!
//! Floors, each importing only from those below (`tests/house.rs` holds it so):
//!
//! - 5 [`app`] the window, [`cli`] the terminal program
//! - 4 [`engine`] work in the background, [`practice`] an embedded mail world
//! - 3 [`check`] questions put to the world, [`artifact`] files to hand out, [`profile`] what is saved
//! - 2 [`guide`] the eight steps, [`net`] the only sockets, [`roster`] people read in
//! - 1 [`route`] where a message goes, [`finding`] what a check saw
//! - 0 [`plan`] what the administrator wants
//! - below all: [`shown`] text of unknown origin, made safe to show, `abreast` work on all cores

mod abreast;
#[cfg(feature = "gui")]
pub mod app;
pub mod artifact;
pub mod check;
pub mod cli;
mod counted;
pub mod engine;
pub mod finding;
pub mod guide;
pub mod net;
pub mod plan;
pub mod practice;
pub mod profile;
pub mod roster;
pub mod route;
pub mod shown;
