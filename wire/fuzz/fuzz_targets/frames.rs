//! Fuzzes bodies: frames, text mode, trailer blocks and their explanation.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code, reason = "each target uses one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|body: &[u8]| checks::body(body));
