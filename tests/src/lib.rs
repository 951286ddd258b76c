//! The harness of the end-to-end tests: starts programs, drives them from outside, and ends them with the test.
//!
//! `server` is the product as a process, `component` what stands behind it, `collector` what spans are sent to, `faulty` a
//! server that answers wrongly, `vessel` a replica that can be wrecked; `page` is the page in a `browser`,
//! `inspector` the part of it that shows bytes; `http`, `grpc_web` and `socket` speak to any address
//! byte by byte, so that another kind of server can stand in. Waiting is `patience`, never a sleep.
//! Nothing here knows the server's or the page's code: only the binary, the wire and the page's test hooks.

pub mod axe;
pub mod browser;
pub mod collector;
pub mod component;
pub mod dnsmasq;
pub mod faulty;
pub mod grpc_web;
pub mod http;
pub mod https;
pub mod inspector;
pub mod keyboard;
pub mod log;
pub mod page;
pub mod patience;
pub mod server;
pub mod settings;
pub mod socket;
pub mod streams;
pub mod tools;
pub mod traces;
pub mod vessel;
