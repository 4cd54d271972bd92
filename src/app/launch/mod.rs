//! Starts the window: the ladder of renderers climbed until one draws, and
//! what to say where none does.

mod adapter;
mod attempt;
mod complaint;
mod crash;
mod ladder;
mod opengl;
mod system;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::CommandFactory as _;

use attempt::{Outcome, attempt, go_on_apart};
use complaint::{complain, no_display, no_rung_left, note};
use ladder::{Rung, Tried, ladder};

use crate::engine::Folders;
use crate::profile::{Died, Preferences, Renderer, default_folder, settings_folder, state_folder};

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
    /// How to draw, tried first: native (DirectX 12, Metal or Vulkan), wgpu
    /// (any of those, or OpenGL) or glow (OpenGL alone).
    #[arg(long, value_name = "RENDERER", value_parser = ladder::renderer_named)]
    pub renderer: Option<Renderer>,
    /// Break off after the first pictures, as a mistake of the program would: to
    /// try what is left of it.
    #[arg(long, hide = true)]
    break_off: bool,
    /// Write the manual page to standard output, for packages.
    #[arg(long, hide = true)]
    manual: bool,
    /// What a process before this one tried, and what came of it: it handed on.
    #[arg(long, value_name = "RENDERER=REASON", hide = true, value_parser = ladder::tried_before)]
    tried: Vec<Tried>,
}

/// Runs the window until it is closed.
pub fn run(options: Options) -> ExitCode {
    if options.manual {
        return manual();
    }
    if let Some(folder) = options.folder.as_deref().filter(|folder| !folder.is_dir()) {
        complain(&format!(
            "{} is not a folder. Name the folder of a profile, or start without one and make a new profile.",
            folder.display()
        ));
        return ExitCode::from(2);
    }
    if !has_display() {
        complain(&no_display("neither DISPLAY nor WAYLAND_DISPLAY is set"));
        return ExitCode::FAILURE;
    }
    let folders =
        Folders { profiles: default_folder(), settings: settings_folder(), state: state_folder() };
    let (preferences, mut remarks) =
        folders.settings.as_deref().map(Preferences::load).unwrap_or_default();
    let system = system::system();
    if let Some(state) = &folders.state {
        remarks.extend(crash::told(state, &preferences.time_zone));
        crash::watch(state, &system);
    }
    if let (Some(state), Some(renderer)) = (&folders.state, options.renderer)
        && options.tried.is_empty()
    {
        // Named by hand: that is the way to try it again.
        Died::forget(state, renderer);
    }
    let died = |renderer| {
        folders.state.as_deref().map_or(Died::No, |state| Died::of(state, renderer)) == Died::Yes
    };
    let first = options.renderer.or(preferences.renderer);
    let mut tried = options.tried.clone();
    for rung in ladder(first, &options.tried, died) {
        let renderer = match rung {
            Rung::Skip(skipped) => {
                note(&skipped.told());
                remarks.push(skipped.told());
                tried.push(skipped);
                continue;
            }
            Rung::Try(renderer) => renderer,
        };
        match attempt(&options, &preferences, &remarks, &system, folders.clone(), renderer) {
            Outcome::Drew => return ExitCode::SUCCESS,
            Outcome::NoDisplay(why) => {
                complain(&no_display(&why));
                return ExitCode::FAILURE;
            }
            Outcome::Refused(reason) => {
                let refused = Tried { renderer, reason };
                note(&refused.told());
                tried.push(refused);
            }
            // What is left of it in this process is in nobody's hands.
            Outcome::Died(reason) => {
                if let Some(state) = &folders.state {
                    crash::forget(state);
                }
                let died = Tried { renderer, reason };
                note(&died.told());
                if let Some(code) = go_on_apart(&died) {
                    return code;
                }
                tried.push(died);
            }
        }
    }
    complain(&no_rung_left(&tried));
    ExitCode::FAILURE
}

fn manual() -> ExitCode {
    let page = clap_mangen::Man::new(Options::command());
    match page.render(&mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Whether a window can be opened at all; only X11 and Wayland say so beforehand.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos"))
        || set("DISPLAY")
        || set("WAYLAND_DISPLAY")
        || set("WAYLAND_SOCKET")
}
