//! Plain types and arithmetic of the page: no signals, no DOM, no generated types; tested natively.

pub mod call;
pub mod deadline;
pub mod greeting;
pub mod server;
pub mod status;
pub mod theme;
pub mod time;
