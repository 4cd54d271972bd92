#![no_main]

#[path = "../judge.rs"]
#[allow(dead_code, reason = "one of several")]
mod judge;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| judge::list(bytes));
