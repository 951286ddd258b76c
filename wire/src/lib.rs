//! The bytes that the API server and the browser share, and nothing but bytes.
//! Frames, trailer blocks, base64 text mode, messages of sockets, content types, codes, timeouts, trace contexts, and protobuf
//! fields with byte ranges.
//!
//! Promises, held by lints, property tests and fuzz targets:
//! - nothing here panics, blocks, allocates by a length it hasn't received, or reads a clock;
//! - any split of the input gives the same output, errors included;
//! - results are the same natively and in wasm32.
//!
//! It knows no HTTP, no descriptors and no compression; the only dependency is `bytes`.

// Hostile bytes arrive here first, so whatever could panic is refused rather than reviewed.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod base64;
pub mod code;
pub mod content_type;
pub mod explain;
pub mod fields;
pub mod frame;
pub mod percent;
pub mod socket;
pub mod text;
pub mod timeout;
pub mod traceparent;
pub mod trailers;

// The fuzz targets' checks name this package from outside; tests include them as a module.
#[cfg(test)]
extern crate self as wire;

#[cfg(test)]
mod tests;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
