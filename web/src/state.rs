//! Signals and the actions that change them: what the page knows between two events.

pub mod bench;
pub mod breaking;
pub mod calls;
pub mod download;
pub mod link;
pub mod overview;
pub mod preferences;
pub mod route;
pub mod schema;
pub mod server;
pub mod streams;
pub mod surroundings;
