//! The window.
// A window program: no console beside it on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use clap::Parser as _;
use sdr_wizard::app::{Options, run};

fn main() -> std::process::ExitCode {
    run(Options::parse())
}
