//! The thread that acts.

use std::path::PathBuf;

use super::{Command, Event};
use crate::net::Net;

/// What the window talks to: the engine, or a fake in its tests.
pub trait Worker {
    /// Hands a command over; returns at once.
    fn send(&mut self, command: Command);
    /// The next event, if there is one; returns at once.
    fn poll(&mut self) -> Option<Event>;
}

/// What the engine is started with.
pub struct Setup {
    /// The way to the world; `Err`: why there is none, said when a check runs.
    pub net: Result<Net, String>,
    /// Below which new profiles are made; `None`: nowhere by default.
    pub profiles: Option<PathBuf>,
    /// Where the list of recent profiles is kept.
    pub settings: Option<PathBuf>,
    /// Called after each event, to wake the window.
    pub wake: Box<dyn Fn() + Send + Sync>,
}

/// The engine: one thread, one tokio runtime.
pub struct Engine {
    _private: (),
}

impl Engine {
    /// Starts it.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(setup: Setup) -> std::io::Result<Self> {
        let _ = setup;
        unimplemented!()
    }
}

impl Worker for Engine {
    fn send(&mut self, command: Command) {
        let _ = command;
        unimplemented!()
    }

    fn poll(&mut self) -> Option<Event> {
        unimplemented!()
    }
}
