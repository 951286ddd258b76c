//! Why a call that an annex made has no answer: as much of a failure as annexes show.

use wire::code::Code;

/// A call without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status code.
    pub code: Code,
    /// The status message.
    pub message: String,
    /// Nothing that could be read came back.
    pub is_unreached: bool,
}
