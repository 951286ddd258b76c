//! The outcome of a call that didn't succeed.

use super::fault::Fault;
use wire::code::Code;

/// A gRPC status other than OK, with what the server said about single fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The status code.
    pub code: Code,
    /// The status message: the server's words, or this page's for a failure it found itself.
    pub message: String,
    /// Fields of the request that were rejected (`google.rpc.BadRequest`).
    pub violations: Vec<Violation>,
    /// The page's own finding, if the answer wasn't a proper one.
    pub fault: Option<Fault>,
    /// The server said so; else this page did.
    pub from_server: bool,
}

/// One rejected field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, such as `name`.
    pub field: String,
    /// The server's words on what is wrong with it.
    pub description: String,
}

impl Failure {
    /// Returns a failure that this page itself caused, such as a cancel.
    pub fn local(code: Code, message: &str) -> Self {
        Self {
            code,
            message: message.to_owned(),
            violations: Vec::new(),
            fault: None,
            from_server: false,
        }
    }

    /// Returns the failure that a fault means.
    pub fn from_fault(fault: Fault) -> Self {
        Self {
            fault: Some(fault.clone()),
            ..Self::local(fault.code(), &fault.to_string())
        }
    }

    /// Returns whether nothing that could be read came back.
    pub fn is_unreached(&self) -> bool {
        self.fault.as_ref().is_some_and(Fault::is_unreached)
    }

    /// Returns what the server said about `field`, if it rejected that field.
    pub fn violation_of(&self, field: &str) -> Option<&str> {
        let found = self
            .violations
            .iter()
            .find(|violation| violation.field == field)?;
        Some(&found.description)
    }
}
