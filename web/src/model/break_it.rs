//! Real failures at the press of a button.

/// A failure the reader can cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// `SayHello` without a name.
    EmptyName,
    /// A method that the service doesn't have.
    UnknownMethod,
    /// A deadline of one millisecond.
    TinyDeadline,
    /// A stream that the page leaves after its first message.
    CanceledStream,
    /// A message over the server's limit.
    OversizeMessage,
}

impl Break {
    /// Every failure, in the order the page offers them.
    pub const ALL: [Self; 5] = [
        Self::EmptyName,
        Self::UnknownMethod,
        Self::TinyDeadline,
        Self::CanceledStream,
        Self::OversizeMessage,
    ];

    /// Returns the key of its test hook.
    pub fn key(self) -> &'static str {
        match self {
            Self::EmptyName => "empty-name",
            Self::UnknownMethod => "unknown-method",
            Self::TinyDeadline => "tiny-deadline",
            Self::CanceledStream => "canceled-stream",
            Self::OversizeMessage => "oversize-message",
        }
    }
}
