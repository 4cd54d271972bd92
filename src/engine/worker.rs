//! The engine as its owner sees it: a thread with a queue on either side.

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use super::dispatch::Dispatch;
use super::outbox::Outbox;
use super::{Command, Event};
use crate::net::Net;

/// How long tasks that are still at work may take to let go at the end.
const LET_GO: Duration = Duration::from_secs(2);

/// What the window talks to: the engine, or a fake in its tests.
pub trait Worker {
    /// Hands a command over; returns at once.
    fn send(&mut self, command: Command);
    /// The next event, if there is one; returns at once.
    fn poll(&mut self) -> Option<Event>;
}

/// Where things lie; `None`: this machine names no such folder.
#[derive(Debug, Clone, Default)]
pub struct Folders {
    /// Below which new profiles are made.
    pub profiles: Option<PathBuf>,
    /// The list of recent profiles, and what the user prefers.
    pub settings: Option<PathBuf>,
    /// Which starts of the window died.
    pub state: Option<PathBuf>,
}

/// What the engine is started with.
pub struct Setup {
    /// The way to the world; `Err`: why there is none, said when a check runs.
    pub net: Result<Net, String>,
    /// Where things lie.
    pub folders: Folders,
    /// Called after each event, to wake the window.
    pub wake: Box<dyn Fn() + Send + Sync>,
}

/// The engine: one thread, one tokio runtime. Dropping it stops what runs,
/// writes what is still to be saved, and returns when that is done.
pub struct Engine {
    /// `None` only while it is being dropped.
    commands: Option<tokio::sync::mpsc::UnboundedSender<Command>>,
    events: mpsc::Receiver<Event>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts it.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(setup: Setup) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("engine-task")
            .enable_all()
            .build()?;
        let (command_sender, commands) = tokio::sync::mpsc::unbounded_channel();
        let (event_sender, events) = mpsc::channel();
        let outbox = Outbox::new(event_sender, Arc::from(setup.wake));
        let (net, folders) = (setup.net, setup.folders);
        let thread = std::thread::Builder::new().name("engine".into()).spawn(move || {
            runtime.block_on(async move {
                Dispatch::new(net, folders, outbox).run(commands).await;
            });
            runtime.shutdown_timeout(LET_GO);
        })?;
        Ok(Self { commands: Some(command_sender), events, thread: Some(thread) })
    }
}

impl Worker for Engine {
    fn send(&mut self, command: Command) {
        if let Some(commands) = &self.commands {
            // Fails only when the thread is gone, and then nobody is left to tell.
            let _ = commands.send(command);
        }
    }

    fn poll(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // The end of the queue is the sign to finish: commands before it still count.
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
