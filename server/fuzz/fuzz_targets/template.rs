//! Fuzzes templates, a table of them, and a path that is looked up in it.
#![no_main]

#[path = "../checks/template.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &[u8]| checks::template(text));
