//! What OpenGL says of its driver. Asking needs unsafe code, so it is heard
//! from the drawing library, which asks anyhow and notes the answer in its log.

use std::sync::{Mutex, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};

/// The driver below OpenGL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Driver {
    /// `GL_VERSION`.
    version: String,
    /// `GL_RENDERER`.
    pub(super) renderer: String,
}

struct Ear;

static HEARD: Mutex<Option<Driver>> = Mutex::new(None);

/// Hears what is said from now on.
pub(super) fn listen() {
    // Set once; a second try finds it there.
    let _ = log::set_logger(&Ear);
    log::set_max_level(LevelFilter::Debug);
}

/// What was heard; nothing more is listened to.
pub(super) fn heard() -> Option<Driver> {
    log::set_max_level(LevelFilter::Off);
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Log for Ear {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target().starts_with("egui_glow")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata())
            && let Some(driver) = Driver::read(&record.args().to_string())
        {
            *HEARD.lock().unwrap_or_else(PoisonError::into_inner) = Some(driver);
        }
    }

    fn flush(&self) {}
}

impl Driver {
    /// Lines "opengl version: ...", "opengl renderer: ...".
    fn read(text: &str) -> Option<Self> {
        let value = |name| text.lines().find_map(|line| line.strip_prefix(name));
        Some(Self {
            version: value("opengl version: ")?.to_owned(),
            renderer: value("opengl renderer: ")?.to_owned(),
        })
    }

    /// For the page of diagnostics.
    pub(super) fn told(&self) -> String {
        format!("glow, OpenGL {}, {}", self.version, self.renderer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_is_read_from_what_the_library_notes() {
        let text = "\nopengl version: 4.5 (Core Profile) Mesa 22.3.6\nopengl renderer: llvmpipe (LLVM 15.0.6, 256 bits)\nopengl vendor: Mesa";
        let driver = Driver::read(text).unwrap();
        assert_eq!(
            driver.told(),
            "glow, OpenGL 4.5 (Core Profile) Mesa 22.3.6, llvmpipe (LLVM 15.0.6, 256 bits)"
        );
        assert_eq!(Driver::read("Shader header: \"#version 140\"."), None);
    }
}
