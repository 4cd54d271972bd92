//! Starts the window: which renderer, and what to say where there is no
//! display.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use eframe::egui;

use super::{App, Beginning, Picker};
use crate::engine::{Engine, Setup};

/// What stands on the command line.
#[derive(Debug, Clone, Default, clap::Parser)]
#[command(name = "sdr-wizard", version, about, max_term_width = 100)]
pub struct Options {
    /// A profile to open.
    #[arg(value_name = "PROFILE_FOLDER")]
    pub folder: Option<PathBuf>,
    /// Start in a practice world: example.com, all on this machine.
    #[arg(long, conflicts_with = "folder")]
    pub practice: bool,
    /// How to draw; by default both ways are tried.
    #[arg(long, value_name = "RENDERER")]
    pub renderer: Option<RendererChoice>,
}

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RendererChoice {
    /// OpenGL.
    Glow,
    /// Vulkan, Metal or DirectX 12.
    Wgpu,
}

/// Runs the window until it is closed.
pub fn run(options: Options) -> ExitCode {
    if let Some(folder) = options.folder.as_deref().filter(|folder| !folder.is_dir()) {
        complain(&format!(
            "{} is not a folder. Name the folder of a profile, or start without one and make a new profile.",
            folder.display()
        ));
        return ExitCode::from(2);
    }
    if !has_display() {
        complain(
            "There is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it on a \
             desktop, or do the same work in a terminal with sdrctl (sdrctl --help).",
        );
        return ExitCode::FAILURE;
    }
    let mut failures = Vec::new();
    for choice in ladder(options.renderer) {
        match attempt(&options, choice) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(reason) => failures.push(format!("  {}: {reason}", choice.name())),
        }
    }
    complain(&format!(
        "The window can't be opened on this machine.\n{}\n\
         Over Remote Desktop, SSH and in virtual machines the graphics driver is often missing: \
         start it on a desktop, or do the same work in a terminal with sdrctl (sdrctl --help).",
        failures.join("\n")
    ));
    ExitCode::FAILURE
}

/// Whether a window can be opened at all; only X11 and Wayland say so beforehand.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos"))
        || set("DISPLAY")
        || set("WAYLAND_DISPLAY")
        || set("WAYLAND_SOCKET")
}

/// Whether the picture travels over a network, by what the session says of
/// itself: Remote Desktop, or X11 through SSH.
fn is_remote() -> bool {
    let says = |name, what: fn(&str) -> bool| std::env::var(name).is_ok_and(|value| what(&value));
    says("SESSIONNAME", |name| name.starts_with("RDP-"))
        || says("DISPLAY", |display| display.starts_with("localhost:"))
        || says("XRDP_SESSION", |session| !session.is_empty())
}

impl RendererChoice {
    fn name(self) -> &'static str {
        match self {
            Self::Glow => "glow (OpenGL)",
            Self::Wgpu => "wgpu (Vulkan, Metal, DirectX 12)",
        }
    }

    fn renderer(self) -> eframe::Renderer {
        match self {
            Self::Glow => eframe::Renderer::Glow,
            Self::Wgpu => eframe::Renderer::Wgpu,
        }
    }
}

/// Which renderers to try, in order. OpenGL needs least memory and starts
/// fastest; on Windows it fails over Remote Desktop where DirectX draws.
fn ladder(chosen: Option<RendererChoice>) -> Vec<RendererChoice> {
    match chosen {
        Some(choice) => vec![choice],
        None if cfg!(windows) => vec![RendererChoice::Wgpu, RendererChoice::Glow],
        None => vec![RendererChoice::Glow, RendererChoice::Wgpu],
    }
}

fn attempt(options: &Options, choice: RendererChoice) -> Result<(), String> {
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Split Domain Routing wizard")
            .with_app_id("sdr-wizard")
            .with_inner_size([1120.0, 780.0])
            .with_min_inner_size([900.0, 600.0]),
        renderer: choice.renderer(),
        run_and_return: true,
        ..Default::default()
    };
    let beginning = Beginning {
        folder: options.folder.clone(),
        practice: options.practice,
        still: is_remote(),
        ..Beginning::default()
    };
    let frames = Arc::new(AtomicU32::new(0));
    let counted = frames.clone();
    let start = move |cc: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        let wake = cc.egui_ctx.clone();
        let profiles = crate::profile::default_folder();
        let engine = Engine::start(Setup {
            net: crate::net::Net::system().map_err(|error| error.to_string()),
            settings: profiles.clone(),
            profiles,
            wake: Box::new(move || wake.request_repaint()),
        })?;
        let app = App::new(&cc.egui_ctx, Box::new(engine), Picker::of_system(), beginning);
        Ok(Box::new(Watched { app, frames: counted }))
    };
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        eframe::run_native("sdr-wizard", native, Box::new(start))
    }));
    match drawn {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        // A missing driver can also show as a panic at the first frame; a
        // panic after that is a mistake of our own, and no other renderer helps.
        Err(_) if frames.load(Ordering::Relaxed) <= 1 => {
            Err("the graphics driver gave up".to_owned())
        }
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Counts frames, to tell a driver that never drew one.
struct Watched {
    app: App,
    frames: Arc<AtomicU32>,
}

impl eframe::App for Watched {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.app.ui(ui, frame);
    }
}

/// Without a console (Windows) the sentence goes into a box as well.
#[allow(clippy::print_stderr)]
fn complain(sentence: &str) {
    eprintln!("sdr-wizard: {sentence}");
    if cfg!(windows) {
        rfd::MessageDialog::new()
            .set_level(rfd::MessageLevel::Error)
            .set_title("Split Domain Routing wizard")
            .set_description(sentence)
            .show();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renderer_that_was_named_is_the_only_one_tried() {
        assert_eq!(ladder(Some(RendererChoice::Wgpu)), [RendererChoice::Wgpu]);
        assert_eq!(ladder(None).len(), 2);
    }
}
