//! Signals and the actions that change them: what the page knows between two events.

pub mod calls;
pub mod preferences;
pub mod server;
