//! The pages: one file each, putting state and components together.

pub mod annexed;
pub mod balance;
pub mod call;
pub mod code;
pub mod compare;
pub mod components;
pub mod decode;
pub mod streams;
pub mod traces;
