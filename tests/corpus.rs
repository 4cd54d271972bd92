//! Every input that fuzzing found worth keeping, once more.

#![allow(clippy::unwrap_used, reason = "a test that can't read its corpus has failed")]

#[path = "fuzz/judge.rs"]
mod judge;

use std::path::Path;

/// Runs a target's corpus; how many inputs there were.
fn replay(target: &str, judge: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let inputs: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in &inputs {
        let bytes = std::fs::read(path).unwrap();
        judge(&bytes);
    }
    inputs.len()
}

#[test]
fn no_input_that_was_ever_found_breaks_a_reader() {
    for (target, judge) in [
        ("reply", judge::reply as fn(&[u8])),
        ("ehlo", judge::ehlo),
        ("certificate", judge::certificate),
        ("dns_answer", judge::dns_answer),
        ("bounce", judge::bounce),
        ("list", judge::list),
        ("headers", judge::headers),
        ("profile", judge::profile),
        ("roster", judge::roster),
        ("evidence", judge::evidence),
        ("journal", judge::journal),
        ("result", judge::result),
    ] {
        assert!(replay(target, judge) >= 4, "the corpus of {target} is gone");
    }
}
