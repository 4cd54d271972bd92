//! One try with one renderer.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use eframe::egui;
use eframe::egui_wgpu::WgpuError;

use super::ladder::{Tried, word};
use super::{Options, adapter, crash, opengl};
use crate::app::caption::PROGRAM;
use crate::app::{App, Beginning, Picker};
use crate::engine::{Command, Engine, Folders, Setup, Worker as _};
use crate::profile::{Preferences, Renderer, Starting};

/// What came of it.
pub(super) enum Outcome {
    /// It drew, and was closed.
    Drew,
    /// It said that it can't; why.
    Refused(String),
    /// There is no window system to open a window in; why.
    NoDisplay(String),
    /// It ended in a panic before it drew; what it said. Nothing of this
    /// process's window system can be relied on any more.
    Died(String),
}

/// Tries to draw with `renderer` until the window is closed. That it begins is
/// remembered before, and forgotten once it drew.
pub(super) fn attempt(
    options: &Options,
    preferences: &Preferences,
    remarks: &[String],
    system: &str,
    folders: Folders,
    renderer: Renderer,
) -> Outcome {
    let native = match native_options(renderer) {
        Ok(native) => native,
        Err(reason) => return Outcome::Refused(reason),
    };
    let starting = folders.state.as_deref().and_then(|state| Starting::with(state, renderer));
    let progress =
        Arc::new(Mutex::new(Progress { frames: 0, starting, break_off: options.break_off }));
    let watched = progress.clone();
    let beginning = Beginning {
        folder: options.folder.clone(),
        practice: options.practice,
        preferences: preferences.clone(),
        remarks: remarks.to_vec(),
        system: system.to_owned(),
        ..Beginning::default()
    };
    // Begun before the window, so that what it asks first, such as the desktop's
    // colours, is known when the window comes.
    let window = Arc::new(OnceLock::<egui::Context>::new());
    let known = window.clone();
    let engine = Engine::start(Setup {
        net: preferences.net().map_err(|error| error.to_string()),
        folders,
        wake: Box::new(move || {
            if let Some(window) = window.get() {
                window.request_repaint();
            }
        }),
    })
    .map(|mut engine| {
        engine.send(Command::WatchDesktop);
        engine
    });
    let start = move |cc: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        let (drawn_by, software) = drawn_by(cc);
        let costly = software || is_remote();
        let _ = known.set(cc.egui_ctx.clone());
        let engine = engine?;
        crash::drawn_by(&drawn_by);
        let beginning = Beginning { costly, drawn_by, ..beginning };
        let app = App::new(&cc.egui_ctx, Box::new(engine), Picker::of_system(), beginning);
        Ok(Box::new(Watched { app, progress: watched }))
    };
    opengl::listen();
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native("sdr-wizard", native, Box::new(start))
    }));
    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
    match drawn {
        Ok(ended) => {
            progress.is_well();
            ended.map_or_else(|error| refused(&error), |()| Outcome::Drew)
        }
        Err(panic) if progress.frames <= 1 => Outcome::Died(said(&*panic)),
        // A mistake of our own: no other renderer helps.
        Err(panic) => resume_unwind(panic),
    }
}

/// Renderer and adapter, for the page of diagnostics, and whether the processor
/// draws.
fn drawn_by(cc: &eframe::CreationContext<'_>) -> (String, bool) {
    let driver = opengl::heard();
    match (&cc.wgpu_render_state, driver) {
        (Some(wgpu), _) => {
            let info = wgpu.adapter.get_info();
            let told = format!("wgpu, {:?}, {} {}", info.backend, info.name, info.driver_info);
            (told, adapter::is_software(&wgpu.adapter))
        }
        (None, Some(driver)) => (driver.told(), adapter::draws_without_card(&driver.renderer)),
        (None, None) => ("glow, OpenGL".to_owned(), false),
    }
}

/// Why it can't draw, in words where the library has only a type.
fn refused(error: &eframe::Error) -> Outcome {
    let text = error.to_string();
    match error {
        // "os error at <where winit was built>.rs:788: Failed to ..."
        eframe::Error::WinitEventLoop(_) => {
            let said = text.rsplit_once(".rs:").and_then(|(_, said)| said.split_once(": "));
            Outcome::NoDisplay(said.map_or(text.as_str(), |(_, said)| said).to_owned())
        }
        eframe::Error::Wgpu(WgpuError::CreateSurfaceError(_)) => {
            Outcome::Refused("there is no graphics driver for it".to_owned())
        }
        eframe::Error::NoGlutinConfigs(..) => {
            Outcome::Refused("there is no OpenGL driver that draws into a window".to_owned())
        }
        _ => Outcome::Refused(crate::shown::shown(&text, 200)),
    }
}

/// Goes on with the next renderer in a process of its own: the window system
/// of this one is torn. `None` when there can't be one.
pub(super) fn go_on_apart(died: &Tried) -> Option<ExitCode> {
    let mut again = std::process::Command::new(std::env::current_exe().ok()?);
    again.args(std::env::args_os().skip(1)).arg(format!(
        "--tried={}={}",
        word(died.renderer),
        died.reason
    ));
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        // Returns only when it failed.
        let _ = again.exec();
        None
    }
    // The windows of this process go only with it, so it does not wait.
    #[cfg(not(unix))]
    {
        again.spawn().ok().map(|_| ExitCode::SUCCESS)
    }
}

/// For window lists and task bars.
const ICON: &[u8] = include_bytes!("../../../assets/icon/128.png");

fn native_options(renderer: Renderer) -> Result<eframe::NativeOptions, String> {
    let icon = eframe::icon_data::from_png_bytes(ICON).unwrap_or_default();
    let mut native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title(PROGRAM)
            .with_app_id("sdr-wizard")
            .with_icon(icon)
            .with_inner_size([1120.0, 780.0])
            .with_min_inner_size([900.0, 600.0]),
        renderer: eframe::Renderer::Glow,
        // One event loop serves the whole ladder.
        run_and_return: true,
        ..Default::default()
    };
    if renderer != Renderer::Glow {
        native.renderer = eframe::Renderer::Wgpu;
        native.wgpu_options = adapter::configuration(renderer)?;
    }
    Ok(native)
}

/// Whether the picture travels over a network, by what the session says of
/// itself: Remote Desktop, or X11 through SSH.
fn is_remote() -> bool {
    let says = |name, what: fn(&str) -> bool| std::env::var(name).is_ok_and(|value| what(&value));
    says("SESSIONNAME", |name| name.starts_with("RDP-"))
        || says("DISPLAY", |display| display.starts_with("localhost:"))
        || says("XRDP_SESSION", |session| !session.is_empty())
}

/// What a panic said, on one line.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    match text {
        Some(text) => format!("it broke off ({})", crate::shown::shown(text, 200)),
        None => "it broke off".to_owned(),
    }
}

/// How far a start has come.
struct Progress {
    frames: u32,
    starting: Option<Starting>,
    break_off: bool,
}

impl Progress {
    /// It needs no remembering any more.
    fn is_well(&mut self) {
        if let Some(starting) = self.starting.take() {
            starting.drew();
        }
    }
}

/// Counts frames, to tell a driver that never drew one.
struct Watched {
    app: App,
    progress: Arc<Mutex<Progress>>,
}

impl eframe::App for Watched {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        {
            let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress.frames = progress.frames.saturating_add(1);
            match progress.frames {
                // The second picture is asked for when the first one was shown.
                1 => ui.ctx().request_repaint(),
                2 => {
                    progress.is_well();
                    if progress.break_off {
                        ui.ctx().request_repaint();
                    }
                }
                3 if progress.break_off => panic!("told to break off"),
                _ => {}
            }
        }
        self.app.ui(ui, frame);
    }
}
