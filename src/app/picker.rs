//! The system's own dialogs, one at a time, on a thread of their own: the
//! window never waits for them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use eframe::egui;

use crate::engine::opens_dialogs;

/// What a dialog is opened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The folder of a profile.
    OpenProfile,
    /// Where a new profile goes.
    NewFolder,
    /// Where a profile goes that can't be saved where it is.
    SaveFolder,
    /// A list of people.
    List,
    /// The result of a test on another machine.
    Result,
    /// Where exports go.
    ExportFolder,
    /// Where a text goes.
    SaveText {
        /// The name to begin with.
        name: String,
        /// The text.
        text: Arc<String>,
    },
}

/// How a dialog ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// With a place.
    Chosen(PathBuf),
    /// With nothing.
    Cancelled,
    /// It never came: this system has none (no portal, no zenity).
    NoDialog,
}

/// Where the dialogs come from: the system, or a test's own answers.
pub type Ask = Box<dyn Fn(&Wanted) -> Answer + Send + Sync>;

/// One dialog at a time.
pub struct Picker {
    ask: Arc<Ask>,
    open: Option<(Wanted, Receiver<Answer>)>,
}

impl Picker {
    /// With the system's dialogs.
    pub fn of_system() -> Self {
        Self::with(Box::new(ask_system))
    }

    /// With these answers.
    pub fn with(ask: Ask) -> Self {
        Self { ask: Arc::new(ask), open: None }
    }

    /// Opens a dialog, unless one is open.
    pub fn start(&mut self, wanted: Wanted, ctx: &egui::Context) {
        if self.open.is_some() {
            return;
        }
        let (answer, receiver) = channel();
        let (ask, ctx, question) = (self.ask.clone(), ctx.clone(), wanted.clone());
        let thread = std::thread::Builder::new().name("dialog".to_owned()).spawn(move || {
            let _ = answer.send(ask(&question));
            ctx.request_repaint();
        });
        if thread.is_ok() {
            self.open = Some((wanted, receiver));
        }
    }

    /// Whether a dialog is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The answer, once it is there.
    pub fn poll(&mut self) -> Option<(Wanted, Answer)> {
        let (_, receiver) = self.open.as_ref()?;
        let answer = match receiver.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Answer::Cancelled,
        };
        let (wanted, _) = self.open.take()?;
        Some((wanted, answer))
    }
}

fn ask_system(wanted: &Wanted) -> Answer {
    let dialog = rfd::FileDialog::new();
    let chosen = match wanted {
        Wanted::OpenProfile => dialog.set_title("Open a profile folder").pick_folder(),
        Wanted::NewFolder => dialog.set_title("Folder for the new profile").pick_folder(),
        Wanted::SaveFolder => dialog.set_title("Another folder for the profile").pick_folder(),
        Wanted::ExportFolder => dialog.set_title("Folder for the exports").pick_folder(),
        Wanted::Result => dialog
            .set_title("Choose the result of the test")
            .add_filter("JSON, text", &["json", "txt"])
            .add_filter("All files", &["*"])
            .pick_file(),
        Wanted::List => dialog
            .set_title("Choose a list of people")
            .add_filter("Lists (CSV, text)", &["csv", "txt", "tsv"])
            .add_filter("All files", &["*"])
            .pick_file(),
        Wanted::SaveText { name, .. } => dialog.set_title("Save").set_file_name(name).save_file(),
    };
    match chosen {
        Some(path) => Answer::Chosen(path),
        // A dialog that never came answers like one that was cancelled.
        None if opens_dialogs() => Answer::Cancelled,
        None => Answer::NoDialog,
    }
}
