//! The terminal program.

fn main() -> std::process::ExitCode {
    sdr_wizard::cli::run(std::env::args_os())
}
