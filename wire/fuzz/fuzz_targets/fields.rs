//! Fuzzes messages: protobuf fields with and without a shape, and their explanation.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code, reason = "each target uses one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|message: &[u8]| checks::message(message));
