//! Gangplank's page: Rust in the browser that calls gRPC services over gRPC-Web.
//!
//! Floors, imports go down only: main, app, pages, state, then client and components, then model
//! and i18n. Client is the only room that talks to the network and names generated types;
//! components take props and emit events; whatever can be computed without a browser is in model.

pub mod app;
pub mod client;
pub mod components;
pub mod i18n;
pub mod model;
pub mod pages;
pub mod state;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
