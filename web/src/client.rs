//! The only room that talks to the network, and the only one that names generated types.

pub mod address;
pub mod admin;
pub mod balancer;
pub mod call;
pub mod chaos;
pub mod clock;
pub mod devtools;
pub mod exchange;
pub mod health;
pub mod json;
pub mod lent;
pub mod paths;
pub mod raw;
pub mod schema;
pub mod sheet;
pub mod socket;
pub mod talk;
pub mod tap;
pub mod trace;
pub mod traces;
pub mod transport;

#[cfg(all(test, target_arch = "wasm32"))]
mod fake_fetch;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
