//! Why MyService doesn't do what it was asked for.

use super::greetings::KEPT;
use super::{MAX_NAME_CHARS, MAX_NAMES, MAX_TEXT_CHARS};

/// Why nobody is greeted, or nothing is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GreetError {
    /// The replica has been broken on purpose.
    #[error("the replica is broken")]
    Broken,
    /// Nothing is left of the name after trimming.
    #[error("the name is empty")]
    EmptyName,
    /// The trimmed name is over `MAX_NAME_CHARS`.
    #[error("the name is {chars} characters long, over the limit of {MAX_NAME_CHARS}")]
    NameTooLong {
        /// The trimmed name's length, in characters.
        chars: usize,
    },
    /// Nothing is left of the text after trimming.
    #[error("the text is empty")]
    EmptyText,
    /// The trimmed text is over `MAX_TEXT_CHARS`.
    #[error("the text is {chars} characters long, over the limit of {MAX_TEXT_CHARS}")]
    TextTooLong {
        /// The trimmed text's length, in characters.
        chars: usize,
    },
    /// The schema has no language of that number.
    #[error("there is no language of number {number}")]
    UnknownLanguage {
        /// The number sent.
        number: i32,
    },
    /// A message of a stream can't be answered.
    #[error("message {number}: {error}")]
    Message {
        /// Which one, counted from 1.
        number: u32,
        /// What is wrong with it.
        error: Box<GreetError>,
    },
    /// A stream has more names than `MAX_NAMES`.
    #[error("there are more than {MAX_NAMES} names")]
    TooManyNames,
    /// What came behind that version isn't kept any more, or not by this replica.
    #[error("the {KEPT} greetings that are kept don't go back to version {since_version}")]
    Forgotten {
        /// The version to resume from.
        since_version: u64,
    },
    /// No greeting has that version yet.
    #[error("there is no greeting of version {since_version} yet")]
    Unknown {
        /// The version to resume from.
        since_version: u64,
    },
}

impl GreetError {
    /// The request's field that is to blame, by its name in the schema; None if none is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Broken | Self::TooManyNames => None,
            Self::EmptyName | Self::NameTooLong { .. } => Some("name"),
            Self::EmptyText | Self::TextTooLong { .. } => Some("text"),
            Self::UnknownLanguage { .. } => Some("language"),
            Self::Message { error, .. } => error.field(),
            Self::Forgotten { .. } | Self::Unknown { .. } => Some("since_version"),
        }
    }

    /// The same of a message of a stream, counted from 1.
    pub(super) fn of_message(self, number: u32) -> Self {
        match self {
            Self::Broken => Self::Broken,
            error => Self::Message {
                number,
                error: Box::new(error),
            },
        }
    }
}
