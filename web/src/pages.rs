//! The pages: one file each, putting state and components together.

pub mod call;
pub mod decode;
