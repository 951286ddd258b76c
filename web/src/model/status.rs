//! The outcome of a call that didn't succeed.

use wire::code::Code;

/// A gRPC status other than OK, with what the server said about single fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The status code.
    pub code: Code,
    /// The status message: the server's words, or this page's for a failure before any answer.
    pub message: String,
    /// Fields of the request that were rejected (`google.rpc.BadRequest`).
    pub violations: Vec<Violation>,
    /// Whether any answer came at all; false means that the server wasn't reached.
    pub answered: bool,
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
    /// Returns a failure that this page itself caused or noticed.
    pub fn local(code: Code, message: &str) -> Self {
        Self {
            code,
            message: message.to_owned(),
            violations: Vec::new(),
            answered: true,
        }
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
