//! Signals and the actions that change them: what the page knows between two events.

pub mod bench;
pub mod breaking;
pub mod calls;
pub mod demo;
pub mod download;
pub mod drawn;
pub mod lab;
pub mod link;
pub mod load;
pub mod overview;
pub mod preferences;
pub mod route;
pub mod schema;
pub mod server;
pub mod stairs;
pub mod streams;
pub mod talk;
pub mod traces;
