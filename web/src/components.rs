//! Parts of the page: props in, events out; no fetching, no generated types, no global state.

pub mod answer;
pub mod call_log;
pub mod header;
pub mod icons;
pub mod request_form;
pub mod status_badge;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
