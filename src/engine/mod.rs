//! Work in the background: commands in, events out, cancel. One tokio
//! runtime; it alone saves, asks and exports.

mod command;
mod event;
mod worker;

pub use command::Command;
pub use event::Event;
pub use worker::{Engine, Setup, Worker};
