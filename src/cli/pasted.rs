//! A text that is handed over: a file, or standard input.

use std::path::Path;

use anyhow::Context;

use crate::engine::{self, Beginning};

/// The first `most` bytes out of a file or, with - or none, from standard
/// input.
pub(super) fn pasted(file: Option<&Path>, most: u64) -> anyhow::Result<Beginning> {
    match file {
        Some(path) if path != Path::new("-") => {
            engine::file_start(path, most).map_err(anyhow::Error::msg)
        }
        _ => engine::stream_start(std::io::stdin().lock(), most).context("standard input"),
    }
}
