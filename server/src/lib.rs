//! The API server as a library: one port that serves gRPC, gRPC-Web, health, reflection, probes and the page.
//! Start at `app`: it holds every layer in order. Floors, top to bottom; imports go down only:
//! `app` > `config`, `respond` > `gateway`, `balancer`, `services`, `assets` > `schema`, `balance` > `telemetry`.
//! The binary `gangplank` (`main.rs`) reads flags, binds, serves and drains; nothing else.

#[cfg(test)]
extern crate self as server; // The fuzz targets' checks, which tests replay, name the crate from outside.

pub mod app;
pub mod assets;
pub mod balance;
pub mod balancer;
pub mod config;
pub mod gateway;
pub mod respond;
pub mod schema;
pub mod services;
pub mod telemetry;
